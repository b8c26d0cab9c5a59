/** What is left of a condition once all that is known is put in (rule 35). */
import { type Truth, truthOf } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import type { Facts } from "./given.ts";
import { conditionText } from "./print.ts";

/** Decided, or a condition about what is not known. */
export type Residual = boolean | Expression;

/** Puts in what is known. Where nothing is, the condition itself comes back; unknown atoms stay as written. */
export function residualOf(expression: Expression, facts: Facts): Residual {
  if (expression.kind === "not") {
    const left = residualOf(expression.of, facts);
    return left === expression.of ? expression : notOf(left);
  }
  if (expression.kind !== "and" && expression.kind !== "or") {
    const value: Truth = truthOf(expression, facts);
    return value === undefined ? expression : value;
  }
  let isSame = true;
  const all: Residual[] = [];
  for (const one of expression.all) {
    const left = residualOf(one, facts);
    if (left === (expression.kind === "or")) return left;
    isSame &&= left === one;
    all.push(left);
  }
  return isSame ? expression : join(expression.kind, all);
}

/** Some residuals joined: flat, without what changes nothing, and each once. */
export function join(kind: "and" | "or", residuals: readonly Residual[]): Residual {
  const deciding = kind === "or";
  const parts = new Map<string, Expression>();
  for (const left of residuals) {
    if (left === deciding) return deciding;
    if (typeof left === "boolean") continue;
    for (const part of left.kind === kind ? left.all : [left]) {
      const text = conditionText(part);
      if (!parts.has(text)) parts.set(text, part);
    }
  }
  const [first, ...more] = parts.values();
  if (first === undefined) return !deciding;
  return more.length === 0 ? first : { kind, all: [first, ...more] };
}

/** The contrary of a residual; that of a `!` is what it stands before. */
export function notOf(left: Residual): Residual {
  if (typeof left === "boolean") return !left;
  return left.kind === "not" ? left.of : { kind: "not", of: left };
}
