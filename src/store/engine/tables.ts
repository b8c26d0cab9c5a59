/** The tables as kysely knows them, and how a row of the policy lies in them. */

import type { Change } from "../../policy/model/change.ts";
import { skeleton } from "../../policy/model/confusables.ts";
import { type AnyRow, KINDS, type Kind, RECORDS, type Value } from "../../policy/model/policy.ts";

export type Column = string | number | null;

/** The tables of the policy. Their columns are the fields of `RECORDS`, a revision and, where names live, a skeleton. */
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
  /** One row. */
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
  /** The change as canonical JSON; the columns after it repeat its words, for searching. */
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

const NAMED: readonly Kind[] = ["user", "role", "permission", "constraint"];
/** Lists of names lie in a column as JSON. */
const LISTS = ["roles", "needs"];

const COLUMNS = Object.fromEntries(
  KINDS.map((kind) => {
    const { key, fields } = RECORDS[kind];
    return [kind, [...key, ...fields, ...(NAMED.includes(kind) ? ["skeleton"] : []), "revision"]];
  }),
);

export const columnsOf = (kind: Kind): readonly string[] => COLUMNS[kind] ?? [];

/** The columns of a row. */
export const toColumns = (kind: Kind, row: AnyRow): Column[] => columnsFrom(kind, row, row, row.revision ?? null);

/** The columns of the row that a change leaves, taken from the change itself, for there may be millions. */
export const columnsAfter = (kind: Kind, change: Change, revision: number): Column[] =>
  columnsFrom(kind, change as unknown as AnyRow, change.after as AnyRow, revision);

/** The root scope is stored as empty text, for NULL never equals NULL in a key. */
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

/** The row that some columns say. */
export function rowFromValues(columns: readonly string[], values: readonly Column[]): AnyRow {
  const row: Record<string, Column> = {};
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] as string;
    if (column !== "skeleton") row[column] = values[at] ?? null;
  }
  return convertInPlace(row);
}

/** Turns the columns of a row into its fields, in place. */
export function convertInPlace(row: Record<string, AnyRow[string]>): AnyRow {
  if ("scope" in row) row.scope = row.scope || null;
  if ("disabled" in row) row.disabled = row.disabled !== 0; // What rbac never wrote enables nobody.
  for (const list of LISTS) if (typeof row[list] === "string") row[list] = namesIn(row[list]);
  return row;
}

/** The names in a column. What rbac never wrote there names nothing, and `audit verify` tells of it. */
function namesIn(text: string): string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}
