/** Making a database: a new one, or one in the place of another. */
import { RbacError, refused, wrong } from "../errors.ts";
import { returningTo } from "../policy/edit/undo.ts";
import { WHOLE_POLICY } from "../policy/model/mutation.ts";
import { isGuarded } from "../policy/rules/guard.ts";
import type { Stamp } from "./audit/entries.ts";
import type { VerificationReport, WrittenEntry } from "./audit/verify-record.ts";
import { locationOf } from "./connect.ts";
import { fillDraft, requireExclusive } from "./maintenance/run-migrations.ts";
import { Store } from "./store.ts";
import { ROWS_OF_RULES } from "./write/check-change.ts";

/** A new database that appears only when the work on it is done. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export async function createDatabase<T>(url: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  const place = await locationOf(url);
  return place.appear((draft) => made(draft, now, work));
}

async function made<T>(draft: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.create(draft, now);
  const share = async (result: T) => {
    await store.share();
    return result;
  };
  return work(store)
    .then(share)
    .finally(() => store.close());
}

/** What a database can be restored from. */
export type RestoreSource =
  | { readonly backup: string }
  | { readonly record: AsyncIterable<WrittenEntry> }
  | { readonly work: (store: Store) => Promise<unknown> };

/** What was copied: what messages call both places, the revision that stands and the last entry as `SEQ:HASH`. */
export interface CopyResult {
  readonly from: string;
  readonly to: string;
  readonly revision: number;
  readonly head: string;
}

/**
 * Copies a database that may be in use to where nothing lies yet, from one kind of database to another too: the policy and the record
 * as they are, all of one moment. It is verified before it appears.
 * @throws RbacError `DATABASE_EXISTS` (exit 3), `ORIGIN_INVALID` (exit 2) where it does not verify.
 */
export async function copyDatabase(from: string, to: string, key: Uint8Array | undefined): Promise<CopyResult> {
  const place = await locationOf(to);
  if (await place.exists()) throw refused("DATABASE_EXISTS", `${place.name} is there already, and is left as it is`);
  return place.appear(async (draft) => {
    await fillDraft(from, draft);
    const { revision, head } = await looked(draft, (store) => verified(store, key));
    return { from: (await locationOf(from)).name, to: place.name, revision, head };
  });
}

/** Opens a draft to look at it. */
async function looked<T>(draft: string, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.open(draft, "read");
  return look(store).finally(() => store.close());
}

/** How to replace a database: the key that the new one's record must be kept with, whether only to try, and as whom. */
export interface ReplaceOptions {
  readonly key: Uint8Array | undefined;
  readonly dryRun: boolean;
  readonly stamp: Stamp;
  /** Pass the guard of what stands. */
  readonly breakGlass: boolean;
}

/** The revision at which the new database stands, and where the old one now lies, if there was one. */
export interface ReplaceResult {
  readonly revision: number;
  readonly aside: string | undefined;
}

/**
 * Puts another database in the place of one. It is made and verified beside it first; only then the old one moves aside.
 * A dry run makes and verifies it in memory, and writes nothing at all.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), and nothing is moved, when what was made does not verify.
 */
export async function replaceDatabase(
  url: string,
  now: string,
  origin: RestoreSource,
  how: ReplaceOptions,
): Promise<ReplaceResult> {
  const { key, dryRun } = how;
  const accepted = async (store: Store) => {
    const { revision } = await verified(store, key);
    await refuseForbidden(url, store, how);
    return revision;
  };
  if (dryRun) return { revision: await rehearse(now, origin, accepted), aside: undefined };
  const place = await locationOf(url);
  let aside: string | undefined;
  const settle = async () => {
    if (await place.exists()) await secludeSound(url, key);
    aside = await place.moveAside(now);
  };
  try {
    const revision = await place.appear((draft) => build(draft, now, origin, accepted), settle);
    return { revision, aside };
  } catch (error) {
    if (aside !== undefined && !(await place.exists())) await place.moveBack(aside);
    throw error;
  }
}

const DAMAGED = ["DATABASE_INVALID", "DATABASE_IO"];

/** What is damaged can be open to nobody, and says nothing of a key. */
async function secludeSound(url: string, key: Uint8Array | undefined): Promise<void> {
  await requireExclusive(url, key).catch((error: unknown) => {
    if (!(error instanceof RbacError) || !DAMAGED.includes(error.code)) throw error;
  });
}

/** Judges what was made, and tells its revision. */
type Accept = (made: Store) => Promise<number>;

async function build(draft: string, now: string, origin: RestoreSource, accepted: Accept): Promise<number> {
  if ("backup" in origin) await fillDraft(origin.backup, draft, now);
  else await made(draft, now, (store) => fill(store, origin));
  return looked(draft, accepted);
}

function rehearse(now: string, origin: RestoreSource, accepted: Accept): Promise<number> {
  if (!("backup" in origin)) return made(":memory:", now, (store) => fill(store, origin).then(() => accepted(store)));
  return looked(origin.backup, accepted);
}

const fill = (store: Store, origin: Exclude<RestoreSource, { backup: string }>): Promise<unknown> =>
  "record" in origin ? store.restore(origin.record) : origin.work(store);

/** What a verification says of a database that verifies. */
async function verified(store: Store, key: Uint8Array | undefined): Promise<VerificationReport> {
  const report = await store.verify({ key });
  if (report.valid) return report;
  const first = `${report.faults[0]?.message} (${report.faults.length} faults)`;
  throw wrong("ORIGIN_INVALID", `what would be put there does not verify: ${first}`);
}

/**
 * Putting a policy in the place of another is a change like any other: the constraints and the guard of what stands judge it.
 * What is too damaged to be asked, or so old that it has neither, forbids nothing.
 */
async function refuseForbidden(url: string, made: Store, { stamp, breakGlass }: ReplaceOptions): Promise<void> {
  const standing = (await Store.at(url)).isThere ? await judgeAt(url) : undefined;
  if (!standing) return;
  try {
    const rules = await Promise.all(
      [standing, made].map((store) => store.read((reading) => reading.load(ROWS_OF_RULES))),
    );
    if (!rules.some((policy) => isGuarded(policy) || policy.constraint.size > 0)) return;
    const policy = await made.read((reading) => reading.load(WHOLE_POLICY));
    await standing.preview(stamp, returningTo(policy), { allowConfusable: true, breakGlass });
  } finally {
    await standing.close();
  }
}

const judgeAt = (url: string): Promise<Store | undefined> =>
  Store.open(url, "read").catch((error: unknown) => {
    if (error instanceof RbacError && [...DAMAGED, "DATABASE_OLDER"].includes(error.code)) return undefined;
    throw error;
  });
