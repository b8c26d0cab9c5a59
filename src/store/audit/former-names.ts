/** Follows names backwards through the renamings that the record has (rule 39). */
import type { Kysely } from "kysely";
import type { Named } from "../../errors.ts";
import { added, canonicalChange } from "../../policy/model/change.ts";
import type { NameChange } from "../../policy/model/policy.ts";
import type { Entry } from "../../policy/model/results.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, rawSql } from "../sql/fragments.ts";
import type { NameSpan } from "./entries.ts";

/**
 * The times of the former names of what has, or had, a name; the latest first. A former name is followed only up to
 * the renaming: whoever has it afterwards is somebody else.
 */
export async function formerSpans(db: Kysely<Tables>, of: "user" | "role", name: string): Promise<NameSpan[]> {
  const spans: NameSpan[] = [];
  const pending = (await formersOf(db, [[of, name]])).reverse();
  for (const former of pending) {
    const from = await begunBefore(db, of, former.former, former.revision);
    const renaming = canonicalChange(added("former", former)) ?? "";
    const { actor, at } = await stampOf(db, former.revision);
    spans.push({ of, name: former.former, from, until: former.revision, actor, at, renaming });
    const earlier = await formersOf(db, [[of, former.former]]);
    pending.push(...earlier.filter(({ revision }) => revision === from));
  }
  return spans.sort((a, b) => b.until - a.until);
}

export type FormerRow = NameChange & { readonly revision: number };

/** The rows of former names of some names, oldest first. */
export async function formersOf(
  db: Kysely<Tables>,
  names: readonly (readonly [Named, string])[],
): Promise<FormerRow[]> {
  const kinds = [...new Set(names.map(([of]) => of))];
  const found: FormerRow[] = [];
  for (const chunk of chunks([...new Set(names.map(([, name]) => name))])) {
    const query = db.selectFrom("formers").select(["of", "name", "former", "revision"]).where("of", "in", kinds);
    for (const row of await query.where(rawSql(columnIn("name", chunk))).execute()) found.push(row);
  }
  return found.sort((a, b) => a.revision - b.revision);
}

/** The revision that last made something of a name before a revision. */
async function begunBefore(db: Kysely<Tables>, of: "user" | "role", name: string, revision: number): Promise<number> {
  const query = db.selectFrom("entries").select("revision").where(of, "=", name).where("kind", "=", `${of}.add`);
  const row = await query.where("revision", "<", revision).orderBy("seq", "desc").limit(1).executeTakeFirst();
  return row?.revision ?? 0;
}

/** Who made a revision, and when. */
const stampOf = (db: Kysely<Tables>, revision: number): Promise<Pick<Entry, "actor" | "at">> =>
  db.selectFrom("entries").select(["actor", "at"]).where("revision", "=", revision).limit(1).executeTakeFirstOrThrow();
