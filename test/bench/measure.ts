/**
 * How everything is measured: processor time (user and system, of all threads), medians, and whole processes with what
 * they used.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Question } from "../../src/policy/evaluate/decide.ts";

export const ROOT = join(import.meta.dirname, "../..");

const module = (path: string) => import(pathToFileURL(join(ROOT, path)).href);

/** The library as it is published. */
export const published = (): Promise<typeof import("../../src/index.ts")> => module("dist/index.js");

/**
 * A file of src as `npm run bench` compiles it: what runs the sources from here adds to every function that they make.
 */
export const compiledFrom = (path: string) => module(`coverage/library/${path.replace(/ts$/, "js")}`);

/** Seconds of processor time that something takes. */
export async function timed(act: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** The most memory that this process had at once, in megabytes. */
export const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

export interface Asked {
  readonly question: Question;
  readonly allowed: boolean;
}

/**
 * The same in short: who, what, and the answer. Rounds of whole questions would leave behind more than an engine takes.
 */
export type Brief = readonly [user: string, permission: string, allowed: boolean];

/** A question's answer; some only promise it. */
export type Ask = (user: string, permission: string) => boolean | Promise<boolean>;

/**
 * Decisions a second in the median of the rounds that fit into some seconds; where not one fits, of as much of it as
 * did. Each round has its questions fresh from JSON, as from a file or a request. @throws where an answer is wrong.
 */
export async function rateOf(ask: Ask, questions: readonly Brief[], seconds = 3): Promise<number> {
  const text = JSON.stringify(questions);
  const end = performance.now() + seconds * 1000;
  const rates: number[] = [];
  for (;;) {
    const fresh: Brief[] = JSON.parse(text);
    let [asked, wrong, look] = [0, 0, 1];
    const took = await timed(async () => {
      for (const [user, permission, allowed] of fresh) {
        const answer = ask(user, permission);
        if ((typeof answer === "boolean" ? answer : await answer) !== allowed) wrong += 1;
        asked += 1;
        if (asked < look) continue; // Looking at the clock costs a part of a decision.
        if (performance.now() > end) break;
        look = asked + Math.max(1, asked >> 6);
      }
    });
    if (wrong > 0) throw new Error(`${wrong} of ${asked} answers are wrong`);
    if (asked === fresh.length || rates.length === 0) rates.push(asked / took);
    if (performance.now() > end) return median(rates);
  }
}

export interface Used {
  /** Seconds of processor time, start to end. */
  readonly seconds: number;
  /** Megabytes at most. */
  readonly memory: number;
}

/** One Node process to its end, and what it used. @throws where its exit code is none of those expected. */
export function processUse(
  argv: readonly string[],
  expected: readonly number[] = [0],
  out: number | "ignore" = "ignore",
): Used {
  const { status, stderr, output, error } = spawnSync(
    process.execPath,
    ["--require", join(import.meta.dirname, "usage.cjs"), ...argv],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", out, "pipe", "pipe"] },
  );
  if (error || !expected.includes(status ?? -1))
    throw new Error(`${argv.join(" ")}: exit ${status}: ${error ?? stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(String(output[3])) as NodeJS.ResourceUsage;
  return { seconds: (userCPUTime + systemCPUTime) / 1e6, memory: Math.round(maxRSS / 1024) };
}
