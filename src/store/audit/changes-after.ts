/** The changes since a revision: only the entries behind it are read, however long the record is. */
import type { Change } from "../../policy/model/change.ts";
import type { Connection } from "../engine/connection.ts";
import { entryPages, parseChange } from "./entries.ts";

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
  const upTo = open.db.selectFrom("entries").select("seq").where("revision", "<=", revision);
  const last = await upTo.orderBy("revision", "desc").orderBy("at", "desc").orderBy("seq", "desc").limit(1).execute();
  const pages = entryPages(open, ["seq", "revision", "change"], { pageSize: 2000 });
  for await (const page of pages([last[0]?.seq ?? 0]))
    yield page.map(([seq, of, change]) => ({ revision: Number(of), change: parseChange({ seq, change }) }));
}

type OpenRecord = Pick<Connection, "db" | "prepare">;
