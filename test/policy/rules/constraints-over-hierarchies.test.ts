/** Constraints over hierarchies that are deep, folded, or in circles: counted in steps, not in time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { added, apply } from "../../../src/policy/model/change.ts";
import { chainAmong, closure, heirsIn, parentsIn } from "../../../src/policy/model/role-graph.ts";
import { violationsAdded, violationsOf } from "../../../src/policy/rules/constraint-violations.ts";
import { cli } from "../../support/cli.ts";
import { AT, errorOf, policyFrom, seeded } from "../../support/documents.ts";
import type { PlainConstraint, PlainDocument, PlainRole } from "../../support/oracle.ts";
import { inheritedBy } from "../../support/random-constraints.ts";
import { meddle } from "../../support/store/random-databases.ts";

const DEEP = 10_000;
const chain = Object.fromEntries(
  Array.from({ length: DEEP }, (_, at): [string, PlainRole] => [
    `r${at}`,
    at + 1 < DEEP ? { inherits: [`r${at + 1}`] } : {},
  ]),
);

const LAYERS = 20;
const diamonds: Record<string, PlainRole> = Object.fromEntries([
  ...Array.from({ length: LAYERS }, (_, at): [string, PlainRole][] => [
    [`top${at}`, { inherits: [`left${at}`, `right${at}`] }],
    [`left${at}`, { inherits: [`top${at + 1}`] }],
    [`right${at}`, { inherits: [`top${at + 1}`] }],
  ]).flat(),
  [`top${LAYERS}`, {}],
]);

/** Each shape: its roles, the first of them, the last, and how many edges it has. */
const SHAPES: [string, Record<string, PlainRole>, string, string, number][] = [
  ["a chain of 10,000", chain, "r0", `r${DEEP - 1}`, DEEP - 1],
  ["2^20 paths through diamonds", diamonds, "top0", `top${LAYERS}`, 4 * LAYERS],
];

describe.each(SHAPES)("%s", (_, roles, first, last, edges) => {
  const size = Object.keys(roles).length;
  const document = (constraints: Record<string, PlainConstraint>): PlainDocument => ({
    rbac: 1,
    roles: { ...roles, apart: {} },
    users: { alice: { roles: [first, "apart"] }, bob: { roles: [first] } },
    constraints,
  });

  it("is walked once: each role and each edge", () => {
    const policy = policyFrom(document({}));
    for (const [start, next] of [
      [first, parentsIn(policy)],
      [last, heirsIn(policy)],
    ] as const) {
      let [asked, seen] = [0, 0];
      const reached = closure([start], (role) => {
        const found = next(role);
        asked += 1;
        seen += found.length;
        return found;
      });
      expect([reached.size, asked, seen]).toEqual([size, size, edges]);
    }
  });

  it("is searched once for a chain, however many roles are kept apart", () => {
    const parents = parentsIn(policyFrom(document({})));
    let asked = 0;
    const counting = (role: string) => {
      asked += 1;
      return parents(role);
    };
    const apart = Array.from({ length: 1000 }, (_, at) => `other${at}`);
    expect(chainAmong([...apart, first, "apart"], counting)).toBeUndefined();
    expect(asked).toBe(1000 + size + 1);
    const [start, ...rest] = chainAmong([last, ...apart, first], parents) ?? [];
    expect([start, rest.at(-1)]).toEqual([first, last]);
    expect(new Set(rest).size).toBe(rest.length);
  });

  it("is judged from its one end to the other", () => {
    const policy = policyFrom(
      document({
        apart: { kind: "ssd", roles: [last, "apart"], limit: 2 },
        few: { kind: "max_users", roles: [last], limit: 1 },
        trained: { kind: "prerequisite", roles: [last], needs: ["apart"] },
      }),
    );
    expect(violationsOf(policy, AT).map(({ constraint, users }) => [constraint, users])).toEqual([
      ["apart", ["alice"]],
      ["few", ["alice", "bob"]],
      ["trained", ["bob"]],
    ]);
    expect(errorOf(() => policyFrom(document({ a: { kind: "ssd", roles: [first, last], limit: 2 } })))).toMatchObject({
      code: "CONSTRAINT_CHAIN",
      exitCode: 3,
    });
  });
});

describe("chains between roles that are kept apart", () => {
  const NAMES = Array.from({ length: 8 }, (_, at) => `r${at}`);
  /** Edges from later names to earlier ones, so without a circle. */
  const graphs = fc.uniqueArray(
    fc.tuple(fc.nat(7), fc.nat(7)).filter(([a, b]) => a > b),
    { maxLength: 12, selector: (edge) => edge.join() },
  );
  const sets = fc.subarray(NAMES, { minLength: 2, maxLength: 4 });

  it("of 5,000 random graphs are found exactly where there is one, and named edge by edge", () => {
    let found = 0;
    const agree = (edges: [number, number][], apart: string[]) => {
      const parentsOf = (role: string) =>
        edges.filter(([heir]) => `r${heir}` === role).map(([, parent]) => `r${parent}`);
      const roles = Object.fromEntries(NAMES.map((role) => [role, { inherits: parentsOf(role) }]));
      const document: PlainDocument = { rbac: 1, roles, constraints: { c: { kind: "ssd", roles: apart, limit: 2 } } };
      const chained = apart.some((a) => apart.some((b) => a !== b && inheritedBy(document, a).includes(b)));
      if (!chained) {
        expect(policyFrom(document).constraint.size).toBe(1);
        return;
      }
      found += 1;
      const { code, exitCode, message } = errorOf(() => policyFrom(document));
      expect({ code, exitCode }).toEqual({ code: "CONSTRAINT_CHAIN", exitCode: 3 });
      const way = [...(message.split(": ").at(-1) ?? "").matchAll(/"(r\d)"/g)].map(([, role]) => role ?? "");
      expect([apart.includes(way[0] ?? ""), apart.includes(way.at(-1) ?? ""), way.length > 1]).toEqual([
        true,
        true,
        true,
      ]);
      for (const [at, role] of way.slice(1).entries()) expect(parentsOf(way[at] ?? "")).toContain(role);
    };
    fc.assert(fc.property(graphs, sets, agree), { numRuns: 5000 });
    expect(found).toBeGreaterThan(1000);
  });
});

describe("a circle written behind our back", () => {
  const constraints: Record<string, PlainConstraint> = {
    apart: { kind: "ssd", roles: ["a", "d"], limit: 2 },
    few: { kind: "max_users", roles: ["c"], limit: 1 },
    many: { kind: "min_users", roles: ["b"], limit: 1 },
    trained: { kind: "prerequisite", roles: ["d"], needs: ["e"] },
  };
  const document: PlainDocument = {
    rbac: 1,
    permissions: ["posts:read"],
    roles: { a: {}, b: {}, c: { grants: ["posts:read"] }, d: {}, e: {}, root: { grants: ["*:*"] } },
    users: { alice: { roles: ["a"] }, root: { roles: ["root"] }, zoe: {} },
    constraints: { few: constraints.few as PlainConstraint },
  };
  const CIRCLE = ["a b", "b c", "c a", "b b"].map((edge) => edge.split(" "));

  it("ends every walk of the core", () => {
    const edges = CIRCLE.map(([role = "", inherits = ""]) => added("inheritance", { role, inherits }));
    const policy = apply(policyFrom({ ...document, constraints }), edges);
    expect(violationsOf(policy, AT)).toEqual([]);
    const changes = [added("assignment", { user: "zoe", role: "b", scope: null, from: null, until: null })];
    const violations = violationsAdded(policy, apply(policy, changes), [...policy.constraint.values()], AT);
    expect(violations.map(({ constraint, users }) => [constraint, users])).toEqual([["few", ["alice", "zoe"]]]);
    const parents = parentsIn(policy);
    expect(chainAmong(["d", "a"], parents)).toBeUndefined();
    expect(chainAmong(["a", "c"], parents)).toEqual(["c", "a"]);
  });

  it("holds neither a question, nor constraint check, nor a write, nor a guarded one", async () => {
    const db = await seeded(document);
    meddle(db, (raw) => {
      const insert = raw.prepare("insert into inheritance (role, inherits, revision) values (?, ?, 1)");
      for (const edge of CIRCLE) insert.run(...edge);
    });
    const code = async (line: string) => (await cli(line, { db })).code;
    expect(await code("constraint check")).toBe(0);
    expect(await code("can alice posts:read")).toBe(0);
    expect(await code("why zoe posts:read")).toBe(0);
    expect(await code("who-can posts:read")).toBe(0);
    expect(await code("assign zoe b")).toBe(3);
    expect(await code("constraint create apart ssd a d --limit 2")).toBe(0);
    expect(await code("constraint create parted ssd a c --limit 2")).toBe(3);
    expect(await code("assign alice d")).toBe(3);
    expect(await code("role inherit d a")).toBe(3);
    expect(await code("revoke alice a")).toBe(0);
    expect(await code("assign zoe b --for 8h --actor root")).toBe(0);
    expect(await code("constraint check")).toBe(0);
  });

  it("nor one that the guard judges", async () => {
    const db = await seeded({ ...document, guarded: true });
    meddle(db, (raw) => {
      const insert = raw.prepare("insert into inheritance (role, inherits, revision) values (?, ?, 1)");
      for (const edge of CIRCLE) insert.run(...edge);
    });
    expect(await cli("revoke alice a --actor root", { db })).toMatchObject({ code: 0 });
    expect(await cli("assign zoe b --actor root", { db })).toMatchObject({ code: 0 });
    expect(await cli("assign alice a --actor zoe", { db })).toMatchObject({ code: 3 });
  });
});
