/** The tree of a condition, after it was read (rule 33), in the shape of the canonical text. */
import type { AddressBlock } from "./addresses.ts";
import type { Root } from "./given.ts";
import type { Hours } from "./hours.ts";

/** A root and one to three names: `resource.owner.team`. */
export interface AttributePath {
  readonly root: Root;
  readonly names: readonly string[];
}

export type Literal = string | number | boolean;
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

interface LiteralOperand {
  readonly literal: Literal;
}

export type Operand = AttributePath | LiteralOperand;

/** A comparison has a path on its left; on its right a literal, or a path. `path` alone is a path that must be true. */
export type Atom =
  | { readonly kind: "path"; readonly path: AttributePath }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly path: AttributePath;
      readonly to: Operand;
    }
  | { readonly kind: "in"; readonly item: Operand; readonly list: AttributePath | readonly Literal[] }
  | { readonly kind: "has"; readonly path: AttributePath }
  | { readonly kind: "cidr"; readonly path: AttributePath; readonly range: string; readonly block: AddressBlock }
  | { readonly kind: "within"; readonly text: string; readonly hours: Hours };

/** What joins two or more expressions; an `and` holds no `and` itself, an `or` no `or`. */
interface Join {
  readonly kind: "and" | "or";
  readonly all: readonly Expression[];
}

export type Expression = Atom | Join | { readonly kind: "not"; readonly of: Expression };

export const isPath = (operand: Operand): operand is AttributePath => !("literal" in operand);

/** True for `context.time`, whose values are compared as instants. */
export const isTime = ({ root, names }: AttributePath): boolean =>
  root === "context" && names.length === 1 && names[0] === "time";

/** The atoms of a condition, in the order in which they are written. */
export function* atomsIn(expression: Expression): Iterable<Atom> {
  if (expression.kind === "not") yield* atomsIn(expression.of);
  else if ("all" in expression) for (const one of expression.all) yield* atomsIn(one);
  else yield expression;
}
