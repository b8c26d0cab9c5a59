/** The tree of a condition, after it was read (rule 33). */
import type { Root } from "./given.ts";

/** A root and one to three names: `resource.owner.team`. */
export interface Path {
  readonly root: Root;
  readonly names: readonly string[];
}

export type Literal = string | number | boolean;
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A comparison has a path on its left; on its right a literal, or a path. `path` alone is a path that must be true. */
export type Expression =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly path: Path; readonly to: Path | LiteralOperand }
  | { readonly kind: "in"; readonly item: Path | LiteralOperand; readonly list: Path | readonly Literal[] }
  | { readonly kind: "has"; readonly path: Path }
  | { readonly kind: "cidr"; readonly path: Path; readonly range: string }
  | { readonly kind: "within"; readonly hours: string }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly all: readonly Expression[] };

export interface LiteralOperand {
  readonly literal: Literal;
}
