/** Records as they are shown, edits of roles and grants, and the lines of a batch. */
import { describe, expect, it } from "vitest";
import { RbacError } from "../../../src/errors.ts";
import { disinherit, inherit } from "../../../src/policy/edit/assignments.ts";
import { grant, ungrant } from "../../../src/policy/edit/grants.ts";
import { readBatch } from "../../../src/policy/evaluate/batch-lines.ts";
import {
  hierarchyOf,
  permissionOf,
  permissionsIn,
  roleOf,
  rolesOf,
  userOf,
  usersOf,
} from "../../../src/policy/evaluate/entity-details.ts";
import { rowsForDecisions } from "../../../src/policy/evaluate/needed-rows.ts";
import { AT, errorOf, policyFrom } from "../../support/documents.ts";

const policy = policyFrom({
  rbac: 1,
  permissions: { "posts:write": "Write posts", "posts:read": "Read posts" },
  roles: {
    writer: {
      inherits: ["reader", "base"],
      grants: [{ permission: "posts:write", scope: "b" }, "posts:write", { permission: "posts:write", scope: "a" }],
      denies: ["posts:write"],
    },
    reader: { description: "Reads", grants: ["posts:read", "*:read"] },
    base: {},
  },
  users: {
    zoe: { roles: ["writer", { role: "reader", scope: "b" }, { role: "reader", scope: "a" }] },
    alice: { email: "a@x", name: "Alice", disabled: true, roles: [{ role: "reader", until: "2027-01-01" }] },
    bob: {},
  },
  everyone: ["reader", "base"],
});

const now = { at: AT, all: false };

describe("records", () => {
  it("users, sorted, with the roles assigned to them, once each; by role", () => {
    const users = usersOf(policy, now);
    expect(users.map(({ assignments: _, ...row }) => row)).toEqual([
      { user: "alice", email: "a@x", name: "Alice", disabled: true, roles: ["reader"] },
      { user: "bob", email: null, name: null, disabled: false, roles: [] },
      { user: "zoe", email: null, name: null, disabled: false, roles: ["reader", "writer"] },
    ]);
    const held = users.map(({ assignments }) => assignments.map(({ role, scope }) => `${role} ${scope}`));
    expect(held).toEqual([["reader null"], [], ["reader a", "reader b", "writer null"]]);
    expect(usersOf(policy, now, "writer").map(({ user }) => user)).toEqual(["zoe"]);
  });

  it("a user with every assignment, sorted by role and scope", () => {
    const own = { ...policy, assignment: new Map([...policy.assignment].filter(([, row]) => row.user === "zoe")) };
    const { assignments, everyone } = userOf(own, "zoe", now);
    expect(assignments.map(({ role, scope }) => `${role} ${scope}`)).toEqual(["reader a", "reader b", "writer null"]);
    expect(everyone).toEqual(["base", "reader"]);
  });

  it("roles, sorted, with what they inherit and how much they grant", () => {
    expect(rolesOf(policy)).toEqual([
      { role: "base", description: null, inherits: [], grants: 0, everyone: true },
      { role: "reader", description: "Reads", inherits: [], grants: 2, everyone: true },
      { role: "writer", description: null, inherits: ["base", "reader"], grants: 4, everyone: false },
    ]);
  });

  it("a role with its grants, neighbours and holders", () => {
    expect(roleOf(policy, "reader", now)).toMatchObject({
      description: "Reads",
      inherits: [],
      inheritedBy: ["writer"],
      everyone: true,
      users: ["alice", "zoe"],
      assignments: [
        { user: "alice", scope: null, from: null, until: "2027-01-01T00:00:00.000Z" },
        { user: "zoe", scope: "a", from: null, until: null },
        { user: "zoe", scope: "b", from: null, until: null },
      ],
    });
    const { grants, inherits, everyone } = roleOf(policy, "writer", now);
    expect({ inherits, everyone }).toEqual({ inherits: ["base", "reader"], everyone: false });
    expect(grants.map(({ effect, scope }) => `${effect} ${scope}`)).toEqual([
      ...["allow null", "deny null", "allow a", "allow b"],
    ]);
  });

  it("permissions, sorted; one with the grants that cover it", () => {
    expect(permissionsIn(policy)).toEqual([
      { permission: "posts:read", description: "Read posts" },
      { permission: "posts:write", description: "Write posts" },
    ]);
    const { description, grants } = permissionOf(policy, "posts:read");
    expect(description).toBe("Read posts");
    expect(grants.map(({ role, permission, scope, effect }) => [role, permission, scope, effect].join(" "))).toEqual([
      "reader *:read  allow",
      "reader posts:read  allow",
      "writer posts:write  allow",
      "writer posts:write  deny",
      "writer posts:write a allow",
      "writer posts:write b allow",
    ]);
  });

  it("the hierarchy, from all that no other inherits or from one role", () => {
    const { roots, inherits } = hierarchyOf(policy);
    expect(roots).toEqual(["writer"]);
    expect(Object.fromEntries(inherits)).toEqual({ writer: ["base", "reader"], base: [], reader: [] });
    expect(hierarchyOf(policy, "base")).toEqual({ roots: ["base"], inherits: new Map([["base", []]]) });
  });

  it.each([
    () => usersOf(policy, now, "zap"),
    () => userOf(policy, "zap", now),
    () => roleOf(policy, "zap", now),
    () => permissionOf(policy, "zap:zap"),
    () => hierarchyOf(policy, "zap"),
  ])("an unknown name is an error: %s", (ask) => {
    expect(errorOf(ask)).toMatchObject({ code: expect.stringContaining("_NOT_FOUND"), exitCode: 2 });
  });
});

describe("edits", () => {
  const mutation = { role: "base", permissions: ["posts:read", "posts:read"], effect: "allow" as const, scope: null };

  it("rule 3: a grant is added once, and is its role, effect, pattern and scope", () => {
    expect(grant(policy, mutation)).toMatchObject([
      { kind: "grant.add", permission: "posts:read", before: null, after: {} },
    ]);
    expect(grant(policy, { ...mutation, role: "reader" })).toEqual([]);
    expect(grant(policy, { ...mutation, role: "reader", effect: "deny" })).toMatchObject([{ effect: "deny" }]);
    expect(grant(policy, { ...mutation, role: "reader", scope: "a" })).toMatchObject([{ scope: "a" }]);
    expect(errorOf(() => grant(policy, { ...mutation, role: "zap" })).code).toBe("ROLE_NOT_FOUND");
  });

  it("rule 3: ungrant takes away exactly what is named; a deny only as a deny", () => {
    const write = { ...mutation, role: "writer", permissions: ["posts:write"] };
    expect(ungrant(policy, write)).toMatchObject([{ kind: "grant.remove", effect: "allow", scope: null }]);
    expect(ungrant(policy, { ...write, effect: "deny" })).toMatchObject([{ effect: "deny" }]);
    expect(errorOf(() => ungrant(policy, { ...write, effect: "deny", scope: "a" })).code).toBe("HELD_OTHERWISE");
    expect(errorOf(() => ungrant(policy, { ...write, permissions: ["users:*"] })).code).toBe("PATTERN_COVERS_NOTHING");
  });

  it("inheritance is added once and removed once", () => {
    expect(inherit(policy, "writer", ["reader"])).toEqual([]);
    expect(inherit(policy, "reader", ["base", "base"])).toMatchObject([{ kind: "inheritance.add", inherits: "base" }]);
    expect(disinherit(policy, "writer", ["reader", "reader"])).toMatchObject([{ kind: "inheritance.remove" }]);
    expect(disinherit(policy, "reader", ["base"])).toEqual([]);
    for (const edit of [inherit, disinherit]) {
      expect(errorOf(() => edit(policy, "zap", ["base"])).code).toBe("ROLE_NOT_FOUND");
      expect(errorOf(() => edit(policy, "base", ["zap"])).code).toBe("ROLE_NOT_FOUND");
    }
  });
});

describe("batches", () => {
  const batch = (text: string) => [...readBatch([text.split("\n")], AT)].flat();
  const only = (line: string) => batch(line)[0]?.question;
  const FUTURE = "2027-01-01T00:00:00.000Z";

  it("a line has the words of a decision", () => {
    const line = {
      ...{ user: "alice", permission: "posts:read", scope: "a", owner: "bob", at: "2027-01-01", id: 7 },
      ...{ expect: "no", activate: ["reader"], assume: ["base"] },
    };
    expect(batch(`\n${JSON.stringify(line)}\r\n\n`)).toEqual([
      {
        question: {
          ...{ user: "alice", permission: "posts:read", scope: "a", owner: "bob", at: FUTURE },
          ...{ activate: ["reader"], assume: ["base"] },
        },
        id: 7,
        expect: false,
      },
    ]);
  });

  it("cells between tabs stand under the words of the first line, and an empty one says nothing", () => {
    const text =
      "permission\tuser\tscope\tid\texpect\nposts:read\talice\t\t7\tno\r\nposts:read\tbob\ta\nposts:read\tbob\ta\t\t";
    const parts = [[], text.split("\n").slice(0, 2), text.split("\n").slice(2)];
    const [first, second, third] = [...readBatch(parts, AT)].flat();
    expect(first).toMatchObject({ question: { user: "alice", scope: null, owner: null }, id: "7", expect: false });
    expect(second?.question).toMatchObject({ code: "LINE_INVALID" });
    expect(third).toMatchObject({ question: { user: "bob", scope: "a" }, id: undefined, expect: undefined });
  });

  it.each(["user\tpermision", "user\tuser\tpermission", "user\tassume"])("%j names no columns", (line) => {
    expect(errorOf(() => batch(`${line}\na\tb`)).code).toBe("KEY_UNKNOWN");
  });

  it("what is not said is not asked", () => {
    expect(only('{"assume":["base"],"permission":"posts:read","user":null,"scope":null}')).toEqual({
      ...{ user: null, permission: "posts:read", scope: null, owner: null, at: AT, activate: [], assume: ["base"] },
    });
  });

  it.each<[unknown, boolean | undefined]>([
    ["yes", true],
    [true, true],
    ["no", false],
    [false, false],
    [null, undefined],
    [undefined, undefined],
  ])("expect %j: %j", (said, expected) => {
    const [asked] = batch(JSON.stringify({ user: "a", permission: "a:b", expect: said }));
    expect(asked?.expect).toBe(expected);
  });

  it.each<[object | string, string]>([
    ["{", "LINE_INVALID"],
    ["7", "LINE_INVALID"],
    ["[]", "LINE_INVALID"],
    ["null", "LINE_INVALID"],
    [{}, "KEY_MISSING"],
    [{ user: "a" }, "KEY_MISSING"],
    [{ permission: "a:b" }, "KEY_MISSING"],
    [{ user: "a", permission: "a:b", on: "x" }, "KEY_UNKNOWN"],
    [{ user: 7, permission: "a:b" }, "VALUE_INVALID"],
    [{ user: "a", permission: "a:b", id: {} }, "VALUE_INVALID"],
    [{ user: "-a", permission: "a:b" }, "NAME_INVALID"],
    [{ user: "a", permission: "a:*" }, "PERMISSION_INVALID"],
    [{ user: "a", permission: "a:b", scope: "" }, "SCOPE_INVALID"],
    [{ user: "a", permission: "a:b", at: "soon" }, "TIME_INVALID"],
    [{ user: "a", permission: "a:b", assume: "r" }, "VALUE_INVALID"],
    [{ user: "a", permission: "a:b", activate: [7] }, "VALUE_INVALID"],
    [{ user: "a", permission: "a:b", expect: "maybe" }, "VALUE_INVALID"],
  ])("%j: %s", (line, code) => {
    const error = only(typeof line === "string" ? line : JSON.stringify(line));
    expect(error).toBeInstanceOf(RbacError);
    expect(error).toMatchObject({ code, exitCode: 2 });
  });

  it("a wrong line keeps its id, and names the nearest key; others are asked all the same", () => {
    const [first, second] = batch('{"usr":"a","id":1}\n{"user":"a","permission":"a:b"}');
    expect(first).toMatchObject({ id: 1, question: { suggestions: ["user"] } });
    expect(second?.question).not.toBeInstanceOf(RbacError);
    expect(errorOf(() => batch(" \n")).code).toBe("BATCH_EMPTY");
    expect(errorOf(() => batch("user\tpermission\n")).code).toBe("BATCH_EMPTY");
  });

  it("few permissions on few scopes fetch the grants that bear on them, many fetch all", () => {
    const question = (permission: string, scope: string | null) => ({
      ...{ user: "alice", permission, owner: null, scope, at: AT, activate: [], assume: [] },
    });
    const one = rowsForDecisions([question("a:b:own", "x"), question("a:c", "x")]);
    expect(one).toMatchObject({ permissions: ["a:b", "a:c"], grants: { targets: ["x"] }, users: ["alice"] });
    expect(rowsForDecisions([question("a:b", null)])).toMatchObject({ grants: { targets: [null] } });
    expect(rowsForDecisions([question("a:b", "x"), question("a:b", null)])).toMatchObject({
      grants: { targets: ["x", null] },
    });
    const scattered = Array.from({ length: 41 }, (_, at) => question("a:b", `x${at}`));
    expect(rowsForDecisions(scattered).grants).not.toHaveProperty("targets");
    expect(rowsForDecisions(Array.from({ length: 41 }, (_, at) => question(`a:b${at}`, "x"))).grants).toBe("all");
  });
});
