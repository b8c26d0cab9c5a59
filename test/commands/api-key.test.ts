/** The commands of API keys: a secret is told once, a key goes with its user, none comes back, and the guard judges. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isKeyOf, readApiKey } from "../../src/api-keys/secret.ts";
import { Database } from "../../src/database/database.ts";
import { RbacError } from "../../src/errors.ts";
import { creatingKey, revokingKeys, rotatingKey } from "../../src/policy/edit/api-keys.ts";
import { added } from "../../src/policy/model/change.ts";
import type { Mutation } from "../../src/policy/model/mutation.ts";
import type { ApiKey } from "../../src/policy/model/policy.ts";
import { creating, offboarding, removing, renaming } from "../../src/policy/mutations.ts";
import { answer, blog } from "../support/blog.ts";
import { cli, json } from "../support/cli.ts";
import { bytesOf, copied } from "../support/databases.ts";
import { fileWith } from "../support/documents.ts";
import { ACTORS, policy } from "../support/guard/matrix.ts";
import { digestOf, withKey } from "../support/store/keys.ts";

const NOW = "2026-11-30T12:00:00.000Z";

/** The keys as whoever asks who calls reads them. */
async function keysOf(db: string): Promise<readonly ApiKey[]> {
  const database = await Database.open(db, "read");
  const keys = await database.read((reading) => reading.apiKeys());
  await database.close();
  return keys;
}

const opens = async (db: string, text: string, at = NOW): Promise<boolean> => {
  const read = readApiKey(text);
  return read !== undefined && (await keysOf(db)).some((key) => isKeyOf(read, key, at));
};

const made = async (db: string, line: string): Promise<string> => {
  const { code, stdout, stderr } = await cli(line, { db });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("it is shown once, and kept nowhere") });
  expect(stdout).toMatch(/^rbac_[a-z2-7]{12}_[\w-]{43}\n$/);
  return stdout.trim();
};
const idOf = (key: string): string => key.slice(5, 17);

/** Everything that a database tells of itself. */
async function toldBy(db: string): Promise<string> {
  const lines = ["api-key list", "audit", "export", "history alice", "user show alice", "db status", "audit export"];
  const formats = lines.flatMap((line) => [line, ...(line === "audit export" ? [] : [`${line} --json`])]);
  const told = await Promise.all(formats.map((line) => cli(line, { db })));
  return told.map(({ stdout, stderr }) => stdout + stderr).join("\n");
}

it("a secret is told once: by no list, no entry, no export, and none is on a command line", async () => {
  const db = await blog();
  const key = await made(db, "api-key create --principal alice --right rbac:read --right 'posts:*' --until 2999-01-01");
  const id = idOf(key);
  const [row] = await keysOf(db);
  expect(row).toEqual({
    ...{ id, user: "alice", digest: digestOf(key), rights: ["posts:*", "rbac:read"] },
    ...{ until: "2999-01-01T00:00:00.000Z", previous: null, overlap: null, revision: 2 },
  });
  const told = await toldBy(db);
  expect(told).toContain(id);
  expect(told).not.toContain(key.slice(18));
  const list = (await cli("api-key list", { db })).stdout;
  expect(list).not.toContain(digestOf(key));
  expect(JSON.stringify(await json("api-key list", { db }))).not.toContain(digestOf(key));
  const { code, stdout, stderr } = await cli(["api-key", "revoke", key], { db });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).not.toContain(key.slice(18));
});

it("create in JSON has the key, its row and the change; a dry run makes no key and changes nothing", async () => {
  const db = await blog();
  const line = "api-key create --principal alice --for 30d --reason 'the shop' --json";
  const before = await bytesOf(db);
  expect(await json(`${line} --dry-run`, { db })).toMatchObject({
    changed: true,
    dryRun: true,
    revision: 1,
    key: null,
  });
  expect(await json(`${line} --as alice`, { db })).toMatchObject({ dryRun: true, key: null });
  expect((await cli("api-key create --principal alice --dry-run", { db })).stdout).not.toContain("rbac_");
  expect(await bytesOf(db)).toBe(before);
  const { key, ...rest } = await json<{ key: string; id: string; until: string }>(line, { db });
  const { id, until } = rest;
  const after = { digest: digestOf(key), rights: null, until, previous: null, overlap: null };
  expect(rest).toEqual({
    ...{ changed: true, dryRun: false, revision: 2, id: idOf(key), user: "alice", rights: null, until, overlap: null },
    changes: [{ kind: "api-key.add", id, user: "alice", before: null, after }],
  });
  const { entries } = await json<{ entries: object[] }>("audit --last 1", { db });
  expect(entries).toMatchObject([{ reason: "the shop", change: { kind: "api-key.add" } }]);
  expect(await opens(db, key)).toBe(true);
  expect((await cli("plan -- api-key create --principal alice", { db })).code).toBe(2);
});

it("a rotation leaves the secret before until its overlap ends, or ends it at once", async () => {
  const db = await blog();
  const first = await made(db, "api-key create --principal alice");
  const second = await made(db, `api-key rotate ${idOf(first)} --overlap 1h`);
  const [{ overlap = null } = {}] = await keysOf(db);
  const justBefore = new Date(Date.parse(String(overlap)) - 1).toISOString();
  expect([await opens(db, first, justBefore), await opens(db, first, String(overlap))]).toEqual([true, false]);
  expect(await opens(db, second)).toBe(true);
  expect(await json("api-key list --user alice", { db })).toMatchObject({ apiKeys: [{ state: "rotating", overlap }] });
  const third = await made(db, `api-key rotate ${idOf(first)}`);
  expect([await opens(db, first), await opens(db, second), await opens(db, third)]).toEqual([false, false, true]);
  expect(idOf(third)).toBe(idOf(first));
  const told = await cli(`api-key rotate ${idOf(first)} --dry-run`, { db });
  expect(told.stdout).toBe(`~ api-key ${idOf(first)} alice: another secret\n`);
});

it("what has ended is listed as such, and not rotated; revoking is told without a way back", async () => {
  const db = await blog();
  await withKey(db, { id: "aaaaaaaaaaaa", user: "alice", until: "2026-01-01T00:00:00.000Z" });
  await withKey(db, { id: "bbbbbbbbbbbb", user: "bob", rights: ["rbac:read"] });
  const { stdout } = await cli("api-key list", { db });
  expect(stdout).toMatch(/aaaaaaaaaaaa +alice +all .*ended\nbbbbbbbbbbbb +bob +rbac:read .*active/);
  expect(await answer("api-key rotate aaaaaaaaaaaa", db)).toMatchObject({
    code: 3,
    json: { error: { code: "API_KEY_ENDED" } },
  });
  expect(await answer("api-key revoke cccccccccccc", db)).toMatchObject({
    code: 2,
    json: { error: { code: "API_KEY_NOT_FOUND" } },
  });
  const { code, stderr } = await cli("api-key revoke aaaaaaaaaaaa bbbbbbbbbbbb aaaaaaaaaaaa", { db });
  expect([code, stderr]).toEqual([0, "removed 2 API keys; revision 4\n"]);
  expect(await keysOf(db)).toEqual([]);
  expect((await cli("api-key list", { db })).stderr).toBe("no API keys\n");
});

describe("a key goes where its user goes", () => {
  const NO_ALICE = fileWith(JSON.stringify({ rbac: 1, users: { bob: {} } }));
  const WAS = fileWith(JSON.stringify({ rbac: 1, users: { alicia: { was: "alice" } } }));
  it.each([
    ["user rename alice alicia", ["alicia", "bob"]],
    [`seed "${WAS}"`, ["alicia", "bob"]],
    ["user delete alice --yes", ["bob"]],
    ["user offboard alice", ["bob"]],
    ["user offboard alice --delete --yes", ["bob"]],
    ["user disable alice", ["alice", "bob"]],
    [`seed "${NO_ALICE}" --prune --max-removals 100 --yes`, ["bob"]],
    ["undo --to 2020-01-01 --yes", []],
  ])("%s", async (line, left) => {
    const db = await blog();
    const keys = [await made(db, "api-key create --principal alice"), await made(db, "api-key create --principal bob")];
    expect(await cli(line, { db })).toMatchObject({ code: 0 });
    const standing = await keysOf(db);
    expect(standing.map(({ user }) => user).sort()).toEqual(left);
    for (const { digest } of standing) expect(keys.map(digestOf)).toContain(digest);
    expect(await json("audit verify", { db })).toMatchObject({ valid: true });
  });

  it("by a plan, too: whoever has a key that came since is not deleted by it", async () => {
    const db = await blog();
    const plan = fileWith("", "plan.json");
    await made(db, "api-key create --principal alice");
    expect((await cli(`plan --out "${plan}" -- user delete alice --yes`, { db })).code).toBe(0);
    const other = await copied(db);
    expect((await cli(`apply "${plan}" --yes`, { db })).code).toBe(0);
    expect(await keysOf(db)).toEqual([]);
    await made(other, "api-key create --principal alice");
    expect(await answer(`apply "${plan}" --yes`, other)).toMatchObject({
      code: 3,
      json: { error: { code: "PLAN_STALE" } },
    });
    expect(await keysOf(other)).toHaveLength(2);
  });
});

it("one right is said by each --right, so that no key is made of a list that means nothing", async () => {
  const db = await blog();
  const said = await answer("api-key create --principal alice --right rbac:read,rbac:user", db);
  expect(said).toMatchObject({ code: 2, json: { error: { code: "VALUE_INVALID" } } });
  expect(await keysOf(db)).toEqual([]);
});

describe("undo", () => {
  it("ends a key that was made, and says where it brings none back", async () => {
    const db = await blog();
    const key = await made(db, "api-key create --principal alice"); // Revision 2.
    expect((await cli("undo 2", { db })).code).toBe(0); // 3.
    expect(await keysOf(db)).toEqual([]);
    expect(await answer("undo 3", db)).toMatchObject({ code: 3, json: { error: { code: "API_KEY_ENDED" } } });
    const second = await made(db, "api-key create --principal alice"); // 4.
    await made(db, `api-key rotate ${idOf(second)}`); // 5.
    expect(await answer("undo 5", db)).toMatchObject({ code: 3, json: { error: { code: "API_KEY_ENDED" } } });
    expect(await answer("undo 4", db)).toMatchObject({ code: 3, json: { error: { code: "CHANGED_SINCE" } } });
    await cli("user delete alice --yes", { db }); // 6.
    const { code, stderr } = await cli("undo 6", { db });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`no API key comes back: ${idOf(second)} ended for good`),
    ]);
    expect(await json("user show alice", { db })).toMatchObject({ user: "alice" });
    expect([await keysOf(db), await opens(db, key)]).toEqual([[], false]);
  });

  it("of a renaming takes the keys along, with the secret that they have now", async () => {
    const db = await blog();
    const key = await made(db, "api-key create --principal alice"); // 2.
    await cli("user rename alice alicia", { db }); // 3.
    const rotated = await made(db, `api-key rotate ${idOf(key)}`); // 4.
    const { stderr } = await cli("undo 3..4 --yes", { db });
    expect(stderr).toContain(`no secret comes back: ${idOf(key)} keep those of their rotation`);
    expect(await keysOf(db)).toMatchObject([{ id: idOf(key), user: "alice", digest: digestOf(rotated) }]);
    expect((await cli("undo 5", { db })).code).toBe(0); // The renaming again.
    expect(await keysOf(db)).toMatchObject([{ user: "alicia", digest: digestOf(rotated) }]);
  });

  const SWAP = ["user rename alice x", "user rename bob alice", "user rename x bob"];
  it.each([
    [SWAP, "undo --to @3", []],
    [SWAP, "undo 4..6", []],
    [["user delete bob --yes", "user rename alice bob"], "undo 4..5", []],
    [["user rename alice x", "user rename x y"], "undo 4..5", []],
    [["user rename alice x"], "undo 4", ["alice"]],
    [["user rename alice x"], "undo --to @3", []],
  ])("of %j by %s gives nobody the key of another", async (lines, undo, users) => {
    const db = await blog();
    await cli("user set alice --email one@example.com", { db }); // 2.
    await made(db, "api-key create --principal alice"); // 3.
    for (const line of lines) expect((await cli(line, { db })).code).toBe(0);
    const { code, stderr } = await cli(`${undo} --yes`, { db });
    expect(code).toBe(0);
    expect((await keysOf(db)).map(({ user }) => user)).toEqual(users);
    expect(/no API key comes back/.test(stderr)).toBe(users.length === 0);
    expect(await json("user show alice", { db })).toMatchObject({ email: "one@example.com" });
  });

  it("takes no user away who has a key by now", async () => {
    const db = await blog();
    await cli("user create bot", { db });
    await made(db, "api-key create --principal bot");
    expect(await answer("undo 2", db)).toMatchObject({ code: 3, json: { error: { code: "CHANGED_SINCE" } } });
    expect((await cli("undo 2..3 --yes", { db })).code).toBe(0);
    expect(await keysOf(db)).toEqual([]);
  });

  it("to a moment ends what was made since, and tells what stays away", async () => {
    const db = await blog();
    const [old, gone] = [
      await made(db, "api-key create --principal alice"),
      await made(db, "api-key create --principal bob"),
    ];
    await cli(`api-key revoke ${idOf(gone)}`, { db });
    await made(db, "api-key create --principal bob");
    const rotated = await made(db, `api-key rotate ${idOf(old)}`);
    const { code, stderr } = await cli("undo --to @3 --yes", { db });
    expect([code, stderr]).toEqual([0, expect.stringContaining(`no API key comes back: ${idOf(gone)}`)]);
    expect(await keysOf(db)).toMatchObject([{ id: idOf(old), digest: digestOf(rotated) }]);
  });
});

describe("a program's key", () => {
  const key = { id: "a".repeat(12), user: "bot", digest: digestOf("x"), rights: null, until: null };
  const change = async (...mutations: readonly Mutation[]) => {
    const database = await Database.scratch(NOW);
    const stamp = { actor: "root", osUser: "root", at: NOW, reason: null };
    const codes: unknown[] = [];
    for (const mutation of [creating("user", "bot", { disabled: true }), ...mutations])
      codes.push(await database.change(stamp, mutation).then(({ notices = [] }) => notices.join(), codeOf));
    await database.close();
    return codes.slice(1);
  };
  const codeOf = (error: unknown) => (error instanceof RbacError ? error.code : String(error));

  it.each([
    [{ ...key, until: NOW }, "VALUE_INVALID"],
    [{ ...key, user: "nobody" }, "USER_NOT_FOUND"],
    [{ ...key, id: "A".repeat(12) }, "VALUE_INVALID"],
    [{ ...key, digest: "0" }, "VALUE_INVALID"],
    [{ ...key, rights: [] }, "VALUE_INVALID"],
    [{ ...key, rights: ["rbac:read", "*"] }, "VALUE_INVALID"],
    [{ ...key, rights: ["rb ac:*x"] }, "PERMISSION_INVALID"],
    [{ ...key, until: "soon" }, "TIME_INVALID"],
  ])("%j is refused: %s", async (row, code) => {
    expect(await change(creatingKey(row, NOW))).toEqual([code]);
  });

  it("is made once, and told of where its user is disabled; a former digest counts until a time, or not at all", async () => {
    const told = '"bot" is disabled: until they are enabled, the key opens nothing';
    expect(await change(creatingKey(key, NOW), creatingKey(key, NOW))).toEqual([told, "EXISTS"]);
    const same = rotatingKey({ id: key.id, digest: key.digest, overlap: null }, NOW);
    expect(await change(creatingKey(key, NOW), same)).toEqual([told, ""]);
    const odd: Mutation = {
      needs: { users: ["bot"] },
      decide: () => [added("api-key", { ...key, previous: digestOf("y"), overlap: null })],
    };
    expect(await change(odd)).toEqual(["VALUE_INVALID"]);
  });
});

describe("the guard", () => {
  /** Who holds `rbac:api-key` at the root whatever comes, of those who act in the matrix. */
  const OF_KIND =
    "kinds reads posts hindered hindered-there owner any-read split no-grants-there escalates-there sometimes all-but any-but";
  const ROOTS = ["root", "escalates"];
  const MAY = new Set([...ROOTS, ...OF_KIND.split(" "), "hindered-sometimes", "escalates-sometimes"]);
  /** Those of them who hold all that bob does: `posts:*` everywhere, without a deny that lies in it. */
  const LIKE_BOB = new Set([...ROOTS, "posts", "any-but", "no-grants-there"]);
  /** Those who may revoke assignments, too. */
  const ENDS_BOB = new Set([...ROOTS, "posts", "any-but"]);
  const LATER = "2999-01-01T00:00:00.000Z";
  const of = (id: string, user: string): Mutation =>
    creatingKey({ id, user, digest: digestOf("x"), rights: ["rbac:read"], until: null }, NOW);
  const rotated = (id: string): Mutation => rotatingKey({ id, digest: digestOf("y"), overlap: LATER }, NOW);
  const [NEW, BOBS, ENDED] = ["n".repeat(12), "b".repeat(12), "e".repeat(12)];

  /** Each with who may: what an actor tries, who has a key. */
  const TRIES: readonly (readonly [string, (actor: string, mine: string) => Mutation, (actor: string) => boolean])[] = [
    ["a key of one's own", (actor) => of(NEW, actor), (actor) => MAY.has(actor)],
    ["a key of somebody who may less", () => of(NEW, "gina"), (actor) => ROOTS.includes(actor)],
    ["a key of bob", () => of(NEW, "bob"), (actor) => ROOTS.includes(actor)],
    ["another secret of one's own", (_, mine) => rotated(mine), (actor) => MAY.has(actor)],
    ["another secret of bob's", () => rotated(BOBS), (actor) => ROOTS.includes(actor)],
    ["the end of one's own", (_, mine) => revokingKeys([mine]), (actor) => MAY.has(actor)],
    ["the end of bob's", () => revokingKeys([BOBS]), (actor) => LIKE_BOB.has(actor)],
    ["the end of both", (_, mine) => revokingKeys([mine, BOBS]), (actor) => LIKE_BOB.has(actor)],
    ["the end of what ended", () => revokingKeys([ENDED]), (actor) => MAY.has(actor)],
    ["bob deleted, with his key", () => removing("user", "bob", false), (actor) => ENDS_BOB.has(actor)],
    [
      "bob offboarded",
      () => offboarding({ user: "bob", successor: null, afterwards: "keep", at: NOW }),
      (actor) => ENDS_BOB.has(actor),
    ],
    // Judged as the user alone, as every renaming is.
    ["bob renamed", () => renaming("user", "bob", "other"), (actor) => MAY.has(actor) || actor === "people"],
  ];

  let database: Database;
  const mine = (actor: string): string => `m${"a".repeat(10)}${LETTERS[ACTORS.indexOf(actor)]}`;
  const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  beforeAll(async () => {
    const db = await policy();
    await withKey(db, { id: BOBS, user: "bob" });
    await withKey(db, { id: ENDED, user: "bob", until: "2026-01-01T00:00:00.000Z" });
    database = await Database.open(db, "write");
    const stamp = { actor: "root", osUser: "root", at: new Date().toISOString(), reason: null };
    for (const actor of ACTORS) if (actor !== "stranger") await database.change(stamp, of(mine(actor), actor));
  });
  afterAll(() => database.close());

  it.each(TRIES)("lets those who may have %s, and nobody else", async (_, tried, may) => {
    const at = new Date().toISOString();
    const found: [string, string][] = [];
    for (const actor of ACTORS) {
      const judged = await database.preview({ actor, at }, tried(actor, mine(actor))).then(
        () => "may",
        (error) => (error instanceof RbacError ? error.code : String(error)),
      );
      found.push([actor, judged]);
    }
    const refused = expect.stringMatching(/^(GUARDED|REFUSED|USER_NOT_FOUND|API_KEY_NOT_FOUND)$/);
    expect(found).toEqual(ACTORS.map((actor) => [actor, may(actor) ? "may" : refused]));
  });
});
