/** Names of permissions as real applications have them: seeded, asked about, listed, and exported as they were. */
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";

import { fileWith } from "../support/documents.ts";

/** A name, the patterns by which a role each is granted it, and one that looks as if it did so but does not. */
const REAL: readonly [name: string, covering: readonly string[], beside: string, resource: string][] = [
  ["view_user", ["*"], "*:*", "view_user"],
  ["blog.add_post", ["blog.*"], "blog.*:*", "blog"],
  ["create article content", ["*"], "*:*", "create article content"],
  ["sales.orders.view", ["sales.*", "sales.orders.*"], "sales.orders.*:*", "sales"],
  [
    "os_compute_api:servers:create",
    ["os_compute_api:servers:*", "os_compute_api:*", "*:*", "*:servers:create"],
    "*:*:*:*",
    "os_compute_api",
  ],
  ["Job/Build", ["Job/*"], "Job/*:*", "Job"],
  ["admin.users.read", ["admin.*", "admin.users.*"], "admin.users.*:*", "admin"],
  ["mod/forum:addinstance", ["mod/*:addinstance", "mod/forum:*", "mod/*:*"], "mod/*", "mod/forum"],
  ["s3:GetObject", ["s3:*", "*:GetObject"], "s3:*:*", "s3"],
  [
    "Microsoft.Authorization/roleAssignments:write",
    ["Microsoft.*:write", "Microsoft.Authorization/*:*", "*:write"],
    "Microsoft.*",
    "Microsoft.Authorization/roleAssignments",
  ],
];

/** What one command says, as JSON. */
async function said(argv: string[], db: string) {
  const { code, stdout } = await cli([...argv, "--json"], { db });
  return { code, ...JSON.parse(stdout) };
}

describe.each(REAL)("%s", (name, covering, beside, resource) => {
  const roles = Object.fromEntries(covering.map((pattern, at) => [`by${at}`, { grants: [pattern] }]));
  const users = Object.fromEntries(covering.map((_, at) => [`user${at}`, { roles: [`by${at}`] }]));
  const policy = {
    rbac: 1,
    // What the pattern beside it covers must be there, for a pattern that covers nothing is refused.
    permissions: [...new Set([name, "a:b:c:d:e", `${name}:x`, `${name}.x:x`, `${beside.replaceAll("*", "x")}`])],
    roles: {
      ...roles,
      exact: { grants: [name] },
      owner: { grants: [`${name}:own`] },
      beside: { grants: [beside] },
      barred: { grants: ["*"], denies: [covering[0]] },
    },
    users: {
      ...users,
      ann: { roles: ["exact"] },
      bob: { roles: ["beside"] },
      cy: { roles: ["owner"] },
      dan: { roles: ["barred"] },
    },
  };

  it("is seeded, asked about, and exported back", async () => {
    const db = freshDb();
    expect(await cli(["seed", fileWith(JSON.stringify(policy))], { db })).toMatchObject({ code: 0 });
    const allowed = [...Object.keys(users), "ann"];
    for (const user of allowed) expect(await said(["can", user, name], db), user).toMatchObject({ code: 0 });
    for (const user of ["bob", "cy", "dan"])
      expect(await said(["can", user, name], db), user).toMatchObject({ code: 1 });
    expect(await said(["can", "cy", `${name}:own`], db)).toMatchObject({ code: 0 });
    const { users: holders } = await said(["who-can", name], db);
    const names = (holders as { user: string; own: string }[])
      .filter(({ own }) => own !== "only")
      .map(({ user }) => user);
    expect([...new Set(names)]).toEqual([...allowed].sort());
    const { permissions } = await said(["permissions", "ann", "--resource", resource], db);
    expect(permissions).toMatchObject([{ permission: name, grant: name }]);
    for (const [at, pattern] of covering.entries())
      expect((await said(["permissions", `user${at}`], db)).permissions).toContainEqual(
        expect.objectContaining({ permission: name, grant: pattern }),
      );
    const { stdout } = await cli(["export", "--format", "json"], { db });
    const copy = freshDb();
    expect(await cli(["seed", fileWith(stdout)], { db: copy })).toMatchObject({ code: 0 });
    expect((await cli(["export", "--format", "json"], { db: copy })).stdout).toBe(stdout);
    expect(JSON.parse(stdout).permissions).toContain(name);
    expect(JSON.parse(stdout).roles.beside).toEqual({ grants: [beside] });
    const yaml = (await cli(["export"], { db })).stdout;
    const yamlCopy = freshDb();
    expect(await cli(["seed", fileWith(yaml, "policy.yaml")], { db: yamlCopy })).toMatchObject({ code: 0 });
    expect((await cli(["export"], { db: yamlCopy })).stdout).toBe(yaml);
  });
});

describe("a new name of more parts than a deny has is told", () => {
  const policy = {
    rbac: 1,
    permissions: ["posts:delete", "view_user"],
    roles: { clerk: { denies: ["*:delete", { permission: "*:delete", scope: "acme" }], grants: ["*:delete:own"] } },
  };
  const notice = (stderr: string) => stderr.split("\n").filter((line) => line.includes("does not cover"));

  it("where one is created, and no other", async () => {
    const db = freshDb();
    expect(notice((await cli(["seed", fileWith(JSON.stringify(policy))], { db })).stderr)).toEqual([]);
    const created = async (name: string) => notice((await cli(["permission", "create", name], { db })).stderr);
    expect(await created("posts:comments:delete")).toHaveLength(1);
    expect(await created("blog:delete")).toEqual([]);
    expect(await created("posts:comments:edit")).toEqual([]);
    expect(await created("a:b:c:d:e:delete")).toContain(
      "clerk is denied *:delete, which does not cover the new a:b:c:d:e:delete",
    );
  });

  it("where a seed brings both, into a database that is not there yet", async () => {
    const permissions = ["posts:delete", "posts:comments:delete", "view_user"];
    const denies = ["*:*", "*:comments:delete", "posts:*"];
    const path = fileWith(JSON.stringify({ rbac: 1, permissions, roles: { r: { denies } } }));
    const { code, stderr } = await cli(["seed", path], { db: freshDb() });
    expect({ code, told: notice(stderr) }).toEqual({
      code: 0,
      told: ["r is denied *:*, which does not cover the new view_user"],
    });
  });
});
