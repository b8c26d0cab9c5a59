/** One folder for all that a run of the tests writes beside the checkout: it is removed with the run, however that ends. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** Both projects of a run ask for it: the second finds it there. */
export function setup(): void {
  if (folder) return;
  folder = mkdtempSync(join(tmpdir(), "rbac-tests-"));
  chmodSync(folder, 0o711); // A server under test has a user of its own.
  process.env.TMPDIR = folder; // Workers, and programs that they start, inherit it.
}

export function teardown(): void {
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
