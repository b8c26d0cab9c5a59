/** The options of the library's calls, as types, and by name for the reader of them. */
import type { Named } from "../errors.ts";
import type { ConstraintType } from "../policy/model/rows.ts";
import type { Assignments } from "../store/read/current-revision.ts";

/** A time: a `Date`, or text as on the command line: RFC 3339 with its zone, a date (00:00Z), or a duration. */
export type Time = Date | string;

/** One name or several. */
export type OneOrMore = string | readonly string[];

/** A user by name, or everyone: users who hold a role without an assignment. */
export type UserOrAll = string | { readonly everyone: true };

/** How to open a database. */
export interface OpenOptions {
  /**
   * Who makes the changes, for the audit record: a claim, not a proof. It can also be said by each call, or by
   * `rbac.as(actor)`; a change without one is refused.
   */
  readonly actor?: string;
  /** The user of the operating system, or the service that runs the program; by default the actor. */
  readonly osUser?: string;
  /** `read` never writes, and needs neither an actor nor a writable folder. By default `write`. */
  readonly mode?: "read" | "write";
  /** How long a change waits for other writers, in milliseconds; by default 30 seconds. */
  readonly wait?: number;
  /** The key of the audit record, at least 16 bytes. Required for writes if the record was begun with a key. */
  readonly auditKey?: Uint8Array;
}
export const OPEN = ["actor", "osUser", "mode", "wait", "auditKey"] as const;
export const CREATE = ["actor", "osUser", "wait", "auditKey"] as const;

/** The circumstances of a question. */
export interface CanOptions {
  /** The scope that is asked about; `null`, and left out, is the root. */
  readonly on?: string | null;
  /** Who owns the target. When it is the user, grants to owners count. */
  readonly owner?: string;
  /** A time, `-7d`, `+7d`, or a revision `@12`. A past time is answered by the policy of that time. By default now. */
  readonly at?: Time;
  /** Only these roles allow; what denies still denies. */
  readonly activate?: OneOrMore;
  /** Roles to hold for this question. */
  readonly assume?: OneOrMore;
  /** Refuses a user whom the policy does not know, though it says `strangers: true`. By default false. */
  readonly existing?: boolean;
}
export const CAN = ["on", "owner", "at", "activate", "assume", "existing"] as const;

/** The circumstances of a question about a role. */
export type HasOptions = Omit<CanOptions, "owner">;
export const HAS = ["on", "at", "activate", "assume", "existing"] as const;

/** Which permissions to list: those that hold somewhere or `on` a scope, of all resources or of one. */
export interface PermissionsOptions extends HasOptions {
  /** The part before the colon: `posts`. */
  readonly resource?: string;
}
export const PERMISSIONS = [...HAS, "resource"] as const;

/** Where and when somebody may do something: somewhere now, if nothing is said. */
export interface WhoCanOptions extends Pick<CanOptions, "at"> {
  /** Only who may on this scope; with `null`, only who may at the root. */
  readonly on?: string | null;
}
export const WHO_CAN = ["on", "at"] as const;

export interface CompileOptions {
  /** Whether assignments are kept in memory, or read with each question; by default in memory up to a million. */
  readonly assignments?: Assignments;
}

/** A part of a list. */
export interface PageOptions {
  /** The most rows to list; by default all. */
  readonly limit?: number;
  /** Where to go on: the `next` of the page before. */
  readonly after?: string;
  /** Lists what was there at this time; by default now. */
  readonly at?: Time;
}
export const PAGE = ["limit", "after", "at"] as const;

/** A part of a list of what has a name: with `match`, only names that have this in them, in whatever case. */
export type NamedPageOptions = PageOptions & { readonly match?: string };
export const NAMED_PAGE = [...PAGE, "match"] as const;

/** A part of a list of what is held for a time. */
export interface HeldOptions extends PageOptions {
  /** Also what has ended or not begun, each assignment with its `state`. By default false. */
  readonly all?: boolean;
}

export interface UsersOptions extends HeldOptions, NamedPageOptions {
  /** Only those who are assigned this role themselves, on any scope. */
  readonly role?: string;
}
export const USERS = [...NAMED_PAGE, "all", "role"] as const;

export interface AssignmentsOptions extends HeldOptions {
  readonly user?: string;
  readonly role?: string;
  /** Only those on exactly this scope; `null` is the root. */
  readonly on?: string | null;
}
export const ASSIGNMENTS = [...PAGE, "all", "user", "role", "on"] as const;

/** Which entries to list; all if empty. `since` and `until`: times, durations back (`7d`), or revisions (`@12`). */
export interface EntrySearch {
  readonly by?: string;
  readonly user?: string;
  readonly role?: string;
  /** A kind of change: `assignment`, or `assignment.add`. */
  readonly kind?: string;
  readonly since?: Time;
  readonly until?: Time;
  /** Only the last entries, this many at most. */
  readonly last?: number;
}
export const ENTRIES = ["by", "user", "role", "kind", "since", "until", "last"] as const;

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
}
export const GRANT = ["on", "deny"] as const;

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
    readonly roles: OneOrMore;
    readonly limit?: number | null;
    readonly needs?: OneOrMore | null;
  };
}

/** The fields that can be set. What is left out stays; `null` takes a text away. */
export interface SettableFieldsOf extends Omit<FieldsOf, "user" | "constraint"> {
  readonly user: Omit<FieldsOf["user"], "allowComma">;
  readonly constraint: {
    /** Roles to add, and to drop. */
    readonly add?: OneOrMore;
    readonly drop?: OneOrMore;
    readonly limit?: number;
    readonly needs?: OneOrMore;
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

export interface SeedOptions extends WriteOptions {
  /** Also removes what the document leaves out of the sections that it contains. By default false. */
  readonly prune?: boolean;
  /** Refuses to remove more rows than this. */
  readonly maxRemovals?: number;
}
export const SEED = [...WRITE, "prune", "maxRemovals"] as const;

/** The forms of an export as text. The first three lose nothing. */
export type ExportFormat = "yaml" | "json" | "ndjson" | "csv" | "markdown";

export interface ExportOptions<F extends ExportFormat = ExportFormat> {
  /** By default the document as a value. */
  readonly format?: F;
  readonly at?: Time;
}
export const EXPORT = ["format", "at"] as const;
