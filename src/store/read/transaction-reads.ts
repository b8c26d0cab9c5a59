/** The reads that are possible inside one transaction. */
import type { Transaction } from "kysely";
import type { Named, RbacError } from "../../errors.ts";
import { CompiledPolicy } from "../../policy/compiled/compiled-policy.ts";
import { indexPolicy, type PolicyIndex } from "../../policy/evaluate/policy-index.ts";
import type { Assignee } from "../../policy/evaluate/who-can.ts";
import type { Change } from "../../policy/model/change.ts";
import { type NeededRows, WHOLE_POLICY } from "../../policy/model/mutation.ts";
import {
  type ApiKey,
  type Assignment,
  type GrantsByRole,
  type Policy,
  type RowRef,
  rowsOf,
} from "../../policy/model/policy.ts";
import type { Entry, FirstHand, RowStamps } from "../../policy/model/results.ts";
import type { Kind } from "../../policy/model/rows.ts";
import { changesAfter, entriesFrom, headAt, type RevisedChange, revisedChangesAfter } from "../audit/changes-after.ts";
import { databaseIdOf } from "../audit/database-id.ts";
import { entriesAbout, type NameSpan } from "../audit/entries.ts";
import { entriesInDatabase } from "../audit/entries-of-rows.ts";
import { FirstHandStamps, type StampOf } from "../audit/first-hand-stamps.ts";
import { firstHandsOf } from "../audit/first-hands.ts";
import { formerSpans } from "../audit/former-names.ts";
import { type EntryFilter, entryPagesOf, searchEntries } from "../audit/search-entries.ts";
import { type NamedRow, stampsOf } from "../audit/stamps-of-rows.ts";
import type { Connection } from "../engine/connection.ts";
import type { Tables } from "../engine/tables.ts";
import { allApiKeys } from "../sql/api-keys.ts";
import { grantsByRole } from "../sql/grants-by-role.ts";
import { type Holder, holdersOfRoles } from "../sql/holders-of-roles.ts";
import { inTurn } from "../sql/steps.ts";
import type { AssigneeFilter, AssigneePages, PageSizes } from "./assignees.ts";
import type { LoadRows } from "./fetch-rows.ts";
import { isScopeKnown } from "./known-scopes.ts";
import {
  type AssignmentsFilter,
  assignmentsIn,
  assignmentsWhere,
  countRows,
  countUsers,
  type UserNamesFilter,
  userNames,
  userNamesIn,
} from "./lists.ts";
import { hasAssignments, loadCompiled } from "./load-compiled.ts";
import { type Listed, namesBeginning } from "./names-beginning.ts";
import { actorsNear, isScopeKnownAt, nearestNamesAt, nearestNamesEver, withNamesOf } from "./past-names.ts";
import { assigneesAt, loadAt, type PastRevision, pastRevision, revisionAt, stampedAt } from "./policy-at.ts";
import { Strangers } from "./strangers.ts";
import { ALL_STRUCTURE, type StructureCache } from "./structure-cache.ts";
import { type Attempt, attempts, nearestNames, withSuggestions } from "./suggestions.ts";

/** Reads of one snapshot, of the current revision or of a past one. */
export interface TransactionReads {
  /** The revision that is read: the current one, or the past one asked for. */
  readonly revision: number;
  /** By what the database is known elsewhere; `null` while its record is empty. */
  databaseId(): Promise<string | null>;
  /** True where that is no more the current one: then, whatever rows are needed, all its structure is loaded. */
  readonly isPast: boolean;
  /** The highest revision stamped at or before a time; 0 before the first. */
  revisionAt(at: string): Promise<number>;
  /** When a revision was stamped; `undefined` if it does not exist. */
  stampedAt(revision: number): Promise<string | undefined>;
  /** What a past revision is known by, to be read in a later transaction. */
  pastRevision(revision: number): Promise<PastRevision>;
  /** Fetches at least the needed rows, of the revision that is read or of another. */
  load(needed: NeededRows, revision?: number): Promise<Policy>;
  /** All structure as an index; for the current revision it is cached until an entry changes structure. */
  structure(): Promise<PolicyIndex>;
  /** Who is assigned given roles, page by page; a past revision is a single page. */
  assignees(filter: AssigneeFilter, sizes?: PageSizes): AsyncIterable<readonly Assignee[]>;
  /** Who is assigned one of some roles, with `null` everybody, each with all assignments; others may be there. */
  holders(roles: readonly string[] | null): AsyncIterable<readonly Holder[]>;
  /** All plain grants now, by role, without their revisions. */
  grantsByRole(): Promise<GrantsByRole>;
  /** All API keys now, in the order of their ids. */
  apiKeys(): Promise<readonly ApiKey[]>;
  /** The names of users, in byte order. */
  userNames(filter: UserNamesFilter): Promise<string[]>;
  /** How many users there are of those that a filter keeps. */
  countUsers(filter: UserNamesFilter): Promise<number>;
  /** How many rows of a kind there are. */
  countRows(kind: Kind): Promise<number>;
  /** The first names now that begin with a text, in byte order. */
  namesBeginning(listed: Listed, prefix: string, limit: number): Promise<string[]>;
  /** Assignments, in the order of user, role and scope. */
  assignments(filter: AssignmentsFilter): Promise<Assignment[]>;
  /** The compiled policy of the revision that is read. A past one always includes people. */
  compiled(people: boolean): Promise<CompiledPolicy>;
  /** True when there are at least `count` assignments now. */
  hasAssignments(count: number): Promise<boolean>;
  entries(filter: EntryFilter): Promise<Entry[]>;
  /** The same in pages; at least one, which may be empty. */
  entryPages(filter: EntryFilter): AsyncIterable<Entry[]>;
  /** The entries from a number on, at most so many, oldest first. */
  entriesFrom(seq: number, most: number): Promise<Entry[]>;
  /** The number and the hash of the last entry at a revision; 0 and `""` before the first. */
  headAt(revision: number): Promise<{ readonly seq: number; readonly hash: string }>;
  /** The changes after a revision, oldest first, in pages. */
  changesAfter(revision: number): AsyncIterable<readonly Change[]>;
  /** The same, each with its revision. */
  revisedChangesAfter(revision: number): AsyncIterable<readonly RevisedChange[]>;
  /** Every entry about structure, and those about one user in the times of former names too, oldest first. */
  entriesAbout(user: string | null, spans?: readonly NameSpan[]): Promise<Entry[]>;
  /** The times of the former names of a user or a role, the latest first. */
  formerSpans(of: "user" | "role", name: string): Promise<NameSpan[]>;
  /** The entries that set rows to their current values, under whatever names they then had, by `refKey`. */
  firstHandsOf(refs: readonly RowRef[]): Promise<Map<string, FirstHand>>;
  /** The stamps of those entries, of thousands of rows at once; what is found of structure is kept. */
  firstHandStamps(rows: Iterable<RowRef>): Promise<StampOf>;
  /** Who made something that has a name, also under former names, and who last changed it. */
  stampsOf(row: NamedRow): Promise<RowStamps>;
  /**
   * The error for a user who is not there at the revision that is read, or at another; none for a stranger.
   * @param isAdmitted true where strangers are admitted whatever the policy says
   */
  refusalOfStranger(user: string, revision?: number, isAdmitted?: boolean): Promise<RbacError | undefined>;
  /** True when a grant or an assignment has a scope that is, or lies below, this first segment. */
  isScopeKnown(segment: string): Promise<boolean>;
  /** The names of a kind that are nearest to a name. */
  nearest(named: Named, name: string): Promise<string[]>;
  /** The names of a kind, of whatever time, that are nearest to a name. */
  nearestEver(named: "user" | "role" | "permission", name: string): Promise<string[]>;
  /** Who made changes under a name near to this one; and whether anybody did under it. */
  actorsNear(name: string): Promise<{ isKnown: boolean; near: string[] }>;
  /** The error with the nearest names of a past revision that is read; any other error as it is. */
  withNames(error: unknown): Promise<unknown>;
  /** Answers from what was read, for answers of which some may be errors. */
  readonly attempt: Attempt;
}

/** Reads of the current revision, as the open transaction sees it. */
interface CurrentReads {
  readonly load: LoadRows;
  readonly structure: StructureCache;
  readonly assignees: AssigneePages;
}

/** All users with their assignments. */
const ALL_PEOPLE: NeededRows = { users: "all", roles: "none" };

/** An open transaction, and `prepare` of its connection. */
interface OpenTransaction {
  readonly db: Transaction<Tables>;
  readonly prepare: Connection["prepare"];
}

/**
 * @param revision the current revision
 * @param past the revision to read as of; the current one if undefined
 */
export function transactionReads(
  open: OpenTransaction,
  revision: number,
  past: number | undefined,
  { load, structure, assignees }: CurrentReads,
): TransactionReads {
  const strangers = new Strangers(open);
  const firstHandStamps = new FirstHandStamps(open.db);
  /** A revision, if it is not the current one, which has tables of its own. */
  const pastOf = (asOf: number | undefined) => (asOf === undefined || asOf >= revision ? undefined : asOf);
  const then = pastOf(past);
  const withNames = async (error: unknown, asOf = past) => {
    const earlier = pastOf(asOf);
    return earlier === undefined ? error : withNamesOf(open, error, earlier);
  };
  return {
    revision: past ?? revision,
    isPast: then !== undefined,
    databaseId: () => inTurn(databaseIdOf(open)),
    load: (needed, asOf = past) => {
      const earlier = pastOf(asOf);
      return earlier === undefined ? load(needed) : loadAt(open, needed, earlier);
    },
    structure: async () =>
      then === undefined ? structure.now() : indexPolicy(await loadAt(open, ALL_STRUCTURE, then)),
    assignees: (filter, sizes) =>
      then === undefined ? assignees.pages(filter, sizes) : assigneesAt(open, filter, then),
    holders: (roles) =>
      then === undefined
        ? holdersOfRoles(assignees.statements, roles)
        : assigneesAt(open, { roles: [], everybody: true }, then),
    grantsByRole: () => grantsByRole(assignees.statements),
    apiKeys: () => allApiKeys(assignees.statements),
    userNames: async (filter) =>
      then === undefined ? userNames(open.db, filter) : userNamesIn(await loadAt(open, ALL_PEOPLE, then), filter),
    countUsers: async (filter) =>
      then === undefined
        ? countUsers(open.db, filter)
        : userNamesIn(await loadAt(open, ALL_PEOPLE, then), filter).length,
    countRows: async (kind) =>
      then === undefined ? countRows(open.db, kind) : rowsOf(await loadAt(open, WHOLE_POLICY, then), kind).size,
    namesBeginning: (listed, prefix, limit) => namesBeginning(open.db, listed, prefix, limit),
    assignments: async (filter) =>
      then === undefined
        ? assignmentsWhere(open.db, filter)
        : assignmentsIn(await loadAt(open, ALL_PEOPLE, then), filter),
    compiled: async (people) =>
      then === undefined ? loadCompiled(open, people) : CompiledPolicy.of(await loadAt(open, WHOLE_POLICY, then)),
    hasAssignments: (count) => hasAssignments(open.db, count),
    revisionAt: (at) => revisionAt(open.db, at),
    stampedAt: (of) => stampedAt(open.db, of),
    pastRevision: (of) => pastRevision(open.db, of),
    entries: (filter) => searchEntries(open.db, filter),
    entryPages: (filter) => entryPagesOf(open.db, filter),
    entriesFrom: (seq, most) => entriesFrom(open.db, seq, most),
    headAt: (of) => headAt(open.db, of),
    changesAfter: (of) => changesAfter(open, of),
    revisedChangesAfter: (of) => revisedChangesAfter(open, of),
    entriesAbout: (user, spans) => entriesAbout(open.db, user, spans),
    formerSpans: (of, name) => formerSpans(open.db, of, name),
    firstHandsOf: (refs) => firstHandsOf(entriesInDatabase(open.db), refs),
    firstHandStamps: (rows) => firstHandStamps.of(rows),
    stampsOf: (row) => stampsOf(open.db, row, past ?? revision),
    refusalOfStranger: (user, asOf = past, isAdmitted = false) => strangers.refusal(user, pastOf(asOf), isAdmitted),
    isScopeKnown: (segment) =>
      then === undefined ? isScopeKnown(open.db, segment) : isScopeKnownAt(open, segment, then),
    nearest: (named, name) =>
      then === undefined ? nearestNames(open.db, named, name) : nearestNamesAt(open, named, name, then),
    nearestEver: (named, name) => nearestNamesEver(open, named, name),
    actorsNear: (name) => actorsNear(open.db, name),
    withNames,
    attempt: attempts(async (error, asOf) => withSuggestions(open.db, await withNames(error, asOf))),
  };
}
