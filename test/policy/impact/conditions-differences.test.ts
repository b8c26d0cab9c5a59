/** Rules 5 and 37 under conditions: where two people, or two policies, answer otherwise, against the oracle. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { compare } from "../../../src/policy/evaluate/compare.ts";
import { type ImpactRow, impactOf } from "../../../src/policy/impact/impact.ts";
import { apply, diff, replay } from "../../../src/policy/model/change.ts";
import { draftOf } from "../../../src/policy/model/policy.ts";
import { danglingRows } from "../../../src/policy/rules/dangling-rows.ts";
import { indexFrom, policyFrom } from "../../support/documents.ts";
import { type OracleQuestion, oracleFacts, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import type { OracleGiven } from "../../support/oracle-conditions.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, questions } from "../../support/random-policies.ts";
import { rowCovers, rowsAllow, sideHolds } from "../../support/rows-under-conditions.ts";

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

/** A random policy with random changes: some of those that lead to another one, and what then would dangle. */
const changed = fc
  .tuple(
    conditionalDocuments(),
    conditionalDocuments(),
    fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
    fc.integer({ min: 1, max: 10 }),
  )
  .map(([{ attributes: _, ...from }, { attributes: __, ...to }, stream, share]) => {
    const before = policyFrom(from);
    const changes = diff(before, policyFrom(to)).filter(() => (stream.next().value ?? 0) < share);
    const draft = draftOf(before);
    replay(draft, changes, 0);
    replay(draft, danglingRows(draft), 0);
    return { before, changes: diff(before, draft) };
  });

/** A user or a permission that is not there may nothing. */
function may(document: PlainDocument, question: OracleQuestion): boolean {
  const { user, permission } = question;
  if (user !== null && !Object.hasOwn(document.users ?? {}, user)) return false;
  return catalogueOf(document).includes(permission) && oracleReason(document, question) === "allow";
}

it("300 random policies with random changes: an answer differs just where the sides of a row do", () => {
  const found = { gain: 0, loss: 0, conditional: 0 };
  fc.assert(
    fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), someScopes, givens(), (policy, at, scopes, given) => {
      const { before, changes } = policy;
      const impact = impactOf(before, changes, at);
      const [old, now] = [before, apply(before, changes)].map((one): PlainDocument => JSON.parse(toJsonDocument(one)));
      if (!old || !now) throw new Error("there are two");
      const people = new Set([old, now].flatMap(({ users = {} }) => Object.keys(users)));
      const permissions = [...new Set([old, now].flatMap(catalogueOf))];
      for (const user of [...people, null]) {
        const said = user === null ? impact.strangers : impact.outcomes.find(({ users }) => users.includes(user));
        for (const target of targets(permissions, scopes, given)) {
          const question = { ...{ user, at, activate: [], assume: [] }, ...target };
          const facts = oracleFacts(old, question);
          const differs = (rows: readonly ImpactRow[] = [], from: "before" | "after", to: "before" | "after") =>
            rows.some((row) => {
              if (row.permission !== target.permission || !rowCovers(row, target.own, target.scope)) return false;
              const [was, is] = [row[from], row[to]];
              if (was === undefined || is === undefined) return true;
              const holds = (side: typeof was) => side !== null && sideHolds(side, target.scope, facts);
              found.conditional += 1;
              return !holds(was) && holds(is);
            });
          const [could, can] = [may(old, question), may(now, question)];
          found.gain += Number(can && !could);
          found.loss += Number(could && !can);
          const seen = {
            gain: differs(said?.gains, "before", "after"),
            loss: differs(said?.losses, "after", "before"),
          };
          if (seen.gain !== (can && !could) || seen.loss !== (could && !can))
            expect({ question, said, seen }).toEqual({
              question,
              said,
              seen: { gain: can && !could, loss: could && !can },
            });
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(...Object.values(found))).toBeGreaterThan(300);
});
