/** What is wrong with options is told when routes are made; and what is public, as text. */
import { describe, expect, it } from "vitest";
import { type Compiled, RbacError } from "../../src/index.ts";
import { guarding } from "../../src/web/frameworks/fetch.ts";

const policy = {} as Compiled; // No question is asked of it.
const user = () => "ann";
const guard = (options: object) => guarding(policy, { user, ...options } as Parameters<typeof guarding>[1]);

/** The code of what a call throws. */
function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof RbacError && error.exitCode === 2) return error.code;
    throw error;
  }
  return "none";
}

describe("the options of a guard", () => {
  it.each<[object, string]>([
    [{}, "none"],
    [{ onUnknownUser: "stranger", realm: "x", on: null }, "none"],
    [{ users: user }, "OPTION_UNKNOWN"],
    [{ user: "ann" }, "VALUE_INVALID"],
    [{ on: undefined }, "VALUE_EMPTY"],
    [{ onUnknownUser: "allow" }, "VALUE_INVALID"],
    [{ onUnknownUser: "create" }, "VALUE_INVALID"],
    [{ rbac: { sync: user } }, "VALUE_INVALID"],
  ])("%j: %s", (options, code) => {
    expect(codeOf(() => guard(options))).toBe(code);
  });
});

describe("the options of a need", () => {
  it.each<[object, string]>([
    [{ on: "acme", owner: () => "ben", given: {}, hide: true, fresh: "5m" }, "none"],
    [{ scope: "acme" }, "OPTION_UNKNOWN"],
    [{ owner: undefined }, "VALUE_EMPTY"],
    [{ owner: (_: unknown, __: unknown) => "ben" }, "VALUE_INVALID"],
    [{ fresh: "soon" }, "VALUE_INVALID"],
  ])("%j: %s", (how, code) => {
    expect(codeOf(() => guard({}).requirePermission("posts:read", how))).toBe(code);
  });

  it("have no owner and no attributes where roles are needed, and name something", () => {
    const owner = { owner: "ben" } as object;
    expect(codeOf(() => guard({}).requireRole("admin", owner))).toBe("OPTION_UNKNOWN");
    expect(codeOf(() => guard({}).requireAnyPermission([]))).toBe("VALUE_EMPTY");
    expect(codeOf(() => guard({}).requireScopes(" "))).toBe("VALUE_EMPTY");
  });
});

describe("what is public", () => {
  const statusOf = async (list: readonly string[], url: string, method = "GET") => {
    const handler = guard({}).guardAll({ public: list, print: false })(() => new Response("text"));
    return (await handler(new Request(`http://localhost${url}`, { method }))).status;
  };

  it("is a method and a path, a path, or all below one", async () => {
    expect(await statusOf(["GET /a"], "/a?x")).toBe(200);
    expect(await statusOf(["GET /a"], "/a", "HEAD")).toBe(200);
    expect(await statusOf(["GET /a"], "/a", "POST")).toBe(500);
    expect(await statusOf(["/a"], "/a", "POST")).toBe(200);
    expect(await statusOf(["/a"], "/a/")).toBe(500);
    expect(await statusOf(["/a/*"], "/a/b/c")).toBe(200);
    for (const url of ["/a", "/ab", "/a//b", "/a/%2e%2e%2fb", "/a/b%5cc", "/a/..%2f"])
      expect([url, await statusOf(["/a/*"], url)]).toEqual([url, 500]);
  });
});
