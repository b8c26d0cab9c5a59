/** Finds what the record says of some rows after a revision: the rows themselves forget that they were changed back. */
import type { Kysely } from "kysely";
import { type Change, keyFields, kindOf } from "../../policy/model/change.ts";
import type { LaterEntry, UntouchedRows } from "../../policy/model/mutation.ts";
import { rowId } from "../../policy/model/policy.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, type Fragment, fragment, rawSql } from "../sql/fragments.ts";
import { head, parseChange } from "./entries.ts";
import { firstAndLastSeq } from "./entries-of-rows.ts";

const rowKey = (change: Change): string => rowId(kindOf(change), keyFields(change));

const PAGE_SIZE = 1000;

/** The first entry after a revision for one of some rows. */
export async function firstLaterEntry(
  db: Kysely<Tables>,
  { since, changes }: Pick<UntouchedRows, "since" | "changes">,
): Promise<LaterEntry | undefined> {
  const [, last] = await firstAndLastSeq(db, since);
  const later = (await head(db)).seq - last;
  if (later === 0) return undefined;
  const users = new Set(changes.flatMap((change) => ("user" in change ? [change.user] : [])));
  const isStructure = changes.some((change) => !("user" in change));
  // Entries are found by the indices of users and of structure, unless there are so few that reading them all is less.
  const parts =
    later <= Math.max(PAGE_SIZE, users.size)
      ? [fragment("1 = 1")]
      : [
          ...(isStructure ? [fragment(`"user" is null`)] : []),
          ...[...chunks([...users])].map((names) => columnIn("user", names)),
        ];
  const rows = new Set(changes.map(rowKey));
  const found: (LaterEntry & { readonly seq: number })[] = [];
  for (const part of parts) {
    const first = await firstOf(db, last, part, rows);
    if (first) found.push(first);
  }
  return found.sort((a, b) => a.seq - b.seq)[0];
}

async function firstOf(db: Kysely<Tables>, last: number, part: Fragment, rows: ReadonlySet<string>) {
  for (let after = last; ; ) {
    const query = db.selectFrom("entries").select(["seq", "revision", "change"]).where("seq", ">", after);
    const page = await query.where(rawSql(part)).orderBy("seq").limit(PAGE_SIZE).execute();
    for (const { seq, revision, change: text } of page) {
      const change = parseChange({ seq, change: text });
      if (rows.has(rowKey(change))) return { seq, revision, change };
    }
    const end = page.at(-1);
    if (!end || page.length < PAGE_SIZE) return undefined;
    after = end.seq;
  }
}
