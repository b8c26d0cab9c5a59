/** Plans for programs: what an approval survives and what it does not, on a database of either kind. */
import { beforeEach, describe, expect, it } from "vitest";
import { create, mutation, type Plan, type Rbac } from "../../src/index.ts";
import { freshDb } from "../support/cli.ts";
import { errorOf, POSTS } from "../support/library.ts";

let rbac: Rbac;
beforeEach(async () => {
  rbac = await create(freshDb(), { actor: "web" });
  await rbac.seed({ ...POSTS, users: { ...POSTS.users, bob: { roles: ["editor"] } } });
  return () => rbac.close();
});

const GRANT = [mutation.grant("editor", "docs:read")];

it("a plan says what mutations or a document would change, and whom; nothing is changed", async () => {
  const plan = await rbac.plan(GRANT);
  expect(plan).toMatchObject({
    ...{ actor: "web", changed: true, revision: 1, command: null, refusal: null, gates: [], notices: [] },
    changes: [{ kind: "grant.add", role: "editor", permission: "docs:read" }],
    impact: { total: 3, people: { gain: 2, lose: 0, both: 0 } },
  });
  expect(plan.impact.outcomes.map(({ users, gains }) => [users, gains.map(({ scope }) => scope)])).toEqual([
    [["alice"], ["acme"]],
    [["bob"], [null]],
  ]);
  const document = await rbac.plan({ rbac: 1, roles: { editor: { grants: ["docs:read"] } } });
  expect([document.changes, document.impactDigest]).toEqual([plan.changes, plan.impactDigest]);
  const pruned = await rbac.plan({ rbac: 1, everyone: [] }, { prune: true });
  expect(pruned.impact.strangers.losses.map(({ permission }) => permission)).toEqual(["posts:read"]);
  expect((await rbac.plan([])).changed).toBe(false);
  expect((await rbac.export({ format: "json" })).includes('"docs:read"')).toBe(true);
  expect((await rbac.entries()).at(-1)?.revision).toBe(1);
});

it("it is applied with its digest in the reason of each entry, once", async () => {
  const plan = await rbac.plan({
    rbac: 1,
    roles: { clerk: { grants: [{ permission: "posts:read", reason: "they asked" }, "posts:publish"] } },
  });
  const applied = await rbac.applyPlan(plan, { actor: "root", reason: "ticket 7" });
  expect(applied).toMatchObject({ changed: true, revision: 2, dryRun: false, plan: plan.digest });
  const entries = await rbac.entries({ since: "@2" });
  expect(entries.map(({ actor, reason }) => [actor, reason])).toEqual([
    ["root", `they asked; plan ${plan.digest}`],
    ["root", `ticket 7; plan ${plan.digest}`],
  ]);
  // Again it changes nothing, whatever else would stand in the way.
  const again = await rbac.applyPlan(plan, { exact: true, maxAge: "0s", expect: "0".repeat(64) });
  expect([again.changed, again.revision]).toEqual([false, 2]);
  await rbac.undo(2);
  expect((await rbac.applyPlan(plan)).changed).toBe(true);
  expect((await rbac.entries()).at(-1)?.reason).toBe(`plan ${plan.digest}`);
});

const EVERYBODY = [mutation.grant("reader", "docs:read")];

/** What happens between plan and apply, and whether the plan still stands. */
const SURVIVES: [what: string, plan: typeof GRANT, meanwhile: (rbac: Rbac) => Promise<unknown>][] = [
  ["a user who signs up", GRANT, (one) => one.create("user", "dora")],
  ["a user who signs up, where everyone gains", EVERYBODY, (one) => one.create("user", "dora")],
  ["a user who leaves, where everyone gains", EVERYBODY, (one) => one.delete("user", "carol")],
  ["an unrelated role", GRANT, (one) => one.create("role", "auditor")],
  ["an unrelated permission", GRANT, (one) => one.create("permission", "billing:pay")],
  ["somebody else who holds something else", GRANT, (one) => one.assign("carol", "clerk")],
  ["a right that is another's", GRANT, (one) => one.grant("clerk", "posts:read")],
];
it.each(SURVIVES)("an approval survives %s", async (_, wished, meanwhile) => {
  const plan = await rbac.plan(wished);
  await meanwhile(rbac);
  expect(await rbac.applyPlan(plan, { dryRun: true })).toMatchObject({ changed: true, dryRun: true, revision: 2 });
  expect(await rbac.applyPlan(plan, { expect: plan.digest })).toMatchObject({ changed: true, revision: 3 });
});

const ENDS: [what: string, meanwhile: (rbac: Rbac) => Promise<unknown>][] = [
  ["another holder of the role", (one) => one.assign("carol", "editor")],
  ["one holder fewer", (one) => one.revoke("bob", "editor")],
  ["a holder who is disabled", (one) => one.set("user", "bob", { disabled: true })],
  ["a holder for longer", (one) => one.assign("carol", "editor", { from: "2999-01-01" })],
  [
    "a role that inherits it",
    (one) =>
      one.change([
        mutation.create("role", "chief"),
        mutation.inherit("chief", "editor"),
        mutation.assign("carol", "chief"),
      ]),
  ],
  ["a holder who has it otherwise by now", (one) => one.assign("bob", "clerk")],
  ["a deny", (one) => one.grant("editor", "docs:read", { deny: true, on: "acme" })],
  ["everyone, who has it by now", (one) => one.assign({ everyone: true }, "clerk")],
];
it.each(ENDS)("an approval does not survive %s", async (_, meanwhile) => {
  const plan = await rbac.plan(GRANT);
  await meanwhile(rbac);
  const head = await rbac.head();
  const error = await errorOf(rbac.applyPlan(plan));
  expect([error.code, error.exitCode, await rbac.head()]).toEqual(["IMPACT_CHANGED", 3, head]);
  expect(error.message).toMatch(/^people would gain or lose something else than planned.*: plan again, and look$/);
});

const RENAME = [mutation.rename("user", "alice", "ann")];
const STALE: [wished: typeof GRANT, meanwhile: (rbac: Rbac) => Promise<unknown>, words: string][] = [
  [
    [mutation.ungrant("editor", "posts:*"), mutation.grant("clerk", "posts:read")],
    (one) => one.ungrant("editor", "posts:*"),
    "the grant editor allow posts:* is not there any more",
  ],
  [
    [mutation.set("user", "alice", { name: "Alice" })],
    (one) => one.set("user", "alice", { email: "a@example.com" }),
    'the user alice is another now: email "a@example.com"',
  ],
  [
    [mutation.assign("carol", "clerk", { until: "2999-01-01" })],
    (one) => one.assign("carol", "clerk"),
    "the assignment carol clerk is there already",
  ],
  [
    [mutation.delete("user", "bob")],
    (one) => one.assign("bob", "clerk"),
    "the assignment bob clerk is there now, and refers to what the plan removes",
  ],
  [
    [mutation.delete("role", "clerk")],
    (one) => one.assign("carol", "clerk"),
    "the assignment carol clerk is there now, and refers to what the plan removes",
  ],
  [RENAME, (one) => one.create("user", "ann"), "the user ann is there already"],
  [GRANT, (one) => one.delete("role", "editor"), 'there is no role "editor"'],
  [[mutation.assign("carol", "clerk")], (one) => one.delete("user", "carol"), 'there is no user "carol"'],
];
it.each(STALE.map(([wished, meanwhile, words]) => ({ words, wished, meanwhile })))(
  "where $words, a plan no longer fits",
  async ({ wished, meanwhile, words }) => {
    const plan = await rbac.plan(wished);
    await meanwhile(rbac);
    const head = await rbac.head();
    const error = await errorOf(rbac.applyPlan(plan));
    if (error.code === "IMPACT_CHANGED")
      expect(words).toMatch(/^there is no/); // Nobody gains of it any more.
    else expect([error.code, error.message]).toEqual(["PLAN_STALE", `the plan no longer fits: ${words}; plan again`]);
    expect([error.exitCode, await rbac.head()]).toEqual([3, head]);
  },
);

it("a renaming is applied at whatever revision, and stands then", async () => {
  const plan = await rbac.plan(RENAME);
  await rbac.create("role", "auditor");
  expect((await rbac.applyPlan(plan)).changes).toContainEqual(
    expect.objectContaining({ kind: "former.add", revision: 3 }),
  );
  expect((await rbac.applyPlan(plan)).changed).toBe(false);
});

describe("a plan is refused", () => {
  let plan: Plan;
  beforeEach(async () => {
    plan = await rbac.plan(GRANT, { gates: { maxAffected: 2 } });
  });
  const refusal = async (act: Promise<unknown>) => {
    const error = await errorOf(act);
    expect((await rbac.can("bob", "docs:read")).allowed).toBe(false);
    return [error.exitCode, error.code];
  };

  it("by another database, also one that is seeded alike", async () => {
    const other = await create(freshDb(), { actor: "web" });
    await other.seed({ ...POSTS, users: { ...POSTS.users, bob: { roles: ["editor"] } } });
    const error = await errorOf(other.applyPlan(plan));
    expect([error.exitCode, error.code]).toEqual([2, "PLAN_ELSEWHERE"]);
    await other.close();
  });

  it("where another was approved", async () => {
    expect(await refusal(rbac.applyPlan(plan, { expect: `sha256:${"0".repeat(64)}` }))).toEqual([3, "PLAN_UNEXPECTED"]);
    expect(await refusal(rbac.applyPlan(plan, { expect: "sha256:0" }))).toEqual([2, "VALUE_INVALID"]);
    expect((await rbac.applyPlan(plan, { expect: plan.digest.slice(7), dryRun: true })).changed).toBe(true);
  });

  it("that is too old", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await refusal(rbac.applyPlan(plan, { maxAge: "0s" }))).toEqual([3, "PLAN_EXPIRED"]);
  });

  it("where anything was changed, if it must be exact", async () => {
    expect((await rbac.applyPlan(plan, { exact: true, dryRun: true })).changed).toBe(true);
    await rbac.create("role", "auditor");
    expect(await refusal(rbac.applyPlan(plan, { exact: true }))).toEqual([3, "REVISION_MOVED"]);
  });

  it("with a gate that it crosses, and one that it crosses by now", async () => {
    const crossing = await rbac.plan(GRANT, { gates: { noGains: true, protect: "docs:*" } });
    expect(crossing.gates.map(({ gate, value, passed }) => [gate, value, passed])).toEqual([
      ["no-gains", 2, false],
      ["protect", 2, false],
    ]);
    const error = await errorOf(rbac.applyPlan(crossing));
    expect([error.code, error.message]).toEqual([
      "GATE_CROSSED",
      "the gate no-gains is crossed: 2 people; the gate protect docs:* is crossed: 2 people",
    ]);
    const everybody = await rbac.plan(EVERYBODY, { gates: { maxAffected: 4 } });
    await rbac.create("user", "dora");
    expect(await refusal(rbac.applyPlan(everybody))).toEqual([3, "GATE_CROSSED"]);
    const removing = await rbac.plan([mutation.delete("role", "clerk")], { gates: { maxRemovals: "70%" } });
    expect(removing.gates).toEqual([
      { gate: "max-removals", limit: "70%", except: [], value: 2, passed: true }, // A role and its grant, of 3 and 4.
    ]);
  });

  it("by the guard, of who applies it; by a constraint; by what looks alike", async () => {
    await rbac.create("constraint", "one", { kind: "max_users", roles: "clerk", limit: 1 });
    const clerk = await rbac.plan([mutation.assign("carol", "clerk")]);
    await rbac.assign("alice", "clerk");
    expect(await refusal(rbac.applyPlan(clerk))).toEqual([3, "CONSTRAINT_VIOLATED"]);
    const name = await rbac.plan([mutation.create("role", "edit0r")], { allowConfusable: true });
    expect(await refusal(rbac.applyPlan(name))).toEqual([3, "CONFUSABLE"]);
    expect((await rbac.applyPlan(name, { allowConfusable: true })).changed).toBe(true);
    const kam = await rbac.plan({ rbac: 1, users: { kam: {}, carnl: {} } });
    await rbac.create("user", "karn");
    expect((await rbac.applyPlan(kam)).notices).toEqual(['user "kam" looks like "karn"']);
  });
});

describe("what would be refused", () => {
  const REFUSED: [code: string, wished: typeof GRANT, gain: number][] = [
    ["CYCLE", [mutation.inherit("reader", "editor")], 2],
    ["CONSTRAINT_VIOLATED", [mutation.assign("carol", "clerk"), mutation.assign("bob", "clerk")], 2],
    ["CONFUSABLE", [mutation.create("role", "edit0r"), ...GRANT], 2],
  ];
  it.each(REFUSED)("by %s is in the plan, with its impact, and refused again", async (code, wished, gain) => {
    await rbac.create("constraint", "one", { kind: "max_users", roles: "clerk", limit: 1 });
    const plan = await rbac.plan(wished);
    expect([plan.refusal?.code, plan.impact.people.gain]).toEqual([code, gain]);
    expect(plan.refusal?.violations.length).toBe(code === "CONSTRAINT_VIOLATED" ? 1 : 0);
    expect((await errorOf(rbac.applyPlan(plan))).code).toBe(code);
  });

  it("by the guard, of who planned it", async () => {
    await rbac.seed({
      ...{ rbac: 1, guarded: true, permissions: ["rbac:escalate", "rbac:grant"] },
      ...{ roles: { chief: { grants: ["rbac:*"] } }, users: { web: { roles: ["chief"] }, carol: {} } },
    });
    const plan = await rbac.plan(GRANT, { actor: "carol" });
    expect([plan.refusal?.code, plan.impact.people.gain, plan.actor]).toEqual(["GUARDED", 2, "carol"]);
    expect((await errorOf(rbac.as("carol").applyPlan(plan))).code).toBe("GUARDED");
    expect((await rbac.applyPlan(plan)).changed).toBe(true);
  });

  it("before it is known what would change is an error", async () => {
    await rbac.assign("carol", "clerk");
    expect((await errorOf(rbac.plan([mutation.assign("carol", "clerk", { until: "2999-01-01" })]))).exitCode).toBe(3);
    expect((await errorOf(rbac.plan([mutation.grant("editr", "docs:read")]))).suggestions).toEqual(["editor"]);
  });
});

const NAMELESS: [gates: object, code: string, suggestion?: string][] = [
  [{ protect: "postz:*" }, "PATTERN_COVERS_NOTHING", "posts:*"],
  [{ protect: "docs:raed" }, "PERMISSION_NOT_FOUND", "docs:read"],
  [{ protectRole: "editr" }, "ROLE_NOT_FOUND", "editor"],
  [{ noGains: true, allowGain: { user: "alcie", pattern: "*" } }, "USER_NOT_FOUND", "alice"],
  [{ noGains: true, allowGain: [{ user: "alice", pattern: "docs:raed" }] }, "PERMISSION_NOT_FOUND", "docs:read"],
  [{ noGains: true, allowGain: { user: "alice" } }, "ARGUMENT_MISSING"],
  [{ maxRemovals: "120%" }, "VALUE_INVALID"],
  [{ maxRemovals: -1 }, "VALUE_INVALID"],
  [{ protect: [] }, "VALUE_EMPTY"],
  [{ noGain: true }, "OPTION_UNKNOWN", "noGains"],
];
it.each(NAMELESS)("a gate %j names nothing: %s", async (gates, code, suggestion) => {
  const error = await errorOf(rbac.plan(GRANT, { gates }));
  expect([error.exitCode, error.code, error.suggestions[0]]).toEqual([2, code, suggestion]);
});

it("a gate may name what the plan creates, and what it removes", async () => {
  const gates = {
    protect: ["tea:*", "docs:read"],
    protectRole: ["brewer", "clerk"],
    allowGain: { user: "dora", pattern: "tea:*" },
  };
  const plan = await rbac.plan(
    [
      ...[
        mutation.create("permission", "tea:make"),
        mutation.create("role", "brewer"),
        mutation.grant("brewer", "tea:*"),
      ],
      ...[
        mutation.assign("dora", "brewer"),
        mutation.delete("role", "clerk"),
        mutation.delete("permission", "docs:read"),
      ],
    ],
    { gates },
  );
  expect(plan.gates.map(({ limit, value }) => [limit, value])).toMatchObject([
    ["tea:*", 0],
    ["docs:read", 0],
    ["brewer", expect.anything()],
    ["clerk", 0],
  ]);
});

it("options of documents are none of mutations; what is no plan is refused", async () => {
  expect((await errorOf(rbac.plan(GRANT, { prune: true }))).code).toBe("USAGE");
  expect((await errorOf(rbac.plan([{}] as never))).code).toBe("VALUE_INVALID");
  expect((await errorOf(rbac.applyPlan("{}"))).code).toBe("PLAN_INVALID");
  const plan = await rbac.plan(GRANT);
  expect((await errorOf(rbac.applyPlan({ ...plan, gates: [], changes: [] }))).code).toBe("PLAN_ALTERED");
  expect((await errorOf(rbac.applyPlan(JSON.stringify(plan)))).code).toBe("PLAN_INVALID");
});
