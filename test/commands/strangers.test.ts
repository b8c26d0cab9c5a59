/** Rule 30: somebody whom the policy does not know holds what everyone holds, and what is assumed. */
import { describe, expect, it } from "vitest";
import { open } from "../../src/index.ts";
import { BLOG } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";

const OPEN = { ...BLOG, everyone: ["owner", "reader"] };

describe("--stranger", () => {
  it.each([
    ["can --stranger posts:read", true],
    ["can --stranger posts:delete", false],
    ["can posts:delete:own --stranger", true],
    ["can --stranger posts:read posts:delete --any", true],
    ["can --stranger posts:delete --assume moderator", true],
    ["has --stranger reader", true],
    ["has --stranger reader admin", false],
    ["why --stranger posts:read", true],
    ["why posts:publish --stranger", false],
  ])("%s: %s", async (line, allowed) => {
    const answer = await json(line, { db: await seeded(OPEN) });
    const decisions = answer.decisions as object[] | undefined;
    expect(answer.allowed).toBe(allowed);
    for (const decision of decisions ?? [answer]) expect(decision).toMatchObject({ user: null, known: null });
  });

  it("permissions lists what everyone holds, and no more", async () => {
    const db = await seeded(OPEN);
    const { permissions } = await json("permissions --stranger", { db });
    expect(permissions).toMatchObject([
      { permission: "posts:delete", own: "only" },
      { permission: "posts:read", own: "any" },
    ]);
  });

  it.each([
    ["can alice posts:read --stranger", "PERMISSION_NOT_FOUND"],
    ["why alice posts:read --stranger", "USAGE"],
    ["why posts:read posts:delete --stranger", "USAGE"],
    ["can --stranger", "ARGUMENT_MISSING"],
    ["permissions alice --stranger", "USAGE"],
    ["permissions --role editor --stranger", "USAGE"],
    ["can --stranger posts:raed", "PERMISSION_NOT_FOUND"],
  ])("%s is exit 2: %s", async (line, code) => {
    const { code: exit, stdout } = await cli(`${line} --json`, { db: await seeded(OPEN) });
    expect([exit, JSON.parse(stdout).error.code]).toEqual([2, code]);
  });
});

describe("who-can says where strangers may", () => {
  const row = { own: "any", scope: null, except: [], roles: ["reader"], grant: "posts:read", until: null };

  it.each([
    ["who-can posts:read", [row]],
    ["who-can posts:read --on acme", [row]],
    ["who-can posts:delete", []],
    ["who-can posts:delete:own", [{ ...row, own: "only", roles: ["owner"], grant: "posts:delete:own" }]],
  ])("%s", async (line, everyone) => {
    expect(await json(line, { db: await seeded(OPEN) })).toMatchObject({ everyone });
  });

  it("in text as a line; and of a user who is the only one", async () => {
    const db = await seeded({ ...OPEN, users: { dora: { disabled: true } } });
    const { stderr } = await cli("who-can posts:read", { db });
    expect(stderr).toBe("users whom the policy does not know may, too: everywhere\nnobody\n");
    expect((await cli("who-can posts:delete", { db })).stderr).toBe("nobody\n");
  });

  it("just as can says", async () => {
    const db = await seeded(OPEN);
    for (const permission of ["posts:read", "posts:delete", "posts:delete:own", "users:read"]) {
      const { everyone } = await json(`who-can ${permission}`, { db });
      const { allowed } = await json(`can --stranger ${permission}`, { db });
      expect((everyone as object[]).length > 0).toBe(allowed);
    }
  });
});

it("a line of a batch asks for a stranger by null, never by leaving the user out", async () => {
  const lines = ['{"user":null,"permission":"posts:read"}', '{"permission":"posts:read"}'];
  const file = fileWith(`${lines.join("\n")}\n`, "q.ndjson");
  const { code, stdout } = await cli(`can --batch "${file}"`, { db: await seeded(OPEN) });
  const [first, second] = stdout.split("\n").map((line) => (line ? JSON.parse(line) : undefined));
  expect(code).toBe(2);
  expect(first).toMatchObject({ allowed: true, user: null, known: null });
  expect(second.error.code).toBe("KEY_MISSING");
});

it("tests of documents ask for a stranger", async () => {
  const stranger = { stranger: true, can: ["posts:read"], cannot: ["posts:publish"], has: ["owner"] };
  const file = fileWith(JSON.stringify({ ...OPEN, tests: [stranger] }));
  expect(await cli(`test "${file}"`)).toMatchObject({ code: 0, stdout: "3 passed, 0 failed\n" });
  const wrong = fileWith(JSON.stringify({ ...OPEN, tests: [{ stranger: true, can: ["posts:publish"] }] }));
  expect((await cli(`test "${wrong}"`)).stdout).toContain(
    "a stranger can posts:publish: expected yes, got no: nothing",
  );
  for (const fault of [{ user: "alice", stranger: true }, { stranger: "yes" }]) {
    const faulty = fileWith(JSON.stringify({ ...OPEN, tests: [{ ...fault, can: ["posts:read"] }] }));
    expect((await cli(`test "${faulty}"`)).code).toBe(2);
  }
});

describe("the library asks for a stranger by null", () => {
  it("in every question, and of a compiled policy in both its forms", async () => {
    await using rbac = await open(await seeded(OPEN));
    const yes = { allowed: true, user: null, known: null };
    expect(await rbac.can(null, "posts:read")).toMatchObject(yes);
    expect(await rbac.has(null, "reader")).toMatchObject(yes);
    expect((await rbac.why(null, "posts:read")).decision).toMatchObject(yes);
    expect((await rbac.permissions(null)).map(({ permission }) => permission)).toEqual(["posts:delete", "posts:read"]);
    for (const assignments of ["memory", "demand"] as const) {
      const compiled = await rbac.compile({ assignments });
      expect(await compiled.can(null, "posts:read")).toMatchObject({ allowed: true, known: null });
      expect(await compiled.can(null, "posts:read", { on: "acme" })).toMatchObject({ allowed: true, known: null });
      expect(await compiled.can(null, "posts:publish")).toMatchObject({ allowed: false, known: null });
      expect(await compiled.can("alice", "posts:read")).toMatchObject({ allowed: true, known: true });
      expect(await compiled.can("alice", "posts:read", { at: "@1" })).toMatchObject({ allowed: true, known: true });
      expect(await compiled.permissions(null)).toEqual(await rbac.permissions(null));
    }
  });

  it("and not by undefined, nor by an owner", async () => {
    await using rbac = await open(await seeded(OPEN));
    const nobody = undefined as unknown as null;
    expect((await errorOf(rbac.can(nobody, "posts:read"))).code).toBe("VALUE_INVALID");
    const compiled = await rbac.compile();
    expect((await errorOf(compiled.can(nobody, "posts:read"))).code).toBe("VALUE_INVALID");
    expect((await rbac.can(null, "posts:delete", { owner: "alice" })).allowed).toBe(false);
  });
});
