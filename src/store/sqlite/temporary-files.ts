/** Names of temporary files in which a database is built, and removal of those that a killed process left behind. */
import { hash, randomUUID } from "node:crypto";
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Identifies this machine: another one may share the folder, and nothing is known of its processes. */
const MACHINE = hash("sha256", hostname()).slice(0, 8);
const TEMPORARY_FILE = new RegExp(
  `^\\.rbac-${MACHINE}-(\\d+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp(-wal|-shm|-journal)?$`,
);

/** A new, unique path for a temporary file of this process in a folder. */
export const temporaryFileIn = (folder: string): string =>
  join(folder, `.rbac-${MACHINE}-${process.pid}-${randomUUID()}.tmp`);

/**
 * Removes temporary files of processes of this machine that no longer run. A file stays if its process id is in use
 * again, or if it cannot be removed; this is never an error.
 */
export function removeStaleFiles(folder: string): void {
  ignoringErrors(() => {
    for (const name of readdirSync(folder)) {
      const [, pid] = TEMPORARY_FILE.exec(name) ?? [];
      if (pid === undefined || isAlive(Number(pid))) continue;
      ignoringErrors(() => {
        if (lstatSync(join(folder, name)).isFile()) rmSync(join(folder, name));
      });
    }
  });
}

function ignoringErrors(act: () => void): void {
  try {
    act();
  } catch {
    // The file stays.
  }
}

/** Any error but ESRCH means that the process exists: this process may not be allowed to signal it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== "ESRCH";
  }
}
