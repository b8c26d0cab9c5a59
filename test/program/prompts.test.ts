/** Prompts as a person meets them, in a real pseudo-terminal. */
import { afterAll, expect, it } from "vitest";
import { forget, victim } from "../support/attack.ts";
import { describeWith } from "../support/needs.ts";
import { atTerminal, KEY, noTerminal } from "../support/terminal.ts";

afterAll(forget);

describeWith(noTerminal, "a person at a terminal", () => {
  it("chooses what is missing from what there is", async () => {
    const db = await victim();
    const seen = await atTerminal(["assign"], {
      db,
      keys: [
        ["Which user?", "root"],
        ["❯ root", KEY.enter],
        ["Which role?", "reader"],
        ["❯ reader", KEY.enter],
      ],
    });
    expect(seen).toMatchObject({ code: 0, signal: null, screen: expect.stringContaining("+ assignment root reader") });
  });
});
