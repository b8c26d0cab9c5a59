/** What tests on a server share: hands inside it, behind the back of rbac, and command lines put to it as somebody. */
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
  const at = new URL(url);
  const schema = at.searchParams.get("schema") ?? "rbac";
  at.searchParams.delete("schema");
  const client = new pg.Client({ connectionString: at.href });
  await client.connect();
  try {
    await client.query(`set search_path to ${schema}`);
    const results = await client.query(text);
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** A command line that must succeed. */
export async function ran(line: string | readonly string[], url: string): Promise<Result> {
  const result = await cli(line, { db: url });
  if (result.code !== 0) throw new Error(`exit ${result.code}: ${result.stderr}`);
  return result;
}
