/** A question about a policy with conditions is answered on its slice of the database as on the whole policy. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import { AT, read } from "../../support/documents.ts";
import { conditionalDocuments } from "../../support/random-conditionals.ts";
import { questions } from "../../support/random-policies.ts";

const attributes = fc.record(
  {
    published: fc.constantFrom(true, false, "true"),
    status: fc.constantFrom("draft", "live", "gone"),
    views: fc.constantFrom(9, 10, 20),
    owner: fc.record({ team: fc.constantFrom("a", "b") }),
    tags: fc.constantFrom([], ["x"], ["y", "x"]),
  },
  { requiredKeys: [] },
);
const given = fc.record(
  {
    resource: attributes,
    subject: fc.record({ team: fc.constantFrom("a", "b") }, { requiredKeys: [] }),
    context: fc.record({ ip: fc.constantFrom("10.1.2.3", "11.0.0.1"), caller: fc.constantFrom("alice", "x") }),
  },
  { requiredKeys: [] },
);

const asked = conditionalDocuments().chain((document) => {
  const question = fc
    .tuple(questions(document), given)
    .map(([{ own, permission, ...rest }, attributesGiven]): Question => {
      return { ...rest, owner: null, permission: own ? `${permission}:own` : permission, given: attributesGiven };
    });
  return fc.tuple(fc.constant(document), fc.array(question, { minLength: 1, maxLength: 12 }));
});

it("by its decision, in one question, in several at once, and in a batch", async () => {
  const reasons: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(asked, async ([document, list]) => {
      const database = await Database.scratch(AT);
      try {
        const stamp = { actor: "a", osUser: "a", at: AT, reason: null };
        await database.change(stamp, seeding(read(document), false), { allowConfusable: true });
        const index = indexPolicy((await database.policy(WHOLE_POLICY)).policy);
        const decisions = list.map((question) => decide(index, question));
        for (const { reason } of decisions) reasons[reason] = (reasons[reason] ?? 0) + 1;
        expect((await database.can(list)).decisions).toEqual(decisions);
        const { answered } = await database.batch(list.map((question) => ({ question })));
        expect(answered.map(({ answer }) => answer)).toEqual(decisions);
        for (const [at, question] of list.entries()) {
          expect((await database.can([question])).decisions).toEqual([decisions[at]]);
          expect((await database.why(question)).decision).toEqual(decisions[at]);
        }
      } finally {
        await database.close();
      }
    }),
    { numRuns: 60 },
  );
  expect(reasons.condition).toBeGreaterThan(2);
  expect(reasons.allow).toBeGreaterThan(5);
});
