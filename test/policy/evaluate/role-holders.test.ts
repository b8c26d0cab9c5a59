/** The lists of who holds which roles are what `has` answers, one by one; and the flags that ask for them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../../src/policy/evaluate/decide.ts";
import { holdersOf, rolesHeld } from "../../../src/policy/evaluate/role-holders.ts";
import type { Asker } from "../../../src/policy/evaluate/walk.ts";
import { cli, json } from "../../support/cli.ts";
import { AT, errorOf, indexFrom, seeded } from "../../support/documents.ts";
import type { OracleQuestion, PlainDocument } from "../../support/oracle.ts";
import { ASKED_SCOPES, documents, questions } from "../../support/random-policies.ts";

const asked = documents().chain((document) => fc.tuple(fc.constant(document), questions(document)));

it("200 random policies: each list names exactly those for whom has says yes, somewhere and on every scope", () => {
  const agree = ([document, { user, at, activate, assume }]: [PlainDocument, OracleQuestion]) => {
    const asker = { user, at, activate, assume };
    const index = indexFrom(document);
    const [roles, users] = [Object.keys(document.roles ?? {}), Object.keys(document.users ?? {})];
    const has = (who: Asker, role: string, on?: string | null) =>
      (on === undefined ? ASKED_SCOPES : [on]).some((scope) => holds(index, { ...who, role, scope }).allowed);
    for (const on of [undefined, ...ASKED_SCOPES]) {
      expect([...rolesHeld(index, asker, on)].sort()).toEqual(roles.filter((role) => has(asker, role, on)).sort());
      for (const role of roles) {
        const holders = users.filter((name) => has({ user: name, at, activate: [], assume: [] }, role, on));
        expect([...holdersOf(index, role, at, on).keys()].sort()).toEqual(holders.sort());
      }
    }
  };
  fc.assert(fc.property(asked, agree), { numRuns: 200 });
});

it("unknown names are errors, never empty lists", () => {
  const index = indexFrom({ rbac: 1, roles: { reader: {} }, users: { alice: {} } });
  expect(errorOf(() => holdersOf(index, "raeder", AT)).code).toBe("ROLE_NOT_FOUND");
  const asker = { user: "alyce", at: AT, activate: [], assume: [] };
  expect(errorOf(() => rolesHeld(index, asker)).code).toBe("USER_NOT_FOUND");
});

const constraints = {
  apart: { kind: "ssd", roles: ["auditor", "editor"], limit: 2 },
  once: { kind: "dsd", roles: ["owner", "editor"], limit: 2 },
};

const document: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "bills:pay"],
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { inherits: ["reader"], grants: ["posts:publish", "bills:pay"] },
    owner: {},
    auditor: {},
  },
  users: {
    alice: { roles: ["editor"] },
    bob: { roles: [{ role: "editor", scope: "acme" }] },
    carol: { roles: [{ role: "reader", until: "2020-01-01" }] },
    dora: { disabled: true, roles: ["editor"] },
  },
  everyone: ["owner"],
  constraints,
};

describe("the flags", () => {
  it.each<[line: string, list: string, key: string, names: string[]]>([
    ["user list --role reader", "users", "user", []],
    ["user list --role reader --all", "users", "user", ["carol"]],
    ["user list --holding reader", "users", "user", ["alice", "bob"]],
    ["user list --holding reader --on acme/x", "users", "user", ["alice", "bob"]],
    ["user list --holding reader --on beta", "users", "user", ["alice"]],
    ["user list --holding reader --at +1d", "users", "user", ["alice", "bob"]],
    ["user list --holding owner", "users", "user", ["alice", "bob", "carol"]],
    ["role list --held-by alice", "roles", "role", ["editor", "owner", "reader"]],
    ["role list --held-by alice --activate reader", "roles", "role", ["reader"]],
    ["role list --held-by alice --activate editor --activate owner", "roles", "role", []],
    ["role list --held-by bob --on beta", "roles", "role", ["owner"]],
    ["role list --held-by carol --assume editor", "roles", "role", ["editor", "owner", "reader"]],
    ["role list --held-by dora", "roles", "role", []],
    ["constraint list", "constraints", "constraint", ["apart", "once"]],
    ["constraint list --kind dsd", "constraints", "constraint", ["once"]],
    ["constraint list --kind min_users", "constraints", "constraint", []],
    ["permissions alice --resource posts", "permissions", "permission", ["posts:publish", "posts:read"]],
    ["permissions --role reader --resource bills", "permissions", "permission", []],
  ])("%s", async (line, list, key, names) => {
    const db = await seeded(document);
    const told = await json<Record<string, Record<string, string>[]>>(line, { db });
    expect(told[list]?.map((row) => row[key])).toEqual(names);
  });

  it.each([
    ["user list --holding raeder", 'there is no role "raeder"; did you mean "reader"?'],
    ["user list --holding reader --role reader", "--holding and --role contradict each other"],
    ["role list --held-by alyce", 'there is no user "alyce"; did you mean "alice"?'],
    ["role list --activate reader", "--activate needs --held-by"],
    ["role list --assume reader", "--assume needs --held-by"],
    ["constraint list --kind sdd", 'a constraint is one of ssd, dsd, max_users, min_users, prerequisite, not "sdd"'],
    ["permissions alice --resource post", 'no permission speaks of the resource "post"; did you mean "posts"?'],
    ["permissions alice --resource posts:read", 'no permission speaks of the resource "posts:read"'],
  ])("%s is refused in one line", async (line, message) => {
    const { code, stdout, stderr } = await cli(line, { db: await seeded(document) });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^rbac: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });
});
