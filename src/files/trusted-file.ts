/** Reads a file that counts only if nobody else can have written it. It is opened, judged, and then read. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { wrong } from "../errors.ts";
import { utf8Text, withFileErrors } from "./bytes.ts";

const ROOT_ID = 0;
const WRITABLE_BY_OTHERS = 0o002;

/**
 * Why a file is not trusted, `undefined` where it is. What its group may do is not asked:
 * many systems give each user a group of their own, and let it write.
 * @param userId of who reads; `undefined` where the system has no such ids
 */
export function whyDistrusted(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  userId: number | undefined,
): string | undefined {
  if (userId === undefined) return undefined;
  if (uid !== userId && uid !== ROOT_ID) return `it belongs to the user with the id ${uid}, not to you or root`;
  return (mode & WRITABLE_BY_OTHERS) === 0 ? undefined : "everybody may write to it";
}

export interface TrustedFile {
  readonly name: string;
  readonly largest: number;
  readonly userId: number | undefined;
  readonly why?: typeof whyDistrusted;
}

/**
 * The text of a file, or why it is not trusted.
 * @param name of the file in messages
 * @param largest in bytes
 * @param why judges the file: by default `whyDistrusted`
 * @throws RbacError `FILE_UNREADABLE`, `FILE_INVALID`, `FILE_TOO_LARGE`, `FILE_NOT_UTF8` (exit 2)
 */
export function readTrusted(
  path: string,
  { name, largest, userId, why = whyDistrusted }: TrustedFile,
): { readonly text: string } | { readonly distrusted: string } {
  // Without O_NONBLOCK, to open a pipe would wait for its writer.
  const file = withFileErrors(name, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const stats = fstatSync(file);
    const distrusted = why(stats, userId);
    if (distrusted !== undefined) return { distrusted };
    if (!stats.isFile()) throw wrong("FILE_INVALID", `${name} is not a regular file`);
    const bytes = Buffer.alloc(largest + 1);
    const read = readSync(file, bytes);
    if (read > largest)
      throw wrong("FILE_TOO_LARGE", `${name} has more than the ${largest} bytes that are read at most`);
    return { text: utf8Text(name, bytes.subarray(0, read)) };
  } finally {
    closeSync(file);
  }
}
