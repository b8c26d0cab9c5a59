/**
 * What a test may need that not every machine has: a program of the system, or a package of `test/interop`. Where it
 * is not there the test is skipped, and its name says why.
 */
import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { NO_INTEROP, packageFolder } from "./interop.ts";

/** What is missing, in words for the name of a test; nothing where it is there. */
type Missing = string | undefined;

/** @param argv what it is called with to see whether it works, such as `-c "import yaml"` */
export function missingProgram(program: string, ...argv: readonly string[]): Missing {
  return spawnSync(program, argv).status === 0 ? undefined : `there is no ${program}`;
}

/** @param name of a package that `test/interop/package.json` lists */
export const missingPackage = (name: string): Missing =>
  packageFolder(name) === undefined ? `there is no ${name}: ${NO_INTEROP}` : undefined;

/** Describes tests that need something. */
export function describeWith(missing: Missing, name: string, tests: () => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (skipped: ${missing})`, tests);
}
