/**
 * The built program in a pseudo-terminal, as a person has it before them: `await atTerminal(["assign"], { db, keys })`.
 * Python opens the terminal; tests that need one are described with `describeWith(noTerminal, …)`.
 */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { missingProgram } from "./needs.ts";
import { ROOT } from "./root.ts";

/** What is missing for a terminal; nothing where there is one. */
export const noTerminal = missingProgram("python3", "-c", "import pty");

export const KEY = {
  enter: "\r",
  esc: "\x1b",
  ctrlC: "\x03",
  ctrlD: "\x04",
  backspace: "\x7f",
  down: "\x1b[B",
  up: "\x1b[A",
  space: " ",
  tab: "\t",
};

/** Keys, each typed once its text is shown behind what was shown when the keys before were typed; "" only waits. */
export type Keys = readonly (readonly [shown: string, typed: string])[];

type StreamName = "stdin" | "stdout" | "stderr";

export interface Sitting {
  readonly db?: string;
  readonly keys?: Keys;
  readonly columns?: number;
  readonly rows?: number;
  /** Variables beside the few that every sitting has; `CI` is not among these. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The streams that are no terminal: stdin is then empty, and what is written to the others is kept. */
  readonly apart?: readonly StreamName[];
  /** After so long the program is killed, and the test fails. */
  readonly seconds?: number;
}

export interface Seen {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that was shown, one frame behind the other, without control sequences. */
  readonly screen: string;
  /** The same with them. */
  readonly raw: string;
  /** Whether the terminal was left as it was: it edits lines and echoes them, and shows its cursor. */
  readonly isRestored: boolean;
  /** What was written to the streams that are no terminal. */
  readonly apart: Readonly<Partial<Record<StreamName, string>>>;
}

/** Runs the program to its end. @throws Error where a text was not shown that keys wait for, or the time is over */
export async function atTerminal(argv: readonly string[], sitting: Sitting = {}): Promise<Seen> {
  const {
    db,
    keys = [],
    columns = 80,
    rows = 24,
    env = {},
    cwd = dirname(db ?? ROOT),
    apart = [],
    seconds = 60,
  } = sitting;
  const { PATH, XDG_CACHE_HOME } = process.env;
  const common = { PATH, XDG_CACHE_HOME, HOME: "/", TERM: "xterm", LANG: "C.UTF-8", ...(db && { RBAC_DB: db }) };
  const program = [process.execPath, join(ROOT, "bin/run.js"), ...argv];
  const asked = { argv: program, env: { ...common, ...env }, cwd, keys, columns, rows, apart, seconds };
  const python = spawn("python3", [join(import.meta.dirname, "terminal.py")], { stdio: ["pipe", "pipe", "inherit"] });
  python.stdin.end(JSON.stringify(asked));
  const seen = JSON.parse(await text(python.stdout)) as Seen & { unsent: Keys; isLate: boolean };
  const { unsent, isLate, ...rest } = seen;
  const [next] = unsent;
  if (next === undefined && !isLate) return rest;
  const what = isLate ? `did not end within ${seconds} s` : `ended with ${rest.code ?? rest.signal}`;
  const waited = next === undefined ? "" : ` before it showed ${JSON.stringify(next[0])}`;
  throw new Error(`rbac ${argv.join(" ")} ${what}${waited}. The screen:\n${rest.screen}`);
}
