/** Filters of a compiled policy: the rows of one query of an application, and what a filter refuses to say. */
import { expect, it } from "vitest";
import { type FilterColumns, open, type Rbac } from "../../src/index.ts";
import { seeded } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";

const POSTS = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:update", "posts:publish", "posts:delete", "posts:audit"],
  attributes: { posts: { published: "bool", status: ["draft", "review"], ip: "string", tags: "list", due: "string" } },
  roles: {
    reader: { grants: [{ permission: "posts:read", when: "resource.published" }, "posts:update:own"] },
    editor: {
      inherits: ["reader"],
      grants: [
        { permission: "posts:publish", when: 'resource.status == "review"', scope: "acme" },
        { permission: "posts:audit", when: 'cidr(resource.ip, "10.0.0.0/8") || context.mfa' },
      ],
      denies: [{ permission: "posts:publish", when: 'resource.status != "draft" && subject.guest' }],
    },
    admin: { grants: ["*:*"], denies: [{ permission: "posts:*", scope: "acme/archive" }] },
    clerk: { grants: [{ permission: "posts:delete", when: '"old" in resource.tags || resource.due < context.time' }] },
  },
  users: { alice: { roles: ["editor"] }, bob: {}, carol: { roles: ["admin"] }, dave: { roles: ["clerk"] } },
  everyone: ["reader"],
};

const COLUMNS: FilterColumns = {
  "resource.published": { column: "p.published", type: "bool" },
  "resource.status": { column: "p.status", type: "string" },
};

async function using(act: (rbac: Rbac) => Promise<void>): Promise<void> {
  const rbac = await open(await seeded(POSTS as never), { actor: "web" });
  try {
    await act(rbac);
  } finally {
    await rbac.close();
  }
}

it("says which posts somebody may read, and is told of a change at once", () =>
  using(async (rbac) => {
    const compiled = await rbac.compile();
    const readable = (user: string | null) =>
      compiled.filter(user, "posts:read", { columns: COLUMNS, dialect: "sqlite" });
    expect(await readable("bob")).toEqual({
      kind: "when",
      when: "resource.published",
      sql: { text: "(typeof(p.published) = 'integer' and p.published = 1)", params: [] },
    });
    expect(await readable(null)).toEqual(await readable("bob"));
    expect(await readable("carol")).toEqual({ kind: "always", when: null, sql: { text: "1 = 1", params: [] } });
    await rbac.revoke("carol", "admin");
    expect((await readable("carol")).kind).toBe("when");
    const past = { columns: COLUMNS, dialect: "sqlite", at: "@1" } as const;
    expect((await compiled.filter("carol", "posts:read", past)).kind).toBe("always");
    expect(await compiled.filter("bob", "posts:delete", { columns: {}, dialect: "postgres" })).toEqual({
      kind: "never",
      when: null,
      sql: { text: "1 = 0", params: [] },
    });
  }));

it("asks a row for its owner and its scope; values are parameters, from a number on", () =>
  using(async (rbac) => {
    const compiled = await rbac.compile();
    const columns = { ...COLUMNS, owner: 'p."Owner"', scope: "p.tenant" };
    expect(await compiled.filter("bob", "posts:update", { columns, dialect: "postgres", firstParameter: 4 })).toEqual({
      kind: "when",
      when: null,
      sql: { text: `p."Owner"::text collate "C" = $4::text`, params: ["bob"] },
    });
    const given = { subject: { guest: false } };
    expect(await compiled.filter("alice", "posts:publish", { columns, dialect: "postgres", given })).toEqual({
      kind: "when",
      when: null,
      sql: {
        text:
          `((p.tenant::text collate "C" = $1::text or (p.tenant::text collate "C" >= $2::text and ` +
          `p.tenant::text collate "C" < $3::text)) and p.status::text collate "C" = $4::text)`,
        params: ["acme", "acme/", "acme0", "review"],
      },
    });
    // Nobody knows whether she is a guest: only a draft is surely not denied.
    const unknown = await compiled.filter("alice", "posts:publish", {
      columns: COLUMNS,
      on: "acme",
      dialect: "sqlite",
    });
    expect(unknown.when).toBe('resource.status == "review" && !(resource.status != "draft" && subject.guest)');
    expect(unknown.sql.params).toEqual(["review", "draft"]);
    expect((await compiled.filter("carol", "posts:read", { columns, dialect: "sqlite" })).sql.params).toEqual([
      "acme/archive",
      "acme/archive/",
      "acme/archive0",
    ]);
  }));

it("names what SQL cannot say, and leaves it to what is given", () =>
  using(async (rbac) => {
    const compiled = await rbac.compile();
    const filter = (user: string, permission: string, how: object) =>
      compiled.filter(user, permission, { columns: COLUMNS, dialect: "sqlite", ...how } as never);
    const refused = async (user: string, permission: string, how: object = {}) => {
      const { code, exitCode, message } = await errorOf(filter(user, permission, how));
      expect(exitCode).toBe(2);
      return `${code} ${message}`;
    };
    const ip = { columns: { "resource.ip": { column: "p.ip", type: "string" } } };
    expect(await refused("alice", "posts:audit", ip)).toMatch(/^CONDITION_NOT_SQL cidr\(resource.ip, "10.0.0.0\/8"\) /);
    expect((await filter("alice", "posts:audit", { ...ip, given: { context: { mfa: true } } })).kind).toBe("always");
    const address = { resource: { ip: "192.168.0.1" } };
    expect(await filter("alice", "posts:audit", { given: address })).toMatchObject({
      kind: "never",
      when: "context.mfa",
    });
    expect(await refused("alice", "posts:audit")).toMatch(/^COLUMN_MISSING .*resource\.ip/);
    const due = {
      "resource.due": { column: "p.due", type: "string" },
      "resource.tags": { column: "p.tags", type: "string" },
    };
    expect(await refused("dave", "posts:delete", { columns: due })).toMatch(
      /^CONDITION_NOT_SQL "old" in resource.tags /,
    );
    const tagged = { columns: due, given: { resource: { tags: [] } } };
    expect(await refused("dave", "posts:delete", tagged)).toMatch(/^SAID_TWICE resource.tags /);
    const late = { columns: { "resource.due": due["resource.due"] }, given: { resource: { tags: [] } } };
    expect(await refused("dave", "posts:delete", late)).toMatch(/^CONDITION_NOT_SQL resource.due < context.time /);
    expect(await refused("alice", "posts:update:own", { columns: { owner: "p.owner" } })).toMatch(/^OWN_TWICE/);
    expect(await refused("alice", "posts:update", { columns: { owner: "o" }, owner: "alice" })).toMatch(/^SAID_TWICE/);
    expect(await refused("alice", "posts:update", { columns: { scope: "s" }, on: "acme" })).toMatch(/^SAID_TWICE/);
    expect(await refused("mallory", "posts:read")).toMatch(/^USER_NOT_FOUND/);
    expect(await refused("alice", "posts:red")).toMatch(/^PERMISSION_NOT_FOUND/);
  }));

it("takes no column that is not a name, and no option that it does not know", () =>
  using(async (rbac) => {
    const compiled = await rbac.compile();
    const refused = async (columns: unknown, how: object = {}) =>
      (await errorOf(compiled.filter("bob", "posts:read", { columns, dialect: "sqlite", ...how } as never))).code;
    const published = (column: unknown, type: unknown = "bool") => refused({ "resource.published": { column, type } });
    for (const column of [
      "",
      "1",
      "p.",
      "p.a.b.c",
      "a; drop table posts",
      "a--",
      "lower(a)",
      '"a',
      '"a"b"',
      "a\n",
      'p."\0"',
    ])
      expect([column, await published(column)]).toEqual([column, "COLUMN_INVALID"]);
    for (const column of [7, null, undefined, ["a"]]) expect(await published(column)).toBe("COLUMN_INVALID");
    expect(await published("a", "text")).toBe("COLUMN_INVALID");
    for (const columns of [[], "a", { published: { column: "a", type: "bool" } }, { owner: undefined }, { scope: "" }])
      expect([columns, await refused(columns)]).toEqual([columns, "COLUMN_INVALID"]);
    expect(await refused({ "resource.a": { column: "a", type: "bool", cast: "x" } })).toBe("COLUMN_INVALID");
    expect(await refused({ "subject.a": { column: "a", type: "bool" } })).toBe("COLUMN_INVALID");
    expect(await refused(undefined)).toBe("VALUE_EMPTY");
    expect(await refused(COLUMNS, { dialect: "mysql" })).toBe("VALUE_INVALID");
    expect(await refused(COLUMNS, { firstParameter: 0 })).toBe("VALUE_INVALID");
    expect(await refused(COLUMNS, { orderBy: "a" })).toBe("OPTION_UNKNOWN");
    const left = { dialect: "sqlite" } as never;
    expect((await errorOf(compiled.filter("bob", "posts:read", left))).code).toBe("USAGE");
    await compiled.close();
    expect(await refused(COLUMNS)).toBe("CLOSED");
  }));

it.each(["memory", "demand"] as const)(
  "compiled.can answers under conditions as can does, assignments in %s",
  (assignments) =>
    using(async (rbac) => {
      const compiled = await rbac.compile({ assignments });
      for (const user of ["alice", "bob", "carol", null])
        for (const permission of ["posts:read", "posts:publish", "posts:audit"])
          for (const how of [
            {},
            { on: "acme", given: { resource: { published: true, status: "review" }, subject: { guest: true } } },
            { given: { resource: { published: true }, context: { mfa: true } } },
            { on: "acme/archive", given: { resource: { status: "review" } } },
            { at: "@1", given: { resource: {} } },
          ]) {
            const { allowed, reason, except, unless, when } = await rbac.can(user, permission, how);
            const answer = await compiled.can(user, permission, how);
            expect(answer).toMatchObject({ allowed, reason, except });
            expect([answer.unless, answer.when]).toEqual([unless, when]);
          }
      expect(await compiled.can("bob", "posts:read")).toMatchObject({
        reason: "condition",
        when: "resource.published",
      });
      await rbac.grant("reader", "posts:read");
      expect((await compiled.can("bob", "posts:read")).allowed).toBe(true);
    }),
);
