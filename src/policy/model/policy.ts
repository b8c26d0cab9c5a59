/** The rows a policy consists of, and the table that says for each kind what names a row and what it carries. */

export type Effect = "allow" | "deny";

/** Times are RFC 3339 UTC text with milliseconds, so they compare as text. `null` is "not given"; a `null` scope is the root. */
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
    /** Sorted, each once; one role where the type speaks of one. */
    roles: readonly string[];
    /** What each type counts by; `null` for a prerequisite. */
    limit: number | null;
    /** The roles that a prerequisite asks for; `null` for the others. */
    needs: readonly string[] | null;
  };
  /** What holds of the policy as a whole: so far only that it is guarded. */
  policy: { setting: Setting };
};

/** `ssd` and `dsd` as in INCITS 359; the others bound who holds a role, or what must be held first (rule 20). */
export const CONSTRAINT_TYPES = ["ssd", "dsd", "max_users", "min_users", "prerequisite"] as const;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

export const SETTINGS = ["guarded"] as const;
export type Setting = (typeof SETTINGS)[number];

export type Kind = keyof Rows;
export type Value = string | number | boolean | null | readonly string[];

/** A stored row: its fields and the revision that wrote it (0 where nothing is stored). */
export type Row<K extends Kind> = Readonly<Rows[K]> & { readonly revision: number };
export type AnyRow = { readonly [field: string]: Value };

/** Every row of a policy, or the slice of it that a question needs, by kind and key. */
export type Policy = { readonly [K in Kind]: ReadonlyMap<string, Row<K>> };

export type User = Row<"user">;
export type Inheritance = Row<"inheritance">;
export type Grant = Row<"grant">;
export type Assignment = Row<"assignment">;
export type Constraint = Row<"constraint">;

/** An assignment of a user who is known already. */
export type HeldAssignment = Omit<Rows["assignment"], "user">;

/** A row by its key fields, and the revision that wrote it. */
export interface RowRef {
  readonly kind: Kind;
  readonly key: AnyRow;
  readonly revision: number;
}

/** `key` fields name a row, `fields` are what it says; listed so that whatever refers to a row comes after it. */
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

/** The sections of a document, and the kinds of rows each of them states. */
export const SECTIONS = {
  permissions: ["permission"],
  roles: ["role", "inheritance", "grant"],
  users: ["user", "assignment"],
  everyone: ["everyone"],
  constraints: ["constraint"],
  guarded: ["policy"],
} as const satisfies Record<string, readonly Kind[]>;

export type Section = keyof typeof SECTIONS;

/** What an unwritten field of a record means. */
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

/** True when two fields say the same. */
export const sameValue = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (isNames(a) && isNames(b) && a.length === b.length && a.every((name, at) => name === b[at]));

const isNames = (value: Value | undefined): value is readonly string[] => Array.isArray(value);

/** The key of a row within its kind. Names hold no control characters, so NUL separates safely. */
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

/** The rows of two slices of one policy. */
export function joinPolicies(one: Policy, other: Policy): Policy {
  const draft = draftOf(one);
  for (const kind of KINDS) for (const [key, row] of rowsOf(other, kind)) mapOf(draft, kind).set(key, row);
  return draft;
}

/** The maps of a draft for code that treats every kind alike; the kind of a row must be that of its map. */
export const mapOf = (draft: Draft, kind: Kind): Map<string, AnyRow> => draft[kind] as Map<string, AnyRow>;
export const rowsOf = (policy: Policy, kind: Kind): ReadonlyMap<string, AnyRow> => policy[kind];
