/** The changes since a revision: only the entries behind it are read, however long the record is. */
import type { Kysely } from "kysely";
import type { Change } from "../../policy/model/change.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { entryPages, fromRow, type Head, parseChange } from "./entries.ts";

/** A change, and the revision that it is of. */
export interface RevisedChange {
  readonly revision: number;
  readonly change: Change;
}

/** The changes after a revision, oldest first, in pages. Only in a transaction are all of one snapshot. */
export async function* changesAfter(open: OpenRecord, revision: number): AsyncGenerator<readonly Change[], void> {
  for await (const page of revisedChangesAfter(open, revision)) yield page.map(({ change }) => change);
}

/** The same, each change with its revision. */
export async function* revisedChangesAfter(
  open: OpenRecord,
  revision: number,
): AsyncGenerator<readonly RevisedChange[], void> {
  const { seq: last } = await headAt(open.db, revision);
  const pages = entryPages(open, ["seq", "revision", "change"], { pageSize: 2000 });
  for await (const page of pages([last]))
    yield page.map(([seq, of, change]) => ({ revision: Number(of), change: parseChange({ seq, change }) }));
}

/** Where the record stood at a revision: the number and the hash of its last entry, 0 and `""` before the first. */
export async function headAt(db: Kysely<Tables>, revision: number): Promise<Pick<Head, "seq" | "hash">> {
  const upTo = db.selectFrom("entries").select(["seq", "hash"]).where("revision", "<=", revision);
  const last = await upTo.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").limit(1).execute();
  return last[0] ?? { seq: 0, hash: "" };
}

/** The entries from a number on, oldest first, at most so many. */
export async function entriesFrom(db: Kysely<Tables>, seq: number, most: number): Promise<Entry[]> {
  const query = db.selectFrom("entries").selectAll().where("seq", ">=", seq).orderBy("seq").limit(most);
  return (await query.execute()).map(fromRow);
}

type OpenRecord = Pick<Connection, "db" | "prepare">;
