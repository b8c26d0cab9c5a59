/** Questions, and what the log says of each. */
import { expect } from "vitest";
import type { PolicyDocument, Rbac } from "../../src/index.ts";
import { errorOf, POSTS } from "./library.ts";

export const CONDITIONAL: PolicyDocument = {
  ...POSTS,
  roles: {
    ...POSTS.roles,
    writer: { grants: ["docs:read:own", { permission: "docs:read", when: 'resource.status == "open"' }] },
  },
  users: {
    ...POSTS.users,
    carol: { roles: ["writer", "clerk"] },
    dave: { roles: ["writer"] },
    eve: { disabled: true },
  },
};

export const LOGGED: Readonly<
  Record<string, readonly [ask: (of: Pick<Rbac, "can" | "has">) => Promise<unknown>, line: object]>
> = {
  "of an inherited role on a scope": [
    (of) => of.can("alice", "posts:publish", { on: "acme/posts" }),
    {
      user: "alice",
      permission: "posts:publish",
      on: "acme/posts",
      decision: true,
      reason: "allow",
      held: "editor",
      heldOn: "acme",
      grant: "posts:*",
    },
  ],
  "of a role by everyone": [
    (of) => of.can("bob", "posts:read"),
    { user: "bob", permission: "posts:read", decision: true, reason: "allow", held: "reader", grant: "posts:read" },
  ],
  "of a stranger, with a role that is assumed": [
    (of) => of.can(null, "docs:read", { assume: "clerk" }),
    {
      user: null,
      permission: "docs:read",
      assume: ["clerk"],
      decision: true,
      reason: "allow",
      held: "clerk",
      grant: "docs:read",
    },
  ],
  "of a deny": [
    (of) => of.can("alice", "posts:delete", { on: "acme/archive/1", activate: ["reader", "editor"] }),
    {
      user: "alice",
      permission: "posts:delete",
      on: "acme/archive/1",
      activate: ["reader", "editor"],
      decision: false,
      reason: "deny",
      held: "editor",
      heldOn: "acme",
      grant: "posts:delete",
      scope: "acme/archive",
    },
  ],
  "of an owner": [
    (of) => of.can("dave", "docs:read", { owner: "dave" }),
    {
      user: "dave",
      permission: "docs:read",
      owner: "dave",
      decision: true,
      reason: "allow",
      held: "writer",
      grant: "docs:read:own",
    },
  ],
  "of nobody's grant": [
    (of) => of.can("bob", "docs:read", { existing: true }),
    { user: "bob", permission: "docs:read", existing: true, decision: false, reason: "none" },
  ],
  "of a user who is disabled": [
    (of) => of.can("eve", "posts:read"),
    { user: "eve", permission: "posts:read", decision: false, reason: "disabled" },
  ],
  "of a condition, with the names of what is given": [
    (of) =>
      of.can("dave", "docs:read", { given: { resource: { status: "open", owner: { team: "red" } }, subject: {} } }),
    {
      user: "dave",
      permission: "docs:read",
      given: ["resource.owner.team", "resource.status", "subject"],
      decision: true,
      reason: "allow",
    },
  ],
  "of a condition that waits": [
    (of) => of.can("dave", "docs:read"),
    { user: "dave", permission: "docs:read", decision: false, reason: "condition" },
  ],
  "of a time to come": [
    (of) => of.can("bob", "posts:read", { at: "2999-01-01" }),
    {
      user: "bob",
      permission: "posts:read",
      for: "2999-01-01T00:00:00.000Z",
      decision: true,
      reason: "allow",
      held: "reader",
      grant: "posts:read",
    },
  ],
  "of a role": [
    (of) => of.has("alice", "reader", { on: "acme" }),
    {
      user: "alice",
      role: "reader",
      on: "acme",
      decision: true,
      reason: "allow",
      held: expect.stringMatching(/^(reader|editor)$/),
    },
  ],
  "of a request": [
    (of) => of.can("bob", "posts:read", { requestId: `r"1 ${"x".repeat(200)}` }),
    {
      user: "bob",
      permission: "posts:read",
      requestId: `r"1 ${"x".repeat(124)}`,
      decision: true,
      reason: "allow",
      held: "reader",
      grant: "posts:read",
    },
  ],
  "of a name that is not in normal form": [
    (of) => of.can("ame\u0301lie", "posts:read", { strangers: true }),
    {
      user: "am\u00e9lie",
      permission: "posts:read",
      strangers: true,
      decision: true,
      reason: "allow",
      held: "reader",
      grant: "posts:read",
    },
  ],
  "of a name that nobody has": [
    (of) => errorOf(of.can("mallory", "posts:read")),
    { user: "mallory", permission: "posts:read", error: "USER_NOT_FOUND" },
  ],
  "of a role that is not there": [
    (of) => errorOf(of.has("bob", "redactor")),
    { user: "bob", role: "redactor", error: "ROLE_NOT_FOUND" },
  ],
};
