/**
 * The public interface of the library: opens a database, asks it and changes it. The commands use the same `Database`.
 */

import { Database } from "./database/database.ts";
import { checkedKey } from "./files/audit-key.ts";
import {
  type CanOptions,
  Compiled,
  clock,
  type PermissionsOptions,
  questionOf,
  scopeOf,
} from "./library/compiled-handle.ts";
import type { Decision, HasDecision } from "./policy/evaluate/decide.ts";
import type { PermissionRow } from "./policy/evaluate/effective-permissions.ts";
import { askerOf } from "./policy/evaluate/walk.ts";
import type { UserRow } from "./policy/evaluate/who-can.ts";
import type { AbilityChange, Subject } from "./policy/history/ability-history.ts";
import { parseKind } from "./policy/model/change.ts";
import type { Mutation } from "./policy/model/mutation.ts";
import { parseName, parsePermission, parseReason } from "./policy/model/names.ts";
import type { ChangeOutcome, Entry, VerificationReport } from "./policy/model/results.ts";
import { parseScope } from "./policy/model/scopes.ts";
import { parseAsked, parsePeriod } from "./policy/model/times.ts";
import { violationsOf } from "./policy/rules/constraint-violations.ts";
import type { Assignments } from "./store/read/current-revision.ts";

export { type ErrorCode, type Hint, type Problem, RbacError, type Violation } from "./errors.ts";
export type { CanAnswer, CanOptions, Compiled, PermissionsOptions } from "./library/compiled-handle.ts";
export type { Because, Decision, HasDecision, Reason } from "./policy/evaluate/decide.ts";
export type { Extent, PermissionRow } from "./policy/evaluate/effective-permissions.ts";
export type { UserRow } from "./policy/evaluate/who-can.ts";
export type { AbilityChange, Subject } from "./policy/history/ability-history.ts";
export type { Change } from "./policy/model/change.ts";
export type { Mutation } from "./policy/model/mutation.ts";
export type { Entry, RecordFault, VerificationReport } from "./policy/model/results.ts";
export {
  assigning,
  constraining,
  creating,
  disinheriting,
  granting,
  inheriting,
  removing,
  renaming,
  reshaping,
  revoking,
  setting,
  ungranting,
} from "./policy/mutations.ts";
export type { Assignments } from "./store/read/current-revision.ts";

export interface OpenOptions {
  /** Who makes the changes, for the audit record: a claim, not a proof. */
  readonly actor: string;
  /** The user of the operating system, or the service that runs the program; by default the actor. */
  readonly osUser?: string;
  /** `read` never writes, and needs no writable folder. By default `write`. */
  readonly mode?: "read" | "write";
  /** How long a change waits for other writers, in milliseconds; by default 30 seconds. */
  readonly wait?: number;
  /** The key of the audit record, at least 16 bytes. Required for writes if the record was begun with a key. */
  readonly auditKey?: Uint8Array;
}

/**
 * Which entries of the audit record to list; all if empty. `since` and `until` are times, durations back from now
 * (`7d`), or revisions (`@12`).
 */
export interface EntrySearch {
  readonly by?: string;
  readonly user?: string;
  readonly role?: string;
  /** A kind of change: `assignment`, or `assignment.add`. */
  readonly kind?: string;
  readonly since?: string;
  readonly until?: string;
  /** Only the last entries, this many at most. */
  readonly last?: number;
}

export interface PreviewOptions {
  /** The user as whom the mutation is decided; by default the actor. */
  readonly as?: string;
  readonly allowConfusable?: boolean;
}

/**
 * Opens an existing database.
 * @param path a file, or the URL of a server: `postgres://HOST/DATABASE`
 * @throws RbacError (exit 4) if it is missing, no rbac database, or of another version.
 */
export async function open(path: string, options: OpenOptions): Promise<Rbac> {
  return new Rbac(await Database.open(path, options.mode ?? "write"), options);
}

export class Rbac {
  readonly #database: Database;
  readonly #stamp: { readonly actor: string; readonly osUser: string };
  readonly #auditKey: Uint8Array | undefined;
  readonly #wait: number | undefined;

  constructor(database: Database, { actor, osUser, auditKey, wait }: OpenOptions) {
    this.#database = database;
    this.#stamp = { actor: parseName(actor), osUser: parseName(osUser ?? actor) };
    this.#auditKey = auditKey && checkedKey(auditKey, "the audit key");
    this.#wait = wait;
  }

  /** May the user do it? @throws RbacError (exit 2) for an unknown name, which is never a "no". */
  async can(user: string, permission: string, options: CanOptions = {}): Promise<Decision> {
    const { database, at } = await this.#asOf(options);
    const { decisions } = await database.can([questionOf(user, permission, options, at)]);
    return decisions[0] as Decision;
  }

  /**
   * Compiles the policy for many questions: `can` of the result answers without evidence, ten to a hundred times as
   * fast.
   * @param assignments kept in memory like the structure, or read with each question; by default in memory up to a
   * million.
   * @throws RbacError (exit 4).
   */
  async compile({ assignments }: { readonly assignments?: Assignments } = {}): Promise<Compiled> {
    return new Compiled(this.#database, await this.#database.live(assignments));
  }

  /**
   * Does the user hold the role: by assignment, inheritance or everyone?
   * @throws RbacError (exit 2) for an unknown name.
   */
  async has(user: string, role: string, options: Omit<CanOptions, "owner"> = {}): Promise<HasDecision> {
    const { database, at } = await this.#asOf(options);
    const asker = askerOf(parseName(user), at, options);
    const { decisions } = await database.has([{ ...asker, role: parseName(role), scope: scopeOf(options) }]);
    return decisions[0] as HasDecision;
  }

  /** The decision with the entries behind its evidence and, for a "no", the near misses. @throws RbacError (exit 2). */
  async why(user: string, permission: string, options: CanOptions = {}): ReturnType<Database["why"]> {
    const { database, at } = await this.#asOf(options);
    return database.why(questionOf(user, permission, options, at));
  }

  /**
   * What the user may do: a row for each permission and widest scope. With `on` only what holds on that scope.
   * @throws RbacError (exit 2).
   */
  async permissions(user: string, options: PermissionsOptions = {}): Promise<PermissionRow[]> {
    const on = options.on === undefined ? undefined : parseScope(options.on);
    const { database, at } = await this.#asOf(options);
    return (await database.permissions(askerOf(parseName(user), at, options), on, options.resource)).permissions;
  }

  /**
   * Who may do it somewhere or `on` a scope; a permission with `:own` asks as the owner. @throws RbacError (exit 2).
   */
  async whoCan(permission: string, options: Pick<CanOptions, "on" | "at"> = {}): Promise<UserRow[]> {
    const on = options.on === undefined ? undefined : parseScope(options.on);
    const { database, at } = await this.#asOf(options);
    return (await database.whoCan(parsePermission(permission), at, on)).users;
  }

  /**
   * When a user or a role gained and lost a permission, with the entries that caused it.
   * @param permission all if left out.
   * @throws RbacError (exit 2).
   */
  async history(of: Subject, permission?: string): Promise<AbilityChange[]> {
    const subject = "user" in of ? { user: parseName(of.user) } : { role: parseName(of.role) };
    const wanted = permission === undefined ? undefined : parsePermission(permission);
    return (await this.#database.record.history(subject, wanted, clock())).changes;
  }

  /** The matching entries, oldest first. @throws RbacError (exit 2) for an invalid time or kind, or an unknown name. */
  async entries({ since, until, kind, by, user, role, ...rest }: EntrySearch = {}): Promise<Entry[]> {
    const period = parsePeriod(since, until, clock());
    const given = Object.entries({ by, user, role }).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const names = Object.fromEntries(given.map(([field, name]) => [field, parseName(name)]));
    return this.#database.record.entries({ ...rest, ...names, ...period, kind: kind && parseKind(kind) });
  }

  /** `SEQ:HASH` of the last entry. Kept elsewhere, it lets `verify` reveal a record that was cut or rewritten. */
  head(): Promise<string> {
    return this.#database.record.head();
  }

  /**
   * Verifies the audit record, and the policy against it. Faults are in the report, not thrown.
   * @param expect a head kept elsewhere, `SEQ:HASH`. @throws RbacError (exit 2) for an invalid head.
   */
  async verify({ expect }: { readonly expect?: string } = {}): Promise<VerificationReport> {
    return this.#database.record.verify({ key: this.#auditKey, expect });
  }

  /**
   * Decides a mutation, applies it and records it, in one transaction.
   * @throws RbacError (exit 2, 3 or 4); then nothing is changed.
   */
  apply(mutation: Mutation, reason?: string, { allowConfusable = false } = {}): Promise<ChangeOutcome> {
    const parsedReason = reason === undefined ? null : parseReason(reason);
    const stamp = () => ({ ...this.#stamp, at: clock(), reason: parsedReason });
    const [auditKey, wait] = [this.#auditKey, this.#wait];
    const options = { ...(auditKey && { auditKey }), ...(wait !== undefined && { wait }) };
    return this.#database.change(stamp, mutation, { allowConfusable, ...options });
  }

  /**
   * What a mutation would change, decided as the actor or as another user. Nothing is changed.
   * @throws RbacError as `apply` does; `USER_NOT_FOUND` (exit 2) for an unknown user in `as`.
   */
  async preview(mutation: Mutation, { as, allowConfusable = false }: PreviewOptions = {}): Promise<ChangeOutcome> {
    const actor = as === undefined ? this.#stamp.actor : parseName(as);
    if (as !== undefined) await this.#database.needUser(actor);
    return this.#database.preview({ actor, at: clock() }, mutation, { allowConfusable });
  }

  /** All violations of constraints, now or later, each with a text. */
  async violations(): Promise<ReturnType<typeof violationsOf>> {
    const { policy } = await this.#database.policy({ users: "all", roles: "all", grants: "none" });
    return violationsOf(policy, clock());
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** The database to ask, present or past, and the time at which to judge windows (rule 11). */
  async #asOf({ at }: CanOptions): Promise<{ database: Database; at: string }> {
    const now = clock();
    return at === undefined ? { database: this.#database, at: now } : this.#database.asOf(parseAsked(at, now), now);
  }
}
