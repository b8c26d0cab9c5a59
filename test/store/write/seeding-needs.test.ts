/** A document is compared with the rows that it may change: the result is that of a comparison with the whole policy. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import { AT, partOfDocument, read } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import { conditionalDocuments } from "../../support/random-conditional-questions.ts";

const STAMP = { actor: "tester", osUser: "tester", at: AT, reason: null };

it(`${often(150)} random policies and documents: needed rows decide as all rows do`, async () => {
  const found = { changes: 0, refused: 0, conditional: 0 };
  const keep = fc.array(fc.boolean(), { minLength: 3, maxLength: 9 });
  // Half of them are of the policy itself, with which they have rows in common.
  const two = conditionalDocuments().chain((from) =>
    fc.tuple(fc.constant(from), fc.oneof(fc.constant(from), conditionalDocuments())),
  );
  const property = fc.asyncProperty(two, keep, async ([from, to], kept) => {
    const database = await Database.scratch(AT);
    try {
      await database.change(STAMP, seeding(read(from), false));
      const mutation = () => {
        const { needs, ...rest } = seeding(read(partOfDocument(to, kept)), false);
        return { needs, whole: { ...rest, needs: WHOLE_POLICY }, narrow: { ...rest, needs } };
      };
      const outcome = async (of: ReturnType<typeof mutation>["narrow"]) => {
        try {
          return (await database.preview(STAMP, of)).changes;
        } catch (error) {
          if (!(error instanceof RbacError)) throw error;
          return { code: error.code, message: error.message, problems: error.problems };
        }
      };
      const [narrow, whole] = [await outcome(mutation().narrow), await outcome(mutation().whole)];
      expect(narrow).toEqual(whole);
      if ("code" in narrow) found.refused += 1;
      else {
        found.changes += narrow.length;
        found.conditional += narrow.filter(({ kind }) => kind === "conditional.add").length;
      }
    } finally {
      await database.close();
    }
  });
  await fc.assert(property, { numRuns: often(150) });
  expect(Math.min(found.changes, found.refused, found.conditional)).toBeGreaterThan(10);
});

it("a new permission that a conditional grant covers needs none of those that the grant leaves out", async () => {
  const database = await Database.scratch(AT);
  const grants = [{ permission: "*", scope: "beta", but: ["posts:read"], when: "has(subject.team)" }];
  const standing = { rbac: 1, permissions: ["posts:read", "posts:edit"], roles: { reader: { grants } } };
  await database.change(STAMP, seeding(read(standing), false));
  const { changes } = await database.preview(STAMP, seeding(read({ rbac: 1, permissions: ["posts:list"] }), false));
  expect(changes).toEqual([expect.objectContaining({ kind: "permission.add", permission: "posts:list" })]);
  await database.close();
});
