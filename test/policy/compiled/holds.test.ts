/** A compiled policy says who holds which roles as the walk does, whatever the policy and the changes since. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledPolicy } from "../../../src/policy/compiled/compiled-policy.ts";
import { holds, type RoleQuestion } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { compareAlong, heldBy, outcomeOf, separated, structureOf } from "../../support/compiled-policies.ts";
import { policyFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, ROLES, USERS } from "../../support/random-policies.ts";

/** Mostly about what is there; sometimes about a user or a role that is not, or of a stranger with a name. */
const asked = ({ roles = {}, users = {} }: PlainDocument): fc.Arbitrary<RoleQuestion> => {
  const known = Object.keys(roles);
  const role = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, fc.constantFrom(...ROLES, "nobody's"));
  const some = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.subarray([...known, "nobody's"], { maxLength: 3 }),
  );
  const user = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...Object.keys(users), null) },
    fc.constantFrom(...USERS, "mallory"),
  );
  const where = { scope: fc.constantFrom(...ASKED_SCOPES), at: fc.constantFrom(...ASKED_INSTANTS) };
  return fc
    .record({ user, role, activate: some, assume: some, isStranger: fc.boolean(), ...where })
    .map(({ isStranger, ...question }) => ({ ...question, stranger: isStranger && question.user === "mallory" }));
};

const withQuestions = separated.chain((document) =>
  fc.tuple(fc.constant(document), fc.array(asked(document), { minLength: 10, maxLength: 10 })),
);

const reasons = new Map<string, number>();

function expectAlike(
  compiled: CompiledPolicy,
  structure: CompiledPolicy,
  policy: Policy,
  list: readonly RoleQuestion[],
) {
  const index = indexPolicy(policy);
  for (const question of list) {
    const expected = outcomeOf(() => holds(index, question));
    reasons.set(expected, (reasons.get(expected) ?? 0) + 1);
    expect(outcomeOf(() => compiled.holds(question))).toBe(expected);
    expect(outcomeOf(() => structure.holds(question, heldBy(index, question.user)))).toBe(expected);
  }
}

describe("a compiled policy says who holds a role as the walk", () => {
  it("for 3,000 random policies with 10 questions each, of every outcome", () => {
    const alike = ([document, list]: [PlainDocument, RoleQuestion[]]) => {
      const policy = policyFrom(document);
      expectAlike(CompiledPolicy.of(policy), structureOf(policy), policy, list);
    };
    fc.assert(fc.property(withQuestions, alike), { numRuns: 3000 });
    for (const outcome of ["true allow", "false none", "false session", "false disabled"])
      expect(reasons.get(`${outcome} except []`)).toBeGreaterThan(100);
    for (const named of ["user", "role"]) expect([...reasons.keys()].join()).toContain(`there is no ${named} `);
  });

  it("after changes from one policy to the next, 500 times five", () => {
    const alike = (steps: [PlainDocument, RoleQuestion[]][]) => compareAlong(steps, expectAlike);
    fc.assert(fc.property(fc.array(withQuestions, { minLength: 5, maxLength: 5 }), alike), { numRuns: 500 });
  });
});
