/** Reads files line by line, if they may be too large for memory. */
import { closeSync, openSync } from "node:fs";
import { wrong } from "../errors.ts";
import { inputName, readOrWait, requireFile } from "./bytes.ts";

/** The size of one read in bytes, and the longest line that is accepted. */
const CHUNK_SIZE = 1 << 20;

/** The lines of a file or of standard input, without the empty ones. @throws RbacError (exit 2) as `readParts` does. */
export async function* readLines(path: string): AsyncIterable<string> {
  for (const part of readParts(path)) for (const line of part) if (line.trim() !== "") yield line.replace(/\r$/, "");
}

/**
 * The lines of a file or of standard input, in lists: each list has the lines that one read completed, so that the
 * lines of a slow pipe can be answered at once.
 * @param how `mayBeCut` where the file may end in the middle of a letter, as one that is being written does
 * @throws RbacError (exit 2) for a missing file, a line that is too long, or bytes that are not UTF-8.
 */
export function* readParts(path: string, { mayBeCut = false } = {}): Iterable<string[]> {
  if (path !== "-") requireFile(path);
  const file = path === "-" ? 0 : openSync(path, "r");
  try {
    yield* linesByChunk(file, path, mayBeCut);
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function* linesByChunk(file: number, path: string, mayBeCut: boolean): Iterable<string[]> {
  const bytes = Buffer.allocUnsafe(CHUNK_SIZE);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (read: Buffer | undefined): string => {
    try {
      return decoder.decode(read, { stream: read !== undefined });
    } catch (cause) {
      if (mayBeCut && read === undefined) return ""; // The bytes of a letter whose rest is not there.
      throw wrong("FILE_NOT_UTF8", `${inputName(path)} is not UTF-8 text`, { cause });
    }
  };
  let rest = "";
  for (;;) {
    const read = readOrWait(file, bytes);
    const lines = (rest + decode(read === 0 ? undefined : bytes.subarray(0, read))).split("\n");
    if (read === 0) return yield lines;
    rest = lines.pop() ?? "";
    if (rest.length > CHUNK_SIZE)
      throw wrong("LINE_TOO_LONG", `${inputName(path)} has a line of more than ${CHUNK_SIZE} bytes`);
    if (lines.length > 0) yield lines;
  }
}
