/** The program is given URLs that are slightly wrong: nothing that it prints or keeps has their password. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/root.ts";

const SECRET = "s3cr3t";
const folder = mkdtempSync(join(tmpdir(), "rbac-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line in a folder of its own, with a cache of its own. */
function run(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const [work, cache] = [join(folder, "work"), join(folder, "cache")];
  for (const path of [work, cache]) mkdirSync(path, { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/run.js"), ...argv], {
    cwd: work,
    env: { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: cache, CI: "1", ...env },
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

/** The names and bytes of everything that was left in the folder, but for what a test put there. */
const left = (): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name !== "url")
    .map(
      (entry) => `${entry.name}\n${entry.isFile() ? readFileSync(join(entry.parentPath, entry.name), "latin1") : ""}`,
    )
    .join("\n");

const URLS = [
  `"postgres://u:${SECRET}@127.0.0.1/app"`,
  ` postgres://u:${SECRET}@127.0.0.1:1/app`,
  `postgres//u:${SECRET}@127.0.0.1/app`,
  `postgres:/u:${SECRET}@127.0.0.1/app`,
  `postgres:u:${SECRET}@127.0.0.1`,
  `jdbc:postgresql://u:${SECRET}@127.0.0.1/app`,
  `postgres://u:${SECRET}/x@127.0.0.1/app`,
  `postgres://127.0.0.1:1/app&password=${SECRET}`,
  `host=127.0.0.1 user=u password=${SECRET}`,
  `u:${SECRET}@127.0.0.1`,
  `pstgres://u:${SECRET}@127.0.0.1/app`,
  `postgres://u:${SECRET}@127.0.0.1:1/app?port=abc`,
];
const LINES = [
  ["can", "a", "b:c"],
  ["init", "--json"],
  ["seed", "--json", "--actor", "ann"],
];

describe.each(URLS)("%s", (url) => {
  it.each(LINES)("is refused in RBAC_DB and in a file, by rbac %s %s", (...argv) => {
    const said: string[] = [];
    const file = join(folder, "url");
    writeFileSync(file, `${url}\n`);
    for (const result of [run(argv, { RBAC_DB: url }), run([...argv, "--db-url-file", file], {})]) {
      expect([2, 4]).toContain(result.status);
      said.push(result.said);
    }
    expect(said.join("\n")).not.toContain(SECRET);
    expect(left()).not.toContain(SECRET);
  });
});

it.each([
  ["a command", [`postgres://u:${SECRET}@h/app`], {}],
  ["a user", ["can", `postgres://u:${SECRET}@h/app`, "b:c"], {}],
  ["a document", ["seed", `postgres://u:${SECRET}@h/app`], {}],
  ["a format", ["matrix", "--format", `postgres://u:${SECRET}@h/app`], {}],
  ["the file with the URL", ["can", "a", "b:c"], { RBAC_DB_URL_FILE: `postgres://u:${SECRET}@h/app` }],
  ["the file of the key", ["init"], { RBAC_AUDIT_KEY_FILE: `postgres://u:${SECRET}@h/app` }],
  ["the format of a variable", ["matrix"], { RBAC_FORMAT: `postgres://u:${SECRET}@h/app` }],
  ["a bug that is looked for", ["can", "a", "b:c"], { RBAC_DEBUG: "1", RBAC_DB: ` postgres://u:${SECRET}@h/app` }],
] as const)("a URL in the place of %s is not repeated", (_, argv, env) => {
  expect(run(argv, env).said).not.toContain(SECRET);
  expect(run([...argv, "--json"], env).said).not.toContain(SECRET);
});
