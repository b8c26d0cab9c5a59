/** Reads files and standard input as bytes; turns the errors of the file system into messages. */
import { readSync, type Stats, statSync } from "node:fs";
import { wrong } from "../errors.ts";

/** Reads standard input. Stops a little beyond `largest` bytes, because a pipe may never end. */
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

/** Reads bytes into the chunk and returns how many; 0 at the end. Waits if the writer made the pipe non-blocking. */
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

/** The name of an input in messages. */
export const inputName = (path: string): string => (path === "-" ? "standard input" : path);

/** Refuses a path that is no regular file: a pipe or a device might never end. @throws RbacError (exit 2). */
export function requireFile(path: string): Stats {
  const stats = statOf(path);
  if (stats.isFile()) return stats;
  throw wrong("FILE_INVALID", `${path} is not a regular file: name a file, a folder, or - for standard input`);
}

export const statOf = (path: string) => withFileErrors(path, () => statSync(path));

/** Runs a file operation. @throws RbacError `FILE_UNREADABLE` (exit 2) for its error. */
export function withFileErrors<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "it may not be read" : String(code);
    throw wrong("FILE_UNREADABLE", `cannot read ${inputName(path)}: ${why}`, { cause });
  }
}

/** @throws RbacError `FILE_NOT_UTF8` (exit 2) */
export function utf8Text(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw wrong("FILE_NOT_UTF8", `${name} is not UTF-8 text`, { cause });
  }
}
