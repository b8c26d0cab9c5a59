/** A change: one row before and after. It is at once the plan, the mutation and the audit entry (rule 23). */
import { didYouMean, wrong } from "../../errors.ts";
import { by } from "./byte-order.ts";
import { nearest } from "./name-suggestions.ts";
import { quote } from "./names.ts";
import {
  type AnyRow,
  type Draft,
  draftOf,
  KINDS,
  type Kind,
  keyOf,
  mapOf,
  type Policy,
  RECORDS,
  type Rows,
  rowsOf,
  sameValue,
  type Value,
} from "./policy.ts";

const VERBS = ["add", "update", "remove"] as const;
type Verb = (typeof VERBS)[number];
type KeyField<K extends Kind> = (typeof RECORDS)[K]["key"][number] & keyof Rows[K];
type Fields<K extends Kind> = Readonly<Omit<Rows[K], KeyField<K>>>;

/** `{kind, …key, before, after}`: `null` where the row is not there. Kinds and the meaning of fields are frozen. */
export type Change = {
  readonly [K in Kind]: { readonly kind: `${K}.${Verb}` } & Readonly<Pick<Rows[K], KeyField<K>>> & {
      readonly before: Fields<K> | null;
      readonly after: Fields<K> | null;
    };
}[Kind];

/** What each kind of change is called, made once: changes come by the million. */
const NAMES = Object.fromEntries(
  KINDS.map((kind) => [kind, Object.fromEntries(VERBS.map((verb) => [verb, `${kind}.${verb}`]))]),
) as { readonly [K in Kind]: Readonly<Record<Verb, string>> };
const KIND_OF: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) => Object.values(NAMES[kind]).map((name) => [name, kind] as const)),
);

/** The kind of row that a change touches. */
export const kindOf = ({ kind }: Change): Kind => KIND_OF.get(kind) ?? (kind.slice(0, kind.indexOf(".")) as Kind);

/** The change that turns row `before` into row `after`, or `undefined` where they say the same. */
export function changeOf(kind: Kind, before: AnyRow | undefined, after: AnyRow | undefined): Change | undefined {
  const row = after ?? before;
  if (!row) return undefined;
  const { key, fields } = RECORDS[kind] as { key: readonly string[]; fields: readonly string[] };
  if (before && after && fields.every((field) => sameValue(before[field], after[field]))) return undefined;
  const verb: Verb = before ? (after ? "update" : "remove") : "add";
  const change: Record<string, unknown> = { kind: NAMES[kind][verb] };
  for (const field of key) change[field] = row[field] ?? null;
  change.before = before ? pick(before, fields) : null;
  change.after = after ? pick(after, fields) : null;
  return change as unknown as Change;
}

export const added = <K extends Kind>(kind: K, row: Rows[K]): Change => addedRow(kind, row);
export const removed = <K extends Kind>(kind: K, row: Rows[K]): Change => removedRow(kind, row);

/** The same for code that treats every kind alike; the row must be of the kind. */
export const addedRow = (kind: Kind, row: AnyRow): Change => made(changeOf(kind, undefined, row));
export const removedRow = (kind: Kind, row: AnyRow): Change => made(changeOf(kind, row, undefined));

/** The row that stands after a change, or `undefined` where it removes one. */
export const rowAfter = (change: Change, revision: number): AnyRow | undefined =>
  change.after ? ({ ...keyFields(change), ...change.after, revision } as AnyRow) : undefined;

/** The fields that name the row which a change touches. */
export const keyFields = (change: Change): AnyRow => pick(change as unknown as AnyRow, RECORDS[kindOf(change)].key);

/** Sets the rows that changes say, in place. Validates nothing: replay is blind (rule 23). */
export function replay(draft: Draft, changes: Iterable<Change>, revision: number): void {
  for (const change of changes) {
    const kind = kindOf(change);
    const row = rowAfter(change, revision);
    const key = keyOf(kind, row ?? keyFields(change));
    if (row) mapOf(draft, kind).set(key, row);
    else mapOf(draft, kind).delete(key);
  }
}

/** The policy that stands after the changes; the given one is left as it is. */
export function apply(policy: Policy, changes: Iterable<Change>, revision = 0): Policy {
  const draft = draftOf(policy);
  replay(draft, changes, revision);
  return draft;
}

/** The change that takes a change back. */
export function inverse(change: Change): Change {
  const key = keyFields(change);
  const row = (fields: object | null) => (fields ? ({ ...key, ...fields } as AnyRow) : undefined);
  return made(changeOf(kindOf(change), row(change.after), row(change.before)));
}

/**
 * The changes that turn one policy into another: what is referred to comes before what refers to it, and goes after it. Of one kind
 * they come in the order of their keys, for a policy that was read has its rows in whatever order the database gave them.
 * @param as `stated` leaves the rows that are added in the order of `to`: that of a document
 */
export function diff(from: Policy, to: Policy, as: "read" | "stated" = "read"): Change[] {
  const gone: Change[][] = [];
  const come: Change[][] = [];
  for (const kind of KINDS) {
    const [before, after] = [rowsOf(from, kind), rowsOf(to, kind)];
    const lost: Keyed[] = [];
    const moved: Keyed[] = [];
    const made: Keyed[] = [];
    for (const [key, row] of before) if (!after.has(key)) lost.push([key, removedRow(kind, row)]);
    for (const [key, row] of after) {
      const standing = before.get(key);
      const change = changeOf(kind, standing, row);
      if (change) (standing ? moved : made).push([key, change]);
    }
    gone.unshift(inOrder(lost));
    come.push(inOrder(moved), as === "read" ? inOrder(made) : made.map(([, change]) => change));
  }
  return [...gone, ...come].flat();
}

type Keyed = readonly [key: string, change: Change];

const inOrder = (keyed: Keyed[]): Change[] => keyed.sort(by(([key]) => key)).map(([, change]) => change);

/** The words of a change and of its sides by kind, in the order of canonical JSON. */
const ORDER: ReadonlyMap<Kind, { words: readonly string[]; fields: readonly string[] }> = new Map(
  KINDS.map((kind) => {
    const { key, fields } = RECORDS[kind];
    return [kind, { words: ["kind", "before", "after", ...key].sort(), fields: [...fields].sort() }];
  }),
);

/**
 * The canonical JSON of what a change says: the text that `canonicalJson` makes of a change that `changeOf` made, and no other
 * text, whatever else is in the change. `undefined` where its two sides say the same.
 */
export function canonicalChange(change: Change): string | undefined {
  const { words = [], fields = [] } = ORDER.get(kindOf(change)) ?? {};
  const before = sideText(change.before, fields);
  const after = sideText(change.after, fields);
  if (before === after) return undefined;
  const verb: Verb = before === "null" ? "add" : after === "null" ? "remove" : "update";
  const said: Readonly<Record<string, string>> = { before, after, kind: `"${kindOf(change)}.${verb}"` };
  const rest = change as unknown as Readonly<Record<string, unknown>>;
  let text = "";
  for (const word of words) text += `,"${word}":${said[word] ?? JSON.stringify(rest[word] ?? null)}`;
  return `{${text.slice(1)}}`;
}

function sideText(side: object | null | undefined, fields: readonly string[]): string {
  if (side === null || side === undefined) return "null";
  let text = "";
  for (const field of fields) text += `,"${field}":${JSON.stringify((side as AnyRow)[field] ?? null)}`;
  return `{${text.slice(1)}}`;
}

/** What a side says of a kind that has no fields. */
const NOTHING: AnyRow = Object.freeze({});

function pick(row: AnyRow, fields: readonly string[]): AnyRow {
  if (fields.length === 0) return NOTHING;
  const picked: Record<string, Value> = {};
  for (const field of fields) picked[field] = (row[field] ?? null) as Value;
  return picked;
}

/** Invariant: a change between a row and no row always says something. */
function made(change: Change | undefined): Change {
  if (!change) throw new Error("a change without a row");
  return change;
}

/** Reads a kind of change, `grant` or `grant.add`. @throws RbacError `KIND_UNKNOWN` (exit 2). */
export function parseKind(text: string): string {
  const known = KINDS.flatMap((kind) => [kind, `${kind}.add`, `${kind}.update`, `${kind}.remove`]);
  if (known.includes(text)) return text;
  const suggestions = nearest(text, known);
  throw wrong("KIND_UNKNOWN", `there is no kind of change ${quote(text)}${didYouMean(suggestions)}`, { suggestions });
}
