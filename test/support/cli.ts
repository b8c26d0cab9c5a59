/** Command lines as typed, run in this process from source: `await cli("can alice posts:read", { db })`. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/program/main.ts";
import { ROOT } from "./root.ts";

process.setMaxListeners(0); // Each folder is removed at the end.

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Splits a line as a shell would, with single and double quotes; `argv` may be given instead. */
export const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");

/** Runs one command line; the database is `db`, and prompts are never possible. */
export async function cli(
  line: string | readonly string[],
  { db = "", env = {} }: { db?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const argv = typeof line === "string" ? words(line) : [...line];
  const written = { stdout: "", stderr: "" };
  const real = {
    stdout: process.stdout.write,
    stderr: process.stderr.write,
    env: process.env,
    exitCode: process.exitCode,
  };
  const catching = (to: "stdout" | "stderr") => (text: string | Uint8Array) => {
    written[to] += typeof text === "string" ? text : new TextDecoder().decode(text);
    return true;
  };
  process.stdout.write = catching("stdout");
  process.stderr.write = catching("stderr");
  process.env = { ...real.env, CI: "1", ...(db && { RBAC_DB: db }), ...env };
  process.exitCode = undefined;
  try {
    await main(argv, { root: ROOT });
    return { code: Number(process.exitCode ?? 0), ...written };
  } finally {
    process.stdout.write = real.stdout;
    process.stderr.write = real.stderr;
    process.env = real.env;
    process.exitCode = real.exitCode;
  }
}

/** The server that these tests run on, where they run on one. */
export const SERVER = process.env.RBAC_TEST_SERVER || undefined;
/** What the schemas of this file of tests begin with. */
export const SCHEMAS = `t${randomBytes(4).toString("hex")}_`;
let schemas = 0;

/** The path of a database of one's own, or its URL where the tests run on a server. */
export function freshDb(): string {
  schemas += 1;
  if (SERVER) return `${SERVER}?schema=${SCHEMAS}${schemas}`;
  const folder = mkdtempSync(join(tmpdir(), "rbac-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "rbac.db");
}

/** The answer of a command that must succeed, as JSON. */
export async function json<T = Record<string, unknown>>(line: string, options: { db?: string } = {}): Promise<T> {
  const { code, stdout, stderr } = await cli(`${line} --json`, options);
  if (code !== 0 && code !== 1) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
