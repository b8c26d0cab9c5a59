/**
 * INCITS 359 where its parts meet: separation of duty is judged by what users hold through the hierarchy (6.3.2, and
 * 6.4 with 6.2).
 */
import { describe, expect, it } from "vitest";
import { open, type RbacError } from "../../src/index.ts";
import { cli, json } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";
import { POLICY } from "../support/incits/functions.ts";

/** The policy after some lines, which must all succeed. */
async function having(...lines: readonly string[]): Promise<string> {
  const db = await seeded(POLICY);
  for (const line of lines) expect(await cli(line, { db })).toMatchObject({ code: 0 });
  return db;
}

const last = <T>(list: readonly T[]): T => list.at(-1) as T;

interface Refusal {
  readonly error: { readonly code: string; readonly violations?: readonly { users: string[]; roles: string[] }[] };
}

describe("6.3.2: static separation counts whom the hierarchy authorizes", () => {
  it.each<[what: string, lines: string[], user: string, roles: string[]]>([
    [
      "AssignUser, to a role above one of the set",
      ["role create supervisor", "role inherit supervisor auditor", "assign carol supervisor"],
      "carol",
      ["auditor", "cashier"],
    ],
    [
      "AssignUser, to one role above two of the set",
      ["role create boss", "role inherit boss cashier auditor", "assign dave boss"],
      "dave",
      ["auditor", "cashier"],
    ],
    [
      "AddInheritance, below a role that is held",
      ["assign carol clerk", "role inherit clerk auditor"],
      "carol",
      ["auditor", "cashier"],
    ],
    [
      "AddInheritance, further down",
      ["assign carol editor", "role inherit reader approver"],
      "carol",
      ["approver", "cashier"],
    ],
    ["CreateSsdSet", ["constraint create apart ssd author reviewer --limit 2"], "alice", ["author", "reviewer"]],
    [
      "AddSsdRoleMember",
      ["constraint create apart ssd publisher reviewer --limit 2", "constraint set apart --add author"],
      "alice",
      ["author", "reviewer"],
    ],
    [
      "SetSsdSetCardinality",
      ["constraint create apart ssd author publisher reviewer --limit 3", "constraint set apart --limit 2"],
      "alice",
      ["author", "reviewer"],
    ],
  ])("%s is refused, naming who would be authorized for too many", async (_, lines, user, roles) => {
    const db = await having(...lines.slice(0, -1));
    const before = (await cli("audit head", { db })).stdout;
    const { code, stdout } = await cli(`${last(lines)} --json`, { db });
    const { error } = JSON.parse(stdout) as Refusal;
    expect([code, error.code]).toEqual([3, "CONSTRAINT_VIOLATED"]);
    expect(error.violations?.map((violation) => [violation.users, violation.roles])).toEqual([[[user], roles]]);
    expect((await cli("audit head", { db })).stdout).toBe(before);
  });

  it("what the hierarchy no longer authorizes is free again", async () => {
    const db = await having("role create supervisor", "role inherit supervisor auditor");
    expect((await cli("assign carol supervisor", { db })).code).toBe(3);
    await cli("role disinherit supervisor auditor", { db });
    expect((await cli("assign carol supervisor", { db })).code).toBe(0);
  });

  it.each([
    ["constraint create apart ssd reader editor --limit 2", '"editor" → "author" → "reader"'],
    ["role inherit cashier auditor", '"cashier" → "auditor"'],
  ])("two of one set on one chain are refused at once: %s", async (line, chain) => {
    const { code, stderr } = await cli(line, { db: await having() });
    expect(code).toBe(3);
    expect(stderr).toContain(chain);
  });

  it("the library refuses alike", async () => {
    const rbac = await open(await having("assign carol clerk"), { actor: "web" });
    const refusal = (change: Promise<unknown>): Promise<RbacError> =>
      change.then(
        () => expect.fail("it was not refused"),
        (error: RbacError) => error,
      );
    const edge = await refusal(rbac.inherit("clerk", "auditor"));
    expect([edge.code, edge.violations[0]?.users]).toEqual(["CONSTRAINT_VIOLATED", ["carol"]]);
    const set = { kind: "ssd", roles: ["author", "reviewer"], limit: 2 } as const;
    expect((await refusal(rbac.create("constraint", "apart", set))).violations[0]?.users).toEqual(["alice"]);
    await rbac.close();
  });
});

describe("6.4 with a hierarchy: a session counts the roles that its roles inherit", () => {
  /** Every question that names a session, with what it says of one that may not be. */
  const says = async (session: string, db: string) => {
    const activate = session.replace(/(\w+) ?/g, " --activate $1");
    const { decisions } = await json<{ decisions: { reason: string }[] }>(`can alice posts:write${activate}`, { db });
    const { roles } = await json<{ roles: unknown[] }>(`role list --held-by alice${activate}`, { db });
    const { permissions } = await json<{ permissions: unknown[] }>(`permissions alice${activate}`, { db });
    const { code } = await cli(`has alice reader${activate}`, { db });
    return [decisions[0]?.reason, code, roles.length, permissions.length];
  };

  it.each<[what: string, session: string, reason: string]>([
    ["CreateSession with one role of the set", "author", "allow"],
    ["CreateSession with a role above one of the set", "editor", "allow"],
    ["AddActiveRole, a second one of the set", "author reviewer", "session"],
    ["AddActiveRole, above one of the set beside another", "editor reviewer", "session"],
    ["AddActiveRole, above and below: one role of the set is one", "editor author", "allow"],
    ["AddActiveRole, of no set", "editor clerk", "allow"],
  ])("%s (%s): %s", async (_, session, reason) => {
    const [told, code, roles, permissions] = await says(session, await having());
    const may = reason === "allow";
    expect([told, code]).toEqual([reason, may ? 0 : 1]);
    expect([Number(roles) > 0, Number(permissions) > 0]).toEqual([may, may]);
  });

  it("one role above two of the set may be assigned, and never activated", async () => {
    const db = await having("role create lead", "role inherit lead author reviewer", "assign dave lead");
    expect((await cli("can dave posts:write --activate lead", { db })).code).toBe(1);
    expect((await cli("can dave posts:write --activate author", { db })).code).toBe(0);
    expect((await cli("can dave posts:write", { db })).code).toBe(0);
    const rbac = await open(db, { actor: "web", mode: "read" });
    expect((await rbac.can("dave", "posts:write", { activate: ["lead"] })).reason).toBe("session");
    expect(await rbac.permissions("dave", { activate: ["lead"] })).toEqual([]);
    await rbac.close();
  });

  it("a larger limit, or one role fewer, lets the session be", async () => {
    const line = "can alice posts:write --activate editor --activate reviewer";
    for (const change of ["constraint set one-hat --limit 3", "constraint set one-hat --drop reviewer"])
      expect((await cli(line, { db: await having(change) })).code).toBe(0);
  });
});

describe("6.2.1.4: permissions with the hierarchy, or without", () => {
  it.each([
    ["--role editor", ["bills:pay", "posts:publish", "posts:read", "posts:write"]],
    ["--role editor --direct", ["bills:pay", "posts:publish"]],
    ["bob", ["posts:read", "posts:write"]],
    ["bob --direct", ["posts:write"]],
    ["--role editor --resource posts --direct", ["posts:publish"]],
  ])("permissions %s", async (whose, expected) => {
    const { permissions } = await json<{ permissions: { permission: string }[] }>(`permissions ${whose}`, {
      db: await having(),
    });
    expect(permissions.map(({ permission }) => permission)).toEqual(expected);
  });

  it("6.2.2 is not offered: a role may have any number of immediate descendants", async () => {
    const db = await having("role inherit clerk reader publisher");
    expect(await json("role show clerk", { db })).toMatchObject({ inherits: ["publisher", "reader"] });
  });
});
