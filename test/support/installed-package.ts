/** The package as others install it, in a project of its own, and what TypeScript says of programs there. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "./root.ts";

/** A new project in which this checkout, as it was built, has the name of the package. @returns its folder */
export function linkedPackage(): string {
  const project = mkdtempSync(join(tmpdir(), "rbac-linked-"));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(ROOT, join(project, "node_modules", "rbac-admin"));
  writeFileSync(join(project, "package.json"), '{ "name": "app", "private": true }');
  return project;
}

/** A new project that has installed the packed package. @returns its folder */
export function installedPackage(): string {
  const project = mkdtempSync(join(tmpdir(), "rbac-package-"));
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", project];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { cwd: ROOT, encoding: "utf8" }));
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "rbac-admin"), { recursive: true });
  execFileSync("tar", ["-xzf", join(project, filename), "-C", join(modules, "rbac-admin"), "--strip-components=1"]);
  for (const name of ["better-sqlite3", "typescript"])
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  writeFileSync(join(project, "package.json"), '{ "name": "app", "private": true }');
  return project;
}

/** Compiles files strictly; the lines with errors, by file. Nothing else of the project may have any. */
export function errorsOf(
  project: string,
  files: Readonly<Record<string, string>>,
  options: { readonly module: string; readonly moduleResolution?: string; readonly skipLibCheck?: boolean },
): Record<string, number[]> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: [] };
  const compilerOptions = { ...strict, ...options, target: "es2022", noEmit: true };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", "."], { cwd: project, encoding: "utf8" });
  const errors: Record<string, number[]> = {};
  for (const [, file = "", line] of stdout.matchAll(/^(\S+)\((\d+),\d+\): error/gm))
    errors[file] = [...new Set([...(errors[file] ?? []), Number(line)])];
  const others = stdout.split("\n").filter((line) => /error TS/.test(line) && !files[line.replace(/\(.*$/, "")]);
  expect(others).toEqual([]);
  return errors;
}

/** The lines of a program that end with a mark, which must not compile. */
export const wrongLines = (program: string, mark = "// wrong"): number[] =>
  program.split("\n").flatMap((line, at) => (line.endsWith(mark) ? [at + 1] : []));
