/** The packages that only some tests and measurements need: they lie in `test/interop`, and may not be installed. */
import { existsSync, mkdtempSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./root.ts";

const INTEROP = join(ROOT, "test/interop");

/** What to do where one is missing. */
export const NO_INTEROP = "npm ci in test/interop brings it";

/** Where a package of `test/interop/package.json` lies, if it is installed. */
export function packageFolder(name: string): string | undefined {
  const folder = join(INTEROP, "node_modules", name);
  return existsSync(join(folder, "package.json")) ? folder : undefined;
}

/** A new folder in which all of them are there, and `rbac-admin` as it was built. */
export function linkedInterop(): string {
  const folder = mkdtempSync(join(tmpdir(), "rbac-interop-"));
  symlinkSync(join(INTEROP, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** A module of a package there. Its types are not known here, where it may be absent. */
export async function fromInterop<T>(module: string): Promise<T> {
  const path = createRequire(join(INTEROP, "package.json")).resolve(module);
  return (await import(pathToFileURL(path).href)) as T;
}
