/** Writing a file: whole or not at all, and for its owner's eyes. */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { RbacError, wrong } from "../errors.ts";

/** Writes beside the place and moves it there, so that a reader sees the old file or the new. @throws RbacError (exit 2). */
export async function writeFile(path: string, text: string | AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    refuseSpecial(path);
    const file = openSync(draft, "wx", 0o600);
    try {
      // A single write may stop half way where the disk is nearly full.
      for await (const part of typeof text === "string" ? [text] : text) writeFileSync(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    if (cause instanceof RbacError) throw cause;
    throw wrong("FILE_UNWRITABLE", `cannot write ${path}: ${String((cause as { code?: string }).code)}`, { cause });
  }
}

const DATABASE = "SQLite format 3\0";

/** A device or a pipe is no file to be replaced, and a database none to be lost. @throws RbacError (exit 2). */
function refuseSpecial(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isFile())
    throw wrong("FILE_INVALID", `${path} is not a regular file: leave --out away to write to standard output`);
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(DATABASE.length);
    readSync(file, start, 0, start.length, 0);
    if (start.toString("latin1") === DATABASE)
      throw wrong("FILE_INVALID", `${path} is a database: it is left as it is`);
  } finally {
    closeSync(file);
  }
}
