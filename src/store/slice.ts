/** Fetching the slice of a policy that a question needs, and no more. */
import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import { type Draft, emptyDraft, type Kind, keyOf, mapOf, type Policy } from "../policy/model.ts";
import { partsOf, withoutOwn } from "../policy/names.ts";
import { ancestorsOf } from "../policy/scopes.ts";
import type { GrantSlice, Slice } from "../policy/wish.ts";
import { type Column, columnsOf, settled, TABLE, type Tables } from "./tables.ts";

/** True when some grant or assignment is scoped to this first segment, or below it. */
export async function mentions(db: Kysely<Tables>, segment: string): Promise<boolean> {
  const below = sql<SqlBool>`(scope = ${segment} or ${within("scope", `${segment}/`, `${segment}0`)})`;
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

export type Condition = Expression<SqlBool>;

/** Loads a slice. Run it in a transaction, so that all of it is of one moment. */
export async function load(db: Kysely<Tables>, slice: Slice): Promise<Policy> {
  const draft = emptyDraft();
  const add = async (kind: Kind, ...conditions: Condition[]) => {
    let query = db.selectFrom(TABLE[kind]).select(columnsOf(kind).filter((column) => column !== "skeleton"));
    for (const condition of conditions) query = query.where(condition);
    const rows = mapOf(draft, kind);
    for (const columns of (await query.execute()) as Record<string, Column>[]) {
      const row = settled(columns);
      rows.set(keyOf(kind, row), row);
    }
  };
  const addAmong = async (kind: Kind, column: string, names: readonly string[], ...also: Condition[]) => {
    for (const chunk of chunks(names)) await add(kind, among(column, chunk), ...also);
  };
  await add("everyone");
  await addUsers(db, slice, add, addAmong);
  if (slice.constraints || slice.roles === "all") {
    await add("constraint");
    await add("policy");
  }
  const grants = grantConditions(slice.grants ?? "all");
  if (slice.roles === "all") {
    await add("role");
    await add("inheritance");
    for (const conditions of grants) await add("grant", ...conditions);
  } else if (slice.roles !== "none") {
    const near = [
      ...(await reached(db, heldRoles(draft, slice.roles ?? []))),
      ...(await granting(db, slice.granting ?? [])),
    ];
    const roles = [...new Set(near)];
    await addAmong("role", "role", roles);
    await addAmong("inheritance", "role", roles);
    for (const conditions of grants) await addAmong("grant", "role", roles, ...conditions);
  }
  await addPermissions(draft, slice.permissions ?? [], add, addAmong);
  return draft;
}

type Add = (kind: Kind, ...conditions: Condition[]) => Promise<void>;
type AddAmong = (kind: Kind, column: string, names: readonly string[], ...also: Condition[]) => Promise<void>;

async function addPermissions(
  draft: Draft,
  which: Required<Slice>["permissions"],
  add: Add,
  addAmong: AddAmong,
): Promise<void> {
  if (which === "all") return add("permission");
  if (which !== "granted") return addAmong("permission", "permission", which);
  const patterns = new Set([...draft.grant.values()].map((row) => withoutOwn(row.permission)));
  const exact: string[] = [];
  for (const pattern of patterns) {
    const { resource, action } = partsOf(pattern);
    if (resource === "*") return add("permission");
    if (action === "*")
      await add("permission", within("permission", `${resource}:`, `${resource};`)); // ";" follows ":".
    else exact.push(pattern);
  }
  return addAmong("permission", "permission", exact);
}

/** Text strictly between two others, in byte order. */
export const within = (column: string, from: string, to: string): Condition =>
  sql<SqlBool>`(${sql.ref(column)} > ${from} and ${sql.ref(column)} < ${to})`;

async function addUsers(
  db: Kysely<Tables>,
  { users, holders, assigned }: Slice,
  add: Add,
  addAmong: AddAmong,
): Promise<void> {
  if (users === "all") {
    await add("user");
    await add("assignment");
    return;
  }
  await addAmong("user", "user", users ?? []);
  await addAmong("assignment", "user", users ?? []);
  for (const chunk of chunks(holders ?? [])) {
    await add("user", holdersOf(chunk));
    await add("assignment", among("role", chunk));
  }
  for (const chunk of chunks(assigned ?? [])) await add("assignment", among("role", chunk));
  if (assigned) await addDisabled(db, assigned, add, addAmong);
}

/** The disabled are few, and then all of them are sooner read than thousands of holders looked up. */
async function addDisabled(db: Kysely<Tables>, roles: readonly string[], add: Add, addAmong: AddAmong): Promise<void> {
  const disabled = sql<SqlBool>`disabled <> 0`; // Word for word as in the index.
  const few = await db
    .selectFrom("users")
    .select("user")
    .where(disabled)
    .limit(CHUNK + 1)
    .execute();
  if (few.length > CHUNK) for (const chunk of chunks(roles)) await add("user", holdersOf(chunk), disabled);
  else
    await addAmong(
      "user",
      "user",
      few.map(({ user }) => String(user)),
    );
}

const holdersOf = (roles: readonly string[]): Condition =>
  sql<SqlBool>`${sql.ref("user")} in (select ${sql.ref("user")} from assignments where ${among("role", roles)})`;

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

/** The roles that have a grant with one of the patterns, and whatever inherits them. */
async function granting(db: Kysely<Tables>, patterns: readonly string[]): Promise<string[]> {
  if (patterns.length === 0) return [];
  const { rows } = await sql<{ role: string }>`
    with recursive heir (role) as (
      select role from grants where ${among("permission", patterns)}
      union select inheritance.role from heir join inheritance on inheritance.inherits = heir.role
    ) select role from heir`.execute(db);
  return rows.map(({ role }) => role);
}

/**
 * The conditions of each statement that fetches grants. What allows and what denies are apart, so that each is looked up by its
 * whole key: a role may have millions of grants with one pattern.
 */
function grantConditions(grants: "all" | "none" | GrantSlice): Condition[][] {
  if (grants === "none") return [];
  if (grants === "all") return [[]];
  const fitting = among("permission", grants.patterns);
  const { targets } = grants;
  if (!targets) return [[fitting]];
  const around = [...new Set(targets.flatMap((target) => ancestorsOf(target).map((scope) => scope ?? "")))];
  const covering = [fitting, sql<SqlBool>`effect in ('allow', 'deny')`, among("scope", around)];
  const denying = [fitting, sql<SqlBool>`effect = 'deny'`];
  if (targets.includes(null)) return [covering, denying];
  return [covering, ...targets.map((target) => [...denying, within("scope", `${target}/`, `${target}0`)])]; // "0" follows "/".
}

/** A list without names holds nothing; only SQLite takes one that is empty. */
export const among = (column: string, names: readonly string[]): Condition =>
  names.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${sql.ref(column)} in (${sql.join(names)})`;

export function* chunks(names: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < names.length; at += CHUNK) yield names.slice(at, at + CHUNK);
}
