/** Command lines as typed, run in this process from source: `await cli("can alice posts:read", { db })`. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OutputStream, systemShell } from "../../src/cli/shell.ts";
import { main } from "../../src/program/main.ts";
import { ROOT } from "./root.ts";

process.setMaxListeners(0); // Each folder is removed at the end.

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Splits a line as a shell would, with single and double quotes. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? "");

/** The operating system's user of every test: who runs the tests must not matter. */
const OS_USER = "tester";

interface Around {
  /** RBAC_DB. */
  readonly db?: string;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of a terminal that stdout is, without colours; it is a pipe when left out. */
  readonly columns?: number;
  /** Where settings files are looked for; nowhere when left out. */
  readonly folder?: string;
}

/**
 * Runs one command line with a shell of its own: a pipe for each stream, and nobody to ask.
 * @param line words as typed, or a list of them
 */
export async function cli(
  line: string | readonly string[],
  { db = "", env = {}, columns, folder }: Around = {},
): Promise<Result> {
  const argv = typeof line === "string" ? words(line) : [...line];
  const url = await asWhoMay(argv, db);
  const written = { stdout: "", stderr: "" };
  let exitCode = 0;
  const captured = (name: "stdout" | "stderr", width?: number): OutputStream => {
    const write = (text: string) => {
      written[name] += text;
    };
    const drained = async (text: string) => {
      write(text);
      return true;
    };
    return { isTerminal: width !== undefined, width, height: width && 24, write, drained };
  };
  const shell = {
    ...systemShell(),
    env: { ...process.env, CI: "1", ...(columns && { NO_COLOR: "1" }), ...(url && { RBAC_DB: url }), ...env },
    osUser: () => OS_USER,
    stdout: captured("stdout", columns),
    stderr: captured("stderr"),
    interactive: false,
    folder: () => folder,
    hearSignals: () => {},
    askedToEnd: async () => {}, // A server ends as soon as it listens.
    endNow: () => {},
    exitWith: (code: number) => {
      exitCode = code;
    },
  };
  await main(argv, { root: ROOT, shell });
  await grantRights(url);
  return { code: exitCode, ...written };
}

/** The server that these tests run on, where they run on one. */
export const SERVER = process.env.RBAC_TEST_SERVER || undefined;
/** The same as its superuser, for what tests do behind the back of rbac. */
export const SUPERUSER = process.env.RBAC_TEST_SUPERUSER || SERVER;
/** Whether each command line is put to the server by whoever of `rbac db roles` may do just that. */
export const LEAST_RIGHTS = SUPERUSER !== SERVER;
/** What the names of this test file's schemas begin with. */
export const SCHEMAS = `t${randomBytes(4).toString("hex")}_`;
let schemas = 0;

/** The path of a new database, or its URL where the tests run on a server. */
export function freshDb(): string {
  schemas += 1;
  if (SERVER) {
    const url = new URL(SERVER);
    url.searchParams.set("schema", `${SCHEMAS}${schemas}`);
    return url.href;
  }
  const folder = mkdtempSync(join(tmpdir(), "rbac-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "rbac.db");
}

const onServer = (db: string): boolean => LEAST_RIGHTS && db.startsWith("postgres:");

async function asWhoMay(argv: readonly string[], db: string): Promise<string> {
  return onServer(db) ? (await import("./postgres/least-rights.ts")).asWhoMay(argv, db) : db;
}

async function grantRights(db: string): Promise<void> {
  if (onServer(db)) await (await import("./postgres/least-rights.ts")).grantRights(db);
}

/** The answer of a command that must succeed, as JSON. */
export async function json<T = Record<string, unknown>>(line: string, options: { db?: string } = {}): Promise<T> {
  const { code, stdout, stderr } = await cli(`${line} --json`, options);
  if (code !== 0 && code !== 1) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
