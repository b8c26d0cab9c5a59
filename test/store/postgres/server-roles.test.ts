/** The roles of `db roles`: each may do what it is for, and nothing else, whether through rbac or behind its back. */
import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { as, made, put, ran } from "../../support/postgres/sessions.ts";

const DOCUMENT = JSON.stringify({
  rbac: 1,
  permissions: ["posts:read", "posts:write"],
  roles: { reader: { grants: ["posts:read"] }, editor: { inherits: ["reader"], grants: ["posts:write"] } },
  users: { alice: { roles: ["reader"] } },
  everyone: [],
  constraints: {},
});
const PASSWORD = randomBytes(8).toString("hex");
const PREFIX = `p${PASSWORD}`;

let [admin, reader, writer, owner] = ["", "", "", ""];
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  admin = (await made(fileWith(DOCUMENT))).url;
  const { stdout } = await ran(`db roles --prefix ${PREFIX}`, admin);
  await put(admin, stdout);
  const url = async (part: string) => {
    const name = `${PREFIX}_${part}`;
    await put(admin, `alter role ${name} password '${PASSWORD}'`);
    return as(admin, name, PASSWORD);
  };
  [reader, writer, owner] = [await url("reader"), await url("writer"), await url("owner")];
});

const denied = {
  code: 4,
  stderr: expect.stringContaining("this user of the server may not do that: see rbac db roles"),
};

describe("the reader", () => {
  it.each([
    "can alice posts:read",
    "why alice posts:read",
    "permissions alice",
    "who-can posts:read",
    "matrix",
    "audit",
    "audit verify",
    "history alice",
    "export",
    "db status",
    "assign alice editor --dry-run",
  ])("asks %s", async (line) => {
    expect(await cli(line, { db: reader })).toMatchObject({ code: 0 });
  });

  it.each(["assign alice editor", "user create zoe", "undo 1", "grant reader posts:write", "init"])(
    "is refused %s",
    async (line) => {
      const before = await cli("audit head", { db: admin });
      expect(await cli(line, { db: reader })).toMatchObject(denied);
      expect(await cli("audit head", { db: admin })).toEqual(before);
    },
  );

  it("has no table to write behind the back of rbac", async () => {
    for (const table of ["meta", "users", "assignments", "grants", "entries"])
      await expect(put(reader, `delete from ${table}`)).rejects.toMatchObject({ code: "42501" });
  });
});

describe("the writer", () => {
  it.each([
    "assign alice editor",
    "user create zoe",
    "grant reader posts:write",
    "role inherit reader editor --dry-run",
  ])("does %s", async (line) => {
    const { code } = await cli(line, { db: writer });
    expect([0, 3]).toContain(code);
    expect(await cli("audit verify", { db: writer })).toMatchObject({ code: 0 });
  });

  it("undoes what was done", async () => {
    await ran("assign bob reader", writer);
    const { stdout } = await ran("audit head --json", writer);
    expect(stdout).toContain("head");
    await ran("revoke bob reader", writer);
    expect(await cli("audit verify", { db: writer })).toMatchObject({ code: 0 });
  });

  it.each([
    "update entries set actor = 'nobody'",
    "delete from entries",
    "truncate entries",
    "alter table entries disable trigger all",
    "drop trigger entries_refuse on entries",
    "create or replace function entries_refuse() returns trigger language plpgsql as 'begin return new; end'",
    "update meta set created_at = ''",
    "update meta set version = 9",
    "delete from meta",
    "create table extra (a integer)",
    "drop table users",
  ])("cannot %s", async (statement) => {
    await expect(put(writer, statement)).rejects.toMatchObject({ code: "42501" });
  });

  it("cannot leave a gap in the record, nor by a table or a schema of its own that is found first", async () => {
    const [{ last } = {}] = await put(writer, "select max(seq) as last from entries");
    const entry = (seq: number) =>
      `insert into entries values (${seq}, 9, '', '', '', null, '', '', null, null, null, null, '', '', null)`;
    const lure =
      "create temporary table entries (like entries); create function pg_temp.max(integer) returns integer language sql as 'select 99'";
    const refused = { code: "P0001", message: "entries only grow, one after the other" };
    await expect(put(writer, entry(Number(last) + 2))).rejects.toMatchObject(refused);
    const named = entry(Number(last) + 2).replace(
      "into entries",
      `into ${new URL(admin).searchParams.get("schema")}.entries`,
    );
    await expect(put(writer, `${lure}; ${named}`)).rejects.toMatchObject(refused);
  });

  it("may not break the glass, and cannot restore", async () => {
    expect(await cli("assign alice editor --break-glass", { db: writer })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("owns"),
    });
    const file = fileWith(DOCUMENT, "policy.yaml");
    expect(await cli(`db restore "${file}" --yes`, { db: writer })).toMatchObject(denied);
    expect(await cli("audit verify", { db: writer })).toMatchObject({ code: 0 });
  });
});

describe("the owner", () => {
  it("may break the glass", async () => {
    expect(await cli("assign carol reader --break-glass", { db: owner })).toMatchObject({ code: 0 });
  });

  it("restores, and who could use the policy before can use what came in its place", async () => {
    const file = fileWith(DOCUMENT, "policy.yaml");
    expect(await cli(`db restore "${file}" --yes`, { db: owner })).toMatchObject({ code: 0 });
    expect(await cli("can alice posts:read", { db: reader })).toMatchObject({ code: 0 });
    expect(await cli("assign alice editor", { db: reader })).toMatchObject(denied);
    expect(await cli("assign alice editor", { db: writer })).toMatchObject({ code: 0 });
    await expect(put(writer, "delete from entries")).rejects.toMatchObject({ code: "42501" });
    await expect(put(writer, "update meta set version = 9")).rejects.toMatchObject({ code: "42501" });
    expect(await cli("audit verify", { db: reader })).toMatchObject({ code: 0 });
  });
});

it("lets the owner make the tables to JOIN, the writer fill them again, and the reader only look", async () => {
  const fill = "materialize --for posts:read";
  expect(await cli(fill, { db: writer })).toMatchObject(denied);
  expect(await cli(fill, { db: owner })).toMatchObject({ code: 0 });
  for (const again of [false, true]) {
    if (again) await put(admin, (await ran(`db roles --prefix ${PREFIX}`, admin)).stdout);
    expect(await cli(fill, { db: writer })).toMatchObject({ code: 0 });
    expect(await cli(fill, { db: reader })).toMatchObject(denied);
    expect(await cli(`${fill} --check`, { db: reader })).toMatchObject({ code: 0 });
  }
  expect(await cli("materialize --drop", { db: writer })).toMatchObject(denied);
  expect(await cli("materialize --drop", { db: owner })).toMatchObject({ code: 0 });
});

it("can be run again", async () => {
  const { stdout } = await ran(`db roles --prefix ${PREFIX}`, admin);
  await put(admin, stdout);
  expect(await cli("can alice posts:read", { db: reader })).toMatchObject({ code: 0 });
});

it("takes no prefix that would need quoting", async () => {
  const { code, stderr } = await cli(["db", "roles", "--prefix", "a'; drop"], { db: admin });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("small letters") });
});
