/** The rows of a policy as types: the properties of each kind of row. */

import type { Named } from "../../errors.ts";

export type Effect = "allow" | "deny";

/**
 * The properties of each kind of row. Times are RFC 3339 UTC text with milliseconds, so they compare as text.
 * `null` means "not given"; a `null` scope is the root.
 */
export type Rows = {
  permission: { permission: string; description: string | null };
  role: { role: string; description: string | null };
  user: { user: string; email: string | null; name: string | null; disabled: boolean };
  inheritance: { role: string; inherits: string };
  grant: { role: string; effect: Effect; permission: string; scope: string | null };
  everyone: { role: string };
  assignment: { user: string; role: string; scope: string | null; from: string | null; until: string | null };
  constraint: {
    constraint: string;
    type: ConstraintType;
    /** Sorted, without duplicates. Exactly one role for `max_users` and `min_users`. */
    roles: readonly string[];
    /** The number of roles or users that the type limits; `null` for a prerequisite. */
    limit: number | null;
    /** The roles that a prerequisite requires; `null` for the other types. */
    needs: readonly string[] | null;
  };
  /** A setting of the whole policy; it is on if the row exists. */
  policy: { setting: Setting };
  /** A grant with more to it (rule 32): `but` leaves patterns out of it, `when` is a condition. */
  conditional: {
    role: string;
    effect: Effect;
    permission: string;
    scope: string | null;
    /** SHA-256, in hex, of the canonical JSON `{but, when}`, whose texts would not fit an index. */
    digest: string;
    but: readonly string[];
    when: string | null;
  };
  /** An attribute that a resource may have (rule 36): its type, and the values of a list. */
  attribute: { resource: string; attribute: string; type: string; values: readonly string[] | null };
  /** A name that something had before it was renamed, and the revision of that (rule 39). */
  former: { of: Named; name: string; former: string; revision: number };
  /** By which directory, under which stable key, a user is known (rule 40). */
  identity: { source: string; key: string; user: string };
  /** What needs approval: how many must approve, holders of which roles, and further roles that must as well. */
  approval: {
    approval: string;
    count: number | null;
    roles: readonly string[] | null;
    and: readonly string[] | null;
  };
  /** A key by which a program says who it is: a user. Only the SHA-256 of its text is stored. */
  "api-key": {
    /** Unique among the keys of all users. */
    id: string;
    user: string;
    digest: string;
    /** Patterns of what it may be used for, sorted; `null` for all that its user may. */
    rights: readonly string[] | null;
    /** When it ends; `null` for never. */
    until: string | null;
    /** The digest before a rotation, which counts until `overlap`; both are `null` where only one counts. */
    previous: string | null;
    overlap: string | null;
  };
};

/** `ssd` and `dsd` as in INCITS 359; the others limit the users of a role, or require another role (rule 20). */
export const CONSTRAINT_TYPES = ["ssd", "dsd", "max_users", "min_users", "prerequisite"] as const;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

/** `guarded`: nobody hands out a right that they lack (rule 24); `strangers`: unknown users are answered (rule 30). */
export const SETTINGS = ["guarded", "strangers"] as const;
export type Setting = (typeof SETTINGS)[number];

export type Kind = keyof Rows;
export type Value = string | number | boolean | null | readonly string[];

/** A stored row: its properties and the revision that wrote it (0 if it is not stored). */
export type Row<K extends Kind> = Readonly<Rows[K]> & { readonly revision: number };
export type AnyRow = { readonly [field: string]: Value };

/** How a field is stored: as text, a flag (0 or 1), a number, names (a list as JSON), or a scope ("" for the root). */
export type ColumnType = "text" | "flag" | "number" | "names" | "scope";

/** Everything that can be stated once about a kind of row; the rest of the code derives from it. */
export interface KindRecord<K extends Kind> {
  /** The section of a document that states rows of this kind; `null` where no document does. */
  readonly section: string | null;
  readonly table: string;
  /** The fields that identify a row, in the order of its key. */
  readonly key: readonly (keyof Rows[K] & string)[];
  /** The other fields. */
  readonly fields: readonly (keyof Rows[K] & string)[];
  readonly columns: { readonly [F in keyof Rows[K]]: ColumnType };
  /** Fields with the name of something (a list of them, or a pattern that covers some), and the kind of that. */
  readonly refersTo: { readonly [F in keyof Rows[K]]?: Named };
  /** Whether a row is deleted with what it refers to; else it keeps that from being deleted (rule 16). */
  readonly goesWith: boolean;
  /** People are many, structure is small. */
  readonly concerns: "people" | "structure";
  /** Whether new names of this kind are compared with existing ones (rule 19). */
  readonly isNamed: boolean;
  /** The fields, besides the key, that verdicts depend on; `null` if no verdict depends on rows of this kind. */
  readonly decisive: readonly (keyof Rows[K] & string)[] | null;
}
