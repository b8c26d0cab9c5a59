/** Scopes as people have them: seeded, asked, changed, and exported back, on either kind of database. */
import { beforeAll, describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { fileWith, seeded } from "../support/documents.ts";

const REAL = [
  ...["datasources:uid:x", "tenants/{todoId}", "repo/https:%2F%2Fgithub.com%2Fargoproj%2Fargo-cd", "team a/Größe"],
  ...["-x/-y", "100%/a_b", 'it\'s/"so"', "a\\b", "#1/&x", "~", "1:30", "= 1"],
];

const policy = {
  rbac: 1,
  permissions: ["posts:read", "posts:write"],
  roles: {
    reader: { grants: ["posts:read"] },
    writer: {
      grants: REAL.map((scope) => ({ permission: "posts:write", scope })),
      denies: REAL.map((scope) => ({ permission: "posts:write", scope: `${scope}/closed` })),
    },
  },
  users: { ann: { roles: REAL.map((scope) => ({ role: "reader", scope })) }, bob: { roles: ["writer"] } },
} as const;

let db = "";
beforeAll(async () => {
  db = await seeded(policy);
});

describe.each(REAL)("%s", (scope) => {
  const answer = async (...words: string[]) => (await cli(words, { db })).stdout.split("\n")[0];

  it("is asked: it covers itself and what is below, and nothing beside", async () => {
    expect(await answer("can", "ann", "posts:read", `--on=${scope}`)).toBe("yes");
    expect(await answer("can", "ann", "posts:read", `--on=${scope}/x y`)).toBe("yes");
    expect(await answer("can", "ann", "posts:read", `--on=${scope}z`)).toBe("no");
    const { stdout } = await cli(["can", "bob", "posts:write", `--on=${scope}`], { db });
    expect(stdout).toContain(`except on ${scope}/closed\n`);
    expect(await answer("can", "bob", "posts:write", `--on=${scope}/closed/x`)).toBe("no");
    const line = JSON.stringify({ user: "bob", permission: "posts:write", scope: `${scope}/closed` });
    const table = `user\tpermission\tscope\nann\tposts:read\t${scope}`;
    for (const [batch, allowed] of [
      [line, false],
      [table, true],
    ] as const) {
      const { stdout } = await cli(["can", "--batch", fileWith(`${batch}\n`, "batch")], { db });
      expect(JSON.parse(stdout)).toMatchObject({ allowed });
    }
  });

  it("is taken away and assigned again", async () => {
    await cli(["revoke", "ann", "reader", `--on=${scope}`], { db });
    expect(await answer("can", "ann", "posts:read", `--on=${scope}`)).toBe("no");
    const hint = await cli(["revoke", "ann", "reader"], { db });
    expect([hint.code, hint.stderr]).toEqual([2, expect.stringContaining("say --on")]);
    expect((await cli(["assign", "ann", "reader", `--on=${scope}`], { db })).code).toBe(0);
    expect(await answer("can", "ann", "posts:read", `--on=${scope}`)).toBe("yes");
  });
});

it.each(["yaml", "json", "ndjson", "csv"])("all come back from %s", async (format) => {
  const { stdout } = await cli(`export --format ${format}`, { db });
  const file = fileWith(stdout, `policy.${format}`);
  const other = freshDb();
  const parts = format === "csv" ? [fileWith(JSON.stringify({ ...policy, users: {} })), file] : [file];
  expect((await cli(["seed", ...parts], { db: other })).code).toBe(0);
  expect((await cli("export", { db: other })).stdout).toBe((await cli("export", { db })).stdout);
  expect((await cli(["seed", file, "--check"], { db })).code).toBe(0);
});

it("what would be two spellings, or a pattern, is refused wherever a scope is read", async () => {
  const before = (await cli("audit head", { db })).stdout;
  const line = JSON.stringify({ user: "ann", permission: "posts:read", scope: "a%2fb" });
  const told: Record<string, readonly [words: readonly string[], stream?: "stdout"]> = {
    question: [["can", "ann", "posts:read", "--on", "a%2fb"]],
    change: [["grant", "reader", "posts:read", "--on", "a%2fb"]],
    document: [["seed", fileWith(JSON.stringify({ rbac: 1, users: { ann: { roles: [asked("a%2fb")] } } }))]],
    csv: [["seed", fileWith("user,role,scope\nann,reader,a%2fb\n", "p.csv")]],
    batch: [["can", "--batch", fileWith(`${line}\n`, "b.ndjson"), "--json"], "stdout"],
  };
  for (const [where, [words, stream = "stderr"]] of Object.entries(told)) {
    const result = await cli(words, { db });
    expect([where, result.code, result[stream]]).toEqual([where, 2, expect.stringContaining("a%2Fb")]);
  }
  const { code, stderr } = await cli("grant reader posts:read --on 'acme/*'", { db });
  expect([code, stderr]).toEqual([2, expect.stringContaining("a scope covers everything below it: write acme\n")]);
  expect((await cli("audit head", { db })).stdout).toBe(before);
});

const asked = (scope: string) => ({ role: "reader", scope });

it.each(["-x", "--until=2999-01-01", "-"])("%s is a scope behind an = alone", async (word) => {
  const refused = {
    code: 2,
    stderr: `rbac: --on needs a scope, and not ${word}: write --on=${word} where that is one\n`,
  };
  expect(await cli(["assign", "ann", "writer", "--on", word], { db })).toMatchObject(refused);
  expect((await cli(["can", "ann", "posts:read", `--on=${word}`], { db })).code).toBe(1);
});

describe("a key is bounded in bytes", () => {
  /** Signs of three bytes each, in no order that a database could compress. */
  const wide = (count: number, at: number) =>
    Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + (((i + at) * 7919) % 20_000))).join("");
  const [user, role, permission] = [wide(255, 0), wide(255, 300), "posts:read"];
  /** A scope of so many bytes. */
  const scopeOfBytes = (bytes: number) => {
    const segments = [wide(255, 600), ...(bytes > 1600 ? [wide(255, 900)] : [])];
    const rest = bytes - Buffer.byteLength(segments.join("/")) - 1;
    return [...segments, wide(Math.floor(rest / 3), 1200) + "a".repeat(rest % 3)].join("/");
  };
  const [onUser, onPermission] = [scopeOfBytes(2600 - 2 * 765), scopeOfBytes(2600 - 765 - 10)];
  const refused = { code: 2, stderr: expect.stringMatching(/^rbac: [^\n]*these names take 2601 bytes [^\n]* 2600\n$/) };

  it("alike on both kinds of database, by commands and by documents", async () => {
    const own = await seeded({ rbac: 1, permissions: [permission], roles: { [role]: {} } });
    expect(await cli(["assign", user, role, "--on", `${onUser}a`], { db: own })).toMatchObject(refused);
    expect(await cli(["grant", role, permission, "--on", `${onPermission}a`], { db: own })).toMatchObject(refused);
    const text = JSON.stringify({ rbac: 1, users: { [user]: { roles: [{ role, scope: `${onUser}a` }] } } });
    expect(await cli(["seed", fileWith(text)], { db: own })).toMatchObject(refused);
    const { stdout } = await cli(["assign", user, role, "--on", `${onUser}a`, "--json"], { db: own });
    expect(JSON.parse(stdout).error.code).toBe("NAME_TOO_LONG");
  });

  it("and what is within the bound is kept, on both", async () => {
    const own = await seeded({ rbac: 1, permissions: [permission], roles: { [role]: {} } });
    expect((await cli(["assign", user, role, "--on", onUser], { db: own })).code).toBe(0);
    expect((await cli(["grant", role, permission, "--on", onPermission], { db: own })).code).toBe(0);
    const renamed = `${wide(254, 0)}\u{20000}`; // A sign of four bytes in place of one of three.
    expect(await cli(["user", "rename", user, renamed], { db: own })).toMatchObject(refused);
    expect((await cli("audit verify", { db: own })).code).toBe(0);
  });
});
