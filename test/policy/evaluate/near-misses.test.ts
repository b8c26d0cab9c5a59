/** What a no is told with: near misses, each with what stood in the way, and the changes that would allow. */
import { describe, expect, it } from "vitest";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import { AT, errorOf, indexFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";

const document: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts:drop", "billing:read"],
  roles: {
    reader: { grants: ["posts:read"] },
    writer: { inherits: ["reader"], grants: ["posts:write", "posts:drop:own"] },
    local: { grants: [{ permission: "posts:write", scope: "acme" }] },
    admin: { grants: ["*:*"] },
    fence: { denies: ["posts:write", "posts:*"] },
    poisoned: { grants: ["billing:read"], denies: ["billing:read"] },
  },
  users: {
    alice: { roles: ["reader"] },
    eve: { disabled: true, roles: ["writer"] },
    late: { roles: [{ role: "writer", until: AT }] },
    early: { roles: [{ role: "writer", from: "2026-07-01" }] },
    there: { roles: [{ role: "writer", scope: "beta" }] },
    local: { roles: ["local"] },
    owner: { roles: ["writer"] },
    fenced: { roles: ["writer", "fence"] },
    worst: { disabled: true, roles: [{ role: "writer", until: AT, scope: "beta" }, "fence"] },
  },
};

function near(user: string | null, permission: string, asked: Partial<Question> = {}) {
  const index = indexFrom(document);
  const usual = { user, permission, owner: null, scope: null, at: AT, activate: [], assume: [] };
  const question = { ...usual, ...asked };
  const { misses, remedies } = nearMissesOf(index, question, decide(index, question));
  return {
    misses: misses.map(({ roles, obstacles }) => `${roles.join(">")}: ${obstacles.join(", ")}`),
    remedies: remedies.map(({ changes, adds }) => [
      ...changes.map(({ kind, before: _, after, ...key }) => [kind, ...Object.values(key)].filter(Boolean).join(" ")),
      adds,
    ]),
  };
}

describe("near misses", () => {
  it.each<[string, string, Partial<Question>, string[]]>([
    ["alice", "posts:write", {}, []],
    ["eve", "posts:write", {}, ["writer: disabled"]],
    ["late", "posts:write", {}, ["writer: ended"]],
    ["early", "posts:write", {}, ["writer: not begun"]],
    ["there", "posts:write", {}, ["writer: other scope"]],
    ["there", "posts:write", { scope: "acme" }, ["writer: other scope"]],
    ["local", "posts:write", {}, ["local: other scope"]],
    ["owner", "posts:drop", {}, ["writer: owner only"]],
    ["fenced", "posts:write", {}, ["writer: denied"]],
    ["fenced", "posts:drop", { owner: "fenced" }, ["writer: denied"]],
    ["owner", "posts:write", { activate: ["reader"] }, ["writer: session"]],
    ["owner", "posts:write", { activate: ["admin"] }, ["writer: session"]],
    ["owner", "posts:write", { activate: ["writer", "admin"] }, ["writer: session"]],
    ["owner", "posts:read", { activate: ["admin"] }, ["writer>reader: session"]],
    ["worst", "posts:write", {}, ["writer: disabled, ended, other scope"]],
    ["fenced", "posts:drop", {}, ["writer: owner only, denied"]],
  ])("%s asks %s with %o: %o", (user, permission, asked, misses) => {
    expect(near(user, permission, asked).misses).toEqual(misses);
  });

  it("the fewest obstacles come first", () => {
    const assume = ["writer"];
    expect(near("worst", "posts:drop", { assume }).misses).toEqual([
      "writer: disabled, owner only",
      "writer: disabled, ended, other scope, owner only",
    ]);
  });

  it("a yes has nothing near", () => {
    expect(near("owner", "posts:write")).toEqual({ misses: [], remedies: [] });
  });
});

describe("remedies", () => {
  const granted = (role: string, scope = "") => [`grant.add ${role} allow posts:write${scope}`, 1];
  it("roles and grants that would allow, the least added first", () => {
    expect(near("alice", "posts:write").remedies).toEqual([
      granted("reader"),
      ["assignment.add alice writer", 2],
      ["assignment.add alice admin", 3],
    ]);
  });

  it("on the scope asked about, where a scoped role will do", () => {
    expect(near("alice", "posts:write", { scope: "acme" }).remedies.slice(0, 2)).toEqual([
      ["assignment.add alice local acme", 1],
      granted("reader", " acme"),
    ]);
  });

  it("a window that is not open is replaced", () => {
    expect(near("late", "posts:write").remedies).toContainEqual(["assignment.update late writer", 3]);
    expect(near("early", "posts:write").remedies).toContainEqual(["assignment.update early writer", 3]);
  });

  it("who is disabled is enabled, what denies is taken away, and no more than that where it is enough", () => {
    expect(near("eve", "posts:write").remedies).toEqual([["user.update eve", 3]]);
    expect(near("fenced", "posts:write").remedies).toEqual([
      ["assignment.remove fenced fence", 3],
      ["grant.remove fence deny posts:write", "grant.remove fence deny posts:*", 3],
    ]);
    expect(near("worst", "posts:write").remedies).toContainEqual([
      ...["user.update worst", "assignment.remove worst fence", "assignment.add worst writer", 3],
    ]);
  });

  it("a role that brings a deny along is no remedy", () => {
    expect(near("alice", "billing:read").remedies.flat()).not.toContain("assignment.add alice poisoned");
    expect(near("alice", "billing:read").remedies.flat()).toContain("assignment.add alice admin");
  });

  it("where only the session is in the way, or nobody is named, there is nothing to change", () => {
    expect(near("owner", "posts:write", { activate: ["reader"] }).remedies).toEqual([]);
    expect(near(null, "posts:write", { assume: ["reader"] }).remedies).toEqual([]);
  });

  it("a question that says owner twice is refused before it is explained", () => {
    expect(errorOf(() => near("alice", "posts:drop:own", { owner: "alice" })).code).toBe("OWN_TWICE");
  });
});
