/** Where a database is made before it appears, and clearing away what a process left there that was killed. */
import { hash, randomUUID } from "node:crypto";
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Tells this machine from others that see the same folder: of their processes nothing is known here. */
const HERE = hash("sha256", hostname()).slice(0, 8);
const DRAFT = new RegExp(
  `^\\.rbac-${HERE}-(\\d+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp(-wal|-shm|-journal)?$`,
);

/** A name of its own for what this process is going to make in a folder. */
export const temporaryFileIn = (folder: string): string =>
  join(folder, `.rbac-${HERE}-${process.pid}-${randomUUID()}.tmp`);

/**
 * Removes what processes of this machine left in a folder that are gone. A number that another process has got by now protects
 * what is left, and whatever is in the way is left to whoever can remove it: this is never worth an error.
 */
export function removeStaleFiles(folder: string): void {
  attempted(() => {
    for (const name of readdirSync(folder)) {
      const [, pid] = DRAFT.exec(name) ?? [];
      if (pid === undefined || isAlive(Number(pid))) continue;
      attempted(() => {
        if (lstatSync(join(folder, name)).isFile()) rmSync(join(folder, name));
      });
    }
  });
}

function attempted(act: () => void): void {
  try {
    act();
  } catch {
    // Left as it is.
  }
}

/** A process that may not be signalled is there all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== "ESRCH";
  }
}
