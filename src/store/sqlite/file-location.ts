/** Where a database of SQLite lies: a file with what SQLite keeps beside it. */
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
import { translate } from "../engine/driver-errors.ts";
import type { DatabaseLocation, LocationDescription } from "../engine/location.ts";
import { removeStaleFiles, temporaryFileIn } from "./temporary-files.ts";

export const fileLocation = (path: string): DatabaseLocation => ({
  name: path,
  exists: async () => existsSync(path),
  appear: (make, settle) => appear(path, make, settle),
  moveAside: async (stamp) => moveAside(path, stamp),
  moveBack: async (aside) => moveBack(aside, path),
  describe: async () => describe(path),
});

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

function describe(path: string): LocationDescription {
  const files = beside(path).map((file) => ({ path: file, bytes: statSync(file).size, mode: modeOf(file) }));
  return { files, warnings: warningsOf(path, files) };
}

function warningsOf(path: string, files: LocationDescription["files"]): string[] {
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

/** The draft is made beside its place and linked there when it is done. */
async function appear<T>(
  path: string,
  make: (draft: string) => Promise<T>,
  settle: () => Promise<void> = async () => {},
): Promise<T> {
  removeStaleFiles(dirname(path));
  const draft = temporaryFileIn(dirname(path));
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
function moveAside(path: string, stamp: string): string | undefined {
  const aside = `${path}.before-${stamp.replace(/[:.]/g, "")}`;
  const files = beside(path);
  for (const file of files) renameSync(file, `${aside}${file.slice(path.length)}`);
  return files.length > 0 ? aside : undefined;
}

/** Puts back what was moved aside, where nothing came in its place. */
function moveBack(aside: string, path: string): void {
  for (const file of beside(aside)) renameSync(file, `${path}${file.slice(aside.length)}`);
}
