/** The library: open a database, ask it, and change it through the one door. The command line stands on the same `Database`. */

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
import { parseScope } from "./policy/model/scopes.ts";
import { parseAsked, parsePeriod } from "./policy/model/times.ts";
import { violationsOf } from "./policy/rules/constraint-violations.ts";
import type { Entry } from "./store/audit/entries.ts";
import type { VerificationReport } from "./store/audit/verify-record.ts";
import type { Assignments } from "./store/read/current-revision.ts";
import type { ChangeOutcome } from "./store/write/check-change.ts";

export { type Problem, RbacError, type Violation } from "./errors.ts";
export type { CanAnswer, CanOptions, Compiled, PermissionsOptions } from "./library/compiled-handle.ts";
export type { Because, Decision, HasDecision, Reason } from "./policy/evaluate/decide.ts";
export type { Extent, PermissionRow } from "./policy/evaluate/effective-permissions.ts";
export type { UserRow } from "./policy/evaluate/who-can.ts";
export type { AbilityChange, Subject } from "./policy/history/ability-history.ts";
export type { Change } from "./policy/model/change.ts";
export type { Mutation } from "./policy/model/mutation.ts";
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
export type { Entry } from "./store/audit/entries.ts";
export type { RecordFault, VerificationReport } from "./store/audit/verify-record.ts";
export type { Assignments } from "./store/read/current-revision.ts";

export interface OpenOptions {
  /** Who changes things, for the record: a claim, not a proof. */
  readonly actor: string;
  /** The operating system's user, or whatever runs the program; the actor when left out. */
  readonly osUser?: string;
  /** `read` never writes, and needs no writable folder. */
  readonly mode?: "read" | "write";
  /** How long a change waits for other writers, in milliseconds; half a minute when left out. */
  readonly wait?: number;
  /** The key that the record is kept with, at least 16 bytes; writes need it where there is one. */
  readonly auditKey?: Uint8Array;
}

/** Which entries of the record: all when nothing is said. `since` and `until` are times, `7d` back from now, or revisions `@12`. */
export interface EntrySearch {
  readonly by?: string;
  readonly user?: string;
  readonly role?: string;
  /** A kind of change: `assignment`, or `assignment.add`. */
  readonly kind?: string;
  readonly since?: string;
  readonly until?: string;
  /** Only the last so many. */
  readonly last?: number;
}

/** As whom to decide a wish that is not carried out: the actor when left out. */
export interface PreviewOptions {
  readonly as?: string;
  readonly allowConfusable?: boolean;
}

/**
 * Opens a database that is there.
 * @param path a file, or the URL of a server: `postgres://HOST/DATABASE`
 * @throws RbacError (exit 4) when it is missing, not ours, or of another version.
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

  /** May the user do it? @throws RbacError (exit 2) for a name that the policy does not know: that is never a "no". */
  async can(user: string, permission: string, how: CanOptions = {}): Promise<Decision> {
    const { database, at } = await this.#asOf(how);
    const { decisions } = await database.can([questionOf(user, permission, how, at)]);
    return decisions[0] as Decision;
  }

  /**
   * Readies the policy for many questions: `can` of what comes back gives the answer without its evidence, ten to a hundred times as
   * fast. It holds the structure in memory, and the assignments too or reads them with each question; where it is not said, up to a
   * million are held. @throws RbacError (exit 4).
   */
  async compile({ assignments }: { readonly assignments?: Assignments } = {}): Promise<Compiled> {
    return new Compiled(this.#database, await this.#database.live(assignments));
  }

  /** Does the user hold the role, by assignment, inheritance or everyone? @throws RbacError (exit 2) for an unknown name. */
  async has(user: string, role: string, how: Omit<CanOptions, "owner"> = {}): Promise<HasDecision> {
    const { database, at } = await this.#asOf(how);
    const asker = askerOf(parseName(user), at, how);
    const { decisions } = await database.has([{ ...asker, role: parseName(role), scope: scopeOf(how) }]);
    return decisions[0] as HasDecision;
  }

  /** The decision with the stamps of its evidence and, for a "no", what was near. @throws RbacError (exit 2). */
  async why(user: string, permission: string, how: CanOptions = {}): ReturnType<Database["why"]> {
    const { database, at } = await this.#asOf(how);
    return database.why(questionOf(user, permission, how, at));
  }

  /** What the user may do, a row for each permission and widest scope; `on` keeps what holds there. @throws RbacError (exit 2). */
  async permissions(user: string, how: PermissionsOptions = {}): Promise<PermissionRow[]> {
    const on = how.on === undefined ? undefined : parseScope(how.on);
    const { database, at } = await this.#asOf(how);
    return (await database.permissions(askerOf(parseName(user), at, how), on, how.resource)).permissions;
  }

  /** Who may do it somewhere, or `on` a scope; with `:own`, as the owner. @throws RbacError (exit 2). */
  async whoCan(permission: string, how: Pick<CanOptions, "on" | "at"> = {}): Promise<UserRow[]> {
    const on = how.on === undefined ? undefined : parseScope(how.on);
    const { database, at } = await this.#asOf(how);
    return (await database.whoCan(parsePermission(permission), at, on)).users;
  }

  /** When a user or a role gained and lost a permission, or any, with the entries that caused it. @throws RbacError (exit 2). */
  async history(of: Subject, permission?: string): Promise<AbilityChange[]> {
    const subject = "user" in of ? { user: parseName(of.user) } : { role: parseName(of.role) };
    const wanted = permission === undefined ? undefined : parsePermission(permission);
    return (await this.#database.record.history(subject, wanted, clock())).turns;
  }

  /** The recorded entries that fit, oldest first. @throws RbacError (exit 2) for a time, a kind or a name that is none. */
  async entries({ since, until, kind, by, user, role, ...rest }: EntrySearch = {}): Promise<Entry[]> {
    const period = parsePeriod(since, until, clock());
    const said = Object.entries({ by, user, role }).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const named = Object.fromEntries(said.map(([word, name]) => [word, parseName(name)]));
    return this.#database.record.entries({ ...rest, ...named, ...period, kind: kind && parseKind(kind) });
  }

  /** `SEQ:HASH` of the last entry: kept elsewhere, `verify` shows by it whether the record was cut or rewritten. */
  head(): Promise<string> {
    return this.#database.record.head();
  }

  /** Checks the record and the policy against it: faults are told, not thrown. @throws RbacError (exit 2) for a head that is none. */
  async verify({ expect }: { readonly expect?: string } = {}): Promise<VerificationReport> {
    return this.#database.record.verify({ key: this.#auditKey, expect });
  }

  /** Decides a wish and does it, in one transaction, recorded. @throws RbacError (exit 2, 3 or 4), and then nothing is changed. */
  apply(mutation: Mutation, reason?: string, { allowConfusable = false } = {}): Promise<ChangeOutcome> {
    const said = reason === undefined ? null : parseReason(reason);
    const stamp = () => ({ ...this.#stamp, at: clock(), reason: said });
    const [auditKey, wait] = [this.#auditKey, this.#wait];
    const options = { ...(auditKey && { auditKey }), ...(wait !== undefined && { wait }) };
    return this.#database.change(stamp, mutation, { allowConfusable, ...options });
  }

  /**
   * What a wish would change, and whether it may be: as the actor, or as another user whom a guarded policy knows. Nothing is changed.
   * @throws RbacError as `apply` does; `USER_NOT_FOUND` (exit 2) for another who is not known.
   */
  async preview(mutation: Mutation, { as, allowConfusable = false }: PreviewOptions = {}): Promise<ChangeOutcome> {
    const actor = as === undefined ? this.#stamp.actor : parseName(as);
    if (as !== undefined) await this.#database.needUser(actor);
    return this.#database.preview({ actor, at: clock() }, mutation, { allowConfusable });
  }

  /** Everything that breaks a constraint, now or later, each in words, too. */
  async violations(): Promise<ReturnType<typeof violationsOf>> {
    const { policy } = await this.#database.policy({ users: "all", roles: "all", grants: "none" });
    return violationsOf(policy, clock());
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** The database to ask and the time to judge windows at: the present, or the policy that stood at a moment (rule 11). */
  async #asOf({ at }: CanOptions): Promise<{ database: Database; at: string }> {
    const now = clock();
    return at === undefined ? { database: this.#database, at: now } : this.#database.asOf(parseAsked(at, now), now);
  }
}
