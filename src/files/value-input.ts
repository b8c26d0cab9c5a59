/** Reads a document that a program has as a value, as if it were a file of JSON with two spaces of indentation. */
import { wrong } from "../errors.ts";
import type { FileInput } from "./file-input.ts";
import { readJson } from "./json.ts";

/** What problems of the value are said to be in. */
const NAME = "the document";

/**
 * Only plain data is read: what JSON would leave out or turn into something else, such as `undefined`, a `Map` or NaN,
 * would take something from the document without a word. A `Date` is a time.
 * @throws RbacError `VALUE_INVALID`, or what reading a file throws (exit 2).
 */
export function readValue(value: unknown): FileInput {
  return readJson(NAME, textOfValue(value));
}

function textOfValue(value: unknown): string {
  try {
    return JSON.stringify(value, plainOnly, 2) ?? "";
  } catch (cause) {
    if (cause instanceof NotPlain) throw wrong("VALUE_INVALID", `${NAME}: ${cause.message}`);
    throw wrong("VALUE_INVALID", `${NAME} is not plain data`, { cause });
  }
}

class NotPlain extends Error {}

/** Passes on values that JSON can hold. `JSON.stringify` has made the text of a `Date` before. */
function plainOnly(key: string, value: unknown): unknown {
  const at = key === "" ? "it" : JSON.stringify(key);
  if (value === undefined) throw new NotPlain(`${at} is undefined: leave it out or give it a value`);
  if (typeof value === "number" && !Number.isFinite(value)) throw new NotPlain(`${at} is no number`);
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    throw new NotPlain(`${at} is a ${typeof value}, which no document can hold`);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      throw new NotPlain(`${at} is of a class: only plain objects and lists are read`);
  }
  return value;
}
