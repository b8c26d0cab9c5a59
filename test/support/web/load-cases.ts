/** The contract: what is loaded, and what depends on it. */
import { type Case, conditional, denied, notFound, permission, post, problem, unauthenticated } from "./case.ts";

/** What is loaded, and what depends on it. */
export const LOADS: readonly Case[] = [
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
