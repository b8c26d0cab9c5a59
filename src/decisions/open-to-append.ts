/** Opens a file that lines are appended to. */
import { closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { wrong } from "../errors.ts";

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

/** @throws what the system says. */
export function openToAppend(path: string): number {
  // A pipe that nobody reads would never open: this fails at once.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) closeSync(openSync(path, O_WRONLY | O_NONBLOCK));
  return openSync(path, O_APPEND | O_CREAT | O_WRONLY, 0o600);
}

const DATABASE_START = "SQLite format 3\0";

/** @throws RbacError `FILE_INVALID` (exit 2) for a database, which lines would destroy. */
export function refuseDatabase(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return; // Written only, as a log may be.
  }
  try {
    const start = Buffer.alloc(DATABASE_START.length);
    readSync(file, start, 0, start.length, 0);
    if (start.toString("latin1") === DATABASE_START) throw wrong("FILE_INVALID", `${path} is a database: name another`);
  } finally {
    closeSync(file);
  }
}
