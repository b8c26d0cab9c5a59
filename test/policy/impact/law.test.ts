/** Rule 37: the law of impact against brute force, and what holds of the several ways to compute and to tell it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EngineOptions } from "../../../src/policy/impact/engine.ts";
import { impactOf } from "../../../src/policy/impact/impact.ts";
import type { Cause, GainsAndLosses, Impact, ImpactRow } from "../../../src/policy/impact/values.ts";
import { apply } from "../../../src/policy/model/change.ts";
import { patternContains } from "../../../src/policy/model/patterns.ts";
import { reversed } from "../../support/documents.ts";
import { type Changed, changedPolicies, documentOf, holdLaw } from "../../support/impact-law.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument, PlainGrant, PlainHolding } from "../../support/oracle.ts";
import { conditionalDocuments } from "../../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, documents, ROLES } from "../../support/random-policies.ts";

const at = fc.constantFrom(...ASKED_INSTANTS);

it(`${often(250)} random pairs: an answer differs just where a row covers it and its sides differ, now and later`, () => {
  const counts = holdLaw(often(250), Math.trunc(Math.random() * 2 ** 31));
  expect(Math.min(counts.gains, counts.losses, counts.underConditions)).toBeGreaterThan(1000);
  expect(counts.later).toBeGreaterThan(50);
});

/** A document of nothing but what the fast form is for: no scopes, windows, denies or owners; some have a few of them. */
const plain = (document: PlainDocument): PlainDocument => {
  const pattern = (grant: string | PlainGrant) =>
    (typeof grant === "string" ? grant : grant.permission).replace(/:own$/, "");
  const held = (holding: string | PlainHolding) => (typeof holding === "string" ? holding : holding.role);
  const roles = Object.entries(document.roles ?? {}).map(([name, { grants = [], denies: _, ...role }]) => [
    name,
    { ...role, grants: [...new Set(grants.map(pattern))] },
  ]);
  const users = Object.entries(document.users ?? {}).map(([name, user], position) => [
    name,
    position > 1 ? user : { ...user, roles: [...new Set((user.roles ?? []).map(held))] },
  ]);
  return { ...document, roles: Object.fromEntries(roles), users: Object.fromEntries(users) };
};

/** Plain policies, and such as have everything. */
const allPolicies = fc.oneof(
  { weight: 3, arbitrary: changedPolicies(documents().map(plain)) },
  { weight: 1, arbitrary: changedPolicies(conditionalDocuments()) },
);

const compute = ({ before, changes }: Changed, moment: string, options: EngineOptions): Impact =>
  impactOf(before, changes, moment, { causes: true, holdersOf: ROLES, ...options });

it("the fast form says what the general form says, causes and all", () => {
  let gains = 0;
  const holds = (changed: Changed, moment: string, listed: number) => {
    const fast = compute(changed, moment, { listed });
    expect(fast).toEqual(compute(changed, moment, { listed, general: true }));
    gains += fast.people.gain;
  };
  fc.assert(fc.property(allPolicies, at, fc.constantFrom(1, 2, 20), holds), { numRuns: often(400) });
  expect(gains).toBeGreaterThan(50);
});

it("the order in which a policy has its rows makes no difference", () => {
  const holds = ({ before, changes }: Changed, moment: string) => {
    const expected = compute({ before, changes }, moment, {});
    expect(compute({ before: reversed(before), changes }, moment, {})).toEqual(expected);
  };
  const policies = fc.oneof(allPolicies, changedPolicies(conditionalDocuments()));
  fc.assert(fc.property(policies, at, holds), { numRuns: often(300) });
});

const keyOf = ({ permission: _, count: __, because: ___, ...extent }: ImpactRow): string => JSON.stringify(extent);

/** The rows of everybody by name, and of strangers. */
const rowsOf = ({ outcomes, strangers }: Impact): Map<string, GainsAndLosses> =>
  new Map([...outcomes.flatMap((one) => one.users.map((user) => [user, one] as const)), ["", strangers] as const]);

it("rows of patterns, expanded, are the rows of names", () => {
  let patterns = 0;
  const holds = (changed: Changed, moment: string) => {
    const symbolic = compute(changed, moment, { listed: 1 });
    const expanded = compute(changed, moment, { expand: true });
    expect([symbolic.people, symbolic.kept]).toEqual([expanded.people, expanded.kept]);
    const named = rowsOf(expanded);
    expect([...rowsOf(symbolic).keys()].sort()).toEqual([...named.keys()].sort());
    for (const [user, rows] of rowsOf(symbolic))
      for (const side of ["gains", "losses"] as const)
        for (const key of new Set([...rows[side], ...(named.get(user)?.[side] ?? [])].map(keyOf))) {
          const [ours, theirs] = [rows[side], named.get(user)?.[side] ?? []].map((all) =>
            all.filter((row) => keyOf(row) === key),
          ) as [ImpactRow[], ImpactRow[]];
          patterns += ours.filter(({ count }) => count !== undefined).length;
          expect(ours.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(theirs.length);
          for (const { permission } of theirs)
            expect(ours.some((row) => patternContains(row.permission, permission))).toBe(true);
          for (const { permission, count = 1 } of ours)
            expect(theirs.filter((row) => patternContains(permission, row.permission)).length).toBeGreaterThanOrEqual(
              count,
            );
        }
  };
  fc.assert(fc.property(allPolicies, at, holds), { numRuns: often(300) });
  expect(patterns).toBeGreaterThan(30);
});

it("a cause is one of the changes, and a way that there is", () => {
  const holds = (changed: Changed, moment: string) => {
    const { before, changes } = changed;
    const after = apply(before, changes);
    const { outcomes, strangers } = compute(changed, moment, {});
    const firsts = [...outcomes.map((one) => [String(one.users[0]), one] as const), ["", strangers] as const];
    const causes = firsts.flatMap(([user, { gains, losses }]) =>
      [...gains, ...losses].map(({ because }) => [user, because as Cause] as const),
    );
    for (const [user, { change, roles, grant }] of causes) {
      expect(changes[change]).toBeDefined();
      if (grant !== null) expect(changes[change]).toMatchObject({ role: roles.at(-1), permission: grant });
      const exists = [before, after].some(
        (policy) =>
          roles.every((role, place) => place === 0 || policy.inheritance.has(`${roles[place - 1]}\0${role}`)) &&
          (roles.length === 0 ||
            policy.everyone.has(String(roles[0])) ||
            [...policy.assignment.values()].some(
              (row) => row.role === roles[0] && (row.user === user || user === "zoe"),
            )),
      );
      expect([exists, roles, change]).toEqual([true, roles, change]);
    }
  };
  fc.assert(fc.property(allPolicies, at, holds), { numRuns: often(200) });
});

it("new holders are those who hold a role afterwards, now or later, and did not before", () => {
  const holds = (changed: Changed, moment: string) => {
    const sides = [documentOf(changed.before), documentOf(apply(changed.before, changed.changes))] as const;
    const holdersIn = ({ users = {}, roles = {}, everyone = [] }: PlainDocument, role: string) => {
      const reached = (from: string) => {
        const names = new Set([from]);
        for (const name of names) for (const parent of roles[name]?.inherits ?? []) names.add(parent);
        return names;
      };
      const reaches = (from: string): boolean => reached(from).has(role);
      const isHeld = (held: string | PlainHolding) =>
        typeof held === "string" ? reaches(held) : reaches(held.role) && (held.until ?? "9") > moment;
      return Object.entries(users).flatMap(([name, user]) =>
        everyone.some(reaches) || (user.roles ?? []).some(isHeld) ? [name] : [],
      );
    };
    for (const { role, users } of compute(changed, moment, {}).newHolders) {
      const [old, now] = sides.map((side) => holdersIn(side, role)) as [string[], string[]];
      // Who is renamed is one person.
      const renamed = changed.changes.some(({ kind }) => kind === "former.add");
      if (!renamed) expect([role, users]).toEqual([role, now.filter((name) => !old.includes(name)).sort()]);
    }
  };
  fc.assert(fc.property(allPolicies, at, holds), { numRuns: often(150) });
});
