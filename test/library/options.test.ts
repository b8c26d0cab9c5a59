/** Nothing unsaid widens: what is missing, empty, misspelt or of another type is an error of every call (rule 31). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Compiled, create, mutation, open, type Rbac } from "../../src/index.ts";
import * as opening from "../../src/library/options/options.ts";
import * as plans from "../../src/library/options/plan-options.ts";
import * as read from "../../src/library/options/read-options.ts";
import * as write from "../../src/library/options/write-options.ts";

const options = { ...opening, ...read, ...write, ...plans };

import { Rbac as RbacClass } from "../../src/library/rbac.ts";
import { RbacReader } from "../../src/library/reader.ts";
import { LOGGING } from "../../src/library/values/log-options.ts";
import { errorOf, inMemory } from "../support/library.ts";

let rbac: Rbac;
let compiled: Compiled;
beforeAll(async () => {
  rbac = await inMemory();
  compiled = await rbac.compile();
});
afterAll(() => rbac.close());

/** A call with whatever stands for its options, and the options that it has. */
type Call = readonly [call: (how: never) => unknown, options: readonly string[]];
const { WRITE } = options;

const GATES = ["noGains", "noLosses", "maxAffected", "maxRemovals", "protect", "protectRole", "allowGain"];

const CALLS: Readonly<Record<string, Call>> = {
  can: [(how) => rbac.can("alice", "posts:read", how), [...options.CAN, ...LOGGING]],
  "compiled can": [(how) => compiled.can("alice", "posts:read", how), options.COMPILED_CAN],
  "compiled has": [(how) => compiled.has("alice", "editor", how), [...options.HAS, ...LOGGING]],
  "compiled permissions": [(how) => compiled.permissions("alice", how), options.PERMISSIONS],
  "compiled whoCan": [(how) => compiled.whoCan("posts:read", how), options.WHO_CAN],
  has: [(how) => rbac.has("alice", "editor", how), [...options.HAS, ...LOGGING]],
  why: [(how) => rbac.why("alice", "posts:read", how), options.CAN],
  permissions: [(how) => rbac.permissions("alice", how), options.PERMISSIONS],
  whoCan: [(how) => rbac.whoCan("posts:read", how), options.WHO_CAN],
  changes: [(how) => rbac.changes(how as never), ["since"]],
  compare: [(how) => rbac.compare({ user: "alice" }, { role: "editor" }, how), ["at"]],
  compile: [(how) => rbac.compile(how), ["assignments"]],
  users: [(how) => rbac.users(how), options.USERS],
  roles: [(how) => rbac.roles(how), options.PAGE],
  catalogue: [(how) => rbac.catalogue(how), options.PAGE],
  assignments: [(how) => rbac.assignments(how), options.ASSIGNMENTS],
  access: [(how) => rbac.access(how), options.ACCESS],
  export: [(how) => rbac.export(how), options.EXPORT],
  history: [(how) => rbac.history(how), ["user", "role"]],
  entries: [(how) => rbac.entries(how), options.ENTRIES],
  verify: [(how) => rbac.verify(how), ["expect"]],
  change: [(how) => rbac.change([], how), WRITE],
  assign: [(how) => rbac.assign("alice", "clerk", how), [...options.ASSIGN, ...WRITE]],
  revoke: [(how) => rbac.revoke("alice", "editor", how), [...options.REVOKE, ...WRITE]],
  grant: [(how) => rbac.grant("clerk", "posts:read", how), [...options.GRANT, ...WRITE]],
  ungrant: [(how) => rbac.ungrant("reader", "posts:read", how), [...options.GRANT, ...WRITE]],
  inherit: [(how) => rbac.inherit("clerk", "reader", how), WRITE],
  disinherit: [(how) => rbac.disinherit("editor", "reader", how), WRITE],
  create: [(how) => rbac.create("user", "dave", how), [...options.FIELDS.user, ...WRITE]],
  "create constraint": [(how) => rbac.create("constraint", "c", how), [...options.FIELDS.constraint, ...WRITE]],
  set: [(how) => rbac.set("role", "clerk", how), [...options.SETTABLE.role, ...WRITE]],
  "set constraint": [(how) => rbac.set("constraint", "c", how), [...options.SETTABLE.constraint, ...WRITE]],
  rename: [(how) => rbac.rename("role", "clerk", "scribe", how), WRITE],
  delete: [(how) => rbac.delete("user", "alice", how), [...options.DELETE, ...WRITE]],
  offboard: [(how) => rbac.offboard("alice", how), [...options.OFFBOARD, ...WRITE]],
  sync: [(how) => rbac.sync({ user: "alice", roles: [] }, how), [...options.SYNC, ...WRITE]],
  seed: [(how) => rbac.seed({ rbac: 1, users: {} }, how), options.SEED],
  plan: [(how) => rbac.plan({ rbac: 1, users: {} }, how), options.PLAN],
  "gates of a plan": [(gates) => rbac.plan([], { gates }), GATES],
  applyPlan: [async (how) => rbac.applyPlan(await rbac.plan([]), how), options.APPLY_PLAN],
  undo: [(how) => rbac.undo(1, how), WRITE],
  "undo to": [(to) => rbac.undo(to), ["to"]],
  open: [(how) => open("nowhere.db", how), options.OPEN],
  "create a database": [(how) => create(":memory:", how), options.CREATE],
  "mutation.assign": [(how) => mutation.assign("alice", "clerk", how), options.ASSIGN],
  "mutation.revoke": [(how) => mutation.revoke("alice", "editor", how), options.REVOKE],
  "mutation.grant": [(how) => mutation.grant("clerk", "posts:read", how), options.GRANT],
  "mutation.ungrant": [(how) => mutation.ungrant("clerk", "posts:read", how), options.GRANT],
  "mutation.create": [(how) => mutation.create("role", "x", how), options.FIELDS.role],
  "mutation.set": [(how) => mutation.set("user", "alice", how), options.SETTABLE.user],
  "mutation.offboard": [(how) => mutation.offboard("alice", how), options.OFFBOARD],
  "mutation.sync": [(how) => mutation.sync({ user: "alice", roles: [] }, how), options.SYNC],
  "mutation.delete": [(how) => mutation.delete("user", "alice", how), options.DELETE],
};

describe.each(Object.entries(CALLS))("%s", (_, [call, names]) => {
  it("refuses what is no object of options", async () => {
    for (const other of [null, "acme", 7, true, ["acme"]])
      expect({ other, ...(await errorOf(() => call(other as never))) }).toMatchObject({ exitCode: 2 });
  });

  it("refuses an option that it does not have, and one that it inherits", async () => {
    for (const other of [{ nonsense: "x" }, Object.create({ nonsense: "x" })])
      expect(await errorOf(() => call(other as never))).toMatchObject({ code: "OPTION_UNKNOWN", exitCode: 2 });
  });

  it.each(names)("refuses %s that is undefined, empty, or of another type", async (name) => {
    expect((await errorOf(() => call({ [name]: undefined } as never))).code).toBe("VALUE_EMPTY");
    const nothing = name === "given" ? [] : [{}]; // That nothing is given may be said.
    for (const value of ["", [], ...nothing, Number.NaN, Symbol("x"), () => {}]) {
      const { exitCode } = await errorOf(() => call({ [name]: value } as never));
      expect({ value: String(value), exitCode }).toEqual({ value: String(value), exitCode: 2 });
    }
  });
});

it("every call of a handle is among these", () => {
  const methods = [RbacClass, RbacReader].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  const others = ["constructor", "as", "judged", "close", "violations", "diff", "head"]; // These take no options.
  expect(methods.filter((name) => !others.includes(name) && !(name in CALLS))).toEqual([]);
});

it("a scope by another name, or one that is undefined, is an error that says how it is called", async () => {
  await rbac.seed({ rbac: 1, users: { eve: { roles: ["editor"] } } });
  expect((await rbac.can("eve", "posts:delete", { on: "acme/archive" })).allowed).toBe(false);
  expect((await compiled.can("eve", "posts:delete", { on: "acme/archive" })).allowed).toBe(false);
  for (const ask of [rbac, compiled]) {
    const other = await errorOf(ask.can("eve", "posts:delete", { scope: "acme/archive" } as never));
    expect([other.message, other.suggestions]).toEqual(['there is no option "scope" here; did you mean "on"?', ["on"]]);
    expect((await errorOf(ask.can("eve", "posts:delete", { on: undefined }))).code).toBe("VALUE_EMPTY");
    // The root, said aloud; and where the yes does not hold.
    const root = await ask.can("eve", "posts:delete", { on: null });
    expect([root.allowed, root.except]).toEqual([true, ["acme/archive"]]);
  }
});

describe("an argument of another type", () => {
  const nobody = undefined as never; // For who asks null is no mistake, but a stranger.
  const odd = [undefined, null, 1, "", {}, ["alice"], new Date()];
  const given: Readonly<Record<string, (value: never) => unknown>> = {
    "the user of can": (value) => rbac.can(value ?? nobody, "posts:read"),
    "the permission of can": (value) => rbac.can("alice", value),
    "the user of a compiled can": (value) => compiled.can(value ?? nobody, "posts:read"),
    "the permission of a compiled can": (value) => compiled.can("alice", value),
    "the role of has": (value) => rbac.has("alice", value),
    "the permission of who-can": (value) => rbac.whoCan(value),
    "the user of assign": (value) => rbac.assign(value, "clerk"),
    "the role of grant": (value) => rbac.grant(value, "posts:read"),
    "the kind of create": (value) => rbac.create(value, "x"),
    "the name of create": (value) => rbac.create("role", value),
    "the actor": (value) => rbac.as(value),
    "the path of open": (value) => open(value),
    "the path of create": (value) => create(value),
    "the revision of undo": (value) => rbac.undo(value === null ? ([] as never) : (Number.NaN as never)),
    "a mutation": (value) => rbac.change([value]),
    "the document of seed": (value) => rbac.seed(value),
    "a side of diff": (value) => rbac.diff((value as unknown) instanceof Date ? ([] as never) : value),
  };
  it.each(Object.entries(given))("%s is an error", async (_, call) => {
    for (const value of odd) expect([0, 1, 70]).not.toContain((await errorOf(() => call(value as never))).exitCode);
  });
});

it("a time is a Date with a time, or text", async () => {
  expect((await errorOf(rbac.can("alice", "posts:read", { at: new Date(Number.NaN) }))).code).toBe("TIME_INVALID");
  expect((await rbac.can("alice", "posts:read", { at: new Date() })).allowed).toBe(true);
  expect((await rbac.can("alice", "posts:read", { at: "+7d" })).allowed).toBe(true);
});
