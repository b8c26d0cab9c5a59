/** The tree of a condition, after it was read (rule 33). It is canonical: it has the shape that its text is printed from. */
import type { AddressBlock } from "./addresses.ts";
import type { Root } from "./given.ts";
import type { Hours } from "./hours.ts";

/** A root and one to three names: `resource.owner.team`. */
export interface Path {
  readonly root: Root;
  readonly names: readonly string[];
}

export type Literal = string | number | boolean;
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

interface LiteralOperand {
  readonly literal: Literal;
}

export type Operand = Path | LiteralOperand;

/** A comparison has a path on its left; on its right a literal, or a path. `path` alone is a path that must be true. */
export type Atom =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly path: Path; readonly to: Operand }
  | { readonly kind: "in"; readonly item: Operand; readonly list: Path | readonly Literal[] }
  | { readonly kind: "has"; readonly path: Path }
  | { readonly kind: "cidr"; readonly path: Path; readonly range: string; readonly block: AddressBlock }
  | { readonly kind: "within"; readonly text: string; readonly hours: Hours };

/** What joins two or more expressions; an `and` holds no `and` itself, an `or` no `or`. */
interface Join {
  readonly kind: "and" | "or";
  readonly all: readonly Expression[];
}

export type Expression = Atom | Join | { readonly kind: "not"; readonly of: Expression };

export const isPath = (operand: Operand): operand is Path => !("literal" in operand);

/** True for `context.time`, whose values are compared as instants. */
export const isTime = ({ root, names }: Path): boolean =>
  root === "context" && names.length === 1 && names[0] === "time";
