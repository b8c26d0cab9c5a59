/** The contract: who is asking, and whether that can be known. */
import { TokenError } from "../../../src/web/asker.ts";
import { type Case, denied, notFound, permission, problem, throws, unauthenticated } from "./case.ts";

/** Who is asking, and whether that can be known. */
export const SIGN_IN: readonly Case[] = [
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
  { name: "a stranger who may not", need: permission("posts:read"), as: null, status: 403, body: denied("posts:read") },
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
