/** Values of one attribute that make a difference to conditions: those it is compared with, and those around them. */
import type { AddressBlock } from "../conditions/addresses.ts";
import { instantOf } from "../conditions/instants.ts";
import { byBytes } from "../model/byte-order.ts";

interface Values {
  readonly values: readonly unknown[];
  /** True where other values might tell more. */
  readonly isPartial: boolean;
}

/** Values equal to, below, between and above some literals; `areTimes` for texts that are compared as times. */
export function valuesAround(literals: readonly unknown[], areTimes: boolean): Values {
  const texts = literals.filter((literal) => typeof literal === "string").sort(byBytes);
  const { values, isPartial } = areTimes ? timesAround(texts) : textsAround(texts);
  const truths = literals.some((literal) => typeof literal === "boolean") ? [true, false] : [];
  const numbers = literals.filter((literal) => typeof literal === "number").sort((a, b) => a - b);
  return { values: [...truths, ...numbersAround(numbers), ...values], isPartial };
}

function numbersAround(numbers: readonly number[]): number[] {
  const [first] = numbers;
  if (first === undefined) return [];
  const between = numbers.map((number, at) => (number + (numbers[at + 1] ?? number + 2)) / 2);
  return [...numbers, ...between, first - 1].filter(isExact);
}

/** False for a number that nobody can give, as it is not exact. */
export const isExact = (value: unknown): boolean => !Number.isInteger(value) || Number.isSafeInteger(value);

function textsAround(texts: readonly string[]): Values {
  if (texts.length === 0) return { values: [], isPartial: false };
  const above = texts.map((text) => `${text}~`);
  const isPartial = above.some((text, at) => byBytes(text, texts[at + 1] ?? `${text}~`) >= 0);
  return { values: [...texts, ...above, ""], isPartial };
}

function timesAround(texts: readonly string[]): Values {
  const moments = texts.map((text) => Date.parse(text)).filter((moment) => !Number.isNaN(moment));
  const around = moments.flatMap((moment) => [0, -1, 1].map((by) => new Date(moment + by).toISOString()));
  // Of two times within one millisecond, none between them is tried.
  return { values: around.filter(isTimeText), isPartial: texts.some((text) => /\.\d{3}\d*[1-9]/.test(text)) };
}

export const isTimeText = (value: unknown): boolean => typeof value === "string" && instantOf(value) !== undefined;

/** The first and the last address of a block, and others, of which not all lie in it. */
export function addressesAround({ address, bits }: AddressBlock): string[] {
  const open = address.map((_, at) => 0xffff >> Math.max(0, Math.min(16, bits - at * 16)));
  const last = address.map((word, at) => word | (open[at] as number));
  return [textOf(address), textOf(last), "203.0.113.77", "2001:db8::77"];
}

function textOf(words: readonly number[]): string {
  if (words.length > 2) return words.map((word) => word.toString(16)).join(":");
  return words.flatMap((word) => [word >> 8, word & 255]).join(".");
}

/**
 * Lists with all of some items and with none of them; where a list is asked for more than one, also with one and with
 * all but one, which of up to three items is every list.
 */
export function listsOf(items: readonly unknown[], timesAsked: number): Values {
  const ends = [items, []];
  if (timesAsked < 2 || items.length < 2) return { values: ends, isPartial: false };
  const some = items.flatMap((item) => [[item], items.filter((other) => other !== item)]);
  return { values: [...ends, ...some], isPartial: items.length > 3 };
}
