/** Rows of an application's table with attributes, an owner and a scope, on a real database, and what they hold. */
import Sqlite from "better-sqlite3";
import type { Attributes } from "../../src/policy/conditions/given.ts";
import type { FilterColumn } from "../../src/policy/filter/sql-columns.ts";
import type { Sql } from "../../src/policy/filter/sql-formula.ts";
import { onServer } from "./databases.ts";
import { ASKED_SCOPES, USERS } from "./random-policies.ts";
import type { Chance } from "./store/random-databases.ts";

/** The columns of the table; `state` compares without case, and `level` keeps what it can as a number. */
export const COLUMNS: ReadonlyMap<string, FilterColumn> = new Map([
  ["resource.published", { column: "p.published", type: "bool" }],
  ["resource.status", { column: 'p."State"', type: "string" }],
  ["resource.team", { column: "p.team", type: "string" }],
  ["resource.level", { column: "p.level", type: "number" }],
  ["resource.weight", { column: "p.weight", type: "number" }],
  ["resource.owner.team", { column: "p.owner_team", type: "string" }],
]);

export interface HeldRow {
  readonly id: number;
  /** Its attributes, where a column holds what it says. */
  readonly resource: Attributes;
  /** The same, where a value is whatever it was read as. */
  readonly asRead: Attributes;
  readonly owner: string | null;
  readonly scope: string | null;
}

export interface FilteredTable {
  readonly dialect: "sqlite" | "postgres";
  /** Puts random rows in the place of those before. */
  fill(chance: Chance, count: number): Promise<readonly HeldRow[]>;
  /** The numbers of the rows that a condition picks. */
  pick(where: Sql): Promise<ReadonlySet<number>>;
}

const TEXTS = [
  "draft",
  "Draft",
  "review",
  "red",
  "RED",
  "blue",
  "alice",
  "",
  "1",
  "01",
  "5",
  "-x",
  "é",
  "\u{1f600}",
  "\uffee",
];
const NUMBERS = [0, 1, -0, 2.5, 3, 5, 1e300, -1e300, 2 ** 53, -7];

const SQLITE_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  published: [1n, 0n, 1n, 0n, null, 2n, 1.5, "true", "1", Buffer.from("x")],
  State: [...TEXTS, null, null, 7n, Buffer.from("draft")],
  team: [...TEXTS, null, null, 5n, 2.5],
  level: [...NUMBERS, null, "3", "draft", Infinity, -Infinity, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  weight: [...NUMBERS, null, "-x", "5", 3n],
  owner_team: ["red", "blue", null, "Red"],
};

const POSTGRES_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  published: [true, false, null],
  State: [...TEXTS, null],
  team: [...TEXTS, null],
  level: [...NUMBERS, null, Number.NaN, Infinity, -Infinity],
  weight: [1, 3, 5, -7, null],
  owner_team: ["red", "blue", null, "Red"],
};

const OWNERS = [...USERS, ...USERS, null, "ALICE", "nobody"];

function randomRow(id: number, values: Readonly<Record<string, readonly unknown[]>>, chance: Chance): unknown[] {
  const attributes = Object.values(values).map((list) => chance.pick(list));
  return [id, ...attributes, chance.pick(OWNERS), chance.pick(ASKED_SCOPES)];
}

/** What is there, and of no type that can be compared. */
const OTHER = {};

/** The attributes of a row as it was read. A value of another type than its column says is there, but not judged. */
function heldRow(row: Readonly<Record<string, unknown>>, isBool: boolean): HeldRow {
  const { id, published, State, team, level, weight, owner_team, owner, scope } = row;
  const read = { published: isBool ? Boolean(published) : published, status: State, team, level, weight };
  const ofType = (value: unknown, type: string) => (value === null || typeof value === type ? value : OTHER);
  const typed = {
    published: ofType(read.published, "boolean"),
    status: ofType(State, "string"),
    team: ofType(team, "string"),
    level: ofType(level, "number"),
    weight: ofType(weight, "number"),
  };
  const rest = { owner: { team: owner_team } };
  return {
    id: Number(id),
    resource: { ...typed, ...rest } as unknown as Attributes,
    asRead: { ...read, ...rest } as unknown as Attributes,
    owner: owner as string | null,
    scope: scope as string | null,
  };
}

const NAMES = ["id", "published", '"State"', "team", "level", "weight", "owner_team", "owner", "scope"];

export function tableOnSqlite(): FilteredTable {
  const db = new Sqlite(":memory:");
  db.exec(
    `create table posts (id integer, published, "State" text collate nocase, team numeric, level numeric, weight,
     owner_team text, owner text collate nocase, scope text collate nocase)`,
  );
  db.exec("create index posts_scope on posts (scope collate binary)");
  const insert = db.prepare(`insert into posts values (${NAMES.map(() => "?").join(", ")})`);
  return {
    dialect: "sqlite",
    fill: async (chance, count) => {
      db.exec("delete from posts");
      for (let id = 1; id <= count; id++) insert.run(...randomRow(id, SQLITE_VALUES, chance));
      const rows = db.prepare("select *, typeof(published) as kind from posts").all() as Record<string, unknown>[];
      return rows.map((row) => heldRow(row, row.kind === "integer" && [0, 1].includes(Number(row.published))));
    },
    pick: async ({ text, params }) =>
      new Set(
        db
          .prepare(`select id from posts p where ${text}`)
          .pluck()
          .all(...params) as number[],
      ),
  };
}

export async function tableOnPostgres(): Promise<FilteredTable> {
  const client = await onServer();
  await client.query(
    `create temporary table posts (id integer, published boolean, "State" text, team varchar(20),
     level double precision, weight integer, owner_team text, owner text, scope text)`,
  );
  return {
    dialect: "postgres",
    fill: async (chance, count) => {
      await client.query("delete from posts");
      const rows = Array.from({ length: count }, (_, at) => randomRow(at + 1, POSTGRES_VALUES, chance));
      const places = rows.map((row, at) => `(${row.map((_, of) => `$${at * row.length + of + 1}`).join(", ")})`);
      await client.query(`insert into posts (${NAMES.join(", ")}) values ${places.join(", ")}`, rows.flat());
      const { rows: read } = await client.query<Record<string, unknown>>("select * from posts");
      return read.map((row) => heldRow(row, row.published !== null));
    },
    pick: async ({ text, params }) => {
      const { rows } = await client.query<{ id: number }>(`select id from posts p where ${text}`, [...params]);
      return new Set(rows.map(({ id }) => id));
    },
  };
}
