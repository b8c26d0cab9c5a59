/** The face of the language: a condition read, written, judged, and what is left of it (rules 33, 34, 35). */
import { wrong } from "../../errors.ts";
import type { Expression } from "./expression.ts";
import type { Facts } from "./given.ts";

/** True, false, or unknown. */
export type Truth = boolean | undefined;

/** What is left of a condition once all that is known is put in: decided, or a condition about the rest. */
export type Residual = boolean | Expression;

/** Reads a condition as somebody wrote it. @throws RbacError `CONDITION_INVALID` (exit 2), naming the character. */
export function parseCondition(text: string): Expression {
  throw wrong("CONDITION_INVALID", text);
}

/**
 * The condition of a stored row, read once and kept.
 * @throws RbacError `DATABASE_INVALID` (exit 4) for text that rbac never wrote.
 */
export function storedCondition(text: string): Expression {
  return parseCondition(text);
}

/** The canonical text: two conditions are equal when these are. */
export function conditionText(_condition: Expression): string {
  return "";
}

export function truthOf(_condition: Expression, _facts: Facts): Truth {
  return undefined;
}

export function residualOf(condition: Expression, _facts: Facts): Residual {
  return condition;
}

/** At least one of some residuals, simplified. */
export function anyOf(_residuals: readonly Residual[]): Residual {
  return false;
}

/** All of some residuals, simplified. */
export function allOf(_residuals: readonly Residual[]): Residual {
  return true;
}

/** The contrary of a residual. */
export function notOf(_residual: Residual): Residual {
  return false;
}
