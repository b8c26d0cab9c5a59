/** The audit record of a database: its entries, its verification, and questions about the past. */

import { didYouMean, UnknownName, wrong } from "../errors.ts";
import { coveredBy, cutTo, matching, requireNames } from "../policy/evaluate/list-filters.ts";
import { type Assignee, isAmong } from "../policy/evaluate/who-can.ts";
import { type AbilityChange, historyOf, type Subject } from "../policy/history/ability-history.ts";
import { type SinceRow, whoCouldBetween } from "../policy/history/who-could.ts";
import { keyFields, replay } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { quote, withoutOwn } from "../policy/model/names.ts";
import { emptyDraft, type Policy } from "../policy/model/policy.ts";
import type { AtRevision, Cut, Entry, FormerName, NamedEntry, VerificationReport } from "../policy/model/results.ts";
import { covers, type Scope } from "../policy/model/scopes.ts";
import type { Moment } from "../policy/model/times.ts";
import type { OnProgress } from "../progress.ts";
import type { NameSpan } from "../store/audit/entries.ts";
import type { EntryFilter } from "../store/audit/search-entries.ts";
import { parseTrustedHead, type TrustedHead } from "../store/audit/trusted-head.ts";
import { resolveMoment } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import type { Store } from "../store/store.ts";
import type { WhoCanFilter } from "./who-can.ts";

/** What a verification can check in addition to the record itself. */
export interface VerifyOptions {
  readonly key?: Uint8Array | undefined;
  /** A trusted head, `SEQ:HASH`. */
  readonly expect?: string | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export const trustedHeadFrom = (expect: string | undefined): TrustedHead | undefined =>
  expect === undefined ? undefined : parseTrustedHead(expect);

/** The entry with the former name that it was found by, if it was. */
function underName(entry: Entry, spans: readonly NameSpan[]): NamedEntry {
  const { user, role, inherits } = keyFields(entry.change);
  const isAbout = ({ of, name, from, until }: NameSpan) =>
    entry.revision >= from &&
    entry.revision <= until &&
    (of === "user" ? user === name : role === name || inherits === name);
  const span = spans.find(isAbout);
  return span ? { ...entry, as: { [span.of]: span.name } } : entry;
}

/**
 * Whether there is an actor of this name in the record, or a user who may become one.
 * @throws RbacError `ACTOR_NOT_FOUND` (exit 2) where there is none, but one whose name is near.
 */
async function knowsActor(reading: TransactionReads, name: string): Promise<boolean> {
  const { isKnown, near } = await reading.actorsNear(name);
  if (isKnown || near.length === 0) return isKnown;
  throw wrong("ACTOR_NOT_FOUND", `no change is by ${quote(name)}${didYouMean(near)}`, { suggestions: near });
}

/** Some of the entries that match a filter. */
export interface FoundEntries {
  readonly entries: readonly NamedEntry[];
  /** The names that the user and the role of the filter had before. */
  readonly formerNames: readonly FormerName[];
  /** False where the actor of the filter is nobody that the record or the policy knows. */
  readonly isActorKnown: boolean;
}

/** Which entries are listed: those of an `EntryFilter` that are, besides, about what these cover and match. */
export interface RecordFilter extends Omit<EntryFilter, "isWanted" | "spans"> {
  /** About a permission, or a pattern, that one of these covers. */
  readonly patterns?: readonly string[] | undefined;
  /** About a user, a role or a permission whose name has this in it. */
  readonly match?: string | undefined;
}

/** What SQL cannot tell of an entry; `undefined` where nothing of it is asked. */
function wantedBy({ patterns, match }: RecordFilter): EntryFilter["isWanted"] {
  if (patterns === undefined && match === undefined) return undefined;
  const [isCovered, isMatch] = [coveredBy(patterns), matching(match)];
  return (change) => {
    const { user, role, inherits, permission } = keyFields(change);
    const isOfPattern = patterns === undefined || (typeof permission === "string" && isCovered(permission));
    return isOfPattern && [user, role, inherits, permission].some((name) => typeof name === "string" && isMatch(name));
  };
}

async function* foundEntries(reading: TransactionReads, filter: RecordFilter): AsyncGenerator<FoundEntries, void> {
  const spansOf = async (kind: "user" | "role", names: readonly string[] = []) => {
    const spans: NameSpan[] = [];
    for (const name of names) spans.push(...(await reading.formerSpans(kind, name)));
    return spans;
  };
  const spans = { user: await spansOf("user", filter.users), role: await spansOf("role", filter.roles) };
  const formerNames = [...spans.user, ...spans.role];
  for await (const entries of reading.entryPages({ ...filter, spans, isWanted: wantedBy(filter) })) {
    if (entries.length === 0) await refuseUnknownNames(reading, filter);
    const isActorKnown = filter.by === undefined || entries.length > 0 || (await knowsActor(reading, filter.by));
    yield { entries: entries.map((entry) => underName(entry, formerNames)), formerNames, isActorKnown };
  }
}

/** @throws UnknownName (exit 2) for a user, a role or a permission without `*` that no entry names. */
async function refuseUnknownNames(reading: TransactionReads, filter: RecordFilter): Promise<void> {
  const refuse = async (kind: "user" | "role" | "permission", name: string, about: RecordFilter) => {
    if ((await reading.entries({ ...about, last: 1, isWanted: wantedBy(about) })).length > 0) return;
    throw new UnknownName(kind, name, await reading.nearestEver(kind, name));
  };
  for (const user of filter.users ?? []) await refuse("user", user, { users: [user] });
  for (const role of filter.roles ?? []) await refuse("role", role, { roles: [role] });
  const plain = filter.patterns?.map(withoutOwn).filter((pattern) => !pattern.includes("*")) ?? [];
  for (const permission of plain) await refuse("permission", permission, { patterns: [permission] });
}

/** The times of an interval, RFC 3339; both ends are included. */
interface Interval {
  readonly since: string;
  readonly until: string;
}

const momentText = (moment: Moment): string => ("at" in moment ? moment.at : `@${moment.revision}`);

/** The users and roles of a policy, and those that a record brings. */
function replayed({ user, role }: Policy, record: readonly Entry[]): { user: Policy["user"]; role: Policy["role"] } {
  const draft = { ...emptyDraft(), user: new Map(user), role: new Map(role) };
  const additions = record.filter(({ change }) => change.kind === "user.add" || change.kind === "role.add");
  for (const { change, revision } of additions) replay(draft, [change], revision);
  return draft;
}

/** The first segment of a scope, where neither a policy nor a change of it has anything there or below. */
function unknownSegment(scope: Scope | undefined, policy: Policy, record: readonly Entry[]): string | undefined {
  const [segment] = scope?.split("/") ?? [];
  const scoped = [policy.grant, policy.conditional, policy.assignment].flatMap((some) => [...some.values()]);
  const rows = [...scoped, ...record.map(({ change }) => change)];
  const isOn = (first: string) => rows.some((row) => "scope" in row && row.scope !== null && covers(first, row.scope));
  return segment === undefined || isOn(segment) ? undefined : segment;
}

export class AuditRecord {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The entries that match the filter, oldest first.
   * @throws UnknownName (exit 2) for a user or role that no entry names.
   */
  async entries(filter: RecordFilter): Promise<NamedEntry[]> {
    const all: NamedEntry[] = [];
    for await (const { entries } of this.search(filter)) for (const entry of entries) all.push(entry);
    return all;
  }

  /**
   * Like `entries`, in pages of one transaction.
   * @throws UnknownName, RbacError `ACTOR_NOT_FOUND` (exit 2) for an actor without entries who has a near name.
   */
  search(filter: RecordFilter): AsyncIterable<FoundEntries> {
    return this.#store.stream((reading) => foundEntries(reading, filter));
  }

  /** The whole record, oldest first, up to the entry that is the last one now. */
  all(onProgress?: OnProgress): AsyncIterable<Entry> {
    return this.#store.record(onProgress);
  }

  /** `SEQ:HASH` of the last entry. Kept elsewhere, it later reveals whether the record was cut or rewritten. */
  async head(): Promise<string> {
    const { seq, hash } = await this.#store.head();
    return `${seq}:${hash}`;
  }

  /**
   * Verifies the record, the tables against the record, the schema, and the pages of the file. Faults are in the
   * report, not thrown.
   * @param expect a trusted head, `SEQ:HASH`. @throws RbacError `ANCHOR_INVALID` (exit 2).
   */
  verify({ expect, ...options }: VerifyOptions): Promise<VerificationReport> {
    return this.#store.verify({ ...options, trustedHead: trustedHeadFrom(expect) });
  }

  /**
   * When a user or a role gained or lost a permission, with the entries that caused it.
   * @param permission all if undefined.
   * @param now the end of the history, RFC 3339. @param limit the most changes, the oldest.
   * @throws UnknownName (exit 2).
   */
  history(
    subject: Subject,
    permission: string | undefined,
    now: string,
    limit?: number,
  ): Promise<AtRevision<{ changes: AbilityChange[]; formerNames: FormerName[]; cut?: readonly Cut[] }>> {
    return this.#store.read(async (reading) => {
      const [kind, name] = "user" in subject ? (["user", subject.user] as const) : (["role", subject.role] as const);
      const formerNames = await reading.formerSpans(kind, name);
      const entries = await reading.entriesAbout(kind === "user" ? name : null, formerNames);
      const record = entries.map((entry) => underName(entry, formerNames));
      if (!record.some(({ change }) => keyFields(change)[kind] === name))
        throw new UnknownName(kind, name, await reading.nearestEver(kind, name));
      const plain = permission && withoutOwn(permission);
      if (plain && !record.some(({ change }) => change.kind === "permission.add" && change.permission === plain)) {
        throw new UnknownName("permission", plain, await reading.nearestEver("permission", plain));
      }
      const { rows, cut } = cutTo(historyOf(record, subject, permission, now, formerNames), limit);
      return { revision: reading.revision, changes: rows, formerNames, ...(cut && { cut }) };
    });
  }

  /**
   * Who could do something at any moment of an interval: of times, or of revisions, each the moment just after it.
   * @returns the rows, the times of the interval, and the first segment of the scope where nothing was on it then
   * @throws UnknownName (exit 2). @throws RbacError `INTERVAL_EMPTY`, `REVISION_NOT_FOUND` (exit 2).
   */
  whoCouldBetween(
    permission: string,
    { since, until }: { since: Moment; until: Moment },
    on?: Scope,
    { match, limit, users, roles }: Omit<WhoCanFilter, "sizes"> = {},
  ): Promise<AtRevision<{ users: SinceRow[]; interval: Interval; unknownScope?: string; cut?: readonly Cut[] }>> {
    return this.#store.read(async (reading) => {
      const [start, end] = [await resolveMoment(reading, since), await resolveMoment(reading, until)];
      const byRevisions = "revision" in since && "revision" in until; // A clock may have been set back between them.
      if (start.revision > end.revision || (start.at > end.at && !byRevisions))
        throw wrong("INTERVAL_EMPTY", `the interval from ${momentText(since)} until ${momentText(until)} is empty`);
      const interval = { since: start.at, until: start.at > end.at ? start.at : end.at };
      const policy = await reading.load(WHOLE_POLICY, start.revision);
      const record = await reading.entries({ fromRevision: start.revision + 1, toRevision: end.revision });
      const ever = replayed(policy, record);
      requireNames(ever, { users, roles });
      const isMatch = matching(match);
      const isAsked = (assignee: Assignee, at: string) =>
        isMatch(assignee.user) && isAmong(assignee, { users, roles, at });
      const { rows, cut } = cutTo(whoCouldBetween(policy, record, permission, interval, on, isAsked), limit);
      const unknownScope = unknownSegment(on, policy, record);
      return {
        revision: end.revision,
        users: rows,
        interval,
        ...(unknownScope !== undefined && { unknownScope }),
        ...(cut && { cut }),
      };
    });
  }
}
