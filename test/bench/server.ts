/**
 * What a policy on a server costs beside the same one in a file:
 * `npx tsx test/bench/server.ts [--size L] [--databases FOLDER] [--url URL]`. Makes the database, starts a private
 * server and copies it there, unless --url names a schema that holds that copy already. Every answer is checked, and
 * rates are by the clock: what a server takes is not this process's.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { open } from "../../src/index.ts";
import { copyDatabase } from "../../src/store/create-or-replace.ts";
import { Server } from "../support/postgres/server.ts";
import { databaseAt, makeDatabase, type SizeName } from "./databases.ts";
import { type Ask, type Asked, median, processUse, ROOT } from "./measure.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const { values: flags } = parseArgs({
  options: { size: { type: "string", default: "L" }, databases: { type: "string" }, url: { type: "string" } },
});
const size = flags.size as SizeName;
const folder = flags.databases ?? mkdtempSync(join(tmpdir(), "rbac-bench-"));
if (flags.databases === undefined) process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const tell = (line: string) => process.stdout.write(`${line}\n`);

await makeDatabase(folder, size);
const file = databaseAt(folder, size);
const server = flags.url === undefined ? await Server.start(["shared_buffers=512MB"]) : undefined;
const url = flags.url ?? server?.url() ?? "";
if (server) {
  const { seconds, result } = await clocked(() => copyDatabase(file, url, undefined));
  tell(`db copy of ${size} to the server, verified: ${seconds.toFixed(0)} s, head ${result.head.slice(0, 24)}…`);
}
const asked: Asked[] = [...new BenchPolicy(SIZES[size]).questions(20_000)];

tell(await cold());
for (const line of await rates()) tell(line);
await server?.stop();

async function clocked<T>(act: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await act();
  return { seconds: (performance.now() - began) / 1000, result };
}

/** `rbac can` as whole processes, file and server in turns: by the clock, and by the processor time of the process. */
async function cold(): Promise<string> {
  const run = join(ROOT, "bin/run.js");
  const clock: number[] = [];
  const processor: number[] = [];
  for (const [turn, { question, allowed }] of asked.slice(0, 31).entries()) {
    const use = async (db: string) => {
      process.env.RBAC_DB = db; // A password never stands on the line.
      const argv = [run, "can", String(question.user), question.permission];
      const { seconds, result } = await clocked(async () => processUse(argv, [allowed ? 0 : 1]));
      return [seconds, result.seconds] as const;
    };
    const [[here, own], [there, other]] = [await use(file), await use(url)];
    if (turn === 0) continue; // The first run is the one that compiles.
    clock.push(there / here);
    processor.push(other / own);
  }
  return `rbac can, server / file: ${median(clock).toFixed(2)} by the clock, ${median(processor).toFixed(2)} by the processor (30 pairs, median)`;
}

/** Questions a second that are answered while so many are always under way. @throws where an answer is wrong. */
async function rate(ask: Ask, under: number, seconds = 5): Promise<string> {
  const end = performance.now() + seconds * 1000;
  let [count, wrong] = [0, 0];
  const asker = async (first: number) => {
    for (let at = first; performance.now() < end; at += under) {
      const { question, allowed } = asked[at % asked.length] as Asked;
      if ((await ask(String(question.user), question.permission)) !== allowed) wrong += 1;
      count += 1;
    }
  };
  const { seconds: took } = await clocked(() => Promise.all(Array.from({ length: under }, (_, at) => asker(at))));
  if (wrong > 0) throw new Error(`${wrong} of ${count} answers are wrong`);
  return `${Math.round(count / took).toLocaleString("en")} a second with ${under} under way`;
}

async function rates(): Promise<string[]> {
  const lines: string[] = [];
  const rbac = await open(url, { actor: "bench", mode: "read" });
  const plain: Ask = async (user, permission) => (await rbac.can(user, permission)).allowed;
  for (const under of [1, 32, 256]) lines.push(`library, no cache, one connection: ${await rate(plain, under)}`);
  for (const assignments of ["demand", "memory"] as const) {
    const { seconds, result: compiled } = await clocked(() => rbac.compile({ assignments }));
    const ask: Ask = async (user, permission) => (await compiled.can(user, permission)).allowed;
    lines.push(
      `library, structure in memory, assignments ${assignments === "demand" ? "read with each look" : "too"}: ready in ${seconds.toFixed(1)} s`,
    );
    for (const under of [1, 64, 1024]) lines.push(`  ${await rate(ask, under)}`);
    await compiled.close();
  }
  await rbac.close();
  return lines;
}
