/** Changes over HTTP: made by who calls, judged by what they may, and nothing where they may not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { create, type Rbac } from "../../../src/index.ts";
import { freshDb } from "../../support/cli.ts";
import { type AdministeredServer, administeredServer, keyOf } from "../../support/service/administered.ts";

const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "rbac:assignment", "rbac:read", "rbac:role", "rbac:user"],
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { inherits: ["reader"], grants: ["posts:write"] },
    root: { grants: ["*"] },
    desk: { grants: ["rbac:assignment", "posts:read", "rbac:read"] },
    people: { grants: ["rbac:user"] },
    smith: { grants: ["rbac:role", "rbac:read"] },
    tenant: { grants: ["rbac:assignment", "posts:read"] },
  },
  users: {
    ada: { roles: ["root"] },
    dana: { roles: ["desk"] },
    tess: { roles: [{ role: "tenant", scope: "acme" }] },
    nina: {},
    hugo: { roles: ["people"] },
    sam: { roles: ["smith"] },
    alice: {},
  },
};

let db: string;
let rbac: Rbac;
let server: AdministeredServer;
const keys = new Map<string, string>();

beforeAll(async () => {
  db = freshDb();
  rbac = await create(db, { actor: "root" });
  await rbac.seed(POLICY);
  for (const user of ["ada", "dana", "tess", "nina", "hugo", "sam"]) keys.set(user, await keyOf(db, user));
  server = await administeredServer(db);
});
afterAll(async () => {
  await server?.end();
  await rbac.close();
});

const as =
  (user: string) =>
  (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    server.ask(method, path, { key: keys.get(user) ?? "", ...(body !== undefined && { body }), headers });
const ada = as("ada");

/** What shows that nothing was changed. */
const head = () => rbac.head();

describe("a change", () => {
  it("is made by the caller, recorded with the reason, and made once", async () => {
    const path = "/v1/users/alice/roles/editor?on=acme%2Fblog&reason=new%20editor";
    const first = await ada("PUT", path, { until: "2099-01-01T00:00:00Z" });
    expect(first).toMatchObject({ status: 200, body: { changed: true, dryRun: false } });
    expect(first.headers.get("etag")).toBe(`"${first.body.revision}"`);
    const [entry] = await rbac.entries({ last: 1 });
    expect(entry).toMatchObject({ actor: "ada", reason: "new editor", revision: first.body.revision });
    expect(entry?.change).toMatchObject({ kind: "assignment.add", user: "alice", role: "editor", scope: "acme/blog" });
    const again = await ada("PUT", path, { until: "2099-01-01T00:00:00Z" });
    expect(again).toMatchObject({ status: 200, body: { changed: false, changes: [] } });
    expect((await ada("DELETE", path)).body).toMatchObject({ changed: true });
    expect((await ada("DELETE", path)).body).toMatchObject({ changed: false });
  });

  it("of every kind", async () => {
    const lines: readonly [string, string, unknown?][] = [
      ["PUT", "/v1/users/zoe", { email: "z@x.org", name: "Zoe" }],
      ["PUT", "/v1/users/zoe", { disabled: true }],
      ["PUT", "/v1/users/zoe", { disabled: false }],
      ["POST", "/v1/users/zoe/rename", { to: "zo%C3%AB/1" }],
      ["POST", "/v1/users/zo%25C3%25AB%2F1/rename", { to: "zoe" }],
      ["PUT", "/v1/permissions/posts:list", { description: "See them" }],
      ["POST", "/v1/permissions/posts:list/rename", { to: "posts:look" }],
      ["PUT", "/v1/roles/writer", { description: "Writes" }],
      ["PUT", "/v1/roles/writer", { description: "Writes much" }],
      ["PUT", "/v1/roles/writer/parents/reader"],
      ["POST", "/v1/roles/writer/grants", { permissions: ["posts:*"], on: "acme", but: ["posts:look"] }],
      ["POST", "/v1/roles/writer/grants", { permissions: "posts:write", deny: true }],
      ["POST", "/v1/roles/writer/ungrants", { permissions: "posts:write", deny: true }],
      ["POST", "/v1/roles/writer/rename", { to: "author" }],
      ["PUT", "/v1/everyone/reader"],
      ["DELETE", "/v1/everyone/reader"],
      ["PUT", "/v1/constraints/few", { kind: "max_users", roles: ["author"], limit: 3 }],
      ["DELETE", "/v1/constraints/few"],
      ["PUT", "/v1/users/alice/roles/author"],
      ["POST", "/v1/users/alice/offboard", { handOver: "zoe" }],
      ["DELETE", "/v1/roles/author/parents/reader"],
      ["DELETE", "/v1/roles/author"],
      ["DELETE", "/v1/permissions/posts:look"],
      ["DELETE", "/v1/users/zoe"],
    ];
    for (const [method, path, body] of lines) {
      const answer = await ada(method, path, body ?? (method === "PUT" && /\/roles\//.test(path) ? {} : undefined));
      expect([method, path, answer.status, answer.body.changed ?? answer.body]).toEqual([method, path, 200, true]);
    }
    expect(await rbac.users({ match: "zoe" })).toMatchObject({ users: [] });
  });

  it("many are one, all or none", async () => {
    const changes = [
      { do: "create", kind: "role", name: "one", fields: { description: "One" } },
      { do: "grant", role: "one", permissions: ["posts:read"] },
      { do: "assign", user: "uma", roles: ["one"], for: "8h" },
      { do: "rename", kind: "role", name: "one", to: "two" },
    ];
    const before = await head();
    const broken = await ada("POST", "/v1/changes", {
      changes: [...changes, { do: "delete", kind: "role", name: "none" }],
    });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: "ROLE_NOT_FOUND" } } });
    expect(await head()).toBe(before);
    const { revision } = (await ada("POST", "/v1/changes", { changes })).body;
    expect((await rbac.has("uma", "two")).allowed).toBe(true);
    expect((await ada("POST", "/v1/undo", { revision })).body).toMatchObject({ changed: true });
    expect(await rbac.users({ match: "uma" })).toMatchObject({ users: [] });
  });

  it("a document is brought in whole", async () => {
    const document = { rbac: 1, roles: { seeded: { grants: ["posts:read"] } }, users: { sam: { roles: ["seeded"] } } };
    expect((await ada("POST", "/v1/seed", { document })).body).toMatchObject({ changed: true });
    expect((await ada("POST", "/v1/seed", { document })).body).toMatchObject({ changed: false });
    const broken = await ada("POST", "/v1/seed", { document: { rbac: 1, roles: { seeded: { grants: 7 } } } });
    expect(broken.status).toBe(400);
  });

  it("a preview changes nothing, and says what it would", async () => {
    const before = await head();
    const answer = await ada("PUT", "/v1/users/alice/roles/editor?preview=1", {});
    expect(answer.body).toMatchObject({ changed: true, dryRun: true, changes: [{ kind: "assignment.add" }] });
    expect(await head()).toBe(before);
  });

  it("is made at the revision that was seen, or not at all", async () => {
    const { headers } = await ada("GET", "/v1/users/alice");
    const seen = headers.get("etag") ?? "";
    const path = "/v1/users/alice/roles/reader";
    expect((await ada("PUT", path, {}, { "if-match": seen })).status).toBe(200);
    const before = await head();
    const late = await ada("DELETE", path, undefined, { "if-match": seen });
    expect(late).toMatchObject({ status: 412, body: { error: { code: "REVISION_MOVED", exitCode: 3 } } });
    for (const broken of ["41", 'W/"41"', '"1", "2"', '"x"'])
      expect([broken, (await ada("DELETE", path, undefined, { "if-match": broken })).status]).toEqual([broken, 400]);
    expect(await head()).toBe(before);
    expect((await ada("DELETE", path, undefined, { "if-match": "*" })).status).toBe(200);
  });

  it.each([
    ["PUT", "/v1/users/nobody/roles/editor", {}, 404, "USER_NOT_FOUND"],
    ["PUT", "/v1/users/alice/roles/editro", {}, 404, "ROLE_NOT_FOUND"],
    ["PUT", "/v1/users/alice/roles/editor", { until: "someday" }, 400, "TIME_INVALID"],
    ["PUT", "/v1/users/alice/roles/editor", { window: "x" }, 400, "REQUEST_INVALID"],
    ["PUT", "/v1/users/alice/roles/editor?on=a//b", {}, 400, "SCOPE_INVALID"],
    ["PUT", "/v1/users/a%00b", {}, 400, "REQUEST_INVALID"],
    ["PUT", "/v1/users/aIice", {}, 409, "CONFUSABLE"],
    ["POST", "/v1/roles/editor/grants", { permissions: ["nope:read"] }, 400, "PERMISSION_NOT_FOUND"],
    ["POST", "/v1/roles/reader/grants", { permissions: [] }, 400, "REQUEST_INVALID"],
    ["PUT", "/v1/roles/reader/parents/editor", undefined, 409, "CYCLE"],
    ["POST", "/v1/users/alice/rename", { to: "dana" }, 409, "EXISTS"],
    ["POST", "/v1/changes", { changes: [{ do: "explode" }] }, 400, "REQUEST_INVALID"],
    ["POST", "/v1/changes", { changes: "all" }, 400, "REQUEST_INVALID"],
    ["POST", "/v1/undo", { revision: 99_999 }, 400, "REVISION_NOT_FOUND"],
    ["POST", "/v1/undo", {}, 400, "REQUEST_INVALID"],
    ["PUT", "/v1/constraints/odd", { kind: "odd", roles: ["editor"] }, 400, "CONSTRAINT_INVALID"],
    ["POST", "/v1/roles/editor", {}, 405, "METHOD_NOT_ALLOWED"],
  ])("%s %s %j is %i %s, and changes nothing", async (method, path, body, status, code) => {
    const before = await head();
    const answer = await ada(method, path, body);
    expect([answer.status, (answer.body.error as { code: string }).code]).toEqual([status, code]);
    expect(await head()).toBe(before);
  });
});

describe("who may not", () => {
  it("changes by the scope that they administer", async () => {
    const tess = as("tess");
    expect((await tess("PUT", "/v1/users/alice/roles/reader?on=acme%2Fx", {})).status).toBe(200);
    for (const path of ["/v1/users/alice/roles/reader", "/v1/users/alice/roles/reader?on=other"])
      expect(await tess("PUT", path, {})).toMatchObject({ status: 403, body: { error: { code: "RIGHT_MISSING" } } });
    expect((await tess("GET", "/v1/users")).status).toBe(403);
  });

  it("by the guard gives nothing beyond their own", async () => {
    await rbac.seed({ rbac: 1, guarded: true });
    const dana = as("dana");
    expect((await dana("PUT", "/v1/users/nina/roles/root", {})).body).toMatchObject({ error: { code: "GUARDED" } });
    expect((await dana("PUT", "/v1/users/nina/roles/root", {})).status).toBe(403);
    expect((await dana("PUT", "/v1/users/nina/roles/reader", {})).status).toBe(200);
  });

  it("renames a role with all that hangs on it by the right of roles alone", async () => {
    const sam = as("sam");
    expect((await sam("POST", "/v1/roles/tenant/rename", { to: "tenants" })).body).toMatchObject({ changed: true });
    expect((await rbac.has("tess", "tenants", { on: "acme" })).allowed).toBe(true);
    expect((await sam("DELETE", "/v1/roles/tenants")).status).toBe(403);
    expect((await sam("POST", "/v1/roles/tenants/rename", { to: "tenant" })).status).toBe(200);
  });

  it("takes no rename for what is made anew under the former name", async () => {
    const before = await head();
    const named = { kind: "role", name: "root" };
    const changes = [
      { do: "rename", ...named, to: "root2" },
      { do: "create", ...named },
      { do: "grant", role: "root", permissions: ["*"] },
      { do: "rename", ...named, to: "root3" },
    ];
    expect((await as("sam")("POST", "/v1/changes", { changes })).status).toBe(403);
    expect(await head()).toBe(before);
  });

  it("by another name is nobody else", async () => {
    expect((await as("hugo")("PUT", "/v1/users/new", {})).body).toMatchObject({ changed: true });
    const renaming = await as("hugo")("POST", "/v1/users/ada/rename", { to: "hugo2" });
    expect(renaming).toMatchObject({ status: 403, body: { error: { code: "RIGHT_MISSING" } } });
    const answer = await ada("POST", "/v1/users/nina/rename", { to: "ninette" });
    expect(answer.status).toBe(200);
    expect((await as("nina")("GET", "/v1/users")).status).toBe(403);
    await ada("POST", "/v1/users/ninette/rename", { to: "nina" });
  });
});
