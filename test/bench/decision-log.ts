/**
 * What a log of decisions costs: `npx tsx test/bench/decision-log.ts`. The same questions to two handles in turns, with
 * and without a log, so that what slows the machine down slows both: processor time for each question, the least of
 * some rounds, and their ratio. The bound is 2.5.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Compiled, type CompiledCanOptions, create, type DecisionLogOptions } from "../../src/index.ts";

const QUESTIONS = 20_000;
const ROUNDS = 15;
const [USERS, ROLES] = [500, 50];

const folder = mkdtempSync(join(tmpdir(), "rbac-bench-"));
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const policy = {
  rbac: 1,
  permissions: ["posts:read", ...numbers(ROLES).map((at) => `posts:p${at}`)],
  roles: Object.fromEntries(numbers(ROLES).map((at) => [`r${at}`, { grants: [`posts:p${at}`, "posts:read"] }])),
  users: Object.fromEntries(numbers(USERS).map((at) => [`u${at}`, { roles: [`r${at % ROLES}`] }])),
};

async function handle(name: string, log?: Omit<DecisionLogOptions, "file">) {
  const decisions = log && { decisions: { file: join(folder, `${name}.ndjson`), ...log } };
  const rbac = await create(join(folder, `${name}.db`), { actor: "bench", ...decisions });
  await rbac.seed(policy);
  return { rbac, compiled: await rbac.compile() };
}

/** Microseconds of processor time for each question. */
async function costOf(compiled: Compiled, how: () => CompiledCanOptions | undefined): Promise<number> {
  const begun = process.cpuUsage();
  for (let at = 0; at < QUESTIONS; at++) await compiled.can(`u${at % USERS}`, `posts:p${at % ROLES}`, how());
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / QUESTIONS;
}

const handles = [await handle("without"), await handle("all", {}), await handle("sample", { only: { sample: 0.01 } })];
const kinds: Readonly<Record<string, () => CompiledCanOptions | undefined>> = {
  "without options": () => undefined,
  "on a scope": () => ({ on: "acme/x" }),
  "with given": () => ({ given: { resource: { status: "draft", size: 3 } } }),
};
for (const [kind, how] of Object.entries(kinds)) {
  const least = handles.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, { compiled }] of handles.entries())
      least[at] = Math.min(least[at] as number, await costOf(compiled, how));
  const [without = 0, all = 0, sample = 0] = least;
  const said = [without, all, sample].map((cost) => cost.toFixed(2)).join(", ");
  const ratios = `${(all / without).toFixed(2)} and ${(sample / without).toFixed(2)}`;
  process.stdout.write(`${kind}: ${said} µs without, with a log, with one in a hundred: ratio ${ratios}\n`);
}
const dropped = handles.map(({ rbac }) => rbac.decisions?.dropped ?? 0);
process.stdout.write(`dropped: ${dropped.join(", ")}\n`);
for (const { rbac } of handles) await rbac.close();
rmSync(folder, { recursive: true });
