/** Several mutations as one: the same policy as one after the other, by the same rows or more. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { apply } from "../../src/policy/model/change.ts";
import { joinNeeds, type NeededRows } from "../../src/policy/model/mutation.ts";
import { assigning, creating, granting, inSequence, removing, renaming, revoking } from "../../src/policy/mutations.ts";
import { policyFrom } from "../support/documents.ts";
import { POSTS } from "../support/library.ts";

const whole = { scope: null, from: null, until: null, replace: true, existing: false };
const user = fc.constantFrom("alice", "bob", "dave");
const role = fc.constantFrom("reader", "editor", "clerk", "extra");
const scope = fc.constantFrom(null, "acme");
const mutation = fc.oneof(
  fc.tuple(user, role, scope).map(([who, name, on]) => assigning({ ...whole, who, roles: [name], scope: on })),
  fc.tuple(user, role).map(([who, name]) => revoking({ who, roles: [name], scope: null, everywhere: true })),
  role.map((name) => creating("role", name, {})),
  role.map((name) => granting({ role: name, permissions: ["docs:read"], effect: "allow", scope: null })),
  fc.tuple(fc.constantFrom("user", "role"), user).map(([kind, name]) => removing(kind as "user", name, true)),
  fc.tuple(role, role).map(([from, to]) => renaming("role", from, to)),
);

const outcome = <T>(act: () => T): T | string => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
};

it("what several come to is what they come to one after the other", () => {
  let refused = 0;
  const alike = (mutations: ReturnType<typeof inSequence>[]) => {
    const before = policyFrom({ ...POSTS, rbac: 1 });
    const oneByOne = outcome(() => mutations.reduce((policy, { decide }) => apply(policy, decide(policy)), before));
    const together = outcome(() => apply(before, inSequence(mutations).decide(before)));
    if (typeof together === "string") refused += 1;
    const sorted = (policy: typeof together) =>
      typeof policy === "string"
        ? policy
        : Object.entries(policy).map(([kind, rows]) => (kind === "former" ? [] : [...rows.keys()].sort()));
    expect(sorted(together)).toEqual(sorted(oneByOne));
  };
  fc.assert(fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), alike), { numRuns: 2000 });
  expect(refused).toBeGreaterThan(50);
  expect(refused).toBeLessThan(1950);
});

it.each<[string, NeededRows, NeededRows, NeededRows]>([
  ["names of both", { users: ["a"] }, { users: ["b"], holders: ["r"] }, { users: ["a", "b"], holders: ["r"] }],
  ["all is more than names", { roles: "all" }, { roles: ["r"] }, { roles: "all" }],
  [
    "none adds nothing",
    { roles: "none", grants: "none" },
    { roles: ["r"], grants: "none" },
    { roles: ["r"], grants: "none" },
  ],
  ["grants left out are all", { grants: "none" }, {}, { grants: "all" }],
  [
    "targets of both",
    { grants: { patterns: ["a:b"], targets: ["x"] } },
    { grants: { patterns: ["*:b"], targets: [null] } },
    { grants: { patterns: ["a:b", "*:b"], targets: ["x", null] } },
  ],
  [
    "a target that is left out is every one",
    { grants: { patterns: ["a:b"] } },
    { grants: { patterns: ["*:b"], targets: [null] } },
    { grants: { patterns: ["a:b", "*:b"] } },
  ],
  [
    "the catalogue, where grants say what of it",
    { permissions: "granted" },
    { permissions: ["a:b"] },
    { permissions: "all" },
  ],
])("joined needs have %s", (_, one, other, both) => {
  const empty = { holders: [], constraints: false };
  const expected = { grants: "all", ...empty, ...both };
  expect({ grants: "all", ...joinNeeds(one, other) }).toEqual(expected);
});

it("several renamings of one thing leave the trail from its first name to its last", () => {
  const before = policyFrom({ ...POSTS, rbac: 1 });
  const trail = (...mutations: ReturnType<typeof inSequence>[]) =>
    inSequence(mutations)
      .decide(before)
      .flatMap((change) => (change.kind === "former.add" ? [`${change.former} → ${change.name}`] : []));
  expect(trail(renaming("user", "bob", "rob"), renaming("user", "rob", "robert"))).toEqual(["bob → robert"]);
  expect(trail(renaming("user", "bob", "rob"), renaming("user", "rob", "bob"))).toEqual([]);
  expect(trail(creating("role", "new", {}), renaming("role", "new", "newer"))).toEqual([]);
  expect(trail(renaming("user", "bob", "rob"), removing("user", "rob", false))).toEqual([]);
  // What is called bob at the end was alice.
  expect(trail(renaming("user", "bob", "rob"), renaming("user", "alice", "bob"))).toEqual(["alice → bob"]);
});
