/** Permissions and patterns: which are legal, in what words the others are refused, and the form that they would take. */
import { describe, expect, it } from "vitest";
import {
  parseCatalogued,
  parseNewPermission,
  parsePattern,
  parsePermission,
} from "../../../src/policy/model/permissions.ts";
import { errorOf } from "../../support/documents.ts";

/** Names of real applications. */
const REAL = [
  "view_user",
  "blog.add_post",
  "create article content",
  "sales.orders.view",
  "os_compute_api:servers:create",
  "Job/Build",
  "admin.users.read",
  "mod/forum:addinstance",
  "s3:GetObject",
  "Microsoft.Authorization/roleAssignments:write",
];

describe("permissions", () => {
  it.each([
    ...REAL,
    "posts:read",
    "a/b:c-d",
    "\u00fc:\u00f6",
    "a:b:c:d:e:f",
    "own:read",
    "owner",
    ".x",
    "a.",
    "\u{1f600}",
  ])("%s is one, with its owner form", (text) => {
    expect(parsePermission(text)).toBe(text);
    expect(parsePermission(`${text}:own`)).toBe(`${text}:own`);
    expect(parseNewPermission(text)).toBe(text);
    expect(parsePattern(text)).toBe(text);
  });

  it.each([
    [":read", "a part of it is empty", "read"],
    ["posts:", "a part of it is empty", "posts"],
    ["posts::read", "a part of it is empty", "posts:read"],
    ["posts: read", "begins or ends with a space", "posts:read"],
    [" posts:read", "begins or ends with a space", "posts:read"],
    ["posts:re\u00a0ad", "not an ordinary one", "posts:re ad"],
    ["posts:re\u200bad", "cannot be seen", "posts:read"],
    ["-x:read", "begins with -", "x:read"],
    ["a:b:c:d:e:f:g", "more than 6 parts", "a:b:c:d:e:f.g"],
    ["a:b:c:d:e:f:g:own", "more than 6 parts", "a:b:c:d:e:f.g:own"],
    ["posts:read:Own", "own is no part of a name", "posts:read:own"],
    ["posts:read:\u043ewn", "own is no part of a name", "posts:read:own"],
    ["posts:own:own", "own is no part of a name", "posts:own"],
    ["posts:read:0WN", "own is no part of a name", "posts:read:own"],
  ])("%j is none: %s; it would be %s", (text, why, form) => {
    const error = errorOf(() => parsePermission(text));
    expect(error).toMatchObject({ code: "PERMISSION_INVALID", exitCode: 2 });
    expect(error.message).toContain(why);
    expect(error.message).toMatch(new RegExp(`; write it as "${form}"$`));
    expect(parsePermission(form)).toBe(form);
  });

  it.each([
    ["", "it is empty"],
    [":", "a part of it is empty"],
    ["own", "own is no part of a name"],
    ["OWN", "own is no part of a name"],
    ["own:own", "own is no part of a name"],
    [":own", "a part of it is empty"],
    ["x".repeat(2000), "longer"],
    ["posts:*", "only grants and denies have a *; in a shell and in YAML a * is quoted"],
    [`a.${"a.b.c.d:".repeat(4)}a.b`, "more than 256 patterns cover it"],
  ])("%j is none: %s", (text, why) => {
    const error = errorOf(() => parsePermission(text));
    expect(error).toMatchObject({ code: "PERMISSION_INVALID", exitCode: 2 });
    expect(error.message).toContain(why);
    expect(error.message).not.toContain("write it as");
  });

  it("as many patterns may cover a name as 256", () => {
    const parts = (first: number, second: number) => `a${".b".repeat(first)}:a${".b".repeat(second)}`;
    expect(parseNewPermission(parts(13, 15))).toBe(parts(13, 15)); // 15 * 17 + 1
    expect(errorOf(() => parseNewPermission(parts(14, 15))).message).toContain("more than 256 patterns");
  });

  it("names of two parts that were legal once are still read, so that what stands can be asked and deleted", () => {
    for (const name of ["posts:OWN", "posts:\u043ewn", `a${".b".repeat(20)}:a${".b".repeat(20)}`]) {
      expect(parsePermission(name)).toBe(name);
      expect(parsePattern(name)).toBe(name);
      expect(parseCatalogued(name)).toBe(name);
      expect(errorOf(() => parseNewPermission(name)).code).toBe("PERMISSION_INVALID");
    }
  });

  it("the catalogue holds no patterns and no owner forms", () => {
    expect(parseCatalogued("posts:read")).toBe("posts:read");
    expect(errorOf(() => parseCatalogued("posts:*")).code).toBe("PERMISSION_INVALID");
    expect(errorOf(() => parseCatalogued("posts:own")).message).toBe(
      '"posts:own" cannot be listed: the :own form belongs to grants and questions; write it as "posts"',
    );
  });
});

describe("patterns", () => {
  it.each([
    ...[
      "posts:*",
      "*:read",
      "*:*",
      "*:*:own",
      "posts:read:own",
      "*",
      "*:own",
      "a:*:c",
      "*:*:*:*:*:*",
      "sales.*",
      "api/*",
    ],
    ...["sales.*:view", "sales.orders.*", "posts:v1/*", "a b.*:c", "..*", "/x/*:own", "sales.*:*"],
  ])("%s is one", (text) => {
    expect(parsePattern(text)).toBe(text);
  });

  it.each(["po*:read", "posts:re*", "**:read", "**", ".*", "/*", "*.x", "a.*.b", "a.*b", "*.*", "x:.*", "a-*", "a**"])(
    "%s is none",
    (text) => {
      expect(errorOf(() => parsePattern(text)).message).toBe(
        `${JSON.stringify(text)} is not a permission pattern: a * stands for a whole part, as in posts:*, ` +
          "or for the rest of one, as in sales.* or api/*; in a shell and in YAML a * is quoted",
      );
    },
  );
});
