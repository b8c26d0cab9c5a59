/**
 * A part of a policy: the rows that fit some names and scopes. It is a value that whoever asks brings along; the
 * database knows of no part.
 */
import type { Named } from "../../errors.ts";
import { KINDS } from "../model/records.ts";
import type { AnyRow, Kind, Rows } from "../model/rows.ts";
import { covers } from "../model/scopes.ts";

/** What a part may name. Values of one key are alternatives; a row must fit every key that is said of its kind. */
export const PART_KEYS = ["roles", "users", "permissions", "scopes"] as const;
export type PartKey = (typeof PART_KEYS)[number];

/** The kinds of what keys name. */
export const NAMED_BY = { roles: "role", users: "user", permissions: "permission" } as const satisfies {
  readonly [P in Exclude<PartKey, "scopes">]: Named;
};

/** A name, or with `isPrefix` all names that begin with it; or a scope, with all below it. */
export interface PartValue {
  readonly name: string;
  readonly isPrefix: boolean;
}

/** At least one key, each with at least one value; in the order of `PART_KEYS`, values sorted, none twice. */
export type Part = { readonly [P in PartKey]?: readonly PartValue[] };

/** Reads the rows of a kind in the order of their keys: all, or at least those within a part. */
export type RowsOfKind = (kind: Kind, within?: Part) => AsyncIterable<AnyRow>;

/**
 * The fields that a key is about, of each kind that it is said of. `null`: a row is about all users, or about every
 * scope, and so lies in no part that names some. A kind that no key is said of lies in no part.
 */
const FIELDS: { readonly [K in Kind]: { readonly [P in PartKey]?: readonly (keyof Rows[K])[] | null } } = {
  permission: { permissions: ["permission"] },
  role: { roles: ["role"] },
  user: { users: ["user"] },
  inheritance: { roles: ["role"] },
  grant: { roles: ["role"], scopes: ["scope"] },
  everyone: { roles: ["role"], users: null, scopes: null },
  assignment: { roles: ["role"], users: ["user"], scopes: ["scope"] },
  constraint: { roles: ["roles", "needs"], users: null, scopes: null },
  policy: {},
  conditional: { roles: ["role"], scopes: ["scope"] },
  attribute: {},
  former: {},
  identity: { users: ["user"] },
  approval: { roles: ["roles", "and"], users: null, scopes: null },
  "api-key": { users: ["user"] },
};

/** The names that a part says in full, each with its kind. */
export const namesSaid = (part: Part): (readonly [Named, string])[] =>
  Object.entries(NAMED_BY).flatMap(([key, kind]) =>
    (part[key as keyof typeof NAMED_BY] ?? []).flatMap(({ name, isPrefix }) =>
      isPrefix ? [] : [[kind, name] as const],
    ),
  );

/** True if a part leaves a key open, or a value of it fits. A scope fits by one that covers it, the root by none. */
export function fits(part: Part, key: PartKey, value: string | null): boolean {
  const values = part[key];
  if (values === undefined) return true;
  if (value === null) return false;
  if (key === "scopes") return values.some(({ name }) => covers(name, value));
  return values.some(({ name, isPrefix }) => (isPrefix ? value.startsWith(name) : value === name));
}

/** True if a part may have rows of a kind: it names something that is said of the kind. */
export function mayHold(part: Part, kind: Kind): boolean {
  const named = PART_KEYS.filter((key) => part[key] !== undefined && FIELDS[kind][key] !== undefined);
  return named.length > 0 && named.every((key) => FIELDS[kind][key] !== null);
}

/** The fields of a kind that a key is about. */
export const partFields = (kind: Kind, key: PartKey): readonly string[] => FIELDS[kind][key] ?? [];

/** True if a row lies in a part. A row that names several roles does if all of them fit. */
export function liesIn(part: Part, kind: Kind, row: AnyRow): boolean {
  return (
    mayHold(part, kind) &&
    PART_KEYS.every((key) => partFields(kind, key).every((field) => fitsAll(part, key, row[field])))
  );
}

function fitsAll(part: Part, key: PartKey, value: AnyRow[string] | undefined): boolean {
  if (Array.isArray(value)) return value.every((name: string) => fits(part, key, name));
  if (value === null || value === undefined) return key !== "scopes" || fits(part, key, null); // No name is left out.
  return fits(part, key, String(value));
}

/** True if a row could lie in both parts. */
export const meet = (one: Part, other: Part): boolean =>
  KINDS.some(
    (kind) =>
      mayHold(one, kind) &&
      mayHold(other, kind) &&
      PART_KEYS.every((key) => partFields(kind, key).length === 0 || share(key, one[key], other[key])),
  );

function share(
  key: PartKey,
  some: readonly PartValue[] | undefined,
  others: readonly PartValue[] | undefined,
): boolean {
  if (!some || !others) return true;
  return some.some((one) => others.some((other) => haveCommon(key, one, other) || haveCommon(key, other, one)));
}

/** True if a name that fits `deeper` fits `wider`, too, or may. */
function haveCommon(key: PartKey, wider: PartValue, deeper: PartValue): boolean {
  if (key === "scopes") return covers(wider.name, deeper.name);
  return wider.isPrefix ? deeper.name.startsWith(wider.name) : !deeper.isPrefix && wider.name === deeper.name;
}
