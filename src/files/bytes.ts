/** Files and standard input as bytes, and what is wrong with them in words. */
import { readSync, type Stats, statSync } from "node:fs";
import { wrong } from "../errors.ts";

/** Stops a little beyond the limit, for a pipe may never end. */
export function readStandardInput(largest: number): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= largest; ) {
    const chunk = Buffer.allocUnsafe(1 << 16);
    const read = readOrWait(0, chunk);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    size += read;
  }
  return Buffer.concat(chunks);
}

/** Reads some bytes, and waits where whoever piped them made the pipe non-blocking; 0 at the end. */
export function readOrWait(file: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(file, chunk);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

export const inputName = (path: string): string => (path === "-" ? "standard input" : path);

/** Refuses what is not a regular file: a pipe or a device might never end. @throws RbacError (exit 2). */
export function requireFile(path: string): Stats {
  const stats = statOf(path);
  if (stats.isFile()) return stats;
  throw wrong("FILE_INVALID", `${path} is not a regular file: name a file, a folder, or - for standard input`);
}

export const statOf = (path: string) => withFileErrors(path, () => statSync(path));

export function withFileErrors<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "it may not be read" : String(code);
    throw wrong("FILE_UNREADABLE", `cannot read ${inputName(path)}: ${why}`, { cause });
  }
}
