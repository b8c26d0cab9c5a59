/** A file whose tables are not as rbac makes them: its faults are listed, and no command ends as if we were at fault. */
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { bytesOf, copied } from "../../support/databases.ts";
import { seeded } from "../../support/documents.ts";

const TABLES =
  "api_keys approvals assignments attributes conditionals constraints entries everyone formers grants identities inheritance meta permissions policy roles users".split(
    " ",
  );

/** What somebody may have made of a table. */
const CHANGES: Readonly<Record<string, (table: string) => string>> = {
  "is gone": (table) => `drop table ${table}`,
  "has another name": (table) => `alter table ${table} rename to others`,
  "is a view": (table) => `alter table ${table} rename to others; create view ${table} as select * from others`,
  "is a table of another shape": (table) => `drop table ${table}; create table ${table} (a text)`,
  "lets a rule of its own decide": (table) =>
    `create table others as select * from ${table}; drop table ${table}; alter table others rename to ${table};
     alter table ${table} add column more integer check (revision < 2)`,
  "is generated": (table) =>
    `create table others as select * from ${table}; drop table ${table}; alter table others rename to ${table};
     alter table ${table} rename column revision to older; alter table ${table} add column revision as (1)`,
};

let template = "";
beforeAll(async () => {
  template = await seeded({
    rbac: 1,
    permissions: ["a:b"],
    roles: { boss: { grants: ["*:*"] }, heir: { inherits: ["boss"] } },
    users: { root: { roles: ["boss"] } },
    everyone: ["heir"],
    constraints: { last: { kind: "min_users", roles: ["boss"], limit: 1 } },
    guarded: true,
  });
});

const WRITES = [
  "assign root heir --actor root",
  "user create zoe --actor root",
  "grant heir a:b --actor root",
  "role inherit boss heir --actor root",
  "user delete root --yes --actor root",
];

describe.each(Object.keys(CHANGES))("a table that %s", (what) => {
  it.each(TABLES)("%s", async (table) => {
    const db = await copied(template);
    const raw = new Sqlite(db);
    raw.pragma("foreign_keys = off");
    raw.pragma("legacy_alter_table = on");
    raw.exec(CHANGES[what]?.(table) ?? "");
    raw.close();
    const { code, json } = await answer("audit verify", db);
    if (table !== "meta") expect([code, json.valid]).toEqual([1, false]);
    else expect([1, 4]).toContain(code);
    for (const line of [...WRITES, "can root a:b", "export", "db status"]) {
      const before = await bytesOf(db);
      const told = await cli(line, { db });
      expect([line, told]).toEqual([
        line,
        expect.objectContaining({ stderr: expect.not.stringContaining("internal") }),
      ]);
      expect([line, [0, 1, 2, 3, 4].includes(told.code)]).toEqual([line, true]);
      if (told.code !== 0) expect(await bytesOf(db)).toBe(before);
    }
  });
});
