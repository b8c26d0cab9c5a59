/** Writing a file: whole or not at all, and for its owner's eyes. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { extname } from "node:path";
import { RbacError, wrong } from "../errors.ts";

const FORMATS = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ndjson": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
} as const;

/** The format that a file name speaks of, if any. */
export const formatOf = (path = ""): (typeof FORMATS)[keyof typeof FORMATS] | undefined =>
  FORMATS[extname(path).toLowerCase() as keyof typeof FORMATS];

/** Writes beside the place and moves it there, so that a reader sees the old file or the new. @throws RbacError (exit 2). */
export async function writeFile(path: string, text: string | AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      for await (const part of typeof text === "string" ? [text] : text) writeSync(file, part);
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
