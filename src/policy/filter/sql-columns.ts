/**
 * What is asked of a column of an application's table, in the SQL of both kinds of databases. Each piece is true just
 * where the same is true of the value as an attribute, and not true where the value is absent or of another type.
 */
import { wrong } from "../../errors.ts";
import type { ComparisonOperator } from "../conditions/expression.ts";
import { quote } from "../model/names.ts";
import { type Formula, piece, type SqlDialect, type SqlValue } from "./sql-formula.ts";

export const COLUMN_TYPES = ["bool", "number", "string"] as const;

/** A column that holds an attribute. */
export interface FilterColumn {
  /** As SQL names it: `p.published`, `"Posts"."published"`. */
  readonly column: string;
  /** What it holds. SQLite keeps `bool` as 0 and 1. */
  readonly type: (typeof COLUMN_TYPES)[number];
}

/** Up to three names with dots between, plain or in quotes: a schema, a table, a column. */
const COLUMN = /^(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"\0]|"")+")(?:\.(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"\0]|"")+")){0,2}$/;

/** Words that are values or beginnings of SQL where they stand alone, not columns. */
const NO_COLUMN = /^(true|false|null|select|case|not|cast|exists|default|current_\w+|local(time|timestamp))$/i;

/**
 * The name of a column, as it may stand in SQL. One in quotes needs its table before it: SQLite takes a column that is
 * not there for a text.
 * @throws RbacError `COLUMN_INVALID` (exit 2).
 */
export function columnName(what: string, value: unknown): string {
  const isLoneQuoted = typeof value === "string" && /^"[^.]*"$/.test(value);
  if (typeof value === "string" && COLUMN.test(value) && !NO_COLUMN.test(value) && !isLoneQuoted) return value;
  throw wrong(
    "COLUMN_INVALID",
    `the column of ${what} is ${quote(String(value))}: write a name such as p.published, or p."published"`,
  );
}

/** How a dialect asks; the values that are compared have the type of the column. */
export interface ColumnSql {
  compare(column: FilterColumn, operator: ComparisonOperator, value: SqlValue): Formula;
  /** Two columns of one type. */
  compareColumns(column: FilterColumn, operator: ComparisonOperator, other: FilterColumn): Formula;
  /** Of a column of type `bool`. */
  is(column: FilterColumn, value: boolean): Formula;
  /** Of a column of type `string`. */
  isAmong(column: FilterColumn, values: readonly string[], isIt: boolean): Formula;
}

const OPERATORS = { "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" } as const;

/** Whole numbers up to here are exact as doubles: a column of larger ones is rounded before it is compared. */
const EXACT = 2 ** 53;

/** What SQLite would turn into a number to compare it with a column of numbers. */
const LOOKS_LIKE_NUMBER = /^\s*[+-]?\.?\d/;

/** The values of a column are of any type: each question asks for that first. */
const SQLITE: ColumnSql = {
  compare({ column, type }, operator, value) {
    const sign = OPERATORS[operator];
    if (type === "number") {
      const compared = Math.abs(Number(value)) < EXACT ? column : `cast(${column} as real)`;
      const numbers = `typeof(${column}) in ('integer', 'real')${operator === "==" ? "" : finite(column)}`;
      return piece((bind) => `(${numbers} and ${compared} ${sign} ${bind(value)})`);
    }
    const isOrder = operator !== "==" && operator !== "!=";
    const compared = isOrder && LOOKS_LIKE_NUMBER.test(String(value)) ? `+${column}` : column;
    return piece((bind) => `(typeof(${column}) = 'text' and ${compared} ${sign} ${bind(value)} collate binary)`);
  },
  compareColumns({ column, type }, operator, { column: other }) {
    const both = (of: (one: string) => string) => `${of(column)} and ${of(other)}`;
    const ask = (guard: string, of: (one: string) => string) =>
      piece(() => `(${guard} and ${of(column)} ${OPERATORS[operator]} ${of(other)})`);
    if (type === "bool")
      return ask(
        both((one) => `typeof(${one}) = 'integer' and ${one} in (0, 1)`),
        (one) => one,
      );
    if (type === "string")
      return ask(
        both((one) => `typeof(${one}) = 'text'`),
        (one) => `+${one}`,
      );
    return ask(
      both((one) => `typeof(${one}) in ('integer', 'real')${finite(one)}`),
      (one) => `cast(${one} as real)`,
    );
  },
  is: ({ column }, value) => piece(() => `(typeof(${column}) = 'integer' and ${column} = ${value ? 1 : 0})`),
  isAmong: ({ column }, values, isIt) =>
    piece((bind) => {
      const list = values.map(bind).join(", ");
      return `(typeof(${column}) = 'text' and ${column} collate binary ${isIt ? "in" : "not in"} (${list}))`;
    }),
};

/** 9e999 is read as infinity, which is no value of an attribute. */
const finite = (column: string): string => ` and ${column} > -9e999 and ${column} < 9e999`;

/** Columns have one type. It is cast all the same: to compare as `can` does, and so that parameters get theirs. */
const POSTGRES: ColumnSql = {
  compare({ column, type }, operator, value) {
    const sign = OPERATORS[operator];
    if (type === "number") {
      const numbers = operator === "==" ? "" : `${real(column)} and `;
      return piece((bind) => `(${numbers}${column}::float8 ${sign} ${bind(value)}::float8)`);
    }
    return piece((bind) => `${text(column)} ${sign} ${bind(value)}::text`);
  },
  compareColumns({ column, type }, operator, { column: other }) {
    const sign = OPERATORS[operator];
    if (type === "bool") return piece(() => `${column} ${sign} ${other}`);
    if (type === "string") return piece(() => `${text(column)} ${sign} ${other}::text`);
    return piece(() => `(${real(column)} and ${real(other)} and ${column}::float8 ${sign} ${other}::float8)`);
  },
  is: ({ column }, value) => piece(() => `${column} is ${value}`),
  isAmong: ({ column }, values, isIt) =>
    piece((bind) => {
      const list = values.map((value) => `${bind(value)}::text`).join(", ");
      return `${text(column)} ${isIt ? "in" : "not in"} (${list})`;
    }),
};

/** By code points, whatever the collation of the column. */
const text = (column: string): string => `${column}::text collate "C"`;

/** Neither infinite nor NaN, which PostgreSQL takes for greater than all numbers. */
const real = (column: string): string => `abs(${column}::float8) < 'infinity'`;

export const COLUMN_SQL: { readonly [D in SqlDialect]: ColumnSql } = { sqlite: SQLITE, postgres: POSTGRES };
