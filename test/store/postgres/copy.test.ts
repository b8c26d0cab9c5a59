/** `db copy`: a policy and its record are the same wherever they lie, and the way back ends where it began. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, expect, it } from "vitest";
import { cli, freshDb } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { put, ran } from "../../support/postgres/sessions.ts";

const folder = mkdtempSync(join(tmpdir(), "rbac-copy-"));
let made = 0;
const file = (): string => {
  made += 1;
  return join(folder, `${made}.db`);
};

/** Names that a language would sort or take for each other, a constraint, windows, and a record of some changes. */
const DOCUMENT = {
  rbac: 1,
  permissions: { "posts:read": "Read — “posts”", "posts:Read": {}, "Ärger:lesen": {}, "z:a": {}, "_:x": {} },
  roles: {
    reader: { grants: ["posts:read"] },
    Reader: { grants: ["posts:Read"], denies: ["posts:read"] },
    straße: { inherits: ["reader"], grants: [{ permission: "z:a", scope: "acme/ö" }] },
  },
  users: {
    alice: {
      email: "alice@example.com",
      roles: [{ role: "reader", until: "2999-01-01T00:00:00Z", reason: "on call" }],
    },
    Alice: { disabled: true },
    élan: { roles: [{ role: "straße", scope: "acme" }] },
  },
  everyone: ["reader"],
  constraints: { few: { kind: "max_users", roles: ["Reader"], limit: 2 } },
};

const EXPORTS = [
  "export",
  "export --format json",
  "export --format ndjson",
  "audit export",
  "audit head",
  "audit verify",
];

async function said(db: string): Promise<string[]> {
  const all: string[] = [];
  for (const line of EXPORTS) all.push((await ran(line, db)).stdout);
  return all;
}

let origin = "";
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  origin = file();
  await ran(["seed", fileWith(JSON.stringify(DOCUMENT)), "--allow-confusable"], origin);
  for (const line of [
    "assign zoe reader",
    "revoke zoe reader",
    "user rename zoe zoë",
    "undo 4",
    "constraint delete few --yes",
    "role delete Reader --yes",
  ])
    await ran(line, origin);
});

it("carries everything to a server, between schemas, and back to a file", async () => {
  const path = [origin, freshDb(), freshDb(), file()];
  for (const [at, to] of path.entries()) {
    if (at === 0) continue;
    const [from] = [path[at - 1] ?? ""];
    const { code, stdout, stderr } = await copied(from, to);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^copied .* to .*, verified: revision \d+, head \d+:[0-9a-f]{64}\n$/);
    expect(await said(to)).toEqual(await said(origin));
  }
});

it("goes on where it was copied to: the chain is one", async () => {
  const to = freshDb();
  await copied(origin, to);
  await ran("assign alice straße", to);
  expect(await cli("audit verify", { db: to })).toMatchObject({ code: 0 });
  expect(await cli("undo --to @1 --yes", { db: to })).toMatchObject({ code: 0 });
});

it("never overwrites, and leaves nothing behind", async () => {
  const [db, taken] = [freshDb(), file()];
  await copied(origin, db);
  writeFileSync(taken, "mine");
  const before = await said(db);
  expect(await copied(origin, db)).toMatchObject({ code: 3, stderr: expect.stringContaining("is there already") });
  expect(await copied(db, taken)).toMatchObject({ code: 3, stderr: expect.stringContaining("is there already") });
  expect(await said(db)).toEqual(before);
  expect(readFileSync(taken, "utf8")).toBe("mine");
  // Other tests have drafts on this server meanwhile; what is left behind is what stays.
  const drafts = async () =>
    (await put(db, "select nspname from pg_namespace where nspname like 'rbac\\_draft%'")).map(
      ({ nspname }) => nspname,
    );
  const seen = await drafts();
  await expect
    .poll(async () => (await drafts()).filter((draft) => seen.includes(draft)), { timeout: 60_000 })
    .toEqual([]);
});

it("refuses what does not verify, and nothing appears", async () => {
  const forged = file();
  await copied(origin, forged);
  const raw = new Sqlite(forged);
  raw.exec("update users set disabled = 0 where \"user\" = 'Alice'");
  raw.close();
  const [to, other] = [freshDb(), file()];
  for (const place of [to, other])
    expect(await copied(forged, place)).toMatchObject({ code: 2, stderr: expect.stringContaining("does not verify") });
  expect(existsSync(other)).toBe(false);
  expect(await cli("db status", { db: to })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("there is no policy"),
  });
});

it.each(["db backup FILE", "db restore FILE --yes"])("%s takes a server as it takes a file", async (line) => {
  const [db, backup] = [freshDb(), file()];
  await copied(origin, db);
  if (line.includes("backup")) {
    await ran(line.replace("FILE", `"${backup}"`), db);
    expect(await said(backup)).toEqual(await said(origin));
    return;
  }
  await copied(origin, backup);
  await ran("user create someone", db);
  const { stderr } = await ran(line.replace("FILE", `"${backup}"`), db);
  expect(stderr).toMatch(/^the old database lies at t[0-9a-f]+_\d+_before_\d+\n$/);
  expect(await said(db)).toEqual(await said(origin));
});

/** The URLs of the tests hold a password, which never stands on the line: the files that hold them do. */
async function copied(from: string, to: string) {
  const plain = (db: string) => db.replace(/\/\/([^:@]*):[^@]*@/, "//$1@");
  const password = [from, to].map((db) => /\/\/[^:@]*:([^@]*)@/.exec(db)?.[1]).find(Boolean);
  return cli(["db", "copy", plain(from), plain(to)], { env: password ? { PGPASSWORD: password } : {} });
}
