/** The location of an SQLite database: a file and its companion files (-wal, -shm, -journal). */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { translate } from "../engine/driver-errors.ts";
import type { DatabaseLocation, LocationDescription } from "../engine/location.ts";
import { type LastStep, withLastStep } from "../engine/signal-hearing.ts";
import { removeStaleFiles, temporaryFileIn } from "./temporary-files.ts";

export function fileLocation(name: string): DatabaseLocation {
  const path = behindLinks(name);
  return {
    name,
    exists: async () => existsSync(path),
    appear: (make, settle) => appear(path, make, settle),
    moveAside: async (stamp, last) => {
      await last();
      return moveAside(path, stamp);
    },
    moveBack: async (aside) => moveBack(aside, path),
    describe: async () => describe(path),
  };
}

/** The path of the file that a link leads to: beside it lie its -wal and -shm, and in its place comes another. */
function behindLinks(path: string): string {
  try {
    return lstatSync(path).isSymbolicLink() ? realpathSync(path) : path; // Messages name it as people do.
  } catch {
    return path; // There is no file yet, or the link leads nowhere.
  }
}

/** The existing files of a database. They belong together: a database file without its -wal loses changes. */
const filesOf = (path: string): string[] =>
  ["", "-wal", "-shm", "-journal"].map((suffix) => `${path}${suffix}`).filter((file) => existsSync(file));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8).padStart(4, "0");

/** File systems whose locks do not work between machines, by their magic number (statfs(2)). */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x517b, "SMB"],
]);

function describe(path: string): LocationDescription {
  const files = filesOf(path).map((file) => ({ path: file, bytes: statSync(file).size, mode: modeOf(file) }));
  return { files, warnings: warningsOf(path, files) };
}

function warningsOf(path: string, files: LocationDescription["files"]): string[] {
  const exposed = files
    .filter(({ mode }) => !mode.endsWith("00"))
    .map((file) => `${file.path} is open to others (${file.mode}): chmod 600`);
  const folder = statSync(dirname(path)).mode & 0o1022;
  const writable =
    (folder & 0o022) !== 0 && (folder & 0o1000) === 0
      ? ["others may write in its folder, and so replace the database"]
      : [];
  const system = NETWORK_FILE_SYSTEMS.get(statfsSync(path).type);
  return [
    ...exposed,
    ...writable,
    ...(system ? [`it lies on ${system}, where SQLite's locks do not hold: keep it on a local disk`] : []),
  ];
}

/** Builds the draft in the same folder, and links it to its path when it is done. */
async function appear<T>(
  path: string,
  make: (draft: string) => Promise<T>,
  settle: (last: LastStep) => Promise<void> = async () => {},
): Promise<T> {
  removeStaleFiles(dirname(path));
  const draft = temporaryFileIn(dirname(path));
  const removeDraft = () => {
    for (const file of filesOf(draft)) rmSync(file);
  };
  process.on("exit", removeDraft); // A signal ends the process without running the `finally` below.
  try {
    accessSync(`${dirname(path)}/.`, constants.W_OK); // Else the error would name the draft.
    const result = await make(draft);
    sync(draft);
    await withLastStep(async (last) => {
      await settle(last);
      await last();
      linkSync(draft, path);
    });
    return result;
  } catch (error) {
    throw translate(path, error);
  } finally {
    removeDraft();
    process.off("exit", removeDraft);
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

/** Moves a database aside with all its files: SQLite would apply a -wal that is left behind to the new database. */
function moveAside(path: string, stamp: string): string | undefined {
  const aside = `${path}.before-${stamp.replace(/[:.]/g, "")}`;
  const files = filesOf(path);
  for (const file of files) renameSync(file, `${aside}${file.slice(path.length)}`);
  return files.length > 0 ? aside : undefined;
}

/** Moves a database back; only to be called while `path` is free. */
function moveBack(aside: string, path: string): void {
  for (const file of filesOf(aside)) renameSync(file, `${path}${file.slice(aside.length)}`);
}
