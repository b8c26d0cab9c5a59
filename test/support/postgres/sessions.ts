/**
 * What tests on a server share: statements run on it behind the back of rbac, and command lines put to it as somebody.
 */
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { cli, freshDb, type Result } from "../cli.ts";

/** The URL of a database that is made, and the name of its schema. */
export async function made(document?: string): Promise<{ url: string; schema: string }> {
  const url = freshDb();
  const { code, stderr } = await cli(document === undefined ? "init" : ["seed", document, "--quiet"], { db: url });
  if (code !== 0) throw new Error(stderr);
  return { url, schema: new URL(url).searchParams.get("schema") ?? "rbac" };
}

/** The same URL, as another user of the server. */
export function as(url: string, user: string, password = ""): string {
  const other = new URL(url);
  [other.username, other.password] = [user, password];
  return other.href;
}

/** Runs SQL, one statement or several, in the schema of a URL; the rows of the last. */
export async function put(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = await connected(url);
  try {
    const results = await client.query(text);
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Lets go of what a transaction holds; the client whose it is. */
export type Release = (() => Promise<void>) & { readonly client: pg.Client };

/** Begins a transaction, runs SQL in it and holds what it has locked; what comes back lets go. */
export async function holding(url: string, text: string): Promise<Release> {
  const client = await connected(url);
  await client.query(`begin; ${text}`);
  return Object.assign(() => client.end(), { client });
}

async function connected(url: string): Promise<pg.Client> {
  const at = new URL(url);
  const schema = at.searchParams.get("schema") ?? "rbac";
  at.search = "";
  const client = new pg.Client({ connectionString: at.href });
  await client.connect();
  await client.query(`set search_path to ${schema}`);
  return client;
}

/** A command line that must succeed. */
export async function ran(line: string | readonly string[], url: string): Promise<Result> {
  const result = await cli(line, { db: url });
  if (result.code !== 0) throw new Error(`exit ${result.code}: ${result.stderr}`);
  return result;
}

/** The sessions that rbac has on the server, this process's own too. */
export const sessions = (url: string): Promise<Record<string, unknown>[]> =>
  put(url, "select pid, wait_event_type from pg_stat_activity where application_name = 'rbac'");

/** Ends them all, as an administrator would. */
export async function breakOff(url: string): Promise<void> {
  await put(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rbac'");
  await until(async () => (await sessions(url)).length === 0);
}

/** Waits until something is so, which must be soon. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 1000) throw new Error("it never was");
    await wait(20);
  }
}
