/** Near misses and advice where grants have conditions: nothing is promised that a condition may refuse. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCondition, truthOf } from "../../../src/policy/conditions/condition.ts";
import type { Given } from "../../../src/policy/conditions/given.ts";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { factsFor } from "../../../src/policy/evaluate/judged-paths.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import { apply } from "../../../src/policy/model/change.ts";
import { AT, indexFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";

const CONDITIONS = [
  ...["resource.a", "!resource.a", "resource.b", "resource.a && resource.b", "resource.a || !resource.b"],
  'resource.a == false && subject.user == "alice"',
];
const PERMISSION = "posts:read";
const NAMES = ["reader", "editor", "admin", "other"];

const grants = fc.uniqueArray(
  fc.record({
    permission: fc.constantFrom("posts:read", "posts:*", "*", "posts:read:own"),
    when: fc.constantFrom(undefined, ...CONDITIONS),
  }),
  { maxLength: 2, selector: (grant) => JSON.stringify(grant) },
);
const policies = fc
  .record({
    roles: fc.tuple(...NAMES.map(() => fc.record({ grants, denies: grants, heir: fc.boolean() }))),
    held: fc.subarray(NAMES),
    everyone: fc.subarray(NAMES, { maxLength: 1 }),
    disabled: fc.boolean(),
  })
  .map(({ roles, held, everyone, disabled }): PlainDocument => {
    const named = roles.map(({ heir, ...role }, at) => {
      const parent = NAMES[at - 1];
      return [NAMES[at], { ...JSON.parse(JSON.stringify(role)), inherits: heir && parent ? [parent] : [] }];
    });
    const users = { alice: { disabled, roles: held }, bob: { roles: ["reader"] } };
    return { rbac: 1, permissions: [PERMISSION, "posts:write"], roles: Object.fromEntries(named), users, everyone };
  });

/** Attributes as a question may give them, and all that may be true in full. */
const FULL = [true, false].flatMap((a) => [true, false].map((b) => ({ resource: { a, b } })));
const givens = fc.constantFrom<Given | undefined>(undefined, { resource: {} }, { resource: { a: true } }, ...FULL, {
  resource: { b: false },
});
const fits = (full: (typeof FULL)[number], given: Given | undefined) =>
  Object.entries(given?.resource ?? {}).every(([name, value]) => full.resource[name as "a" | "b"] === value);

it("random policies: after each advice the answer is yes exactly where it says, for whatever attributes", () => {
  let [tried, waiting, promised] = [0, 0, 0];
  fc.assert(
    fc.property(policies, givens, fc.boolean(), (document, given, own) => {
      const index = indexFrom(document);
      const usual = { user: "alice", permission: PERMISSION, scope: null, at: AT, activate: [], assume: [] };
      const question: Question = { ...usual, owner: own ? "alice" : null, ...(given && { given }) };
      const { remedies } = nearMissesOf(index, question, decide(index, question));
      for (const { changes, when } of remedies) {
        tried += 1;
        const cured = indexPolicy(apply(index.policy, changes));
        const now = decide(cured, question);
        expect(["allow", "condition"]).toContain(now.reason);
        if (!now.allowed) expect(when).toBe(now.when);
        waiting += Number(!now.allowed);
        promised += Number(when === undefined);
        for (const full of FULL) {
          if (!now.allowed && !fits(full, given)) continue;
          const asked = { ...question, given: full };
          const says = when === undefined || truthOf(parseCondition(when), factsFor(cured, asked, PERMISSION)) === true;
          expect(decide(cured, asked).allowed).toBe(says);
        }
      }
    }),
    { numRuns: 3000, seed: 20 },
  );
  for (const count of [tried, waiting, promised]) expect(count).toBeGreaterThan(300);
});

const document: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts:drop"],
  roles: {
    reader: { grants: [{ permission: "posts:read", when: "resource.published" }] },
    writer: { grants: [{ permission: "posts:*", but: ["posts:drop"] }] },
    fence: { denies: [{ permission: "posts:*", when: "resource.locked" }] },
  },
  users: { alice: { roles: ["reader"] }, bob: {}, carl: { roles: ["writer", "fence"] } },
};

function near(user: string, permission: string, given?: Given) {
  const index = indexFrom(document);
  const usual = { user, permission, owner: null, scope: null, at: AT, activate: [], assume: [] };
  const question = { ...usual, ...(given && { given }) };
  const { misses, remedies } = nearMissesOf(index, question, decide(index, question));
  return {
    misses: misses.map(({ roles, obstacles }) => `${roles.join(">")}: ${obstacles.join(", ")}`),
    remedies: remedies.map(({ changes, when, adds }) => [changes.map(({ kind }) => kind).join(), adds, when]),
  };
}

describe("near misses", () => {
  it("a condition that is false, or that waits, is an obstacle", () => {
    expect(near("alice", "posts:read").misses).toEqual(["reader: condition"]);
    expect(near("alice", "posts:read", { resource: { published: false } }).misses).toEqual(["reader: condition"]);
  });

  it("a deny that waits denies", () => {
    expect(near("carl", "posts:read").misses).toEqual(["writer: denied"]);
    expect(near("carl", "posts:read", { resource: { locked: true } }).misses).toEqual(["writer: denied"]);
  });

  it("what a grant leaves out is not near to it", () => {
    expect(near("carl", "posts:drop", { resource: { locked: false } }).misses).toEqual([]);
  });
});

describe("advice", () => {
  it("roles that allow for sure come before those that may refuse, which say so", () => {
    expect(near("bob", "posts:read").remedies).toEqual([
      ["assignment.add", 2, undefined],
      ["assignment.add", 1, "resource.published"],
    ]);
  });

  it("says what a yes depends on, though it is given: another post may be another", () => {
    expect(near("bob", "posts:read", { resource: { published: true } }).remedies).toEqual([
      ["assignment.add", 1, "resource.published"],
      ["assignment.add", 2, undefined],
    ]);
  });

  it("where the answer waits already, it is no remedy to wait", () => {
    expect(near("alice", "posts:read").remedies.map(([kinds, , when]) => [kinds, when])).toEqual([
      ["grant.add", undefined],
      ["assignment.add", undefined],
    ]);
  });

  it("a conditional deny is taken away as what it is", () => {
    expect(near("carl", "posts:read").remedies.map(([kinds]) => kinds)).toEqual(
      expect.arrayContaining(["conditional.remove", "assignment.remove"]),
    );
  });
});
