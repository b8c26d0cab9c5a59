/** Roles that a request assumes or activates, where there are none of them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Compiled, create, type Rbac } from "../../src/index.ts";
import { guarding } from "../../src/web/frameworks/fetch.ts";

let rbac: Rbac;
let policy: Compiled;
beforeAll(async () => {
  rbac = await create(":memory:", { actor: "app" });
  await rbac.seed({
    rbac: 1,
    permissions: ["posts:read", "posts:update"],
    roles: { reader: { grants: ["posts:read"] }, friend: { grants: ["posts:update"] } },
    users: { alice: { roles: ["reader"] } },
  });
  policy = await rbac.compile();
});
afterAll(() => rbac.close());

const ask = async (permission: string, how: object): Promise<number> => {
  const g = guarding(policy, { user: () => "alice" });
  const handler = g.requirePermission(permission, how)(() => new Response());
  return (await handler(new Request("http://localhost/"))).status;
};

it("assumes nothing where a request is nobody's friend", async () => {
  expect(await ask("posts:read", { assume: () => [] })).toBe(200);
  expect(await ask("posts:update", { assume: () => [] })).toBe(403);
  expect(await ask("posts:update", { assume: () => ["friend"] })).toBe(200);
});

it("takes no role to activate for a fault, and not for all of them", async () => {
  await expect(ask("posts:read", { activate: () => [] })).rejects.toMatchObject({ code: "VALUE_EMPTY" });
});

it("takes no answer at all for a fault", async () => {
  await expect(ask("posts:read", { assume: () => undefined })).rejects.toMatchObject({ code: "VALUE_EMPTY" });
});
