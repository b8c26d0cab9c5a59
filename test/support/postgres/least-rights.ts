/**
 * Each command line by whoever may do just that: questions by the reader of `rbac db roles`, changes by the writer,
 * and only what is left by the owner.
 */
import { WritingCommand } from "../../../src/cli/writing/writing-command.ts";
import { COMMANDS } from "../../../src/program/command-table.ts";
import { serverRolesSql } from "../../../src/store/postgres/server-roles.ts";
import { onServer, schemaOf } from "../databases.ts";
import { as } from "./sessions.ts";

/** What the names of the roles begin with. */
export const PREFIX = "rbac";

/** What makes a database, or puts one in the place of another. */
const OWNERS: readonly string[] = ["init", "db:copy", "db:migrate", "db:restore", "materialize"];
const ONLY_LOOKS: readonly string[] = ["--dry-run", "--check"];

type Role = "reader" | "writer" | "owner";

async function roleOf(words: readonly string[]): Promise<Role> {
  const [first = "", second = ""] = words;
  const id = [`${first}:${second}`, first].find((one) => one in COMMANDS) ?? "";
  if (OWNERS.includes(id) || words.includes("--break-glass")) return "owner";
  const loaded = await COMMANDS[id]?.();
  const writes = loaded?.default.prototype instanceof WritingCommand;
  return writes && !words.some((word) => ONLY_LOOKS.includes(word)) ? "writer" : "reader";
}

/** The schemas whose reader and writer have their rights. */
const granted = new Set<string>();

/** Gives the reader and the writer the rights that `rbac db roles` prints, once a schema is there. */
export async function grantRights(url: string): Promise<boolean> {
  const schema = schemaOf(url);
  if (granted.has(schema)) return true;
  const client = await onServer();
  const { rowCount } = await client.query("select from pg_tables where schemaname = $1 and tablename = 'meta'", [
    schema,
  ]);
  if (rowCount === 0) return false;
  // Two files of tests at a time: the server refuses to change the rights on one database twice at once.
  await client.query("select pg_advisory_lock(1)");
  try {
    await client.query(serverRolesSql(url, PREFIX));
  } finally {
    await client.query("select pg_advisory_unlock(1)");
  }
  granted.add(schema);
  return true;
}

/** Has them given anew: a restore keeps the rights of every table, and a table that was missing had none. */
export function forgetRights(url: string): void {
  granted.delete(schemaOf(url));
}

/** The URL of a database as whoever a command line needs; a database that is not there yet needs its owner. */
export async function asWhoMay(words: readonly string[], url: string): Promise<string> {
  const role = (await grantRights(url)) ? await roleOf(words) : "owner";
  return as(url, `${PREFIX}_${role}`);
}
