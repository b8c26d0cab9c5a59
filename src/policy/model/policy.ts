/** A policy as maps of rows, and what is done with rows of any kind alike. */
import { forEachKind, KINDS, RECORDS } from "./records.ts";
import type { AnyRow, Kind, Row, Rows, Value } from "./rows.ts";

/** All rows of a policy, or the needed rows of a question, by kind and key. */
export type Policy = { readonly [K in Kind]: ReadonlyMap<string, Row<K>> };

export type User = Row<"user">;
export type Inheritance = Row<"inheritance">;
export type Grant = Row<"grant">;
export type Assignment = Row<"assignment">;
export type Constraint = Row<"constraint">;

/** An assignment without its user, where the user is known from the context. */
export type HeldAssignment = Omit<Rows["assignment"], "user">;

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
