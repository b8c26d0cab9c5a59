/** Documents of the library: seeded from values and files, exported, compared; and what is taken back. */
import { describe, expect, it } from "vitest";
import { create, open, type PolicyDocument } from "../../src/index.ts";
import { BLOG, blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { errorOf, inMemory } from "../support/library.ts";

describe("seed", () => {
  it("takes a value as the command takes a file of it", async () => {
    const db = freshDb();
    await cli(`seed "${fileWith(JSON.stringify(BLOG))}"`, { db });
    const rbac = await inMemory(BLOG as PolicyDocument);
    expect(await rbac.export({ format: "yaml" })).toBe((await cli("export", { db })).stdout);
    await rbac.close();
  });

  it("takes files and folders", async () => {
    const [roles, people] = [
      fileWith("rbac: 1\npermissions: [a:b]\nroles: { r: { grants: [a:b] } }\n", "roles.yaml"),
      fileWith("user,role\nalice,r\n", "people.csv"),
    ];
    const rbac = await create(":memory:", { actor: "web" });
    expect((await rbac.seed([roles, people])).changes).toHaveLength(5);
    expect((await rbac.can("alice", "a:b")).allowed).toBe(true);
    await rbac.close();
  });

  it("removes with prune only, and not more than it may", async () => {
    const rbac = await inMemory();
    const fewer = { rbac: 1, users: { alice: {} } };
    expect(await rbac.seed(fewer)).toMatchObject({ changed: false });
    const refusal = await errorOf(rbac.seed(fewer, { prune: true, maxRemovals: 2 }));
    expect([refusal.code, refusal.exitCode]).toEqual(["TOO_MANY_REMOVALS", 3]);
    const { changes } = await rbac.seed(fewer, { prune: true, maxRemovals: 3, dryRun: true });
    expect(changes.map(({ kind }) => kind)).toEqual(["assignment.remove", "user.remove", "user.remove", "user.update"]);
    expect((await rbac.users()).users).toHaveLength(3);
    await rbac.close();
  });

  it("takes a Date where a document has a time", async () => {
    const rbac = await inMemory();
    const until = new Date("2990-01-01");
    await rbac.seed({ rbac: 1, users: { bob: { roles: [{ role: "clerk", until }] } } });
    expect((await rbac.assignments({ user: "bob" })).assignments[0]?.until).toBe(until.toISOString());
    await rbac.close();
  });

  it.each<[string, unknown, string]>([
    ["a key that is undefined", { rbac: 1, users: undefined }, '"users" is undefined'],
    ["a key deep inside that is undefined", { rbac: 1, users: { bob: { email: undefined } } }, '"email" is undefined'],
    ["a map", { rbac: 1, users: new Map([["bob", {}]]) }, '"users" is of a class'],
    ["a set", { rbac: 1, everyone: new Set(["reader"]) }, '"everyone" is of a class'],
    ["a function", { rbac: 1, users: () => ({}) }, '"users" is a function'],
    ["no number", { rbac: 1, constraints: { c: { limit: Number.NaN } } }, '"limit" is no number'],
    ["a number too large for JSON", { rbac: 1n }, '"rbac" is a bigint'],
  ])("refuses %s, which JSON would lose", async (_, document, message) => {
    const rbac = await inMemory();
    const before = await rbac.head();
    for (const prune of [false, true]) {
      const refusal = await errorOf(rbac.seed(document as PolicyDocument, { prune }));
      expect([refusal.exitCode, refusal.message]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(await rbac.head()).toBe(before);
    await rbac.close();
  });

  it("refuses a circle, a class, and text that is no path", async () => {
    const rbac = await inMemory();
    const circle: { rbac: number; users: object } = { rbac: 1, users: {} };
    circle.users = circle;
    class Policy {
      readonly rbac = 1;
    }
    for (const odd of [circle, new Policy(), "rbac: 1", "-", ["-"], []])
      expect((await errorOf(rbac.seed(odd as PolicyDocument))).exitCode).toBe(2);
    await rbac.close();
  });

  it("names every problem of a value at its place in the text of it", async () => {
    const rbac = await inMemory();
    const document = { rbac: 1, roles: { r: { grants: ["nothing:here"], inherits: ["nobody"] } } };
    const { code, problems } = await errorOf(rbac.seed(document));
    expect(code).toBe("DOCUMENT_INVALID");
    const lines = JSON.stringify(document, null, 2).split("\n");
    expect(problems.map(({ file, line }) => [file, lines[line - 1]?.trim()])).toEqual([
      ["the document", '"nothing:here"'],
      ["the document", '"nobody"'],
    ]);
    await rbac.close();
  });
});

describe("export", () => {
  it("gives a value that restores the policy exactly, whatever was changed since", async () => {
    const rbac = await inMemory(BLOG as PolicyDocument);
    const snapshot = await rbac.export();
    await rbac.delete("user", "alice");
    await rbac.grant("idle", "posts:publish");
    await rbac.seed(snapshot, { prune: true });
    expect(await rbac.export()).toEqual(snapshot);
    expect((await rbac.diff("@1")).changed).toBe(false);
    await rbac.close();
  });

  it("gives the text of every format as the command writes it, now and at a time", async () => {
    const db = await blog();
    await cli("assign erin idle", { db });
    const rbac = await open(db, { mode: "read" });
    for (const format of ["yaml", "json", "ndjson", "csv", "markdown"] as const) {
      expect(await rbac.export({ format })).toBe((await cli(`export --format ${format}`, { db })).stdout);
      const { stdout } = await cli(`export --format ${format} --at @1`, { db });
      expect(await rbac.export({ format, at: "@1" })).toBe(stdout);
    }
    expect((await errorOf(rbac.export({ format: "toml" as "yaml" }))).code).toBe("VALUE_INVALID");
    await rbac.close();
  });
});

describe("diff", () => {
  it("compares documents and moments as the command does", async () => {
    const db = await blog();
    await cli("assign erin idle", { db });
    const file = fileWith(JSON.stringify(BLOG));
    const rbac = await open(db, { mode: "read" });
    const asked = async (line: string) => JSON.parse((await cli(`diff ${line} --json`, { db })).stdout);
    expect(await rbac.diff(file)).toEqual(await asked(`"${file}"`));
    expect(await rbac.diff("@1", "@2")).toEqual(await asked("@1 @2"));
    expect(await rbac.diff("@now", file)).toEqual(await asked(`@now "${file}"`));
    expect(await rbac.diff(BLOG as PolicyDocument, "@1")).toEqual({ changed: false, changes: [] });
    expect(await rbac.diff(new Date(), "@now")).toEqual({ changed: false, changes: [] });
    expect((await rbac.diff("@-1d").catch(({ code }) => code)) as unknown).toMatchObject({ changed: true });
    await rbac.close();
  });
});

describe("undo", () => {
  it("takes one revision back, or several, or all since a moment", async () => {
    const rbac = await inMemory();
    const first = await rbac.export();
    for (const user of ["dan", "eve", "fay"]) await rbac.assign(user, "clerk");
    await rbac.undo(4, { reason: "not fay" });
    expect((await rbac.users({ role: "clerk" })).users.map(({ user }) => user)).toEqual(["dan", "eve"]);
    expect((await rbac.entries({ last: 1 }))[0]?.reason).toBe("not fay");
    await rbac.undo("2..3");
    expect(await rbac.export()).toEqual(first);
    await rbac.undo({ to: "@4" });
    expect((await rbac.users({ role: "clerk" })).users).toHaveLength(3);
    await rbac.close();
  });

  it("refuses what no revision is", async () => {
    const rbac = await inMemory();
    for (const odd of [0, -1, 1.5, "all", "3..2"]) expect((await errorOf(rbac.undo(odd))).exitCode).toBe(2);
    expect((await errorOf(rbac.undo({ to: "@9" }))).code).toBe("REVISION_NOT_FOUND");
    await rbac.close();
  });
});
