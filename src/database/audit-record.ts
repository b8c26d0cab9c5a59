/** The audit record of a database: its entries, its verification, and questions about the past. */

import { didYouMean, UnknownName, wrong } from "../errors.ts";
import { type AbilityChange, historyOf, type Subject } from "../policy/history/ability-history.ts";
import { type SinceRow, whoCouldBetween } from "../policy/history/who-could.ts";
import { keyFields } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { quote, withoutOwn } from "../policy/model/names.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { AtRevision, Entry, FormerName, NamedEntry, VerificationReport } from "../policy/model/results.ts";
import { covers, type Scope } from "../policy/model/scopes.ts";
import type { Moment } from "../policy/model/times.ts";
import type { OnProgress } from "../progress.ts";
import type { NameSpan } from "../store/audit/entries.ts";
import type { EntryFilter } from "../store/audit/search-entries.ts";
import { parseTrustedHead, type TrustedHead } from "../store/audit/trusted-head.ts";
import { resolveMoment } from "../store/read/resolve-at.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import type { Store } from "../store/store.ts";

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

async function* foundEntries(reading: TransactionReads, filter: EntryFilter): AsyncGenerator<FoundEntries, void> {
  const spansOf = async (kind: "user" | "role") =>
    filter[kind] === undefined ? [] : reading.formerSpans(kind, filter[kind]);
  const spans = { user: await spansOf("user"), role: await spansOf("role") };
  const formerNames = [...spans.user, ...spans.role];
  for await (const entries of reading.entryPages({ ...filter, spans })) {
    if (entries.length === 0) await refuseUnknownNames(reading, filter);
    const isActorKnown = filter.by === undefined || entries.length > 0 || (await knowsActor(reading, filter.by));
    yield { entries: entries.map((entry) => underName(entry, formerNames)), formerNames, isActorKnown };
  }
}

/** @throws UnknownName (exit 2) for a user or a role that no entry names. */
async function refuseUnknownNames(reading: TransactionReads, filter: EntryFilter): Promise<void> {
  for (const kind of ["user", "role"] as const) {
    const name = filter[kind];
    if (name === undefined || (await reading.entries({ [kind]: name, last: 1 })).length > 0) continue;
    throw new UnknownName(kind, name, await reading.nearestEver(kind, name));
  }
}

/** The times of an interval, RFC 3339; both ends are included. */
interface Interval {
  readonly since: string;
  readonly until: string;
}

const momentText = (moment: Moment): string => ("at" in moment ? moment.at : `@${moment.revision}`);

/** The first segment of a scope, where neither a policy nor a change of it has anything there or below. */
function unknownSegment(scope: Scope | undefined, policy: Policy, record: readonly Entry[]): string | undefined {
  const [segment] = scope?.split("/") ?? [];
  const rows = [...policy.grant.values(), ...policy.assignment.values(), ...record.map(({ change }) => change)];
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
  async entries(filter: EntryFilter): Promise<NamedEntry[]> {
    const all: NamedEntry[] = [];
    for await (const { entries } of this.search(filter)) for (const entry of entries) all.push(entry);
    return all;
  }

  /**
   * Like `entries`, in pages of one transaction.
   * @throws UnknownName, RbacError `ACTOR_NOT_FOUND` (exit 2) for an actor without entries who has a near name.
   */
  search(filter: EntryFilter): AsyncIterable<FoundEntries> {
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
   * @param now the end of the history, RFC 3339. @throws UnknownName (exit 2).
   */
  history(
    subject: Subject,
    permission: string | undefined,
    now: string,
  ): Promise<AtRevision<{ changes: AbilityChange[]; formerNames: FormerName[] }>> {
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
      const changes = historyOf(record, subject, permission, now, formerNames);
      return { revision: reading.revision, changes, formerNames };
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
  ): Promise<AtRevision<{ users: SinceRow[]; interval: Interval; unknownScope: string | undefined }>> {
    return this.#store.read(async (reading) => {
      const [start, end] = [await resolveMoment(reading, since), await resolveMoment(reading, until)];
      const byRevisions = "revision" in since && "revision" in until; // A clock may have been set back between them.
      if (start.revision > end.revision || (start.at > end.at && !byRevisions))
        throw wrong("INTERVAL_EMPTY", `the interval from ${momentText(since)} until ${momentText(until)} is empty`);
      const interval = { since: start.at, until: start.at > end.at ? start.at : end.at };
      const policy = await reading.load(WHOLE_POLICY, start.revision);
      const record = await reading.entries({ fromRevision: start.revision + 1, toRevision: end.revision });
      return {
        revision: end.revision,
        users: whoCouldBetween(policy, record, permission, interval, on),
        interval,
        unknownScope: unknownSegment(on, policy, record),
      };
    });
  }
}
