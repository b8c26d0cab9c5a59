/** Making a database: a new one, or one in the place of another. */
import { existsSync } from "node:fs";
import { RbacError, wrong } from "../errors.ts";
import { isGuarded } from "../policy/guard.ts";
import { returningTo } from "../policy/undo.ts";
import { WHOLE } from "../policy/wish.ts";
import type { Stamp } from "./entries.ts";
import { RULES } from "./judge.ts";
import { STEPS } from "./migrations.ts";
import { Store } from "./store.ts";
import { appear, moveAside, moveBack } from "./upkeep.ts";
import type { Written } from "./verify.ts";

/** A new database that appears only when the work on it is done. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export const createWith = <T>(path: string, now: string, work: (store: Store) => Promise<T>): Promise<T> =>
  appear(path, (draft) => made(draft, now, work));

async function made<T>(draft: string, now: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.create(draft, now);
  const fold = async (result: T) => {
    await store.fold(); // Only the file itself is going to appear.
    return result;
  };
  return work(store)
    .then(fold)
    .finally(() => store.close());
}

/** What a database can be restored from. */
export type Origin =
  | { readonly backup: string }
  | { readonly record: AsyncIterable<Written> }
  | { readonly work: (store: Store) => Promise<unknown> };

/** How to replace a database: the key that the new one's record must be kept with, whether only to try, and as whom. */
export interface Replacing {
  readonly key: Uint8Array | undefined;
  readonly dryRun: boolean;
  readonly stamp: Stamp;
  /** Pass the guard of what stands. */
  readonly breakGlass: boolean;
}

/** The revision at which the new database stands, and where the old one now lies, if there was one. */
export interface Replaced {
  readonly revision: number;
  readonly aside: string | undefined;
}

/**
 * Puts another database in the place of one. It is made and verified beside it first; only then the old files move aside.
 * A dry run makes and verifies it in memory, and writes no file at all.
 * @throws RbacError `ORIGIN_INVALID` (exit 2), and nothing is moved, when what was made does not verify.
 */
export async function replaceWith(path: string, now: string, origin: Origin, how: Replacing): Promise<Replaced> {
  const { key, dryRun } = how;
  const accepted = async (store: Store) => {
    const revision = await verified(store, key);
    await refuseForbidden(path, store, how);
    return revision;
  };
  if (dryRun) return { revision: await rehearse(now, origin, accepted), aside: undefined };
  let aside: string | undefined;
  const settle = async () => {
    await seclude(path, key);
    aside = moveAside(path, now);
  };
  try {
    const revision = await appear(path, (draft) => build(draft, now, origin, accepted), settle);
    return { revision, aside };
  } catch (error) {
    if (aside !== undefined && !existsSync(path)) moveBack(aside, path);
    throw error;
  }
}

const DAMAGED = ["DATABASE_INVALID", "DATABASE_IO"];

/** What is damaged can be open to nobody, and says nothing of a key. */
async function seclude(path: string, key: Uint8Array | undefined): Promise<void> {
  if (!existsSync(path)) return;
  await Store.seclude(path, key).catch((error: unknown) => {
    if (!(error instanceof RbacError) || !DAMAGED.includes(error.code)) throw error;
  });
}

/** Judges what was made, and tells its revision. */
type Accept = (made: Store) => Promise<number>;

async function build(draft: string, now: string, origin: Origin, accepted: Accept): Promise<number> {
  if ("backup" in origin) {
    const backup = await Store.open(origin.backup, "read");
    await backup.backUp(draft).finally(() => backup.close());
    const copy = await Store.open(draft, "write");
    await copy.share().finally(() => copy.close());
  } else await made(draft, now, (store) => fill(store, origin));
  const store = await Store.open(draft, "read");
  return accepted(store).finally(() => store.close());
}

function rehearse(now: string, origin: Origin, accepted: Accept): Promise<number> {
  if (!("backup" in origin)) return made(":memory:", now, (store) => fill(store, origin).then(() => accepted(store)));
  return Store.open(origin.backup, "read").then((store) => accepted(store).finally(() => store.close()));
}

const fill = (store: Store, origin: Exclude<Origin, { backup: string }>): Promise<unknown> =>
  "record" in origin ? store.restore(origin.record) : origin.work(store);

/** The revision of a database that verifies. */
async function verified(store: Store, key: Uint8Array | undefined): Promise<number> {
  const { valid, faults, revision } = await store.verify({ key });
  if (valid) return revision;
  const first = `${faults[0]?.message} (${faults.length} faults)`;
  throw wrong("ORIGIN_INVALID", `what would be restored does not verify: ${first}`);
}

/**
 * Putting a policy in the place of another is a change like any other: the constraints and the guard of what stands judge it.
 * What is too damaged to be asked, or so old that it has neither, forbids nothing.
 */
async function refuseForbidden(path: string, made: Store, { stamp, breakGlass }: Replacing): Promise<void> {
  const standing = existsSync(path) ? await judgeAt(path) : undefined;
  if (!standing) return;
  try {
    const rules = await Promise.all([standing, made].map((store) => store.read((reading) => reading.load(RULES))));
    if (!rules.some((policy) => isGuarded(policy) || policy.constraint.size > 0)) return;
    const policy = await made.read((reading) => reading.load(WHOLE));
    await standing.preview(stamp, returningTo(policy), { allowConfusable: true, breakGlass });
  } finally {
    await standing.close();
  }
}

const judgeAt = (path: string): Promise<Store | undefined> =>
  Store.open(path, "read").catch((error: unknown) => {
    if (error instanceof RbacError && [...DAMAGED, "DATABASE_OLDER"].includes(error.code)) return undefined;
    throw error;
  });

/** The formats before and after, and where the copy of the older one lies. */
export interface Migrated {
  readonly from: number;
  readonly to: number;
  readonly backup: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Migrates a database forward, after a copy beside it: all steps that its format lacks are taken, or none.
 * @param steps those of this version; a test of migrating may know more
 * @throws RbacError `DATABASE_NEWER` (exit 4), and nothing is touched.
 */
export async function migrateStore(path: string, now: string, dryRun: boolean, steps = STEPS): Promise<Migrated> {
  const from = await Store.formatOf(path, steps);
  const to = steps.length;
  if (from === to || dryRun) return { from, to, backup: undefined, dryRun };
  const backup = `${path}.before-format-${to}-${now.replace(/[:.]/g, "")}`;
  const store = await Store.openAnyFormat(path);
  await store
    .backUp(backup)
    .then(() => store.migrate(now, steps))
    .finally(() => store.close());
  return { from, to, backup, dryRun };
}
