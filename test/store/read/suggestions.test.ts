/** The error of an unknown name gets its suggestions where it leaves the store, by whichever door, and only there. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { UnknownName } from "../../../src/errors.ts";
import { setting } from "../../../src/policy/mutations.ts";
import { BLOG, blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { meddle } from "../../support/databases.ts";
import { AT, seeded } from "../../support/documents.ts";
import { codeOf, sources } from "../../support/sources.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open(await seeded(BLOG), "write");
});
afterAll(() => database.close());

const STAMP = { actor: "ada", osUser: "ada", at: AT, reason: null };
const QUESTION = {
  user: "alcie",
  permission: "posts:read",
  owner: null,
  scope: null,
  at: AT,
  activate: [],
  assume: [],
};
const unknown = (): never => {
  throw new UnknownName("user", "alcie");
};

const DOORS: Readonly<Record<string, () => unknown>> = {
  answer: () => database.answer({ grants: "none" }, unknown),
  "answer of the past": async () => (await database.asOf({ revision: 1 })).database.answer({ grants: "none" }, unknown),
  read: () => database.read(async () => unknown()),
  needUser: () => database.needUser("alcie"),
  can: () => database.can([QUESTION]),
  entries: () => database.record.entries({ users: ["alcie"] }),
  history: () => database.record.history({ user: "alcie" }, undefined, AT),
  preview: () => database.preview(STAMP, setting("user", "alcie", { name: "A" })),
  change: () => database.change(STAMP, setting("user", "alcie", { name: "A" })),
  batch: async () =>
    Promise.reject((await database.batch([{ question: QUESTION, revision: undefined }], AT)).answered[0]?.answer),
  "live policy": async () => {
    const live = await database.live();
    return Promise.resolve(live.answer(QUESTION)).finally(() => live.close());
  },
};

it.each(Object.keys(DOORS))("%s", async (door) => {
  const thrown = Promise.resolve(DOORS[door]?.());
  await expect(thrown).rejects.toMatchObject({ code: "USER_NOT_FOUND", suggestions: ["alice"] });
});

/** More users than are all compared with a name that is unknown. */
const MANY = `with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 12000)
  insert into users ("user", email, name, disabled, skeleton, revision) select printf('user%05d', number), null, null, 0, printf('user%05d', number), 1 from numbers`;

it.each([
  ["alcie", ["alice"]],
  ["user0001", ["user00010", "user00011", "user00012"]], // Those that share all of it, before others as near.
  ["xlice", []], // Its first letter is wrong, and only names that begin alike are compared.
])("among very many names %s is near %j", async (name, near) => {
  const path = await seeded(BLOG);
  await meddle(path, MANY);
  const many = await Database.open(path, "read");
  const asked = many.needUser(name).finally(() => many.close());
  await expect(asked).rejects.toMatchObject({ code: "USER_NOT_FOUND", suggestions: near });
});

it("an answer of many that fails by a fault of the program is no answer", async () => {
  const fault = new TypeError("a fault");
  const failing = database.read(async ({ attempt }) =>
    attempt(() => {
      throw fault;
    }),
  );
  await expect(failing).rejects.toBe(fault);
});

it("nothing outside of the store adds them", () => {
  const adding = sources.filter(({ text }) => /\b(withSuggestions|suggestingFor|nearestNames)\(/.test(codeOf(text)));
  expect(adding.map(({ path }) => path)).toEqual([
    "store/read/answers-at-once.ts",
    "store/read/live-policy.ts",
    "store/read/suggestions.ts",
    "store/read/transaction-reads.ts",
    "store/store.ts",
  ]);
});

it.each([
  ["grant alice posts:read", 'there is no role "alice"; "alice" is a user'],
  ["assign editor alice", 'there is no role "alice"; "alice" is a user'],
  ["has alice bob", 'there is no role "bob"; "bob" is a user'],
  ["grant alicia posts:read", 'there is no role "alicia"'],
  ["user show editor", 'there is no user "editor"; "editor" is a role'],
  ["compare editor reader", 'there is no user "editor"; "editor" is a role'],
  ["compare --roles editor alice", 'there is no role "alice"; "alice" is a user'],
])("%s: a user in the place of a role, or a role in that of a user, is said to be one", async (line, message) => {
  const { code, stderr } = await cli(line, { db: await blog() });
  expect([code, stderr]).toEqual([2, `rbac: ${message}\n`]);
});
