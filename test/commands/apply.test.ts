/** `apply`: a saved plan is applied exactly, once, by who confirms it, and else nothing is changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { PLANNED } from "../support/command-lines.ts";
import { beside, bytesOf } from "../support/databases.ts";

/** Saves a plan. */
async function saved(db: string, ...words: readonly string[]): Promise<{ file: string; digest: string }> {
  const file = beside(freshDb(), "plan.json");
  const { code, stderr } = await cli(["plan", "--out", file, ...words], { db });
  expect({ code, stderr }).toEqual({
    code: expect.any(Number),
    stderr: expect.stringContaining("to apply it: rbac apply"),
  });
  return { file, digest: JSON.parse(readFileSync(file, "utf8")).digest };
}

/** Applies, where that changes nothing. */
async function unchanged(db: string, words: readonly string[]) {
  const before = await bytesOf(db);
  const result = await cli(["apply", ...words], { db });
  expect(await bytesOf(db)).toBe(before);
  return result;
}

describe("apply", () => {
  it("makes the changes of the plan, and no other; once", async () => {
    const db = await blog();
    const { file, digest } = await saved(db, "--", "assign", "alice", "moderator");
    await cli("user create erin", { db });
    const dry = await unchanged(db, [file, "--dry-run", "--json"]);
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([0, { changed: true, dryRun: true, revision: 2 }]);
    const done = await cli(
      ["apply", file, "--expect", digest, "--yes", "--reason", "ticket 7", "--actor", "eve", "--json"],
      { db },
    );
    expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, { changed: true, dryRun: false, revision: 3 }]);
    expect(JSON.parse(done.stdout).changes).toEqual(JSON.parse(dry.stdout).changes);
    const { entries } = JSON.parse((await cli("audit --last 1 --json", { db })).stdout);
    expect(entries).toMatchObject([{ actor: "eve", reason: `ticket 7; plan ${digest}`, revision: 3 }]);
    for (const more of [[], ["--yes"], ["--dry-run"]]) {
      const again = await unchanged(db, [file, ...more, "--json"]);
      expect([again.code, JSON.parse(again.stdout).changed]).toEqual([0, false]);
      expect(again.stderr).toContain("the plan is applied already");
    }
    expect((await cli("undo 3", { db })).code).toBe(0);
  });

  it("shows people what goes, and wants it confirmed", async () => {
    const db = await blog();
    const { file, digest } = await saved(db, "--", "revoke", "alice", "editor");
    const { code, stdout, stderr } = await unchanged(db, [file]);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("\n- assignment alice editor\n1 person loses, nobody gains, of 6\n");
    expect(stderr).toContain(`rbac: Apply 1 change (plan ${digest})? Say --yes to confirm\n`);
    for (const how of ["--quiet", "--json"])
      expect((await unchanged(db, [file, how])).stderr).toMatch(/^rbac: [^\n]+\n$/);
  });

  it.each([
    ["another digest is expected", ["--expect", `sha256:${"0".repeat(64)}`], 3, "PLAN_UNEXPECTED"],
    ["what is expected is no digest", ["--expect", "sha256:0"], 2, "VALUE_INVALID"],
    ["it is too old", ["--max-age", "0s"], 3, "PLAN_EXPIRED"],
    ["an age is none", ["--max-age", "soon"], 2, "TIME_INVALID"],
    ["anything was changed since, with --exact", ["--exact"], 3, "REVISION_MOVED"],
  ])("is refused where %s", async (_, flags, exitCode, code) => {
    const db = await blog();
    const { file } = await saved(db, "--", "assign", "alice", "moderator");
    await cli("user create erin", { db });
    const { stdout } = await unchanged(db, [file, "--yes", "--json", ...flags]);
    expect(JSON.parse(stdout).error).toMatchObject({ exitCode, code });
  });

  it.each([
    ["a row of it was changed", "assign alice moderator --until 2030-01-01", 3],
    ["somebody else would gain", "assign erin editor", 3],
    ["the role is gone", "role delete moderator --yes", 3],
  ])("is refused where %s", async (_, line, code) => {
    const db = await blog();
    const plan = line.includes("erin") ? ["grant", "editor", "users:read"] : ["assign", "alice", "moderator"];
    const { file } = await saved(db, "--", ...plan);
    expect((await cli(line, { db })).code).toBe(0);
    expect((await unchanged(db, [file, "--yes"])).code).toBe(code);
  });

  it("is refused where a gate of it is crossed", async () => {
    const db = await blog();
    const { file } = await saved(db, "--no-gains", "--", "assign", "alice", "moderator");
    expect((await unchanged(db, [file, "--yes"])).code).toBe(3);
  });

  it("is refused where the plan was tampered with, or is of another database", async () => {
    const db = await blog();
    const { file } = await saved(db, "--", "assign", "alice", "moderator");
    const text = readFileSync(file, "utf8");
    for (const [old, other] of [
      ["moderator", "admin"],
      ["posts:delete", "posts:read"],
      ['"gain":1', '"gain":2'],
    ] as const) {
      writeFileSync(file, text.replaceAll(old, other));
      expect([old, text.includes(old), (await unchanged(db, [file, "--yes"])).code]).toEqual([old, true, 2]);
    }
    writeFileSync(file, text);
    const elsewhere = freshDb();
    await cli("seed", { db: elsewhere });
    expect((await unchanged(elsewhere, [file, "--yes"])).code).toBe(2);
  });

  it("takes the plan of a copy, which is the same database", async () => {
    expect((await cli(["apply", PLANNED, "--yes"], { db: await blog() })).code).toBe(0);
  });
});
