/**
 * A compiled policy and the revision that it is of: it is moved to later ones by the entries between, and decides.
 * Whoever has it says when to look for another revision.
 */
import { UnknownName } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import type { Deciding } from "../../policy/compiled/deciding-search.ts";
import type { Verdict } from "../../policy/compiled/verdict.ts";
import type { Known, Question, RoleQuestion } from "../../policy/evaluate/decide.ts";
import { parseName } from "../../policy/model/names.ts";
import type { HeldAssignment } from "../../policy/model/policy.ts";
import { databaseIdOf } from "../audit/database-id.ts";
import { entryPagesInSteps, parseChange } from "../audit/entries.ts";
import type { Connection } from "../engine/connection.ts";
import { runningBy, type Steps } from "../sql/steps.ts";
import { type CurrentRevision, currentOf, isSameRevision } from "./current-revision.ts";
import { compiling } from "./load-compiled.ts";

export type LiveQuestion = Question | RoleQuestion;
export type LiveVerdict = Verdict & {
  readonly known: Known;
  readonly revision: number;
  readonly trace?: Trace;
};

/** Where an answer comes from, for a log: the id of the database, and the plain grant that decided. */
export interface Trace {
  readonly db: string | null;
  readonly deciding: Deciding | undefined;
}

type Reads = Pick<Connection, "db" | "prepare">;

export class FollowedPolicy {
  readonly #includesPeople: boolean;
  #policy = new CompiledPolicy({ people: false });
  #current: CurrentRevision = { revision: -1, createdAt: "", hash: "" };
  #seq = 0;
  /** The names that are no users, and that strangers may have, at the current revision. */
  readonly #strangers = new Set<string>();
  /** Says which answers are traced. */
  #traces: ((allowed: boolean) => boolean) | undefined;
  /** Known only where answers are traced. */
  #databaseId: string | null = null;
  /** Counts its moves: whoever waited knows by it whether another moved it meanwhile. */
  moves = 0;

  /** @param includesPeople false where assignments come with each question */
  constructor(includesPeople: boolean) {
    this.#includesPeople = includesPeople;
  }

  get revision(): number {
    return this.#current.revision;
  }

  get databaseId(): string | null {
    return this.#databaseId;
  }

  /** Whether it is a permission of the catalogue, as of the revision that it is at. */
  hasPermission(permission: string): boolean {
    return this.#policy.hasPermission(permission);
  }

  /** From now on answers say where they come from, which takes about as long as an answer. @param traces which do */
  *traceAnswers(reads: Reads, traces: (allowed: boolean) => boolean): Steps<void> {
    this.#databaseId = yield* databaseIdOf(reads);
    this.#traces = traces;
  }

  isAt(current: CurrentRevision): boolean {
    return isSameRevision(current, this.#current);
  }

  /** True where the entries of a database may lead from here to its revision. */
  isBefore({ createdAt, revision }: CurrentRevision): boolean {
    return createdAt === this.#current.createdAt && revision > this.#current.revision;
  }

  /**
   * Decides as of the revision that it is at.
   * @param held the assignments of the user, where they come with the question
   * @throws UnknownName (exit 2), without suggestions.
   */
  decide(question: LiveQuestion, held: readonly HeldAssignment[] | undefined): LiveVerdict {
    const stranger = this.#strangers.size > 0 && this.#strangers.has(question.user ?? "") && this.#admits(question);
    const asked = stranger ? { ...question, stranger } : question;
    const verdict = "role" in asked ? this.#policy.holds(asked, held) : this.#policy.answer(asked, held);
    const { allowed, reason, except } = verdict;
    const known = question.user === null ? null : !stranger;
    const { revision } = this.#current;
    if (this.#traces?.(allowed)) {
      const trace = { db: this.#databaseId, deciding: this.#policy.decidingIn(asked, verdict, held) };
      if (reason === "condition" || verdict.unless) return { ...verdict, known, revision, trace };
      return { allowed, reason, except, known, revision, trace };
    }
    if (reason === "condition" || verdict.unless) return { ...verdict, known, revision };
    return { allowed, reason, except, known, revision }; // A spread would cost as much as the decision.
  }

  /** True where an unknown user may be answered as a stranger: by the policy, or by the question. */
  #admits({ existing, strangers }: Pick<LiveQuestion, "existing" | "strangers">): boolean {
    return !existing && (strangers === true || this.#policy.admitsStrangers);
  }

  /** The name of the asker, if what is wrong is that nobody has it, and it may be that of a stranger (rule 30). */
  strangerIn(question: LiveQuestion, error: unknown): string | undefined {
    if (!(error instanceof UnknownName) || error.named !== "user") return undefined;
    return this.#admits(question) && isNormal(error.missing) ? error.missing : undefined;
  }

  /** Keeps names that strangers may have, which saves some look-ups until the next move. */
  keepStrangers(names: readonly string[]): void {
    if (this.#strangers.size + names.length > MAX_STRANGERS) this.#strangers.clear();
    for (const name of names) this.#strangers.add(name);
  }

  /**
   * Applies the entries up to a revision and not beyond, since the assignments were read at that revision; none that do
   * not continue the record of the policy. The pages need no transaction: committed entries end with a whole revision.
   */
  *catchUp(reads: Reads, revision: number): Steps<void> {
    const nextPage = entriesAfter(reads)([this.#seq]);
    for (let page = yield* nextPage(); page.length > 0; page = yield* nextPage()) {
      if (page[0] && page[0][3] !== this.#current.hash) return;
      const due = page.filter(([, of]) => of <= revision);
      this.#policy.apply(due.map(([seq, , change]) => parseChange({ seq, change })));
      const last = due.at(-1);
      if (last) this.#moveTo({ ...this.#current, revision: last[1], hash: last[4] }, last[0]);
      if (due.length < page.length) break;
    }
    if (this.#traces) this.#databaseId ??= yield* databaseIdOf(reads); // An empty database has none.
  }

  /** Compiles the policy of a database anew. Take the steps in a transaction, so that all of it is of one snapshot. */
  *load(reads: Reads): Steps<void> {
    const current = yield* currentOf(reads);
    const lastEntry = reads.db.selectFrom("entries").select(({ fn }) => fn.max("seq").as("seq"));
    const [last = [0]] = yield runningBy(reads)(lastEntry.compile());
    const policy = yield* compiling(reads, this.#includesPeople);
    if (this.#traces) this.#databaseId = yield* databaseIdOf(reads);
    this.#policy = policy;
    this.#moveTo(current, Number(last[0] ?? 0));
  }

  #moveTo(current: CurrentRevision, seq: number): void {
    [this.#current, this.#seq] = [current, seq];
    this.#strangers.clear(); // They were looked up at another revision.
    this.moves += 1;
  }
}

const entriesAfter = (reads: Reads) =>
  entryPagesInSteps(reads, ["seq", "revision", "change", "prev", "hash"], { pageSize: 10_000 });

/** False for a name that is not in its normal form, which may be that of a user, and for what is no name. */
function isNormal(name: string): boolean {
  try {
    return parseName(name) === name;
  } catch {
    return false;
  }
}

/** The most names of strangers that are kept. */
const MAX_STRANGERS = 10_000;
