/** Real processes: started, killed at random moments, and what they acknowledged held against what is recorded. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Database } from "../../../src/database/database.ts";
import type { Entry } from "../../../src/policy/model/results.ts";
import { creating } from "../../../src/policy/mutations.ts";
import { ROOT } from "../root.ts";
import { type Chance, freshPath, minute, stampAt, verified } from "./random-databases.ts";

const WRITER = join(ROOT, "test/support/store/writer.mjs");
const DOOMED = join(ROOT, "test/support/store/doomed.mjs");
const RUN = join(ROOT, "bin/run.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was written to descriptor 3. */
  readonly aside: string;
}

const start = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
  spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, CI: "1", ...env },
  });

/** All that a process wrote, once it and its pipes have ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  const written = ["", "", "", ""];
  for (const [at, pipe] of child.stdio.entries()) {
    pipe?.on("data", (text: Buffer) => {
      written[at] += text.toString();
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      const [, stdout = "", stderr = "", aside = ""] = written;
      resolve({ code, signal, stdout, stderr, aside });
    });
  });
}

const run = (argv: readonly string[]): Promise<Ended> => ended(start(argv));
/** Starts a command line on a database; its URL may hold a password, which is never part of the line. */
export const started = (db: string, ...argv: string[]): ChildProcess => start([RUN, ...argv], { RBAC_DB: db });
export const rbac = (db: string, ...argv: string[]): Promise<Ended> => ended(started(db, ...argv));

/** Runs a command line that is killed at its n-th step; `aside` is how many there were, if it was not. */
export const doomed = (statement: number, ...argv: string[]): Promise<Ended> =>
  run([DOOMED, String(statement), ...argv]);

/** The same by a signal that it may hear. @returns what a shell says */
export async function interruptedAt(step: number, ...argv: string[]): Promise<Ended & { readonly status: number }> {
  const end = await ended(start([DOOMED, String(step), ...argv], { RBAC_TEST_SIGNAL: "SIGINT" }));
  return { ...end, status: end.code ?? (end.signal === "SIGINT" ? 130 : Number.NaN) };
}

/**
 * Starts a process that assigns the role to one new user after the other, and writes `REVISION USER` once it is
 * acknowledged.
 */
export const writing = (db: string, actor: string, times: number): ChildProcess =>
  start([WRITER, db, actor, String(times)]);

/** A database with nothing but the role that writers assign. */
export async function withReader(path = freshPath()): Promise<string> {
  await Database.create(path, minute(0), (database) =>
    database.change(stampAt(minute(0)), creating("role", "reader", {})),
  );
  return path;
}

/**
 * What is wrong, given the lines `REVISION USER` that writers acknowledged: each is recorded whole, and nothing is by
 * half.
 */
export async function faultsOf(path: string, acknowledged: readonly string[]): Promise<string[]> {
  const faults = (await verified(path)).faults.map(({ message }) => message);
  const entries = await recordIn(path);
  const kinds = new Map<string, string>();
  for (const { revision, change } of entries.slice(1)) {
    const who = "user" in change ? change.user : "";
    kinds.set(`${revision} ${who}`, `${kinds.get(`${revision} ${who}`) ?? ""}${change.kind} `);
  }
  const half = [...kinds].filter(([, written]) => written !== "user.add assignment.add ");
  const lost = acknowledged.filter((line) => !kinds.has(line));
  const gaps = entries.filter(({ seq }, at) => seq !== at + 1);
  const revisions = entries.at(-1)?.revision === kinds.size + 1 ? [] : ["a revision without its two entries"];
  return [...faults, ...revisions, ...half.map(String), ...lost.map((line) => `lost ${line}`), ...gaps.map(String)];
}

/** Every entry, oldest first, wherever the database lies. */
async function recordIn(path: string): Promise<Entry[]> {
  const database = await Database.open(path, "read");
  const entries: Entry[] = [];
  try {
    for await (const entry of database.record.all()) entries.push(entry);
  } finally {
    await database.close();
  }
  return entries;
}

const lines = (text: string): string[] => text.split("\n").filter((line) => /^\d+ \S+$/.test(line));

/** What a killed writer acknowledged: the last line may be cut. */
export const wholeLines = (stdout: string): string[] => lines(stdout.slice(0, stdout.lastIndexOf("\n") + 1));

/** Keeps four writers busy and kills one after the other at a random moment; returns what they acknowledged. */
export async function killWriters(path: string, kills: number, chance: Chance): Promise<string[]> {
  const acknowledged: string[] = [];
  let begun = 0;
  const slot = async () => {
    while (begun < kills) {
      begun += 1;
      const child = writing(path, `w${begun}`, 100_000);
      const end = ended(child);
      const first = new Promise((resolve) => child.stdout?.once("data", resolve));
      await Promise.race([first, end]);
      await wait(chance.below(40));
      child.kill("SIGKILL");
      const { stdout, signal, stderr } = await end;
      if (signal !== "SIGKILL") throw new Error(`a writer ended by itself: ${stderr}`);
      acknowledged.push(...wholeLines(stdout));
    }
  };
  await Promise.all([slot(), slot(), slot(), slot()]);
  return acknowledged;
}

/** Writers at once, each so many times through the library. */
export async function crowd(path: string, times: number, writers = 16): Promise<string[]> {
  const all = await Promise.all(Array.from({ length: writers }, (_, at) => ended(writing(path, `w${at}`, times))));
  return all.flatMap(({ code, stdout, stderr }) => (code === 0 ? lines(stdout) : [`exit ${code}: ${stderr}`]));
}

/** Sixteen at once, each so many times as a process of its own. */
export async function crowdOfCommands(path: string, times: number): Promise<string[]> {
  const slot = async (slot: number) => {
    const outcomes: string[] = [];
    for (let at = 0; at < times; at++) {
      const who = `c${slot}-${at}`;
      const { code, stdout, stderr } = await rbac(path, "assign", who, "reader", "--json", "--actor", "crowd");
      outcomes.push(
        code === 0 ? `${(JSON.parse(stdout) as { revision: number }).revision} ${who}` : `exit ${code}: ${stderr}`,
      );
    }
    return outcomes;
  };
  return (await Promise.all(Array.from({ length: 16 }, (_, at) => slot(at)))).flat();
}

/** Sixteen processes that seed one new database at once: their exit codes, then what is wrong with what they made. */
export async function race(
  path = freshPath(),
): Promise<{ codes: (number | null)[]; faults: readonly unknown[]; revision: number }> {
  const seed = join(ROOT, "seeds/blog.yaml");
  const all = await Promise.all(Array.from({ length: 16 }, () => rbac(path, "seed", seed)));
  const { faults, revision } = await verified(path);
  const refusals = all.filter(({ code }) => code !== 0).map(({ stderr }) => stderr);
  return { codes: all.map(({ code }) => code), faults: [...faults, ...refusals], revision };
}
