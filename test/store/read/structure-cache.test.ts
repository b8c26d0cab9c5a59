/** The structure that a batch goes on with is that of the moment, though nothing was ever recorded. */
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { BLOG } from "../../support/blog.ts";
import { AT, read } from "../../support/documents.ts";

const QUESTION = {
  user: "alice",
  permission: "posts:read",
  owner: null,
  scope: null,
  at: AT,
  activate: [],
  assume: [],
};

/** What a batch of two parts answers; the second part is decided by all structure. */
async function answersOf(database: Database): Promise<unknown[]> {
  const answers: unknown[] = [];
  const part = [{ question: QUESTION, revision: undefined }];
  await database.batches([part, part], {}, async (answered) => {
    for (const { answer } of answered) answers.push(answer instanceof RbacError ? answer.code : answer.allowed);
  });
  return answers;
}

it("of an empty database knows no name, and of the same database once it is seeded knows all", async () => {
  const database = await Database.scratch(AT);
  try {
    expect(await answersOf(database)).toEqual(["USER_NOT_FOUND", "USER_NOT_FOUND"]);
    await database.change({ actor: "ann", osUser: "ann", at: AT, reason: null }, seeding(read(BLOG), false));
    expect(await answersOf(database)).toEqual([true, true]);
  } finally {
    await database.close();
  }
});
