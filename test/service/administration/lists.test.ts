/** Lists over HTTP: what the library lists, in parts, and nothing for who may not read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { create, type Rbac } from "../../../src/index.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { type AdministeredServer, administeredServer, keyOf } from "../../support/service/administered.ts";

const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts/x:read", "rbac:read"],
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { inherits: ["reader"], grants: ["posts:write"], denies: ["posts/x:read"] },
    auditor: { grants: ["rbac:read"] },
    "röle/1": {},
  },
  users: {
    audrey: { roles: ["auditor"] },
    alice: { email: "a@x.org", roles: [{ role: "editor", scope: "acme/blog" }, "reader"] },
    "a/b %2F": { roles: [{ role: "reader", until: "2020-01-01T00:00:00Z" }] },
    bob: { disabled: true },
  },
  everyone: ["reader"],
  constraints: { two: { kind: "max_users", roles: ["editor"], limit: 2 } },
};

let db: string;
let rbac: Rbac;
let server: AdministeredServer;
let key: string;

beforeAll(async () => {
  db = freshDb();
  rbac = await create(db, { actor: "root" });
  await rbac.seed(POLICY);
  await rbac.assign("bob", "reader", { reason: "hired" });
  key = await keyOf(db, "audrey");
  server = await administeredServer(db);
});
afterAll(async () => {
  await server?.end();
  await rbac.close();
});

const get = (path: string, headers = {}) => server.ask("GET", path, { key, headers });
const body = async (path: string) => {
  const answer = await get(path);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
};

/** A value as JSON gives it back. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("lists", () => {
  it("are what the library lists", async () => {
    expect(await body("/v1/users")).toEqual(plain(await rbac.users({ limit: 100 })));
    expect(await body("/v1/users?all=1&match=A")).toEqual(
      plain(await rbac.users({ limit: 100, all: true, match: "A" })),
    );
    expect(await body("/v1/users?role=reader")).toEqual(plain(await rbac.users({ limit: 100, role: "reader" })));
    expect(await body("/v1/roles?match=ed")).toEqual(plain(await rbac.roles({ limit: 100, match: "ed" })));
    expect(await body("/v1/permissions")).toEqual(plain(await rbac.catalogue({ limit: 100 })));
    const assigned = await rbac.assignments({ limit: 100, user: "alice", on: null });
    expect(await body("/v1/assignments?user=alice&on=")).toEqual(plain(assigned));
    expect(await body("/v1/assignments?on=acme%2Fblog")).toEqual(
      plain(await rbac.assignments({ limit: 100, on: "acme/blog" })),
    );
    expect(await body("/v1/users/alice/permissions?on=acme/blog/1")).toEqual({
      permissions: plain(await rbac.permissions("alice", { on: "acme/blog/1" })),
    });
    const at = "2099-01-01T00:00:00Z";
    const why = await cli(`why alice posts:write --on acme --at ${at} --json`, { db });
    expect(await body(`/v1/why?user=alice&permission=posts:write&on=acme&at=${at}`)).toEqual(JSON.parse(why.stdout));
    expect(await body("/v1/export")).toEqual(plain(await rbac.export()));
    expect(await body("/v1/head")).toEqual({ head: await rbac.head() });
    expect(await body("/v1/changes?since=1")).toEqual(plain(await rbac.changes({ since: 1 })));
    expect(await body("/v1/violations")).toEqual({ violations: plain(await rbac.violations()) });
    expect(await body("/v1/constraints")).toMatchObject({ constraints: [{ constraint: "two", limit: 2 }] });
  });

  it("come in parts that are the whole", async () => {
    const lists = [
      ["/v1/users", "users"],
      ["/v1/roles", "roles"],
      ["/v1/permissions", "permissions"],
      ["/v1/assignments?all=1", "assignments"],
    ] as const;
    for (const [path, member] of lists) {
      const whole = (await body(path))[member] as readonly unknown[];
      for (const limit of [1, 2, 3]) {
        const found: unknown[] = [];
        for (let after: unknown = ""; after !== null; ) {
          const sign = path.includes("?") ? "&" : "?";
          const at = after === "" ? "" : `&after=${encodeURIComponent(String(after))}`;
          const part = await body(`${path}${sign}limit=${limit}${at}`);
          found.push(...(part[member] as readonly unknown[]));
          after = part.next;
        }
        expect([path, limit, found]).toEqual([path, limit, whole]);
      }
    }
  });

  it("the record comes from its end, in parts, also within one revision", async () => {
    const whole = plain(await rbac.entries());
    const found: unknown[] = [];
    for (let before: unknown = ""; before !== null; ) {
      const part = await body(`/v1/entries?limit=3${before === "" ? "" : `&before=${before}`}`);
      found.unshift(...(part.entries as readonly unknown[]));
      before = part.next;
    }
    expect(found).toEqual(whole);
    expect(await body("/v1/entries?user=bob&kind=assignment")).toEqual({
      entries: plain(await rbac.entries({ user: "bob", kind: "assignment" })),
      next: null,
    });
  });

  it("one of a kind is told with what belongs to it, and who is not there is 404", async () => {
    const { headers, body: alice } = await get("/v1/users/alice");
    expect(alice).toMatchObject({ user: "alice", email: "a@x.org", disabled: false, everyone: ["reader"] });
    expect(alice.assignments).toHaveLength(2);
    expect(headers.get("etag")).toBe(`"${alice.revision}"`);
    expect(await body("/v1/users/a%2Fb%20%252F")).toMatchObject({ user: "a/b %2F", assignments: [] });
    expect(await body("/v1/users/a%2Fb%20%252F?all=1")).toMatchObject({ assignments: [{ role: "reader" }] });
    expect(await body("/v1/roles/r%C3%B6le%2F1")).toMatchObject({ role: "röle/1", inherits: [] });
    const editor = await body("/v1/roles/editor");
    expect(editor).toMatchObject({ role: "editor", inherits: ["reader"] });
    expect(editor).not.toHaveProperty("users");
    expect(await get("/v1/users/alicia")).toMatchObject({
      status: 404,
      body: { error: { code: "USER_NOT_FOUND", exitCode: 2, suggestions: ["alice"] } },
    });
    expect(await get("/v1/roles/editro")).toMatchObject({ status: 404, body: { error: { code: "ROLE_NOT_FOUND" } } });
    // What a query names is no part of the path.
    expect(await get("/v1/users?role=editro")).toMatchObject({
      status: 400,
      body: { error: { code: "ROLE_NOT_FOUND" } },
    });
  });

  it.each([
    ["/v1/users?limit=0", "the query, limit: it must be from 1 to 1000"],
    ["/v1/users?limit=1001", "the query, limit: it must be from 1 to 1000"],
    ["/v1/users?limit=1e2", "the query, limit: it must be a number"],
    ["/v1/users?limit=-1", "the query, limit: it must be a number"],
    ["/v1/users?limit=%201", "the query, limit: it must be a number"],
    ["/v1/users?limit=1&limit=2", 'the query says "limit" twice'],
    ["/v1/users?fields=name", "the query: "],
    ["/v1/users?all=maybe", "the query, all: "],
    ["/v1/users?at=someday", ""],
    ["/v1/roles/editor?x=1", "the query: "],
    ["/v1/entries?before=x", "the query, before: it must be a number"],
    ["/v1/entries?kind=nothing", ""],
    ["/v1/why?user=alice", "the query, permission: "],
    ["/v1/changes", "the query, since: "],
  ])("%s is refused by one line", async (path, message) => {
    const { status, body: told } = await get(path);
    expect(status).toBe(400);
    expect((told.error as { message: string }).message).toContain(message);
  });
});

it("nobody reads who may not, and a key that ended may nothing", async () => {
  const paths = [
    "users",
    "users/alice",
    "users/nobody",
    "roles",
    "entries",
    "head",
    "export",
    "why?user=alice&permission=x:y",
  ];
  const poor = await keyOf(db, "alice");
  const limited = await keyOf(db, "audrey", "--right rbac:assignment");
  const ended = await keyOf(db, "audrey");
  await rbac.change([]); // The keys are of other processes.
  for (const path of paths.map((one) => `/v1/${one}`)) {
    expect([path, (await server.ask("GET", path)).status]).toEqual([path, 401]);
    expect([path, (await server.ask("GET", path, { key: "rbac_wrong" })).status]).toEqual([path, 401]);
    expect([path, (await server.ask("GET", path, { key: poor })).status]).toEqual([path, 403]);
    expect([path, (await server.ask("GET", path, { key: limited })).status]).toEqual([path, 403]);
    expect([path, (await server.ask("GET", path, { key: ended })).status]).not.toEqual([path, 401]);
  }
});

it("is described by schemas, which say what every query takes", async () => {
  const response = await fetch(`${server.url}/openapi.json`);
  const { openapi, paths } = (await response.json()) as {
    openapi: string;
    paths: Record<
      string,
      Record<string, { parameters?: { name: string; in: string }[]; responses: Record<string, unknown> }>
    >;
  };
  expect(openapi).toBe("3.1.0");
  const users = paths["/v1/users"]?.get;
  expect(users?.parameters?.map(({ name }) => name)).toEqual(["limit", "after", "at", "match", "role", "all"]);
  expect(JSON.stringify(users?.responses["200"])).toContain('"assignments"');
  const assigning = paths["/v1/users/{user}/roles/{role}"]?.put;
  expect(assigning?.parameters?.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
    ...["path user", "path role", "query preview", "query reason", "query on", "header If-Match"],
  ]);
  expect(Object.keys(assigning?.responses ?? {})).toEqual(expect.arrayContaining(["404", "409", "412"]));
});
