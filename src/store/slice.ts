/** Fetching the slice of a policy that a question needs, and no more. */
import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import { type Draft, emptyDraft, type Kind, keyOf, mapOf, type Policy } from "../policy/model.ts";
import type { GrantSlice, Slice } from "../policy/wish.ts";
import { type Column, fromColumns, TABLE, type Tables } from "./tables.ts";

/** True when some grant or assignment is scoped to this first segment, or below it. */
export async function mentions(db: Kysely<Tables>, segment: string): Promise<boolean> {
  const below = sql<SqlBool>`(scope = ${segment} or (scope > ${`${segment}/`} and scope < ${`${segment}0`}))`;
  for (const table of ["assignments", "grants"] as const) {
    const found = await db
      .selectFrom(table)
      .select("scope")
      .where("scope", "<>", "")
      .where(below)
      .limit(1)
      .executeTakeFirst();
    if (found) return true;
  }
  return false;
}

/** Far below the 32,766 parameters that a statement may have. */
const CHUNK = 500;

type Condition = Expression<SqlBool>;

/** Loads a slice. Run it in a transaction, so that all of it is of one moment. */
export async function load(db: Kysely<Tables>, slice: Slice): Promise<Policy> {
  const draft = emptyDraft();
  const add = async (kind: Kind, ...conditions: Condition[]) => {
    let query = db.selectFrom(TABLE[kind]).selectAll();
    for (const condition of conditions) query = query.where(condition);
    for (const columns of (await query.execute()) as Record<string, Column>[]) {
      const row = fromColumns(columns);
      mapOf(draft, kind).set(keyOf(kind, row), row);
    }
  };
  const addAmong = async (kind: Kind, column: string, names: readonly string[], ...also: Condition[]) => {
    for (const chunk of chunks(names)) await add(kind, among(column, chunk), ...also);
  };
  await add("everyone");
  await addUsers(slice, add, addAmong);
  if (slice.permissions === "all") await add("permission");
  else await addAmong("permission", "permission", slice.permissions ?? []);
  if (slice.constraints || slice.roles === "all") {
    await add("constraint");
    await add("policy");
  }
  const grants = grantConditions(slice.grants ?? "all");
  if (slice.roles === "all") {
    await add("role");
    await add("inheritance");
    if (grants) await add("grant", ...grants);
    return draft;
  }
  const roles = await reached(db, heldRoles(draft, slice.roles ?? []));
  await addAmong("role", "role", roles);
  await addAmong("inheritance", "role", roles);
  if (grants) await addAmong("grant", "role", roles, ...grants);
  return draft;
}

async function addUsers(
  { users, holders }: Slice,
  add: (kind: Kind, ...conditions: Condition[]) => Promise<void>,
  addAmong: (kind: Kind, column: string, names: readonly string[]) => Promise<void>,
): Promise<void> {
  if (users === "all") {
    await add("user");
    await add("assignment");
    return;
  }
  await addAmong("user", "user", users ?? []);
  await addAmong("assignment", "user", users ?? []);
  for (const chunk of chunks(holders ?? [])) {
    const held = sql<SqlBool>`${sql.ref("user")} in (select ${sql.ref("user")} from assignments where ${among("role", chunk)})`;
    await add("user", held);
    await add("assignment", among("role", chunk));
  }
}

const heldRoles = (draft: Draft, named: readonly string[]): string[] => [
  ...new Set([...named, ...[...draft.assignment.values()].map((row) => row.role), ...draft.everyone.keys()]),
];

/** What some roles reach, themselves included; UNION ends on any graph, a cycle included. */
async function reached(db: Kysely<Tables>, roles: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const chunk of chunks(roles)) {
    const { rows } = await sql<{ role: string }>`
      with recursive reach (role) as (
        select role from roles where ${among("role", chunk)}
        union select inheritance.inherits from inheritance join reach on inheritance.role = reach.role
      ) select role from reach`.execute(db);
    for (const { role } of rows) found.add(role);
  }
  return [...found];
}

/** `undefined` for no grants at all. Denies are never narrowed by scope: those below the target are its exceptions. */
function grantConditions(grants: "all" | "none" | GrantSlice): Condition[] | undefined {
  if (grants === "none") return undefined;
  if (grants === "all") return [];
  const fitting = among("permission", grants.patterns);
  if (!grants.target) return [fitting];
  const segments = grants.target.scope?.split("/") ?? [];
  const ancestors = ["", ...segments.map((_, depth) => segments.slice(0, depth + 1).join("/"))];
  return [fitting, sql<SqlBool>`(effect = 'deny' or ${among("scope", ancestors)})`];
}

export const among = (column: string, names: readonly string[]): Condition =>
  sql<SqlBool>`${sql.ref(column)} in (${sql.join(names)})`;

export function* chunks(names: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < names.length; at += CHUNK) yield names.slice(at, at + CHUNK);
}
