/** Refuses to write over what the same command reads. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { wrong } from "../errors.ts";
import { filesOf } from "./read-inputs.ts";

/** Where a file lies, or would lie, once links are followed. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync.native(path);
  const folder = dirname(resolve(path));
  return existsSync(folder) ? join(realpathSync.native(folder), basename(path)) : resolve(path);
}

/**
 * @param written files that are to be written
 * @param read files, folders and `-` that the command reads; what of them is missing is not judged
 * @throws RbacError `USAGE` (exit 2) where one of the first is one of the second, under whatever name
 */
export function refuseOverwriting(written: readonly string[], read: readonly string[]): void {
  if (written.length === 0) return;
  const inputs = new Set(read.flatMap(filesIn).map(realPath));
  const clash = written.find((file) => inputs.has(realPath(file)));
  if (clash !== undefined) throw wrong("USAGE", `${clash} is read, and would be overwritten: name another file`);
}

/** Whoever reads them says what is wrong with a folder or a name. */
function filesIn(path: string): string[] {
  try {
    return path === "-" || path === "" ? [] : filesOf(path);
  } catch {
    return [];
  }
}
