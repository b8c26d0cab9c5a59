/** Anywhere but on a terminal with a person before it nobody is asked; test/program/prompts.test.ts has the person. */
import { afterAll, describe, expect, it } from "vitest";
import { contents, expectRefused, forget, program, victim } from "../support/attack.ts";
import { describeWith } from "../support/needs.ts";
import { atTerminal, noTerminal, type Sitting } from "../support/terminal.ts";

afterAll(forget);

describe("nobody is asked", () => {
  const SILENT: Readonly<Record<string, { argv?: readonly string[] } & Sitting>> = {
    "--no-input": { argv: ["--no-input"] },
    "--json": { argv: ["--json"] },
    "RBAC_FORMAT=json": { env: { RBAC_FORMAT: "json" } },
    CI: { env: { CI: "true" } },
    "standard input is no terminal": { apart: ["stdin"] },
    "stderr is no terminal": { apart: ["stderr"] },
  };
  describeWith(noTerminal, "at a terminal", () => {
    it.each(Object.keys(SILENT))("%s", async (how) => {
      const db = await victim();
      const before = contents(db);
      const { argv = [], ...sitting } = SILENT[how] ?? {};
      for (const [command, code] of [
        [["assign", "alice"], 2],
        [["role", "delete", "reader"], 3],
      ] as const) {
        const { screen, code: ended, apart } = await atTerminal([...command, ...argv], { db, ...sitting });
        expect({ command, code: ended }).toEqual({ command, code });
        expect(`${screen}${apart.stderr ?? ""}`).toMatch(/missing argument ROLES|--yes/);
        expect(`${screen}${apart.stderr ?? ""}`).not.toMatch(/Which|y\/N/);
      }
      expect(contents(db)).toBe(before);
    });
  });

  it("in a pipe, whatever it says", async () => {
    const db = await victim();
    const before = contents(db);
    const ask = (...argv: string[]) => program([...argv, "--db", db], { input: "y\ny\nalice\n" });
    const { stderr, ...refused } = ask("role", "delete", "reader");
    const [error = "", ...going] = stderr.trimEnd().split("\n").reverse();
    expect(going).toEqual(expect.arrayContaining(["- role reader", "- assignment alice reader"]));
    expectRefused({ ...refused, stderr: `${error}\n` }, 3, /--yes/);
    expectRefused(ask("assign", "alice"), 2, /missing argument ROLES/);
    expectRefused(ask("can"), 2, /missing argument USER/);
    expect(contents(db)).toBe(before);
  });
});
