/**
 * What a test may need that not every machine has: a program of the system, or a package of `test/interop`, which
 * `.ci/run` installs. Where it is not there the test is skipped, and its name says why.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe } from "vitest";
import { ROOT } from "./root.ts";

export const INTEROP = join(ROOT, "test/interop");

/** What is missing, in words for the name of a test; nothing where it is there. */
type Missing = string | undefined;

/** @param argv what it is called with to see whether it works, such as `-c "import yaml"` */
export function missingProgram(program: string, ...argv: readonly string[]): Missing {
  return spawnSync(program, argv).status === 0 ? undefined : `there is no ${program}`;
}

/** @param name of a package that `test/interop/package.json` lists */
export function missingPackage(name: string): Missing {
  const there = existsSync(join(INTEROP, "node_modules", name, "package.json"));
  return there ? undefined : `no ${name}: npm ci in test/interop`;
}

/** A module of a package there. Its types are not known here, where it may be absent. */
export async function fromInterop<T>(module: string): Promise<T> {
  const path = createRequire(join(INTEROP, "package.json")).resolve(module);
  return (await import(pathToFileURL(path).href)) as T;
}

/** Describes tests that need something. */
export function describeWith(missing: Missing, name: string, tests: () => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (skipped: ${missing})`, tests);
}
