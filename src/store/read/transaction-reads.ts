/** What can be read inside one transaction. */
import type { Transaction } from "kysely";
import type { Named, UnknownName } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import { indexPolicy, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { Assignee } from "../../policy/evaluate/who-can.ts";
import { type NeededRows, WHOLE_POLICY } from "../../policy/model/mutation.ts";
import type { Policy, RowRef } from "../../policy/model/policy.ts";
import { type Entry, type EntryFilter, entriesAbout, entriesOf, searchEntries } from "../audit/entries.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import type { AssigneeFilter, AssigneePages, PageSizes } from "./assignees.ts";
import type { LoadRows } from "./fetch-rows.ts";
import { isScopeKnown } from "./known-scopes.ts";
import { hasAssignments, loadCompiled } from "./load-compiled.ts";
import { assigneesAt, loadAt, revisionAt, stampedAt } from "./policy-at.ts";
import { ALL_STRUCTURE, type StructureCache } from "./structure-cache.ts";
import { nearestNames, withSuggestions } from "./suggestions.ts";

/** What a read may ask, all of it of one moment. */
export interface TransactionReads {
  /** The revision that is read: the present one, or the past one asked for. */
  readonly revision: number;
  /** The highest revision stamped at or before a moment; 0 before the first. */
  revisionAt(at: string): Promise<number>;
  /** When a revision was stamped. */
  stampedAt(revision: number): Promise<string | undefined>;
  /** Fetches a slice: of the revision that is read, or of another. */
  load(slice: NeededRows, revision?: number): Promise<Policy>;
  /** All structure, arranged; that of the present is kept until an entry changes it. */
  structure(): Promise<PolicyIndex>;
  /** Who is assigned some roles, page by page; of the past all of them are one page. */
  assignees(sought: AssigneeFilter, measure?: PageSizes): AsyncIterable<readonly Assignee[]>;
  /** The policy that is read, compiled; with people only where it is said, or where it is past. */
  compiled(people: boolean): Promise<CompiledPolicy>;
  /** True when there are so many assignments, or more. */
  hasAssignments(count: number): Promise<boolean>;
  entries(filter: EntryFilter): Promise<Entry[]>;
  /** Every entry about structure, and those about one user, oldest first. */
  entriesAbout(user: string | null): Promise<Entry[]>;
  /** The entries that made rows what they are, by `refKey`. */
  entriesOf(refs: readonly RowRef[]): Promise<Map<string, Entry>>;
  /** True when some grant or assignment is scoped to this first segment, or below it. */
  isScopeKnown(segment: string): Promise<boolean>;
  /** The names of a kind that are near to one. */
  nearest(named: Named, name: string): Promise<string[]>;
  /** The error of an unknown name, with the nearest names that there are. */
  suggest(error: UnknownName): Promise<UnknownName>;
}

/** What fetches of the present what the open transaction sees; structure is kept besides. */
interface Fetching {
  readonly load: LoadRows;
  readonly structure: StructureCache;
  readonly assignees: AssigneePages;
}

/**
 * @param prepare that of the connection whose transaction it is
 * @param revision the present one
 * @param past the one to read as of; the present when undefined
 */
export const transactionReads = (
  trx: Transaction<Tables>,
  prepare: Connection["prepare"],
  revision: number,
  past: number | undefined,
  { load, structure, assignees }: Fetching,
): TransactionReads => ({
  revision: past ?? revision,
  load: (slice, as = past) => (as === undefined || as >= revision ? load(slice) : loadAt(trx, slice, as)),
  structure: async () =>
    past === undefined || past >= revision ? structure.now() : indexPolicy(await loadAt(trx, ALL_STRUCTURE, past)),
  assignees: (sought, measure) =>
    past === undefined || past >= revision ? assignees.pages(sought, measure) : assigneesAt(trx, sought, past),
  compiled: async (people) =>
    past === undefined || past >= revision
      ? loadCompiled({ db: trx, prepare }, people)
      : CompiledPolicy.of(await loadAt(trx, WHOLE_POLICY, past)),
  hasAssignments: (count) => hasAssignments(trx, count),
  revisionAt: (at) => revisionAt(trx, at),
  stampedAt: (of) => stampedAt(trx, of),
  entries: (filter) => searchEntries(trx, filter),
  entriesAbout: (user) => entriesAbout(trx, user),
  entriesOf: (refs) => entriesOf(trx, refs),
  isScopeKnown: (segment) => isScopeKnown(trx, segment),
  nearest: (named, name) => nearestNames(trx, named, name),
  suggest: (error) => withSuggestions(trx, error),
});
