/** Reads plain values that a program passes: texts, numbers, and objects with known fields (rule 31). */
import { didYouMean, wrong } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { quote } from "../../policy/model/names.ts";

/** Words for options that people try, with the names that the options have. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  scope: "on",
  target: "on",
  tenant: "on",
  time: "at",
  when: "at",
  start: "from",
  end: "until",
  expires: "until",
  duration: "for",
  why: "reason",
  by: "actor",
  user: "actor",
  key: "user",
  id: "user",
  effect: "deny",
  condition: "when",
  if: "when",
  except: "but",
  successor: "handOver",
  type: "kind",
  attributes: "given",
  context: "given",
  resource: "given",
};

/** What is there, as words for a message. */
function described(value: unknown): string {
  if (value === null || ["undefined", "number", "boolean"].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : `of type ${typeof value}`;
}

export const invalid = (what: string, wanted: string, value: unknown) =>
  wrong("VALUE_INVALID", `${what} must be ${wanted}, and is ${described(value)}`);

/** @throws RbacError `VALUE_INVALID` (exit 2) for anything but text. */
export function textOf(what: string, value: unknown): string {
  if (typeof value !== "string") throw invalid(what, "text", value);
  return value;
}

/** One text or several, as a list. @throws RbacError (exit 2) for an empty list. */
export function textsOf(what: string, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw wrong("VALUE_EMPTY", `${what} is an empty list: leave it out or name something`);
  return list.map((item) => textOf(what, item));
}

/** A whole number that is not negative. @throws RbacError `VALUE_INVALID` (exit 2). */
export function countOf(what: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw invalid(what, "a whole number from 0 on", value);
  return Number(value);
}

export function flagOf(what: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(what, "true or false", value);
  return value;
}

type Readers = { readonly [name: string]: (what: string, value: unknown) => unknown };

/** What was read: what each reader made of what was there. */
type Values<R extends Readers> = { [N in keyof R]?: ReturnType<R[N]> };

/**
 * Reads an object, each of its fields by a reader. Fields that it inherits count as well.
 * @param what what the object is, for errors
 * @param allowed the fields that it may have
 * @throws RbacError `OPTION_UNKNOWN`, `VALUE_EMPTY`, `VALUE_INVALID` and what the readers throw (all exit 2).
 */
export function objectOf<R extends Readers>(
  what: string,
  given: unknown,
  readers: R,
  allowed: readonly string[] = Object.keys(readers),
): Values<R> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw invalid(what, "an object", given);
  const read: { [field: string]: unknown } = {};
  for (const name in given) {
    if (!allowed.includes(name)) throw unknownOption(name, allowed);
    const value = (given as { readonly [field: string]: unknown })[name];
    if (value === undefined || value === "") throw emptyOption(name, value);
    read[name] = readers[name]?.(name, value);
  }
  return read as Values<R>;
}

const emptyOption = (name: string, value: unknown) =>
  wrong(
    "VALUE_EMPTY",
    `the option ${name} is ${value === "" ? "empty" : "undefined"}: leave it out or give it a value`,
  );

function unknownOption(name: string, allowed: readonly string[]) {
  const other = Object.hasOwn(OTHER_WORDS, name) ? OTHER_WORDS[name] : undefined;
  const suggestions = other !== undefined && allowed.includes(other) ? [other] : nearest(name, allowed);
  const known = suggestions.length > 0 ? didYouMean(suggestions) : `: the options are ${allowed.join(", ")}`;
  return wrong("OPTION_UNKNOWN", `there is no option ${quote(name)} here${known}`, { suggestions });
}
