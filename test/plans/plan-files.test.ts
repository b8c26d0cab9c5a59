/** Plans as files: written, read again, and what of them is no plan. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutation, type Rbac } from "../../src/index.ts";
import { digestOfContent, digestOfImpact, digestOfPlan } from "../../src/plans/digest.ts";
import type { Plan } from "../../src/plans/plan.ts";
import { checkedPlan, readPlan } from "../../src/plans/read-plan.ts";
import { planText } from "../../src/plans/write-plan.ts";
import type { ImpactOnPeople, ImpactRow } from "../../src/policy/impact/values.ts";
import { errorOf, inMemory } from "../support/library.ts";
import { often } from "../support/often.ts";
import { chanceOf } from "../support/store/random-databases.ts";

let rbac: Rbac;
let plan: Plan;
let text: string;
beforeAll(async () => {
  rbac = await inMemory();
  await rbac.create("constraint", "few", { kind: "max_users", roles: "clerk", limit: 1 });
  // As much as a plan can have: gains, losses, windows, conditions, a renaming, gates, a refusal.
  plan = await rbac.plan(
    [
      mutation.grant("editor", "docs:read", { when: "resource.published" }),
      mutation.ungrant("reader", "posts:read"),
      mutation.assign("bob", "editor", { until: "2999-01-01T00:00:00.000Z" }),
      mutation.assign("bob", "clerk"),
      mutation.assign("carol", "clerk"),
      mutation.rename("user", "alice", "ann"),
    ],
    { gates: { noGains: true, maxAffected: 9, maxRemovals: "50%", allowGain: { user: "bob", pattern: "posts:*" } } },
  );
  text = [...planText(plan)].join("");
});
afterAll(() => rbac.close());

const wrongOf = (act: () => unknown) => errorOf(async () => act());

it("is read as it was written, and has one change and one outcome a line", () => {
  expect(plan.refusal?.violations).toHaveLength(1);
  expect(readPlan(text)).toEqual(plan);
  expect(checkedPlan(structuredClone(plan))).toEqual(plan);
  for (const one of [...plan.changes, ...plan.impact.outcomes]) expect(text).toContain(`\n${JSON.stringify(one)}`);
  expect(readPlan(JSON.stringify(JSON.parse(text), null, 2))).toEqual(plan); // Laid out anew it says the same.
});

it("with any byte changed it is none, or says the same", async () => {
  const chance = chanceOf(Number(process.env.RBAC_SEED ?? 7));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chance.below(Math.ceil(6 / often(1))) + 1) {
    const other = Buffer.from(bytes);
    other[at] = chance.below(2) ? (bytes[at] ?? 0) ^ (1 << chance.below(7)) : 32 + chance.below(95);
    try {
      expect(readPlan(other.toString("utf8"))).toEqual(plan);
    } catch (error) {
      expect({ at, error }).toMatchObject({ error: { exitCode: 2 } });
    }
  }
});

it("that is cut anywhere is none", async () => {
  for (let end = 0; end < text.length - 2; end += 97)
    expect((await wrongOf(() => readPlan(text.slice(0, end), "plan.json"))).code).toBe("SYNTAX_INVALID");
});

/** The plan with something else in it, and with digests that fit to that as far as a forger can make them. */
function forged(change: (plan: Record<string, never>) => void, refit: "content" | "all" = "all"): string {
  const copy = structuredClone(plan) as unknown as Record<string, never>;
  change(copy);
  const value = copy as unknown as Plan;
  const digest = refit === "all" ? digestOfPlan(value) : value.digest;
  const whole = { ...value, digest };
  return JSON.stringify({ ...whole, content: digestOfContent(whole) });
}

/** Sets fields of the first change that adds an assignment. */
const setIn = ({ changes }: Plan, fields: object): void =>
  void Object.assign(changes.find(({ kind }) => kind === "assignment.add") ?? {}, fields);

const FORGED: [what: string, code: string, change: (plan: never) => void][] = [
  ["of a newer format", "PLAN_NEWER", (one: { rbacPlan: number }) => void Object.assign(one, { rbacPlan: 2 })],
  ["whose counts are others", "PLAN_ALTERED", (one: Plan) => void Object.assign(one.impact.people, { gain: 0 })],
  ["that claims to change nothing", "PLAN_ALTERED", (one: Plan) => void Object.assign(one, { changed: false })],
  ["whose impact is another", "PLAN_ALTERED", (one: Plan) => void (one.impact.outcomes as unknown[]).pop()],
  ["with a field that no plan has", "PLAN_INVALID", (one: Plan) => void Object.assign(one, { more: 1 })],
  ["without its gates", "PLAN_INVALID", (one: { gates?: unknown }) => void delete one.gates],
  ["of an unknown kind", "PLAN_INVALID", (one: Plan) => void setIn(one, { kind: "tea.add" })],
  ["whose verb is another", "PLAN_INVALID", (one: Plan) => void setIn(one, { before: {} })],
  ["with a row twice", "PLAN_INVALID", (one: Plan) => void (one.changes as unknown[]).push(one.changes[0])],
  ["with a wrong row", "PLAN_INVALID", (one: Plan) => void setIn(one, { role: " " })],
  [
    "with a reason of nothing",
    "PLAN_ALTERED",
    (one: Plan) => void (one.reasons as unknown[]).push({ change: 99, reason: "x" }),
  ],
];

it.each(FORGED)("a plan %s is refused: %s", async (_, code, change) => {
  const error = await wrongOf(() => readPlan(forged(change as never), "plan.json"));
  expect([error.code, error.exitCode]).toEqual([code, 2]);
  expect(error.message).toMatch(/^plan\.json (is|was) .*$/);
});

it("a change of what is approved is another digest", async () => {
  const without = (one: { gates: unknown[] }) => void one.gates.pop();
  expect((await wrongOf(() => readPlan(forged(without as never, "content")))).code).toBe("PLAN_ALTERED");
  expect(readPlan(forged(without as never)).digest).not.toBe(plan.digest);
});

it.each([
  "",
  "[]",
  "null",
  "{}",
  '{"rbac":1}',
  '"rbacPlan"',
  '{"rbacPlan":"1"}',
  '{"rbacPlan":1}',
  '{"rbacPlan":1,"rbacPlan":1}',
])("%s is no plan", async (other) => {
  const error = await wrongOf(() => readPlan(other, "plan.json"));
  expect([error.exitCode, error.message.split("\n").length]).toEqual([2, 1]);
  expect(error.message).toMatch(/^plan\.json/);
});

it("a plan of an empty database cannot be saved", async () => {
  const error = await wrongOf(() => [...planText({ ...plan, database: null })]);
  expect([error.code, error.exitCode]).toEqual(["PLAN_UNBOUND", 3]);
});

describe("the digest of an impact", () => {
  const row: ImpactRow = { permission: "a:*", own: "any", scope: null, except: [] };
  const people = (users: string[], gains: ImpactRow[]): ImpactOnPeople => ({ users, gains, losses: [], later: [] });
  const strangers = { gains: [{ ...row, permission: "b:c" }], losses: [], later: [] };
  const digestOf = (...outcomes: ImpactOnPeople[]) => digestOfImpact({ outcomes, strangers }, "db");
  const usual = digestOf(people(["x", "y"], [row]));

  it("is of who gains what, whatever the causes, the counts and the order", () => {
    const because = { change: 0, roles: [], grant: "a:*" };
    expect(digestOf(people(["x"], [{ ...row, count: 3 }]), people(["y"], [{ ...row, because }]))).toBe(usual);
    const other = { ...row, permission: "q:r" };
    expect(digestOf(people(["x"], [row, other]))).toBe(digestOf(people(["x"], [other, row])));
  });

  it("does not name who gains what everyone does", () => {
    expect(digestOf(people(["x", "y"], [row]), people(["new"], strangers.gains))).toBe(usual);
  });

  it("is another for another person, right, side or moment", () => {
    const { gains } = people([], [row]);
    const others = [
      people(["x"], [row]),
      people(["x", "z"], [row]),
      people(["x", "y"], [{ ...row, own: "only" }]),
      people(["x", "y"], [{ ...row, except: ["acme"] }]),
      people(["x", "y"], [{ ...row, before: null, after: { when: "resource.a", unless: [] } }]),
      { ...people(["x", "y"], []), losses: gains },
      { ...people(["x", "y"], [row]), later: [{ at: "2040-01-01T00:00:00.000Z", gains: [], losses: [] }] },
    ];
    const digests = others.map((one) => digestOf(one));
    expect(new Set([usual, ...digests, digestOfImpact({ outcomes: [], strangers }, "other")]).size).toBe(
      others.length + 2,
    );
  });

  it("is that of a text that anyone can write", () => {
    const textOf = (permission: string) => `{"except":[],"own":"any","permission":"${permission}","scope":null}`;
    const person = `{"gains":[0],"later":[],"losses":[],"users":["x"]}`;
    const everyone = `{"gains":[1],"later":[],"losses":[]}`;
    const rows = `[${textOf("a:*")},${textOf("b:c")}]`;
    const text = `{"database":"db","everyone":${everyone},"people":[${person}],"rows":${rows}}`;
    expect(digestOf(people(["x"], [row]))).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
  });
});
