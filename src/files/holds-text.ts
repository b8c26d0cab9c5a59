/** Compares a file with a text that it may hold. */
import { readFileSync, statSync } from "node:fs";
import { wrong } from "../errors.ts";
import { withFileErrors } from "./bytes.ts";

/**
 * Whether a file has exactly these bytes. A file of another size is not read.
 * @returns `undefined` where there is none
 * @throws RbacError `FILE_UNREADABLE`, `FILE_INVALID` (exit 2)
 */
export function holdsText(path: string, text: string): boolean | undefined {
  const stats = withFileErrors(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw wrong("FILE_INVALID", `${path} is not a regular file`);
  const bytes = Buffer.from(text);
  return stats.size === bytes.length && withFileErrors(path, () => readFileSync(path)).equals(bytes);
}
