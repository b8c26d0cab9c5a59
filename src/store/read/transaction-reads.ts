/** The reads that are possible inside one transaction. */
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

/** Reads of one snapshot, of the current revision or of a past one. */
export interface TransactionReads {
  /** The revision that is read: the current one, or the past one asked for. */
  readonly revision: number;
  /** The highest revision stamped at or before a time; 0 before the first. */
  revisionAt(at: string): Promise<number>;
  /** When a revision was stamped; `undefined` if it does not exist. */
  stampedAt(revision: number): Promise<string | undefined>;
  /** Fetches at least the needed rows, of the revision that is read or of another. */
  load(needed: NeededRows, revision?: number): Promise<Policy>;
  /** All structure as an index; for the current revision it is cached until an entry changes structure. */
  structure(): Promise<PolicyIndex>;
  /** Who is assigned given roles, page by page; a past revision is a single page. */
  assignees(filter: AssigneeFilter, sizes?: PageSizes): AsyncIterable<readonly Assignee[]>;
  /** The compiled policy of the revision that is read. A past one always includes people. */
  compiled(people: boolean): Promise<CompiledPolicy>;
  /** True when there are at least `count` assignments now. */
  hasAssignments(count: number): Promise<boolean>;
  entries(filter: EntryFilter): Promise<Entry[]>;
  /** Every entry about structure, and those about one user, oldest first. */
  entriesAbout(user: string | null): Promise<Entry[]>;
  /** The entries that set rows to their current values, by `refKey`. */
  entriesOf(refs: readonly RowRef[]): Promise<Map<string, Entry>>;
  /** True when a grant or an assignment has a scope that is, or lies below, this first segment. */
  isScopeKnown(segment: string): Promise<boolean>;
  /** The names of a kind that are nearest to a name. */
  nearest(named: Named, name: string): Promise<string[]>;
  /** A copy of an unknown-name error, with the nearest names in the database. */
  suggest(error: UnknownName): Promise<UnknownName>;
}

/** Reads of the current revision, as the open transaction sees it. */
interface CurrentReads {
  readonly load: LoadRows;
  readonly structure: StructureCache;
  readonly assignees: AssigneePages;
}

/**
 * @param prepare of the connection that `trx` belongs to
 * @param revision the current revision
 * @param past the revision to read as of; the current one if undefined
 */
export const transactionReads = (
  trx: Transaction<Tables>,
  prepare: Connection["prepare"],
  revision: number,
  past: number | undefined,
  { load, structure, assignees }: CurrentReads,
): TransactionReads => ({
  revision: past ?? revision,
  load: (needed, asOf = past) => (asOf === undefined || asOf >= revision ? load(needed) : loadAt(trx, needed, asOf)),
  structure: async () =>
    past === undefined || past >= revision ? structure.now() : indexPolicy(await loadAt(trx, ALL_STRUCTURE, past)),
  assignees: (filter, sizes) =>
    past === undefined || past >= revision ? assignees.pages(filter, sizes) : assigneesAt(trx, filter, past),
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
