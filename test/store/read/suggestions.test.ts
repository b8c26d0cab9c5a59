/** The error of an unknown name gets its suggestions where it leaves the store, by whichever door, and only there. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { UnknownName } from "../../../src/errors.ts";
import { setting } from "../../../src/policy/mutations.ts";
import { BLOG } from "../../support/blog.ts";
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
  entries: () => database.record.entries({ user: "alcie" }),
  history: () => database.record.history({ user: "alcie" }, undefined, AT),
  preview: () => database.preview(STAMP, setting("user", "alcie", { name: "A" })),
  change: () => database.change(STAMP, setting("user", "alcie", { name: "A" })),
  batch: async () =>
    Promise.reject((await database.batch([{ question: QUESTION, revision: undefined }])).answered[0]?.answer),
  "live policy": async () => {
    const live = await database.live();
    return Promise.resolve(live.answer(QUESTION)).finally(() => live.close());
  },
};

it.each(Object.keys(DOORS))("%s", async (door) => {
  const thrown = Promise.resolve(DOORS[door]?.());
  await expect(thrown).rejects.toMatchObject({ code: "USER_NOT_FOUND", suggestions: ["alice"] });
});

it("nothing outside of the store adds them", () => {
  const adding = sources.filter(({ text }) => /\b(withSuggestions|nearestNames)\(/.test(codeOf(text)));
  expect(adding.map(({ path }) => path)).toEqual([
    "store/read/live-policy.ts",
    "store/read/suggestions.ts",
    "store/read/transaction-reads.ts",
    "store/store.ts",
  ]);
});
