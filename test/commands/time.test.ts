/**
 * Time as part of every question: the past from the record, the future from the present, intervals, history, what ends
 * soon.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { beside } from "../support/databases.ts";

/** Revision 1 is the blog; each line below makes the next one. */
const STORY = [
  "assign erin editor --actor eve --reason 'on call' --until 2999-06-01",
  "ungrant editor posts:publish --actor mallory",
  "role disinherit editor reader --actor mallory",
  "user delete alice --yes --actor mallory",
  "grant reader posts:publish --actor eve",
  "assign erin reader --from 2998-01-01 --until 2998-02-01 --actor eve",
];

let db: string;
/** Who seeded it: whoever runs these tests. */
let seeder: string;

beforeAll(async () => {
  db = await blog();
  for (const line of STORY) expect((await cli(line, { db })).code).toBe(0);
  const { entries } = (await answer("audit --since @1 --until @1", db)).json as { entries: { actor: string }[] };
  seeder = entries[0]?.actor ?? "";
});

describe("--at (rule 11)", () => {
  it.each([
    ["can erin posts:publish --at @2", 0],
    ["can erin posts:publish --at @3", 1],
    ["can erin posts:publish", 1],
    ["can erin posts:read --at @3", 0],
    ["can erin posts:read --at @4", 1],
    ["can erin posts:publish --at 2998-01-15", 0],
    ["can erin posts:publish --at 2998-02-01", 1],
    ["has erin editor --at 2999-05-31T23:59:59.999Z", 0],
    ["has erin editor --at 2999-06-01", 1],
    ["has alice editor --at @4", 0],
    ["has alice editor", 2],
    ["can erin posts:publish --at @1", 2],
    ["can erin posts:publish --at @99", 2],
    ["can erin posts:publish --at 1999-01-01", 2],
    ["can erin posts:publish --at 7d", 2],
    ["can erin posts:publish --at yesterday", 2],
    ["can erin posts:publish --at ''", 2],
  ])("%s", async (line, code) => {
    expect((await cli(line, { db })).code).toBe(code);
  });

  it("turns lists, the matrix and exports to the moment too", async () => {
    const users = async (line: string) =>
      ((await answer(line, db)).json.users as { user: string }[]).map(({ user }) => user);
    expect(await users("who-can posts:publish --at @4")).toEqual(["root"]);
    expect(await users("who-can posts:publish --at @2")).toEqual(["alice", "carol", "erin", "root"]);
    expect((await answer("permissions alice --at @2", db)).json).toMatchObject({ user: "alice", revision: 2 });
    expect((await answer("matrix --at @2", db)).json.revision).toBe(2);
    expect((await cli("export --at @4", { db })).stdout).toContain("alice:");
    expect((await cli("export", { db })).stdout).not.toContain("alice:");
  });

  it("is what an export of the moment says, seeded elsewhere", async () => {
    const { stdout } = await cli("export --at @3 --format json", { db });
    const other = await blog();
    const { writeFileSync } = await import("node:fs");
    const file = beside(other, "json");
    writeFileSync(file, stdout);
    expect((await cli(`seed "${file}" --prune --yes`, { db: other })).code).toBe(0);
    expect((await cli("export --format json", { db: other })).stdout).toBe(stdout);
  });

  it("is each line's own in a batch", async () => {
    const { writeFileSync } = await import("node:fs");
    const at = ((await answer("audit --since @2 --until @2", db)).json.entries as { at: string }[])[0]?.at;
    const line = (moment?: string) => JSON.stringify({ user: "erin", permission: "posts:publish", at: moment });
    const moments = [undefined, at, "2998-01-15T00:00:00Z", "@2", "@3", "+400000d", "-400w", "@99", "7d"];
    writeFileSync(beside(db, "ndjson"), moments.map(line).join("\n"));
    const { code, stdout } = await cli(`can --batch "${beside(db, "ndjson")}"`, { db });
    const answers = stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect([code, answers.map(({ allowed, error }) => allowed ?? error.code)]).toEqual([
      2,
      [false, true, true, true, false, false, "USER_NOT_FOUND", "REVISION_NOT_FOUND", "TIME_INVALID"],
    ]);
    expect(answers[3].at).toBe(at);
  });
});

describe("history", () => {
  const turns = async (line: string) =>
    (
      (await answer(line, db)).json.history as {
        revision: number;
        turn: string;
        own: string;
        entries: { actor: string }[];
      }[]
    ).map(
      ({ revision, turn, own, entries }) => `@${revision} ${turn} ${own} ${entries.map(({ actor }) => actor).join()}`,
    );

  it("names the entry that took a permission away, also where it was a grant elsewhere", async () => {
    expect(await turns("history erin posts:publish")).toEqual(["@2 gained any eve", "@3 lost any mallory"]);
  });

  it("names an inheritance edge that was cut", async () => {
    expect(await turns("history carol posts:read")).toEqual([
      `@1 gained any ${seeder},${seeder},${seeder}`,
      "@4 lost any mallory",
    ]);
  });

  it("still knows a user who was deleted", async () => {
    expect((await turns("history alice posts:read")).at(-1)).toBe("@4 lost any mallory");
    expect(await turns("history alice posts:delete")).toHaveLength(2);
  });

  it("tells of a role, and of one permission of it", async () => {
    expect(await turns("history --role editor posts:publish")).toEqual([
      `@1 gained any ${seeder}`,
      "@3 lost any mallory",
    ]);
    expect((await turns("history --role editor")).length).toBeGreaterThan(2);
  });

  it("says when the user was never there, and when nothing happened", async () => {
    expect(await cli("history erinn", { db })).toMatchObject({ code: 2, stderr: expect.stringContaining('"erin"') });
    expect(await cli("history erin posts:publsh", { db })).toMatchObject({ code: 2 });
    expect(await cli("history nobody users:read", { db })).toMatchObject({ code: 0, stdout: "" });
  });
});

describe("who-can --since --until", () => {
  const users = async (flags: string) =>
    ((await answer(`who-can posts:publish ${flags}`, db)).json.users as { user: string }[]).map(({ user }) => user);

  it("lists who could at any moment between", async () => {
    expect([...new Set(await users("--since 1h"))]).toEqual(["alice", "carol", "erin", "root"]);
    expect(await users("--since 2998-01-01 --until 2998-01-02")).toEqual(["erin", "root"]);
  });

  it("says which interval, and since when in it each could", async () => {
    const interval = { since: "2998-01-01T00:00:00.000Z", until: "2998-01-02T00:00:00.000Z" };
    const { json } = await answer("who-can posts:publish --since 2998-01-01 --until 2998-01-02", db);
    const { since } = interval;
    expect(json).toMatchObject({
      ...interval,
      users: [
        { user: "erin", since },
        { user: "root", since },
      ],
    });
    const { stdout } = await cli("who-can posts:publish --since 2998-01-01 --until 2998-01-02 --format csv", { db });
    expect(stdout.split("\n")[0]).toMatch(/,until,since\r?$/);
  });

  it.each(["--until 2998-01-01", "--since 2d --at @2", "--since 2998-01-02 --until 2998-01-01"])(
    "%s is no interval",
    async (flags) => {
      expect((await cli(`who-can posts:publish ${flags}`, { db })).code).toBe(2);
    },
  );
});

describe("expiring and renewing (rule 10)", () => {
  it("names what is lost, and nothing where it is held another way", async () => {
    const own = await blog();
    await cli("assign erin editor --for 2h", { db: own });
    await cli("assign erin moderator --for 3d", { db: own });
    await cli("assign alice editor --on acme --for 1h", { db: own });
    const { json } = await answer("expiring --within 24h", own);
    expect(json.expiring).toMatchObject([
      { user: "alice", role: "editor", scope: "acme", loses: [] },
      { user: "erin", role: "editor", scope: null, loses: ["posts:publish", "posts:read"] },
    ]);
    expect((await answer("expiring", own)).json.expiring).toHaveLength(3);
    const { stdout } = await cli("assign erin editor --for 9d", { db: own });
    expect(stdout).toMatch(/^~ assignment erin editor \(until \S+ → \S+\)\n$/);
    expect((await answer("expiring --within 24h", own)).json.expiring).toHaveLength(1);
  });
});

describe("undo of several, and to a moment", () => {
  it("takes A..B back as one revision, after confirmation", async () => {
    const own = await blog();
    for (const line of STORY.slice(0, 3)) await cli(line, { db: own });
    const before = (await cli("export --at @1", { db: own })).stdout;
    expect((await cli("undo 2..4", { db: own })).code).toBe(3);
    expect(await cli("undo 2..4 --yes", { db: own })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("revision 5"),
    });
    expect((await cli("export", { db: own })).stdout).toBe(before);
  });

  it("returns to a revision or a time, and to where it was by undoing that", async () => {
    const own = await blog();
    for (const line of STORY) await cli(line, { db: own });
    const now = (await cli("export", { db: own })).stdout;
    expect((await cli("undo --to @3", { db: own })).code).toBe(3);
    expect((await cli("undo --to @3 --yes", { db: own })).code).toBe(0);
    expect((await cli("diff @3 @now", { db: own })).code).toBe(0);
    expect((await cli("diff @2 @now", { db: own })).code).toBe(1);
    expect((await cli("undo 8", { db: own })).code).toBe(0);
    expect((await cli("export", { db: own })).stdout).toBe(now);
    expect((await cli("undo --to 1999-01-01 --yes --dry-run", { db: own })).code).toBe(0);
  });

  it.each(["undo 0", "undo 4..2", "undo x", "undo 2..", "undo 99", "undo 2 --to @1", "undo --to tomorrow", "undo"])(
    "%s is wrong",
    async (line) => {
      expect((await cli(line, { db })).code).toBe(2);
    },
  );
});
