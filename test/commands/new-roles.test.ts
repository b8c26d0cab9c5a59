/** Roles that are made whole: created with grants, or copied; and several permissions of one resource. */
import { describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";

/** A role with everything that a copy has and has not. */
const RICH = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "posts:delete"],
  roles: {
    reader: { grants: ["posts:read"] },
    editor: {
      description: "Publishes",
      inherits: ["reader"],
      grants: ["posts:publish", { permission: "posts:*", scope: "acme" }],
      denies: [{ permission: "posts:delete:own", scope: "acme/archive" }],
    },
    cashier: {},
  },
  users: { alice: { roles: ["editor"] } },
  constraints: { apart: { kind: "ssd", roles: ["cashier", "editor"], limit: 2 } },
} as const;

const roleIn = async (db: string, role: string) =>
  JSON.parse((await cli("export --format json", { db })).stdout).roles[role];

describe("role clone", () => {
  it("copies description, grants and denies with their scopes, and nothing else", async () => {
    const db = await seeded(RICH);
    const { revision, changes } = await json<{ revision: number; changes: object[] }>("role clone editor reviewer", {
      db,
    });
    expect([revision, changes.length]).toEqual([2, 4]);
    const { inherits: _, ...editor } = await roleIn(db, "editor");
    expect(await roleIn(db, "reviewer")).toEqual(editor);
    expect((await json<{ users: object[] }>("user list --role reviewer", { db })).users).toEqual([]);
  });

  it("copies what the role inherits with --with-parents", async () => {
    const db = await seeded(RICH);
    await cli("role clone editor reviewer --with-parents", { db });
    expect(await roleIn(db, "reviewer")).toEqual(await roleIn(db, "editor"));
  });

  it("names the constraints that the copy escapes", async () => {
    const { stderr } = await cli("role clone editor reviewer", { db: await seeded(RICH) });
    expect(stderr).toContain('the constraint "apart" names "editor", but not "reviewer"\n');
  });

  it("is no change where the copy stands, and exit 3 where another role does", async () => {
    const db = await seeded(RICH);
    await cli("role clone editor reviewer", { db });
    const again = await cli("role clone editor reviewer", { db });
    expect([again.code, again.stderr]).toEqual([
      0,
      'unchanged, revision 2: role "reviewer" is a copy of "editor" already\n',
    ]);
    expect((await cli("role clone editor reviewer --with-parents", { db })).code).toBe(3);
    await cli("grant reviewer posts:delete", { db });
    const { code, stderr } = await cli("role clone editor reviewer", { db });
    expect([code, stderr]).toEqual([3, 'rbac: role "reviewer" exists, and is no copy of "editor"\n']);
  });

  it("is judged by the guard like the grants it makes", async () => {
    const db = await seeded({
      ...RICH,
      permissions: [...RICH.permissions, "rbac:role", "rbac:grant", "rbac:escalate"],
      roles: { ...RICH.roles, chief: { grants: ["*"] }, helper: { grants: ["rbac:role", "rbac:grant", "posts:read"] } },
      users: { root: { roles: ["chief"] }, eve: { roles: ["helper"] } },
      guarded: true,
    });
    const { code, stderr } = await cli("role clone editor reviewer --actor eve", { db });
    expect([code, stderr]).toEqual([3, expect.stringContaining("rbac:escalate")]);
    expect((await cli("role clone reader visitor --actor eve", { db })).code).toBe(0);
    expect((await cli("role clone editor reviewer --actor root", { db })).code).toBe(0);
  });
});

describe("role create --grant", () => {
  it("creates the role and its grants in one revision", async () => {
    const db = await blog();
    const { revision } = await json("role create writer --grant posts:publish --grant 'posts:*' --on acme", { db });
    expect(revision).toBe(2);
    expect(await roleIn(db, "writer")).toEqual({
      grants: [
        { permission: "posts:*", scope: "acme" },
        { permission: "posts:publish", scope: "acme" },
      ],
    });
  });

  it("gives nothing to the holders of a role that stands, and is no change where it has the grants", async () => {
    const db = await blog();
    const { code, stderr } = await cli("role create moderator --grant users:read", { db });
    expect([code, stderr]).toEqual([3, 'rbac: role "moderator" exists without users:read: use grant\n']);
    expect((await json("role create moderator --grant posts:delete", { db })).changed).toBe(false);
  });
});

describe("permission create --actions", () => {
  it("lists a permission for each action, in one revision", async () => {
    const db = await blog();
    const { revision, changes } = await json<{ revision: number; changes: { permission: string }[] }>(
      "permission create drafts --actions read,comments:read",
      { db },
    );
    expect([revision, changes.map(({ permission }) => permission)]).toEqual([
      2,
      ["drafts:comments:read", "drafts:read"],
    ]);
  });

  it("takes no description, which would be that of one of them", async () => {
    const { code } = await cli("permission create drafts --actions read --description Reads", { db: await blog() });
    expect(code).toBe(2);
  });
});
