/**
 * How long the built program takes to start, beside Node itself: whole processes, in turns, on a database that is
 * there. `npx tsx test/bench/startup.ts [RUNS] [FOLDER]` after a build; FOLDER is of another installed rbac. To measure
 * another Node, run it by that: `NODE --import tsx test/bench/startup.ts`. Only the ratios mean something from one
 * machine, or day, to another.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const runs = Math.max(40, Number(process.argv[2] ?? 40));
const program = join(process.argv[3] ?? join(import.meta.dirname, "../.."), "bin/run.js");
const folder = mkdtempSync(join(tmpdir(), "rbac-bench-"));
const env = { ...process.env, RBAC_DB: join(folder, "rbac.db"), XDG_CACHE_HOME: folder };

const CASES: Readonly<Record<string, readonly string[]>> = {
  "node -e 0": ["-e", "0"],
  "rbac --version": [program, "--version"],
  "rbac can": [program, "can", "alice", "posts:publish"],
};

/** One process to its end, in milliseconds. @throws where it did not end well. */
function timed(argv: readonly string[]): number {
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, argv, { env, stdio: ["ignore", "pipe", "pipe"] });
  const took = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0) throw new Error(`${argv.join(" ")}: exit ${status}: ${stderr}`);
  return took;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

try {
  timed([program, "seed", "--quiet"]);
  timed([program, "assign", "alice", "editor", "--quiet"]);
  for (const argv of Object.values(CASES)) timed(argv); // The first run is the one that compiles.
  const taken = new Map(Object.keys(CASES).map((name): [string, number[]] => [name, []]));
  for (let turn = 0; turn < runs; turn++)
    for (const [name, argv] of Object.entries(CASES)) taken.get(name)?.push(timed(argv));
  const node = taken.get("node -e 0") ?? [];
  for (const [name, times] of taken) {
    // Of each pair by itself: what slows the machine down for a while slows both.
    const ratio = median(times.map((time, turn) => time / (node[turn] ?? Number.NaN)));
    const over = median(times.map((time, turn) => time - (node[turn] ?? Number.NaN)));
    const whole = `${name.padEnd(16)} ${median(times).toFixed(1).padStart(7)} ms  ${ratio.toFixed(2)} x node`;
    process.stdout.write(`${whole}  ${over.toFixed(1).padStart(6)} ms over it\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
