/**
 * What conditions cost a compiled policy: `npx tsx test/bench/compiled-conditions.ts [FOLDER]`. FOLDER is another
 * checkout, beside which a policy without conditions is measured, in turns; only that ratio means something from one
 * machine, or day, to another. Then ten thousand conditional grants lie among two hundred thousand,
 * on few permissions or on one.
 */
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

/** Pairs in turns, so that what slows the machine down slows both. */
async function compareWith(folder: string): Promise<void> {
  const [ours, theirs] = [await compiledBy(join(import.meta.dirname, "../..")), await compiledBy(folder)];
  const pairs: [number, number][] = [];
  for (let round = 0; round < ROUNDS + 3; round++) {
    const first = round % 2 === 0;
    const one = costOf(first ? ours : theirs, questions);
    const other = costOf(first ? theirs : ours, questions);
    if (round >= 3) pairs.push(first ? [one, other] : [other, one]);
  }
  const ratio = median(pairs.map(([one, other]) => one / other));
  const [mine, its] = [median(pairs.map(([one]) => one)), median(pairs.map(([, other]) => other))];
  say(`without conditions: ${mine.toFixed(2)} µs, there ${its.toFixed(2)} µs`);
  say(`  ratio ${ratio.toFixed(3)} of ${ROUNDS} pairs`);
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

const folder = process.argv[2];
if (folder !== undefined) await compareWith(folder);
for (const permissions of [50, 5, 1]) await withConditions(permissions);
