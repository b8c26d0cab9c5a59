/** The contract: scopes of tokens, and how old a sign-in is. */
import { ago, type Case, claims, denied, permission, problem, TOO_OLD, tooOld } from "./case.ts";

/** Scopes of tokens, and how old a sign-in may be. */
export const TOKENS: readonly Case[] = [
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
