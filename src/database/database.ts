/** One open database: the questions it answers and the door to change it. The commands and the library use it alike. */
import { type RbacError, UnknownName } from "../errors.ts";
import type { Verdict } from "../policy/compiled/compiled-policy.ts";
import { sortedRows } from "../policy/document/snapshot.ts";
import { type Decision, decide, type HasDecision, holds, type Question } from "../policy/evaluate/decide.ts";
import { type PermissionRow, permissionsOf, rolesReachingGrants } from "../policy/evaluate/effective-permissions.ts";
import { type ExpiringAssignment, expiring } from "../policy/evaluate/expiring.ts";
import { type Matrix, matrixOf, roleAlone } from "../policy/evaluate/matrix.ts";
import { rowsForDecisions, rowsForHas, rowsForPermissions, rowsForWhoCan } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import type { Asker } from "../policy/evaluate/walk.ts";
import { type UserRow, whoCan } from "../policy/evaluate/who-can.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { type Mutation, type NeededRows, WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { AnyRow, Kind, Policy } from "../policy/model/policy.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { Moment } from "../policy/model/times.ts";
import type { Stamp } from "../store/audit/entries.ts";
import type { DatabaseStatus } from "../store/maintenance/status.ts";
import type { PageSizes } from "../store/read/assignees.ts";
import type { Assignments } from "../store/read/current-revision.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import { noSuchRevision } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { Store } from "../store/store.ts";
import type { ChangeOptions, ChangeOutcome } from "../store/write/check-change.ts";
import { AuditRecord } from "./audit-record.ts";
import { type AskedQuestion, Batch, type BatchOptions } from "./batch.ts";
import { type Explanation, explain } from "./explain.ts";

/** An answer, and the revision that it was read at. */
export type AtRevision<T> = T & { readonly revision: number };

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
  asOf(moment: Moment, now?: string): Promise<{ database: Database; at: string }> {
    return this.#store.read(async (reading) => {
      if ("at" in moment) {
        if (now !== undefined && moment.at >= now) return { database: this, at: moment.at };
        const revision = await reading.revisionAt(moment.at);
        return { database: new Database(this.#store, revision), at: moment.at };
      }
      const at = await reading.stampedAt(moment.revision);
      if (at === undefined) throw noSuchRevision(moment.revision, reading.revision);
      return { database: new Database(this.#store, moment.revision), at };
    });
  }

  /** Opens a database that is there. @throws RbacError (exit 4) when it is missing, not ours, or of another version. */
  static async open(url: string, mode: "read" | "write"): Promise<Database> {
    return new Database(await Store.open(url, mode));
  }

  /** Makes a database that appears only when the work on it is done. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  static async create<T>(path: string, now: string, work: (database: Database) => Promise<T>): Promise<T> {
    const { createDatabase } = await import("../store/create-or-replace.ts");
    return createDatabase(path, now, (store) => work(new Database(store)));
  }

  /** An empty database in memory, for trying something out. */
  static async scratch(now: string): Promise<Database> {
    return new Database(await Store.create(":memory:", now));
  }

  /** What messages call the place that a URL names, and whether a database is there. */
  static at(url: string): Promise<{ name: string; isThere: boolean }> {
    return Store.at(url);
  }

  /** The record of all changes. */
  get record(): AuditRecord {
    return new AuditRecord(this.#store);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Decides questions, all at one revision. @throws UnknownName (exit 2) for the first that names what is not there. */
  can(questions: readonly Question[]): Promise<AtRevision<{ decisions: Decision[] }>> {
    return this.#answer(rowsForDecisions(questions), (policy) => {
      const index = indexPolicy(policy);
      return { decisions: questions.map((question) => decide(index, question)) };
    });
  }

  /**
   * As `can`, for many questions of mixed quality: what cannot be answered comes back as its error, in its place.
   * @param now the moment of questions that name none: those are answered by what is read, whatever it says.
   */
  batch<T extends AskedQuestion>(asked: readonly T[], now?: string): Promise<AtRevision<{ answered: Answered<T>[] }>> {
    return this.read(async (reading) => {
      const answered = (await new Batch(reading, { now }).answer(asked)) as Answered<T>[];
      return { revision: reading.revision, answered };
    });
  }

  /** The same for a batch that comes part by part, however long, all at one revision; each part is told when it is answered. */
  batches<T extends AskedQuestion>(
    parts: Iterable<readonly T[]>,
    options: BatchOptions,
    tell: (answered: readonly (T & { answer: Decision | Verdict | RbacError })[]) => Promise<void>,
  ): Promise<void> {
    return this.read(async (reading) => {
      const batch = new Batch(reading, options);
      for (const part of parts) await tell(await batch.answer(part));
    });
  }

  /** Decides whether roles are held. @throws UnknownName (exit 2). */
  has(
    questions: readonly (Asker & { role: string; scope: Scope })[],
  ): Promise<AtRevision<{ decisions: HasDecision[] }>> {
    return this.#answer(rowsForHas(questions), (policy) => {
      const index = indexPolicy(policy);
      return { decisions: questions.map((question) => holds(index, question)) };
    });
  }

  /** Decides and explains: the entry behind every row that the evidence names, and for a "no" what was near. */
  why(question: Question): Promise<AtRevision<Explanation>> {
    return this.read(async (reading) => {
      const explained = await explain(reading, question);
      return { revision: reading.revision, ...explained };
    });
  }

  /** What somebody may do; `on` keeps what holds there, `resource` what is done to it. @throws RbacError (exit 2). */
  permissions(asker: Asker, on?: Scope, resource?: string): Promise<AtRevision<{ permissions: PermissionRow[] }>> {
    const listed = (policy: Policy) => permissionsOf(indexPolicy(policy), asker, on, resource);
    return this.#answer(rowsForPermissions(asker, resource), (policy) => ({ permissions: listed(policy) }));
  }

  /** Who may do something somewhere, or as its owner when `:own` is asked. @throws UnknownName (exit 2). */
  async whoCan(permission: string, at: string, on?: Scope): Promise<UserPage> {
    const pages: UserPage[] = [];
    for await (const page of this.whoCanByPages(permission, at, on)) pages.push(page);
    return { revision: pages[0]?.revision ?? 0, users: pages.flatMap(({ users }) => users) };
  }

  /** The same page by page, all of one moment: a page is decided when it is asked for, and there is always one. */
  whoCanByPages(permission: string, at: string, on?: Scope, measure?: PageSizes): AsyncIterable<UserPage> {
    const session = { at, activate: [], assume: [] };
    return this.#store.stream(async function* (reading) {
      const { revision } = reading;
      const structure = indexPolicy(await reading.load(rowsForWhoCan(permission)));
      const roles = rolesReachingGrants(structure);
      const everybody = [...structure.policy.everyone.keys()].some((role) => roles.has(role));
      for await (const page of reading.assignees({ roles: [...roles], everybody }, measure))
        yield { revision, users: whoCan(structure, permission, session, on, page) };
    }, this.#past);
  }

  /** The assignments that end between two moments, with what their holders then lose. */
  expiring(from: string, to: string): Promise<AtRevision<{ expiring: ExpiringAssignment[] }>> {
    return this.#answer(WHOLE_POLICY, (policy) => ({ expiring: expiring(indexPolicy(policy), from, to) }));
  }

  /** Roles, or users, against the catalogue. */
  matrix(of: "roles" | "users", at: string): Promise<AtRevision<Matrix>> {
    const users = of === "users" ? "all" : [];
    return this.#answer({ roles: "all", permissions: "all", users }, (policy) => {
      const names = [...policy[of === "users" ? "user" : "role"].keys()].sort(byBytes);
      const asker = (name: string): Asker =>
        of === "users" ? { user: name, at, activate: [], assume: [] } : roleAlone(name, at);
      return matrixOf(indexPolicy(policy), new Map(names.map((name) => [name, asker(name)])));
    });
  }

  /** Every row, in the order of an export; of the past they are held, of the present they are read as they are asked for. */
  async *rows(): AsyncIterable<readonly [Kind, AnyRow]> {
    yield* this.#past === undefined ? this.#store.rows() : sortedRows((await this.policy(WHOLE_POLICY)).policy);
  }

  /** Any reading of one moment. */
  read<T>(ask: (reading: TransactionReads) => Promise<T>): Promise<T> {
    return this.#store.read(ask, this.#past);
  }

  /** A slice of the policy as it stands. */
  policy(slice: NeededRows): Promise<AtRevision<{ policy: Policy }>> {
    return this.#answer(slice, (policy) => ({ policy }));
  }

  /** @throws UnknownName (exit 2) for somebody whom the policy does not know. */
  async needUser(user: string): Promise<void> {
    const { policy } = await this.policy({ users: [user], grants: "none" });
    if (!policy.user.has(user)) throw await this.read((reading) => reading.suggest(new UnknownName("user", user)));
  }

  /** The policy compiled for a process that asks for long, always as it stands at present. Close it besides the database. */
  live(assignments?: Assignments): Promise<LivePolicy> {
    return this.#store.live(assignments);
  }

  /** What there is to know about the database itself. */
  status(): Promise<DatabaseStatus> {
    return this.#store.status();
  }

  /** Copies the database into a new private file while it is in use. @throws RbacError `DATABASE_EXISTS` (exit 3). */
  backUp(to: string): Promise<void> {
    return this.#store.backUp(to);
  }

  /** Decides a wish on what stands now, as whoever stamps it, and changes nothing. @throws RbacError as `change` does. */
  preview(stamp: Pick<Stamp, "actor" | "at">, mutation: Mutation, options?: ChangeOptions): Promise<ChangeOutcome> {
    return this.#store.preview(stamp, mutation, options);
  }

  /** Decides a wish and does it, in one transaction. @throws RbacError (exit 2, 3 or 4), and then nothing is changed. */
  change(stamp: Stamp | (() => Stamp), mutation: Mutation, options?: ChangeOptions): Promise<ChangeOutcome> {
    return this.#store.change(stamp, mutation, options);
  }

  #answer<T>(slice: NeededRows, answer: (policy: Policy) => T): Promise<AtRevision<T>> {
    const told = (policy: Policy, revision: number) => ({ revision, ...answer(policy) });
    if (this.#past === undefined) return this.#store.answer(slice, told);
    return this.read(async (reading) => told(await reading.load(slice), reading.revision));
  }
}

type UserPage = AtRevision<{ users: UserRow[] }>;
type Answered<T> = T & { readonly answer: Decision | RbacError };
