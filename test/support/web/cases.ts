/** The contract as a table: what a route needs, what is asked of it, and the answer to the last byte. */
import { TokenError } from "../../../src/web/asker.ts";
import type { AnyGuard, Kit } from "./kit.ts";
import type { Asked } from "./requests.ts";

/** What a case has at hand. */
export interface Setting extends Pick<Kit, "header" | "param"> {
  readonly g: AnyGuard;
}

export interface Case {
  readonly name: string;
  /** Options of the guard, besides `user` and `claims`, which read `x-user` and `x-claims`. */
  readonly guard?: object;
  readonly need: (setting: Setting) => object | readonly object[];
  /** The pattern of the route. */
  readonly route?: string;
  /** Who asks: `null` for a stranger. */
  readonly as?: string | null;
  readonly asked?: Asked;
  readonly status: number;
  /** `WWW-Authenticate`; left out where there must be none. */
  readonly challenge?: string;
  /** The body; left out where the handler answers. */
  readonly body?: object;
}

/** A problem as it is answered. */
export const problem = (status: number, title: string, more: object): object => ({
  type: "about:blank",
  title,
  status,
  ...more,
});

const unauthenticated = problem(401, "Unauthorized", { code: "UNAUTHENTICATED" });
const notFound = problem(404, "Not Found", { code: "NOT_FOUND" });
const denied = (...permissions: readonly string[]) =>
  problem(403, "Forbidden", { code: "PERMISSION_DENIED", permissions, reason: "none" });
const conditional = problem(403, "Forbidden", {
  code: "PERMISSION_DENIED",
  permissions: ["posts:read"],
  reason: "condition",
});
const missingRoles = (...roles: readonly string[]) =>
  problem(403, "Forbidden", { code: "ROLE_MISSING", roles, reason: "none" });
const tooOld = problem(401, "Unauthorized", { code: "SIGN_IN_TOO_OLD", detail: "a more recent sign-in is needed" });
const TOO_OLD =
  'Bearer realm="api", error="insufficient_user_authentication", error_description="a more recent sign-in is needed", max_age="300"';

const claims = (said: object): Asked => ({ headers: { "x-claims": JSON.stringify(said) } });
const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
const permission =
  (name: string, how: (setting: Setting) => object = () => ({})) =>
  (setting: Setting) =>
    setting.g.requirePermission(name, how(setting));
/** An object that is there, of ben's, and published or not. */
const post = (more: object = {}) => ({ load: () => ({ author: "ben", ...more }) });
const throws = (error: Error) => () => {
  throw error;
};

/** Who is asking, and whether that can be known. */
const SIGN_IN: readonly Case[] = [
  { name: "a permission that is held", need: permission("posts:read"), as: "ann", status: 200 },
  {
    name: "nobody signed in: no error code",
    need: permission("posts:read"),
    status: 401,
    challenge: 'Bearer realm="api"',
    body: unauthenticated,
  },
  {
    name: "a realm with quotes and line ends",
    guard: { realm: 'my "api"\r\nX-Evil: 1\\é' },
    need: permission("posts:read"),
    status: 401,
    challenge: 'Bearer realm="my apiX-Evil: 1"',
    body: unauthenticated,
  },
  {
    name: "a malformed token",
    guard: { user: throws(new TokenError("invalid_request", "two tokens")) },
    need: permission("posts:read"),
    status: 400,
    challenge: 'Bearer realm="api", error="invalid_request", error_description="two tokens"',
    body: problem(400, "Bad Request", { code: "INVALID_REQUEST", detail: "two tokens" }),
  },
  {
    name: "an expired token",
    guard: { user: throws(new TokenError("invalid_token", 'it "expired"\n')) },
    need: permission("posts:read"),
    status: 401,
    challenge: 'Bearer realm="api", error="invalid_token", error_description="it expired"',
    body: problem(401, "Unauthorized", { code: "INVALID_TOKEN", detail: 'it "expired"\n' }),
  },
  { name: "a stranger, by everyone", need: permission("docs:read"), as: null, status: 200 },
  {
    name: "a stranger who may not, and may sign in",
    need: permission("posts:read"),
    as: null,
    status: 401,
    challenge: 'Bearer realm="api"',
    body: unauthenticated,
  },
  { name: "requireUser, of a user who may nothing", need: ({ g }) => g.requireUser(), as: "fred", status: 200 },
  {
    name: "requireUser, of a disabled user",
    need: ({ g }) => g.requireUser(),
    as: "eve",
    status: 403,
    body: problem(403, "Forbidden", { code: "USER_DISABLED", reason: "disabled" }),
  },
  {
    name: "requireUser, of somebody unknown",
    need: ({ g }) => g.requireUser(),
    as: "zoe",
    status: 403,
    body: problem(403, "Forbidden", { code: "USER_NOT_FOUND" }),
  },
  {
    name: "an unknown user, by default",
    need: permission("docs:read"),
    as: "zoe",
    status: 403,
    body: problem(403, "Forbidden", { code: "USER_NOT_FOUND" }),
  },
  {
    name: "an unknown user where nothing may be known",
    need: permission("docs:read", () => ({ hide: true })),
    as: "zoe",
    status: 404,
    body: notFound,
  },
  {
    name: "an unknown user as a stranger",
    guard: { onUnknownUser: "stranger" },
    need: permission("docs:read"),
    as: "zoe",
    status: 200,
  },
  {
    name: "an unknown user as a stranger who may not",
    guard: { onUnknownUser: "stranger" },
    need: permission("posts:read"),
    as: "zoe",
    status: 403,
    body: denied("posts:read"),
  },
  {
    name: "a disabled user",
    need: permission("docs:read"),
    as: "eve",
    status: 403,
    body: problem(403, "Forbidden", { code: "PERMISSION_DENIED", permissions: ["docs:read"], reason: "disabled" }),
  },
  {
    name: "the id of the request",
    need: permission("posts:read"),
    as: "fred",
    asked: { headers: { "x-request-id": "r-1" } },
    status: 403,
    body: { ...denied("posts:read"), requestId: "r-1" },
  },
  {
    name: "an id that is none",
    need: permission("posts:read"),
    as: "fred",
    asked: { headers: { "x-request-id": "<script> 1" } },
    status: 403,
    body: denied("posts:read"),
  },
];

/** What is missing is named. */
const NEEDS: readonly Case[] = [
  {
    name: "a permission that is not held",
    need: permission("posts:read"),
    as: "fred",
    status: 403,
    body: denied("posts:read"),
  },
  {
    name: "any of two, with one",
    need: ({ g }) => g.requireAnyPermission(["posts:read", "docs:read"]),
    as: "fred",
    status: 200,
  },
  {
    name: "any of two, with none",
    need: ({ g }) => g.requireAnyPermission(["posts:read", "posts:update"]),
    as: "fred",
    status: 403,
    body: denied("posts:read", "posts:update"),
  },
  {
    name: "all of two, with both",
    need: ({ g }) => g.requireAllPermissions(["posts:update", "docs:read"]),
    as: "ida",
    status: 200,
  },
  {
    name: "all of two, with one",
    need: ({ g }) => g.requireAllPermissions(["posts:read", "docs:read"]),
    as: "fred",
    status: 403,
    body: denied("posts:read"),
  },
  { name: "a role", need: ({ g }) => g.requireRole("admin"), as: "ann", status: 200 },
  { name: "an inherited role", need: ({ g }) => g.requireRole("editor"), as: "ida", status: 200 },
  {
    name: "a role that is not held",
    need: ({ g }) => g.requireRole("admin"),
    as: "ben",
    status: 403,
    body: missingRoles("admin"),
  },
  {
    name: "a role whose name has quotes",
    need: ({ g }) => g.requireRole('say "hi"'),
    as: "ben",
    status: 403,
    body: missingRoles('say "hi"'),
  },
  { name: "any role, with one", need: ({ g }) => g.requireAnyRole(["admin", "author"]), as: "ben", status: 200 },
  {
    name: "any role, with none",
    need: ({ g }) => g.requireAnyRole(["admin", "editor"]),
    as: "ben",
    status: 403,
    body: missingRoles("admin", "editor"),
  },
  {
    name: "all roles, with one",
    need: ({ g }) => g.requireAllRoles(["admin", "author"]),
    as: "ben",
    status: 403,
    body: missingRoles("admin"),
  },
  { name: "a role on a scope", need: ({ g }) => g.requireRole("editor", { on: "acme/blog" }), as: "cleo", status: 200 },
  {
    name: "a role on another scope",
    need: ({ g }) => g.requireRole("editor", { on: "other" }),
    as: "cleo",
    status: 403,
    body: missingRoles("editor"),
  },
  {
    name: "an assumed role",
    need: permission("posts:update", () => ({ assume: ["editor"] })),
    as: "fred",
    status: 200,
  },
  {
    name: "roles that are not activated",
    need: permission("posts:read", () => ({ activate: ["reader"] })),
    as: "ann",
    status: 403,
    body: denied("posts:read"),
  },
  {
    name: "two needs, both held",
    need: ({ g }) => [g.requireRole("admin"), g.requirePermission("posts:read")],
    as: "ann",
    status: 200,
  },
  {
    name: "two needs, the second not held",
    need: ({ g }) => [g.requirePermission("docs:read"), g.requireRole("admin")],
    as: "ben",
    status: 403,
    body: missingRoles("admin"),
  },
  { name: "a public route", need: ({ g }) => g.public(), status: 200 },
];

/** Scopes of tokens, and how old a sign-in may be. */
const TOKENS: readonly Case[] = [
  {
    name: "scopes as text",
    need: ({ g }) => g.requireScopes("docs:read"),
    as: "fred",
    asked: claims({ scope: "a docs:read" }),
    status: 200,
  },
  {
    name: "scopes as a list",
    need: ({ g }) => g.requireScopes(["docs:read"]),
    as: "fred",
    asked: claims({ scope: ["docs:read"] }),
    status: 200,
  },
  {
    name: "a scope that the token lacks",
    need: ({ g }) => g.requireScopes("posts:read docs:read"),
    as: "ann",
    asked: claims({ scope: "docs:read" }),
    status: 403,
    challenge: 'Bearer realm="api", error="insufficient_scope", scope="posts:read docs:read"',
    body: problem(403, "Forbidden", { code: "SCOPE_MISSING", scopes: ["posts:read"] }),
  },
  {
    name: "a scope that the policy does not allow",
    need: ({ g }) => g.requireScopes("posts:read docs:read"),
    as: "fred",
    asked: claims({ scope: "posts:read docs:read" }),
    status: 403,
    body: denied("posts:read"),
  },
  {
    name: "a scope of the token alone",
    need: ({ g }) => g.requireScopes("offline_access", { permissions: false }),
    as: "fred",
    asked: claims({ scope: "offline_access" }),
    status: 200,
  },
  {
    name: "a scope of the token alone, of a disabled user",
    need: ({ g }) => g.requireScopes("offline_access", { permissions: false }),
    as: "eve",
    asked: claims({ scope: "offline_access" }),
    status: 403,
    body: problem(403, "Forbidden", { code: "USER_DISABLED", reason: "disabled" }),
  },
  {
    name: "a scope that is a part of another's name",
    need: ({ g }) => g.requireScopes("docs:read"),
    as: "ann",
    asked: claims({ scope: "docs:readall" }),
    status: 403,
    challenge: 'Bearer realm="api", error="insufficient_scope", scope="docs:read"',
    body: problem(403, "Forbidden", { code: "SCOPE_MISSING", scopes: ["docs:read"] }),
  },
  {
    name: "a sign-in of just now",
    need: permission("posts:read", () => ({ fresh: "5m" })),
    as: "ann",
    asked: claims({ auth_time: ago(60) }),
    status: 200,
  },
  ...[{ auth_time: ago(400) }, {}, { auth_time: "now" }, { auth_time: ago(-3600) }].map(
    (said): Case => ({
      name: `a sign-in that is not of just now: ${JSON.stringify(said)}`,
      need: permission("posts:read", () => ({ fresh: "5m" })),
      as: "ann",
      asked: claims(said),
      status: 401,
      challenge: TOO_OLD,
      body: tooOld,
    }),
  ),
];

/** What is loaded, and what depends on it. */
const LOADS: readonly Case[] = [
  {
    name: "the owner",
    need: permission("posts:update", () => ({
      ...post(),
      owner: (_: object, loaded: { author: string }) => loaded.author,
    })),
    as: "ben",
    status: 200,
  },
  {
    name: "not the owner",
    need: permission("posts:update", () => ({
      load: () => ({ author: "fred" }),
      owner: (_: object, { author }: { author: string }) => author,
    })),
    as: "ben",
    status: 403,
    body: denied("posts:update"),
  },
  {
    name: "an owner of nobody",
    need: permission("posts:update", () => ({ ...post(), owner: (_: object, __: object) => null })),
    as: "ben",
    status: 403,
    body: denied("posts:update"),
  },
  {
    name: "a deny for the owner",
    need: permission("posts:delete", () => ({
      load: () => ({ author: "dora" }),
      owner: (_: object, { author }: { author: string }) => author,
    })),
    as: "dora",
    status: 403,
    body: problem(403, "Forbidden", { code: "PERMISSION_DENIED", permissions: ["posts:delete"], reason: "deny" }),
  },
  {
    name: "a deny for the owner, of another's",
    need: permission("posts:delete", () => ({
      ...post(),
      owner: (_: object, { author }: { author: string }) => author,
    })),
    as: "dora",
    status: 200,
  },
  {
    name: "nothing there",
    need: permission("posts:update", () => ({ load: () => null, owner: (_: object, __: object) => "x" })),
    as: "ben",
    status: 404,
    body: notFound,
  },
  {
    name: "a refusal that is hidden",
    need: permission("posts:update", () => ({ load: () => ({}), owner: (_: object, __: object) => "x", hide: true })),
    as: "ben",
    status: 404,
    body: notFound,
  },
  {
    name: "a condition that is true",
    need: permission("posts:read", () => ({
      load: () => ({ published: true }),
      given: (_: object, resource: object) => ({ resource }),
    })),
    as: "hal",
    status: 200,
  },
  {
    name: "a condition that is false",
    need: permission("posts:read", () => ({
      load: () => ({ published: false }),
      given: (_: object, resource: object) => ({ resource }),
    })),
    as: "hal",
    status: 403,
    body: denied("posts:read"),
  },
  {
    name: "a condition that nothing is given for",
    need: permission("posts:read"),
    as: "hal",
    status: 403,
    body: conditional,
  },
  {
    name: "a scope of what is loaded",
    need: permission("posts:publish", () => ({
      load: () => ({ team: "acme" }),
      on: (_: object, { team }: { team: string }) => team,
    })),
    as: "cleo",
    status: 200,
  },
  {
    name: "another scope of what is loaded",
    need: permission("posts:publish", () => ({
      load: () => ({ team: "x" }),
      on: (_: object, { team }: { team: string }) => team,
    })),
    as: "cleo",
    status: 403,
    body: denied("posts:publish"),
  },
  {
    name: "a scope of the request",
    need: permission("posts:publish", ({ param }) => ({ on: (c: object) => param(c, "team") })),
    route: "/teams/:team",
    as: "cleo",
    asked: { path: "/teams/acme" },
    status: 200,
  },
  {
    name: "a text of the request that is no scope",
    need: permission("posts:publish", ({ header }) => ({ on: (c: object) => header(c, "x-team") })),
    as: "cleo",
    asked: { headers: { "x-team": "a//b" } },
    status: 400,
  },
  {
    name: "requireOwner, of the owner",
    need: ({ g }) => g.requireOwner({ owner: () => "ben" }),
    as: "ben",
    status: 200,
  },
  {
    name: "requireOwner, of another",
    need: ({ g }) => g.requireOwner({ ...post(), owner: (_: object, { author }: { author: string }) => author }),
    as: "fred",
    status: 403,
    body: problem(403, "Forbidden", { code: "NOT_OWNER", reason: "none" }),
  },
  {
    name: "requireOwner, of the owner who is disabled",
    need: ({ g }) => g.requireOwner({ owner: () => "eve" }),
    as: "eve",
    status: 403,
    body: problem(403, "Forbidden", { code: "NOT_OWNER", reason: "disabled" }),
  },
  {
    name: "requireOwner, of a stranger where nobody owns it",
    need: ({ g }) => g.requireOwner({ owner: () => null }),
    as: null,
    status: 401,
    challenge: 'Bearer realm="api"',
    body: unauthenticated,
  },
];

/** Faults of the program: 500 by the application's own error handler, and never a yes. */
const fault = (error: string) => ({ status: 500, body: { error } });
const FAULTS: readonly Case[] = [
  {
    name: "user throws",
    guard: { user: throws(new Error("no session store")) },
    need: permission("posts:read"),
    ...fault("no session store"),
  },
  {
    name: "claims throws",
    guard: { claims: throws(new Error("no keys")) },
    need: ({ g }) => g.requireScopes("docs:read"),
    as: "ann",
    ...fault("no keys"),
  },
  {
    name: "load throws",
    need: permission("posts:update", () => ({
      load: throws(new Error("no table")),
      owner: (_: object, __: object) => "x",
    })),
    as: "ben",
    ...fault("no table"),
  },
  {
    name: "owner throws",
    need: permission("posts:update", () => ({ owner: throws(new Error("no owner")) })),
    as: "ben",
    ...fault("no owner"),
  },
  {
    name: "on is undefined",
    need: permission("posts:publish", () => ({ on: () => undefined })),
    as: "cleo",
    ...fault("the option on is undefined: leave it out or give it a value"),
  },
  {
    name: "owner is undefined",
    need: permission("posts:update", () => ({ owner: () => undefined })),
    as: "ben",
    ...fault("the option owner is undefined: leave it out or give it a value"),
  },
  {
    name: "given is given twice",
    guard: { given: () => ({ context: { a: 1 } }) },
    need: permission("posts:read", () => ({ given: { context: { b: 2 } } })),
    as: "ann",
    ...fault("the attributes of context are given twice"),
  },
  {
    name: "a permission that the policy has not",
    need: permission("posts:raed"),
    as: "ann",
    status: 500,
  },
];

export const CASES: readonly Case[] = [...SIGN_IN, ...NEEDS, ...TOKENS, ...LOADS, ...FAULTS];
