// The policies that ship with the tool: each is planned, applied, tested, exported and seeded again.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, freshDb, json } from "./support/cli.ts";
import { beside } from "./support/databases.ts";
import { ROOT } from "./support/root.ts";

interface Changed {
  changed: boolean;
  dryRun: boolean;
  revision: number;
  changes: object[];
}

const FOLDER = join(ROOT, "seeds");
const seeds = readdirSync(FOLDER);
const files = seeds.map((seed) => ({ seed, file: join(FOLDER, seed) }));

it("there are six, all of them YAML", () => {
  const names = ["articles", "blog", "company", "posts", "social", "tasks"];
  expect(seeds.sort()).toEqual(names.map((name) => `${name}.yaml`));
});

describe.each(files)("seeds/$seed", ({ file }) => {
  it("is planned as it is applied, and is unchanged after", async () => {
    const db = freshDb();
    const planned = await json<Changed>(`seed "${file}" --dry-run`, { db });
    expect(planned).toMatchObject({ changed: true, dryRun: true, revision: 0 });
    const applied = await json<Changed>(`seed "${file}"`, { db });
    expect(applied).toEqual({ ...planned, dryRun: false, revision: 1 });
    expect(await json(`seed "${file}"`, { db })).toMatchObject({ changed: false, revision: 1, changes: [] });
    expect((await cli(["seed", file, "--check", "--prune"], { db })).code).toBe(0);
  });

  it("passes its own tests, by itself and in the database", async () => {
    const db = freshDb();
    const alone = await cli(["test", file, "--json"]);
    expect(alone).toMatchObject({ code: 0, stderr: "" });
    expect((await cli(["seed", file], { db })).code).toBe(0);
    const live = await cli(["test", file, "--live", "--json"], { db });
    expect(live).toEqual(alone);
    const { passed, failed } = JSON.parse(live.stdout);
    expect({ some: passed > 10, failed }).toEqual({ some: true, failed: 0 });
  });

  it("has tests that notice every slip that can be noticed", async () => {
    const { code, stdout } = await cli(["test", file, "--mutate", "--min-score", "100", "--json"]);
    const { mutants } = JSON.parse(stdout) as { mutants: { all: number; score: number; survivors: object[] } };
    expect({ code, score: mutants.score, survivors: mutants.survivors }).toEqual({
      code: 0,
      score: 100,
      survivors: [],
    });
    expect(mutants.all).toBeGreaterThan(10);
  });

  it("fails its tests in a database that says otherwise", async () => {
    const db = freshDb();
    expect((await cli(["seed", file], { db })).code).toBe(0);
    const { roles } = await json<{ roles: { role: string }[] }>("role list", { db });
    for (const { role } of roles) expect((await cli(["grant", role, "*:*", "--deny"], { db })).code).toBe(0);
    expect((await cli(["test", file, "--live"], { db })).code).toBe(1);
  });

  it.each(["yaml", "json", "ndjson"])("comes back from its export as %s", async (format) => {
    const db = freshDb();
    const [out, again] = ["out", "again"].map((name) => beside(db, `${name}.${format}`)) as [string, string];
    const copy = freshDb();
    expect((await cli(["seed", file], { db })).code).toBe(0);
    expect((await cli(["export", "--out", out], { db })).code).toBe(0);
    expect(await cli(["seed", out, "--prune", "--check"], { db })).toMatchObject({ code: 0 });
    expect((await cli(["seed", out], { db: copy })).code).toBe(0);
    const [first, second] = [await cli(["export"], { db }), await cli(["export"], { db: copy })];
    expect(second).toEqual(first);
    expect(first.stdout.startsWith("rbac: 1\n") && first.stdout.endsWith("\n...\n")).toBe(true);
    expect((await cli(["test", file, "--live"], { db: copy })).code).toBe(0);
    expect((await cli(["export", "--out", again], { db: copy })).code).toBe(0);
    expect((await cli(["diff", out, again], { db })).code).toBe(0);
  });
});

describe("--example", () => {
  it.each(seeds)("brings seeds/%s", async (seed) => {
    const db = freshDb();
    expect((await cli(`seed --example ${seed.replace(".yaml", "")}`, { db })).code).toBe(0);
    expect((await cli(["seed", join(FOLDER, seed), "--check", "--prune"], { db })).code).toBe(0);
  });

  const LISTED = "articles, blog, company, posts, social or tasks";

  it.each([
    ["seed --example", `--example needs a value: ${LISTED} (see --help)`],
    ["seed --example blgo", 'there is no example "blgo"; did you mean "blog"?'],
    ["seed --example nothing", `there is no example "nothing"; --example takes ${LISTED}`],
    ["seed policy.yaml --example blog", '--example stands in place of arguments: leave "policy.yaml" out'],
  ])("%s is exit 2 in one line", async (line, words) => {
    expect(await cli(line, { db: freshDb() })).toEqual({ code: 2, stdout: "", stderr: `rbac: ${words}\n` });
  });

  it("is added to what is there, while the starter is only for a beginning", async () => {
    const db = freshDb();
    await cli("seed", { db });
    expect((await cli("seed --example company", { db })).code).toBe(0);
    expect((await cli("seed --example blog --check --prune", { db })).code).toBe(1);
  });
});

describe("the starter", () => {
  it("is what a bare seed brings: roles, and no people", async () => {
    const db = freshDb();
    expect(await cli("seed", { db })).toMatchObject({ code: 0 });
    const { roles } = await json<{ roles: { role: string }[] }>("role list", { db });
    expect(roles.map(({ role }) => role).sort()).toEqual(["admin", "author", "editor", "moderator", "owner", "user"]);
    expect(await json("user list", { db })).toMatchObject({ users: [] });
    expect((await cli(["seed", join(FOLDER, "blog.yaml"), "--check", "--prune"], { db })).code).toBe(0);
  });

  it("answers from the first assignment on", async () => {
    const db = freshDb();
    await cli("seed", { db });
    expect(await cli("can alice posts:publish", { db })).toMatchObject({ code: 2, stdout: "" });
    expect(await cli("assign alice editor", { db })).toMatchObject({ code: 0 });
    const { code, stdout } = await cli("can alice posts:publish", { db });
    expect({ code, first: stdout.split("\n")[0] }).toEqual({ code: 0, first: "yes" });
    expect((await cli("can alice posts:delete", { db })).code).toBe(1);
    expect((await cli("can alice posts:delete --owner alice", { db })).code).toBe(0);
  });

  it("is only for a beginning", async () => {
    const db = freshDb();
    expect((await cli("seed --prune", { db })).code).toBe(2);
    expect((await cli("seed", { db })).code).toBe(0);
    expect(await cli("seed", { db })).toMatchObject({ code: 2, stdout: "" });
  });
});
