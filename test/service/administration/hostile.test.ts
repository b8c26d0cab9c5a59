/** Every route of administration, asked by those who may not: nobody, a wrong key, an ended one, one without the right. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { create, type Rbac } from "../../../src/index.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { type AdministeredServer, administeredServer, keyOf } from "../../support/service/administered.ts";

const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "rbac:read"],
  roles: { reader: { grants: ["posts:read"] }, editor: { grants: ["posts:write"] }, root: { grants: ["*"] } },
  users: { ada: { roles: ["root"] }, nina: { roles: ["reader"] }, alice: { roles: ["reader"] } },
  constraints: { few: { kind: "max_users", roles: ["editor"], limit: 3 } },
};

/** What each part of a path is, and what each route is sent: something that changes the policy. */
const NAMES: Readonly<Record<string, string>> = {
  ":user": "alice",
  ":role": "editor",
  ":parent": "reader",
  ":permission": "posts:read",
  ":constraint": "few",
};
const BODIES: Readonly<Record<string, unknown>> = {
  "PUT /v1/users/:user": { name: "A" },
  "POST /v1/users/:user/offboard": { disable: true },
  "PUT /v1/roles/:role": { description: "E" },
  "PUT /v1/permissions/:permission": { description: "R" },
  "PUT /v1/constraints/:constraint": { kind: "max_users", roles: ["reader"], limit: 9 },
  "POST /v1/roles/:role/grants": { permissions: ["posts:read"] },
  "POST /v1/roles/:role/ungrants": { permissions: ["posts:write"] },
  "POST /v1/changes": { changes: [{ do: "assign", user: "nina", roles: ["root"] }] },
  "POST /v1/seed": { document: { rbac: 1, users: { nina: { roles: ["root"] } } } },
  "POST /v1/undo": { revision: 2 },
};
const QUERIES: Readonly<Record<string, string>> = {
  "GET /v1/why": "?user=alice&permission=posts:read",
  "GET /v1/changes": "?since=1",
};

let db: string;
let rbac: Rbac;
let server: AdministeredServer;
const keys: Record<string, string | undefined> = {};

beforeAll(async () => {
  db = freshDb();
  rbac = await create(db, { actor: "root" });
  await rbac.seed(POLICY);
  await rbac.assign("alice", "editor");
  Object.assign(keys, {
    nobody: undefined,
    wrong: `${(await keyOf(db, "ada")).slice(0, -3)}AAA`,
    poor: await keyOf(db, "nina"),
    reading: await keyOf(db, "ada", "--right rbac:read"),
    narrow: await keyOf(db, "ada", "--right rbac:api-key"),
  });
  keys.revoked = await keyOf(db, "ada");
  const [, id = ""] = /^rbac_([a-z2-7]+)_/.exec(keys.revoked) ?? [];
  expect((await cli(`api-key revoke ${id}`, { db })).code).toBe(0);
  server = await administeredServer(db);
});
afterAll(async () => {
  await server?.end();
  await rbac.close();
});

it("no route answers them, and nothing changes", async () => {
  const head = await rbac.head();
  const routes = server.routes.filter(
    ({ path, access, streams }) => path.startsWith("/v1/") && access === "callers" && !streams,
  );
  const outcomes: string[] = [];
  for (const { method, path, body } of routes) {
    const line = `${method} ${path}`;
    const address = path.replace(/:\w+/g, (part) => NAMES[part] ?? part) + (QUERIES[line] ?? "");
    const sent = body === "json" ? { body: BODIES[line] ?? (path.endsWith("/rename") ? { to: "other" } : {}) } : {};
    for (const [who, key] of Object.entries(keys)) {
      // Failed attempts wait, longer with each: two routes are enough.
      if (["wrong", "revoked"].includes(who) && !path.endsWith("/users")) continue;
      const { status } = await server.ask(method, address, { ...(key !== undefined && { key }), ...sent });
      const isReading = who === "reading" && method === "GET";
      const may = isReading ? [200] : ["poor", "narrow", "reading"].includes(who) ? [403] : [401];
      // What a revision changed may be taken back only with what came after it: that is said to whoever reads.
      if (who === "reading" && path === "/v1/undo") may.push(409);
      if (!may.includes(status)) outcomes.push(`${who}: ${line} is ${status}`);
    }
  }
  expect(outcomes).toEqual([]);
  expect(await rbac.head()).toBe(head);
  expect(routes.length * 4).toBeGreaterThan(120);
});
