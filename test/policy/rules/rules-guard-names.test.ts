/** Rule 24: the names that the guard asks for, and windows that have ended: what gives nobody a right, and is not harmless. */
import { describe, expect, it } from "vitest";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { removing, renaming } from "../../../src/policy/mutations.ts";
import { read } from "../../support/documents.ts";
import { guarded, inMemory, PERMISSIONS, refusalOf, to } from "../../support/guard/policy.ts";

const OF_GUARD = PERMISSIONS.filter((permission) => permission.startsWith("rbac:"));
const NEEDS = "does not hold rbac:escalate";
describe("with rbac:permission alone no name that the guard asks for", () => {
  const held = (grants: readonly string[]) =>
    guarded(
      {},
      { roles: { delegate: { grants }, reader: { grants: ["posts:read"] } }, users: { eve: { roles: ["reader"] } } },
    );

  it.each(OF_GUARD.filter((name) => name !== "rbac:permission"))("%s is taken from the catalogue", (name) => {
    expect(refusalOf(held(["rbac:permission"]), removing("permission", name, false))).toContain(NEEDS);
    expect(refusalOf(held(["rbac:permission", "rbac:escalate"]), removing("permission", "docs:read", false))).toBe("");
  });

  it.each(OF_GUARD.filter((name) => name !== "rbac:permission"))("%s is renamed", (name) => {
    expect(refusalOf(held(["rbac:permission"]), renaming("permission", name, "posts:other"))).toContain(NEEDS);
  });

  it("is given to a permission that others hold", async () => {
    const { does } = await inMemory({
      ...held(["rbac:permission"]),
      permissions: PERMISSIONS.filter((name) => name !== "rbac:everyone"),
    });
    expect(await does("dana", renaming("permission", "posts:read", "rbac:everyone"))).toBe("GUARDED");
    expect(await does("dana", renaming("permission", "docs:read", "docs:see"))).toBe("done");
  });

  it("goes by a document that prunes", async () => {
    const { does } = await inMemory(held(["rbac:permission"]));
    const pruned = { rbac: 1, permissions: PERMISSIONS.filter((name) => name !== "rbac:escalate") } as const;
    expect(await does("dana", seeding(read(pruned), true))).toBe("GUARDED");
    expect(await does("root", seeding(read(pruned), true))).toBe("done");
  });
});

describe("a window that has ended", () => {
  const PAST = "2020-01-01T00:00:00.000Z";
  const EARLIER = "2019-01-01T00:00:00.000Z";
  const policy = (hers: readonly string[]) =>
    guarded(
      { grants: hers },
      {
        roles: { full: { grants: ["posts:write"] } },
        users: { zoe: { roles: [{ role: "full", until: PAST }] } },
      },
    );

  it("is recorded by nobody who could not assign the role today", () => {
    expect(refusalOf(policy([]), to("alice", "admin", null, PAST))).toContain('"dana" does not hold *:*');
    expect(refusalOf(policy([]), to("alice", "full", null, PAST))).toContain('"dana" does not hold posts:write');
    expect(refusalOf(policy(["posts:write"]), to("alice", "full", null, PAST))).toBe("");
    expect(refusalOf(policy([]), to("newcomer", "full", "acme", PAST))).toContain("posts:write");
  });

  it("is made longer by nobody else, but shorter by who may assign anything", () => {
    expect(refusalOf(policy([]), to("zoe", "full", null, "2021-01-01T00:00:00.000Z"))).toContain("posts:write");
    expect(refusalOf(policy([]), to("zoe", "full", null, EARLIER))).toBe("");
    expect(refusalOf(policy(["posts:write"]), to("zoe", "full", null, "2021-01-01T00:00:00.000Z"))).toBe("");
  });
});
