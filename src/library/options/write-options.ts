/** The options of the library's changes, as types, and by name for the reader of them. */
import type { Named } from "../../errors.ts";
import type { ConstraintType } from "../../policy/model/rows.ts";
import type { PatternName, RoleName } from "./names.ts";
import type { OneOrMore, PartOption, Time } from "./options.ts";

/** What every change can be told. */
export interface WriteOptions {
  /** Who makes this change, for the record; by default the actor of the handle. */
  readonly actor?: string;
  /** Why, for the record. */
  readonly reason?: string;
  /** Only decides what would change. By default false. */
  readonly dryRun?: boolean;
  /** Accepts a new name that looks like one that is there. By default false. */
  readonly allowConfusable?: boolean;
  /** Refuses the change if the database is at another revision. */
  readonly expectRevision?: number;
}
export const WRITE = ["actor", "reason", "dryRun", "allowConfusable", "expectRevision"] as const;

export interface AssignOptions {
  /** The scope; `null`, and left out, is everywhere. */
  readonly on?: string | null;
  /** When it begins; by default at once. */
  readonly from?: Time;
  /** When it ends; by default never. */
  readonly until?: Time;
  /** How long it lasts, from its beginning: `8h`. In place of `until`. */
  readonly for?: string;
  /** Allows that a window is shortened or loses its end. By default false. */
  readonly replace?: boolean;
  /** Refuses a user who is not there yet. By default false: the user is created. */
  readonly existing?: boolean;
  /** Accepts a comma in the name of a new user; mostly two users are meant by one. By default false. */
  readonly allowComma?: boolean;
}
export const ASSIGN = ["on", "from", "until", "for", "replace", "existing", "allowComma"] as const;

export interface RevokeOptions {
  /** The scope of the assignment; `null`, and left out, is the root. */
  readonly on?: string | null;
  /** All assignments of the role, whatever their scopes. By default false. */
  readonly everywhere?: boolean;
  /** What has ended, on any scope; `null` in place of the user, and of the roles, is all of them. By default false. */
  readonly ended?: boolean;
}
export const REVOKE = ["on", "everywhere", "ended"] as const;

export interface GrantOptions {
  /** The scope; `null`, and left out, is everywhere. */
  readonly on?: string | null;
  /** A deny instead of an allow. By default false. */
  readonly deny?: boolean;
  /** A condition on which alone it counts: `resource.published`. `null`, and left out, is a grant without one. */
  readonly when?: string | null;
  /** Patterns that this grant leaves out, in both forms; an allow only. */
  readonly but?: OneOrMore<PatternName>;
}
export const GRANT = ["on", "deny", "when", "but"] as const;

/** What has a name, other than a constraint, whose fields are not optional. */
export type Plain = Exclude<Named, "constraint">;

/** The fields of what has a name, when it is created. `null` is the same as left out. */
export interface FieldsOf {
  readonly user: {
    readonly email?: string | null;
    readonly name?: string | null;
    readonly disabled?: boolean;
    /** Accepts a comma in the name. By default false. */
    readonly allowComma?: boolean;
  };
  readonly role: { readonly description?: string | null };
  readonly permission: { readonly description?: string | null };
  readonly constraint: {
    readonly kind: ConstraintType;
    readonly roles: OneOrMore<RoleName>;
    readonly limit?: number | null;
    readonly needs?: OneOrMore<RoleName> | null;
  };
}

/** The fields that can be set. What is left out stays; `null` takes a text away. */
export interface SettableFieldsOf extends Omit<FieldsOf, "user" | "constraint"> {
  readonly user: Omit<FieldsOf["user"], "allowComma">;
  readonly constraint: {
    /** Roles to add, and to drop. */
    readonly add?: OneOrMore<RoleName>;
    readonly drop?: OneOrMore<RoleName>;
    readonly limit?: number;
    readonly needs?: OneOrMore<RoleName>;
  };
}
export const FIELDS = {
  user: ["email", "name", "disabled", "allowComma"],
  role: ["description"],
  permission: ["description"],
  constraint: ["kind", "roles", "limit", "needs"],
} as const;
export const SETTABLE = {
  ...FIELDS,
  user: ["email", "name", "disabled"],
  constraint: ["add", "drop", "limit", "needs"],
} as const;

export interface RenameOptions {
  /** Accepts a comma in the new name of a user. By default false. */
  readonly allowComma?: boolean;
}
export const RENAME = ["allowComma"] as const;

export interface DeleteOptions {
  /** An unknown name is no error: it is gone already. By default false. */
  readonly ifExists?: boolean;
}
export const DELETE = ["ifExists"] as const;

export interface OffboardOptions {
  /** The user to whom the assignments that have not ended are handed over; left out, all are revoked. */
  readonly handOver?: string;
  /** Disables the user who leaves. By default false. */
  readonly disable?: boolean;
  /** Deletes the user who leaves, in place of `disable`. By default false. */
  readonly delete?: boolean;
}
export const OFFBOARD = ["handOver", "disable", "delete"] as const;

/** Somebody as an application knows them. What is left out stays as it is. */
export interface Person {
  /** The name of the user, who is created where unknown. */
  readonly user: string;
  /** `null` takes it away. */
  readonly email?: string | null;
  /** `null` takes it away. */
  readonly name?: string | null;
  readonly roles?: readonly PersonRole[];
}

/** A role that somebody is to have, with its whole window. */
export interface PersonRole {
  readonly role: RoleName;
  /** The scope; `null`, and left out, is everywhere. */
  readonly on?: string | null;
  /** When it begins; by default at once. */
  readonly from?: Time;
  /** When it ends; by default never. */
  readonly until?: Time;
}

export interface SyncOptions {
  /**
   * The part that the application speaks for: what the user is assigned in it, and the roles of the person leave out,
   * is revoked. A role outside of it is refused. Left out, nothing is revoked.
   */
  readonly only?: PartOption;
  /** Allows that a window is shortened or loses its end. By default false. */
  readonly replace?: boolean;
  /** Accepts a comma in the name of a new user. By default false. */
  readonly allowComma?: boolean;
}
export const SYNC = ["only", "replace", "allowComma"] as const;

export interface SeedOptions extends WriteOptions {
  /** Also removes what the document leaves out of the sections that it contains. By default false. */
  readonly prune?: boolean;
  /** Refuses to remove more rows than this. */
  readonly maxRemovals?: number;
  /** Refuses what lies outside of this part, and prunes no further. */
  readonly only?: PartOption;
}
export const SEED = [...WRITE, "prune", "maxRemovals", "only"] as const;
