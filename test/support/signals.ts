/** Ends programs by signals at moments of chance, in the middle of long work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Database } from "../../src/database/database.ts";
import { ROOT } from "./root.ts";
import type { Chance } from "./store/random-databases.ts";

const ENDINGS = { SIGINT: 130, SIGTERM: 143 } as const;
type Ending = keyof typeof ENDINGS;

interface Ended {
  /** What a shell says: the exit code, or 128 and the number of the signal that the system ended the program with. */
  readonly status: number;
  /** How long the program ran, and how long it went on after the signal, in milliseconds. */
  readonly ran: number;
  readonly late: number;
}

/** Runs the built program, and sends a signal after some milliseconds, unless it has ended by itself. */
async function signalled(argv: readonly string[], db: string, signal: Ending, after: number): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, "bin/run.js"), ...argv], {
    env: { ...process.env, RBAC_DB: db },
    stdio: ["ignore", "ignore", "ignore"],
  });
  const begun = performance.now();
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const sent = await Promise.race([ended.then(() => undefined), setTimeout(after, "sent")]);
  if (sent) child.kill(signal);
  const sentAt = performance.now();
  const [code, by] = await ended;
  const status = code ?? 128 + (by ? constants.signals[by] : 0);
  return { status, ran: performance.now() - begun, late: sent ? performance.now() - sentAt : 0 };
}

export interface Interrupted extends Ended {
  readonly what: string;
  /** What is not as it must be. */
  readonly faults: readonly string[];
}

/** What shows whether a database was changed: its head, its revision and the number of rows in each table. */
async function stateOf(db: string): Promise<string> {
  const database = await Database.open(db, "read");
  const { head, revision, counts } = await database.status().finally(() => database.close());
  return JSON.stringify([head, revision, counts]);
}

/** Work that is done so often before its signal does not hear it. */
const MOST_ATTEMPTS = 20;

const policyOf = (users: number) => ({
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] }, writer: { inherits: ["reader"] } },
  users: Object.fromEntries(Array.from({ length: users }, (_, at) => [`user${at}`, { roles: ["reader", "writer"] }])),
  everyone: [],
  constraints: {},
  guarded: false,
});

/**
 * Interrupts long work at moments of chance; work that was done by then is begun again, and interrupted earlier.
 * @param users each is assigned two roles, so there are three times as many changes
 */
export async function interruptions(users: number, moments: number, chance: Chance): Promise<Interrupted[]> {
  const folder = mkdtempSync(join(tmpdir(), "rbac-signals-"));
  const path = (name: string) => join(folder, name);
  const [db, fresh, stored] = [path("rbac.db"), path("fresh.db"), path("stored.db")];
  const [all, less, record, backup] = [path("all.json"), path("less.json"), path("record"), path("backup")];
  writeFileSync(all, JSON.stringify(policyOf(users)));
  writeFileSync(less, JSON.stringify(policyOf(Math.floor(users / 2))));
  const run = async (...argv: string[]): Promise<number> => {
    const { status, ran } = await signalled(argv, stored, "SIGINT", 2 ** 30);
    if (status !== 0) throw new Error(`${argv.join(" ")} ends with ${status}`);
    return ran;
  };
  const took = await run("seed", less, "--quiet");
  await run("seed", all, "--quiet");
  await run("db", "backup", backup);
  await run("audit", "export", "--out", record);
  const before = await stateOf(stored);
  const work: readonly (readonly [what: string, argv: readonly string[], at?: string])[] = [
    ["a seed of a new database", ["seed", all], fresh],
    ["a seed that removes", ["seed", less, "--prune", "--yes"]],
    ["an undo", ["undo", "2", "--yes"]],
    ["a restore of a backup", ["db", "restore", backup, "--yes"]],
    ["a restore of a record", ["db", "restore", record, "--yes"]],
    ["a restore of a snapshot", ["db", "restore", all, "--yes"]],
    ["a verification", ["audit", "verify"]],
    ["a verification of a record", ["audit", "verify", record]],
    ["a comparison", ["diff", all]],
    ["a test", ["test", all, "--live"]],
    ["a matrix", ["matrix", "--users", "--format", "csv"]],
    ["a backup", ["db", "backup", path("out")]],
    ["an export", ["export", "--format", "ndjson", "--out", path("out")]],
    ["an export of the record", ["audit", "export", "--out", path("out")]],
  ];
  const found: Interrupted[] = [];
  for (const [what, argv, at = db] of work) {
    let longest = took * 4;
    for (let moment = 0; moment < moments; moment++) {
      const signal = chance.pick(["SIGINT", "SIGTERM"] as const);
      for (let attempt = 1; ; attempt++) {
        for (const name of readdirSync(folder)) if (/^(rbac|fresh|out)/.test(name)) rmSync(path(name));
        copyFileSync(stored, db);
        const ended = await signalled(argv, at, signal, (longest * chance.below(1000)) / 1000);
        if (ended.status === 0) longest = Math.min(longest, ended.ran);
        const isDeaf = ended.status === 0 && ended.late > ended.ran / 3;
        if (ended.status === 0 && !isDeaf && attempt < MOST_ATTEMPTS) continue;
        const left = readdirSync(folder).filter((name) => /^(fresh|out|rbac\.db\.before)/.test(name));
        const faults = [
          ...(ended.status === ENDINGS[signal] ? [] : [`${signal}: ${ended.status}`]),
          ...((await stateOf(db)) === before ? [] : ["the database is changed"]),
          ...left,
        ];
        found.push({ what, faults, ...ended });
        break;
      }
    }
  }
  rmSync(folder, { recursive: true });
  return found;
}
