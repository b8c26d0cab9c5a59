/** The entries about given rows, found without reading the whole record. */
import type { Kysely } from "kysely";
import type { Named } from "../../errors.ts";
import { keyFields, kindOf } from "../../policy/model/change.ts";
import { type RowRef, rowId } from "../../policy/model/policy.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { fromRow } from "./entries.ts";
import { type FormerRow, formersOf } from "./former-names.ts";

/** What a row is known by. */
export type RowKey = Pick<RowRef, "kind" | "key">;

/** The entries about rows, read one by one or beforehand. */
export interface EntriesOfRows {
  /** The last entry about a row in a revision. */
  lastIn(revision: number, row: RowKey): Promise<Entry | undefined>;
  /** The last entry about a row before a revision. */
  lastBefore(revision: number, row: RowKey): Promise<Entry | undefined>;
  /** The former names of some names, oldest first. */
  formersOf(names: readonly (readonly [Named, string])[]): Promise<FormerRow[]>;
}

export const refKey = ({ kind, key }: RowKey): string => rowId(kind, key);

/** The last entry about a row among the entries with numbers from `first` to `last`. */
async function lastEntryOf(
  db: Kysely<Tables>,
  ref: RowKey,
  [first, last]: readonly [number, number],
): Promise<Entry | undefined> {
  const { user, role, inherits, permission } = ref.key;
  let query = db.selectFrom("entries").selectAll().where("seq", ">=", first).where("seq", "<=", last);
  // The expression on `role` prevents the use of its index: a role may have millions of entries in one revision, a
  // user only a few.
  if (typeof user === "string")
    query = query.where("user", "=", user).where((eb) => eb(eb("role", "||", ""), "=", String(role)));
  else query = query.where("role", "=", String(role)).where("user", "is", null);
  if (typeof inherits === "string") query = query.where("inherits", "=", inherits);
  if (typeof permission === "string") query = query.where("permission", "=", permission);
  const entries = (await query.orderBy("seq", "desc").execute()).map(fromRow);
  return entries.find(({ change }) => refKey({ kind: kindOf(change), key: keyFields(change) }) === refKey(ref));
}

/** The entries about rows, each found by itself: for few rows, of which one may have millions of entries beside it. */
export const entriesInDatabase = (db: Kysely<Tables>): EntriesOfRows => ({
  lastIn: async (revision, row) => lastEntryOf(db, row, await firstAndLastSeq(db, revision)),
  lastBefore: async (revision, row) => {
    const [first] = await firstAndLastSeq(db, revision);
    return lastEntryOf(db, row, [1, first - 1]);
  },
  formersOf: (names) => formersOf(db, names),
});

/** The numbers of the first and last entry of a revision; its entries are consecutive. */
export async function firstAndLastSeq(db: Kysely<Tables>, revision: number): Promise<[number, number]> {
  const query = db.selectFrom("entries").select("seq").where("revision", "=", revision).limit(1);
  const first = await query.orderBy("revision").orderBy("at").orderBy("seq").executeTakeFirst();
  const last = await query.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").executeTakeFirst();
  return [first?.seq ?? 0, last?.seq ?? -1];
}
