/** The shape of the hierarchy: deep, wide, folded, and in circles. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { checkedChangesTo } from "../../../src/policy/document/changes-to-document.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { snapshot } from "../../../src/policy/document/snapshot.ts";
import { decide, holds, type Question } from "../../../src/policy/evaluate/decide.ts";
import { permissionsOf, rolesReachingGrants } from "../../../src/policy/evaluate/effective-permissions.ts";
import { hierarchyOf } from "../../../src/policy/evaluate/entity-details.ts";
import { matrixOf, roleAlone } from "../../../src/policy/evaluate/matrix.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import { added, apply } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { closure, parentsIn } from "../../../src/policy/model/role-graph.ts";
import { cli } from "../../support/cli.ts";
import { AT, errorOf, policyFrom, read, seeded } from "../../support/documents.ts";
import type { PlainDocument, PlainRole } from "../../support/oracle.ts";

const question: Question = {
  ...{ user: "alice", permission: "posts:read", owner: null, scope: null },
  ...{ at: AT, activate: [], assume: [] },
};

const holding = (roles: Record<string, PlainRole>, ...held: string[]): PlainDocument => ({
  rbac: 1,
  permissions: ["posts:read", "posts:write"],
  roles,
  users: { alice: { roles: held } },
});

/** Every question of the core about alice, and the roles that the way to posts:read leads through. */
function askAll(policy: Policy): number | undefined {
  const index = indexPolicy(policy);
  expect(permissionsOf(index, question).map(({ permission }) => permission)).toEqual(["posts:read"]);
  expect(whoCan(index, "posts:read", question).map(({ user }) => user)).toEqual(["alice"]);
  expect(rolesReachingGrants(index).size).toBe(policy.role.size);
  const [first = ""] = policy.role.keys();
  expect([...matrixOf(index, new Map([["first", roleAlone(first, AT)]])).rows][0]?.cells).toEqual(["any", "–"]);
  expect(hierarchyOf(policy, first).inherits.size).toBe(policy.role.size);
  expect(closure([first], parentsIn(policy)).size).toBe(policy.role.size);
  const no = { ...question, permission: "posts:write" };
  expect(nearMissesOf(index, no, decide(index, no)).misses).toEqual([]);
  expect(holds(index, { ...question, role: first }).allowed).toBe(true);
  expect(snapshot(policy).size).toBeGreaterThan(0);
  const { because, allowed } = decide(index, question);
  expect(allowed).toBe(true);
  expect(because).toHaveLength(1);
  return because[0]?.roles.length;
}

const DEEP = 10_000;
const chain = Object.fromEntries(
  Array.from({ length: DEEP }, (_, at): [string, PlainRole] => [
    `r${at}`,
    at + 1 < DEEP ? { inherits: [`r${at + 1}`] } : { grants: ["posts:read"] },
  ]),
);

describe("a chain of 10,000 roles", () => {
  const document = holding(chain, "r0");

  it("is read, checked for cycles, and answered", () => {
    expect(askAll(policyFrom(document))).toBe(DEEP);
  });

  it("is offered from its end on to a user who holds none of it", () => {
    const policy = policyFrom({ ...holding(chain), users: { alice: {} } });
    const index = indexPolicy(policy);
    const { remedies } = nearMissesOf(index, question, decide(index, question));
    expect(remedies).toHaveLength(3);
    for (const { changes } of remedies)
      expect(decide(indexPolicy(apply(policy, changes)), question).allowed).toBe(true);
  });

  it("is stored and asked from the database", async () => {
    const database = await Database.scratch(AT);
    await database.change({ actor: "a", osUser: "a", at: AT, reason: null }, seeding(read(document), false));
    const { decisions } = await database.can([question]);
    expect(decisions[0]?.because[0]?.roles).toHaveLength(DEEP);
    expect((await database.whoCan("posts:read", AT)).users).toHaveLength(1);
    await database.close();
  });

  it("closed to a circle it is refused, naming all of it", () => {
    const closed = { ...chain, [`r${DEEP - 1}`]: { inherits: ["r0"] } };
    const { message, code } = errorOf(() => policyFrom(holding(closed, "r0")));
    expect(code).toBe("CYCLE");
    expect(message.split(" → ")).toHaveLength(DEEP + 1);
  });
});

const LAYERS = 20;
const diamonds = Object.fromEntries([
  ...Array.from({ length: LAYERS }, (_, at): [string, PlainRole][] => [
    [`top${at}`, { inherits: [`left${at}`, `right${at}`] }],
    [`left${at}`, { inherits: [`top${at + 1}`] }],
    [`right${at}`, { inherits: [`top${at + 1}`] }],
  ]).flat(),
  [`top${LAYERS}`, { grants: ["posts:read"] }],
]);

describe("2^20 paths through diamonds", () => {
  it("are one path, the first in byte order of the shortest", () => {
    expect(askAll(policyFrom(holding(diamonds, "top0")))).toBe(2 * LAYERS + 1);
    const { because } = decide(indexPolicy(policyFrom(holding(diamonds, "top0"))), question);
    expect(because[0]?.roles.filter((role) => role.startsWith("right"))).toEqual([]);
  });

  it("are answered in a session too", () => {
    const index = indexPolicy(policyFrom(holding(diamonds, "top0")));
    const through = (activate: string[]) => decide(index, { ...question, activate }).because[0]?.roles ?? [];
    expect(through(["right7"])).toContain("right7");
    expect(through(["right7"])).toHaveLength(2 * LAYERS + 1);
    expect(decide(index, { ...question, activate: ["right7", "left3"] }).allowed).toBe(true);
  });
});

type Edges = readonly (readonly [string, string])[];

const graphs: fc.Arbitrary<Edges> = fc
  .uniqueArray(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 12, selector: (edge) => edge.join() })
  .map((edges) => edges.map(([a, b]) => [`r${a}`, `r${b}`] as const));

/** By taking away what inherits nothing, over and over: what is left has a cycle. */
function isCyclic(edges: Edges): boolean {
  let left = edges;
  for (;;) {
    const heirs = new Set(left.map(([heir]) => heir));
    const rest = left.filter(([, parent]) => heirs.has(parent));
    if (rest.length === left.length) return rest.length > 0;
    left = rest;
  }
}

const documentOf = (edges: Edges): PlainDocument => ({
  rbac: 1,
  roles: Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => `r${at}`).map((role) => [
      role,
      { inherits: edges.filter(([heir]) => heir === role).map(([, parent]) => parent) },
    ]),
  ),
});

describe("cycles", () => {
  it("of 5,000 random graphs are refused, each naming a path that is one", () => {
    const refused = (edges: Edges) => {
      fc.pre(isCyclic(edges));
      const { code, exitCode, message } = errorOf(() => policyFrom(documentOf(edges)));
      expect({ code, exitCode }).toEqual({ code: "CYCLE", exitCode: 3 });
      const path = [...message.matchAll(/"(r\d)"/g)].map(([, role]) => role ?? "");
      const inner = path.slice(0, -1);
      expect(path.at(-1)).toBe(path[0]);
      expect(new Set(inner).size).toBe(inner.length);
      expect([...inner].sort()[0]).toBe(inner[0]);
      const steps = inner.map((role, at) => `${role} ${path[at + 1]}`);
      expect(edges.map((edge) => edge.join(" "))).toEqual(expect.arrayContaining(steps));
    };
    fc.assert(fc.property(graphs, refused), { numRuns: 5000 });
  });

  it("are the only graphs refused", () => {
    const accepted = (edges: Edges) => {
      fc.pre(!isCyclic(edges));
      expect(policyFrom(documentOf(edges)).inheritance.size).toBe(edges.length);
    };
    fc.assert(fc.property(graphs, accepted), { numRuns: 5000, maxSkipsPerRun: 100 });
  });

  it("are found behind what stands already, and at their line", async () => {
    const db = await seeded({ rbac: 1, roles: { a: { inherits: ["b"] }, b: { inherits: ["c"] }, c: {} } });
    const { code, stderr } = await cli("role inherit c a", { db });
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('"a" → "b" → "c" → "a"') });
    expect((await cli("role inherit a a", { db })).code).toBe(3);
    expect((await cli("role inherit a c", { db })).code).toBe(0);
  });

  it("written behind our back cannot hold a question", () => {
    const roles = { a: {}, b: {}, c: { grants: ["posts:read"] } };
    const edges: Edges = [
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
      ["b", "b"],
    ];
    const changes = edges.map(([role, inherits]) => added("inheritance", { role, inherits }));
    const policy = apply(policyFrom(holding(roles, "a")), changes);
    expect(askAll(policy)).toBe(3);
    expect(decide(indexPolicy(policy), { ...question, activate: ["b"] }).allowed).toBe(true);
    expect(hierarchyOf(policy)).toEqual({ roots: [], inherits: new Map() });
    const entering = read({ rbac: 1, roles: { d: { inherits: ["a"] } } });
    expect(errorOf(() => checkedChangesTo(policy, entering, false)).message).toMatch(/in a circle: "b" → "b"$/);
  });
});
