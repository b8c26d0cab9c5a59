/** The first names, scopes or ids that begin with a text: read from an index, however many there are. */
import { type Kysely, sql } from "kysely";
import type { Named } from "../../errors.ts";
import { byBytes } from "../../policy/model/byte-order.ts";
import { TABLE, type Tables } from "../engine/tables.ts";

/** What can be looked up by its beginning. */
export type Listed = Named | "scope" | "api-key";

/** @returns at most `limit` names, in byte order */
export async function namesBeginning(
  db: Kysely<Tables>,
  listed: Listed,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const range = [prefix, `${prefix}\u{10ffff}`] as const;
  if (listed !== "scope") return namesBetween(db, listed, range, limit);
  const ofTables = [
    await scopesBetween(db, "assignments", range, limit),
    await scopesBetween(db, "grants", range, limit),
    await scopesOfConditionals(db, range, limit),
  ];
  return [...new Set(ofTables.flat())].sort(byBytes).slice(0, limit);
}

type Range = readonly [from: string, to: string];

async function namesBetween(
  db: Kysely<Tables>,
  listed: Exclude<Listed, "scope">,
  [from, to]: Range,
  limit: number,
): Promise<string[]> {
  const column = sql.ref(listed === "api-key" ? "id" : listed);
  const { rows } = await sql<{ name: string }>`select ${column} as name from ${sql.table(TABLE[listed])}
    where ${column} >= ${from} and ${column} < ${to} order by ${column} limit ${limit}`.execute(db);
  return rows.map(({ name }) => name);
}

/** Conditional grants are few, and no index has their scopes: they are read once, not at each leap. */
async function scopesOfConditionals(db: Kysely<Tables>, [from, to]: Range, limit: number): Promise<string[]> {
  const { rows } = await sql<{ scope: string }>`select distinct scope from conditionals
    where scope <> '' and scope >= ${from} and scope < ${to} order by scope limit ${limit}`.execute(db);
  return rows.map(({ scope }) => scope);
}

/** Leaps from one scope to the next: a million rows may be on one, and `distinct` would read them all. */
async function scopesBetween(
  db: Kysely<Tables>,
  table: "assignments" | "grants",
  [from, to]: Range,
  limit: number,
): Promise<string[]> {
  const next = (condition: ReturnType<typeof sql>) =>
    sql`select min(scope) from ${sql.table(table)} where scope <> '' and scope < ${to} and ${condition}`;
  const { rows } = await sql<{ scope: string }>`with recursive leaps(scope) as (
      ${next(sql`scope >= ${from}`)}
      union all select (${next(sql`scope > leaps.scope`)}) from leaps where leaps.scope is not null
    ) select scope from leaps where scope is not null limit ${limit}`.execute(db);
  return rows.map(({ scope }) => scope);
}
