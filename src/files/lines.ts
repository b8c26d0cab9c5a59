/** A file line by line, for what may be too long to hold whole. */
import { closeSync, openSync } from "node:fs";
import { wrong } from "../errors.ts";
import { inputName, readOrWait, requireFile } from "./bytes.ts";

/** How much is read at a time, and the longest line that is read, in bytes. */
const PART = 1 << 20;

/** The lines of a file or of standard input; empty ones are passed over. @throws RbacError (exit 2) as `readParts` does. */
export async function* readLines(path: string): AsyncIterable<string> {
  for (const part of readParts(path)) for (const line of part) if (line.trim() !== "") yield line.replace(/\r$/, "");
}

/**
 * The lines of a file or of standard input, as many at a time as are there, so that a pipe is answered as it comes.
 * @throws RbacError (exit 2) where there is no such file, for a line that is too long, and for bytes that are not UTF-8.
 */
export function* readParts(path: string): Iterable<string[]> {
  if (path !== "-") requireFile(path);
  const file = path === "-" ? 0 : openSync(path, "r");
  try {
    yield* partsOf(file, path);
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function* partsOf(file: number, path: string): Iterable<string[]> {
  const bytes = Buffer.allocUnsafe(PART);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decoded = (read: Buffer | undefined): string => {
    try {
      return decoder.decode(read, { stream: read !== undefined });
    } catch (cause) {
      throw wrong("FILE_NOT_UTF8", `${inputName(path)} is not UTF-8 text`, { cause });
    }
  };
  let rest = "";
  for (;;) {
    const read = readOrWait(file, bytes);
    const lines = (rest + decoded(read === 0 ? undefined : bytes.subarray(0, read))).split("\n");
    if (read === 0) return yield lines;
    rest = lines.pop() ?? "";
    if (rest.length > PART) throw wrong("LINE_TOO_LONG", `${inputName(path)} has a line of more than ${PART} bytes`);
    if (lines.length > 0) yield lines;
  }
}
