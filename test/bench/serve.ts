/**
 * What a decision over HTTP costs beside a bare server that parses the same body, on the policy of 100,000 users: each
 * in a process of its own, in turns, loaded from this one. `npm run build && npx tsx test/bench/serve.ts`, with
 * `--rounds 20`, `--connections 10`, and `--databases FOLDER` to keep the database.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../support/root.ts";
import { atRate, inTurns, type LoadAnswer, LoadLine, requestBytes } from "../support/service/load.ts";
import { processorTime, type ServeProcess, serving, started } from "../support/service/serve-process.ts";
import { databaseAt, makeDatabase, questionsFor } from "./databases.ts";
import { type Brief, median } from "./measure.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    connections: { type: "string", default: "10" },
    databases: { type: "string" },
  },
});
const ROUNDS = Number(flags.rounds);
/** Requests of one measurement: seconds of the processor are told by hundredths. */
const REQUESTS = 6000;
const BATCHES = 1500;
const BATCH = 50;
/** So many ask at once, each the next question after an answer: those that come together share a look at the database. */
const LINES = Number(flags.connections);
/** How long the half load lasts, in seconds. */
const SECONDS = 10;

const own = mkdtempSync(join(tmpdir(), "rbac-bench-"));
process.on("exit", () => rmSync(own, { recursive: true, force: true }));
const folder = flags.databases ?? own;
await makeDatabase(folder, "M");
const db = databaseAt(folder, "M");
const questions = questionsFor(folder, "M");

const evaluationOf = ([user, permission]: Brief): object => ({
  subject: { type: "user", id: user },
  action: { name: permission },
  resource: { type: permission.split(":")[0], id: "42" },
});

interface Load {
  readonly path: string;
  readonly bodies: readonly string[];
  /** How many decisions that say yes each answer has. */
  readonly yes: readonly number[];
}

const SINGLE: Load = {
  path: "/access/v1/evaluation",
  bodies: questions.slice(0, REQUESTS).map((one) => JSON.stringify(evaluationOf(one))),
  yes: questions.slice(0, REQUESTS).map(([, , allowed]) => Number(allowed)),
};

const groups = Array.from({ length: BATCHES }, (_, at) =>
  Array.from({ length: BATCH }, (_, place) => questions[(at * BATCH + place) % questions.length] as Brief),
);
const MANY: Load = {
  path: "/access/v1/evaluations",
  bodies: groups.map((group) => JSON.stringify({ evaluations: group.map(evaluationOf) })),
  yes: groups.map((group) => group.filter(([, , allowed]) => allowed).length),
};

const bytesOf = ({ path, bodies }: Load, headers = {}): Buffer[] =>
  bodies.map((body) => requestBytes({ path, body, headers }));

/** @throws for an answer that is wrong */
const judging = ({ yes }: Load) => {
  const judge = ({ status, body }: LoadAnswer, at: number): void => {
    const found = body.split('"decision":true').length - 1;
    if (status !== 200 || found !== yes[at]) throw new Error(`request ${at}: ${status} ${body.slice(0, 200)}`);
  };
  return judge;
};

interface Cost {
  /** Microseconds a request: of the server's processors, and of the clock. */
  readonly processor: number;
  readonly clock: number;
}

async function costOf(
  { port, pid }: ServeProcess,
  requests: readonly Buffer[],
  check: (a: LoadAnswer, at: number) => void,
) {
  const lines = Array.from({ length: LINES }, () => new LoadLine(port));
  const [before, begun] = [processorTime(pid), performance.now()];
  await inTurns(lines, requests, check);
  const [after, ended] = [processorTime(pid), performance.now()];
  for (const line of lines) line.close();
  const each = 1e6 / requests.length;
  return { processor: (after - before) * each, clock: ((ended - begun) / 1000) * each } satisfies Cost;
}

const bare = await started([join(import.meta.dirname, "bare-server.cjs")]);
const service = await serving(db);

/** A key of somebody who may read, where this build has keys. */
function keyOf(): string | undefined {
  const rbac = (...words: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "bin/run.js"), ...words, "--db", db, "--actor", "bench", "--json"], {
      encoding: "utf8",
    });
  rbac("permission", "create", "rbac:read");
  rbac("role", "create", "bench-reader");
  rbac("grant", "bench-reader", "rbac:read");
  rbac("assign", "user1", "bench-reader");
  const { status, stdout, stderr } = rbac("api-key", "create", "--principal", "user1");
  if (status === 0) return (JSON.parse(stdout) as { readonly key?: string }).key;
  process.stdout.write(`no key was made: ${stderr.trim().split("\n")[0]}\n`);
  return undefined;
}

const shown = (value: number, digits = 2) => value.toFixed(digits).padStart(7);
let isCrossed = false;

/** Measures one against the other, in turns, and holds the ratio against its bar. */
async function beside(what: string, load: Load, bar: number, headers = {}): Promise<void> {
  const [ours, theirs] = [bytesOf(load, headers), bytesOf(load)];
  const costs: { readonly bare: Cost; readonly service: Cost }[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const measures = {
      bare: () => costOf(bare, theirs, () => {}),
      service: () => costOf(service, ours, judging(load)),
    };
    const first = round % 2 === 0 ? "bare" : "service";
    const one = await measures[first]();
    const other = await measures[first === "bare" ? "service" : "bare"]();
    // V8 has compiled nothing in the first rounds.
    if (round >= 0) costs.push(first === "bare" ? { bare: one, service: other } : { bare: other, service: one });
  }
  const of = (pick: (one: (typeof costs)[number]) => number) => median(costs.map(pick));
  const ratio = of((one) => one.service.processor / one.bare.processor);
  const clock = of((one) => one.service.clock / one.bare.clock);
  if (Math.min(ratio, clock) > bar) isCrossed = true;
  const figures = [of((one) => one.bare.processor), of((one) => one.service.processor)].map((us) => shown(us, 1));
  process.stdout.write(
    `${what.padEnd(22)} bare ${figures[0]} µs, serve ${figures[1]} µs of processor: ${shown(ratio)} times; by the clock ${shown(clock)} times (bar ${bar})\n`,
  );
}

await beside("one evaluation", SINGLE, 1.8);
await beside(`${BATCH} evaluations`, MANY, 4);
const key = keyOf();
if (key !== undefined) await beside("one, with a key", SINGLE, 1.8, { authorization: `Bearer ${key}` });

// So many as it can answer, and then half of that.
const requests = bytesOf(SINGLE);
const rates: number[] = [];
for (let round = 0; round < 3; round++) rates.push(1e6 / (await costOf(service, requests, judging(SINGLE))).clock);
const rate = median(rates) / 2;
const many = Array.from({ length: Math.round(rate * SECONDS) }, (_, at) => requests[at % requests.length] as Buffer);
const judge = judging(SINGLE);
const lines = Array.from({ length: 32 }, () => new LoadLine(service.port));
const took = await atRate(lines, many, rate, (answer, at) => judge(answer, at % requests.length));
for (const line of lines) line.close();
const p99 = took[Math.floor(took.length * 0.99)] ?? Number.NaN;
if (!(p99 <= 5)) isCrossed = true;
process.stdout.write(
  `half load: ${Math.round(rate)} a second for ${SECONDS} s, median ${shown(median(took))} ms, p99 ${shown(p99)} ms (bar 5)\n`,
);
await Promise.all([bare.end(), service.end()]);
if (isCrossed) process.exitCode = 1;
