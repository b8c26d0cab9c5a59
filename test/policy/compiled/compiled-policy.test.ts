/**
 * A compiled policy answers as the walk does, whatever the policy, the question, and the changes since it was compiled.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledPolicy } from "../../../src/policy/compiled/compiled-policy.ts";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { diff } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { compareAlong, heldBy, outcomeOf, separated, structureOf } from "../../support/compiled-policies.ts";
import { AT, policyFrom } from "../../support/documents.ts";
import { expectSame } from "../../support/expect-same.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument, PlainUser } from "../../support/oracle.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, questions, ROLES, USERS } from "../../support/random-policies.ts";

/** Questions that may name what the policy does not, or say twice that the target is the asker's own. */
const anything: fc.Arbitrary<Question> = fc.record({
  user: fc.constantFrom(...USERS, "mallory", null),
  permission: fc.constantFrom("posts:read", "post:owned:own", "billing:publish", "nothing:read", "posts:own"),
  owner: fc.constantFrom(null, ...USERS),
  scope: fc.constantFrom(...ASKED_SCOPES),
  at: fc.constantFrom(...ASKED_INSTANTS),
  activate: fc.subarray<string>([...ROLES, "nobody's"], { maxLength: 2 }),
  assume: fc.subarray<string>([...ROLES, "nobody's"], { maxLength: 1 }),
});

const asked = (document: PlainDocument): fc.Arbitrary<Question> =>
  fc.oneof(
    { weight: 1, arbitrary: anything },
    {
      weight: 5,
      arbitrary: questions(document).map(({ own, permission, ...question }) => {
        return { ...question, owner: null, permission: own ? `${permission}:own` : permission };
      }),
    },
  );

const withQuestions = separated.chain((document) =>
  fc.tuple(fc.constant(document), fc.array(asked(document), { minLength: 10, maxLength: 10 })),
);

function expectAlike(compiled: CompiledPolicy, structure: CompiledPolicy, policy: Policy, list: readonly Question[]) {
  const index = indexPolicy(policy);
  for (const question of list) {
    const expected = outcomeOf(() => decide(index, question));
    expectSame(
      outcomeOf(() => compiled.answer(question)),
      expected,
      question,
    );
    const people = heldBy(index, question.user);
    expectSame(
      outcomeOf(() => structure.answer(question, people)),
      expected,
      question,
    );
  }
}

describe("a compiled policy answers as the walk", () => {
  it(`for ${often(1000)} random policies with 10 questions each`, () => {
    const alike = ([document, list]: [PlainDocument, Question[]]) => {
      const policy = policyFrom(document);
      expectAlike(CompiledPolicy.of(policy), structureOf(policy), policy, list);
    };
    fc.assert(fc.property(withQuestions, alike), { numRuns: often(1000) });
  });

  it(`after changes from one policy to the next, ${often(150)} times five`, () => {
    const alike = (steps: [PlainDocument, Question[]][]) => compareAlong(steps, expectAlike);
    fc.assert(fc.property(fc.array(withQuestions, { minLength: 5, maxLength: 5 }), alike), { numRuns: often(150) });
  });
});

it("what is taken away though it was never there takes nothing else along", () => {
  const before = policyFrom({
    rbac: 1,
    permissions: ["posts:read", "posts:edit"],
    roles: { reader: { grants: ["posts:read"] }, heir: { inherits: ["reader"] }, other: {} },
    users: { alice: { roles: ["heir"] } },
  });
  const compiled = CompiledPolicy.of(before);
  compiled.apply([
    { kind: "inheritance.remove", role: "heir", inherits: "other", before: {}, after: null },
    {
      kind: "grant.remove",
      role: "reader",
      effect: "allow",
      permission: "posts:edit",
      scope: null,
      before: {},
      after: null,
    },
  ]);
  const question = {
    user: "alice",
    permission: "posts:read",
    owner: null,
    scope: null,
    at: AT,
    activate: [],
    assume: [],
  };
  expect(compiled.answer(question).allowed).toBe(true);
});

describe("users who come, change and go by the thousand", () => {
  const plain = { owner: null, scope: null, at: AT, activate: [], assume: [] };
  const structure = {
    rbac: 1 as const,
    permissions: ["posts:read"],
    roles: { reader: { grants: ["posts:read"] }, other: {}, mute: { denies: ["*:*"] } },
  };
  const users = (rolesOf: (at: number) => PlainUser["roles"]): Record<string, PlainUser> =>
    Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`u${at}`, { roles: rolesOf(at) ?? [] }]));

  it("leave no trace of what they held", () => {
    const compiled = CompiledPolicy.of(policyFrom(structure));
    let policy = policyFrom(structure);
    for (let round = 1; round <= 8; round++) {
      const narrow = { role: "reader", scope: `s${round}` };
      const many = Array.from({ length: round * 2 }, (_, at) => ({ role: "other", scope: `s${at}` }));
      const next = policyFrom({
        ...structure,
        users: users((at) => [...(at % round === 0 ? ["reader"] : []), narrow, ...many]),
      });
      compiled.apply(diff(policy, next));
      policy = next;
      for (let at = 0; at < 3000; at++) {
        const reads = (scope: string | null) =>
          compiled.answer({ ...plain, user: `u${at}`, permission: "posts:read", scope }).allowed;
        expectSame(reads(null), at % round === 0, [round, at]);
        expectSame(reads(`s${round}/x`), true, [round, at]);
        expectSame(reads(`s${round + 1}`), at % round === 0, [round, at]);
      }
    }
  });
});

describe("grants that come and go", () => {
  const permissions = Array.from({ length: 40 }, (_, at) => `posts${at}:read`);
  const plain = { user: "alice", owner: null, at: AT, activate: [], assume: [] };

  it("count exactly while they are there, whatever else changed", () => {
    const grantsOf = (there: ReadonlySet<string>) =>
      [...there].map((grant) => {
        const [permission = "", scope] = grant.split(" ");
        return scope === undefined ? permission : { permission, scope };
      });
    const policyOf = (there: ReadonlySet<string>) =>
      policyFrom({
        rbac: 1,
        permissions,
        roles: { reader: { grants: grantsOf(there) }, heir: { inherits: ["reader"] } },
        users: { alice: { roles: ["heir"] } },
      });
    const there = new Set<string>();
    let policy = policyOf(there);
    const compiled = CompiledPolicy.of(policy);
    for (let step = 0; step < 400; step++) {
      const scope = (step * 7) % 5 === 0 ? "" : ` s${(step * 11) % 3}`;
      const grant = `${permissions[(step * 13) % permissions.length]}${scope}`;
      if (!there.delete(grant)) there.add(grant);
      const next = policyOf(there);
      compiled.apply(diff(policy, next));
      policy = next;
      for (const permission of permissions) {
        const may = (scope: string | null) => compiled.answer({ ...plain, permission, scope }).allowed;
        const everywhere = there.has(permission);
        expectSame(may(null), everywhere, [step, permission]);
        for (const on of ["s0", "s1", "s2"])
          expectSame(may(`${on}/x`), everywhere || there.has(`${permission} ${on}`), [step, permission, on]);
      }
    }
  });
});

it("names that are spread alike are told apart", () => {
  const [one, other] = ["uxx2aaqtq", "uxxuuf0tl"]; // Of one length, and one hash.
  const compiled = CompiledPolicy.of(
    policyFrom({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { reader: { grants: ["posts:read"] } },
      users: { [one]: {}, [other]: { roles: ["reader"] } },
    }),
  );
  const plain = { permission: "posts:read", owner: null, scope: null, at: AT, activate: [], assume: [] };
  expect(compiled.answer({ ...plain, user: one }).allowed).toBe(false);
  expect(compiled.answer({ ...plain, user: other }).allowed).toBe(true);
});

it("a role reaches through ten thousand others what the last of them is granted, and is active with each", () => {
  const many = 10_000;
  const roles = Object.fromEntries(
    Array.from({ length: many }, (_, at) => [
      `r${at}`,
      at + 1 < many ? { inherits: [`r${at + 1}`] } : { grants: ["posts:read"] },
    ]),
  );
  const compiled = CompiledPolicy.of(
    policyFrom({ rbac: 1, permissions: ["posts:read"], roles, users: { alice: { roles: ["r0"] } } }),
  );
  const plain = { user: "alice", permission: "posts:read", owner: null, scope: null, at: AT, assume: [] };
  expect(compiled.answer({ ...plain, activate: [] }).reason).toBe("allow");
  expect(compiled.answer({ ...plain, activate: [`r${many - 1}`] }).reason).toBe("allow");
  compiled.apply([{ kind: "inheritance.remove", role: "r5000", inherits: "r5001", before: {}, after: null }]);
  expect(compiled.answer({ ...plain, activate: [] }).reason).toBe("none");
  expect(compiled.answer({ ...plain, activate: [`r${many - 1}`] }).reason).toBe("session");
});
