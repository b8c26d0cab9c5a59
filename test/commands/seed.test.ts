/** Seeding: what documents say, done whole or not at all; drift, prunes and their guards; the starter. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answer, BLOG, blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { bytesOf } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";
import { ROOT } from "../support/root.ts";

const file = (document: object, name?: string) => fileWith(JSON.stringify(document), name);
const SAME = file(BLOG);
const { idle: _, ...fewer } = BLOG.roles ?? {};
const FEWER = file({ rbac: 1, roles: fewer });
const MORE = file({ rbac: 1, roles: { writer: {} } });

describe("without a path", () => {
  it("brings the starter to a database that is missing or empty", async () => {
    for (const made of [false, true]) {
      const db = freshDb();
      if (made) await cli("init", { db });
      const { code, json } = await answer("seed", db);
      expect([code, json.revision]).toEqual([0, 1]);
      expect((json.changes as { kind: string }[]).filter(({ kind }) => kind.startsWith("user"))).toEqual([]);
      expect((await cli("assign alice editor", { db })).code).toBe(0);
      expect((await cli("can alice posts:publish", { db })).code).toBe(0);
    }
  });

  it.each(["seed --prune", "seed --prune --yes"])("%s is exit 2, and makes nothing", async (line) => {
    const db = freshDb();
    const { code, stderr } = await cli(line, { db });
    expect([code, existsSync(db)]).toEqual([2, false]);
    expect(stderr).toContain("PATH");
  });

  it("is exit 2 over a policy, also one that was emptied", async () => {
    const db = freshDb();
    await cli("init", { db });
    await cli("role create a", { db });
    await cli("role delete a", { db });
    expect((await cli("seed", { db })).code).toBe(2);
  });
});

describe("a missing database", () => {
  it("is made, unless --existing", async () => {
    const db = freshDb();
    expect((await cli(`seed "${SAME}" --existing`, { db })).code).toBe(4);
    expect(existsSync(db)).toBe(false);
    expect((await cli(`seed "${SAME}"`, { db })).code).toBe(0);
    expect((await cli(`seed "${SAME}" --existing`, { db })).code).toBe(0);
  });

  it.each(["--dry-run", "--check"])("is not made by %s", async (flag) => {
    const db = freshDb();
    const { code, json } = await answer(`seed "${SAME}" ${flag}`, db);
    expect([code, json.changed, json.dryRun, json.revision]).toEqual([flag === "--check" ? 1 : 0, true, true, 0]);
    expect(existsSync(db)).toBe(false);
  });

  it("is not made by a document that is wrong", async () => {
    const db = freshDb();
    expect((await cli(`seed "${file({ rbac: 1, everyone: ["ghost"] })}"`, { db })).code).toBe(2);
    expect(existsSync(db)).toBe(false);
  });
});

describe("--check", () => {
  it.each([
    ["the same", SAME, "", 0],
    ["more", MORE, "", 1],
    ["less, which is no drift without --prune", FEWER, "", 0],
    ["less", FEWER, "--prune", 1],
    ["the same, pruned", SAME, "--prune", 0],
  ])("%s", async (_, path, flags, code) => {
    const db = await blog();
    const before = await bytesOf(db);
    expect((await cli(`seed "${path}" --check ${flags}`, { db })).code).toBe(code);
    expect(await bytesOf(db)).toBe(before);
  });
});

describe("--prune", () => {
  it("asks before it removes, and not where it only adds", async () => {
    const db = await blog();
    const { code, stderr } = await cli(`seed "${FEWER}" --prune`, { db });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^- role idle\nnobody gains or loses anything\nrbac: Remove 1 role\? Say --yes to confirm\n$/,
    );
    expect((await cli(`seed "${SAME}" "${MORE}" --prune`, { db })).code).toBe(0);
    expect((await cli(`seed "${FEWER}" --prune --yes`, { db })).stdout).toBe("- role idle\n- role writer\n");
    expect((await cli("role show idle", { db })).code).toBe(2);
  });

  it("leaves sections alone that the documents do not have", async () => {
    const db = await blog();
    await cli(`seed "${FEWER}" --prune --yes`, { db });
    expect(JSON.parse((await cli("user list --json", { db })).stdout).users).toHaveLength(6);
    expect((await cli("has nobody owner", { db })).code).toBe(0);
  });

  it.each([1, 60_000])(
    "by a list leaves the fields of users alone, which it has no columns for: %i lines more",
    async (more) => {
      const db = freshDb();
      const users = { mal: { disabled: true, name: "Mal", email: "m@l.x", roles: ["a"] } };
      const others = Array.from({ length: more }, (_, at) => `somebody-with-a-name-${String(at).padStart(50, "0")},,`);
      const policy = { rbac: 1, permissions: ["x:r"], roles: { a: { grants: ["x:r"] } }, users };
      await cli(`seed "${fileWith(JSON.stringify(policy))}" --quiet`, { db });
      const list = fileWith(["user,role,scope", "mal,a,", ...others, ""].join("\n"), "people.csv");
      expect((await cli(`seed "${list}" --prune --yes --quiet`, { db })).code).toBe(0);
      expect(JSON.parse((await cli("user show mal --json", { db })).stdout)).toMatchObject({
        disabled: true,
        name: "Mal",
        email: "m@l.x",
      });
      expect((await cli("can mal x:r", { db })).code).toBe(1);
    },
  );

  it("--max-removals bounds it, also with --yes", async () => {
    const db = await blog();
    const empty = file({ rbac: 1, users: {} });
    const { code, json } = await answer(`seed "${empty}" --prune --yes --max-removals 10`, db);
    expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "TOO_MANY_REMOVALS" })]);
    expect((await cli(`seed "${FEWER}" --prune --yes --max-removals 0`, { db })).code).toBe(3);
    expect((await cli(`seed "${FEWER}" --prune --yes --max-removals 1`, { db })).code).toBe(0);
    expect((await cli(`seed "${empty}" --prune --yes --max-removals 11`, { db })).code).toBe(0);
  });
});

it("--expect-revision refuses where the database has moved on", async () => {
  const db = await blog();
  const { code, json } = await answer(`seed "${MORE}" --expect-revision 0`, db);
  expect([code, json.error]).toEqual([3, expect.objectContaining({ code: "REVISION_MOVED" })]);
  expect((await cli(`seed "${MORE}" --expect-revision 1`, { db })).code).toBe(0);
  expect((await cli(`seed "${MORE}" --expect-revision 1`, { db })).code).toBe(3);
});

it("merges several files, and refuses two that contradict each other, naming both", async () => {
  const db = await blog();
  const a = file({ rbac: 1, users: { alice: { name: "A" } } }, "a.json");
  const b = file({ rbac: 1, users: { alice: { name: "B" } } }, "b.json");
  const csv = fileWith(
    "user,role,scope,from,until,reason\nerin,reader,acme,,2999-01-01T00:00:00Z,hired\n",
    "people.csv",
  );
  expect((await cli(`seed "${a}" "${csv}"`, { db })).code).toBe(0);
  expect((await cli("has erin reader --on acme", { db })).code).toBe(0);
  const { code, stderr } = await cli(`seed "${a}" "${b}"`, { db });
  expect(code).toBe(2);
  expect(stderr).toContain("a.json");
  expect(stderr).toContain("b.json");
});

it("a reason in a document is the stamp of its change", async () => {
  const db = await blog();
  const on = file({ rbac: 1, users: { nobody: { roles: [{ role: "reader", reason: "on call" }] } } });
  await cli(`seed "${on}" --reason nightly`, { db });
  const [entry] = JSON.parse((await cli("audit --last 1 --json", { db })).stdout).entries;
  expect(entry).toMatchObject({ reason: "on call", change: { kind: "assignment.add" } });
  expect((await cli(`seed "${on}" --check`, { db })).code).toBe(0);
});

describe("every seed that comes with the program", () => {
  it.each(["articles", "blog", "company", "posts", "social", "tasks"])(
    "%s applies, passes its tests, and comes back the same",
    async (name) => {
      const db = freshDb();
      const path = join(ROOT, `seeds/${name}.yaml`);
      expect((await cli(`seed "${path}"`, { db })).code).toBe(0);
      expect((await cli(`seed "${path}" --check --prune`, { db })).code).toBe(0);
      const { code, stdout } = await cli(`test "${path}"`, { db });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^\d+ passed, 0 failed\n$/);
      expect((await cli(`test "${path}" --live`, { db })).code).toBe(0);
      const snapshot = fileWith((await cli("export", { db })).stdout, "snapshot.yaml");
      const again = freshDb();
      await cli(`seed "${snapshot}"`, { db: again });
      expect((await cli("export", { db: again })).stdout).toBe((await cli("export", { db })).stdout);
    },
  );
});
