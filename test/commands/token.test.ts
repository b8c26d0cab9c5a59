/** Keys of tokens, and tokens issued and verified by command lines, on either kind of database. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { BLOG, blog } from "../support/blog.ts";
import { cli, freshDb, SERVER } from "../support/cli.ts";
import { beside } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";

const keyFile = (db: string) => beside(db, "token-keys");
/** With the keys of a file of one's own, wherever the database lies. */
const withKeys = (line: string, db: string, env: Readonly<Record<string, string>> = {}) =>
  cli(`${line} --key-file "${keyFile(db)}"`, { db, env });
const jsonOf = async (line: string, db: string) => {
  const { code, stdout } = await withKeys(`${line} --json`, db);
  return { code, ...JSON.parse(stdout) };
};
const issued = async (line: string, db: string): Promise<string> => {
  const { code, stdout, stderr } = await withKeys(line, db);
  expect([stderr.startsWith("rbac: "), code]).toEqual([false, 0]);
  return stdout.trim();
};

/** A blog with a key. */
async function signing(alg = "ES256"): Promise<string> {
  const db = await blog();
  expect((await withKeys(`token key create --alg ${alg}`, db)).code).toBe(0);
  return db;
}

describe("keys", () => {
  it.each(["ES256", "RS256"])(
    "are made for %s, for their owner's eyes, and shown without what is secret",
    async (alg) => {
      const db = await signing(alg);
      expect(statSync(keyFile(db)).mode & 0o777).toBe(0o600);
      const [key] = JSON.parse(readFileSync(keyFile(db), "utf8")).keys;
      expect(key).toMatchObject({ alg, d: expect.any(String) });
      const { keys } = await jsonOf("token key list", db);
      expect(keys).toEqual([{ kid: key.kid, alg, state: "signs", created: key.created, until: null }]);
      const { stdout } = await withKeys("token key export", db);
      expect(JSON.parse(stdout).keys).toMatchObject([{ kid: key.kid, alg, use: "sig" }]);
      for (const line of [
        "list",
        "export",
        "list --json",
        "export --json",
        "export --format yaml",
        "list --format csv",
      ])
        for (const secret of ["d", "p", "q", "dp"].flatMap((name) => key[name] ?? []))
          expect((await withKeys(`token key ${line}`, db)).stdout).not.toContain(secret);
    },
  );

  it("are never made over others, and a rotation keeps the old for a day", async () => {
    const db = await signing();
    const before = readFileSync(keyFile(db), "utf8");
    expect(await withKeys("token key create", db)).toMatchObject({ code: 3, stdout: "" });
    expect(readFileSync(keyFile(db), "utf8")).toBe(before);
    const token = await issued("token issue alice --aud api", db);
    expect((await withKeys("token key rotate --alg RS256", db)).code).toBe(0);
    expect(statSync(keyFile(db)).mode & 0o777).toBe(0o600);
    const { keys } = await jsonOf("token key list", db);
    expect(keys).toMatchObject([
      { alg: "RS256", state: "signs" },
      { alg: "ES256", state: "verifies" },
    ]);
    expect((await withKeys(`token verify ${token} --aud api`, db)).code).toBe(0);
    const fresh = await issued("token issue alice --aud api", db);
    expect(Buffer.from(fresh.split(".")[0] ?? "", "base64url").toString()).toContain('"RS256"');
    const file = JSON.parse(readFileSync(keyFile(db), "utf8"));
    file.keys[1].until = "2020-01-01T00:00:00.000Z";
    writeFileSync(keyFile(db), JSON.stringify(file));
    expect(await withKeys(`token verify ${token} --aud api`, db)).toMatchObject({
      ...{ code: 1, stdout: "refused\nthe key is not one that is known\n" },
    });
    expect((await withKeys("token key export", db)).stdout).not.toContain(file.keys[1].kid);
    await withKeys("token key rotate", db);
    expect((await jsonOf("token key list", db)).keys).toHaveLength(2);
  });

  it.each([0o604, 0o640 | 0o002, 0o666])("that others may open (%o) are no secret", async (mode) => {
    const db = await signing();
    chmodSync(keyFile(db), mode);
    const { code, stderr } = await withKeys("token issue alice --aud api", db);
    expect([code, stderr]).toEqual([2, expect.stringContaining("chmod 600 it, and rotate the key")]);
  });

  it.each([
    ["no JSON", "-----BEGIN PRIVATE KEY-----"],
    [
      "a public key",
      '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","kid":"k","alg":"ES256","created":"2026-11-30T12:00:00.000Z"}]}',
    ],
    ["no keys", '{"keys":[]}'],
    [
      "a secret for HS256",
      '{"keys":[{"kty":"oct","k":"SECRET","kid":"k","alg":"HS256","created":"2026-11-30T12:00:00.000Z"}]}',
    ],
  ])("that are %s are refused, and not repeated", async (_, text) => {
    const db = await blog();
    writeFileSync(keyFile(db), text, { mode: 0o600 });
    const { code, stderr } = await withKeys("token key list", db);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/holds no keys of tokens/)]);
    expect(stderr).not.toMatch(/PRIVATE|SECRET/);
  });

  it("may come from a variable, which cannot be written", async () => {
    const db = await signing();
    const env = { RBAC_TOKEN_KEY: readFileSync(keyFile(db), "utf8") };
    const { stdout } = await cli("token issue alice --aud api", { db, env });
    expect((await cli(`token verify ${stdout.trim()} --aud api`, { db, env })).code).toBe(0);
    for (const line of ["token key create", "token key rotate"])
      expect(await cli(line, { db, env })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("cannot be written"),
      });
    expect((await cli("token key list", { db, env: { RBAC_TOKEN_KEY: "" } })).code).toBe(2);
  });
});

it("where nothing says where, keys lie beside a file that is there, and beside a server none do", async () => {
  const db = await blog();
  const { code, stderr } = await cli("token key create", { db });
  if (SERVER) return expect([code, stderr]).toEqual([2, expect.stringContaining("name their file with --key-file")]);
  expect(code).toBe(0);
  expect(statSync(`${db}.token-keys`).mode & 0o777).toBe(0o600);
  const missing = freshDb();
  expect((await cli("token key create", { db: missing })).code).toBe(4);
  expect(existsSync(`${missing}.token-keys`)).toBe(false);
  expect(await cli("token key list", { db: await blog() })).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining("rbac token key create makes one") },
  });
});

describe("a token", () => {
  let db: string;
  beforeAll(async () => {
    db = await signing();
  });

  it("says who, by RFC 9068, and verifies from a command line and from standard input", async () => {
    const { token, claims, ...rest } = await jsonOf("token issue alice --aud api --for 5m --email --client-id web", db);
    const [header = "", payload = ""] = token
      .split(".")
      .map((part: string) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(header)).toEqual({ alg: "ES256", kid: expect.any(String), typ: "at+jwt" });
    expect(JSON.parse(payload)).toEqual(claims);
    expect(claims).toMatchObject({
      ...{ iss: expect.stringMatching(/^urn:rbac:[0-9a-f]{32}$/), sub: "alice", aud: "api", client_id: "web" },
      ...{ email: "alice@example.com", roles: ["editor", "owner", "reader"], exp: claims.iat + 300 },
      rbac: { rev: 1, db: claims.iss.slice(9), on: null },
    });
    expect(rest).toMatchObject({ code: 0, user: "alice", revision: 1, leftOut: [], bytes: token.length });
    expect(await jsonOf(`token verify ${token} --aud api`, db)).toMatchObject({
      ...{ code: 0, valid: true, user: "alice", stale: false, revision: 1, claims },
    });
    expect(await jsonOf(`token verify ${token} --aud billing`, db)).toEqual({
      ...{ code: 1, valid: false, revision: 1, reason: "the token is for another audience" },
    });
    expect((await withKeys(`token verify ${token} --aud api --quiet`, db)).stdout).toBe("");
  });

  it("lists permissions on a scope, and tells what it leaves out", async () => {
    const { claims, leftOut } = await jsonOf("token issue bob --aud api --on acme/blog --claims permissions", db);
    expect([claims.permissions, leftOut, claims.rbac]).toEqual([
      ["posts:delete"],
      [],
      { rev: 1, db: claims.rbac.db, on: "acme/blog", roles: ["moderator", "owner"] },
    ]);
    const { stderr } = await withKeys("token issue bob --aud api --claims scope", db);
    expect(stderr).toContain("left out, as no list can say when they hold: posts:delete");
  });

  it.each([
    ["token issue dora --aud api", 3, "disabled"],
    ["token issue alcie --aud api", 2, 'did you mean "alice"'],
    ["token issue alice", 2, "--aud"],
    ["token issue alice --aud api --for 25h", 2, "24h at most"],
    ["token issue alice --aud api --for 0s", 2, "a second at least"],
    ["token issue alice --aud api --issuer us", 2, "takes a URL"],
    ["token issue alice --aud api --claims groups", 2, "roles, permissions or scope"],
    ["token issue alice --aud api --max-bytes 100", 3, "and may have 100"],
    ["token verify x.y.z --aud api", 1, ""],
  ])("%s: exit %i", async (line, exit, words) => {
    const { code, stdout, stderr } = await withKeys(line, db);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(words)]);
    if (exit !== 1) expect(stdout).toBe("");
  });

  it("is refused by another database, also one with the same policy, keys and revision", async () => {
    const token = await issued("token issue alice --aud api", db);
    const other = await seeded(BLOG);
    const verify = (more: string) =>
      cli(`token verify ${token} --aud api --key-file "${keyFile(db)}" ${more}`, { db: other });
    expect(await verify("")).toMatchObject({ code: 1, stdout: "refused\nthe token is of another issuer\n" });
    const { claims } = await jsonOf(`token verify ${token} --aud api`, db);
    expect(await verify(`--issuer ${claims.iss}`)).toMatchObject({
      code: 1,
      stdout: "refused\nthe token is of another database\n",
    });
  });

  it("is stale once its user or roles changed, refused for a user who is disabled or gone", async () => {
    const own = await signing();
    const [token, bobs] = [
      await issued("token issue alice --aud api", own),
      await issued("token issue bob --aud api", own),
    ];
    const verify = async (more: string, which = token) => withKeys(`token verify ${which} --aud api ${more}`, own);
    expect(await verify("--fresh")).toMatchObject({ code: 0 });
    await cli("grant reader users:read", { db: own });
    expect(await verify("")).toMatchObject({ code: 0, stderr: expect.stringContaining("roles changed since") });
    expect(await verify("--fresh")).toMatchObject({ code: 1, stdout: expect.stringContaining("roles changed since") });
    expect(await verify("--fresh", bobs)).toMatchObject({ code: 0 });
    await cli("user disable alice", { db: own });
    expect((await verify("")).stdout).toBe("refused\nits user is disabled\n");
    await cli("user delete alice --yes", { db: own });
    expect((await verify("")).stdout).toBe("refused\nits user is gone\n");
  });

  it("ends with the assignment that it is about, and issuing is no change of the policy", async () => {
    const own = await signing();
    await cli("revoke alice editor", { db: own });
    await cli("assign alice editor --for 1m", { db: own });
    const { claims } = await jsonOf("token issue alice --aud api", own);
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(60);
    expect((await withKeys("token issue alice --aud api", own)).stderr).toContain("because an assignment of the user");
    expect(JSON.parse((await cli("db status --json", { db: own })).stdout).revision).toBe(3);
  });
});
