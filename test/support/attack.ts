/**
 * What every attack needs: a database to attack, the real program to attack it with, and the rules of a clean refusal.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { expect } from "vitest";
import { cli, type Result } from "./cli.ts";
import { ROOT } from "./root.ts";

export const RUN = join(ROOT, "bin/run.js");

/** The driver without any of our pragmas, as any program may open the file. */
const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;
export const raw = (path: string): BetterSqlite3.Database => new Sqlite(path);

const made: string[] = [];

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "rbac-hostile-"));
  made.push(path);
  return path;
}

export function forget(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

export const POLICY = `rbac: 1
permissions: { "posts:read": Read, "posts:delete": Delete }
roles:
  reader: { grants: ["posts:read"] }
  admin: { inherits: [reader], grants: ["*:*"] }
users:
  alice: { roles: [reader] }
  root: { roles: [admin] }
`;

/** A database with a small policy in it. */
export async function victim(policy: string = POLICY): Promise<string> {
  const at = folder();
  writeFileSync(join(at, "policy.yaml"), policy);
  const db = join(at, "rbac.db");
  const { code, stderr } = await cli(["seed", join(at, "policy.yaml"), "--quiet"], { db });
  if (code !== 0) throw new Error(stderr);
  return db;
}

/** A file with this name and content, in a folder of its own. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

/** Everything in a database: the policy, the record, the revision. Read without our code. */
export function contents(db: string): string {
  const file = raw(db);
  const rows = [
    "meta",
    "users",
    "roles",
    "permissions",
    "inheritance",
    "grants",
    "everyone",
    "assignments",
    "constraints",
    "policy",
    "entries",
  ];
  const all = rows.map((table) => file.prepare(`select * from ${table}`).raw().all());
  file.close();
  return JSON.stringify(all);
}

export const bytes = (path: string): string => readFileSync(path).toString("base64");

/** A refusal: this exit code, one line that says why, and no stack trace. */
export function expectRefused({ code, stderr }: Result, expected: number, message: RegExp = /./): void {
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(/^rbac: [^\n]+\n$/) });
  expect(stderr).toMatch(message);
  expectNoTrace(stderr);
}

export function expectNoTrace(stderr: string): void {
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(stderr).not.toMatch(/internal error/);
}

/** What may steer a terminal or turn text around; a line end may not. */
export const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export interface World {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /**
   * Whether permission bits bind, also where root runs the tests: it gives up its powers, and owns its files as anybody
   * does.
   */
  readonly powerless?: boolean;
}

const environment = (env: World["env"] = {}) => ({
  PATH: process.env.PATH,
  HOME: "/",
  XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
  ...env,
});

const POWERLESS = ["--inh-caps=-all", "--bounding-set=-all"];

/** The program as it is started by a shell, to its end. */
export function program(argv: readonly string[], { cwd, env, input = "", powerless }: World = {}): Result {
  const plain = [process.execPath, RUN, ...argv] as const;
  const [command, ...rest] = powerless && process.getuid?.() === 0 ? ["setpriv", ...POWERLESS, ...plain] : plain;
  const { status, signal, stdout, stderr } = spawnSync(command, rest, {
    encoding: "utf8",
    cwd,
    env: environment(env),
    input,
    maxBuffer: 1 << 28,
  });
  return { code: status ?? -1, stdout, stderr: signal ? `${stderr}killed by ${signal}` : stderr };
}

/** The same, among others at the same time. */
export function started(argv: readonly string[], { cwd, env }: World = {}): Promise<Result> {
  const child = spawn(process.execPath, [RUN, ...argv], {
    cwd,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    written.stdout += text;
  });
  child.stderr.on("data", (text) => {
    written.stderr += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, ...written })));
}

/** A line of bash in which `rbac` is the program. */
export function shell(script: string, { cwd, env }: World = {}): Result {
  const rbac = `rbac() { "${process.execPath}" "${RUN}" "$@"; }`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `${rbac}\n${script}`], {
    encoding: "utf8",
    cwd,
    env: environment(env),
  });
  return { code: status ?? -1, stdout, stderr };
}
