/**
 * What one question costs an open database: `tsx test/bench/lists.ts SIZE DATABASES` prints milliseconds as JSON;
 * answers are checked.
 */
import { databaseAt, type SizeName } from "./databases.ts";
import { type Asked, compiledFrom, median, timed } from "./measure.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const TIMES = 300;

const { Database } = (await compiledFrom("database/database.ts")) as typeof import("../../src/database/database.ts");

const [size = "S", folder = ""] = process.argv.slice(2);
const policy = new BenchPolicy(SIZES[size as SizeName]);
const asked = [...policy.questions(TIMES)];
const database = await Database.open(databaseAt(folder, size as SizeName), "read");

/** Milliseconds in the median. @throws where an answer is not the generator's. */
async function each(what: string, ask: (one: Asked) => Promise<boolean>): Promise<number> {
  const times: number[] = [];
  for (const one of asked) {
    let answer = false;
    times.push(
      await timed(async () => {
        answer = await ask(one);
      }),
    );
    if (answer !== one.allowed) throw new Error(`${what} is wrong`);
  }
  return median(times) * 1000;
}

const figures = {
  can: await each("can", async ({ question }) => (await database.can([question])).decisions[0]?.allowed === true),
  why: await each("why", async ({ question }) => (await database.why(question)).decision.allowed),
  permissions: await each("permissions", async ({ question }) => {
    const { permissions } = await database.permissions(question);
    return permissions.some((row) => row.permission === question.permission);
  }),
  "who-can": await each("who-can", async ({ question }) => {
    const { users } = await database.whoCan(question.permission, question.at);
    return users.some(({ user }) => user === question.user);
  }),
};
for (const { question } of asked.slice(0, 3)) {
  const { users } = await database.whoCan(question.permission, question.at);
  if (users.length !== policy.holders(question.permission)) throw new Error("who-can counts wrong");
}
await database.close();
process.stdout.write(`${JSON.stringify(figures)}\n`);
