/** The record of a database: what was changed, when and by whose act, and whether it still says what was recorded. */

import { UnknownName, wrong } from "../errors.ts";
import { type AbilityChange, historyOf, type Subject } from "../policy/history/ability-history.ts";
import { type SinceRow, whoCouldBetween } from "../policy/history/who-could.ts";
import { keyFields } from "../policy/model/change.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { withoutOwn } from "../policy/model/names.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { Entry, EntryFilter } from "../store/audit/entries.ts";
import { parseTrustedHead, type TrustedHead } from "../store/audit/trusted-head.ts";
import type { VerificationReport } from "../store/audit/verify-record.ts";
import type { Store } from "../store/store.ts";

/** What a verification may know besides the record itself. */
export interface VerifyOptions {
  readonly key?: Uint8Array | undefined;
  /** A head kept elsewhere, `SEQ:HASH`. */
  readonly expect?: string | undefined;
}

export const trustedHeadFrom = (expect: string | undefined): TrustedHead | undefined =>
  expect === undefined ? undefined : parseTrustedHead(expect);

type At<T> = T & { readonly revision: number };

export class AuditRecord {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The recorded entries that fit, oldest first.
   * @throws UnknownName (exit 2) for a user or role that neither the policy nor the record has ever known.
   */
  entries(filter: EntryFilter): Promise<Entry[]> {
    return this.#store.read(async (reading) => {
      const found = await reading.entries(filter);
      for (const named of ["user", "role"] as const) {
        const name = filter[named];
        if (found.length > 0 || name === undefined || (await reading.entries({ [named]: name, last: 1 })).length > 0)
          continue;
        throw await reading.suggest(new UnknownName(named, name));
      }
      return found;
    });
  }

  /** The whole record up to what is its last entry now, oldest first. */
  all(): AsyncIterable<Entry> {
    return this.#store.record();
  }

  /** `SEQ:HASH` of the last entry: kept elsewhere, it shows later whether the record was cut or rewritten. */
  async head(): Promise<string> {
    const { seq, hash } = await this.#store.head();
    return `${seq}:${hash}`;
  }

  /**
   * Checks the record, the tables against it, the schema and the pages. Faults are told, never thrown.
   * @param expect a head kept elsewhere, `SEQ:HASH`. @throws RbacError `ANCHOR_INVALID` (exit 2).
   */
  verify({ key, expect }: VerifyOptions): Promise<VerificationReport> {
    return this.#store.verify({ key, anchor: trustedHeadFrom(expect) });
  }

  /** When somebody, or a role, gained or lost a permission, or any; with the entries that caused it. @throws UnknownName (exit 2). */
  history(subject: Subject, permission: string | undefined, now: string): Promise<At<{ turns: AbilityChange[] }>> {
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
      const policy = await reading.load(WHOLE_POLICY, start);
      const record = await reading.entries({ fromRevision: start + 1, toRevision: end });
      return { revision: end, users: whoCouldBetween(policy, record, permission, interval, on) };
    });
  }
}
