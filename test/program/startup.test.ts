/**
 * How the built program starts: what it loads, what it keeps of its compiled code, and what becomes of it when that is
 * spoilt.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDb } from "../support/cli.ts";
import { ROOT } from "../support/root.ts";

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "rbac-startup-"));
  made.push(path);
  return path;
}

const db = freshDb();
const run = (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  root = ROOT,
  flags: readonly string[] = [],
) => {
  const whole = { PATH: process.env.PATH, HOME: folder(), RBAC_DB: db, ...env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(root, "bin/run.js"), ...argv], {
    env: whole,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
};
const YES = { code: 0, stdout: "yes\nassigned editor, which grants posts:publish\n", stderr: "" };
const CAN = ["can", "alice", "posts:publish"];

beforeAll(() => {
  expect(run(["seed", "--quiet"]).code).toBe(0);
  expect(run(["assign", "alice", "editor", "--quiet"]).code).toBe(0);
  expect(run(["user", "create", "日本", "--quiet"]).code).toBe(0);
});

interface Covered {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

/**
 * The files that were read, and the modules inside of the bundle that were run: each is a function that bears its path.
 */
const loadedBy = (...argv: string[]): string[] => loadedFrom(ROOT, argv);

function loadedFrom(root: string, argv: readonly string[]): string[] {
  const coverage = folder();
  run(argv, { NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: "1" }, root);
  const reports = readdirSync(coverage).map(
    (file) => JSON.parse(readFileSync(join(coverage, file), "utf8")) as Covered,
  );
  const scripts = reports.flatMap(({ result }) => result);
  const ran = scripts
    .flatMap(({ functions }) => functions)
    .filter(({ functionName, ranges }) => functionName.includes("/") && ranges[0]?.count)
    .map(({ functionName }) => functionName);
  const files = scripts.map(({ url }) => (url.startsWith("file:") ? relative(ROOT, fileURLToPath(url)) : url));
  return [...ran, ...files];
}

const LIBRARIES = /jose|inquirer|cli-table3|yaml|csv-parse|dist\/string-width/;
/** What oclif brings along for plugins, updates and help. */
const IDLE =
  /minimatch|tinyglobby|lilconfig|\/ejs\/|semver|wsl|clean-stack|oclif\/core\/lib\/help\/index|src\/program\/(help|habits|report|unknown)|ansis|manifest/;
/** What only changes, verification, upkeep and the other database need: files, and whole folders. */
const NOT_FOR_QUESTIONS = [
  ...["cli/writing/writing-command.ts", "cli/prompts/ask.ts", "cli/progress.ts", "database/maintenance.ts"],
  ...["cli/settings-here.ts", "contexts/load-settings.ts", "contexts/read-settings.ts", "files/trusted-file.ts"],
  ...["files/yaml.ts", "plans/", "output/plans/", "database/impact.ts"],
  ...["store/create-or-replace.ts", "store/maintenance", "store/postgres"],
  ...["store/write/apply-change.ts", "store/write/bulk-insert.ts", "store/write/collect-garbage.ts"],
  ...["store/audit/entry-hash.ts", "store/audit/verify-record.ts", "store/audit/inspect-database.ts"],
  ...["store/audit/exported-record.ts", "store/audit/row-fingerprints.ts"],
].map((path) => `src/${path}`);

describe("what is loaded", () => {
  it("by a question: no library that only others use, no other database, nothing that writes or verifies", () => {
    const loaded = loadedBy(...CAN);
    const needed = ["dist/questions.cjs", "src/commands/can.ts", "src/store/store.ts"];
    expect(loaded).toEqual(expect.arrayContaining(needed));
    expect(loaded.filter((path) => path.startsWith("dist/"))).toEqual(["dist/questions.cjs"]); // Not kysely.
    expect(loaded.filter((path) => /better-sqlite3(-\d+)?\/lib\//.test(path)).length).toBeGreaterThan(0);
    expect(loaded.filter((path) => path.includes("bindings"))).toEqual([]);
    expect(loaded.filter((path) => LIBRARIES.test(path))).toEqual([]);
    expect(loaded.filter((path) => IDLE.test(path))).toEqual([]);
    expect(loaded.filter((path) => /dialect\/(mysql|mssql|postgres)/.test(path))).toEqual([]);
    expect(NOT_FOR_QUESTIONS.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(loaded.filter((path) => NOT_FOR_QUESTIONS.some((other) => path.startsWith(other)))).toEqual([]);
    expect(loaded.filter((path) => /^src\/commands\/./.test(path))).toEqual(["src/commands/can.ts"]);
  });

  it("by a change that is not planned: nothing of plans", () => {
    const loaded = loadedBy("grant", "editor", "posts:read", "--dry-run");
    expect(loaded).toContain("src/commands/grant.ts");
    expect(
      loaded.filter((path) => /^src\/(plans|output\/plans|commands\/(plan|apply))|plan(nable|ning)/.test(path)),
    ).toEqual([]);
  });

  it("by --version: no command and no database", () => {
    const loaded = loadedBy("--version");
    expect(loaded).toContain("dist/rbac.cjs");
    expect(loaded.filter((path) => LIBRARIES.test(path) || IDLE.test(path))).toEqual([]);
    expect(loaded.filter((path) => /sqlite|kysely|src\/(commands|store)\/|base-command/.test(path))).toEqual([]);
  });

  it("by help: no command, no database, and nothing of oclif's help", () => {
    const loaded = loadedBy("can", "--help");
    expect(loaded).toContain("src/program/help.ts");
    expect(
      loaded.filter((path) => /oclif\/core\/lib\/(help|command)|sqlite|kysely|src\/commands\/./.test(path)),
    ).toEqual([]);
    expect(loaded.filter((path) => LIBRARIES.test(path))).toEqual([]);
  });

  it("by a command line that is refused: what words it, and no colours", () => {
    const loaded = loadedBy("can", "alice", "posts:read", "--at");
    expect(loaded).toEqual(expect.arrayContaining(["src/program/report.ts", "src/cli/flags/usage-errors.ts"]));
    expect(loaded.filter((path) => /ansis|sqlite|src\/program\/(help|habits|unknown)/.test(path))).toEqual([]);
  });

  it("by a table of plain letters in a pipe: nothing that draws", () => {
    expect(loadedBy("role", "list").filter((path) => LIBRARIES.test(path))).toEqual([]);
  });

  it.each([
    ["yaml", [...CAN, "--format", "yaml"], "dist/yaml.cjs"],
    ["a change", ["assign", "bob", "editor", "--dry-run"], "src/cli/writing/writing-command.ts"],
    ["help", ["can", "--help"], "dist/manifest.cjs"],
    ["a change", ["assign", "bob", "editor", "--dry-run"], "dist/kysely.cjs"],
    ["a table of wide letters", ["user", "list"], "dist/string-width.cjs"],
  ])("by %s: what it needs", (_, argv, path) => {
    expect(loadedBy(...argv)).toContain(path);
  });
});

describe("the driver", () => {
  const DRIVER = join(ROOT, "node_modules/better-sqlite3");
  const { version } = JSON.parse(readFileSync(join(DRIVER, "package.json"), "utf8")) as { version: string };
  /** What only the package itself loads: the program has the rest under the same names. */
  const OWN_FILES = `node_modules/${version.startsWith("12.") ? "bindings/bindings.js" : "better-sqlite3/lib/index.js"}`;

  /** The program beside a driver of which some parts are there, and which says that it is of a version. */
  function besideDriver(of: string, parts: readonly string[]): string {
    const root = folder();
    for (const part of ["bin", "dist", "package.json"]) cpSync(join(ROOT, part), join(root, part), { recursive: true });
    const driver = join(root, "node_modules/better-sqlite3");
    mkdirSync(driver, { recursive: true });
    for (const part of parts.filter((name) => existsSync(join(DRIVER, name))))
      symlinkSync(join(DRIVER, part), join(driver, part));
    writeFileSync(join(driver, "package.json"), JSON.stringify({ name: "better-sqlite3", version: of, main: "lib" }));
    return root;
  }

  it("is that of the program, with the addon of the package", () => {
    const root = besideDriver(version, ["build", "prebuilds"]);
    expect(run(CAN, {}, root)).toEqual(YES);
    expect(loadedFrom(root, CAN)).not.toContain(OWN_FILES);
  });

  it.each([
    ["is of another version", version.replace(/\d+$/, "99"), ["lib", "build", "prebuilds"]],
    ["has its addon elsewhere", version, ["lib"]],
  ])("is loaded as it is installed where it %s", (_, of, parts) => {
    const root = besideDriver(of, parts);
    expect(run(CAN, {}, root)).toEqual(YES);
    expect(loadedFrom(root, CAN)).toContain(OWN_FILES);
  });

  it("that has no addon is missing, exit 70, never a no", () => {
    const { code, stdout, stderr } = run(CAN, {}, besideDriver(version, []));
    expect({ code, stdout }).toEqual({ code: 70, stdout: "" });
    expect(stderr).toContain("better-sqlite3 was installed without its binary");
  });
});

/** Every file below a folder. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function gone(path: string): string {
  rmSync(path, { recursive: true });
  return path;
}

describe("compiled code", () => {
  /** A folder for it, and what a question has left there. */
  function kept(): { XDG_CACHE_HOME: string; files: string[]; at: string } {
    const XDG_CACHE_HOME = folder();
    expect(run(CAN, { XDG_CACHE_HOME })).toEqual(YES);
    return { XDG_CACHE_HOME, files: filesIn(XDG_CACHE_HOME), at: join(XDG_CACHE_HOME, "rbac-admin") };
  }

  it("is kept where nobody else can read or write it, and used", () => {
    const { XDG_CACHE_HOME, files, at } = kept();
    expect(files.length).toBeGreaterThan(0);
    expect(statSync(at).mode & 0o777).toBe(0o700);
    const before = files.map((path) => statSync(path).mtimeMs);
    expect(run(CAN, { XDG_CACHE_HOME })).toEqual(YES);
    expect(files.map((path) => statSync(path).mtimeMs)).toEqual(before);
  });

  it("of a first run that is so long that V8 forgets code, or that is help, costs later runs nothing", () => {
    const size = (env: { XDG_CACHE_HOME: string }) =>
      Math.max(...filesIn(env.XDG_CACHE_HOME).map((path) => (path.endsWith("can") ? statSync(path).size : 0)));
    const usual = size(kept());
    const questions = join(folder(), "questions.ndjson");
    writeFileSync(questions, '{"user":"alice","permission":"posts:publish"}\n'.repeat(30_000));
    const first = { XDG_CACHE_HOME: folder() };
    // A million lines take minutes; with this flag, V8 forgets at every collection what it would forget in them.
    expect(run(["can", "--batch", questions, "--quiet"], first, ROOT, ["--stress-flush-code"]).code).toBe(0);
    expect(size(first)).toBeGreaterThan(usual * 0.95);
    const helped = { XDG_CACHE_HOME: folder() };
    expect(run(["can", "--help"], helped).code).toBe(0);
    expect(run(CAN, helped)).toEqual(YES);
    expect(size(helped)).toBeGreaterThan(usual * 0.95);
  });

  it.each([
    ["is cut", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["is empty", () => Buffer.alloc(0)],
    ["is damaged everywhere", (bytes: Buffer) => bytes.map((byte, at) => (at % 1000 === 999 ? byte ^ 0x10 : byte))],
    ["is something else", () => Buffer.from("#!/bin/sh\nexit 1\n".repeat(1000))],
  ])("that %s does no harm, and is made anew", (_, spoil) => {
    const { XDG_CACHE_HOME, files } = kept();
    for (const path of files) writeFileSync(path, spoil(readFileSync(path)));
    for (let turn = 0; turn < 3; turn++) expect(run(CAN, { XDG_CACHE_HOME })).toEqual(YES);
  });

  it("of another build is not taken for this one's, though its source is as long", () => {
    const { XDG_CACHE_HOME } = kept();
    const other = folder();
    for (const part of ["bin", "dist", "package.json"])
      cpSync(join(ROOT, part), join(other, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
    const bundle = join(other, "dist/questions.cjs");
    const text = readFileSync(bundle, "latin1").replaceAll('"yes"', '"YES"');
    writeFileSync(bundle, text, "latin1");
    for (let turn = 0; turn < 2; turn++)
      expect(run(CAN, { XDG_CACHE_HOME }, other)).toEqual({ ...YES, stdout: YES.stdout.replace("yes", "YES") });
    expect(run(CAN, { XDG_CACHE_HOME })).toEqual(YES);
  });

  it.each([
    ["open to others", (at: string) => chmodSync(at, 0o755)],
    ["a link", (at: string) => symlinkSync(folder(), gone(at))],
    ["a file", (at: string) => writeFileSync(gone(at), "")],
  ])("is neither read nor written in a folder that is %s", (_, spoil) => {
    const { XDG_CACHE_HOME, at } = kept();
    spoil(at);
    for (const path of statSync(at).isDirectory() ? filesIn(at) : []) rmSync(path);
    expect(run(CAN, { XDG_CACHE_HOME })).toEqual(YES);
    expect(statSync(at).isDirectory() ? filesIn(at) : []).toEqual([]);
  });

  it("is not kept where nothing can be, nor of what is refused", () => {
    expect(run(CAN, { XDG_CACHE_HOME: "/proc/none" })).toEqual(YES);
    expect(run(CAN, { XDG_CACHE_HOME: "relative" })).toEqual(YES);
    expect(run(CAN, { HOME: "" })).toEqual(YES);
    const XDG_CACHE_HOME = folder();
    expect(run(CAN, { XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE: "1" })).toEqual(YES);
    expect(filesIn(XDG_CACHE_HOME)).toEqual([]);
    expect(existsSync("relative")).toBe(false);
  });
});

describe("a program that cannot be loaded", () => {
  const without = (spoil: (bundle: string) => void): string => {
    const root = folder();
    cpSync(join(ROOT, "bin"), join(root, "bin"), { recursive: true });
    mkdirSync(join(root, "dist"));
    spoil(join(root, "dist/questions.cjs"));
    return root;
  };

  it.each([
    ["is missing", () => {}],
    ["is cut", (bundle: string) => writeFileSync(bundle, "module.exports = { main: (")],
    ["throws", (bundle: string) => writeFileSync(bundle, 'throw new Error("broken");')],
    ["rejects", (bundle: string) => writeFileSync(bundle, 'exports.main = () => Promise.reject(new Error("broken"));')],
  ])("because it %s is a bug, exit 70, never a no", (_, spoil) => {
    const { code, stdout, stderr } = run(CAN, {}, without(spoil));
    expect({ code, stdout }).toEqual({ code: 70, stdout: "" });
    expect(stderr).toMatch(/^rbac: internal error: [^\n]+\n$/);
  });
});
