/** A batch as of a revision is answered by that revision alone, by whatever way its later parts are answered. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { AT } from "../../support/documents.ts";

let database: Database;
beforeAll(async () => {
  const db = await blog();
  for (const line of ["revoke alice editor", "assign bob editor", "ungrant reader posts:read"])
    expect(await cli(line, { db })).toMatchObject({ code: 0 });
  database = await Database.open(db, "read");
});
afterAll(() => database.close());

const ask = (user: string, permission: string) => {
  const question = { user, permission, owner: null, scope: null, at: AT, activate: [], assume: [] };
  return { question, revision: undefined };
};
const QUESTIONS = ["alice", "bob", "zoe"].flatMap((user) => ["posts:read", "posts:publish"].map((to) => ask(user, to)));

/** What is answered as of a revision: users and permissions as in `QUESTIONS`. */
const ANSWERS: Readonly<Record<number, readonly (boolean | string)[]>> = {
  1: [true, true, false, false, "USER_NOT_FOUND", "USER_NOT_FOUND"],
  2: [false, false, false, false, "USER_NOT_FOUND", "USER_NOT_FOUND"],
  3: [false, false, true, true, "USER_NOT_FOUND", "USER_NOT_FOUND"],
  4: [false, false, false, true, "USER_NOT_FOUND", "USER_NOT_FOUND"],
};

describe.each([1, 2, 3, 4])("as of revision %i", (revision) => {
  it.each([
    ["with evidence", false],
    ["in brief", true],
  ])("%s, every part is answered alike", async (_, brief) => {
    const { database: past } = await database.asOf({ revision });
    const parts = [QUESTIONS, QUESTIONS, QUESTIONS];
    const answers: (boolean | string)[][] = [];
    await past.batches(parts, { brief, now: AT }, async (answered) => {
      answers.push(answered.map(({ answer }) => (answer instanceof RbacError ? answer.code : answer.allowed)));
    });
    expect(answers).toEqual(parts.map(() => ANSWERS[revision]));
  });
});
