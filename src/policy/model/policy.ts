/** The rows of a policy, and one table with the key and the fields of each kind of row. */

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
type Row<K extends Kind> = Readonly<Rows[K]> & { readonly revision: number };
export type AnyRow = { readonly [field: string]: Value };

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

/** `key` identifies a row, `fields` are its other properties. A kind comes after all kinds that it refers to. */
export const RECORDS = {
  permission: { key: ["permission"], fields: ["description"] },
  role: { key: ["role"], fields: ["description"] },
  user: { key: ["user"], fields: ["email", "name", "disabled"] },
  inheritance: { key: ["role", "inherits"], fields: [] },
  grant: { key: ["role", "effect", "permission", "scope"], fields: [] },
  everyone: { key: ["role"], fields: [] },
  assignment: { key: ["user", "role", "scope"], fields: ["from", "until"] },
  constraint: { key: ["constraint"], fields: ["type", "roles", "limit", "needs"] },
  policy: { key: ["setting"], fields: [] },
} as const satisfies { [K in Kind]: { key: readonly (keyof Rows[K])[]; fields: readonly (keyof Rows[K])[] } };

export const KINDS = Object.keys(RECORDS) as readonly Kind[];

/** The sections of a document, with the kinds of rows in each. */
export const SECTIONS = {
  permissions: ["permission"],
  roles: ["role", "inheritance", "grant"],
  users: ["user", "assignment"],
  everyone: ["everyone"],
  constraints: ["constraint"],
  guarded: ["policy"],
} as const satisfies Record<string, readonly Kind[]>;

export type Section = keyof typeof SECTIONS;

/** The values of fields that a document or command leaves out. */
export const DEFAULTS: AnyRow = {
  description: null,
  email: null,
  name: null,
  disabled: false,
  from: null,
  until: null,
  limit: null,
  needs: null,
};

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

export const emptyDraft = (): Draft => ({
  permission: new Map(),
  role: new Map(),
  user: new Map(),
  inheritance: new Map(),
  grant: new Map(),
  everyone: new Map(),
  assignment: new Map(),
  constraint: new Map(),
  policy: new Map(),
});

export const draftOf = (policy: Policy): Draft => ({
  permission: new Map(policy.permission),
  role: new Map(policy.role),
  user: new Map(policy.user),
  inheritance: new Map(policy.inheritance),
  grant: new Map(policy.grant),
  everyone: new Map(policy.everyone),
  assignment: new Map(policy.assignment),
  constraint: new Map(policy.constraint),
  policy: new Map(policy.policy),
});

/** Joins two sets of needed rows of the same policy. */
export function joinPolicies(one: Policy, other: Policy): Policy {
  const draft = draftOf(one);
  for (const kind of KINDS) for (const [key, row] of rowsOf(other, kind)) mapOf(draft, kind).set(key, row);
  return draft;
}

/** A map of a draft, untyped for code that handles all kinds in one way. Put only rows of that kind into it. */
export const mapOf = (draft: Draft, kind: Kind): Map<string, AnyRow> => draft[kind] as Map<string, AnyRow>;
export const rowsOf = (policy: Policy, kind: Kind): ReadonlyMap<string, AnyRow> => policy[kind];
