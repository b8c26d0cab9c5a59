/** Whatever somebody leaves with, the successor may do what both might, and the others what they might before. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RbacError } from "../../../src/errors.ts";
import { offboard } from "../../../src/policy/edit/offboard.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { apply, type Change, diff } from "../../../src/policy/model/change.ts";
import type { Refuse } from "../../../src/policy/model/mutation.ts";
import { errorOf, policyFrom } from "../../support/documents.ts";
import { type Case, cases, expected, gaps, userIn } from "../../support/offboarding.ts";
import { oracleReason } from "../../support/oracle.ts";
import { questions } from "../../support/random-policies.ts";

/** The changes, and what was refused beside them. */
function decided({ document, request }: Case): { changes: readonly Change[]; refused: string[] } {
  const refused: string[] = [];
  const refuse: Refuse = (error: RbacError) => void refused.push(error.code);
  return { changes: offboard(policyFrom(document), request, refuse), refused };
}

describe("of any policy", () => {
  it("the successor may what both might, the leaver what everyone may, at any moment from then on", () => {
    let [handedOver, asked] = [0, 0];
    const one = cases.chain((some) =>
      fc.tuple(fc.constant(some), fc.array(questions(some.document), { minLength: 30 })),
    );
    fc.assert(
      fc.property(one, ([some, all]) => {
        if (gaps(some) > 0) return;
        const after = expected(some);
        const index = indexPolicy(apply(policyFrom(some.document), decided(some).changes));
        for (const question of all.filter(({ at, user }) => at >= some.request.at && (!user || after.users?.[user]))) {
          const permission = question.permission + (question.own ? ":own" : "");
          const { reason } = decide(index, { ...question, permission, owner: null });
          expect({ question, reason }).toEqual({ question, reason: oracleReason(after, question) });
          asked += 1;
          if (question.user === some.request.successor && reason === "allow") handedOver += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(handedOver).toBeGreaterThan(100);
    expect(asked).toBeGreaterThan(3000);
  });

  it("windows with time between them are refused, each, and so is a successor who is disabled", () => {
    let seen = 0;
    fc.assert(
      fc.property(cases, (some) => {
        const { refused } = decided(some);
        const disabled = some.request.successor !== null && userIn(some.document, some.request.successor).disabled;
        const apart = Array.from({ length: gaps(some) }, () => "WINDOWS_APART");
        expect(refused).toEqual([...(disabled ? ["USER_DISABLED"] : []), ...apart]);
        seen += apart.length;
        const [first] = refused;
        if (first) expect(errorOf(() => offboard(policyFrom(some.document), some.request)).code).toBe(first);
      }),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(8);
  });

  it("there is one assignment for each user, role and scope, and undoing it leaves nothing of it", () => {
    fc.assert(
      fc.property(cases, (some) => {
        const { changes } = decided(some);
        const before = policyFrom(some.document);
        const after = apply(before, changes, 2);
        expect([...after.assignment.values()].filter(({ user }) => user === some.request.user)).toEqual([]);
        if (changes.length > 0) expect(diff(before, apply(after, undoing(2, changes).decide(after)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
