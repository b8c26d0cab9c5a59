/** Rule 16: what names refer to, and what goes or moves with them. */
import { describe, expect, it } from "vitest";
import { checkedChangesTo, policyOf } from "../../../src/policy/document/changes-to-document.ts";
import { remove, rename } from "../../../src/policy/edit/entities.ts";
import { cli, json } from "../../support/cli.ts";
import { errorOf, policyFrom, problemsOf, read, seeded } from "../../support/documents.ts";

const standing = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:write", "billing:read"],
  roles: {
    reader: { grants: ["posts:read", "posts:read:own", "billing:*"] },
    writer: { inherits: ["reader"], denies: [{ permission: "posts:read", scope: "acme" }] },
    admin: { grants: ["*:*"] },
  },
  users: { alice: { roles: ["writer", { role: "reader", scope: "acme", until: "2126-01-01" }] }, bob: {} },
  everyone: ["reader"],
};

type Words = Record<string, unknown>;
const shown = (changes: readonly Words[]) =>
  changes.map(({ kind, before: _, after, ...key }) => [kind, ...Object.values(key)].filter(Boolean).join(" "));

describe("rule 16: an exact name must exist", () => {
  it.each([
    ["users: { a: { roles: [reeder] } }", '2:23 ROLE_NOT_FOUND there is no role "reeder"; did you mean "reader"?'],
    ["everyone: [reeder]", '2:12 ROLE_NOT_FOUND there is no role "reeder"; did you mean "reader"?'],
    ["roles: { reader: { inherits: [zoe] } }", '2:31 ROLE_NOT_FOUND there is no role "zoe"'],
    [
      "roles: { reader: { grants: [posts:reed] } }",
      '2:29 PERMISSION_NOT_FOUND there is no permission "posts:reed"; did you mean "posts:read"?',
    ],
    [
      "roles: { reader: { denies: [posts:reed:own] } }",
      '2:29 PERMISSION_NOT_FOUND there is no permission "posts:reed"; did you mean "posts:read"?',
    ],
    [
      "roles: { reader: { grants: ['post:*'] } }",
      '2:29 PATTERN_COVERS_NOTHING the pattern "post:*" covers no permission of the catalogue; did you mean "posts:*"?',
    ],
    [
      "roles: { reader: { grants: ['*:zap:own'] } }",
      '2:29 PATTERN_COVERS_NOTHING the pattern "*:zap" covers no permission of the catalogue',
    ],
  ])("%s", (line, problem) => {
    const policy = policyFrom(standing);
    expect(problemsOf(`rbac: 1\n${line}\n`, (document) => checkedChangesTo(policy, document, false))).toEqual([
      problem,
    ]);
  });

  it("*:* needs no catalogue, with or without :own", () => {
    expect(policyFrom({ rbac: 1, roles: { admin: { grants: ["*:*", "*:*:own"] } } }).grant.size).toBe(2);
  });

  it("in database and documents together; with prune in what will stand after", () => {
    const policy = policyFrom(standing);
    const document = read({ rbac: 1, roles: { intern: { inherits: ["reader"], grants: ["posts:read"] } } });
    expect(checkedChangesTo(policy, document, false)).toHaveLength(3);
    expect(errorOf(() => checkedChangesTo(policy, document, true)).problems.map(({ code }) => code)).toEqual([
      "ROLE_NOT_FOUND",
    ]);
    expect(errorOf(() => policyOf(document)).exitCode).toBe(2);
  });

  it("every unknown name is told at once, near names for the first of them only", () => {
    const lines = Array.from({ length: 30 }, (_, at) => `  r${at}: { grants: [posts:reed] }\n`);
    const problems = problemsOf(`rbac: 1\npermissions: [posts:read]\nroles:\n${lines.join("")}`);
    expect(problems).toHaveLength(30);
    expect(problems.filter((problem) => problem.includes("did you mean"))).toHaveLength(20);
  });

  it("names that begin with - are refused", () => {
    expect(problemsOf('rbac: 1\nusers: { "-a": {} }\n')).toEqual([
      '2:10 NAME_INVALID "-a" is not a name: it begins with -',
    ]);
  });
});

describe("rule 16: deleting takes what refers to it", () => {
  const policy = policyFrom(standing);
  it.each([
    ["user", "alice", ["assignment.remove alice reader acme", "assignment.remove alice writer", "user.remove alice"]],
    ["user", "bob", ["user.remove bob"]],
    [
      "role",
      "reader",
      [
        "assignment.remove alice reader acme",
        "everyone.remove reader",
        "grant.remove reader allow billing:*",
        "grant.remove reader allow posts:read",
        "grant.remove reader allow posts:read:own",
        "inheritance.remove writer reader",
        "role.remove reader",
      ],
    ],
    [
      "permission",
      "posts:read",
      [
        "grant.remove reader allow posts:read",
        "grant.remove reader allow posts:read:own",
        "grant.remove writer deny posts:read acme",
        "permission.remove posts:read",
      ],
    ],
    // The wildcard would cover nothing.
    ["permission", "billing:read", ["grant.remove reader allow billing:*", "permission.remove billing:read"]],
  ] as const)("%s %s", (kind, name, changes) => {
    expect(shown(remove(policy, kind, name))).toEqual(changes);
  });

  it("after confirmation; nothing in use needs none; an unknown name is an error unless --if-exists", async () => {
    const db = await seeded(standing);
    expect((await cli("user delete alice", { db })).code).toBe(3);
    expect((await cli("user delete alice --yes", { db })).code).toBe(0);
    expect((await cli("user delete bob", { db })).code).toBe(0);
    expect((await cli("user delete bob", { db })).code).toBe(2);
    expect(await json("user delete bob --if-exists", { db })).toMatchObject({ changed: false });
  });
});

describe("rule 16: rename moves every row in one revision", () => {
  const policy = policyFrom(standing);
  it.each([
    [
      "user",
      "alice",
      "alicia",
      [
        "user.add alicia",
        "assignment.add alicia reader acme",
        "assignment.add alicia writer",
        "assignment.remove alice writer",
        "assignment.remove alice reader acme",
        "user.remove alice",
        "former.add user alicia alice",
      ],
    ],
    [
      "permission",
      "posts:read",
      "posts:see",
      [
        "permission.add posts:see",
        "grant.add reader allow posts:see",
        "grant.add reader allow posts:see:own",
        "grant.add writer deny posts:see acme",
        "grant.remove writer deny posts:read acme",
        "grant.remove reader allow posts:read:own",
        "grant.remove reader allow posts:read",
        "permission.remove posts:read",
        "former.add permission posts:see posts:read",
      ],
    ],
  ] as const)("%s %s", (kind, from, to, changes) => {
    expect(shown(rename(policy, kind, from, to))).toEqual(changes);
  });

  it("a role, wherever it stands", () => {
    const kinds = shown(rename(policy, "role", "reader", "visitor")).filter((line) => line.includes(".add"));
    expect(kinds).toEqual([
      "role.add visitor",
      "inheritance.add writer visitor",
      "grant.add visitor allow billing:*",
      "grant.add visitor allow posts:read",
      "grant.add visitor allow posts:read:own",
      "everyone.add visitor",
      "assignment.add alice visitor acme",
      "former.add role visitor reader",
    ]);
  });

  it("to itself is nothing to do; to a name that is there, or away from a wildcard, is refused", () => {
    expect(rename(policy, "role", "reader", "reader")).toEqual([]);
    expect(errorOf(() => rename(policy, "role", "reader", "writer"))).toMatchObject({ code: "EXISTS", exitCode: 3 });
    expect(errorOf(() => rename(policy, "role", "zoe", "x")).code).toBe("ROLE_NOT_FOUND");
    expect(errorOf(() => rename(policy, "permission", "billing:read", "money:read"))).toMatchObject({
      code: "PATTERN_COVERS_NOTHING",
      exitCode: 3,
    });
  });

  it("as a command it is one revision", async () => {
    const db = await seeded(standing);
    expect(await json("role rename reader visitor", { db })).toMatchObject({ changed: true, revision: 2 });
    expect((await cli("can bob posts:read", { db })).code).toBe(0);
    expect((await cli("has bob visitor", { db })).code).toBe(0);
  });
});
