/** Sets that are alike, against each compared with each; and the roles of Google's policy that are. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { NO_LINT } from "../../../src/policy/document/facts.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { lint } from "../../../src/policy/lint/lint.ts";
import { roleGroups } from "../../../src/policy/lint/roles/role-groups.ts";
import { RoleRights } from "../../../src/policy/lint/roles/role-rights.ts";
import { SimilarSets } from "../../../src/policy/lint/roles/similar-sets.ts";
import { grouped } from "../../../src/policy/model/group-by.ts";
import { emptyDraft, keyOf, type Policy } from "../../../src/policy/model/policy.ts";
import { AT } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import { dataDocument, describeData, grantsOf } from "../../support/shared-data.ts";

const MEMBERS = 40;

/** Different sets, many of which have nearly the same members. */
const sets = fc
  .array(fc.tuple(fc.constantFrom(0, 0, 5, 15), fc.integer({ min: 8, max: 22 }), fc.subarray([...Array(6).keys()])), {
    minLength: 2,
    maxLength: 25,
  })
  .map((all) => all.map(([from, size, left]) => span(from, size).filter((_, at) => !left.includes(at - 1))))
  .map((all) => [...new Map(all.map((set) => [set.join(), Int32Array.from(set)])).values()]);

const span = (from: number, size: number): number[] => Array.from({ length: size }, (_, at) => from + at);

const contains = (outer: Int32Array, inner: Int32Array): boolean =>
  inner.length < outer.length && inner.every((member) => outer.includes(member));

it("finds the pairs, and the largest within each, that comparing each with each finds", () => {
  let count = 0;
  const holds = (all: readonly Int32Array[]) => {
    const similar = new SimilarSets(all, MEMBERS);
    const pairs = [...similar.pairs(9)].map(({ one, other, common }) => `${[one, other].sort()} ${common}`);
    const expected = all.flatMap((a, one) =>
      all.slice(one + 1).flatMap((b, at) => {
        const common = a.filter((member) => b.includes(member)).length;
        const isAlike = common * 10 >= 9 * (a.length + b.length - common);
        return isAlike ? [`${[one, one + 1 + at].sort()} ${common}`] : [];
      }),
    );
    expect(pairs.sort()).toEqual(expected.sort());
    const within = new Map([...similar.largestWithin(9)].map(({ outer, inner }) => [outer, [...inner].sort()]));
    const large = [...all.keys()].filter((at) => (all[at]?.length ?? 0) >= 9);
    for (const [at, outer] of all.entries()) {
      const inner = large.filter((other) => contains(outer, all[other] as Int32Array));
      const isLargest = (one: number) =>
        !inner.some((other) => contains(all[other] as Int32Array, all[one] as Int32Array));
      expect(within.get(at) ?? []).toEqual(inner.filter(isLargest).sort());
    }
    count += pairs.length + within.size;
  };
  fc.assert(fc.property(sets, holds), { numRuns: often(200) });
  expect(count).toBeGreaterThan(200);
});

it("compares eight times as often for eight times as many sets", () => {
  const comparisons = (copies: number): number => {
    const all = Array.from({ length: copies * 100 }, (_, at) => Int32Array.from(span(at * 3, 5 + (at % 7))));
    const similar = new SimilarSets(all, copies * 300 + 20);
    for (const _ of similar.pairs(9));
    for (const _ of similar.largestWithin(1));
    return similar.comparisons;
  };
  expect(comparisons(1)).toBeGreaterThan(0);
  expect(comparisons(8)).toBeLessThan(8.5 * comparisons(1));
});

it("does not compare each with each where all are alike", () => {
  const all = Array.from({ length: 500 }, (_, at) => Int32Array.from([...span(0, 19), 20 + at]));
  const similar = new SimilarSets(all, 600);
  expect([...similar.pairs(9, 10)]).toHaveLength(500 * 10 - 55);
  expect(similar.comparisons).toBe(500 * 10 - 55);
});

/** Google's roles as rows. */
function googles(): Policy {
  const document = dataDocument("gcp-iam/gcp-iam.policy.json");
  const draft = emptyDraft();
  for (const permission of document.permissions)
    draft.permission.set(permission, { permission, description: null, revision: 0 });
  for (const role of Object.keys(document.roles ?? {})) {
    draft.role.set(role, { role, description: null, revision: 0 });
    for (const permission of grantsOf(document, role)) {
      const row = { role, effect: "allow" as const, permission, scope: null, revision: 0 };
      draft.grant.set(keyOf("grant", row), row);
    }
  }
  return draft;
}

describeData("gcp-iam", "Google's policy", () => {
  it("has 103 groups of equal roles, besides the roles without grants, and 236 pairs that are nearly equal", () => {
    const index = indexPolicy(googles());
    const roles = new RoleRights(index);
    const groups = roleGroups(roles);
    const equal = groups.filter((group) => group.roles.length > 1).map((group) => group.roles.length);
    expect([equal.length, equal.reduce((sum, size) => sum + size)]).toEqual([103, 234]);
    const large = groups.filter(({ rights }) => rights.length >= 5);
    const sizeOf = (at: number) => large[at]?.roles.length ?? 0;
    const similar = new SimilarSets(
      large.map(({ rights }) => rights),
      roles.rights.count,
    );
    const pairs = [...similar.pairs(9)];
    expect(pairs.reduce((sum, { one, other }) => sum + sizeOf(one) * sizeOf(other), 0)).toBe(236);
    const rules = ["redundant-grant", "duplicate-role", "near-duplicate-role"];
    const { findings } = lint(index, { at: AT, settings: NO_LINT, rules });
    const counts = [...grouped(findings, ({ rule }) => rule)].map(([rule, found]) => [rule, found.length]);
    expect(Object.fromEntries(counts)).toEqual({ "duplicate-role": 131, "near-duplicate-role": 137 });
  });
});
