/** The programs of docs/examples as pages to read; `test/interop/example-*.test.ts` run them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES, packagesOf } from "./support/example-program.ts";

const read = (file: string): string => readFileSync(join(EXAMPLES, file), "utf8");
const page = read("README.md");
const files = readdirSync(EXAMPLES).filter((file) => file.endsWith(".mjs"));
const programs = files.filter((file) => file !== "sign-in.mjs");

/** Lines that are neither blank nor a comment. */
const codeOf = (file: string): string[] =>
  read(file)
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line));
const GUARD = /\bg\.|\bguarding\b/;
const LIBRARY = /\b(rbac|policy|rbac-admin)\b|\bas\./;

describe("docs/examples", () => {
  it("are three programs, and all that is beside them is told of", () => {
    expect(programs).toEqual(["blog.mjs", "social.mjs", "tasks.mjs"]);
    for (const file of files) expect(page).toContain(`[${file}](${file})`);
    expect(readdirSync(EXAMPLES).length).toBe(files.length + 1);
  });

  it.each(programs)("%s is read at a sitting", (file) => {
    expect(read(file).split("\n").length - 1).toBeLessThanOrEqual(150);
  });

  it.each(programs)("%s uses what is public, and the packages that its head says to install", (file) => {
    const imported = [...read(file).matchAll(/from "([^"]+)"/g)].map(([, name = ""]) => name);
    const others = imported.filter((name) => !name.startsWith("node:") && name !== "./sign-in.mjs");
    const names = others.map((name) => name.replace(/^(rbac-admin)\/(express|fastify|hono)$/, "$1"));
    expect([...new Set(names)].sort()).toEqual([...packagesOf(file)].sort());
  });

  it.each(programs)("the page counts the lines of %s", (file) => {
    const code = codeOf(file);
    const guard = code.filter((line) => GUARD.test(line));
    const library = code.filter((line) => LIBRARY.test(line) && !GUARD.test(line));
    expect(page).toContain(`| ${file} | ${code.length} | ${guard.length} | ${library.length} |`);
  });
});
