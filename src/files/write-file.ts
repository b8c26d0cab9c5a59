/** Writes a file as a whole or not at all, readable by its owner only. */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { RbacError, wrong } from "../errors.ts";

/**
 * Writes a temporary file in the same folder, then renames it, so that a reader sees either the old file or the new
 * one.
 * @param last called just before the file appears
 * @throws RbacError (exit 2).
 */
export async function writeFile(
  path: string,
  text: string | Iterable<string> | AsyncIterable<string>,
  last: () => Promise<void> = async () => {},
): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const removeDraft = () => rmSync(draft, { force: true });
  process.on("exit", removeDraft); // A signal ends the process without running the `catch` below.
  try {
    refuseSpecial(path);
    const file = openSync(draft, "wx", 0o600);
    try {
      // Not writeSync: on a nearly full disk it may write only a part, without an error.
      for await (const part of typeof text === "string" ? [text] : text) writeFileSync(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    await last();
    renameSync(draft, path);
  } catch (cause) {
    removeDraft();
    if (cause instanceof RbacError) throw cause;
    throw wrong("FILE_UNWRITABLE", `cannot write ${path}: ${String((cause as { code?: string }).code)}`, { cause });
  } finally {
    process.off("exit", removeDraft);
  }
}

const DATABASE_START = "SQLite format 3\0";

/** Refuses to replace a device, a pipe or a database. @throws RbacError `FILE_INVALID` (exit 2). */
function refuseSpecial(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isFile())
    throw wrong("FILE_INVALID", `${path} is not a regular file`, {
      hint: { option: "out", value: null, purpose: "write to standard output" },
    });
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(DATABASE_START.length);
    readSync(file, start, 0, start.length, 0);
    if (start.toString("latin1") === DATABASE_START)
      throw wrong("FILE_INVALID", `${path} is a database: it is left as it is`);
  } finally {
    closeSync(file);
  }
}
