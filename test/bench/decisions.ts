/**
 * How fast decisions are, by processor time: `npx tsx test/bench/decisions.ts [S|M|L…] [--db FOLDER]`. Every answer is held against the
 * generator's. With a folder, databases are kept there as bench-SIZE.db and used again; L takes minutes to make.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../src/database.ts";
import { open } from "../../src/index.ts";
import { addedRow, type Change } from "../../src/policy/change.ts";
import { CompiledPolicy } from "../../src/policy/compiled.ts";
import type { Question } from "../../src/policy/decide.ts";
import { minute, stampAt } from "../record/tools.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const tell = (line: string) => process.stdout.write(`${line}\n`);
const megabytes = () => `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most so far`;

/** Seconds of processor time that something takes. */
async function timed(act: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** The best of some rounds, for whatever else runs on the machine only slows it. */
async function rate(what: string, count: number, round: () => Promise<number> | number): Promise<void> {
  const rates: number[] = [];
  for (let at = 0; at < 5; at++) {
    let wrong = 0;
    const took = await timed(async () => {
      wrong = await round();
    });
    rates.push(count / took);
    if (wrong > 0) throw new Error(`${what}: ${wrong} answers are wrong`);
  }
  tell(
    `${what}: ${Math.round(Math.max(...rates))} a second at best, ${Math.round(median(rates))} in the median; ${megabytes()}`,
  );
}

async function made(policy: BenchPolicy, path: string): Promise<void> {
  const slice = { users: [], roles: "all", grants: "none", permissions: "all" } as const;
  await Database.create(path, minute(0), async (database) => {
    let changes: Change[] = [];
    const flush = async () => {
      const decided = changes;
      changes = [];
      await database.change(stampAt(minute(0)), { slice, decide: () => decided }, { allowConfusable: true });
    };
    for (const [kind, row] of policy.rows()) {
      if (changes.length >= 200_000 && kind !== "assignment") await flush();
      changes.push(addedRow(kind, row));
    }
    await flush();
  });
}

interface Asked {
  readonly question: Question;
  readonly allowed: boolean;
}

/** Decisions in memory, each part of the questions as fresh from its JSON as in a batch; reading it is not counted. */
async function inMemory(name: string, policy: BenchPolicy, lines: readonly string[]): Promise<void> {
  const compiled = new CompiledPolicy({ people: true });
  for (const [kind, row] of policy.rows()) compiled.add(kind, row);
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    let took = 0;
    for (let at = 0; at < lines.length; at += 1000) {
      const part = lines.slice(at, at + 1000).map((line) => JSON.parse(line) as Asked);
      let wrong = 0;
      took += await timed(() => {
        for (const { question, allowed } of part) if (compiled.answer(question).allowed !== allowed) wrong += 1;
      });
      if (wrong > 0) throw new Error(`${wrong} answers are wrong`);
    }
    rates.push(lines.length / took);
  }
  const [best, usual] = [Math.max(...rates), median(rates)].map(Math.round);
  tell(`${name} decisions in memory: ${best} a second at best, ${usual} in the median; ${megabytes()}`);
}

async function live(name: string, path: string, asked: readonly Asked[]): Promise<void> {
  const rbac = await open(path, { actor: "bench", mode: "read" });
  for (const assignments of ["demand", "memory"] as const) {
    const began = await timed(async () => (await rbac.compile({ assignments })).close());
    tell(`${name} compiled, assignments in ${assignments}: ${began.toFixed(2)} s; ${megabytes()}`);
    const index = await rbac.compile({ assignments });
    await rate(`${name} library, assignments in ${assignments}`, asked.length, async () => {
      let wrong = 0;
      for (const { question, allowed } of asked)
        if ((await index.can(question.user ?? "", question.permission)).allowed !== allowed) wrong += 1;
      return wrong;
    });
    const first = await timed(() => index.permissions(asked[0]?.question.user ?? ""));
    const times: number[] = [];
    for (const { question, allowed } of asked.slice(0, 300)) {
      const took = await timed(async () => {
        const rows = await index.permissions(question.user ?? "");
        if (rows.some((row) => row.permission === question.permission) !== allowed) throw new Error("rows are wrong");
      });
      times.push(took * 1000);
    }
    const told = `${median(times).toFixed(2)} ms in the median, ${(first * 1000).toFixed(0)} ms the first`;
    tell(`${name} library, permissions, assignments in ${assignments}: ${told}; ${megabytes()}`);
    await index.close();
  }
  await rbac.close();
}

async function lists(name: string, policy: BenchPolicy, path: string, asked: readonly Asked[]): Promise<void> {
  const database = await Database.open(path, "read");
  const each = async (what: string, ask: (one: Asked) => Promise<void>) => {
    const times: number[] = [];
    for (const one of asked.slice(0, 30)) times.push(await timed(() => ask(one)));
    tell(`${name} ${what}: ${(median(times) * 1000).toFixed(2)} ms in the median`);
  };
  await each("can", async ({ question, allowed }) => {
    if ((await database.can([question])).decisions[0]?.allowed !== allowed) throw new Error("can is wrong");
  });
  await each("why", async ({ question, allowed }) => {
    if ((await database.why(question)).decision.allowed !== allowed) throw new Error("why is wrong");
  });
  await each("permissions", async ({ question, allowed }) => {
    const { permissions } = await database.permissions(question);
    if (permissions.some((row) => row.permission === question.permission) !== allowed)
      throw new Error("permissions is wrong");
  });
  await each("who-can", async ({ question, allowed }) => {
    const { users } = await database.whoCan(question.permission, question.at);
    if (users.some(({ user }) => user === question.user) !== allowed) throw new Error("who-can is wrong");
  });
  for (const { question } of asked.slice(0, 3)) {
    const { users } = await database.whoCan(question.permission, question.at);
    if (users.length !== policy.holders(question.permission)) throw new Error("who-can counts wrong");
  }
  await database.close();
}

const [, , ...words] = process.argv;
const given = words.includes("--db") ? words[words.indexOf("--db") + 1] : undefined;
const folder = given ?? mkdtempSync(join(tmpdir(), "rbac-bench-"));
if (given === undefined) process.on("exit", () => rmSync(folder, { recursive: true }));
for (const name of ["S", "M", "L"] as const) {
  if (!words.includes(name)) continue;
  const policy = new BenchPolicy(SIZES[name]);
  const path = join(folder, `bench-${name}.db`);
  if (!existsSync(path)) tell(`${name} made: ${(await timed(() => made(policy, path))).toFixed(1)} s`);
  const asked = [...policy.questions(50_000)];
  await live(name, path, asked);
  await lists(name, policy, path, asked);
  await inMemory(
    name,
    policy,
    [...policy.questions(200_000)].map((one) => JSON.stringify(one)),
  );
}
