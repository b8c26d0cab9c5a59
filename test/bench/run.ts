/**
 * `npm run bench`: generates the policies, measures us and the peers in one run, and writes docs/performance.md.
 * `-- --large` runs the peers at L as well, `--databases FOLDER` keeps databases and uses them again.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NO_INTEROP, packageFolder } from "../support/interop.ts";
import { makeDatabase, type SizeName } from "./databases.ts";
import { ROOT } from "./measure.ts";
import { OURS } from "./ours.ts";
import { PEERS } from "./peers.ts";
import { batch, bulk, cold } from "./programs.ts";
import { type Outcome, report } from "./report.ts";

const NAMES = ["S", "M", "L"] as const;
/** Seconds to load in, by size; answering and the generator have as much again. */
const LIMITS = { S: 60, M: 60, L: 300 } as const satisfies Record<SizeName, number>;

const { values: flags } = parseArgs({
  options: { large: { type: "boolean", default: false }, databases: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "rbac-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const started = performance.now();
const tell = (line: string) =>
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
const load = () => (loadavg()[0] ?? 0).toFixed(1);

/** A file of this folder, in a process of its own. */
const script = (name: string, argv: readonly string[], seconds: number, env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, ["--import", "tsx", join(import.meta.dirname, name), ...argv], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: seconds * 1000,
    env: { ...process.env, ...env },
  });

/** What a script printed. @throws where it failed. */
function printed(name: string, argv: readonly string[] = []): string {
  const { status, stdout, stderr } = script(name, argv, 600);
  if (status !== 0) throw new Error(`${name} ${argv.join(" ")}: exit ${status}: ${stderr}`);
  return stdout;
}

/** Why a peer has no figures; a wrong answer of ours, or any other end of it, ends the run. */
function measured(name: string, size: SizeName, databases: string): Outcome {
  const limit = LIMITS[size];
  const { status, stdout, stderr, error } = script("engine.ts", [name, size, databases], 2 * limit);
  const lines = stdout.trim().split("\n").filter(Boolean);
  const figures: Omit<Outcome, "name" | "size"> = Object.assign({}, ...lines.map((line) => JSON.parse(line)));
  const outcome = { name, size, ...figures };
  if (status === 0) return outcome;
  if (OURS.some((own) => own.name === name)) throw new Error(`${name} at ${size}: ${stderr}`);
  const [said = ""] = /^\w*Error: .*$/m.exec(stderr) ?? [];
  if (/heap out of memory/.test(stderr)) return { ...outcome, failure: "out of memory" };
  if (error) return { ...outcome, failure: `no figure after ${2 * limit} s` };
  if (/answers are wrong/.test(said)) throw new Error(`${name} at ${size}: ${said}`);
  return { ...outcome, failure: said.slice(0, 80) || `exit ${status}` };
}

/** Loaded too late is reported as that, whatever it answered then. */
function withinLimit(outcome: Outcome): Outcome {
  const limit = LIMITS[outcome.size];
  if ((outcome.loading ?? 0) <= limit) return outcome;
  const { name, size, loading = 0 } = outcome;
  return { name, size, loading, failure: `not loaded after ${limit} s` };
}

function versionOf(peer: string): string {
  const at = packageFolder(peer);
  if (at === undefined) throw new Error(`there is no ${peer}: ${NO_INTEROP}`);
  return JSON.parse(readFileSync(join(at, "package.json"), "utf8")).version;
}

const began = load();
const versions = new Map(PEERS.map((peer) => [peer.name, versionOf(peer.package)]));
const databases = flags.databases ?? folder;
const outcomes: Outcome[] = [];
for (const size of NAMES) {
  await makeDatabase(databases, size);
  tell(`${size} is there`);
  for (const { name } of [...OURS, ...(size === "L" && !flags.large ? [] : PEERS)]) {
    const outcome = withinLimit(measured(name, size, databases));
    outcomes.push(outcome);
    tell(JSON.stringify(outcome));
  }
}
const lists = new Map(NAMES.map((size) => [size, JSON.parse(printed("lists.ts", [size, databases]))]));
tell("lists are measured");
const batches = new Map(NAMES.map((size) => [size, batch(databases, size, folder)]));
tell("batches are measured");
const startup = printed("startup.ts");
const starts = cold(databases, NAMES);
tell("starts are measured");
const inAndOut = bulk("M", folder);
tell("seeding and exporting are measured");
// Its exit code judges a ratio, which a busy machine may bend; here it is only reported.
const { stdout } = script("constraints.ts", [], 600, { RBAC_USERS: "100000", RBAC_SEED: "1" });
const constraints = stdout.split("\n").flatMap((line) => /\d s {2}(.* times)$/.exec(line)?.[1] ?? []);
if (constraints.length === 0) throw new Error("constraints.ts printed no figure");

const { model = "unknown" } = cpus()[0] ?? {};
const machine = [
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${process.platform} ${process.arch}`,
  `${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
  `load average of a minute: ${began} when the run began, ${load()} when it ended`,
];
writeFileSync(
  join(ROOT, "docs/performance.md"),
  report({
    machine,
    versions,
    outcomes,
    large: flags.large,
    limit: LIMITS.M,
    batches,
    lists,
    startup,
    cold: starts,
    bulk: inAndOut,
    constraints,
  }),
);
tell("docs/performance.md is written");
