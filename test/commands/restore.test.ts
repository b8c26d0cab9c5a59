/** A restore is judged by what stands: neither the guard nor a constraint can be gone round by a file. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb, json, LEAST_RIGHTS } from "../support/cli.ts";
import { beside, bytesOf, meddle, ON_SERVER } from "../support/databases.ts";
import { idOf } from "../support/decision-logs.ts";
import { seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";
import { forgetRights } from "../support/postgres/least-rights.ts";

const GUARDED = {
  rbac: 1,
  permissions: ["a:b"],
  roles: { boss: { grants: ["*:*"] }, x: {}, y: {} },
  users: { root: { roles: ["boss"] }, bob: { roles: ["x"] } },
  everyone: [],
  constraints: { apart: { kind: "ssd", roles: ["x", "y"], limit: 2 } },
  guarded: true,
};

/** A guarded database, and beside it what could be put in its place. */
async function place(document: object) {
  const db = freshDb();
  const file = (name: string, content: object) => {
    writeFileSync(beside(db, name), JSON.stringify(content));
    return beside(db, name);
  };
  expect((await cli(["seed", file("policy.json", GUARDED), "--actor", "root"], { db })).code).toBe(0);
  const other = beside(db, "other.db");
  const snapshot = file("other.json", document);
  expect((await cli(["seed", snapshot, "--actor", "root"], { db: other })).code).toBe(0);
  const record = await cli(["audit", "export"], { db: other });
  writeFileSync(beside(db, "record.ndjson"), record.stdout);
  const before = (await cli(["export", "--format", "json"], { db })).stdout;
  const restore = (from: string, ...flags: string[]) => cli(["db", "restore", from, "--yes", ...flags], { db });
  const origins = [snapshot, other, beside(db, "record.ndjson")];
  const unchanged = async () => expect((await cli(["export", "--format", "json"], { db })).stdout).toBe(before);
  return { db, origins, restore, unchanged };
}

describe("what is restored from a backup", () => {
  it("is another database than before, since its revisions are counted once more; a copy is the same", async () => {
    const db = freshDb();
    const [backup, copy] = [beside(db, "backup.db"), freshDb()];
    const seed = ["seed", beside(db, "policy.json"), "--actor", "root"];
    writeFileSync(beside(db, "policy.json"), JSON.stringify(GUARDED));
    expect((await cli(seed, { db })).code).toBe(0);
    const id = await idOf(db);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect((await cli(["db", "backup", backup], { db })).code).toBe(0);
    expect((await cli(["db", "copy", db, copy])).code).toBe(0);
    expect([await idOf(backup), await idOf(copy)]).toEqual([id, id]);
    expect((await cli(["db", "restore", backup, "--yes", "--break-glass", "--actor", "root"], { db })).code).toBe(0);
    expect(await idOf(db)).not.toBe(id);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });
});

const UNGUARDED = { ...GUARDED, guarded: false, users: { root: { roles: ["boss"] }, bob: { roles: ["boss"] } } };
/** Declared before there are people, which is no fault; but people stand where it would be restored. */
const DESERTED = {
  ...UNGUARDED,
  users: { root: {} },
  constraints: { "last-boss": { kind: "min_users", roles: ["boss"], limit: 1 } },
};

describe("a restore over a guarded policy", () => {
  it("is refused to who may not make its changes, and nothing is moved", async () => {
    const { origins, restore, unchanged } = await place(UNGUARDED);
    for (const from of origins) {
      for (const flags of [[], ["--dry-run"]]) {
        const { code, stderr } = await restore(from, "--actor", "bob", ...flags);
        expect([code, stderr]).toEqual([3, expect.stringContaining('the policy is guarded, and "bob" does not hold')]);
      }
      expect((await restore(from, "--as", "bob")).code).toBe(3);
      expect((await restore(from, "--as", "nobody")).code).toBe(2);
    }
    await unchanged();
  });

  it("is done for who may, and past the guard for who owns the file", async () => {
    for (const flags of [
      ["--actor", "root"],
      ["--actor", "bob", "--break-glass"],
    ]) {
      const { db, origins, restore } = await place(UNGUARDED);
      expect((await restore(origins[0] as string, "--as", "root")).stderr).toContain("root could do this");
      expect((await restore(origins[1] as string, ...flags)).code).toBe(0);
      expect((await cli("can bob a:b", { db })).code).toBe(0);
    }
  });

  it("cannot take away what a constraint keeps, nor that by breaking the glass", async () => {
    const { origins, restore, unchanged } = await place(DESERTED);
    for (const from of origins) {
      for (const flags of [["--dry-run"], [], ["--break-glass"]]) {
        const { code, stderr } = await restore(from, "--actor", "root", ...flags);
        expect([code, stderr]).toEqual([
          3,
          expect.stringContaining('"last-boss" (min_users): nobody enabled holds "boss"'),
        ]);
      }
    }
    await unchanged();
  });
});

/** A database, and beside it everything that would put its own policy in its place. */
async function withOrigins(policy: PlainDocument) {
  const db = await seeded(policy);
  const origins = { backup: beside(db, "backup"), record: beside(db, "ndjson"), snapshot: beside(db, "yaml") };
  if (!ON_SERVER) await cli(["db", "backup", origins.backup], { db });
  else await cli(["db", "copy", db, origins.backup]);
  await cli(["audit", "export", "--out", origins.record], { db });
  await cli(["export", "--out", origins.snapshot], { db });
  await cli("assign ann x --actor root --reason later", { db });
  await cli("revoke ann x --actor root", { db });
  await cli("user delete ann --yes --actor root", { db });
  const { head } = await json<{ head: string }>("audit head", { db });
  const restore = (from: string, ...flags: string[]) => cli(["db", "restore", from, ...flags], { db });
  const reasons = async () => {
    const { entries } = await json<{ entries: { reason: string | null }[] }>("audit", { db });
    return entries.map(({ reason }) => reason);
  };
  return { db, head, origins, restore, reasons };
}

const EQUAL: PlainDocument = {
  rbac: 1,
  permissions: ["a:b", "rbac:user", "rbac:escalate"],
  roles: { boss: { grants: ["*:*"] }, meek: { grants: ["rbac:escalate"] }, x: {} },
  users: {
    root: { roles: ["boss"] },
    bob: { roles: ["x"] },
    far: { roles: [{ role: "boss", scope: "acme" }] },
    meek: { roles: ["meek"] },
  },
  guarded: true,
};

describe("a restore over a guarded policy that stays equal", () => {
  it("takes its history away, and is refused to who may not escalate everywhere", async () => {
    const { db, origins, restore } = await withOrigins(EQUAL);
    const before = await bytesOf(db);
    const refusal = (user: string) => `rbac: the policy is guarded, and "${user}" does not hold rbac:escalate\n`;
    for (const from of Object.values(origins)) {
      for (const how of ["--yes", "--dry-run"])
        for (const user of ["bob", "far"])
          expect(await restore(from, how, "--actor", user)).toEqual({ code: 3, stdout: "", stderr: refusal(user) });
      expect(await restore(from, "--as", "bob")).toMatchObject({ code: 3 });
      expect(await restore(from, "--yes", "--actor", "zoe")).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('"zoe" is none of its users'),
      });
    }
    expect(await bytesOf(db)).toBe(before);
  });

  it.each(["backup", "record", "snapshot"] as const)("is done from a %s for who may escalate", async (kind) => {
    const { db, origins, restore } = await withOrigins(EQUAL);
    expect(await restore(origins[kind], "--as", "meek")).toMatchObject({ code: 0 });
    expect(await restore(origins[kind], "--yes", "--actor", "meek")).toMatchObject({ code: 0 });
    expect((await cli("audit verify", { db })).code).toBe(0);
  });

  it.each(["backup", "record", "snapshot"] as const)("is done from a %s by breaking the glass", async (kind) => {
    const { origins, restore } = await withOrigins(EQUAL);
    expect(await restore(origins[kind], "--yes", "--actor", "bob", "--break-glass")).toMatchObject({ code: 0 });
  });
});

describe("the first entry of a record that is begun anew", () => {
  it("says which record it replaces, and why; no other entry does", async () => {
    const { db, head, origins, restore, reasons } = await withOrigins(EQUAL);
    const [count] = head.split(":");
    await restore(origins.snapshot, "--yes", "--actor", "root", "--reason", "the disk was full");
    const [first, ...others] = await reasons();
    expect(first).toBe(`replaces ${count} entries, head ${head}: the disk was full`);
    expect(new Set(others)).toEqual(new Set(["the disk was full"]));
    const again = (await json<{ head: string }>("audit head", { db })).head;
    await restore(origins.snapshot, "--yes", "--actor", "root");
    expect((await reasons())[0]).toBe(`replaces ${again.split(":")[0]} entries, head ${again}`);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });

  it("is marked, as all are, where the glass was broken", async () => {
    const { head, origins, restore, reasons } = await withOrigins(EQUAL);
    await restore(origins.snapshot, "--yes", "--actor", "bob", "--break-glass");
    const [first, ...others] = await reasons();
    expect(first).toBe(`break-glass: replaces ${head.split(":")[0]} entries, head ${head}`);
    expect(new Set(others)).toEqual(new Set(["break-glass"]));
  });

  it("says it where no guard is, too, and that the record could not be read", async () => {
    const { db, head, origins, restore, reasons } = await withOrigins({ ...EQUAL, guarded: false });
    await restore(origins.snapshot, "--yes");
    expect((await reasons())[0]).toBe(`replaces ${head.split(":")[0]} entries, head ${head}`);
    await meddle(db, ON_SERVER ? "drop table entries cascade" : "drop table entries");
    expect(await restore(origins.snapshot, "--yes")).toMatchObject({ code: 0 });
    if (LEAST_RIGHTS) forgetRights(db);
    expect((await reasons())[0]).toBe("replaces a record that could not be read");
  });

  it("over a guarded policy whose record cannot be read it needs --break-glass, for nobody can be judged", async () => {
    const { db, origins, restore } = await withOrigins(EQUAL);
    await meddle(db, ON_SERVER ? "drop table entries cascade" : "drop table entries");
    expect(await restore(origins.snapshot, "--yes", "--actor", "root")).toMatchObject({ code: 3 });
    expect(await restore(origins.snapshot, "--yes", "--break-glass")).toMatchObject({ code: 0 });
  });

  it("says nothing of it where there was no entry", async () => {
    const { origins } = await withOrigins(EQUAL);
    const db = freshDb();
    expect(await cli(["db", "restore", origins.snapshot], { db })).toMatchObject({ code: 0 });
    expect((await json<{ entries: { reason: string | null }[] }>("audit", { db })).entries[0]?.reason).toBeNull();
  });
});

it.each([
  ["format", "update meta set version = 2"],
  ["table of confusables", "update meta set confusables = '1'"],
])("a guarded policy of an older %s is not replaced before it is migrated", async (_, statement) => {
  const { db, origins, restore } = await withOrigins(EQUAL);
  await meddle(db, statement);
  const before = await bytesOf(db);
  for (const how of ["--yes", "--dry-run"])
    expect(await restore(origins.snapshot, how, "--actor", "bob")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("run rbac db migrate"),
    });
  expect(await bytesOf(db)).toBe(before);
});
