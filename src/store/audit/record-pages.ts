/** The record in pages, for whoever follows it: each page says by its first entry that it goes on from the one before. */
import type { Kysely } from "kysely";
import type { Entry } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { fromRow, type Head } from "./entries.ts";

/** The entries from a number on, oldest first. */
export async function entriesFrom(db: Kysely<Tables>, seq: number, most: number): Promise<Entry[]> {
  const query = db.selectFrom("entries").selectAll().where("seq", ">=", seq).orderBy("seq").limit(most);
  return (await query.execute()).map(fromRow);
}

/** Where the record stood at a revision: the number and the hash of its last entry, 0 and `""` before the first. */
export async function headAt(db: Kysely<Tables>, revision: number): Promise<Pick<Head, "seq" | "hash">> {
  const upTo = db.selectFrom("entries").select(["seq", "hash"]).where("revision", "<=", revision);
  const last = await upTo.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").limit(1).execute();
  return last[0] ?? { seq: 0, hash: "" };
}
