/** The record: filtered, and taken back where nothing stands on it. */
import { beforeAll, describe, expect, it } from "vitest";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

describe("audit", () => {
  let db: string;

  beforeAll(async () => {
    db = await blog();
    await cli("assign nobody editor --actor eve", { db });
    await cli("grant editor users:read --actor eve", { db });
    await cli("role inherit moderator reader --actor mallory", { db });
    await cli("revoke nobody editor --actor mallory --reason 'moved on'", { db });
  });

  const revisions = async (flags: string): Promise<number[]> =>
    ((await answer(`audit ${flags}`, db)).json.entries as { revision: number }[]).map(({ revision }) => revision);

  it.each([
    ["--by eve", [2, 3]],
    ["--by mallory --user nobody", [5]],
    ["--user nobody --since @2", [2, 5]],
    ["--role editor --since @2", [2, 3, 5]],
    ["--role reader --since @2", [4]],
    ["--kind grant --since @2", [3]],
    ["--kind assignment.remove", [5]],
    ["--kind inheritance --since @2", [4]],
    ["--since @3", [3, 4, 5]],
    ["--since @3 --until @4", [3, 4]],
    ["--since 1h --by eve", [2, 3]],
    ["--until 1h", []],
    ["--since 2999-01-01", []],
    ["--last 2", [4, 5]],
    ["--by eve --last 1", [3]],
    ["--by nobody-at-all", []],
  ])("%s", async (flags, expected) => {
    expect(await revisions(flags)).toEqual(expected);
  });

  it("is oldest first, without a gap", async () => {
    const { entries } = (await answer("audit", db)).json as { entries: { seq: number; prev: string; hash: string }[] };
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect(entries[0]?.prev).toBe("");
    for (const [at, entry] of entries.slice(1).entries()) expect(entry.prev).toBe(entries[at]?.hash);
  });

  it("shows each change as the command that makes it", async () => {
    const { stdout } = await cli("audit --since @2 --format csv", { db });
    expect(stdout).toContain("rbac assign nobody editor");
    expect(stdout).toContain("rbac revoke nobody editor,moved on");
  });
});

describe("undo", () => {
  it("takes a revision back, as a revision of its own", async () => {
    const db = await blog();
    await cli("assign erin editor moderator", { db });
    const { code, json } = await answer("undo 2", db);
    expect([code, json.revision]).toEqual([0, 3]);
    expect((json.changes as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      "assignment.remove",
      "assignment.remove",
      "user.remove",
    ]);
    expect((await cli("undo 3", { db })).code).toBe(0);
    expect((await cli("has erin editor moderator", { db })).code).toBe(0);
  });

  it.each([
    ["the row was changed", "assign carol editor --until 2999-06-01", "assign carol editor --until 2999-07-01"],
    ["the row is gone", "user create erin", "user delete erin"],
    ["something hangs on it", "user create erin", "assign erin reader"],
    ["a grant hangs on it", "permission create posts:pin", "grant editor posts:pin"],
    ["a role inherits it", "role create chief", "role inherit chief editor"],
  ])("is refused where %s, naming the row", async (_, done, later) => {
    const db = await blog();
    for (const line of [done, later]) expect((await cli(line, { db })).code).toBe(0);
    const { code, json } = await answer("undo 2", db);
    expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "CHANGED_SINCE" })]);
    const [, word = ""] = done.match(/(carol|erin|posts:pin|chief)/) ?? [];
    expect((json.error as { message: string }).message).toContain(word);
    expect((await cli("undo 2..3 --yes", { db })).code).toBe(0);
    expect(JSON.parse((await cli("diff @1 --json", { db })).stdout)).toMatchObject({ changed: false });
  });

  it("of a revision that never was is exit 2", async () => {
    const { code, json } = await answer("undo 12", await blog());
    expect([code, json.error]).toEqual([2, expect.objectContaining({ code: "REVISION_NOT_FOUND" })]);
  });

  it("twice is refused the second time, naming the undo, also where somebody has made the same change since", async () => {
    const db = await blog();
    for (const line of ["assign nobody idle", "undo 2", "assign nobody idle --reason rehired"])
      expect((await cli(line, { db })).code).toBe(0);
    const { code, json } = await answer("undo 2", db);
    const message = "revision 2 cannot be undone: revision 3 changed assignment nobody idle since";
    expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "CHANGED_SINCE", message })]);
    expect((await answer("undo 3", db)).code).toBe(3);
    expect((await answer("undo 2..3 --yes", db)).json.error).toMatchObject({
      message: "revisions 2..3 cannot be undone: revision 4 changed assignment nobody idle since",
    });
    expect((await cli("undo 4", { db })).code).toBe(0);
  });

  it("of an undo is possible, and may be undone in turn", async () => {
    const db = await blog();
    for (const line of ["assign erin editor", "undo 2", "undo 3", "undo 4"])
      expect((await cli(line, { db })).code).toBe(0);
    expect((await cli("user show erin", { db })).code).toBe(2);
  });
});
