/** Long work in a real terminal tells what it does, in order, and nothing of that is left beside the result. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { freshDb } from "../support/cli.ts";
import { describeWith } from "../support/needs.ts";
import { atTerminal, KEY, noTerminal, type Seen } from "../support/terminal.ts";

const USERS = 25_000;
const ERASED = "\r\x1b[K";

/** Each has a long name, so that the file alone shows that it takes a while. */
const policyOf = (users: number) => ({
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] } },
  users: Object.fromEntries(
    Array.from({ length: users }, (_, at) => [
      `user${at}`,
      { name: `Somebody of ${"many names ".repeat(6)}`, roles: ["reader"] },
    ]),
  ),
});

/** Whatever was shown before it was removed, each text once, in the order of its first showing; numbers are `#`. */
const stepsIn = ({ raw }: Seen): string[] => {
  const drawn = raw.split(ERASED).slice(1, -1).filter(Boolean);
  return [...new Set(drawn.map((text) => text.replace(/, .* left$/, "").replace(/\d[\d,]*/g, "#")))];
};

/** What a person still sees at the end. */
const leftIn = ({ raw }: Seen): string =>
  raw
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf(ERASED) + 1).replace(ERASED.slice(1), ""))
    .join("\n");

const db = freshDb();
const file = (name: string) => join(dirname(db), name);

describeWith(noTerminal, "in a terminal", () => {
  let seeded: Seen;
  beforeAll(async () => {
    writeFileSync(file("all.json"), JSON.stringify(policyOf(USERS)));
    seeded = await atTerminal(["seed", "all.json"], { db });
  });

  it("a seed tells each step, and counts what its result counts", () => {
    expect(seeded.code).toBe(0);
    expect(stepsIn(seeded)).toEqual([
      "reading all.json",
      "checking all.json",
      "reading the policy",
      "comparing with the policy",
      "checking # changes",
      "writing # of # changes",
      "committing",
    ]);
    expect(seeded.raw).toContain("checking 50,003 changes");
    expect(seeded.raw).toMatch(/writing [\d,]+ of 50,003 changes/);
  });

  it("nothing of it is left beside the result", () => {
    expect(leftIn(seeded)).toContain("revision 1; to undo: rbac undo 1");
    expect(leftIn(seeded)).not.toMatch(/reading|checking|comparing|writing|committing/);
  });

  it("--quiet and a pipe get none", async () => {
    const quiet = await atTerminal(["seed", "all.json", "--quiet"], { db });
    expect(quiet.raw).toBe("");
    const { apart, raw } = await atTerminal(["seed", "all.json"], { db, apart: ["stderr"] });
    expect(raw).toBe("");
    expect(apart.stderr).toBe("unchanged, revision 1: the database has all that the documents state\n");
  });

  it("an error stands alone, and so does a question", async () => {
    writeFileSync(file("bad.json"), JSON.stringify({ ...policyOf(USERS), everyone: ["nobody"] }));
    const failed = await atTerminal(["seed", "bad.json"], { db, env: { NO_COLOR: "1" } });
    expect(failed.code).toBe(2);
    expect(stepsIn(failed)).toContain("reading bad.json");
    expect(leftIn(failed)).toMatch(/^rbac: bad\.json:1:\d+: .*nobody.*$/m);
    writeFileSync(file("less.json"), JSON.stringify(policyOf(USERS - 10)));
    const asked = await atTerminal(["seed", "less.json", "--prune"], { db, keys: [["Remove these", `n${KEY.enter}`]] });
    expect(asked.code).toBe(3);
    expect(asked.raw).toContain(`${ERASED}\x1b[31m- `);
  });

  it.each([
    ["a verification", ["audit", "verify"], ["verifying # of # entries"]],
    ["a comparison", ["diff", "all.json"], ["reading all.json", "reading the policy @now", "comparing"]],
    ["a backup", ["db", "backup", "backup.db"], ["copying the database"]],
    ["a test", ["test", "all.json"], ["reading all.json", "checking all.json", "testing"]],
  ])("%s tells its own", async (_, argv, steps) => {
    expect(stepsIn(await atTerminal(argv, { db }))).toEqual(expect.arrayContaining(steps));
  });
});
