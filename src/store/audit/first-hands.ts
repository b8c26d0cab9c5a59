/** Who put rows there: the entries that wrote them, followed back through renamings (rule 39). */
import { type Change, keyFields, kindOf } from "../../policy/model/change.ts";
import { namesInAddition, rowUnderFormerNames } from "../../policy/model/conditional-digest.ts";
import { namesInKey, type RowRef, sameValue } from "../../policy/model/policy.ts";
import type { Entry, FirstHand, Renaming } from "../../policy/model/results.ts";
import type { AnyRow } from "../../policy/model/rows.ts";
import { type EntriesOfRows, refKey } from "./entries-of-rows.ts";
import type { FormerRow } from "./former-names.ts";

/**
 * The entries that put some rows there, by `refKey`: where a row was moved by renamings only, the entry before them,
 * which says who is answerable for it.
 */
export async function firstHandsOf(entries: EntriesOfRows, refs: readonly RowRef[]): Promise<Map<string, FirstHand>> {
  const inKeys = await entries.formersOf(refs.flatMap(({ kind, key }) => namesInKey(kind, key)));
  const firstHands = new Map<string, FirstHand>();
  for (const ref of refs) {
    const entry = await entries.lastIn(ref.revision, ref);
    if (!entry) continue;
    // Only the entry of a conditional grant says which names it leaves out.
    const formers = ref.kind === "conditional" ? await entries.formersOf(namesInAddition(entry.change)) : inKeys;
    const unmoved = { ...entry, renamings: [], as: {} };
    firstHands.set(refKey(ref), formers.length === 0 ? unmoved : await followed(entries, entry, formers));
  }
  return firstHands;
}

async function followed(entries: EntriesOfRows, entry: Entry, formers: readonly FormerRow[]): Promise<FirstHand> {
  const renamings: Renaming[] = [];
  let [first, known] = [entry, formers];
  for (;;) {
    const { revision, actor, at } = first;
    const ofRevision = known.filter((former) => former.revision === revision);
    const earlier = await beforeRenaming(entries, first, ofRevision);
    if (!earlier) return { ...first, renamings, as: differing(keyFields(entry.change), keyFields(first.change)) };
    const names = namesInAddition(first.change).map(String);
    const ofRow = ofRevision.filter(({ of, name }) => names.includes(String([of, name])));
    renamings.unshift(...ofRow.map(({ of, name, former }) => ({ of, former, name, revision, actor, at })));
    first = earlier;
    known = await entries.formersOf(namesInAddition(first.change));
  }
}

/** The entry that wrote a row under its former names, where a revision only renamed it. */
async function beforeRenaming(
  entries: EntriesOfRows,
  { change, revision }: Entry,
  formers: readonly FormerRow[],
): Promise<Entry | undefined> {
  const kind = kindOf(change);
  const row = rowUnderFormerNames(change, formers);
  if (!row) return undefined;
  const removal = await entries.lastIn(revision, { kind, key: row });
  const isMoved = removal?.change.after === null && sameFields(removal.change, row);
  return isMoved ? entries.lastBefore(revision, { kind, key: row }) : undefined;
}

const differing = (now: AnyRow, then: AnyRow): Record<string, string> =>
  Object.fromEntries(
    // A digest is no name.
    Object.entries(then).flatMap(([field, name]) =>
      name === now[field] || field === "digest" ? [] : [[field, `${name}`]],
    ),
  );

const sameFields = ({ before }: Change, row: AnyRow): boolean =>
  Object.entries((before ?? {}) as AnyRow).every(([field, value]) => sameValue(value, row[field]));
