/** The database itself: how it is, a copy of it, and putting another in its place. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { KINDS } from "../policy/model.ts";
import { type Connection, requirePath, reserve, translate } from "./connect.ts";
import { clearStale, draftIn } from "./drafts.ts";
import { head } from "./entries.ts";
import { TABLE } from "./tables.ts";

export interface Status {
  readonly path: string;
  /** The format of the database; `version` is its older name. */
  readonly format: number;
  readonly version: number;
  readonly revision: number;
  readonly head: string;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes and permission bits of the database and the files beside it. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly mode: string }[];
  readonly settings: Readonly<Record<string, string | number>>;
  readonly warnings: readonly string[];
}

/** What there is to know about a database. */
export async function statusOf({ db, traits }: Pick<Connection, "db" | "traits">, path: string): Promise<Status> {
  const { version, revision } = await db.selectFrom("meta").select(["version", "revision"]).executeTakeFirstOrThrow();
  const counts: Record<string, number> = {};
  for (const table of [...KINDS.map((kind) => TABLE[kind]), "entries"] as const) {
    const { count } = await db.selectFrom(table).select(db.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
    counts[table] = Number(count);
  }
  const { seq, hash } = await head(db);
  const files = beside(path).map((file) => ({ path: file, bytes: statSync(file).size, mode: modeOf(file) }));
  const warnings = [...(await traits.integrity(db)).map((line) => `damaged: ${line}`), ...warningsOf(path, files)];
  return {
    path,
    format: version,
    version,
    revision,
    head: `${seq}:${hash}`,
    counts,
    files,
    settings: await traits.settings(db),
    warnings,
  };
}

/** A database and the files that SQLite keeps beside it, which belong together: one without the others loses changes. */
const beside = (path: string): string[] =>
  ["", "-wal", "-shm", "-journal"].map((suffix) => `${path}${suffix}`).filter((file) => existsSync(file));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8).padStart(4, "0");

/** File systems whose locks do not hold between machines, by their magic number (statfs(2)). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x517b, "SMB"],
]);

function warningsOf(path: string, files: Status["files"]): string[] {
  const open = files
    .filter(({ mode }) => !mode.endsWith("00"))
    .map((file) => `${file.path} is open to others (${file.mode}): chmod 600`);
  const folder = statSync(dirname(path)).mode & 0o1022;
  const writable =
    (folder & 0o022) !== 0 && (folder & 0o1000) === 0
      ? ["others may write in its folder, and so replace the database"]
      : [];
  const system = NETWORK.get(statfsSync(path).type);
  return [
    ...open,
    ...writable,
    ...(system ? [`it lies on ${system}, where SQLite's locks do not hold: keep it on a local disk`] : []),
  ];
}

/** Copies a database that may be in use into a new file. @throws RbacError `DATABASE_EXISTS` (exit 3). */
export const backUp = ({ db, traits }: Pick<Connection, "db" | "traits">, to: string): Promise<void> =>
  appear(to, async (draft) => {
    reserve(draft);
    await traits.copyInto(db, draft);
  });

/**
 * Makes a file that appears whole or not at all: it is made beside its place and linked there when it is done.
 * @param settle run just before it appears
 * @throws RbacError `DATABASE_EXISTS` (exit 3) when something lies there already.
 */
export async function appear<T>(
  path: string,
  make: (draft: string) => Promise<T>,
  settle: () => Promise<void> = async () => {},
): Promise<T> {
  requirePath(path);
  clearStale(dirname(path));
  const draft = draftIn(dirname(path));
  const clear = () => {
    for (const file of beside(draft)) rmSync(file);
  };
  process.on("exit", clear); // A signal ends the process without coming back here.
  try {
    const made = await make(draft);
    sync(draft);
    await settle();
    linkSync(draft, path);
    return made;
  } catch (error) {
    throw translate(path, error);
  } finally {
    clear();
    process.off("exit", clear);
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

/** Moves a database aside with the files that belong to it: a -wal left beside a new database would be read into it. */
export function moveAside(path: string, stamp: string): string | undefined {
  const aside = `${path}.before-${stamp.replace(/[:.]/g, "")}`;
  const files = beside(path);
  for (const file of files) renameSync(file, `${aside}${file.slice(path.length)}`);
  return files.length > 0 ? aside : undefined;
}

/** Puts back what was moved aside, where nothing came in its place. */
export function moveBack(aside: string, path: string): void {
  for (const file of beside(aside)) renameSync(file, `${path}${file.slice(aside.length)}`);
}
