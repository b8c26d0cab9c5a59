/**
 * What conditions cost a compiled policy: `npx tsx test/bench/compiled-conditions.ts [FOLDER]`. FOLDER is another
 * checkout, beside which a policy without conditions is measured, in turns; only that ratio means something from one
 * machine, or day, to another. Then ten thousand conditional grants lie among two hundred thousand,
 * on few permissions or on one.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CompiledPolicy } from "../../src/policy/compiled/compiled-policy.ts";
import type { Given } from "../../src/policy/conditions/given.ts";
import type { Question } from "../../src/policy/evaluate/decide.ts";
import { conditionalRow } from "../../src/policy/model/conditional-digest.ts";
import type { AnyRow, Kind } from "../../src/policy/model/rows.ts";
import { chanceOf } from "../support/store/random-databases.ts";
import { BenchPolicy } from "./policy.ts";

const SIZE = { users: 100_000, roles: 10_000, permissions: 100_000, assignments: 300_000 };
const QUESTIONS = 100_000;
const ROUNDS = 15;
const PAIRS = 15;
const CONDITIONALS = 10_000;

const policy = new BenchPolicy(SIZE);
const questions = [...policy.questions(QUESTIONS)].map(({ question }) => question);

async function compiledBy(folder: string, more: Iterable<readonly [Kind, AnyRow]> = []): Promise<CompiledPolicy> {
  const path = pathToFileURL(join(folder, "src/policy/compiled/compiled-policy.ts")).href;
  const module = (await import(path)) as { readonly CompiledPolicy: typeof CompiledPolicy };
  const compiled = new module.CompiledPolicy({ people: true });
  for (const [kind, row] of policy.rows()) compiled.add(kind, row);
  for (const [kind, row] of more) compiled.add(kind, row);
  return compiled;
}

/** Microseconds of processor time for each question. */
function costOf(compiled: CompiledPolicy, asked: readonly Question[]): number {
  const begun = process.cpuUsage();
  for (const question of asked) compiled.answer(question);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / asked.length;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The least of some rounds, in a process of its own: two builds in one process disturb each other's compiled code. */
function costInProcess(folder: string): number {
  const how = ["--import", "tsx", import.meta.filename, "--of", folder];
  return Number(execFileSync(process.execPath, how, { encoding: "utf8" }));
}

/** Pairs in turns, so that what slows the machine down slows both. */
function compareWith(folder: string): void {
  const here = join(import.meta.dirname, "../..");
  const pairs: [number, number][] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [first, second] = pair % 2 === 0 ? [here, folder] : [folder, here];
    const [one, other] = [costInProcess(first), costInProcess(second)];
    pairs.push(pair % 2 === 0 ? [one, other] : [other, one]);
  }
  const [mine, its] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
  say(`without conditions: ${median(mine).toFixed(2)} µs, there ${median(its).toFixed(2)} µs`);
  say(`  ratio ${median(pairs.map(([one, other]) => one / other)).toFixed(3)} of ${PAIRS} pairs`);
  say(`  ratio ${(Math.min(...mine) / Math.min(...its)).toFixed(3)} of the best`);
}

async function sayCostOf(folder: string): Promise<void> {
  const compiled = await compiledBy(folder);
  say(`${Math.min(...Array.from({ length: ROUNDS }, () => costOf(compiled, questions)))}`);
}

/** One of the first permissions of the policy. */
const hotPermission = (at: number): string => `res${Math.floor(at / 5)}:${ACTIONS[at % 5]}`;
const ACTIONS = ["read", "list", "create", "update", "delete"];

/** A conditional grant of each role on one of the first permissions; one in ten denies. */
function* conditionals(permissions: number): Iterable<readonly [Kind, AnyRow]> {
  const chance = chanceOf(7);
  for (let at = 0; at < CONDITIONALS; at++) {
    const permission = hotPermission(at % permissions);
    const isDeny = chance.below(10) === 0;
    const grant = {
      role: `role${at % SIZE.roles}`,
      effect: isDeny ? "deny" : "allow",
      permission,
      scope: null,
    } as const;
    const when = isDeny
      ? `resource.level < ${-at} && resource.status == "gone"`
      : `resource.status == "s${at}" && resource.level > ${at % 7}`;
    yield ["conditional", { ...conditionalRow(grant, { but: [], when }) }];
  }
}

async function withConditions(permissions: number): Promise<void> {
  const compiled = await compiledBy(join(import.meta.dirname, "../.."), conditionals(permissions));
  const chance = chanceOf(9);
  const asked = questions.map((question, at): Question => {
    const permission = hotPermission(at % permissions);
    const resource = { status: `s${chance.below(CONDITIONALS)}`, level: chance.below(9), published: true };
    const given: Given = { resource, subject: { team: "red" }, context: { mfa: true } };
    return { ...question, permission, given };
  });
  const first = costOf(compiled, asked);
  const again = median(Array.from({ length: 7 }, () => costOf(compiled, asked)));
  const unknown = asked.map(({ given: _, ...question }): Question => question);
  const open = median(Array.from({ length: 5 }, () => costOf(compiled, unknown.slice(0, 20_000))));
  const waiting = unknown.filter((question) => compiled.answer(question).reason === "condition").length;
  say(`${CONDITIONALS} conditional grants on ${permissions} permissions: ${again.toFixed(2)} µs`);
  say(`  asked first ${first.toFixed(2)} µs; with nothing given ${open.toFixed(2)} µs`);
  say(`  ${Math.round((waiting / asked.length) * 100)} % wait for attributes then`);
}

const [first, second] = process.argv.slice(2);
if (first === "--of" && second !== undefined) await sayCostOf(second);
else {
  if (first !== undefined) compareWith(first);
  for (const permissions of [50, 5, 1]) await withConditions(permissions);
}
