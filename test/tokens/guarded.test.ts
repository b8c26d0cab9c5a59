/** Tokens before routes, as the package is built: who asks, what narrows it, and every answer to what is refused. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newKey, publicJwks, type TokenKey } from "../../src/tokens/keys.ts";
import { signToken } from "../../src/tokens/sign-token.ts";
import type { VerifyingOptions } from "../../src/tokens/verifying.ts";
import { ROOT } from "../support/root.ts";

// Required, as the runner of tests would load a second copy of what is imported.
const face = createRequire(join(ROOT, "dist/"));
const { create, RbacError }: typeof import("../../src/index.ts") = face("./index.cjs");
const { guarding }: typeof import("../../src/web/frameworks/fetch.ts") = face("./fetch.cjs");
const { verifying, TokenError }: typeof import("../../src/tokens/verifying.ts") = face("./token.cjs");

const DATABASE = "d".repeat(32);
const ISSUER = `urn:rbac:${DATABASE}`;
const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish", "posts:delete"],
  roles: { reader: { grants: ["posts:read"] }, editor: { inherits: ["reader"], grants: ["posts:publish"] } },
  users: { alice: { roles: ["editor"] }, bob: { roles: ["reader"] }, eve: { disabled: true, roles: ["editor"] } },
};

let rbac: Awaited<ReturnType<typeof create>>;
let key: TokenKey;
beforeAll(async () => {
  key = await newKey("ES256", new Date().toISOString());
  rbac = await create(":memory:", { actor: "app" });
  await rbac.seed(POLICY);
});
afterAll(() => rbac.close());

const keys = () => publicJwks([key], new Date().toISOString());
const options = (more: object = {}): VerifyingOptions => ({ keys: keys(), issuer: ISSUER, audience: "api", ...more });
const revision = async () => (await rbac.changes({ since: 0 })).revision;

async function tokenOf(sub: string, more: object = {}, rev?: number): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const said = { iss: ISSUER, sub, aud: "api", iat, exp: iat + 60, jti: "j", client_id: "app", ...more };
  return signToken(
    { ...said, rbac: { rev: rev ?? (await revision()), db: DATABASE, on: null, ...(more as { rbac?: object }).rbac } },
    key,
  );
}

async function answered(more: object = {}) {
  const tokens = verifying(options(more));
  let verified = 0;
  const header = (request: Request) => {
    verified += 1;
    return request.headers.get("authorization");
  };
  const g = guarding(await rbac.compile(), tokens.bearer(header));
  const handlers = {
    read: g.requirePermission("posts:read")(() => new Response("posts")),
    scoped: g.requireScopes("posts:publish")(() => new Response("posts")),
    fresh: g.requireUser({ fresh: "5m" })(() => new Response("posts")),
  };
  return async (route: keyof typeof handlers, authorization?: string) => {
    verified = 0;
    const headers = new Headers(authorization === undefined ? [] : [["authorization", authorization]]);
    const answer = await handlers[route](new Request("http://localhost/", { headers }));
    const { code = "ok", detail } = (answer.ok ? {} : await answer.json()) as { code?: string; detail?: string };
    return { status: answer.status, code, detail, challenge: answer.headers.get("www-authenticate"), verified };
  };
}

it("a token says who, and the policy what: at once, whatever the token says", async () => {
  const ask = await answered();
  const alice = `Bearer ${await tokenOf("alice", { roles: ["admin"], permissions: ["posts:delete"] })}`;
  expect(await ask("read", alice)).toMatchObject({ status: 200, verified: 1 });
  await rbac.revoke("alice", "editor");
  expect(await ask("read", alice)).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
  await rbac.assign("alice", "editor");
  expect(await ask("read", `Bearer ${await tokenOf("nobody")}`)).toMatchObject({ status: 403, code: "USER_NOT_FOUND" });
  expect(await ask("read", `bearer ${await tokenOf("eve")}`)).toMatchObject({ status: 403 });
});

it("scopes of the token narrow what the policy allows, and never widen it", async () => {
  const ask = await answered();
  const scoped = async (user: string, scope: string) => ask("scoped", `Bearer ${await tokenOf(user, { scope })}`);
  expect(await scoped("alice", "posts:read posts:publish")).toMatchObject({ status: 200, verified: 1 });
  expect(await scoped("alice", "posts:read")).toMatchObject({
    ...{ status: 403, code: "SCOPE_MISSING" },
    challenge: 'Bearer realm="api", error="insufficient_scope", scope="posts:publish"',
  });
  expect(await scoped("bob", "posts:publish")).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
});

it("a sign-in that is too long ago is asked for again", async () => {
  const ask = await answered();
  const signedIn = async (ago: number) =>
    ask("fresh", `Bearer ${await tokenOf("alice", { auth_time: Math.floor(Date.now() / 1000) - ago })}`);
  expect(await signedIn(10)).toMatchObject({ status: 200 });
  expect(await signedIn(600)).toMatchObject({ status: 401, code: "SIGN_IN_TOO_OLD" });
});

it("what is refused is answered as RFC 6750 says", async () => {
  const ask = await answered();
  for (const none of [undefined, "Basic YTpi", "Bearerish x"])
    expect(await ask("read", none)).toMatchObject({
      status: 401,
      code: "UNAUTHENTICATED",
      challenge: 'Bearer realm="api"',
    });
  for (const malformed of ["Bearer", "Bearer a b", "Bearer a,b", "Bearer\ta"])
    expect(await ask("read", malformed)).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
  const other = `Bearer ${await tokenOf("alice", { aud: "billing" })}`;
  expect(await ask("read", other)).toMatchObject({
    ...{ status: 401, code: "INVALID_TOKEN", detail: "the token is for another audience" },
    challenge: 'Bearer realm="api", error="invalid_token", error_description="the token is for another audience"',
  });
});

it("mode fresh: only who was touched signs in again, and where nobody tells it is a 503", async () => {
  let isAway = false;
  const changes = (asked: { readonly since: number }) =>
    isAway ? Promise.reject(new Error("away")) : rbac.changes(asked);
  const said = { mode: "fresh", changes, maxLag: "1s" };
  const rights = { roles: ["editor", "reader"], permissions: ["posts:read"] };
  const [alice, bob] = [
    await tokenOf("alice", rights),
    await tokenOf("bob", { rbac: { roles: ["reader"] }, permissions: ["posts:read"] }),
  ];
  const stale = { code: "invalid_token", message: "roles changed since this token was issued" };
  const before = verifying(options(said));
  const verified = await before.verify(alice);
  expect([verified.user, verified.claims.roles, verified.may("posts:read"), verified.may("posts:delete")]).toEqual([
    "alice",
    rights.roles,
    true,
    false,
  ]);
  await rbac.revoke("alice", "editor");
  const tokens = verifying(options(said));
  await expect(tokens.verify(alice)).rejects.toMatchObject(stale);
  expect((await tokens.verify(bob)).user).toBe("bob");
  await rbac.assign("alice", "editor");
  expect((await tokens.verify(await tokenOf("alice", rights))).user).toBe("alice");
  await rbac.grant("reader", "posts:delete");
  await expect(verifying(options(said)).verify(bob)).rejects.toMatchObject(stale);
  await expect(tokens.verify(await tokenOf("bob", { permissions: [] }))).rejects.toThrow("of which roles");
  isAway = true;
  expect(await (await answered(said))("read", `Bearer ${await tokenOf("bob", rights)}`)).toMatchObject({
    ...{ status: 503, code: "CHANGES_UNKNOWN" },
  });
});

it("mode claims: what the token lists counts on its scope, and mode live lists nothing", async () => {
  const token = await tokenOf("bob", { permissions: ["posts:delete"], rbac: { on: "acme" } });
  const { may } = await verifying(options({ mode: "claims" })).verify(token);
  expect([may("posts:delete", "acme"), may("posts:delete", "acme/blog")]).toEqual([true, true]);
  expect([may("posts:delete"), may("posts:delete", "beta"), may("posts:read", "acme")]).toEqual([false, false, false]);
  const live = await verifying(options()).verify(token);
  expect([live.may("posts:delete", "acme"), live.claims.permissions]).toEqual([false, undefined]);
});

it("keys that cannot be fetched are a 503, and no token is refused for it", async () => {
  const ask = await answered({ keys: new URL("http://127.0.0.1:9/jwks.json") });
  expect(await ask("read", `Bearer ${await tokenOf("alice")}`)).toMatchObject({ status: 503, code: "TOKEN_KEYS_AWAY" });
});

it.each<[wrong: object, code: string]>([
  [{ audience: "" }, "VALUE_INVALID"],
  [{ issuer: undefined }, "VALUE_INVALID"],
  [{ audiance: "api" }, "OPTION_UNKNOWN"],
  [{ mode: "lazy" }, "VALUE_INVALID"],
  [{ mode: "fresh" }, "VALUE_INVALID"],
  [{ changes: () => {} }, "VALUE_INVALID"],
  [{ mode: "fresh", changes: () => {}, issuer: "https://issuer.example" }, "VALUE_INVALID"],
  [{ tolerance: "61s" }, "VALUE_INVALID"],
  [{ tolerance: "soon" }, "TIME_INVALID"],
  [{ maxLag: "-1s" }, "TIME_INVALID"],
  [{ keys: { keys: [{ kty: "EC", d: "secret" }] } }, "TOKEN_KEY_INVALID"],
  [{ keys: "no JSON" }, "TOKEN_KEY_INVALID"],
  [{ keys: {} }, "TOKEN_KEY_INVALID"],
  [{ keys: null }, "TOKEN_KEY_INVALID"],
  [{ keys: new URL("http://issuer.example/jwks.json") }, "TOKEN_KEY_INVALID"],
])("%j is a wrong option", (wrong, code) => {
  const call = () => verifying(options(wrong));
  expect(call).toThrow(RbacError);
  expect(call).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  expect(new TokenError("invalid_token", "x")).not.toBeInstanceOf(RbacError);
});
