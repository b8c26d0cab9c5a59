/** What is asked before much is taken away, and whom an assignment is for. */
import { expect, it } from "vitest";
import { subjectsOf } from "../../src/cli/flags/subject.ts";
import { confirmDeletion, confirmReturn, confirmSeveral } from "../../src/cli/writing/confirmations.ts";
import { goingLines } from "../../src/cli/writing/going.ts";
import { confirmRemovals } from "../../src/cli/writing/prune.ts";
import { wrappable } from "../../src/output/paragraph.ts";
import { PLAIN } from "../../src/output/style.ts";
import { impactOf } from "../../src/policy/impact/impact.ts";
import { added, removed } from "../../src/policy/model/change.ts";
import { errorOf, policyFrom } from "../support/documents.ts";

const removals = (...roles: string[]) => roles.map((role) => removed("everyone", { role }));

it("what a prune removes is asked about, within its limit", () => {
  expect(confirmRemovals(undefined)([added("everyone", { role: "a" })])).toBeUndefined();
  expect(confirmRemovals(2)(removals("a", "b"))).toBe("Remove these 2 roles of everyone?");
  expect(confirmRemovals(undefined)(removals("a"))).toBe("Remove 1 role of everyone?");
  expect(errorOf(() => confirmRemovals(1)(removals("a", "b")))).toMatchObject({ code: "TOO_MANY_REMOVALS" });
});

it("several revisions, and a return, are asked about; a return to what stands is not", () => {
  const changes = [added("everyone", { role: "reader" })];
  expect(confirmSeveral(3)(changes)).toBe("Take back 3 revisions (adds 1 role of everyone)?");
  expect([confirmReturn(3)([]), confirmReturn(3)(changes)]).toEqual([undefined, expect.stringContaining("revision 3")]);
});

it("a deletion is asked about where it takes other rows along; the name cannot move the cursor", () => {
  const role = removed("role", { role: "a", description: null });
  expect(confirmDeletion("role", "a")([role])).toBeUndefined();
  expect(confirmDeletion("role", "a")([...removals("a"), role])).toBe('Delete role "a" with 1 role of everyone?');
  expect(confirmDeletion("role", "\u001b[2J")(removals("a", "b", "c"))).not.toContain("\u001b");
});

it("what goes is told to the twentieth line, in lines of its own where there are any, and the rest counted", () => {
  const changes = removals(...Array.from({ length: 23 }, (_, at) => `r${at}`));
  const impact = impactOf(policyFrom({ rbac: 1 }), [], "2026-01-01T00:00:00.000Z");
  const nobody = wrappable("nobody gains or loses anything");
  expect(goingLines(changes, impact, PLAIN).slice(19)).toEqual([
    "- everyone r19",
    "… and 3 roles of everyone more (--dry-run lists all)",
    nobody,
  ]);
  const lines = goingLines(changes, impact, PLAIN, (all) => all.map((_, at) => `line ${at}`));
  expect(lines.slice(19)).toEqual(["line 19", "… and 3 more (--dry-run lists all)", nobody]);
});

it("with everyone, and with users that flags name, the first argument is a role too", () => {
  const someone = { everyone: false };
  expect(subjectsOf({ user: "a", roles: ["b"] }, someone)).toEqual([{ who: "a", roles: ["b"] }]);
  expect(subjectsOf({ user: "a", roles: ["b"] }, { everyone: true })).toEqual([{ who: null, roles: ["a", "b"] }]);
  expect(subjectsOf({ user: "a" }, { everyone: true })).toEqual([{ who: null, roles: ["a"] }]);
  expect(subjectsOf({ user: "a" }, { everyone: false, user: ["c", "d"] })).toEqual([
    { who: "c", roles: ["a"] },
    { who: "d", roles: ["a"] },
  ]);
  expect(errorOf(() => subjectsOf({}, { everyone: true })).code).toBe("ARGUMENT_MISSING");
});
