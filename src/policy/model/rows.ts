/** The rows of a policy as types: the properties of each kind of row. */

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
  /** A setting of the whole policy; it is on if the row exists. So far there is only `guarded`. */
  policy: { setting: Setting };
};

/** `ssd` and `dsd` as in INCITS 359; the others limit the users of a role, or require another role (rule 20). */
export const CONSTRAINT_TYPES = ["ssd", "dsd", "max_users", "min_users", "prerequisite"] as const;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

export const SETTINGS = ["guarded"] as const;
type Setting = (typeof SETTINGS)[number];

export type Kind = keyof Rows;
export type Value = string | number | boolean | null | readonly string[];

/** A stored row: its properties and the revision that wrote it (0 if it is not stored). */
export type Row<K extends Kind> = Readonly<Rows[K]> & { readonly revision: number };
export type AnyRow = { readonly [field: string]: Value };
