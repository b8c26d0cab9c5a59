/** Follows names backwards through the renamings that the record has (rule 39). */
import type { Kysely } from "kysely";
import type { Named } from "../../errors.ts";
import { added, type Change, canonicalChange, keyFields, kindOf } from "../../policy/model/change.ts";
import { keyUnderFormerNames, type NameChange, namesInKey, type RowRef } from "../../policy/model/policy.ts";
import type { Entry, FirstHand, Renaming } from "../../policy/model/results.ts";
import type { AnyRow } from "../../policy/model/rows.ts";
import type { Tables } from "../engine/tables.ts";
import { chunks, columnIn, rawSql } from "../sql/fragments.ts";
import type { NameSpan } from "./entries.ts";
import { entriesOf, firstAndLastSeq, lastEntryOf } from "./entries-of-rows.ts";

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

type FormerRow = NameChange & { readonly revision: number };

/** The rows of former names of some names, oldest first. */
export async function formersOf(
  db: Kysely<Tables>,
  names: readonly (readonly [Named, string])[],
): Promise<FormerRow[]> {
  const kinds = [...new Set(names.map(([of]) => of))];
  const found: FormerRow[] = [];
  for (const chunk of chunks([...new Set(names.map(([, name]) => name))])) {
    const query = db.selectFrom("formers").select(["of", "name", "former", "revision"]).where("of", "in", kinds);
    found.push(...(await query.where(rawSql(columnIn("name", chunk))).execute()));
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

/**
 * The entries that put some rows there, by `refKey`: where a row was moved by renamings only, the entry before them,
 * which says who is answerable for it.
 */
export async function firstHandsOf(db: Kysely<Tables>, refs: readonly RowRef[]): Promise<Map<string, FirstHand>> {
  const entries = await entriesOf(db, refs);
  const formers = await formersOf(
    db,
    refs.flatMap(({ kind, key }) => namesInKey(kind, key)),
  );
  const firstHands = new Map<string, FirstHand>();
  for (const [key, entry] of entries)
    firstHands.set(
      key,
      formers.length === 0 ? { ...entry, renamings: [], as: {} } : await followed(db, entry, formers),
    );
  return firstHands;
}

async function followed(db: Kysely<Tables>, entry: Entry, formers: readonly FormerRow[]): Promise<FirstHand> {
  const renamings: Renaming[] = [];
  let [first, known] = [entry, formers];
  for (;;) {
    const { revision, actor, at } = first;
    const ofRevision = known.filter((former) => former.revision === revision);
    const earlier = await beforeRenaming(db, first, ofRevision);
    if (!earlier) return { ...first, renamings, as: differing(keyFields(entry.change), keyFields(first.change)) };
    const names = namesInKey(kindOf(first.change), keyFields(first.change)).map(String);
    const ofRow = ofRevision.filter(({ of, name }) => names.includes(String([of, name])));
    renamings.unshift(...ofRow.map(({ of, name, former }) => ({ of, former, name, revision, actor, at })));
    first = earlier;
    known = await formersOf(db, namesInKey(kindOf(first.change), keyFields(first.change)));
  }
}

/** The entry that wrote a row under its former names, where a revision only renamed it. */
async function beforeRenaming(
  db: Kysely<Tables>,
  { change, revision }: Entry,
  formers: readonly FormerRow[],
): Promise<Entry | undefined> {
  const kind = kindOf(change);
  const key = keyUnderFormerNames(kind, keyFields(change), formers);
  if (!key) return undefined;
  const [first, last] = await firstAndLastSeq(db, revision);
  const removal = await lastEntryOf(db, { kind, key }, [first, last]);
  const isMoved = removal?.change.after === null && sameFields(removal.change, change);
  return isMoved ? lastEntryOf(db, { kind, key }, [1, first - 1]) : undefined;
}

const differing = (now: AnyRow, then: AnyRow): Record<string, string> =>
  Object.fromEntries(
    Object.entries(then).flatMap(([field, name]) => (name === now[field] ? [] : [[field, `${name}`]])),
  );

const sameFields = (removal: Change, addition: Change): boolean =>
  JSON.stringify(removal.before) === JSON.stringify(addition.after);
