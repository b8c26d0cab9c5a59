/** Tables are read a page at a time: every row once, in the order of keys, whatever lies in the table. */
import Sqlite from "better-sqlite3";
import { type CompiledQuery, expressionBuilder } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import { RECORDS } from "../../../src/policy/model/records.ts";
import { connect } from "../../../src/store/connect.ts";
import type { Connection } from "../../../src/store/engine/connection.ts";
import { type Column, columnsOf, type Tables } from "../../../src/store/engine/tables.ts";
import { tablePages } from "../../../src/store/sql/keyset-pages.ts";
import { blog } from "../../support/blog.ts";
import { meddle } from "../../support/databases.ts";

type Rows = readonly (readonly Column[])[];

const ROLES = { table: "roles", key: ["role"], columns: ["description", "role"] } as const;
const BLOG_ROLES = ["admin", "editor", "idle", "moderator", "owner", "reader"];

let path: string;
let connection: Connection;
/** The statements that were prepared. */
let prepared: string[];

beforeEach(async () => {
  path = await blog();
  prepared = [];
});
afterEach(() => connection.close());

async function opened(): Promise<Pick<Connection, "db" | "prepare">> {
  connection = await connect(path, "read");
  const prepare = (query: CompiledQuery) => {
    prepared.push(query.sql);
    return connection.prepare(query);
  };
  return { db: connection.db, prepare };
}

/** All pages, or the first ten of pages without end. */
async function taken(pages: AsyncIterable<Rows>): Promise<Rows[]> {
  const all: Rows[] = [];
  for await (const page of pages) if (all.push(page) === 10) break;
  return all;
}

const namesIn = (pages: readonly Rows[]) => pages.flat().map(([, role]) => role);

it.each([1, 2, 3, 6, 100])("gives every row once in pages of %i, by one statement", async (pageSize) => {
  const pages = await taken(tablePages(await opened(), { ...ROLES, pageSize })());
  expect(namesIn(pages)).toEqual(BLOG_ROLES);
  expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
  expect(prepared).toHaveLength(1);
});

it("gives the rows after a key again and again, by one statement", async () => {
  const pagesAfter = tablePages(await opened(), { ...ROLES, pageSize: 2 });
  expect(namesIn(await taken(pagesAfter(["idle"])))).toEqual(["moderator", "owner", "reader"]);
  expect(namesIn(await taken(pagesAfter(["admin"])))).toEqual(BLOG_ROLES.slice(1));
  expect(await taken(pagesAfter(["zoo"]))).toEqual([]);
  expect(prepared).toHaveLength(1);
});

it("gives only the rows that meet a condition with parameters, ordered by a key of several columns", async () => {
  const where = expressionBuilder<Tables, "assignments">()("role", "<>", "admin");
  const open = await opened();
  const columns = ["user", "role", "scope"];
  const pages = tablePages(open, { table: "assignments", key: ["role", "user"], columns, where, pageSize: 1 });
  const names = (found: readonly Rows[]) => found.flat().map(([user, role]) => `${role} ${user}`);
  expect(names(await taken(pages()))).toEqual(["editor alice", "editor carol", "moderator bob", "reader dora"]);
  expect(names(await taken(pages(["editor", "carol"])))).toEqual(["moderator bob", "reader dora"]);
});

it("gives rows with a key that rbac never writes only to whoever asks for them", async () => {
  await meddle(path, "insert into roles (role, skeleton, revision) values ('', '', 1)");
  const pages = tablePages(await opened(), { ...ROLES, pageSize: 3 });
  expect(namesIn(await taken(pages()))).toEqual(BLOG_ROLES);
  expect(namesIn(await taken(pages(null)))).toEqual(["", ...BLOG_ROLES]);
});

it("reads a whole table from itself, and not from an index that may say something else", async () => {
  const [key, columns] = [RECORDS.grant.key, columnsOf("grant")];
  const pages = tablePages(await opened(), { table: "grants", key, columns, pageSize: 1 })(null);
  expect((await taken(pages)).flat()).toHaveLength(5);
  const file = new Sqlite(path, { readonly: true });
  const plans = prepared.map((text) => {
    const parameters = Array.from({ length: text.split("?").length - 1 }, () => null);
    return file.prepare<null[], { detail: string }>(`explain query plan ${text}`).all(...parameters)[0]?.detail;
  });
  file.close();
  expect(plans.sort()).toEqual(["SCAN grants", "SEARCH grants USING PRIMARY KEY (role>?)"]);
});

it("ends at a key that is not read as it is stored", async () => {
  await meddle(path, "insert into roles (role, skeleton, revision) values (cast(x'ff' as text), '', 1)");
  const pages = await taken(tablePages(await opened(), { ...ROLES, pageSize: 1 })());
  expect(namesIn(pages)).toEqual([...BLOG_ROLES, "\ufffd", "\ufffd"]);
});
