/** TestCoverage: what is critical is what a test would fail without, and all of that is touched. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTHING_GIVEN } from "../../../src/policy/conditions/given.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { testCoverage } from "../../../src/policy/tests/coverage.ts";
import { mutatedPolicy } from "../../../src/policy/tests/mutated.ts";
import { runTests } from "../../../src/policy/tests/run-tests.ts";
import { indexFrom, read } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { constrained } from "../../support/random-constraints.ts";
import { NOW, questions } from "../../support/random-policies.ts";

/** The words of what is touched, and of what is critical. */
function coveredBy(document: PlainDocument, ...tests: object[]) {
  const index = indexFrom(document);
  const outcomes = runTests(index, read({ rbac: 1, tests }).tests, NOW);
  const { elements, total } = testCoverage(index, read(document), outcomes, NOW);
  const words = (some: typeof elements) => some.map((one) => one.words);
  return {
    total,
    touched: words(elements.filter((one) => one.tests > 0)),
    critical: words(elements.filter((one) => one.isCritical)),
  };
}

const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:update", "posts:delete"],
  roles: {
    reader: { grants: ["posts:read"] },
    author: { inherits: ["reader"], grants: ["posts:read", "posts:update"], denies: ["posts:delete"] },
    admin: { grants: ["*"] },
  },
  users: { ann: { roles: ["author"] }, bob: { roles: ["admin", "author"] } },
  everyone: ["reader"],
  constraints: { apart: { kind: "dsd", roles: ["admin", "author"], limit: 2 } },
} as const satisfies object as unknown as PlainDocument;

describe("what a test touches", () => {
  it.each([
    ["two ways beside each other, neither of them critical", { user: "ann", can: ["posts:read"] }, 5, []],
    ["the only way", { user: "ann", can: ["posts:update"] }, 2, ["grant author posts:update", "assign ann author"]],
    ["a deny", { user: "bob", cannot: ["posts:delete"] }, 2, ["deny author posts:delete", "assign bob author"]],
    ["what is held", { user: "ann", has: ["author"] }, 1, ["assign ann author"]],
    ["nothing, where nothing allows", { stranger: true, cannot: ["posts:update"] }, 0, []],
    [
      "what keeps roles of a session apart",
      { user: "bob", activate: ["admin", "author"], cannot: ["posts:read"] },
      2,
      ["constraint apart"],
    ],
    ["nothing, where it fails", { user: "ann", cannot: ["posts:update"] }, 0, []],
  ])("%s", (_, test, touched, critical) => {
    const covered = coveredBy(POLICY, test);
    expect(covered.critical.sort()).toEqual([...critical].sort());
    expect(covered.touched.length).toBe(touched === 2 && critical.length === 1 ? 1 : touched);
    expect(covered.total.touched).toBe(covered.touched.length);
  });

  it("is more than what it would fail without, which is what deleting each element says", () => {
    let found = 0;
    const asked = constrained().chain((document) =>
      fc.array(questions(document), { minLength: 1, maxLength: 6 }).map((all) => ({ document, all })),
    );
    const holds = ({ document, all }: { document: PlainDocument; all: { user: string | null }[] }) => {
      const index = indexFrom(document);
      const tests = all.flatMap((question) => {
        const { user, assume, activate, scope, at, permission } = question as never as Record<string, never>;
        const who = user === null ? { assume } : { user, assume };
        const asking = { ...who, activate, at, given: NOTHING_GIVEN, ...(scope !== null && { scope }) };
        return [
          { ...asking, can: [permission] },
          { ...asking, cannot: [permission] },
        ];
      });
      const read1 = read({ rbac: 1, tests: tests as object[] }).tests;
      const outcomes = runTests(index, read1, NOW);
      const passing = outcomes.filter(({ passed }) => passed).map(({ test }) => test);
      for (const element of testCoverage(index, read(document), outcomes, NOW).elements) {
        const without = indexPolicy(mutatedPolicy(index.policy, { kind: "delete", from: element, to: null }));
        const fails = runTests(without, passing, NOW).some(({ passed }) => !passed);
        expect([element.words, element.isCritical]).toEqual([element.words, fails]);
        if (fails) expect(element.tests).toBeGreaterThan(0);
        found += Number(fails);
      }
    };
    fc.assert(fc.property(asked, holds), { numRuns: often(25) });
    expect(found).toBeGreaterThan(3);
  });
});
