/** Conditions of SQL under construction: joined, simplified, and written with their values as parameters. */

export type SqlValue = string | number;

/** The two kinds of databases whose SQL is written. */
export type SqlDialect = "sqlite" | "postgres";

/** A piece of SQL that is true or not; what it says of NULL is never asked. @param bind returns a placeholder */
type Piece = (bind: (value: SqlValue) => string) => string;

/**
 * Decided, or a condition of SQL. Nothing in it stands under a NOT: NULL, which is no "true", then never becomes one.
 */
export type Formula = boolean | { readonly piece: Piece } | { readonly join: "and" | "or"; readonly all: Formula[] };

export interface Sql {
  readonly text: string;
  readonly params: readonly SqlValue[];
}

export const piece = (write: Piece): Formula => ({ piece: write });
export const allTrue = (formulas: readonly Formula[]): Formula => joined("and", formulas);
export const anyTrue = (formulas: readonly Formula[]): Formula => joined("or", formulas);

/** Joined flat, without what changes nothing. */
function joined(join: "and" | "or", formulas: readonly Formula[]): Formula {
  const deciding = join === "or";
  const all: Formula[] = [];
  for (const formula of formulas) {
    if (formula === deciding) return deciding;
    if (typeof formula === "boolean") continue;
    if ("join" in formula && formula.join === join) for (const one of formula.all) all.push(one);
    else all.push(formula);
  }
  return all.length > 1 ? { join, all } : (all[0] ?? !deciding);
}

/** Writes a formula. @param first the number of the first parameter, for PostgreSQL's `$1` */
export function written(formula: Formula, dialect: SqlDialect, first: number): Sql {
  const params: SqlValue[] = [];
  const bind = (value: SqlValue): string => {
    params.push(value);
    return dialect === "sqlite" ? "?" : `$${first + params.length - 1}`;
  };
  return { text: textOf(formula, bind), params };
}

function textOf(formula: Formula, bind: (value: SqlValue) => string): string {
  if (typeof formula === "boolean") return formula ? "1 = 1" : "1 = 0";
  if ("piece" in formula) return formula.piece(bind);
  return `(${formula.all.map((one) => textOf(one, bind)).join(` ${formula.join} `)})`;
}
