/** The types of the tables for kysely, and the conversion between rows of the policy and columns. */

import type { Change } from "../../policy/model/change.ts";
import { skeleton } from "../../policy/model/confusables.ts";
import { type AnyRow, KINDS, type Kind, RECORDS, type Value } from "../../policy/model/policy.ts";

export type Column = string | number | null;

/** The tables of the policy; columns: the fields of `RECORDS`, a revision, and for kinds with a name a skeleton. */
export const TABLE = {
  permission: "permissions",
  role: "roles",
  user: "users",
  inheritance: "inheritance",
  grant: "grants",
  everyone: "everyone",
  assignment: "assignments",
  constraint: "constraints",
  policy: "policy",
} as const satisfies Record<Kind, string>;

type PolicyTables = { [T in (typeof TABLE)[Kind]]: { [column: string]: Column } };

export interface Tables extends PolicyTables {
  /** Exactly one row. */
  meta: { id: number; version: number; revision: number; created_at: string };
  entries: EntryRow;
}

export interface EntryRow {
  seq: number;
  revision: number;
  at: string;
  actor: string;
  os_user: string;
  reason: string | null;
  /** The change as canonical JSON; the columns `kind` to `permission` repeat its fields, for searching. */
  change: string;
  kind: string;
  user: string | null;
  role: string | null;
  inherits: string | null;
  permission: string | null;
  prev: string;
  hash: string;
  mac: string | null;
}

const KINDS_WITH_SKELETON: readonly Kind[] = ["user", "role", "permission", "constraint"];
/** Columns that store a list of names as JSON. */
const LIST_COLUMNS = ["roles", "needs"];

const COLUMNS = Object.fromEntries(
  KINDS.map((kind) => {
    const { key, fields } = RECORDS[kind];
    return [kind, [...key, ...fields, ...(KINDS_WITH_SKELETON.includes(kind) ? ["skeleton"] : []), "revision"]];
  }),
);

export const columnsOf = (kind: Kind): readonly string[] => COLUMNS[kind] ?? [];

/** A row as columns, in the order of `columnsOf`. */
export const toColumns = (kind: Kind, row: AnyRow): Column[] => columnsFrom(kind, row, row, row.revision ?? null);

/** The row after a change, as columns; read from the change without building a row, since there may be millions. */
export const columnsAfter = (kind: Kind, change: Change, revision: number): Column[] =>
  columnsFrom(kind, change as unknown as AnyRow, change.after as AnyRow, revision);

/** The root scope is stored as empty text, since NULL never equals NULL in a key. */
function columnsFrom(kind: Kind, key: AnyRow, fields: AnyRow, revision: Value): Column[] {
  const columns: Column[] = [];
  for (const column of columnsOf(kind)) {
    const value = column === "revision" ? revision : (key[column] ?? fields[column] ?? null);
    if (column === "skeleton") columns.push(skeleton(String(key[kind])));
    else if (column === "scope") columns.push((value ?? "") as string);
    else if (typeof value === "object" && value !== null) columns.push(JSON.stringify(value));
    else columns.push(typeof value === "boolean" ? Number(value) : value);
  }
  return columns;
}

/** The row of some columns: `values` in the order of `columns`. */
export function rowFromValues(columns: readonly string[], values: readonly Column[]): AnyRow {
  const row: Record<string, Column> = {};
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as string;
    if (column !== "skeleton") row[column] = values[index] ?? null;
  }
  return convertInPlace(row);
}

/** Converts the columns of a row to its fields, in place. */
export function convertInPlace(row: Record<string, AnyRow[string]>): AnyRow {
  if ("scope" in row) row.scope = row.scope || null;
  if ("disabled" in row) row.disabled = row.disabled !== 0; // A value that rbac never wrote enables nobody.
  for (const column of LIST_COLUMNS) if (typeof row[column] === "string") row[column] = namesIn(row[column]);
  return row;
}

/** The names in a column. Text that rbac never wrote gives no names; `audit verify` reports it. */
function namesIn(text: string): string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}
