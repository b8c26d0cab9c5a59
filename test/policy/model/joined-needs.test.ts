/** What two mutations need is fetched at once: at least the rows of both. */
import { expect, it } from "vitest";
import { joinNeeds } from "../../../src/policy/model/mutation.ts";

const GRANTING = { patterns: ["posts:read"], targets: ["acme"] };
const OTHER = { patterns: ["posts:*"], targets: ["beta"], below: true };

it("has what leads to either, the later end, and the conditional grants that either needs", () => {
  const one = { granting: GRANTING, endedBy: "2026-01-01T00:00:00.000Z", conditionals: true };
  const both = joinNeeds(one, { granting: OTHER, endedBy: "2027-01-01T00:00:00.000Z" });
  expect(both).toMatchObject({ endedBy: "2027-01-01T00:00:00.000Z", conditionals: true });
  expect(both.granting).toEqual({ patterns: ["posts:read", "posts:*"], targets: ["acme", "beta"], below: true });
});

it("has what one alone needs", () => {
  expect(joinNeeds({}, { granting: GRANTING, conditionals: true })).toMatchObject({
    granting: GRANTING,
    conditionals: true,
  });
  expect(joinNeeds({ granting: GRANTING, roles: ["a"] }, { roles: "none" })).toMatchObject({
    granting: GRANTING,
    roles: ["a"],
  });
  expect(joinNeeds({}, {})).not.toHaveProperty("conditionals");
});

it("has the keys that either names, and those of the users of either", () => {
  expect(joinNeeds({ keys: ["a"], keysOf: ["ann"] }, { keys: ["b"], keysOf: ["bob", "ann"] })).toMatchObject({
    keys: ["a", "b"],
    keysOf: ["ann", "bob"],
  });
  expect(joinNeeds({ keysOf: "all" }, { keys: ["b"], keysOf: ["bob"] })).toMatchObject({ keys: ["b"], keysOf: "all" });
  expect(joinNeeds({ keys: ["a"] }, { users: ["ann"] })).toMatchObject({ keys: ["a"], users: ["ann"] });
  expect(joinNeeds({}, {})).not.toHaveProperty("keys");
});
