/**
 * What a thousand questions by one call of `Compiled.all` cost, beside as many calls of `can` and `canSync`, on a file:
 * `npx tsx test/bench/compiled-all.ts`. The figures are microseconds of processor time a decision, the least of rounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Assignments, create } from "../../src/index.ts";

const [USERS, ROLES, PERMISSIONS, QUESTIONS, ROUNDS] = [2000, 300, 500, 1000, 40];
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

const DOCUMENT = {
  rbac: 1,
  permissions: numbers(PERMISSIONS).map((at) => `res${at % 100}:act${Math.floor(at / 100)}`),
  roles: Object.fromEntries(
    numbers(ROLES).map((at) => [
      `role${at}`,
      {
        inherits: at % 3 === 0 ? [] : [`role${at - 1}`],
        grants: [`res${at % 100}:*`, { permission: `res${(at * 7) % 100}:act1`, scope: `t${at % 20}` }],
        denies: at % 20 === 0 ? [`res${(at * 3) % 100}:act2`] : [],
      },
    ]),
  ),
  users: Object.fromEntries(
    numbers(USERS).map((at) => [
      `user${at}`,
      { roles: [`role${at % ROLES}`, { role: `role${(at * 5) % ROLES}`, scope: "t1" }] },
    ]),
  ),
};

const questions = numbers(QUESTIONS).map((at) => {
  const user = `user${(at * 17) % USERS}`;
  return { user, permission: DOCUMENT.permissions[(at * 13) % PERMISSIONS] as string };
});

async function cost(act: () => Promise<unknown> | undefined): Promise<string> {
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = process.cpuUsage();
    await act();
    const { user, system } = process.cpuUsage(begun);
    costs.push((user + system) / QUESTIONS);
  }
  return Math.min(...costs).toFixed(2);
}

const folder = mkdtempSync(join(tmpdir(), "bench-all-"));
const rbac = await create(join(folder, "rbac.db"), { actor: "bench" });
await rbac.seed(DOCUMENT);
for (const assignments of ["memory", "demand"] satisfies Assignments[]) {
  const compiled = await rbac.compile({ assignments });
  const options = questions.map((question) => ({ ...question, on: "t1/x" }));
  const all = await cost(() => compiled.all(questions));
  const withOptions = await cost(() => compiled.all(options));
  const can = await cost(async () => {
    for (const { user, permission } of questions) await compiled.can(user, permission);
  });
  const has = await cost(async () => {
    for (const { user } of questions) await compiled.has(user, "role7");
  });
  const atOnce = await cost(() => {
    for (const { user, permission } of questions) compiled.canSync(user, permission);
    return undefined;
  });
  process.stdout.write(
    `${assignments}: all ${all} µs, with a scope ${withOptions}; can ${can}, has ${has}, canSync ${atOnce}\n`,
  );
}
await rbac.close();
rmSync(folder, { recursive: true });
