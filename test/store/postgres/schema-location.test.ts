/** A policy takes the place of another as a whole, or the other stands as it stood. */
import { hash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blog } from "../../support/blog.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { beside, besides, bytesOf } from "../../support/databases.ts";
import { as, holding, put, ran } from "../../support/postgres/sessions.ts";

const schemaOf = (url: string): string => new URL(url).searchParams.get("schema") ?? "";
const PASSWORD = randomBytes(8).toString("hex");
const [KEEPER, OTHER] = [`keeper_${PASSWORD}`, `other_${PASSWORD}`];

beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  await put(
    freshDb(),
    `create role ${OTHER}; create role ${KEEPER} login password '${PASSWORD}'; grant create on database postgres to ${KEEPER}`,
  );
});
afterAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  await put(
    freshDb(),
    `drop owned by ${KEEPER} cascade; drop owned by ${OTHER} cascade; drop role ${KEEPER}, ${OTHER}`,
  );
});

describe("an existing schema of that name", () => {
  it("that is empty gives way to a new policy", async () => {
    const db = freshDb();
    await put(db, `create schema ${schemaOf(db)}`);
    expect(await cli("init", { db })).toMatchObject({ code: 0 });
    expect(await cli("audit verify", { db })).toMatchObject({ code: 0 });
  });

  it("that holds something else is kept, and nothing is made", async () => {
    const db = freshDb();
    await put(db, `create schema ${schemaOf(db)}; create table ${schemaOf(db)}.mine (a integer)`);
    expect((await cli("init", { db })).code).not.toBe(0);
    expect(await put(db, "select relname from pg_class where relnamespace = current_schema()::regnamespace")).toEqual([
      { relname: "mine" },
    ]);
  });
});

it("a policy whose owners the new one cannot be given goes back to its place", async () => {
  const db = await blog();
  const backup = beside(db, "yaml");
  await ran(`export --out "${backup}"`, db);
  const schema = schemaOf(db);
  const tables = await put(db, `select tablename from pg_tables where schemaname = '${schema}'`);
  const given = tables.map(({ tablename }) => `alter table ${String(tablename)} owner to ${KEEPER}`);
  await put(
    db,
    `${given.join("; ")}; alter schema ${schema} owner to ${KEEPER};
    alter function entries_append owner to ${OTHER}; alter function entries_refuse owner to ${OTHER}`,
  );
  const before = await bytesOf(db);
  const keeper = as(db, KEEPER, PASSWORD);
  expect(await cli(["db", "restore", backup, "--yes"], { db: keeper })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("this user of the server may not do that"),
  });
  expect(await bytesOf(db)).toBe(before);
  expect(await besides(db)).toEqual([schema]);
  expect(await cli("can alice posts:read", { db: keeper })).toMatchObject({ code: 0 });
});

it("a draft that a killed process left behind is dropped by the next creation, and one in the making is kept", async () => {
  const [left, making] = [`rbac_draft_left${PASSWORD}`, `rbac_draft_made${PASSWORD}`];
  // Whoever makes a draft holds the lock of its name.
  const lock = Number.parseInt(hash("sha256", making).slice(0, 12), 16);
  const release = await holding(freshDb(), `select pg_advisory_lock(${lock}); create schema ${making}; commit; begin`);
  const db = freshDb();
  await put(db, `create schema ${left}; create table ${left}.users (a integer)`);
  expect(await cli("init", { db })).toMatchObject({ code: 0 });
  const there = () => put(db, `select nspname from pg_namespace where nspname in ('${left}', '${making}')`);
  expect(await there()).toEqual([{ nspname: making }]);
  await release();
  expect(await cli("init", { db: freshDb() })).toMatchObject({ code: 0 });
  expect(await there()).toEqual([]);
});
