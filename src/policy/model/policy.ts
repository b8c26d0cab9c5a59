/** A policy as maps of rows, and what is done with rows of any kind alike. */
import type { Named } from "../../errors.ts";
import { isOwn, withoutOwn } from "./names.ts";
import { patternContains } from "./patterns.ts";
import { forEachKind, KINDS, RECORDS, recordOf } from "./records.ts";
import type { AnyRow, Kind, Row, Rows, Value } from "./rows.ts";

/** All rows of a policy, or the needed rows of a question, by kind and key. */
export type Policy = { readonly [K in Kind]: ReadonlyMap<string, Row<K>> };

export type User = Row<"user">;
export type Inheritance = Row<"inheritance">;
export type Grant = Row<"grant">;
/** A grant with more to it (rule 32): a condition on attributes, or patterns that it leaves out. */
export type Conditional = Row<"conditional">;
/** A row that grants: a plain grant, or a conditional one. */
export type AnyGrant = Grant | Conditional;
export type Assignment = Row<"assignment">;
export type Constraint = Row<"constraint">;
export type ApiKey = Row<"api-key">;

/** An assignment without its user, where the user is known from the context, and without its revision if unasked. */
export type HeldAssignment = Omit<Rows["assignment"], "user"> & { readonly revision?: number };

/** Plain grants that are kept by role, and are rows only where these are asked for. */
export interface GrantsByRole extends ReadonlyMap<string, Grant> {
  ofRole(role: string): readonly Grant[];
  /** The names that a role allows, anywhere and whoever owns what, where it grants nothing else; else `undefined`. */
  namesOf(role: string): readonly string[] | undefined;
}

/** A reference to a row: its kind, its key fields, and the revision that wrote it. */
export interface RowRef {
  readonly kind: Kind;
  readonly key: AnyRow;
  readonly revision: number;
}

/** True if two values are equal; lists are compared element by element. */
export const sameValue = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (isNames(a) && isNames(b) && a.length === b.length && a.every((name, index) => name === b[index]));

const isNames = (value: Value | undefined): value is readonly string[] => Array.isArray(value);

/** The key of a row, unique within its kind. Names contain no control characters, so NUL is a safe separator. */
export function keyOf(kind: Kind, row: AnyRow): string {
  const [first, ...rest] = RECORDS[kind].key as readonly [string, ...string[]];
  let key = String(row[first]);
  for (const field of rest) key += `\0${row[field] ?? ""}`;
  return key;
}

/** A row of any kind, as a text that no other row has. */
export const rowId = (kind: Kind, row: AnyRow): string => `${kind}\0${keyOf(kind, row)}`;

/** The fields of each key that name something, with the kind of what they name. */
const NAMING_FIELDS = forEachKind((kind) => {
  const { key, refersTo, isNamed } = recordOf(kind);
  return key.flatMap((field) => {
    const named = isNamed && field === kind ? (kind as Named) : refersTo[field];
    return named ? [[field, named] as const] : [];
  });
});

/** The names in a key, each with its kind. A pattern is a name, without its `:own`. */
export const namesInKey = (kind: Kind, key: AnyRow): (readonly [Named, string])[] =>
  NAMING_FIELDS[kind].map(([field, named]) => [named, withoutOwn(String(key[field]))] as const);

/** A renaming: the kind of what is renamed, its new name, and its former one. */
export interface NameChange {
  readonly of: Named;
  readonly name: string;
  readonly former: string;
}

/** The key that a row had before renamings of one revision; `undefined` where it has none of the new names. */
export function keyUnderFormerNames(kind: Kind, key: AnyRow, renamings: readonly NameChange[]): AnyRow | undefined {
  const renamed = NAMING_FIELDS[kind].flatMap(([field, named]) => {
    const name = String(key[field]);
    const renaming = renamings.find((one) => one.of === named && one.name === withoutOwn(name));
    return renaming ? [[field, isOwn(name) ? `${renaming.former}:own` : renaming.former] as const] : [];
  });
  return renamed.length === 0 ? undefined : { ...key, ...Object.fromEntries(renamed) };
}

/** A policy under construction: the same maps, writable. */
export type Draft = { readonly [K in Kind]: Map<string, Row<K>> };

export const emptyDraft = (): Draft => forEachKind(() => new Map<string, never>());

export const draftOf = (policy: Policy): Draft =>
  forEachKind((kind) => new Map<string, never>(rowsOf(policy, kind) as ReadonlyMap<string, never>));

/** Joins two sets of needed rows of the same policy. */
export function joinPolicies(one: Policy, other: Policy): Policy {
  const draft = draftOf(one);
  for (const kind of KINDS) for (const [key, row] of rowsOf(other, kind)) mapOf(draft, kind).set(key, row);
  return draft;
}

/** A map of a draft, untyped for code that handles all kinds in one way. Put only rows of that kind into it. */
export const mapOf = (draft: Draft, kind: Kind): Map<string, AnyRow> => draft[kind] as Map<string, AnyRow>;
export const rowsOf = (policy: Policy, kind: Kind): ReadonlyMap<string, AnyRow> => policy[kind];

export const isConditional = (grant: AnyGrant): grant is Conditional => "digest" in grant;

/** The condition of a grant as text; `null` where it counts always. */
export const conditionOf = (grant: AnyGrant): string | null => (isConditional(grant) ? grant.when : null);

/** True where a grant leaves a permission out (without `:own`), which its pattern covers. */
export const leavesOut = (grant: Rows["grant"] | Rows["conditional"], permission: string): boolean =>
  "digest" in grant && grant.but.some((pattern) => patternContains(pattern, permission));

/** What a grant says beside its pattern and its scope, to be put behind them; nothing for a plain one. */
export function moreInWords({ but = [], when = null }: Partial<Pick<Conditional, "but" | "when">>): string {
  const less = but.length === 0 ? "" : ` but ${but.join(" and ")}`;
  return `${less}${when === null ? "" : ` when ${when}`}`;
}
