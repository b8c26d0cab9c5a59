/** Ways in which a guard could let through what the policy refuses. Each was tried, and each is refused. */
import { expect, it } from "vitest";
import { create, type PolicyDocument, type Rbac } from "../../src/index.ts";
import { guarding } from "../../src/web/frameworks/fetch.ts";
import type { GuardOptions, How } from "../../src/web/options.ts";

const POLICY: PolicyDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts:delete"],
  roles: {
    reader: { grants: ["posts:read"] },
    remover: { grants: ["posts:delete"] },
    writer: { grants: ["posts:write"], denies: [{ permission: "posts:read", scope: "acme" }] },
    outside: { denies: [{ permission: "posts:write", when: 'has(context.ip) && context.ip == "127.0.0.1"' }] },
  },
  users: { ben: { roles: ["reader", "writer", "remover"] }, max: { roles: ["writer", "outside"] }, gone: {} },
};

type How1 = How<Request, { tenant: string }>;

const seeded = async (): Promise<Rbac> => {
  const rbac = await create(":memory:", { actor: "test" });
  await rbac.seed(POLICY);
  return rbac;
};
const request = new Request("http://localhost/");
const done = () => new Response("done");

async function statusOf(permission: string, how: How1, options: Partial<GuardOptions<Request>> = {}): Promise<number> {
  await using rbac = await seeded();
  const g = guarding(await rbac.compile(), { user: () => "ben", ...options });
  return (await g.requirePermission(permission, how)(done)(request.clone())).status;
}

/** A wrapper as decorators make them. */
const traced =
  <A extends unknown[], T>(wrapped: (...all: A) => T) =>
  (...all: A): T =>
    wrapped(...all);

const load = async () => ({ tenant: "acme" });

it("a function that takes what was loaded is not asked without it, however its parameters are written", async () => {
  const written: How1["on"][] = [
    (_, loaded) => loaded.tenant,
    (_, loaded = { tenant: "" }) => loaded.tenant || null,
    (...all) => all[1]?.tenant ?? null,
    traced((_: Request, loaded: { tenant: string }) => loaded.tenant),
    (...all) => {
      try {
        return (all[1] as { tenant: string }).tenant;
      } catch {
        return null;
      }
    },
  ];
  for (const on of written) expect(await statusOf("posts:read", { load, on })).toBe(403);
});

it("what was loaded may be given as it is", async () => {
  const given = (...all: unknown[]) => ({ resource: all[1] as { tenant: string } });
  expect(await statusOf("posts:delete", { load, given })).toBe(200);
});

it("what is committed while something is loaded counts", async () => {
  await using rbac = await seeded();
  const g = guarding(await rbac.compile(), { user: () => "ben" });
  const slow = async () => {
    await rbac.revoke("ben", "remover");
    return {};
  };
  expect((await g.requirePermission("posts:delete", { load: slow })(done)(request)).status).toBe(403);
});

it("a list that changes later changes no need, and none is no yes", async () => {
  await using rbac = await seeded();
  const g = guarding(await rbac.compile(), { user: () => null });
  const names = ["posts:read"];
  const handler = g.requireAllPermissions(names)(done);
  names.length = 0;
  expect((await handler(request)).status).toBe(401);
});

it("a filter cannot wait for what was loaded", async () => {
  await using rbac = await seeded();
  const activate = (_: Request, __: unknown) => ["reader"];
  const g = guarding(await rbac.compile(), { user: () => "ben", activate });
  await expect(g.filter(request, "posts:delete", { dialect: "sqlite", columns: {} })).rejects.toMatchObject({
    code: "VALUE_INVALID",
  });
});

it("a user who was deleted is not created again", async () => {
  await using rbac = await seeded();
  await rbac.delete("user", "gone");
  const g = guarding(await rbac.compile(), { user: () => "gone", onUnknownUser: "create", rbac });
  const answer = await g.requireUser()(done)(request);
  expect([answer.status, JSON.parse(await answer.text()).code]).toEqual([403, "USER_GONE"]);
});

it("a fault of load is the application's own, whatever it throws", async () => {
  await using rbac = await seeded();
  const policy = await rbac.compile();
  const g = guarding(policy, { user: () => "ben" });
  const wrongLoad = () => policy.can("nobody-of-here", "posts:read");
  const asked = g.requirePermission("posts:delete", { load: wrongLoad, hide: true })(done)(request);
  await expect(asked).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
});

it("a scope of what was loaded is not told", async () => {
  const how: How1 = { load, on: (_, { tenant }) => `${tenant} //x`, hide: true };
  await expect(statusOf("posts:read", how)).rejects.toMatchObject({ code: "SCOPE_INVALID" });
});

it("names out of a token that no user may have are refused", async () => {
  for (const user of ["ben ", "", "b\0n", "x".repeat(300)])
    expect(await statusOf("posts:read", {}, { user: () => user })).toBe(403);
});
