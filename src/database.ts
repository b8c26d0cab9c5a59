/** One open database: the questions it answers and the door to change it. The commands and the library use it alike. */
import { RbacError, UnknownName, wrong } from "./errors.ts";
import { type Change, keyFields } from "./policy/change.ts";
import { type Decision, decide, type Holds, holds, type Question, refsOf } from "./policy/decide.ts";
import { type Ending, expiring } from "./policy/expiring.ts";
import { grouped } from "./policy/group.ts";
import { historyOf, type Subject, type Turn } from "./policy/history.ts";
import { type SinceRow, whoCouldBetween } from "./policy/interval.ts";
import { type PermissionRow, permissionsOf, rolesTouching, type UserRow, whoCan } from "./policy/lists.ts";
import { type Lookup, lookupOf } from "./policy/lookup.ts";
import { type Matrix, matrixOf, roleAlone } from "./policy/matrix.ts";
import type { Policy, RowRef } from "./policy/model.ts";
import { withoutOwn } from "./policy/names.ts";
import { type Near, nearOf } from "./policy/near.ts";
import { byBytes } from "./policy/order.ts";
import type { Scope } from "./policy/scopes.ts";
import { grantedSlice, holdsSlice, permissionsSlice, slicesFor, whySlice } from "./policy/slices.ts";
import type { Moment } from "./policy/times.ts";
import type { Asker } from "./policy/walk.ts";
import type { Slice, Wish } from "./policy/wish.ts";
import { createWith, type Migrated, migrateStore, type Origin, replaceWith } from "./store/create.ts";
import { type Entry, type Filter, refKey, type Stamp } from "./store/entries.ts";
import type { Terms } from "./store/judge.ts";
import { type Outcome, type Reading, Store } from "./store/store.ts";
import type { Status } from "./store/upkeep.ts";
import { type Anchor, parseAnchor, type Report, verifyRecord, writtenLines } from "./store/verify.ts";

/** An answer, and the revision that it was read at. */
export type At<T> = T & { readonly revision: number };

export class Database {
  readonly #store: Store;
  /** The past revision that this database is looked at as of; the present when undefined. */
  readonly #past: number | undefined;

  constructor(store: Store, past?: number) {
    this.#store = store;
    this.#past = past;
  }

  /**
   * The database as it stood at a moment, with the time to judge windows at. A time to come is asked of the present policy.
   * @throws RbacError `REVISION_NOT_FOUND` (exit 2) for a revision that there is not.
   */
  asOf(moment: Moment): Promise<{ database: Database; at: string }> {
    return this.#store.read(async (reading) => {
      if ("at" in moment) {
        const revision = await reading.revisionAt(moment.at);
        return { database: new Database(this.#store, revision), at: moment.at };
      }
      const at = await reading.stampedAt(moment.revision);
      if (at === undefined) {
        throw wrong("REVISION_NOT_FOUND", `there is no revision ${moment.revision}; the last is ${reading.revision}`);
      }
      return { database: new Database(this.#store, moment.revision), at };
    });
  }

  /** Opens a database that is there. @throws RbacError (exit 4) when it is missing, not ours, or of another version. */
  static async open(url: string, mode: "read" | "write"): Promise<Database> {
    return new Database(await Store.open(url, mode));
  }

  /** Makes a database that appears only when the work on it is done. @throws RbacError `DATABASE_EXISTS` (exit 4). */
  static create<T>(path: string, now: string, work: (database: Database) => Promise<T>): Promise<T> {
    return createWith(path, now, (store) => work(new Database(store)));
  }

  /**
   * Puts a database in the place of another, made and verified first; returns where the old one now lies.
   * @throws RbacError `ORIGIN_INVALID` (exit 2), and then nothing is moved.
   */
  static restore(
    path: string,
    now: string,
    from: RestoreFrom,
    key: Uint8Array | undefined,
  ): Promise<string | undefined> {
    return replaceWith(path, now, originOf(from), key);
  }

  /** An empty database in memory, for trying something out. */
  static async scratch(now: string): Promise<Database> {
    return new Database(await Store.create(":memory:", now));
  }

  /** Brings an older database to this version's format, after a backup. @throws RbacError (exit 4) for a newer one. */
  static migrate(path: string, now: string, dryRun: boolean): Promise<Migrated> {
    return migrateStore(path, now, dryRun);
  }

  static exists(url: string): boolean {
    return Store.exists(url);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Decides questions, all at one revision. @throws UnknownName (exit 2) for the first that names what is not there. */
  can(questions: readonly Question[]): Promise<At<{ decisions: Decision[] }>> {
    return this.#answer(slicesFor(questions), (policy) => {
      const lookup = lookupOf(policy);
      return { decisions: questions.map((question) => decide(lookup, question)) };
    });
  }

  /**
   * As `can`, for many questions of mixed quality: what cannot be answered comes back as its error, in its place.
   * @param now the moment of questions that name none.
   */
  batch<T extends { readonly question: Question | RbacError }>(
    asked: readonly T[],
    now: string,
  ): Promise<At<{ answered: (T & { answer: Decision | RbacError })[] }>> {
    return this.#read(async (reading) => {
      const answers = new Map<T, Decision | RbacError>();
      for (const [revision, group] of await this.#byRevision(reading, asked, now)) {
        const sound = group.flatMap(({ question }) => (question instanceof RbacError ? [] : [question]));
        const lookup = lookupOf(await reading.load(slicesFor(sound), revision));
        for (const one of group) {
          const answer = one.question instanceof RbacError ? one.question : attempted(lookup, one.question);
          answers.set(one, answer instanceof UnknownName ? await reading.suggest(answer) : answer);
        }
      }
      return {
        revision: reading.revision,
        answered: asked.map((one) => ({ ...one, answer: answers.get(one) as Decision })),
      };
    });
  }

  /** Questions by the revision that answers them: each names its own moment. */
  async #byRevision<T extends { readonly question: Question | RbacError }>(
    reading: Reading,
    asked: readonly T[],
    now: string,
  ) {
    const revisions = new Map<string, number>();
    const revisionOf = ({ question }: T) =>
      question instanceof RbacError || question.at === now
        ? reading.revision
        : (revisions.get(question.at) ?? reading.revision);
    for (const { question } of asked) {
      if (question instanceof RbacError || question.at === now || revisions.has(question.at)) continue;
      revisions.set(question.at, await reading.revisionAt(question.at));
    }
    return grouped(asked, revisionOf);
  }

  /** Decides whether roles are held. @throws UnknownName (exit 2). */
  has(questions: readonly (Asker & { role: string; scope: Scope })[]): Promise<At<{ decisions: Holds[] }>> {
    return this.#answer(holdsSlice(questions), (policy) => {
      const lookup = lookupOf(policy);
      return { decisions: questions.map((question) => holds(lookup, question)) };
    });
  }

  /** Decides and explains: the entry behind every row that the evidence names, and for a "no" what was near. */
  why(question: Question): Promise<At<{ decision: Decision; near: Near; entryOf: EntryOf }>> {
    return this.#read(async (reading) => {
      const lookup = lookupOf(await reading.load(whySlice(question)));
      const decision = decide(lookup, question);
      const near = nearOf(lookup, question, decision);
      const refs = [...decision.because, ...near.misses].flatMap((path) => refsOf(path, question.user));
      const entries = await reading.entriesOf(refs);
      return { revision: reading.revision, decision, near, entryOf: (ref) => entries.get(refKey(ref)) };
    });
  }

  /** A hint where a "no" is about a scope that nothing mentions: it may be misspelt (rule 1). */
  async unheardScope(scope: Scope, answers: readonly { readonly allowed: boolean }[]): Promise<string[]> {
    const [segment] = scope?.split("/") ?? [];
    if (segment === undefined || answers.every(({ allowed }) => allowed)) return [];
    const known = await this.#read((reading) => reading.mentions(segment));
    return known ? [] : [`hint: no grant or assignment is scoped to ${segment} or below it`];
  }

  /** What to say of users that a change has created: which standing name each is near to. */
  newcomers(changes: readonly Change[]): Promise<string[]> {
    return this.#read(async (reading) => {
      const lines: string[] = [];
      for (const change of changes) {
        if (change.kind !== "user.add") continue;
        const near = await reading.nearest("user", change.user);
        lines.push(`new user "${change.user}"${near.length > 0 ? `; near to it there is "${near.join('", "')}"` : ""}`);
      }
      return lines;
    });
  }

  /** What somebody may do; `on` keeps what holds there. @throws UnknownName (exit 2). */
  permissions(asker: Asker, on?: Scope): Promise<At<{ permissions: PermissionRow[] }>> {
    return this.#answer(permissionsSlice(asker), (policy) => ({
      permissions: permissionsOf(lookupOf(policy), asker, on),
    }));
  }

  /** Who may do something somewhere, or as its owner when `:own` is asked. @throws UnknownName (exit 2). */
  whoCan(permission: string, at: string, on?: Scope): Promise<At<{ users: UserRow[] }>> {
    return this.#read(async (reading) => {
      const slice = grantedSlice(permission);
      const touching = rolesTouching(lookupOf(await reading.load(slice)));
      const policy = await reading.load({ ...slice, holders: [...touching] });
      const all = [...policy.everyone.keys()].some((role) => touching.has(role));
      const whole = all ? await reading.load({ ...slice, users: "all" }) : policy;
      const users = whoCan(lookupOf(whole), permission, { at, activate: [], assume: [] }, on);
      return { revision: reading.revision, users };
    });
  }

  /** Who could do something at any moment from `since` to `until`. @throws UnknownName (exit 2), RbacError (exit 2) for an empty interval. */
  whoCouldBetween(
    permission: string,
    interval: { since: string; until: string },
    on?: Scope,
  ): Promise<At<{ users: SinceRow[] }>> {
    if (interval.since > interval.until)
      throw wrong("INTERVAL_EMPTY", `the interval from ${interval.since} until ${interval.until} is empty`);
    return this.#store.read(async (reading) => {
      const start = await reading.revisionAt(interval.since);
      const end = await reading.revisionAt(interval.until);
      const policy = await reading.load({ users: "all", roles: "all", permissions: "all" }, start);
      const record = await reading.entries({ fromRevision: start + 1, toRevision: end });
      return { revision: end, users: whoCouldBetween(policy, record, permission, interval, on) };
    });
  }

  /** When somebody, or a role, gained or lost a permission, or any; with the entries that caused it. @throws UnknownName (exit 2). */
  history(subject: Subject, permission: string | undefined, now: string): Promise<At<{ turns: Turn[] }>> {
    return this.#store.read(async (reading) => {
      const record = await reading.entriesAbout("user" in subject ? subject.user : null);
      const [named, name] = "user" in subject ? (["user", subject.user] as const) : (["role", subject.role] as const);
      if (!record.some(({ change }) => keyFields(change)[named] === name))
        throw await reading.suggest(new UnknownName(named, name));
      const plain = permission && withoutOwn(permission);
      if (plain && !record.some(({ change }) => change.kind === "permission.add" && change.permission === plain)) {
        throw await reading.suggest(new UnknownName("permission", plain));
      }
      return { revision: reading.revision, turns: historyOf(record, subject, permission, now) };
    });
  }

  /** The assignments that end between two moments, with what their holders then lose. */
  expiring(from: string, to: string): Promise<At<{ expiring: Ending[] }>> {
    return this.#answer({ users: "all", roles: "all", permissions: "all" }, (policy) => ({
      expiring: expiring(lookupOf(policy), from, to),
    }));
  }

  /** Roles, or users, against the catalogue. */
  matrix(of: "roles" | "users", at: string): Promise<At<Matrix>> {
    const users = of === "users" ? "all" : [];
    return this.#answer({ roles: "all", permissions: "all", users }, (policy) => {
      const names = [...policy[of === "users" ? "user" : "role"].keys()].sort(byBytes);
      const asker = (name: string): Asker =>
        of === "users" ? { user: name, at, activate: [], assume: [] } : roleAlone(name, at);
      return matrixOf(lookupOf(policy), new Map(names.map((name) => [name, asker(name)])));
    });
  }

  /** Any reading of one moment. */
  read<T>(ask: (reading: Reading) => Promise<T>): Promise<T> {
    return this.#read(ask);
  }

  #read<T>(ask: (reading: Reading) => Promise<T>): Promise<T> {
    return this.#store.read(ask, this.#past);
  }

  /** A slice of the policy as it stands. */
  policy(slice: Slice): Promise<At<{ policy: Policy }>> {
    return this.#answer(slice, (policy) => ({ policy }));
  }

  /** The recorded entries that fit, oldest first. */
  entries(filter: Filter): Promise<Entry[]> {
    return this.#read((reading) => reading.entries(filter));
  }

  /** The whole record up to what is its last entry now, oldest first. */
  record(): AsyncIterable<Entry> {
    return this.#store.record();
  }

  /** `SEQ:HASH` of the last entry: kept elsewhere, it shows later whether the record was cut or rewritten. */
  async head(): Promise<string> {
    const { seq, hash } = await this.#store.head();
    return `${seq}:${hash}`;
  }

  /** What there is to know about the database itself. */
  status(): Promise<Status> {
    return this.#store.status();
  }

  /** Copies the database into a new private file while it is in use. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  backUp(to: string): Promise<void> {
    return this.#store.backUp(to);
  }

  /**
   * Checks the record, the tables against it, the schema and the pages. Faults are told, never thrown.
   * @param expect a head kept elsewhere, `SEQ:HASH`. @throws RbacError `ANCHOR_INVALID` (exit 2).
   */
  verify({ key, expect }: Expecting): Promise<Report> {
    return this.#store.verify({ key, anchor: anchorOf(expect) });
  }

  /** The same for an exported record, line by line, which needs no database and says nothing of tables. */
  static verifyRecord(lines: AsyncIterable<string>, { key, expect }: Expecting): Promise<Report> {
    return verifyRecord(lines, { key, anchor: anchorOf(expect) });
  }

  /** Decides a wish on what stands now, and changes nothing. */
  preview(wish: Wish, terms?: Terms): Promise<Outcome> {
    return this.#store.preview(wish, terms);
  }

  /** Decides a wish and does it, in one transaction. @throws RbacError (exit 2, 3 or 4), and then nothing is changed. */
  change(stamp: Stamp, wish: Wish, terms?: Terms): Promise<Outcome> {
    return this.#store.change(stamp, wish, terms);
  }

  #answer<T>(slice: Slice, answer: (policy: Policy) => T): Promise<At<T>> {
    return this.#read(async (reading) => ({ revision: reading.revision, ...answer(await reading.load(slice)) }));
  }
}

export type { Report } from "./store/verify.ts";

/** A backup of a database, an exported record line by line, or a wish to be granted to an empty database. */
export type RestoreFrom =
  | { readonly backup: string }
  | { readonly lines: AsyncIterable<string> }
  | { readonly wish: Wish; readonly stamp: Stamp };

function originOf(from: RestoreFrom): Origin {
  if ("backup" in from) return from;
  if ("lines" in from) return { record: writtenLines(from.lines) };
  return { work: (store) => store.change(from.stamp, from.wish, { allowConfusable: true }) };
}

/** The entry that made a row what it is. */
export type EntryOf = (ref: Pick<RowRef, "kind" | "key">) => Entry | undefined;

export interface Expecting {
  readonly key?: Uint8Array | undefined;
  readonly expect?: string | undefined;
}

const anchorOf = (expect: string | undefined): Anchor | undefined =>
  expect === undefined ? undefined : parseAnchor(expect);

/** The decision, or the error that says why there is none. */
function attempted(lookup: Lookup, question: Question): Decision | RbacError {
  try {
    return decide(lookup, question);
  } catch (error) {
    if (error instanceof RbacError) return error;
    throw error;
  }
}
