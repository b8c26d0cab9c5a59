/** Mutants: which ones tests kill is told without running one, and is what running each of them says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexPolicy, type PolicyIndex } from "../../../src/policy/evaluate/policy-index.ts";
import { Kills } from "../../../src/policy/tests/kills.ts";
import { mutantsOf } from "../../../src/policy/tests/mutants.ts";
import { mutatedPolicy } from "../../../src/policy/tests/mutated.ts";
import { mutationOf, scoreOf } from "../../../src/policy/tests/mutation.ts";
import { runTests } from "../../../src/policy/tests/run-tests.ts";
import { indexFrom, read } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import type { OracleQuestion, PlainDocument } from "../../support/oracle.ts";
import { conditionalDocuments, givens } from "../../support/random-conditional-questions.ts";
import { constrained } from "../../support/random-constraints.ts";
import { documents, NOW, questions } from "../../support/random-policies.ts";
import { untilEnough } from "../../support/until-enough.ts";

const testsIn = (tests: readonly object[]) => read({ rbac: 1, tests }).tests;
const passes = (index: PolicyIndex, test: object) => runTests(index, testsIn([test]), NOW).every((one) => one.passed);

/** A question as a test, which states what the policy answers. */
function asTest(index: PolicyIndex, question: OracleQuestion): object {
  const { user, permission, own, scope, at, activate, assume, given } = question;
  const who = user === null ? (assume.length === 0 ? { stranger: true } : {}) : { user };
  const asked = { ...who, ...(assume.length > 0 && { assume }), activate, ...(scope !== null && { scope }), at, given };
  const names = [own ? `${permission}:own` : permission];
  return passes(index, { ...asked, can: names }) ? { ...asked, can: names } : { ...asked, cannot: names };
}

/** What everybody holds, and what would refuse that some role is given to somebody. */
function testsOfRoles(index: PolicyIndex, { users = {}, roles = {} }: PlainDocument): object[] {
  const held = Object.entries(users).flatMap(([user, { roles: holdings = [] }]) =>
    holdings.map((holding) => {
      const { role, scope = null } = typeof holding === "string" ? { role: holding } : holding;
      return { user, has: [role], ...(scope !== null && { scope }), at: NOW };
    }),
  );
  const [user] = Object.keys(users);
  const [actor] = Object.keys(users).reverse();
  const given = Object.keys(roles).flatMap((role) => [
    { user, assign: role, at: NOW, refused: true },
    { user, actor, assign: role, at: NOW, refused: true },
  ]);
  const changes = given.map((change) => (passes(index, change) ? change : { ...change, refused: false }));
  return [...held.filter((test) => passes(index, test)), ...changes];
}

/** The document with the guard, and roles of which one may assign roles, the next anything. */
function guarded(document: PlainDocument): PlainDocument {
  const roles = Object.entries(document.roles ?? {}).map(([role, own], at) => {
    const more = [["rbac:assignment"], ["rbac:assignment", "rbac:escalate"]][at] ?? [];
    return [role, { ...own, grants: [...(own?.grants ?? []), ...more] }];
  });
  const { permissions: stated = [] } = document;
  const named = Array.isArray(stated) ? stated : Object.keys(stated);
  const permissions = [...named, "rbac:assignment", "rbac:escalate"];
  return { ...document, permissions, roles: Object.fromEntries(roles), guarded: true } as PlainDocument;
}

/** A policy, and questions to it. */
const asked = (policies: fc.Arbitrary<PlainDocument>, most: number) =>
  policies.chain((document) =>
    fc
      .array(fc.tuple(questions(document), givens()), { minLength: 1, maxLength: most })
      .map((all) => ({ document, questions: all.map(([question, given]) => ({ ...question, given })) })),
  );

const everyKind = fc.oneof(documents(), conditionalDocuments(), constrained());

describe("which mutants are killed", () => {
  const KINDS = ["delete grant", "flip grant", "delete inheritance", "delete assignment"];

  it("is what running each of them says", async () => {
    const counts = new Map<string, number>();
    const holds = (some: { document: PlainDocument; questions: OracleQuestion[] }) => {
      const { questions: all } = some;
      const document = all.length % 2 === 0 ? guarded(some.document) : some.document;
      const index = indexFrom(document);
      const tests = testsIn([...all.map((one) => asTest(index, one)), ...testsOfRoles(index, document)]);
      const kills = new Kills(index, runTests(index, tests, NOW), NOW);
      for (const mutant of mutantsOf(index.policy)) {
        const mutated = indexPolicy(mutatedPolicy(index.policy, mutant));
        const isKilled = runTests(mutated, tests, NOW).some(({ passed }) => !passed);
        const what = `${mutant.kind} ${mutant.from.kind}`;
        expect([what, mutant.from.words, kills.isKilled(mutant)]).toEqual([what, mutant.from.words, isKilled]);
        counts.set(`${what} ${isKilled}`, (counts.get(`${what} ${isKilled}`) ?? 0) + 1);
      }
    };
    const fewest = () =>
      Math.min(...KINDS.flatMap((kind) => [true, false].map((isKilled) => counts.get(`${kind} ${isKilled}`) ?? 0)));
    await untilEnough(
      () => fc.assert(fc.property(asked(everyKind, 12), holds), { numRuns: often(40) }),
      () => fewest() > 5,
    );
    expect(fewest()).toBeGreaterThan(5);
  });
});

it("a change that others' holdings refuse kills the mutants that take these away", () => {
  const index = indexFrom({
    rbac: 1,
    permissions: ["posts:read"],
    roles: { boss: {}, chief: { inherits: ["boss"] } },
    users: { ann: {}, bob: { roles: ["chief"] } },
    constraints: { one: { kind: "max_users", roles: ["boss"], limit: 1 } },
  } as unknown as PlainDocument);
  const kills = new Kills(index, runTests(index, testsIn([{ user: "ann", assign: "boss", refused: true }]), NOW), NOW);
  expect(mutantsOf(index.policy).filter((mutant) => kills.isKilled(mutant)).length).toBe(2);
});

it("a policy without mutants that can be killed scores 100", () => {
  expect(scoreOf({ all: 2, killed: 0, equivalent: 2 })).toBe(100);
  expect(scoreOf({ all: 4, killed: 1, equivalent: 2 })).toBe(50);
});

describe("survivors", () => {
  it("under a condition about who asks have tests of few people: enabled ones, those with least roles first", () => {
    const document = {
      rbac: 1,
      permissions: ["posts:read", "posts:write"],
      roles: { reader: { grants: [{ permission: "posts:read", when: "subject.user == subject.team" }] }, other: {} },
      users: {
        off: { disabled: true, roles: ["reader"] },
        ...Object.fromEntries(["b", "a", "c", "d", "e", "f"].map((name) => [name, { roles: ["reader", "other"] }])),
        z: {},
      },
      everyone: ["reader"],
    } as unknown as PlainDocument;
    const index = indexFrom(document);
    const outcome = mutationOf(index, read(document), runTests(index, testsIn([]), NOW), NOW);
    const tests = outcome.survivors.flatMap(({ test }) => (test === null ? [] : [test]));
    expect(tests.length).toBeGreaterThan(0);
    expect(runTests(index, testsIn(tests), NOW).filter(({ passed }) => !passed)).toEqual([]);
  });

  it("have tests that pass and kill them all; no question tells the equivalent ones apart", async () => {
    const counts = { survivors: 0, equivalent: 0, unknown: 0 };
    const holds = ({ document, questions: all }: { document: PlainDocument; questions: OracleQuestion[] }) => {
      const index = indexFrom(document);
      const facts = read(document);
      const few = testsIn(all.slice(0, 2).map((one) => asTest(index, one)));
      const first = mutationOf(index, facts, runTests(index, few, NOW), NOW);
      const suggested = testsIn(first.survivors.flatMap(({ test }) => (test === null ? [] : [test])));
      const outcomes = runTests(index, [...few, ...suggested], NOW);
      expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
      const then = mutationOf(index, facts, outcomes, NOW);
      expect(then.survivors.filter(({ test }) => test !== null)).toEqual([]);
      expect(then.equivalent).toBeLessThanOrEqual(first.equivalent);
      counts.survivors += suggested.length;
      counts.equivalent += then.equivalent;
      counts.unknown += then.survivors.length;
      const every = testsIn(all.map((one) => asTest(index, one)));
      const more = mutationOf(index, facts, runTests(index, [...every, ...few, ...suggested], NOW), NOW);
      expect(more.equivalent).toBe(then.equivalent);
    };
    const policies = fc.oneof(documents(), conditionalDocuments());
    await untilEnough(
      () => fc.assert(fc.property(asked(policies, 30), holds), { numRuns: often(3) }),
      () => counts.survivors > 10 && counts.equivalent > 0,
    );
    expect(counts.survivors).toBeGreaterThan(10);
    expect(counts.equivalent).toBeGreaterThan(0);
  });
});

describe("conditions", () => {
  const STATUS = { status: ["draft", "published"] };
  /** A condition, what is declared, and attributes with which it is true. */
  const TRUE_WITH: [string, object, object][] = [
    ['resource.status != "draft"', STATUS, { "resource.status": "published" }],
    ['has(resource.status) && resource.status != "draft"', STATUS, { "resource.status": "published" }],
    ["resource.status in context.list", STATUS, { "resource.status": "draft", "context.list": ["draft"] }],
    ["resource.public == context.public", { public: "bool" }, { "resource.public": true, "context.public": true }],
    ["resource.size == subject.size", { size: "number" }, { "resource.size": 7, "subject.size": 7 }],
    ["resource.score > 1 && resource.score < 1.5", {}, { "resource.score": 1.2 }],
    ["resource.size > 9007199254740990", {}, { "resource.size": 9007199254740991 }],
    ['resource.name > "a" && resource.name < "b"', {}, { "resource.name": "ab" }],
    ['"a" in resource.tags && !("b" in resource.tags)', {}, { "resource.tags": ["a"] }],
    ['resource.tag in context.tags && !("a" in context.tags)', {}, { "resource.tag": "x", "context.tags": ["x"] }],
    ['resource.tag == context.tag && context.tag == "a"', {}, { "resource.tag": "a", "context.tag": "a" }],
    ['cidr(context.ip, "10.0.0.0/8") && !cidr(context.ip, "10.0.0.0/16")', {}, { "context.ip": "10.9.0.0" }],
    ["context.time < resource.expires", {}, { "resource.expires": "2099-01-01T00:00:00Z" }],
    ["has(context.time) && resource.open", {}, { "resource.open": true }],
    ['has(resource.owner) && resource.owner.team == "x"', {}, { "resource.owner.team": "x" }],
  ];

  it.each(TRUE_WITH)("%s: what a test kills was not called equivalent, and has a test", (when, attributes, given) => {
    const index = indexFrom({
      rbac: 1,
      permissions: ["posts:read"],
      attributes: { posts: attributes },
      roles: { reader: { grants: [{ permission: "posts:read", when }] } },
      users: { ann: { roles: ["reader"] } },
    } as unknown as PlainDocument);
    const cannot = { user: "ann", cannot: ["posts:read"] };
    const can = { user: "ann", given, can: ["posts:read"] };
    const scored = (...tests: object[]) => {
      const outcomes = runTests(index, testsIn(tests), NOW);
      expect(outcomes.every(({ passed }) => passed)).toBe(true);
      return mutationOf(index, { facts: read({ rbac: 1 }).facts }, outcomes, NOW);
    };
    const [few, more] = [scored(cannot), scored(cannot, can)];
    expect(few.equivalent).toBe(more.equivalent);
    expect(more.killed).toBeGreaterThan(few.killed);
    const found = few.survivors.flatMap(({ test }) => test ?? []);
    expect(scored(cannot, ...found).killed).toBeGreaterThanOrEqual(more.killed);
  });
});
