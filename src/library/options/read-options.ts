/** The options of the library's questions and lists, as types, and by name for the reader of them. */
import type { Assignments } from "../../store/read/current-revision.ts";
import { LOGGING, type LoggingOptions } from "../values/log-options.ts";
import type { GivenFor, PermissionName, ResourceName, RoleName } from "./names.ts";
import type { OneOrMore, PartOption, Time } from "./options.ts";

/** The circumstances of a question. */
export interface CanOptions<Permission extends string = PermissionName> {
  /** The scope that is asked about; `null`, and left out, is the root. */
  readonly on?: string | null;
  /** Who owns the target. When it is the user, grants to owners count. */
  readonly owner?: string;
  /**
   * What is known of attributes, for conditions: `{ resource: { published: true } }`. What is `undefined` or `null` is
   * absent; a root that is there has no other attributes than those. The time of the question is `context.time`.
   */
  readonly given?: GivenFor<Permission>;
  /** A time, `-7d`, `+7d`, or a revision `@12`. A past time is answered by the policy of that time. By default now. */
  readonly at?: Time;
  /** Only these roles allow; what denies still denies. */
  readonly activate?: OneOrMore<RoleName>;
  /** Roles to hold for this question. */
  readonly assume?: OneOrMore<RoleName>;
  /** Refuses a user whom the policy does not know, though it says `strangers: true`. By default false. */
  readonly existing?: boolean;
  /**
   * Answers for a user whom the policy does not know as if it said `strangers: true`: they hold what everyone holds. A
   * name that was a user's, or that looks like one, stays an error. By default false; not together with `existing`.
   */
  readonly strangers?: boolean;
}
export const CAN = ["on", "owner", "given", "at", "activate", "assume", "existing", "strangers"] as const;

/** The circumstances of a question to a compiled policy. */
export interface CompiledCanOptions<P extends PermissionName = PermissionName> extends CanOptions<P>, LoggingOptions {
  /** Gives the answer with its evidence, by the database, at many times the cost. By default false. */
  readonly explain?: boolean;
}
export const COMPILED_CAN = [...CAN, ...LOGGING, "explain"] as const;

/** One of many questions to a compiled policy. */
export interface CompiledQuestion extends CompiledCanOptions {
  readonly user: string | null;
  readonly permission: PermissionName;
}

/** The circumstances of a question about a role. */
export type HasOptions = Omit<CanOptions, "owner" | "given">;
export const HAS = ["on", "at", "activate", "assume", "existing", "strangers"] as const;

/** Which permissions to list: those that hold somewhere or `on` a scope, of all resources or of one. */
export interface PermissionsOptions extends HasOptions, Pick<CanOptions, "given"> {
  /** The part before the colon: `posts`. */
  readonly resource?: ResourceName;
}
export const PERMISSIONS = [...HAS, "given", "resource"] as const;

/** Where and when somebody may do something: somewhere now, if nothing is said. */
export interface WhoCanOptions<Permission extends string = PermissionName>
  extends Pick<CanOptions<Permission>, "at" | "given"> {
  /** Only who may on this scope; with `null`, only who may at the root. */
  readonly on?: string | null;
}
export const WHO_CAN = ["on", "at", "given"] as const;

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
  readonly role?: RoleName;
}
export const USERS = [...NAMED_PAGE, "all", "role"] as const;

export interface AssignmentsOptions extends HeldOptions {
  readonly user?: string;
  readonly role?: RoleName;
  /** Only those on exactly this scope; `null` is the root. */
  readonly on?: string | null;
}
export const ASSIGNMENTS = [...PAGE, "all", "user", "role", "on"] as const;

/** Which part of all access: what some names, a permission, a scope keep; everybody's where nothing is said. */
export interface AccessOptions extends NamedPageOptions {
  readonly user?: string;
  /** Only what is held by this role: assigned, or by everyone. */
  readonly role?: RoleName;
  /** Only permissions that this pattern covers: `posts:*`. */
  readonly permission?: string;
  /** Only what holds on this scope; `null` is the root. */
  readonly on?: string | null;
  /** Only by assigned roles, without those that everyone holds. By default false. */
  readonly assigned?: boolean;
  /** Only rows whose names fit a part, and whose scope lies in it. */
  readonly only?: PartOption;
}
export const ACCESS = [...NAMED_PAGE, "user", "role", "permission", "on", "assigned", "only"] as const;

/** Which entries to list; all if empty. `since` and `until`: times, durations back (`7d`), or revisions (`@12`). */
export interface EntrySearch {
  readonly by?: string;
  readonly user?: string;
  readonly role?: string;
  /** A kind of change: `assignment`, or `assignment.add`. */
  readonly kind?: string;
  readonly since?: Time;
  readonly until?: Time;
  /** Only entries before one: its `seq`. */
  readonly before?: number;
  /** Only the last entries, this many at most. */
  readonly last?: number;
}
export const ENTRIES = ["by", "user", "role", "kind", "since", "until", "before", "last"] as const;

/** The forms of an export as text. The first three lose nothing. */
export type ExportFormat = "yaml" | "json" | "ndjson" | "csv" | "markdown";

/** Since when changes are asked for. */
export interface ChangesOptions {
  /** A revision, as `12` or `@12`: what came after it. Or a time, or a duration back (`7d`): what came since. */
  readonly since: number | Time;
}
export const CHANGES = ["since"] as const;

export interface ExportOptions<F extends ExportFormat = ExportFormat> {
  /** By default the document as a value. */
  readonly format?: F;
  readonly at?: Time;
  /** Only this part, and the names that it needs. The document says the part, and so keeps to it. */
  readonly only?: PartOption;
}
export const EXPORT = ["format", "at", "only"] as const;
