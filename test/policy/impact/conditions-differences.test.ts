/** Rule 5 under conditions: where two people have other answers, against the oracle. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { compare } from "../../../src/policy/evaluate/compare.ts";
import { indexFrom } from "../../support/documents.ts";
import { type OracleQuestion, oracleFacts, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import type { OracleGiven } from "../../support/oracle-conditions.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, questions } from "../../support/random-policies.ts";
import { rowsAllow, sideHolds } from "../../support/rows-under-conditions.ts";

const someScopes = fc.shuffledSubarray([...ASKED_SCOPES], { minLength: 4, maxLength: 4 });

type Target = Pick<OracleQuestion, "permission" | "own" | "scope" | "given">;

const targets = (permissions: readonly string[], scopes: readonly (string | null)[], given: OracleGiven): Target[] =>
  permissions.flatMap((permission) =>
    [true, false].flatMap((own) => scopes.map((scope) => ({ permission, own, scope, given }))),
  );

const withoutSelf = (document: PlainDocument): PlainDocument =>
  JSON.parse(JSON.stringify(document).replaceAll("subject.user == resource.author", "context.mfa"));

it("150 random pairs: a row of one holds exactly where the oracle lets them, and the other not", () => {
  const two = conditionalDocuments().chain((document) =>
    fc.tuple(fc.constant(document), questions(document), questions(document), givens(), someScopes),
  );
  let differing = 0;
  let both = 0;
  fc.assert(
    fc.property(two, ([written, one, other, given, scopes]) => {
      // For two users `subject.user == resource.author` is no difference, though it is about the posts of each.
      const document = one.user === other.user ? written : withoutSelf(written);
      const rows = compare(indexFrom(document), one, other);
      for (const target of targets(catalogueOf(document), scopes, given)) {
        const { permission, own, scope } = target;
        const asks = [one, other].map((asker) => ({ ...asker, ...target }));
        const [left, right] = asks.map((question) => oracleReason(document, question) === "allow");
        const [factsOfLeft, factsOfRight] = asks.map((question) => oracleFacts(document, question));
        if (!factsOfLeft || !factsOfRight) throw new Error("there are two");
        const differs = (of: typeof rows.left, facts: typeof factsOfLeft, otherFacts: typeof factsOfLeft) =>
          of.some(
            (row) =>
              row.permission === permission &&
              rowsAllow([row], own, scope, facts) &&
              !(row.other && sideHolds(row.other, scope, otherFacts)),
          );
        const said = {
          left: differs(rows.left, factsOfLeft, factsOfRight),
          right: differs(rows.right, factsOfRight, factsOfLeft),
        };
        differing += Number(left !== right);
        both += Number([...rows.left, ...rows.right].some((row) => row.other));
        expect({ target, ...said }).toEqual({ target, left: left && !right, right: right && !left });
      }
    }),
    { numRuns: 150 },
  );
  expect(differing).toBeGreaterThan(200);
  expect(both).toBeGreaterThan(200);
});
