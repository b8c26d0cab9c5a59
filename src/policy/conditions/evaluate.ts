/** The truth of a condition: true, false or unknown, by Kleene's tables (rule 34). */
import { byBytes } from "../model/byte-order.ts";
import { addressOf, isIn } from "./addresses.ts";
import {
  type AttributePath,
  type ComparisonOperator,
  type Expression,
  isPath,
  isTime,
  type Literal,
  type Operand,
} from "./expression.ts";
import type { Facts } from "./given.ts";
import { isWithin } from "./hours.ts";
import { instantOf, millisecondsOf } from "./instants.ts";
import { type Comparable, comparableAt, isComparable, isThere } from "./values.ts";

/** True, false, or unknown. */
export type Truth = boolean | undefined;

export function truthOf(expression: Expression, facts: Facts): Truth {
  switch (expression.kind) {
    case "path": {
      const value = comparableAt(expression.path, facts);
      return typeof value === "boolean" ? value : undefined;
    }
    case "compare": {
      const { path, operator, to } = expression;
      return compare(operator, comparableAt(path, facts), sideOf(to, facts), isTime(path) || isTimeSide(to));
    }
    case "in":
      return membership(expression.item, expression.list, facts);
    case "has":
      return isThere(expression.path, facts);
    case "cidr": {
      const value = comparableAt(expression.path, facts);
      const address = typeof value === "string" ? addressOf(value) : undefined;
      return address && isIn(address, expression.block);
    }
    case "within": {
      const instant = instantIn(comparableAt(TIME, facts));
      return instant === undefined ? undefined : isWithin(expression.hours, millisecondsOf(instant));
    }
    case "not":
      return contrary(truthOf(expression.of, facts));
    case "and":
      return every(expression.all, facts);
    case "or":
      return some(expression.all, facts);
  }
}

const TIME: AttributePath = { root: "context", names: ["time"] };

const contrary = (value: Truth): Truth => (value === undefined ? undefined : !value);

/** False where one is false, else unknown where one is. */
function every(all: readonly Expression[], facts: Facts): Truth {
  let result: Truth = true;
  for (const one of all) {
    const value = truthOf(one, facts);
    if (value === false) return false;
    if (value === undefined) result = undefined;
  }
  return result;
}

/** True where one is true, else unknown where one is. */
function some(all: readonly Expression[], facts: Facts): Truth {
  let result: Truth = false;
  for (const one of all) {
    const value = truthOf(one, facts);
    if (value === true) return true;
    if (value === undefined) result = undefined;
  }
  return result;
}

const isTimeSide = (operand: Operand): boolean => isPath(operand) && isTime(operand);

const sideOf = (operand: Operand, facts: Facts): Comparable | undefined =>
  isPath(operand) ? comparableAt(operand, facts) : operand.literal;

/** `x in [a, b]` is `x == a || x == b`, so a value of another type in the list leaves a "no" unknown. */
function membership(operand: Operand, list: AttributePath | readonly Literal[], facts: Facts): Truth {
  const values = "root" in list ? comparableAt(list, facts) : list;
  if (!Array.isArray(values)) return undefined;
  const item = sideOf(operand, facts);
  const asTime = isTimeSide(operand);
  let result: Truth = false;
  for (let index = 0; index < values.length; index++) {
    const value: unknown = values[index];
    const isSame = compare("==", item, isComparable(value) ? value : undefined, asTime);
    if (isSame === true) return true;
    if (isSame === undefined) result = undefined;
  }
  return result;
}

/** Compares two values of one type; lists are not compared. */
function compare(
  operator: ComparisonOperator,
  left: Comparable | undefined,
  right: Comparable | undefined,
  asTimes: boolean,
): Truth {
  if (left === undefined || typeof left !== typeof right) return undefined;
  if (typeof left === "string") {
    return asTimes ? byOrder(operator, instantIn(left), instantIn(right)) : byOrder(operator, left, right as string);
  }
  if (typeof left === "number") return ordered(operator, left - (right as number));
  if (typeof left !== "boolean") return undefined;
  if (operator === "==") return left === right;
  return operator === "!=" ? left !== right : undefined;
}

/** Compares two texts by code points. */
function byOrder(operator: ComparisonOperator, left: string | undefined, right: string | undefined): Truth {
  if (left === undefined || right === undefined) return undefined;
  if (operator === "==") return left === right;
  return operator === "!=" ? left !== right : ordered(operator, byBytes(left, right));
}

const instantIn = (value: Comparable | undefined): string | undefined =>
  typeof value === "string" ? instantOf(value) : undefined;

/** What a comparison says of two values, of which this is the order: negative where the left is the smaller. */
function ordered(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
