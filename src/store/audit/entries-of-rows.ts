/** The entries that wrote given rows, found without reading the whole record. */
import type { Kysely } from "kysely";
import { keyFields, kindOf } from "../../policy/model/change.ts";
import { keyOf, type RowRef } from "../../policy/model/policy.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { fromRow } from "./entries.ts";

export const refKey = ({ kind, key }: Pick<RowRef, "kind" | "key">): string => `${kind}\0${keyOf(kind, key)}`;

/** The entries that wrote the current state of some rows, by `refKey`. */
export async function entriesOf(db: Kysely<Tables>, refs: readonly RowRef[]): Promise<Map<string, Entry>> {
  const entriesByRef = new Map<string, Entry>();
  for (const ref of refs) {
    const match = await lastEntryOf(db, ref, await firstAndLastSeq(db, ref.revision));
    if (match) entriesByRef.set(refKey(ref), match);
  }
  return entriesByRef;
}

/** The last entry about a row among the entries with numbers from `first` to `last`. */
export async function lastEntryOf(
  db: Kysely<Tables>,
  ref: Pick<RowRef, "kind" | "key">,
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

/** The numbers of the first and last entry of a revision; its entries are consecutive and have the same stamp. */
export async function firstAndLastSeq(db: Kysely<Tables>, revision: number): Promise<[number, number]> {
  const query = db.selectFrom("entries").select("seq").where("revision", "=", revision).limit(1);
  const first = await query.orderBy("revision").orderBy("at").orderBy("seq").executeTakeFirst();
  const last = await query.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").executeTakeFirst();
  return [first?.seq ?? 0, last?.seq ?? -1];
}
