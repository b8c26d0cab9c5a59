// Real policies that nobody here wrote: the answers Casbin's own tests expect, asked of the oracle and of the tool.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CASBIN_DATA, casbinCases, casbinLines, EXPANDED, INEXPRESSIBLE, UNSTATED } from "../support/casbin.ts";
import { cli } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";
import { oracleCan } from "../support/oracle.ts";

const present = existsSync(CASBIN_DATA);
const cases = present ? casbinCases() : [];
const name = present ? "Casbin's decisions" : `Casbin's decisions (data not beside the checkout)`;

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

  it.each(cases)("the tool answers as $model expects of $policy ($decisions.0.source on)", async (one) => {
    const db = await seeded(one.document);
    const lines = one.decisions.map(({ question: { user, permission, scope, at }, source }) =>
      JSON.stringify({ user, permission, scope, at, id: source }),
    );
    const { code, stdout, stderr } = await cli(["can", "--batch", fileWith(`${lines.join("\n")}\n`)], { db });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line): Answer => JSON.parse(line));
    expect(answers.map(({ id, allowed }) => [id, allowed])).toEqual(
      one.decisions.map(({ source, expected }) => [source, expected]),
    );
  });

  const inexpressible = Object.entries(INEXPRESSIBLE).map(([model, why]) => ({ model, why }));
  it.each(inexpressible)("is not expressed: $model, for $why", ({ model }) => {
    expect(casbinLines().some((line) => line.model === model)).toBe(true);
    expect(cases.some((one) => one.model === model)).toBe(false);
  });

  it.each(UNSTATED)("is not asked: $source, for $why", ({ source }) => {
    expect(casbinLines().some((line) => line.source === source)).toBe(true);
    expect(answers.some((answer) => answer.source === source)).toBe(false);
  });

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

interface Answer {
  id: string;
  allowed: boolean;
}
