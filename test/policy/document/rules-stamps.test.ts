/** Rules 17 to 19: reasons and tests in documents, labels and look-alikes. */
import { describe, expect, it } from "vitest";
import { checkedChangesTo, reasonsOf } from "../../../src/policy/document/changes-to-document.ts";
import { snapshot } from "../../../src/policy/document/snapshot.ts";
import { skeleton } from "../../../src/policy/model/confusables.ts";
import { runTests } from "../../../src/policy/tests/run-tests.ts";
import { cli, json } from "../../support/cli.ts";
import { AT, errorOf, fileWith, indexFrom, policyFrom, read, seeded } from "../../support/documents.ts";

const standing = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:write", "billing:read"],
  roles: {
    reader: { grants: ["posts:read", "posts:read:own", "billing:*"] },
    writer: { inherits: ["reader"], denies: [{ permission: "posts:read", scope: "acme" }] },
    admin: { grants: ["*:*"] },
  },
  users: { alice: { roles: ["writer", { role: "reader", scope: "acme", until: "2126-01-01" }] }, bob: {} },
  everyone: ["reader"],
};

type Words = Record<string, unknown>;

describe("rule 17: a reason is the stamp of what it causes", () => {
  const held = { role: "writer", reason: "on call" };
  const roles = { ...standing.roles, writer: { grants: [{ permission: "posts:write", reason: "asked for" }] } };
  const document = { ...standing, roles, users: { alice: { roles: [held] } } };

  it("recorded in the entry, of that change alone", async () => {
    const db = await seeded(document);
    const { entries } = await json<{ entries: { reason: string; change: Words }[] }>("audit", { db });
    const reasons = entries.filter(({ reason }) => reason !== null).map((entry) => [entry.change.kind, entry.reason]);
    expect(reasons).toEqual([
      ["grant.add", "asked for"],
      ["assignment.add", "on call"],
    ]);
    const seed = ["seed", fileWith(JSON.stringify(standing)), "--reason", "monthly", "--json"];
    expect((await cli(seed, { db })).code).toBe(0);
    const later = await json<{ entries: { reason: string }[] }>("audit --since @2", { db });
    expect(new Set(later.entries.map(({ reason }) => reason))).toEqual(new Set(["monthly"]));
  });

  it("never compared or exported", () => {
    const policy = policyFrom(document);
    expect(
      checkedChangesTo(policy, read({ ...document, users: { alice: { roles: [{ ...held, reason: "else" }] } } }), true),
    ).toEqual([]);
    expect(
      JSON.stringify([...snapshot(policy)], (_, value) => (value instanceof Map ? [...value] : value)),
    ).not.toMatch(/reason|on call/);
    expect(
      reasonsOf(read(standing))(checkedChangesTo(policyFrom({ rbac: 1 }), read(standing), false)[0] as never),
    ).toBeNull();
  });
});

describe("rule 18: tests", () => {
  const outcomes = (...tests: Words[]) =>
    runTests(indexFrom(standing), read({ ...standing, tests }).tests, AT).map(
      ({ expected, subject, passed }) => `${expected} ${subject} ${passed ? "passed" : "failed"}`,
    );

  it("ask of their own documents: can, cannot, has", () => {
    expect(
      outcomes({ user: "bob", can: ["posts:read", "posts:write"], cannot: ["posts:read"], has: ["writer"] }),
    ).toEqual(["can posts:read passed", "can posts:write failed", "cannot posts:read failed", "has writer failed"]);
  });

  it.each<[Words]>([
    [{ assume: ["admin"], can: ["posts:write"], has: ["admin", "reader"], cannot: [] }],
    [{ user: "alice", scope: "acme/x", cannot: ["posts:read"] }],
    [{ user: "alice", scope: "acme", at: "2026-01-01", has: ["reader"] }],
    [{ user: "alice", owner: "alice", can: ["posts:read"] }],
    [{ user: "alice", assume: ["admin"], activate: ["reader"], can: ["posts:write"], has: ["reader"] }],
  ])("%o passes", (test) => {
    expect(outcomes(test).join()).not.toContain("failed");
  });

  it("an unknown name is an error, also in cannot", () => {
    for (const test of [
      { user: "zoe", cannot: ["posts:read"] },
      { user: "bob", cannot: ["posts:reed"] },
      { user: "bob", has: ["zoe"] },
      { assume: ["zoe"], cannot: ["posts:read"] },
    ])
      expect(errorOf(() => outcomes({ user: "bob", can: ["posts:read"] }, test))).toMatchObject({
        code: "DOCUMENT_INVALID",
        exitCode: 2,
        problems: [{}],
      });
  });

  it("they are never stored or exported, and decide the exit code of test", async () => {
    const passing = { ...standing, tests: [{ user: "bob", can: ["posts:read"] }] };
    const failing = { ...standing, tests: [{ user: "bob", can: ["posts:write"] }] };
    const db = await seeded(failing);
    expect((await cli("export --format json", { db })).stdout).not.toContain("tests");
    expect((await cli(["test", fileWith(JSON.stringify(passing))], { db })).code).toBe(0);
    expect((await cli(["test", fileWith(JSON.stringify(failing))], { db })).code).toBe(1);
    expect((await cli(["test", fileWith(JSON.stringify(standing))], { db })).code).toBe(0); // It states none.
  });
});

describe("rule 19: labels and look-alikes", () => {
  it("an e-mail is a label: not unique", () => {
    const users = { alice: { email: "x@example.com" }, bob: { email: "x@example.com" } };
    expect(policyFrom({ rbac: 1, users }).user.size).toBe(2);
  });

  it.each([
    ["alice", "Alice"],
    ["alice", "аlice"],
    ["root", "r00t"],
    ["bill", "bi1l"],
    ["a-b", "a–b"],
    ["x1", "xl"],
    ["straße", "STRAßE"],
    ["editor", "ｅditor"],
  ])("%s and %s look alike", (a, b) => {
    expect(a).not.toBe(b);
    expect(skeleton(a)).toBe(skeleton(b));
  });

  it.each([
    ["alice", "alicia"],
    ["a.b", "a-b"],
    ["r2", "r3"],
  ])("%s and %s do not", (a, b) => {
    expect(skeleton(a)).not.toBe(skeleton(b));
  });

  it("a new name that looks like a standing one is refused unless allowed; what stands is not judged again", async () => {
    const db = await seeded(standing);
    const refused = await cli("assign Alice reader --json", { db });
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "CONFUSABLE", suggestions: ["alice"] } });
    expect((await cli("assign Alice reader --allow-confusable", { db })).code).toBe(0);
    expect((await cli("assign Alice writer", { db })).code).toBe(0);
    expect((await cli("user rename bob Bob", { db })).code).toBe(0);
    expect((await cli("role create Reader", { db })).code).toBe(3);
    expect((await cli("permission create posts:Read", { db })).code).toBe(3);
  });

  it("names that come together are not held against each other", async () => {
    await seeded({ rbac: 1, permissions: ["a:httpfilters", "a:httpFilters"] });
  });
});
