/** `generate types`: the names of a database as a file, written whole, left alone where it is right, and checked. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askedBlog, blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { beside, bytesOf } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import { ROOT } from "../support/root.ts";

/** SHA-256 of `{"attributes":[],"permissions":[…],"roles":[…]}`, computed by another program. */
const DIGEST = "6dd1ae93b33decd07c11281f2b13f34d7da5d823478cf55f25d4333db3d8ee8a";
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const NUMBERS = { digest: DIGEST, permissions: 4, roles: 6, resources: 2, attributes: 0 };

/** The names of the blog, to the byte: of every kind of database. */
const TYPES = `// Made by rbac-admin ${version} with "rbac generate types": change the policy, not this file.
// The names have the SHA-256 ${DIGEST}.

export {};

declare module "rbac-admin" {
  interface Register {
    permission:
      | "posts:delete"
      | "posts:publish"
      | "posts:read"
      | "users:read";
    role:
      | "admin"
      | "editor"
      | "idle"
      | "moderator"
      | "owner"
      | "reader";
    resource: {
      posts: "delete" | "publish" | "read";
      users: "read";
    };
    attributes: {};
  }
}
`;

const types = (db: string, flags = "") => cli(`generate types ${flags}`, { db });
const fileOf = (db: string) => beside(db, "d.ts");

describe("without a file", () => {
  it("the text is the answer, and nothing else is said", async () => {
    expect(await types(await askedBlog())).toEqual({ code: 0, stdout: TYPES, stderr: "" });
  });

  it("--json has it with the numbers of names and their hash", async () => {
    const { stdout } = await types(await askedBlog(), "--json");
    expect(JSON.parse(stdout)).toEqual({ ...NUMBERS, types: TYPES });
  });

  it("attributes are there with their types", async () => {
    const db = await seeded({
      rbac: 1,
      permissions: ["posts:read"],
      attributes: { posts: { published: "bool", status: ["review", "draft"], size: "number", tags: "list" } },
    });
    expect((await types(db)).stdout).toContain(
      'posts: { published: boolean; size: number; status: "draft" | "review"; tags: readonly string[] };\n',
    );
  });

  it("equal names are equal bytes whatever happens beside them, and another name is not", async () => {
    const db = await blog();
    const others = [
      "assign erin reader",
      "grant idle posts:read",
      "user delete bob --yes",
      "permission set posts:read --clear description",
    ];
    for (const line of others) expect((await cli(line, { db })).code).toBe(0);
    expect((await types(db)).stdout).toBe(TYPES);
    await cli("permission rename posts:read posts:see", { db });
    expect((await types(db)).stdout).not.toBe(TYPES);
    await cli("undo 6", { db });
    expect((await types(db)).stdout).toBe(TYPES);
  });
});

describe("--out", () => {
  it("writes the file whole, for its owner alone, over what was there", async () => {
    const db = await blog();
    writeFileSync(fileOf(db), "old".repeat(10_000), { mode: 0o644 });
    const done = await types(db, `--out "${fileOf(db)}"`);
    expect(done).toEqual({ code: 0, stdout: "", stderr: `wrote ${fileOf(db)}\n` });
    expect(readFileSync(fileOf(db), "utf8")).toBe(TYPES);
    expect(statSync(fileOf(db)).mode & 0o777).toBe(0o600);
  });

  it("leaves a file alone that has the names already, and says which it was as JSON", async () => {
    const db = await blog();
    const answer = async () => JSON.parse((await types(db, `--out "${fileOf(db)}" --json`)).stdout);
    const said = { dryRun: false, path: fileOf(db), ...NUMBERS };
    expect(await answer()).toEqual({ changed: true, ...said });
    const { ino, mtimeMs } = statSync(fileOf(db));
    expect(await answer()).toEqual({ changed: false, ...said });
    expect(statSync(fileOf(db))).toMatchObject({ ino, mtimeMs });
  });

  it.each([
    ["names.ts", "", /^rbac: names\.ts must end in \.d\.ts; only with --const is it a \.ts file\n$/],
    ["names.json", "", /must end in \.d\.ts/],
    [
      "names.d.ts",
      "--const",
      /^rbac: names\.d\.ts: a \.d\.ts file has no values; --const needs a file that ends in \.ts\n$/,
    ],
    ["names.d.mts", "--const", /has no values/],
    ["names.js", "--const", /^rbac: names\.js must end in \.ts\n$/],
    ["missing/folder/names.d.ts", "", /^rbac: cannot write missing\/folder\/names\.d\.ts: ENOENT\n$/],
  ])("%s %s is exit 2, and nothing is written", async (name, flags, message) => {
    const { code, stdout, stderr } = await types(await askedBlog(), `--out ${name} ${flags}`);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
    expect(existsSync(name)).toBe(false);
  });

  it.each(["names.d.mts", "names.d.cts"])("takes %s, and with --const .mts and .cts", async (name) => {
    const db = await blog();
    for (const [path, flags] of [
      [beside(db, name), ""],
      [beside(db, name.replace(".d", "")), "--const"],
    ])
      expect([path, (await types(db, `--out "${path}" ${flags}`)).code]).toEqual([path, 0]);
    expect(readFileSync(beside(db, name.replace(".d", "")), "utf8")).toContain('export const ROLES = [\n  "admin",\n');
  });

  it("is exit 2 for a folder, with or without --check", async () => {
    const db = await blog();
    mkdirSync(fileOf(db));
    for (const flags of ["", "--check"])
      expect(await types(db, `--out "${fileOf(db)}" ${flags}`)).toEqual({
        code: 2,
        stdout: "",
        stderr: `rbac: ${fileOf(db)} is not a regular file\n`,
      });
  });
});

describe("--check", () => {
  const check = (db: string, flags = "") => types(db, `--out "${fileOf(db)}" --check ${flags}`);

  it("is exit 1 while there is no file, exit 0 once it is there, and writes nothing", async () => {
    const db = await blog();
    const before = await bytesOf(db);
    const run = `run rbac generate types --out ${fileOf(db)}`;
    expect(await check(db)).toEqual({ code: 1, stdout: "", stderr: `there is no ${fileOf(db)}: ${run}\n` });
    expect(existsSync(fileOf(db))).toBe(false);
    await types(db, `--out "${fileOf(db)}"`);
    expect(await check(db)).toEqual({ code: 0, stdout: "", stderr: `${fileOf(db)} has the names of the policy\n` });
    expect(await bytesOf(db)).toBe(before);
  });

  it.each([
    ["a byte more", `${TYPES}\n`],
    ["another byte", TYPES.replace("reader", "render")],
    ["another version", TYPES.replace(version, "0.0.9")],
    ["other ends of lines", TYPES.replaceAll("\n", "\r\n")],
    ["nothing", ""],
  ])("is exit 1 for a file with %s, which stays as it is", async (_, text) => {
    const db = await blog();
    writeFileSync(fileOf(db), text);
    const { code, stderr } = await check(db);
    expect([code, stderr]).toEqual([1, `${fileOf(db)} is stale: run rbac generate types --out ${fileOf(db)}\n`]);
    expect(await check(db, "--quiet")).toEqual({ code: 1, stdout: "", stderr: "" });
    expect(readFileSync(fileOf(db), "utf8")).toBe(text);
  });

  it("is exit 1 once the policy has another name, and says it as JSON", async () => {
    const db = await blog();
    await types(db, `--out "${fileOf(db)}"`);
    await cli("role create auditor", { db });
    const { code, stdout } = await check(db, "--json");
    const numbers = { ...NUMBERS, roles: 7, digest: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect([code, JSON.parse(stdout)]).toEqual([1, { changed: true, dryRun: true, path: fileOf(db), ...numbers }]);
    await types(db, `--out "${fileOf(db)}"`);
    expect((await check(db)).code).toBe(0);
  });

  it("says --const and a quoted path where these are needed to mend it", async () => {
    const { code, stderr } = await types(await askedBlog(), '--const --check --out "no such.ts"');
    expect([code, stderr]).toEqual([1, "there is no no such.ts: run rbac generate types --const --out 'no such.ts'\n"]);
  });

  it("is exit 2 without --out, and 4 without a database, never 1", async () => {
    const alone = await types(await askedBlog(), "--check");
    expect(alone).toEqual({ code: 2, stdout: "", stderr: "rbac: --check needs --out\n" });
    expect((await types(freshDb(), "--check --out names.d.ts")).code).toBe(4);
  });
});
