/** The types of the tables for kysely, and the conversion between rows of the policy and columns. */
import type { Kysely } from "kysely";
import { unavailable } from "../../errors.ts";
import { storedCondition } from "../../policy/conditions/condition.ts";
import { type Change, valuesOf } from "../../policy/model/change.ts";
import { isWhole } from "../../policy/model/conditional-digest.ts";
import { confusableKeys } from "../../policy/model/confusables.ts";
import { quote } from "../../policy/model/names.ts";
import { allFields, forEachKind, KINDS, RECORDS, recordOf } from "../../policy/model/records.ts";
import type { AnyRow, ColumnType, Kind, Rows, Value } from "../../policy/model/rows.ts";
import type { JoinTables } from "./join-tables.ts";

export type Column = string | number | null;

/** The table of each kind; its columns: the fields of the kind, a revision, and for kinds with a name its skeletons. */
export const TABLE = forEachKind((kind) => RECORDS[kind].table) as {
  readonly [K in Kind]: (typeof RECORDS)[K]["table"];
};

/** What a column holds for a field with values `V`. The root scope is empty text; a list of names is JSON. */
type Stored<V> = {
  readonly text: V;
  readonly number: V;
  readonly flag: number;
  readonly names: string | Extract<V, null>;
  readonly scope: string;
};

type StoredFields<R, Types> = { [F in keyof R & keyof Types]: Stored<R[F]>[Types[F] & ColumnType] };
type Skeleton<IsNamed> = IsNamed extends true ? { skeleton: string; skeleton_folded: string } : unknown;
type PolicyTables = {
  [K in Kind as (typeof TABLE)[K]]: StoredFields<Rows[K], (typeof RECORDS)[K]["columns"]> &
    Skeleton<(typeof RECORDS)[K]["isNamed"]> & { revision: number };
};

export interface Tables extends PolicyTables, JoinTables {
  /** Exactly one row. */
  meta: { id: number; version: number; revision: number; created_at: string; confusables: string };
  entries: EntryRow;
}

export type TableName = keyof Tables;

/**
 * The tables as if each had columns of any name: for queries that treat all kinds alike, where the table is known only
 * at run time, and kysely's types cannot follow. All other queries use `db` itself: a misspelt column does not compile.
 */
export const withAnyColumns = (db: Kysely<Tables>): Kysely<Tables & AnyTables> => db.withTables<AnyTables>();

type AnyTables = { [T in TableName]: Record<string, Column> };

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

/** Columns that store a list of names as JSON. */
const LIST_COLUMNS = [
  ...new Set(KINDS.flatMap((kind) => allFields(kind).filter((field) => recordOf(kind).columns[field] === "names"))),
];

/** The columns of the keys by which names are compared, in the order of `confusableKeys`. */
export const SKELETONS: readonly string[] = ["skeleton", "skeleton_folded"];

const COLUMNS = forEachKind((kind): readonly string[] => {
  const skeletons = RECORDS[kind].isNamed ? SKELETONS : [];
  return [...new Set([...allFields(kind), ...skeletons, "revision"])];
});

export const columnsOf = (kind: Kind): readonly string[] => COLUMNS[kind];

/** A row as columns, in the order of `columnsOf`. */
export const toColumns = (kind: Kind, row: AnyRow): Column[] => columnsFrom(kind, row, row, row.revision ?? null);

/** The row after a change, as columns; read from the change without building a row, since there may be millions. */
export const columnsAfter = (kind: Kind, change: Change, revision: number): Column[] =>
  columnsFrom(kind, valuesOf(change), change.after as AnyRow, revision);

/** The root scope is stored as empty text, since NULL never equals NULL in a key. */
function columnsFrom(kind: Kind, key: AnyRow, fields: AnyRow, revision: Value): Column[] {
  const columns: Column[] = [];
  for (const column of columnsOf(kind)) {
    const value = column === "revision" ? revision : (key[column] ?? fields[column] ?? null);
    if (column === "skeleton") columns.push(...confusableKeys(String(key[kind])));
    else if (column === "skeleton_folded")
      continue; // Both keys are computed at once.
    else if (column === "scope") columns.push((value ?? "") as string);
    else if (typeof value === "object" && value !== null) columns.push(JSON.stringify(value));
    else columns.push(typeof value === "boolean" ? Number(value) : value);
  }
  return columns;
}

/**
 * The row of some columns: `values` in the order of `columns`.
 * @param convert how its columns become fields; as in a table that may be damaged, by `convertUnjudged`
 */
export function rowFromValues(columns: readonly string[], values: readonly Column[], convert = convertInPlace): AnyRow {
  const row: Record<string, Column> = {};
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as string;
    if (!SKELETONS.includes(column)) row[column] = values[index] ?? null;
  }
  return convert(row);
}

/**
 * Converts the columns of a row to its fields, in place.
 * @throws RbacError `DATABASE_INVALID` (exit 4) for a conditional grant that may allow more than was granted.
 */
export function convertInPlace(row: Record<string, AnyRow[string]>): AnyRow {
  const { but } = row;
  convertUnjudged(row);
  if ("but" in row && (JSON.stringify(row.but) !== but || !isAsWritten(row)))
    throw unavailable("DATABASE_INVALID", `a conditional grant of ${quote(String(row.role))} is damaged: ${VERIFY}`);
  return row;
}

const VERIFY = "rbac audit verify tells more";

/** True if a conditional grant is one that rbac writes: whole, with a condition in canonical form. */
export function isAsWritten(row: AnyRow): boolean {
  if (!isWhole(row)) return false;
  try {
    if (typeof row.when === "string") storedCondition(row.when);
    return true;
  } catch {
    return false;
  }
}

/** The same, for whoever reports what is damaged. */
export function convertUnjudged(row: Record<string, AnyRow[string]>): AnyRow {
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
