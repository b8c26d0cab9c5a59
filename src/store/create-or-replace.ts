/** Creates a database: a new one, a copy, or a replacement of an existing one. */

import { RbacError, refused, wrong } from "../errors.ts";
import { returningTo } from "../policy/edit/undo.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import type { CopyResult, ReplaceResult, Stamp, VerificationReport } from "../policy/model/results.ts";
import { isGuarded, refuseReplacing, rowsForGuard } from "../policy/rules/guard.ts";
import type { OnProgress } from "../progress.ts";
import type { Head } from "./audit/entries.ts";
import type { WrittenEntry } from "./audit/verify-record.ts";
import { locationOf } from "./connect.ts";
import { IN_MEMORY } from "./engine/connection.ts";
import type { LastStep } from "./engine/signal-hearing.ts";
import { fillDraft, hasOlderRules, isGuardedAt, lastEntryAt, requireExclusive } from "./maintenance/run-migrations.ts";
import { Store } from "./store.ts";
import { ROWS_OF_RULES } from "./write/check-change.ts";

/** Creates a database that appears only when `work` is done. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export async function createDatabase<T>(url: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  const location = await locationOf(url);
  return location.appear((draft) => withNewStore(draft, now, work));
}

/** Creates a draft, works on it, enables sharing, and closes it. */
async function withNewStore<T>(draft: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.create(draft, now);
  const share = async (result: T) => {
    await store.share();
    return result;
  };
  return work(store)
    .then(share)
    .finally(() => store.close());
}

/**
 * The source of a restore: a backup's path or URL, an exported audit record, or work on an empty database, which is
 * told of the record that it replaces.
 */
export type RestoreSource =
  | { readonly backup: string }
  | { readonly record: AsyncIterable<WrittenEntry> }
  | { readonly work: (store: Store, replaces: string | undefined) => Promise<unknown> };

/**
 * Copies a database, which may be in use, to a free location, also from one kind of database to the other: policy and
 * audit record unchanged, from one snapshot. The copy is verified before it appears.
 * @throws RbacError `DATABASE_EXISTS` (exit 3), `ORIGIN_INVALID` (exit 2) if the copy does not verify.
 */
export async function copyDatabase(
  from: string,
  to: string,
  key: Uint8Array | undefined,
  onProgress?: OnProgress,
): Promise<CopyResult> {
  const location = await locationOf(to);
  if (await location.exists())
    throw refused("DATABASE_EXISTS", `${location.name} is there already, and is left as it is`);
  return location.appear(async (draft) => {
    await fillDraft(from, draft, { onProgress });
    const { revision, head } = await withOpenStore(draft, (store) => requireValid(store, { key, onProgress }));
    return { from: (await locationOf(from)).name, to: location.name, revision, head };
  });
}

async function withOpenStore<T>(url: string, read: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.open(url, "read");
  return read(store).finally(() => store.close());
}

export interface ReplaceOptions {
  /** The key that the new audit record must have been written with. */
  readonly key: Uint8Array | undefined;
  readonly dryRun: boolean;
  readonly stamp: Stamp;
  /** Bypass the guard of the current policy. */
  readonly breakGlass: boolean;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Replaces a database. The new one is built and verified next to it; only then is the old one moved aside. A dry run
 * builds and verifies in memory, and writes no file.
 * @throws RbacError `ORIGIN_INVALID` (exit 2) if the new database does not verify; nothing is moved then.
 */
export async function replaceDatabase(
  url: string,
  now: string,
  source: RestoreSource,
  options: ReplaceOptions,
): Promise<ReplaceResult> {
  const { key, dryRun, onProgress } = options;
  const check = async (store: Store) => {
    const { revision } = await requireValid(store, options);
    await refuseForbidden(url, store, options);
    return revision;
  };
  const location = await locationOf(url);
  const replaced = (await location.exists()) ? await lastEntryUnlessDamaged(url) : undefined;
  const fill = filling(source, replaced, onProgress);
  if (dryRun) return { revision: await buildForDryRun(now, source, fill, check), aside: undefined };
  let aside: string | undefined;
  const moveOldAside = async (last: LastStep) => {
    if (await location.exists()) await requireExclusiveUnlessDamaged(url, key, replaced ?? undefined);
    aside = await location.moveAside(now, last);
  };
  try {
    const revision = await location.appear(
      (draft) => buildDraft(draft, source, { now, onProgress }, fill, check),
      moveOldAside,
    );
    return { revision, aside };
  } catch (error) {
    if (aside !== undefined && !(await location.exists())) await location.moveBack(aside);
    throw error;
  }
}

const DAMAGED = ["DATABASE_INVALID", "DATABASE_IO", "RECORD_DAMAGED"];

/** Runs `act`; `null` if what it reads is damaged. */
const unlessDamaged = <T>(act: Promise<T>): Promise<T | null> =>
  act.catch((error: unknown) => {
    if (error instanceof RbacError && DAMAGED.includes(error.code)) return null;
    throw error;
  });

const lastEntryUnlessDamaged = (url: string): Promise<Head | null> => unlessDamaged(lastEntryAt(url));

/** Nobody can have a damaged database open, and it cannot show whether its record has a key. */
const requireExclusiveUnlessDamaged = (url: string, key: Uint8Array | undefined, expected: Head | undefined) =>
  unlessDamaged(requireExclusive(url, key, expected));

/** Checks a new database and returns its revision. @throws RbacError if it may not replace the old one. */
type CheckNewStore = (store: Store) => Promise<number>;

type Fill = (store: Store) => Promise<unknown>;

async function buildDraft(
  draft: string,
  source: RestoreSource,
  { now, onProgress }: { readonly now: string; readonly onProgress: OnProgress | undefined },
  fill: Fill,
  check: CheckNewStore,
): Promise<number> {
  if ("backup" in source) await fillDraft(source.backup, draft, { createdAt: now, onProgress });
  else await withNewStore(draft, now, fill);
  return withOpenStore(draft, check);
}

function buildForDryRun(now: string, source: RestoreSource, fill: Fill, check: CheckNewStore): Promise<number> {
  if ("backup" in source) return withOpenStore(source.backup, check);
  return withNewStore(IN_MEMORY, now, (store) => fill(store).then(() => check(store)));
}

/** Fills an empty database. @param replaced the last entry of the record that stands; `null` if it cannot be read */
const filling =
  (source: RestoreSource, replaced: Head | null | undefined, onProgress: OnProgress | undefined): Fill =>
  async (store) => {
    if ("record" in source) await store.restore(source.record, onProgress);
    else if ("work" in source) await source.work(store, replacedInWords(replaced));
  };

/** What the first entry of a record that is begun anew says of the record before it; nothing if that was empty. */
function replacedInWords(replaced: Head | null | undefined): string | undefined {
  if (replaced === null) return "replaces a record that could not be read";
  if (replaced === undefined || replaced.seq === 0) return undefined;
  return `replaces ${replaced.seq} entries, head ${replaced.seq}:${replaced.hash}`;
}

/** Verifies a database and returns the report. @throws RbacError `ORIGIN_INVALID` (exit 2) if it has faults. */
async function requireValid(
  store: Store,
  { key, onProgress }: Pick<ReplaceOptions, "key" | "onProgress">,
): Promise<VerificationReport> {
  const report = await store.verify({ key, onProgress });
  if (report.valid) return report;
  const first = `${report.faults[0]?.message} (${report.faults.length} faults)`;
  throw wrong("ORIGIN_INVALID", `what would be put there does not verify: ${first}`);
}

/**
 * Replacing a policy is a change like any other: the constraints and the guard of the current policy apply to it. Even
 * where the policy stays equal its history goes, which under the guard needs `rbac:escalate`. A current database that
 * is too damaged to be read, or too old to have either, forbids nothing.
 */
async function refuseForbidden(url: string, newStore: Store, options: ReplaceOptions): Promise<void> {
  const { stamp, breakGlass, onProgress } = options;
  const current = (await Store.at(url)).isThere ? await openUnlessUnreadable(url) : undefined;
  if (!current) return;
  try {
    const rulesOf = (store: Store) => store.read((reads) => reads.load(ROWS_OF_RULES));
    const rules = await unlessDamaged(Promise.all([current, newStore].map(rulesOf)));
    if (rules === null) {
      if (!breakGlass && (await unlessDamaged(isGuardedAt(url))))
        throw refused("GUARDED", "the policy is guarded, and who may replace it cannot be read");
      return;
    }
    if (!rules.some((policy) => isGuarded(policy) || policy.constraint.size > 0)) return;
    const judge = await current.read((reads) => reads.load(rowsForGuard(stamp.actor, [])));
    if (!breakGlass) refuseReplacing(judge, stamp.actor, stamp.at);
    const policy = await newStore.read((reads) => reads.load(WHOLE_POLICY));
    await current.preview(stamp, returningTo(policy), { allowConfusable: true, breakGlass, onProgress });
  } finally {
    await current.close();
  }
}

const openUnlessUnreadable = async (url: string): Promise<Store | undefined> => {
  try {
    return (await unlessDamaged(Store.open(url, "read"))) ?? undefined;
  } catch (error) {
    const isOlder = error instanceof RbacError && error.code === "DATABASE_OLDER";
    if (isOlder && !(await hasOlderRules(url))) return undefined;
    throw error;
  }
};
