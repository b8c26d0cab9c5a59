/**
 * A schema of a server as rbac makes it: what is done to it behind its back is found, and what it cannot hold is one
 * clear line.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { open, RbacError } from "../../../src/index.ts";
import { connect } from "../../../src/store/connect.ts";
import { EXPECTED_SCHEMA } from "../../../src/store/postgres/expected-schema.ts";
import { answer, blog } from "../../support/blog.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { bytesOf, copied, meddle } from "../../support/databases.ts";
import { fileWith, seeded } from "../../support/documents.ts";

/** A statement of a session of its own in the schema of a database, with every trigger in its place. */
async function run(db: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.RBAC_TEST_SERVER });
  await client.connect();
  try {
    await client.query(`set search_path to ${new URL(db).searchParams.get("schema")}`);
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const faultsOf = async (db: string): Promise<string[]> => {
  const { code, json } = await answer("audit verify", db);
  const faults = json.faults as { code: string; seq: number | null; table: string | null; message: string }[];
  expect(code).toBe(faults.length === 0 ? 0 : 1);
  return faults.map(({ code: what, seq, message }) => `${what} ${seq === null ? "-" : `seq ${seq}`} ${message}`);
};

it("is as expected-schema.ts says, object by object", async () => {
  const { db, dialect, close } = await connect(await blog(), "read");
  const found = await dialect.schema(db).finally(close);
  const texts = (of: ReadonlyMap<string, string>) => [...of].map(([name, text]) => `${name}: ${text}`).sort();
  expect(texts(found)).toEqual(texts(EXPECTED_SCHEMA));
});

/** Everything that a policy can have, so that no table is empty. */
const FULL = {
  rbac: 1 as const,
  permissions: ["a:b"],
  roles: { boss: { grants: ["*:*"] }, heir: { inherits: ["boss"] } },
  users: { root: { roles: ["boss"] } },
  everyone: ["heir"],
  constraints: { last: { kind: "min_users", roles: ["boss"], limit: 1 } },
  guarded: true,
};

describe("audit verify finds", () => {
  it.each([
    ["update users set email = 'x'", "row - user root is not as the entries left it"],
    ["update users set disabled = 1", "row - user root is not as the entries left it"],
    ["update roles set description = 'x' where role = 'heir'", "row - role heir is not as the entries left it"],
    ["update permissions set revision = 2", "row - permission a:b is not as the entries left it"],
    ["update users set skeleton = 'x'", "columns - user root has columns that do not fit its name"],
    ["delete from everyone", "row - everyone heir is missing from the table"],
    ["delete from policy", "row - policy guarded is missing from the table"],
    ["delete from assignments", "row - assignment root boss"],
    ["delete from inheritance", "row - inheritance heir boss is missing from the table"],
    ["delete from grants", "row - grant boss"],
    [`update constraints set "limit" = 2`, "row - constraint last is not as the entries left it"],
    ["insert into roles values ('z', null, 'z', 1, 'z')", "row - role z is in the table, and no entry put it there"],
    ["insert into grants values ('heir', 'deny', '*:*', '', 1)", "row - grant heir"],
    ["insert into assignments values ('root', 'heir', '', null, null, 1)", "row - assignment root heir"],
    ["insert into everyone values ('boss', 1)", "row - everyone boss is in the table, and no entry put it there"],
    ["update meta set revision = 7", "revision - the database says revision 7, its record ends at 1"],
    ["update meta set created_at = 'yesterday'", "row - meta does not say when the database was made"],
    ["insert into meta values (2, 2, 1, '', '')", "row - meta has 2 rows, and must have one"],
    ["delete from meta", "row - meta has 0 rows, and must have one"],
    ["update entries set actor = 'mallory' where seq = 2", "seq 2"],
    ["update entries set reason = 'x' where seq = 3", "seq 3"],
    ["update entries set change = replace(change, 'a:b', 'a:c') where seq = 1", "seq 1"],
    [`update entries set "user" = 'x' where seq = 1`, "seq 1"],
    ["delete from entries where seq = 2", "sequence"],
    ["delete from entries where seq = (select max(seq) from entries)", "in the table, and no entry put it there"],
    ["update entries set hash = prev where seq = 4", "seq 4"],
  ])("%s", async (statement, fault) => {
    const db = await seeded(FULL);
    expect(await faultsOf(db)).toEqual([]);
    await meddle(db, statement);
    if (statement === "delete from meta") {
      expect((await cli("audit verify", { db })).code).toBe(4);
      return;
    }
    const faults = await faultsOf(db);
    expect(faults.join("\n")).toContain(fault);
  });

  it.each([
    ["alter table entries disable trigger entries_refuse", "trigger entries_refuse is not as rbac makes it"],
    ["alter table entries enable always trigger entries_append", "trigger entries_append is not as rbac makes it"],
    ["drop trigger entries_append on entries", "trigger entries_append is missing"],
    ["alter table assignments disable trigger all", "is none of ours"],
    ["drop index users_skeleton", "index users_skeleton is missing"],
    ["alter table users drop constraint users_pkey cascade", "constraint users_pkey is missing"],
    ["alter table grants drop constraint grants_role_fkey", "constraint grants_role_fkey is missing"],
    ["create index helper on users (email)", "index helper is none of ours"],
    [
      "create or replace function entries_refuse() returns trigger language plpgsql as 'begin return new; end'",
      "function entries_refuse is not as rbac makes it",
    ],
    ["alter function entries_append() set search_path = public", "function entries_append is not as rbac makes it"],
    ["alter function entries_append() security definer", "function entries_append is not as rbac makes it"],
    ["create function helper() returns integer language sql as 'select 1'", "function helper is none of ours"],
    [`alter table users alter "user" type text collate "default"`, "table users is not as rbac makes it"],
    [
      `drop index roles_skeleton; create index roles_skeleton on roles (skeleton collate "en-x-icu")`,
      "index roles_skeleton is not as rbac makes it",
    ],
    ["alter table roles add column more text", "table roles is not as rbac makes it"],
    ["alter table roles alter column skeleton drop not null", "table roles is not as rbac makes it"],
    ["alter table users alter column disabled set default 1", "table users is not as rbac makes it"],
    ["alter table users enable row level security", "table users is not as rbac makes it"],
    [
      "alter table assignments drop constraint assignments_user_fkey; alter table identities drop constraint identities_user_fkey; alter table api_keys drop constraint api_keys_user_fkey; alter table users set unlogged",
      "table users is not as rbac makes it",
    ],
    ["create table more (a integer)", "table more is none of ours"],
    ["create view more as select 1 as a", "table more is none of ours"],
    ["create rule quiet as on delete to users do instead nothing", "rule quiet of users is none of ours"],
    ["create trigger helper after insert on users execute function entries_refuse()", "trigger helper is none of ours"],
    ["create sequence more", "table more is none of ours"],
    ["create table more () inherits (users)", "table more is none of ours"],
    ["create policy mine on users using (true)", "policy mine of users is none of ours"],
    ["create type more as enum ('a')", "type more is none of ours"],
  ])("%s", async (statement, fault) => {
    const db = await blog();
    await run(db, statement);
    const faults = await faultsOf(db);
    expect(faults.join("\n")).toContain(fault);
    expect(faults.every((line) => line.startsWith("schema - "))).toBe(true);
  });
});

/** Of every table: gone, under another name, each column under another name, and a view in its place. */
const TABLES = [...EXPECTED_SCHEMA].flatMap(([name, text]) =>
  name.startsWith("table ")
    ? [{ table: name.slice(6), columns: [...text.matchAll(/(?<=^pf |, )\w+/g)].map(([column]) => column) }]
    : [],
);
const LACKS = TABLES.flatMap(({ table, columns }) => [
  [`drop table ${table} cascade`, table],
  [`alter table ${table} rename to ${table}2`, table],
  [`alter table ${table} rename to ${table}2; create view ${table} as select distinct * from ${table}2`, table],
  ...columns.map((column) => [`alter table ${table} rename column "${column}" to "${column}2"`, table]),
]);

/** By this table and this column a policy is known for one. */
const NO_POLICY = [
  "drop table meta cascade",
  "alter table meta rename to meta2",
  'alter table meta rename column "version" to "version2"',
];

const WRITES = ["assign root heir --actor root", "user create zoe --actor root"];

describe("a schema that lacks something", () => {
  let template = "";
  beforeAll(async () => {
    template = await seeded(FULL);
  });

  it("has seen every table and column", () => {
    expect([TABLES.length, LACKS.length]).toEqual([17, 17 * 3 + TABLES.flatMap(({ columns }) => columns).length]);
    expect(LACKS.length).toBeGreaterThan(110);
  });

  it.each(LACKS)(
    "%s: verified with its faults listed, and no other command ends as if we were at fault",
    async (lack, table) => {
      const db = await copied(template);
      await run(db, ...lack.split("; "));
      if (NO_POLICY.includes(lack)) {
        expect(await cli("audit verify", { db })).toMatchObject({ code: 4, stdout: "" });
        return;
      }
      const { code, json } = await answer("audit verify", db);
      expect(code).toBe(1);
      const faults = (json.faults as { code: string; message: string }[]).map(
        ({ code: what, message }) => `${what} ${message}`,
      );
      expect(faults.join("\n")).toMatch(new RegExp(`schema table ${table} is (missing|not as rbac makes it)`));
      for (const line of ["can root a:b", ...WRITES, "export", "db status"]) {
        const { code: exit, stderr: told } = await cli(line, { db });
        expect([line, exit === 0 || exit === 4, told]).toEqual([line, true, expect.not.stringContaining("internal")]);
      }
    },
  );
});

it("a verification that the server ends for its length finds no fault, and says so", async () => {
  const db = await seeded({
    rbac: 1,
    users: Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`u${at}`, {}])),
  });
  await run(db, "alter table users rename to users2", "create view users as select u.* from users2 u, pg_sleep(60)");
  const { code, stderr } = await cli("audit verify", { db: `${db}&statement_timeout=1500` });
  expect([code, stderr]).toEqual([4, expect.stringContaining("longer than it may")]);
});

describe("the record", () => {
  let db = "";
  let before = "";
  beforeAll(async () => {
    db = await blog();
    before = await bytesOf(db);
  });

  const entry = (seq: string) =>
    `insert into entries select ${seq}, revision, at, actor, os_user, reason, change, kind, "user", role, inherits, permission, prev, hash, mac from entries where seq = 1`;

  it.each([
    ["update entries set actor = 'mallory'", "never changed or deleted"],
    ["update entries set actor = actor where false", "never changed or deleted"],
    ["delete from entries where seq = 28", "never changed or deleted"],
    ["truncate entries", "never changed or deleted"],
    ["truncate entries, meta", "never changed or deleted"],
    [entry("30"), "only grow"],
    [entry("0"), "only grow"],
    [entry("-1"), "only grow"],
    [`${entry("29")} union all ${entry("31").slice("insert into entries ".length)}`, "only grow"],
  ])("%s is refused", async (statement, said) => {
    await expect(run(db, statement)).rejects.toThrow(said);
    expect(await bytesOf(db)).toBe(before);
  });

  it("is refused a gap whatever a session calls its own", async () => {
    const schema = new URL(db).searchParams.get("schema");
    const deceiving = [
      "create temporary table entries (seq bigint)",
      "insert into pg_temp.entries values (98)",
      "set search_path = pg_temp",
      entry("99")
        .replaceAll("into entries", `into ${schema}.entries`)
        .replaceAll("from entries", `from ${schema}.entries`),
    ];
    await expect(run(db, ...deceiving)).rejects.toThrow("only grow");
    expect(await bytesOf(db)).toBe(before);
  });
});

const wide = (sign: string, length = 255): string =>
  Array.from({ length }, (_, at) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + ((at * 7919) % 599))).join("");

describe("what is too much for an index of the server", () => {
  it("is one clear line with exit 2, and nothing is changed", async () => {
    const db = await blog();
    const [user, role, scope] = ["\u{20000}", "\u{21000}", "\u{22000}"].map((sign) => wide(sign)) as [
      string,
      string,
      string,
    ];
    for (const line of [
      ["role", "create", role],
      ["user", "create", user],
      ["assign", user, role],
    ])
      expect(await cli(line, { db })).toMatchObject({ code: 0 });
    const before = await bytesOf(db);
    for (const line of [
      ["assign", user, role, "--on", scope],
      ["assign", user, role, "--on", scope, "--json"],
      ["grant", role, `${wide("\u{23000}", 120)}:${wide("\u{24000}", 120)}`, "--on", scope],
    ]) {
      const { code, stderr } = await cli(line, { db });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^rbac: [^\n]+\n$/)]);
    }
    expect((await cli(["assign", user, role, "--on", scope, "--json"], { db })).stdout).toContain('"NAME_TOO_LONG"');
    expect(await bytesOf(db)).toBe(before);
    expect((await cli("audit verify", { db })).code).toBe(0);
  });

  it("begins only above what three names of 255 letters of any alphabet need", async () => {
    const db = await blog();
    const [user, role, scope] = ["\u4e00", "\u5000", "\uac00"].map((sign) => wide(sign)) as [string, string, string];
    for (const line of [
      ["role", "create", role],
      ["assign", user, role, "--on", scope, "--until", "2999-01-01"],
    ])
      expect(await cli(line, { db })).toMatchObject({ code: 0 });
    expect((await cli("audit verify", { db })).code).toBe(0);
  });
});

/** The code of what is thrown, or what comes back. */
const said = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "done",
    (error: unknown) => {
      if (error instanceof RbacError && !error.message.includes("\n")) return error.exitCode;
      throw error;
    },
  );

describe.each([
  ["NUL", "a\0b"],
  ["half a surrogate pair", "a\ud800b"],
])("%s", (_, odd) => {
  it("is one clear line wherever text comes in, and nothing is changed", async () => {
    const db = await blog();
    const before = await bytesOf(db);
    const rbac = await open(db, { actor: "web" });
    const asked: Record<string, () => Promise<unknown>> = {
      user: () => rbac.can(odd, "posts:read"),
      permission: () => rbac.can("alice", `posts:${odd}`),
      owner: () => rbac.can("alice", "posts:read", { owner: odd }),
      scope: () => rbac.can("alice", "posts:read", { on: odd }),
      activate: () => rbac.can("alice", "posts:read", { activate: [odd] }),
      assume: () => rbac.can("alice", "posts:read", { assume: [odd] }),
      has: () => rbac.has("alice", odd),
      why: () => rbac.why(odd, "posts:read"),
      permissions: () => rbac.permissions(odd),
      "who can": () => rbac.whoCan(`${odd}:read`),
      "entries of a user": () => rbac.entries({ user: odd }),
      "entries of a role": () => rbac.entries({ role: odd }),
      "entries by": () => rbac.entries({ by: odd }),
      "entries of a kind": () => rbac.entries({ kind: odd }),
      history: () => rbac.history({ user: odd }),
      assigning: async () => rbac.assign(odd, "editor"),
      "a role": async () => rbac.assign("alice", odd),
      "a scope": async () => rbac.assign("alice", "admin", { on: odd }),
      creating: async () => rbac.create("user", odd),
      "a text": async () => rbac.create("user", "erin", { email: odd }),
      "a reason": async () => rbac.create("user", "erin", { reason: odd }),
    };
    const answers: Record<string, unknown> = {};
    for (const [what, ask] of Object.entries(asked)) answers[what] = await said(ask());
    await rbac.close();
    expect(answers).toEqual(Object.fromEntries(Object.keys(asked).map((what) => [what, 2])));
    expect(await said(open(db, { actor: odd }).then((mine) => mine.create("user", "erin")))).toBe(2);
    const document = fileWith(JSON.stringify({ rbac: 1, users: { [odd]: {} } }));
    const rows = fileWith(`{"rbac":1}\n${JSON.stringify({ kind: "user", user: odd })}\n`, "p.ndjson");
    for (const line of [`seed "${document}"`, `seed "${rows}"`])
      expect(await cli(line, { db })).toMatchObject({ code: 2, stderr: expect.stringMatching(/^rbac: [^\n]+\n/) });
    const batch = fileWith(`${JSON.stringify({ user: odd, permission: "posts:read" })}\n`, "b.ndjson");
    expect(await cli(`can --batch "${batch}"`, { db })).toMatchObject({ code: 2 });
    expect(await bytesOf(db)).toBe(before);
  });
});

it("a statement has a deadline, which a URL may say: one clear line with exit 4", async () => {
  const db = await blog();
  const hold = new pg.Client({ connectionString: process.env.RBAC_TEST_SERVER });
  await hold.connect();
  await hold.query(`begin; lock table ${new URL(db).searchParams.get("schema")}.users in access exclusive mode`);
  try {
    const { code, stdout, stderr } = await cli("user list --json", { db: `${db}&statement_timeout=200` });
    expect([code, JSON.parse(stdout).error.code, stderr]).toEqual([
      4,
      "DATABASE_TIMEOUT",
      expect.stringMatching(/^rbac: [^\n]+\n$/),
    ]);
  } finally {
    await hold.end();
  }
  expect((await cli("user list", { db })).code).toBe(0);
});

describe("--break-glass", () => {
  const guest = `guest_${Math.random().toString(36).slice(2)}`;
  let db = "";
  beforeAll(async () => {
    if (!process.env.RBAC_TEST_SERVER) return;
    db = await seeded(FULL);
    const schema = new URL(db).searchParams.get("schema");
    await run(
      db,
      `create role ${guest} login password 'guest'`,
      `grant usage on schema ${schema} to ${guest}`,
      `grant select, insert, update, delete on all tables in schema ${schema} to ${guest}`,
    );
  });
  afterAll(async () => {
    if (db) await run(db, `drop owned by ${guest}`, `drop role ${guest}`);
  });

  it("is for whom the schema belongs to", async () => {
    const as = db.replace(/\/\/[^@]*@/, `//${guest}:guest@`);
    const before = await bytesOf(db);
    const { code, stderr } = await cli("user create erin --actor eve --break-glass", { db: as });
    expect([code, stderr]).toEqual([3, expect.stringContaining("--break-glass is for whoever owns")]);
    expect(stderr).not.toContain("guest");
    expect(await bytesOf(db)).toBe(before);
    expect((await cli("user create erin --actor root", { db: as })).code).toBe(0);
    expect((await cli("user create erna --actor eve --break-glass", { db })).code).toBe(0);
    expect(await faultsOf(db)).toEqual([]);
  });
});

it("a database that is there is left as it is, by whatever name it is asked for", async () => {
  const db = await blog();
  const before = await bytesOf(db);
  expect(await said(Database.create(db, "2026-01-01T00:00:00.000Z", async () => {}))).toBe(3);
  expect(await bytesOf(db)).toBe(before);
  expect(await said(Database.open(freshDb(), "read"))).toBe(4);
});
