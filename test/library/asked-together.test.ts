/** Questions that were all asked before: one look at the database is for all of them, and for none that comes later. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CanAnswer, type Compiled, create, type Rbac } from "../../src/index.ts";
import { freshDb } from "../support/cli.ts";
import { meddle, ON_SERVER } from "../support/databases.ts";
import { POSTS } from "../support/library.ts";

let db: string;
let rbac: Rbac;

beforeEach(async () => {
  db = freshDb();
  rbac = await create(db, { actor: "web" });
  await rbac.seed(POSTS);
});
afterEach(() => rbac.close());

/** What another program commits, as far as a look at the revision sees it. */
const move = () => meddle(db, "update meta set revision = revision + 1");

const ask = (compiled: Compiled) => compiled.canSoon("bob", "posts:read");

it.skipIf(ON_SERVER)("one look is for all that is asked together, and the next question looks anew", async () => {
  const compiled = await rbac.compile({ assignments: "memory" });
  const answers: (CanAnswer | Promise<CanAnswer>)[] = [];
  compiled.together(() => {
    answers.push(ask(compiled));
    move();
    answers.push(ask(compiled));
  });
  const [first, second] = answers as CanAnswer[];
  expect(second).toEqual(first);
  expect(second).not.toBeInstanceOf(Promise);
  // The revision that was made up has no entries: the policy is compiled again for it.
  expect((await ask(compiled)).revision).toBe((first as CanAnswer).revision + 1);
});

it.skipIf(ON_SERVER)("what was read together is kept no longer, also after an error", async () => {
  const compiled = await rbac.compile({ assignments: "memory" });
  const { revision } = await ask(compiled);
  const failing = () =>
    compiled.together(() => {
      ask(compiled);
      throw new Error("no more");
    });
  expect(failing).toThrow("no more");
  move();
  expect((await ask(compiled)).revision).toBe(revision + 1);
});

it.skipIf(ON_SERVER)("what users hold is read for each question, where that is not in memory", async () => {
  const compiled = await rbac.compile({ assignments: "demand" });
  const answers: boolean[] = [];
  compiled.together(() => {
    for (const user of ["alice", "bob"]) {
      const answer = compiled.canSoon(user, "posts:publish", { on: "acme" });
      if (!(answer instanceof Promise)) answers.push(answer.allowed);
    }
  });
  expect(answers).toEqual([true, false]);
});

it("on a server they wait for the same statement", async () => {
  const compiled = await rbac.compile();
  const answers: (CanAnswer | Promise<CanAnswer>)[] = [];
  compiled.together(() => {
    for (const user of ["alice", "bob"]) answers.push(compiled.canSoon(user, "posts:read"));
  });
  expect((await Promise.all(answers)).map(({ allowed }) => allowed)).toEqual([true, true]);
});
