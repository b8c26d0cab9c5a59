/** The schema, as a list of steps. A released step is never changed; a change of the schema is a new step. */
import { type Kysely, sql, type Transaction } from "kysely";
import { unavailable } from "../../errors.ts";
import { CONFUSABLES_VERSION } from "../../policy/model/confusables.ts";
import type { Connection } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import { computeLookalikeKeys } from "./lookalike-keys.ts";
import type { Tables } from "./tables.ts";

export type Step = (db: Transaction<Tables>, dialect: Dialect) => Promise<void>;

/** The number of a format is the number of steps that lead to it. */
export const STEPS: readonly Step[] = [createFormat1, upgradeToFormat2, upgradeToFormat3, upgradeToFormat4];

/**
 * Brings an empty or older database to the newest format, inside the caller's transaction.
 * @param from the current format; 0 for an empty database. Of the newest, only the keys of names are computed anew.
 */
export async function runSteps(
  db: Transaction<Tables>,
  dialect: Dialect,
  from: number,
  now: string,
  steps = STEPS,
): Promise<void> {
  for (const step of steps.slice(from)) await step(db, dialect);
  if (from === steps.length) await computeLookalikeKeys(db);
  const version = steps.length;
  const confusables = CONFUSABLES_VERSION;
  if (from === 0)
    await db.insertInto("meta").values({ id: 1, version, revision: 0, created_at: now, confusables }).execute();
  else await db.updateTable("meta").set({ version, confusables }).execute();
}

/**
 * The format of a database.
 * @throws RbacError `DATABASE_NEWER` for a format unknown here, `DATABASE_INVALID` if `meta` is empty (exit 4).
 */
export async function formatOf(db: Kysely<Tables>, steps = STEPS): Promise<number> {
  const { version } = (await db.selectFrom("meta").select("version").executeTakeFirst()) ?? {};
  return knownFormat(version, steps.length);
}

function knownFormat(version: number | undefined, newest: number): number {
  if (version === undefined) throw unavailable("DATABASE_INVALID", "the database has lost its revision: it is damaged");
  if (version <= newest) return version;
  throw unavailable(
    "DATABASE_NEWER",
    `the database has format ${version}, this rbac knows ${newest}: use a newer rbac`,
  );
}

/** Whether the keys of names come from another table of confusables than that of this program. Of a new format only. */
export async function hasOtherKeys(db: Kysely<Tables>): Promise<boolean> {
  const { confusables } = await db.selectFrom("meta").select("confusables").executeTakeFirstOrThrow();
  return confusables !== CONFUSABLES_VERSION;
}

/**
 * Refuses a database of another format, or with keys of names from another table of confusables; unchanged.
 * @throws RbacError `DATABASE_NEWER` or `DATABASE_OLDER` (exit 4).
 */
export async function checkVersion({ prepare }: Pick<Connection, "prepare">): Promise<void> {
  const [[found, confusables] = []] = await prepare({ sql: FORMAT })();
  const version = knownFormat(found === null || found === undefined ? undefined : Number(found), STEPS.length);
  if (version < STEPS.length)
    throw unavailable("DATABASE_OLDER", `the database has the older format ${version}: run rbac db migrate`);
  // A table without the column is half of a database, which the first question finds out.
  if (confusables !== null && confusables !== CONFUSABLES_VERSION)
    throw unavailable("DATABASE_OLDER", "the database compares names by another table: run rbac db migrate");
}

/**
 * An older format lacks the column, which is no error: the name then means that of the outer query. More rows than one
 * are for `audit verify` to find.
 */
const FORMAT = `select (select version from meta limit 1), (select confusables from meta limit 1)
  from (select null as confusables) as absent`;

/** Plain SQL with text and integers only; the dialect says their types, and adds table options and triggers. */
async function createFormat1(
  db: Transaction<Tables>,
  { text, integer, tableOptions, linkTableOptions, appendOnly }: Dialect,
): Promise<void> {
  const statements = [
    `create table meta (id ${integer} primary key, version ${integer} not null, revision ${integer} not null,
       created_at ${text} not null) ${tableOptions}`,
    `create table permissions (permission ${text} primary key, description ${text}, skeleton ${text} not null,
       revision ${integer} not null) ${tableOptions}`,
    `create table roles (role ${text} primary key, description ${text}, skeleton ${text} not null, ` +
      `revision ${integer} not null) ${tableOptions}`,
    `create table users ("user" ${text} primary key, email ${text}, name ${text}, disabled ${integer} not null, ` +
      `skeleton ${text} not null,
       revision ${integer} not null) ${tableOptions}`,
    `create table inheritance (role ${text} not null references roles, inherits ${text} not null references roles,
       revision ${integer} not null, primary key (role, inherits)) ${linkTableOptions}`,
    `create table grants (role ${text} not null references roles, effect ${text} not null, permission ${text} not null,
       scope ${text} not null, revision ${integer} not null, ` +
      `primary key (role, permission, effect, scope)) ${linkTableOptions}`,
    `create table everyone (role ${text} primary key references roles, revision ${integer} not null) ${tableOptions}`,
    `create table assignments ("user" ${text} not null references users, role ${text} not null references roles,
       scope ${text} not null, "from" ${text}, "until" ${text}, revision ${integer} not null,
       primary key ("user", role, scope)) ${linkTableOptions}`,
    `create table entries (seq ${integer} primary key, revision ${integer} not null, at ${text} not null, ` +
      `actor ${text} not null,
       os_user ${text} not null, reason ${text}, change ${text} not null, kind ${text} not null, "user" ${text}, ` +
      `role ${text},
       inherits ${text}, permission ${text}, prev ${text} not null, hash ${text} not null, ` +
      `mac ${text}) ${tableOptions}`,
    "create index permissions_skeleton on permissions (skeleton)",
    "create index roles_skeleton on roles (skeleton)",
    "create index users_skeleton on users (skeleton)",
    "create index inheritance_inherits on inheritance (inherits)",
    "create index grants_permission on grants (permission)",
    'create index assignments_role on assignments (role, "user")',
    "create index grants_scope on grants (scope) where scope <> ''",
    "create index assignments_scope on assignments (scope) where scope <> ''",
    "create index entries_revision on entries (revision, at)",
    'create index entries_structure on entries (seq) where "user" is null',
    'create index entries_user on entries ("user", seq) where "user" is not null',
    "create index entries_role on entries (role, seq) where role is not null",
    "create index entries_inherits on entries (inherits, seq) where inherits is not null",
    ...appendOnly,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/**
 * Adds constraints and settings of the whole policy. The wider indices answer who holds a role, and which roles grant a
 * pattern, without reading the tables.
 */
async function upgradeToFormat2(db: Transaction<Tables>, { text, integer, tableOptions }: Dialect): Promise<void> {
  const statements = [
    `create table constraints ("constraint" ${text} primary key, type ${text} not null, roles ${text} not null, ` +
      `"limit" ${integer},
       needs ${text}, skeleton ${text} not null, revision ${integer} not null) ${tableOptions}`,
    `create table policy (setting ${text} primary key, revision ${integer} not null) ${tableOptions}`,
    "create index constraints_skeleton on constraints (skeleton)",
    "drop index assignments_role",
    'create index assignments_role on assignments (role, "user", scope, "from", "until", revision)',
    "drop index grants_permission",
    "create index grants_permission on grants (permission, effect, scope, role, revision)",
    'create index users_disabled on users ("user") where disabled <> 0',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/**
 * Adds the kinds of rows of conditions, attributes, former names, identities and approvals; the second key by which
 * names are compared, and the version of the table that both come from; and an index of who holds a role on a scope.
 */
async function upgradeToFormat3(db: Transaction<Tables>, { text, integer, ...dialect }: Dialect): Promise<void> {
  const { tableOptions, linkTableOptions } = dialect;
  const statements = [
    `create table conditionals (role ${text} not null references roles, effect ${text} not null, ` +
      `permission ${text} not null, scope ${text} not null, digest ${text} not null, but ${text} not null, ` +
      `"when" ${text}, revision ${integer} not null, ` +
      `primary key (role, effect, permission, scope, digest)) ${linkTableOptions}`,
    "create index conditionals_permission on conditionals (permission)",
    `create table attributes (resource ${text} not null, attribute ${text} not null, type ${text} not null, ` +
      `"values" ${text}, revision ${integer} not null, primary key (resource, attribute)) ${linkTableOptions}`,
    `create table formers ("of" ${text} not null, name ${text} not null, former ${text} not null, ` +
      `revision ${integer} not null, primary key ("of", name, former, revision)) ${linkTableOptions}`,
    'create index formers_former on formers ("of", former)',
    `create table identities (source ${text} not null, "key" ${text} not null, ` +
      `"user" ${text} not null references users, revision ${integer} not null, ` +
      `primary key (source, "key", "user")) ${linkTableOptions}`,
    'create index identities_user on identities ("user")',
    `create table approvals (approval ${text} primary key, count ${integer}, roles ${text}, "and" ${text}, ` +
      `revision ${integer} not null) ${tableOptions}`,
    `alter table meta add column confusables ${text} not null default ''`,
    ...["constraints", "permissions", "roles", "users"].flatMap((table) => [
      `alter table ${table} add column skeleton_folded ${text} not null default ''`,
      `create index ${table}_skeleton_folded on ${table} (skeleton_folded)`,
    ]),
    'create index assignments_role_scope on assignments (role, scope, "user", "from", "until", revision)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
  await computeLookalikeKeys(db);
}

/** Adds the keys of programs. One is looked up by its id, and goes with its user. */
async function upgradeToFormat4(db: Transaction<Tables>, { text, integer, linkTableOptions }: Dialect): Promise<void> {
  const statements = [
    `create table api_keys (id ${text} not null, "user" ${text} not null references users, digest ${text} not null, ` +
      `rights ${text}, "until" ${text}, previous ${text}, overlap ${text}, revision ${integer} not null, ` +
      `primary key (id, "user")) ${linkTableOptions}`,
    "create unique index api_keys_id on api_keys (id)",
    'create index api_keys_user on api_keys ("user")',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
