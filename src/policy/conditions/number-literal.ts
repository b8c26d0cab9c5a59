/** Numbers as a condition has them: doubles that mean exactly what is written. */
import { Fault } from "./fault.ts";

/** A number as JSON writes it. */
export const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads a number written as in JSON.
 * @throws Fault for another form, and for what no double holds: `9007199254740993` would compare as another number.
 */
export function readNumber(text: string, at: number): number {
  if (!JSON_NUMBER.test(text)) {
    throw new Fault("a number is written as 12, -12, 1.5 or 1e6", at);
  }
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Fault("the number is too large to be held", at);
  const written = digitsOf(text);
  const isHeld =
    written === digitsOf(String(value)) && (!isLarge(value) || written === digitsOf(String(BigInt(value))));
  if (!isHeld) throw new Fault(`the number cannot be held exactly: the nearest is ${value}`, at);
  return value === 0 ? 0 : value;
}

/** Above 2^53 not every whole number is a double. */
const isLarge = (value: number): boolean => Math.abs(value) > Number.MAX_SAFE_INTEGER;

/** The same text for the same decimal number: its digits without zeros around them, and the power of ten. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const trimmed = trimZeros(digits);
  if (trimmed === "") return "0";
  return `${sign}${trimmed}e${Number(power) - fraction.length + digits.length - trimmed.length}`;
}

/** Without the zeros at its end; a pattern would go back and forth over a long row of them. */
function trimZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === "0") end--;
  return digits.slice(0, end);
}
