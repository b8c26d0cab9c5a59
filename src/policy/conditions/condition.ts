/** The face of the language: a condition read, written, judged, and what is left of it (rules 33, 34, 35). */
import { unavailable, wrong } from "../../errors.ts";
import { quote } from "../model/names.ts";
import type { Expression } from "./expression.ts";
import { Fault } from "./fault.ts";
import { type Reading, readLimited } from "./parse.ts";
import { conditionText } from "./print.ts";
import { join, type Residual } from "./residual.ts";

export { type Truth, truthOf } from "./evaluate.ts";
export { conditionText } from "./print.ts";
export { notOf, type Residual, residualOf } from "./residual.ts";

/** What is wrong with a text, and where: an offset in UTF-16 units from 0, `undefined` where the whole is meant. */
export interface ConditionFault {
  readonly fault: string;
  readonly at: number | undefined;
}

/** Reads a condition as somebody wrote it, with its paths and their places; or says what is wrong with it. */
export function readCondition(text: string): Reading | ConditionFault {
  return attempt(text, true);
}

/** Reads a condition as somebody wrote it. @throws RbacError `CONDITION_INVALID` (exit 2), naming the character. */
export function parseCondition(text: string): Expression {
  const read = readCondition(text);
  if ("condition" in read) return read.condition;
  // Characters are counted as people do: a code point is one.
  const place = read.at === undefined ? "" : ` at character ${[...text.slice(0, read.at)].length + 1}`;
  throw wrong("CONDITION_INVALID", `${quote(text)} is no condition: ${read.fault}${place}`);
}

const KEPT = 16_384;
const kept = new Map<string, Expression>();

/**
 * The condition of a stored row, read once and kept. A time zone that is not known here is legal: hours in it are
 * unknown.
 * @throws RbacError `DATABASE_INVALID` (exit 4) for text that rbac never wrote.
 */
export function storedCondition(text: string): Expression {
  const known = kept.get(text);
  if (known) return known;
  const read = attempt(text, false);
  if (!("condition" in read) || conditionText(read.condition) !== text) {
    throw unavailable(
      "DATABASE_INVALID",
      `the database is damaged: ${quote(text)} is no condition as rbac writes it; rbac audit verify tells more`,
    );
  }
  if (kept.size >= KEPT) kept.clear();
  kept.set(text, read.condition);
  return read.condition;
}

function attempt(text: string, zonesAreKnown: boolean): Reading | ConditionFault {
  try {
    return readLimited(text, zonesAreKnown);
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message, at: error.at };
    throw error;
  }
}

/** At least one of some residuals, simplified. */
export const anyOf = (residuals: readonly Residual[]): Residual => join("or", residuals);

/** All of some residuals, simplified. */
export const allOf = (residuals: readonly Residual[]): Residual => join("and", residuals);
