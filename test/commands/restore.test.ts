/** A restore is judged by what stands: neither the guard nor a constraint can be gone round by a file. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { beside } from "../support/databases.ts";

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
