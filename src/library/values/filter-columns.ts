/** Reads what the columns of an application's table hold. */
import { wrong } from "../../errors.ts";
import type { FilteredRows } from "../../policy/filter/filter.ts";
import { COLUMN_TYPES, columnName, type FilterColumn } from "../../policy/filter/sql-columns.ts";
import { quote } from "../../policy/model/names.ts";

const ATTRIBUTE = /^resource(?:\.[A-Za-z_][A-Za-z0-9_]*){1,3}$/;

/** @throws RbacError `COLUMN_INVALID` (exit 2) for what is no column, or holds nothing that a condition can ask. */
export function filterColumnsOf(what: string, value: unknown): Pick<FilteredRows, "attributes" | "owner" | "scope"> {
  const attributes = new Map<string, FilterColumn>();
  const named: { owner?: string; scope?: string } = {};
  for (const [name, column] of entriesOf(what, value)) {
    if (name === "owner" || name === "scope") named[name] = columnName(name, column);
    else if (ATTRIBUTE.test(name)) attributes.set(name, attributeOf(name, column));
    else throw invalid(`no column is asked of ${quote(name)}: name owner, scope, or resource.published`);
  }
  return { attributes, owner: named.owner, scope: named.scope };
}

function attributeOf(name: string, value: unknown): FilterColumn {
  const { column, type, ...rest } = Object.fromEntries(entriesOf(name, value));
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalid(`the column of ${name} has no ${quote(unknown)}: it has column and type`);
  const known = COLUMN_TYPES.find((one) => one === type);
  if (!known) throw invalid(`the column of ${name} needs a type: ${COLUMN_TYPES.join(", ")}`);
  return { column: columnName(name, column), type: known };
}

function entriesOf(what: string, value: unknown): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw invalid(`${what} must be an object such as { column: "p.published", type: "bool" }`);
}

const invalid = (message: string) => wrong("COLUMN_INVALID", message);
