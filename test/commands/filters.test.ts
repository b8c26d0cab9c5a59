/** Filters mean the same in every list, and a list that was cut says so. */
import { beforeAll, describe, expect, it } from "vitest";
import { askedBlog, blog } from "../support/blog.ts";
import { cli, freshDb, json } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

let db = "";
beforeAll(async () => {
  db = await askedBlog();
});

/** One field of the rows of a list. */
const column = async (line: string, list: string, field: string) =>
  (await json<Rows>(line, { db }))[list]?.map((row) => row[field]);

describe("filters keep", () => {
  it.each([
    ["user list --match AL", "users", "user", ["alice"]],
    ["user list --user alice --user bob", "users", "user", ["alice", "bob"]],
    ["user list --role moderator --role editor", "users", "user", ["alice", "bob", "carol"]],
    ["user list --role moderator --on acme/blog", "users", "user", ["bob"]],
    ["user list --role moderator --on beta", "users", "user", []],
    ["user list --on beta --user bob", "users", "user", []],
    ["user list --holding reader --match ALI", "users", "user", ["alice"]],
    ["user list --role editor --match C --limit 1", "users", "user", ["alice"]],
    ["role list --match ER", "roles", "role", ["moderator", "owner", "reader"]],
    ["role list --role idle --role admin", "roles", "role", ["admin", "idle"]],
    ["role list --user bob", "roles", "role", ["moderator"]],
    ["role list --user bob --on beta", "roles", "role", []],
    ["role list --permission posts:publish", "roles", "role", ["admin", "editor"]],
    ["role list --permission 'users:*' --match ad", "roles", "role", ["admin"]],
    ["permission list --permission 'users:*'", "permissions", "permission", ["users:read"]],
    ["permission list --match PUB", "permissions", "permission", ["posts:publish"]],
    ["permissions alice --match publ", "permissions", "permission", ["posts:publish"]],
    ["permissions alice --permission posts:read", "permissions", "permission", ["posts:read"]],
    ["permissions --role editor --permission '*:publish'", "permissions", "permission", ["posts:publish"]],
    ["access --role editor --match C --limit 1", "access", "user", ["alice"]],
    ["access --user root --assigned --match R", "access", "role", ["admin"]],
    ["access --permission 'users:*'", "access", "permission", ["users:read"]],
    ["access --on beta --assigned --permission posts:delete", "access", "user", ["root"]],
    ["who-can posts:read --user alice", "users", "user", ["alice"]],
    ["who-can posts:read --user bob --user alice --match LI", "users", "user", ["alice"]],
    ["who-can posts:delete --role moderator", "users", "user", ["bob"]],
    ["who-can posts:delete --role moderator --on beta", "users", "user", []],
    ["who-can posts:delete --role moderator --at @1", "users", "user", ["bob"]],
    ["who-can posts:delete --role moderator --since 1h", "users", "user", ["bob"]],
    ["who-can posts:read --match ali --since 1h", "users", "user", ["alice"]],
  ])("%s", async (line, list, field, names) => {
    const found = await column(line, list, field);
    const expected = line.includes("--limit") ? names.slice(0, 1) : names;
    expect([...new Set(found)]).toEqual(expected);
  });

  it("columns and lines of a matrix", async () => {
    const grid = async (line: string) =>
      (await cli(`matrix ${line} --format csv`, { db })).stdout
        .trimEnd()
        .split("\r\n")
        .map((row) => row.split(","));
    expect(await grid("--role reader --role editor --permission 'posts:*' --match P")).toEqual(
      (await grid(""))
        .filter(([name]) => /^permission|^posts:/.test(name ?? ""))
        .map((row) => {
          const head = ["permission", "admin", "editor", "idle", "moderator", "owner", "reader"];
          return [row[0], row[head.indexOf("editor")], row[head.indexOf("reader")]];
        }),
    );
    expect(await grid("--users --user alice --permission posts:publish")).toEqual([
      ["permission", "alice"],
      ["posts:publish", "any"],
    ]);
    expect(await grid("--user bob --permission posts:delete")).toEqual([
      ["permission", "bob"],
      ["posts:delete", expect.stringContaining("scoped")],
    ]);
    expect((await grid("--users --role moderator"))[0]).toEqual(["permission", "bob"]);
  });

  it("what holds on a scope, in a matrix as in `can`", async () => {
    for (const on of ["acme", "acme/blog", "beta"]) {
      const { permissions, users } = await json<{
        permissions: string[];
        users: { user: string; cells: string[] }[];
      }>(`matrix --users --on ${on}`, { db });
      for (const { user, cells } of users)
        for (const [at, permission] of permissions.entries()) {
          const { code } = await cli(`can ${user} ${permission} --on ${on}`, { db });
          expect([on, user, permission, code === 0]).toEqual([on, user, permission, /^any/.test(cells[at] ?? "")]);
        }
    }
  });

  it("entries of the record", async () => {
    const own = await blog();
    for (const line of [
      "assign dora idle --on acme/x",
      "assign alice idle --on acmex",
      "grant idle posts:publish",
      "role create nobody",
    ])
      expect((await cli(line, { db: own })).code).toBe(0);
    const revisions = async (line: string) => {
      const { entries } = await json<{ entries: { revision: number }[] }>(`audit --since @2 ${line}`, { db: own });
      return entries.map(({ revision }) => revision);
    };
    expect(await revisions("--user dora --user alice")).toEqual([2, 3]);
    expect(await revisions("--role idle --role nobody")).toEqual([2, 3, 4, 5]);
    expect(await revisions("--on acme")).toEqual([2]);
    expect(await revisions("--permission 'posts:*'")).toEqual([4]);
    expect(await revisions("--match DOR")).toEqual([2]);
    expect(await revisions("--match o --last 2")).toEqual([4, 5]);
    expect(await revisions("--role idle --match ALI --last 1")).toEqual([3]);
    const paged = await json<{ entries: { change: { kind: string } }[] }>("audit --match reader", { db: own });
    expect(paged.entries.length).toBeGreaterThan(2);
  });
});

describe("what a filter names", () => {
  it.each([
    ["user list --user alcie", "USER_NOT_FOUND", ["alice"]],
    ["user list --role edtor", "ROLE_NOT_FOUND", ["editor"]],
    ["role list --role edtor", "ROLE_NOT_FOUND", ["editor"]],
    ["role list --user alcie", "USER_NOT_FOUND", ["alice"]],
    ["role list --permission posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
    ["permission list --permission posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
    ["permissions alice --permission posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
    ["matrix --role edtor", "ROLE_NOT_FOUND", ["editor"]],
    ["matrix --user alcie", "USER_NOT_FOUND", ["alice"]],
    ["matrix --permission posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
    ["who-can posts:read --user alcie", "USER_NOT_FOUND", ["alice"]],
    ["who-can posts:read --role edtor", "ROLE_NOT_FOUND", ["editor"]],
    ["who-can posts:read --role edtor --at @1", "ROLE_NOT_FOUND", ["editor"]],
    ["audit --user alice --user alcie --kind policy", "USER_NOT_FOUND", ["alice"]],
    ["audit --permission posts:raed", "PERMISSION_NOT_FOUND", ["posts:read"]],
  ])("is an error with near names where it is unknown: %s", async (line, code, near) => {
    const { code: exit, stdout } = await cli(`${line} --json`, { db });
    expect([exit, JSON.parse(stdout).error]).toMatchObject([2, { code, suggestions: expect.arrayContaining(near) }]);
  });

  it.each([
    ["user list --match zzz", "no users"],
    ["role list --match zzz", "no roles"],
    ["permission list --permission 'zzz:*'", "no permissions"],
    ["permissions alice --match zzz", "no permissions"],
    ["matrix --permission 'zzz:*'", "no permissions"],
    ["matrix --users --role idle", "no users"],
    ["who-can posts:read --match zzz", "nobody"],
    ["audit --match zzz", "no entries"],
  ])("may be nothing, which stderr says, exit 0: %s", async (line, said) => {
    expect(await cli(line, { db })).toMatchObject({ code: 0, stderr: expect.stringContaining(`${said}\n`) });
  });

  it.each(["user list --match ''", "user list --limit 0", "matrix --permission 'a*b'"])(
    "is refused: %s",
    async (line) => {
      expect((await cli(line, { db })).code).toBe(2);
    },
  );
});

describe("--limit", () => {
  it.each([
    ["user list", "users"],
    ["user list --at @1", "users"],
    ["role list", "roles"],
    ["permission list", "permissions"],
    ["permissions alice", "permissions"],
    ["who-can posts:read --since 1h", "users"],
    ["history alice", "history"],
    ["expiring --within 500000d", "expiring"],
  ])("%s shows the first rows, and says of how many in every format", async (line, list) => {
    const whole = await json<Rows>(line, { db });
    const all = whole[list] ?? [];
    expect(all.length).toBeGreaterThan(0);
    expect(whole).not.toHaveProperty("more");
    expect(await json(`${line} --limit ${all.length}`, { db })).not.toHaveProperty("more");
    if (all.length === 1) return;
    const cut = await json<Rows>(`${line} --limit 1`, { db });
    expect(cut).toMatchObject({ [list]: all.slice(0, 1), more: true, total: all.length });
    for (const format of ["table", "csv", "yaml"]) {
      const { code, stderr } = await cli(`${line} --limit 1 --format ${format}`, { db });
      expect([code, stderr.endsWith(`1 of ${all.length}; more with --limit\n`)]).toEqual([0, true]);
    }
    expect((await cli(`${line} --limit 1 --quiet`, { db })).stderr).toBe("");
  });

  it("does not count where that would cost reading everything", async () => {
    for (const [line, first] of [
      ["who-can posts:read --limit 2", 2],
      ["access --limit 3", 3],
      ["user list --match a --limit 1", 1],
    ] as const) {
      const { stderr } = await cli(line, { db });
      expect(stderr).toBe(`the first ${first}; more with --limit\n`);
      const cut = await json(line, { db });
      expect(cut).toMatchObject({ more: true });
      expect(cut).not.toHaveProperty("total");
    }
  });

  it("cuts a matrix in both directions", async () => {
    const { permissions, roles, more, total } = await json<{
      permissions: string[];
      roles: unknown[];
      more: boolean;
      total: object;
    }>("matrix --limit 2", { db });
    const whole = await json<{ permissions: string[]; roles: unknown[] }>("matrix", { db });
    expect([permissions, roles.length, more]).toEqual([whole.permissions.slice(0, 2), 2, true]);
    expect(total).toEqual({ permissions: whole.permissions.length, roles: whole.roles.length });
    const of = `2 of ${whole.permissions.length} permissions, 2 of ${whole.roles.length} roles`;
    expect((await cli("matrix --limit 2", { db })).stderr).toBe(`${of}; more with --limit\n`);
    expect(await json("matrix --users --limit 1", { db })).toMatchObject({ users: [{ user: "alice" }], more: true });
  });
});

describe("a list of thousands", () => {
  const USERS = 1340;
  let crowd = "";
  beforeAll(async () => {
    crowd = freshDb();
    const users = Array.from({ length: USERS }, (_, at) => [`u${String(at).padStart(4, "0")}`, { roles: ["reader"] }]);
    const roles = { reader: { grants: ["posts:read"] } };
    const policy = { rbac: 1, permissions: ["posts:read"], roles, users: Object.fromEntries(users) };
    await cli(`seed "${fileWith(JSON.stringify(policy))}" -q`, { db: crowd });
  });
  const lines = (text: string) => text.split("\n").filter((line) => /u\d{4}/.test(line)).length;

  it("groups the digits of its count", async () => {
    expect((await cli("user list --limit 20", { db: crowd })).stderr).toBe("20 of 1,340; more with --limit\n");
  });

  it("has at most 1,000 rows on a terminal, and all of them in a pipe and in other formats", async () => {
    const shown = await cli("user list", { db: crowd, columns: 100 });
    expect([lines(shown.stdout), shown.stderr]).toEqual([1000, "1,000 of 1,340; more with --limit\n"]);
    const stream = await cli("who-can posts:read", { db: crowd, columns: 100 });
    expect([lines(stream.stdout), stream.stderr]).toEqual([1000, "the first 1,000; more with --limit\n"]);
    expect(lines((await cli("user list --limit 1340", { db: crowd, columns: 100 })).stdout)).toBe(USERS);
    expect(lines((await cli("user list", { db: crowd })).stdout)).toBe(USERS);
    expect(lines((await cli("user list --format csv", { db: crowd, columns: 100 })).stdout)).toBe(USERS);
    const whole = await cli("who-can posts:read --json", { db: crowd, columns: 100 });
    expect(JSON.parse(whole.stdout).users).toHaveLength(USERS);
  });

  it.each([1, 99, 100, 101, 999, 1000, 1001, 1339, 1340, 1341])(
    "streams as many as are asked for: %d",
    async (limit) => {
      const { users, more } = await json<Rows & { more?: boolean }>(`who-can posts:read --limit ${limit}`, {
        db: crowd,
      });
      expect([users?.length, more ?? false]).toEqual([Math.min(limit, USERS), limit < USERS]);
      const yaml = await cli(`who-can posts:read --limit ${limit} --format yaml`, { db: crowd });
      expect(/^more: true$/m.test(yaml.stdout)).toBe(limit < USERS);
    },
  );
});
