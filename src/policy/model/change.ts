/**
 * A change: one row before and after. The same value is used for plans, for writing, and in audit entries (rule
 * 23).
 */
import { didYouMean, type Named, wrong } from "../../errors.ts";
import { by } from "./byte-order.ts";
import { nearest } from "./name-suggestions.ts";
import { quote } from "./names.ts";
import { type Draft, draftOf, keyOf, mapOf, moreInWords, type Policy, rowsOf, sameValue } from "./policy.ts";
import { DOCUMENTED_KINDS, KINDS, RECORDS, recordOf } from "./records.ts";
import type { AnyRow, Kind, Rows, Value } from "./rows.ts";

const VERBS = ["add", "update", "remove"] as const;
type Verb = (typeof VERBS)[number];
type KeyField<K extends Kind> = (typeof RECORDS)[K]["key"][number] & keyof Rows[K];
type Fields<K extends Kind> = Readonly<Omit<Rows[K], KeyField<K>>>;

/** A change of a row of one kind. */
export type ChangeOf<K extends Kind> = { readonly kind: `${K}.${Verb}` } & Readonly<Pick<Rows[K], KeyField<K>>> & {
    readonly before: Fields<K> | null;
    readonly after: Fields<K> | null;
  };

/**
 * `{kind, …key, before, after}`; a side is `null` if the row does not exist. Kinds and the meaning of fields
 * are frozen.
 */
export type Change = { readonly [K in Kind]: ChangeOf<K> }[Kind];

/**
 * What a table has for each kind of change, for a change. A new kind does not compile until each such table has it.
 * @param table a function for each kind, of a change of that kind
 */
export function byKind<T>(table: { readonly [K in Kind]: (change: ChangeOf<K>) => T }, change: Change): T {
  return (table[kindOf(change)] as (change: Change) => T)(change);
}

type Values = { readonly [property: string]: unknown };

/** A change by the names of its fields, for code that treats all kinds alike: its key as in a row of its kind. */
export const valuesOf = (change: Change): AnyRow => change as Values as AnyRow;

/** The inverse of `valuesOf`, for a change built from the fields of its kind: the compiler cannot follow that. */
export const asChange = (values: Values): Change => values as unknown as Change;

/** The names of the changes of each kind. Built once, because changes come by the million. */
const CHANGE_NAMES = Object.fromEntries(
  KINDS.map((kind) => [kind, Object.fromEntries(VERBS.map((verb) => [verb, `${kind}.${verb}`]))]),
) as { readonly [K in Kind]: Readonly<Record<Verb, string>> };
const KIND_OF: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) => Object.values(CHANGE_NAMES[kind]).map((name) => [name, kind] as const)),
);

/** The kind of row that a change touches. */
export const kindOf = ({ kind }: Change): Kind => KIND_OF.get(kind) ?? (kind.slice(0, kind.indexOf(".")) as Kind);

/** The change that turns row `before` into row `after`, or `undefined` if their fields are equal. */
export function changeOf(kind: Kind, before: AnyRow | undefined, after: AnyRow | undefined): Change | undefined {
  const row = after ?? before;
  if (!row) return undefined;
  const { key, fields } = recordOf(kind);
  if (before && after && fields.every((field) => sameValue(before[field], after[field]))) return undefined;
  const verb: Verb = before ? (after ? "update" : "remove") : "add";
  const change: Record<string, unknown> = { kind: CHANGE_NAMES[kind][verb] };
  for (const field of key) change[field] = row[field] ?? null;
  change.before = before ? pick(before, fields) : null;
  change.after = after ? pick(after, fields) : null;
  return asChange(change);
}

export const added = <K extends Kind>(kind: K, row: Rows[K]): Change => addedRow(kind, row);
export const removed = <K extends Kind>(kind: K, row: Rows[K]): Change => removedRow(kind, row);

/** The untyped forms, for code that handles all kinds in one way; the row must be of that kind. */
export const addedRow = (kind: Kind, row: AnyRow): Change => definedChange(changeOf(kind, undefined, row));
export const removedRow = (kind: Kind, row: AnyRow): Change => definedChange(changeOf(kind, row, undefined));

/** The row that a change leaves, or `undefined` if it removes the row. */
export const rowAfter = (change: Change, revision: number): AnyRow | undefined =>
  change.after ? ({ ...keyFields(change), ...change.after, revision } as AnyRow) : undefined;

/** The key fields of the row that a change affects. */
export const keyFields = (change: Change): AnyRow => pick(valuesOf(change), recordOf(kindOf(change)).key);

/** The row of a change: its kind and its key. */
export function rowInWords(change: Change): string {
  const { kind: _, before, after, ...key } = change;
  const row = (words: Values) => Object.values(words).filter((value) => value !== null);
  if (change.kind !== "conditional.add" && change.kind !== "conditional.remove")
    return [kindOf(change), ...row(key)].join(" ");
  const { digest: _digest, ...grant } = key as Values; // Nobody reads a digest; what it is made of says more.
  return [kindOf(change), ...row(grant)].join(" ") + moreInWords(change.after ?? change.before ?? {});
}

/** Applies changes to a draft, in place. Validates nothing (rule 23). */
export function replay(draft: Draft, changes: Iterable<Change>, revision: number): void {
  for (const change of changes) {
    const kind = kindOf(change);
    const row = rowAfter(change, revision);
    const key = keyOf(kind, row ?? keyFields(change));
    if (row) mapOf(draft, kind).set(key, row);
    else mapOf(draft, kind).delete(key);
  }
}

/** The policy after the changes; the given policy is not modified. */
export function apply(policy: Policy, changes: Iterable<Change>, revision = 0): Policy {
  const draft = draftOf(policy);
  replay(draft, changes, revision);
  return draft;
}

/** The former names of what changes rename, by the new ones. */
export const formerNamesOf = (changes: readonly Change[], kind: Named): ReadonlyMap<string, string> =>
  new Map(
    changes.flatMap((change) =>
      change.kind === "former.add" && change.of === kind ? [[change.name, change.former] as const] : [],
    ),
  );

/** The change that reverses a change. */
export function inverse(change: Change): Change {
  const key = keyFields(change);
  const row = (fields: object | null) => (fields ? ({ ...key, ...fields } as AnyRow) : undefined);
  return definedChange(changeOf(kindOf(change), row(change.after), row(change.before)));
}

/**
 * The changes that turn one policy into another. Rows are added after the rows that they refer to, and removed
 * before them. Within a kind, changes are sorted by key, because the order of rows that were read depends on
 * the database.
 * @param order with `stated`, added rows stay in the order of `to`, which is that of a document
 * @param kinds of which rows; of those that are left out, what stands is left as it is
 */
export function diff(
  from: Policy,
  to: Policy,
  order: "read" | "stated" = "read",
  kinds: readonly Kind[] = DOCUMENTED_KINDS,
): Change[] {
  const removals: Change[][] = [];
  const addsAndUpdates: Change[][] = [];
  for (const kind of kinds) {
    const [before, after] = [rowsOf(from, kind), rowsOf(to, kind)];
    const removedKeyed: KeyedChange[] = [];
    const updatedKeyed: KeyedChange[] = [];
    const addedKeyed: KeyedChange[] = [];
    let kept = 0;
    for (const [key, row] of after) {
      const current = before.get(key);
      if (current) kept += 1;
      if (current === row) continue;
      const change = changeOf(kind, current, row);
      if (change) (current ? updatedKeyed : addedKeyed).push([key, change]);
    }
    if (kept < before.size)
      for (const [key, row] of before) if (!after.has(key)) removedKeyed.push([key, removedRow(kind, row)]);
    removals.unshift(sortedByKey(removedKeyed));
    addsAndUpdates.push(
      sortedByKey(updatedKeyed),
      order === "read" ? sortedByKey(addedKeyed) : addedKeyed.map(([, change]) => change),
    );
  }
  return [...removals, ...addsAndUpdates].flat();
}

type KeyedChange = readonly [key: string, change: Change];

const sortedByKey = (keyed: KeyedChange[]): Change[] => keyed.sort(by(([key]) => key)).map(([, change]) => change);

/** The property names of a change and of its sides by kind, in the order of canonical JSON. */
const CANONICAL_ORDER: ReadonlyMap<Kind, { names: readonly string[]; fields: readonly string[] }> = new Map(
  KINDS.map((kind) => {
    const { key, fields } = RECORDS[kind];
    return [kind, { names: ["kind", "before", "after", ...key].sort(), fields: [...fields].sort() }];
  }),
);

/**
 * The canonical JSON of a change: the text that `canonicalJson` gives for a change built by `changeOf`. Other
 * properties of the change are left out. `undefined` if its two sides are equal.
 */
export function canonicalChange(change: Change): string | undefined {
  const { names = [], fields = [] } = CANONICAL_ORDER.get(kindOf(change)) ?? {};
  const before = sideText(change.before, fields);
  const after = sideText(change.after, fields);
  if (before === after) return undefined;
  const verb: Verb = before === "null" ? "add" : after === "null" ? "remove" : "update";
  const encoded: Readonly<Record<string, string>> = { before, after, kind: `"${kindOf(change)}.${verb}"` };
  const values = valuesOf(change);
  let text = "";
  for (const name of names) text += `,"${name}":${encoded[name] ?? JSON.stringify(values[name] ?? null)}`;
  return `{${text.slice(1)}}`;
}

function sideText(side: object | null | undefined, fields: readonly string[]): string {
  if (side === null || side === undefined) return "null";
  let text = "";
  for (const field of fields) text += `,"${field}":${JSON.stringify((side as AnyRow)[field] ?? null)}`;
  return `{${text.slice(1)}}`;
}

/** The side of a change of a kind that has no fields. */
const NO_FIELDS: AnyRow = Object.freeze({});

function pick(row: Values, fields: readonly string[]): AnyRow {
  if (fields.length === 0) return NO_FIELDS;
  const picked: Record<string, Value> = {};
  for (const field of fields) picked[field] = (row[field] ?? null) as Value;
  return picked;
}

/** Invariant: adding or removing a row, and reversing a change, always gives a change. */
function definedChange(change: Change | undefined): Change {
  if (!change) throw new Error("a change without a row");
  return change;
}

/** Reads a kind of change, `grant` or `grant.add`. @throws RbacError `KIND_UNKNOWN` (exit 2). */
export function parseKind(text: string): string {
  const known = KINDS.flatMap((kind) => [kind, `${kind}.add`, `${kind}.update`, `${kind}.remove`]);
  if (known.includes(text)) return text;
  const suggestions = nearest(text, known);
  const names = suggestions.length > 0 ? didYouMean(suggestions) : `: the kinds are ${KINDS.join(", ")}`;
  throw wrong("KIND_UNKNOWN", `there is no kind of change ${quote(text)}${names}`, { suggestions });
}
