// Real policies that nobody here wrote: the answers Casbin's own tests expect, asked of the oracle.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CASBIN_DATA, casbinCases, casbinLines, EXPANDED, INEXPRESSIBLE, UNSTATED } from "./casbin.ts";
import { oracleCan } from "./oracle.ts";

const present = existsSync(CASBIN_DATA);
const cases = present ? casbinCases() : [];
const name = present ? "Casbin's decisions" : `Casbin's decisions (skipped: ${CASBIN_DATA.pathname} is absent)`;

describe.skipIf(!present)(name, () => {
  const answers = cases.flatMap(({ model, policy, document, decisions }) =>
    decisions.map((decision) => ({ ...decision, model, policy, document })),
  );

  it.each(answers)(
    "$source: $model, $policy: $question.user $question.permission on $question.scope is $expected",
    ({ document, question, expected }) => {
      expect(oracleCan(document, question)).toBe(expected);
    },
  );

  it("accounts for every line: expressed, inexpressible or unstated", () => {
    const lines = casbinLines();
    const inexpressible = lines.filter(({ model }) => model in INEXPRESSIBLE);
    expect(lines.map(({ source }) => source)).toEqual(expect.arrayContaining(UNSTATED.map(({ source }) => source)));
    expect({
      expressed: answers.length,
      expanded: answers.filter(({ model }) => model in EXPANDED).length,
      inexpressible: inexpressible.length,
      unstated: UNSTATED.length,
    }).toEqual({ expressed: 154, expanded: 15, inexpressible: 23, unstated: 8 });
    expect(lines).toHaveLength(154 + 23 + 8);
  });

  it("writes documents that our own names and scopes allow", () => {
    for (const { document } of cases) {
      const catalogue = Object.values(document.permissions ?? []);
      const roles = Object.values(document.roles ?? {});
      const grants = roles.flatMap(({ grants = [], denies = [] }) => [...grants, ...denies]);
      const patterns = grants.map((grant) => (typeof grant === "string" ? grant : grant.permission));
      for (const permission of catalogue) expect(permission).toMatch(/^[^\s:*]+:[^\s:*]+$/);
      expect([...catalogue, "*:*"]).toEqual(expect.arrayContaining(patterns));
      for (const grant of grants) {
        if (typeof grant !== "string") expect(grant.scope).toMatch(/^[^\s:*/]+(\/[^\s:*/]+)*$/);
      }
    }
  });

  it("has answers of both kinds, so that agreement says something", () => {
    const yes = answers.filter(({ expected }) => expected).length;
    expect({ yes, no: answers.length - yes }).toEqual({ yes: 69, no: 85 });
  });
});
