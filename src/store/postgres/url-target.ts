/** What a URL names: a server, a database on it, and the schema in that. */
import { wrong } from "../../errors.ts";

export interface UrlTarget {
  /** The URL without what only we understand; with the password, if it has one. */
  readonly url: string;
  readonly schema: string;
  /** How long a statement may take, in milliseconds; 0 for as long as it wants. */
  readonly statementTimeout: number;
  /** What messages call it: without user and password. */
  readonly name: string;
}

const SCHEMA = "rbac";
const STATEMENT_MS = "60000";

/** @throws RbacError `URL_INVALID` (exit 2), which never repeats the URL: it may hold a password. */
export function parseTarget(text: string): UrlTarget {
  const url = parsed(text);
  const schema = url.searchParams.get("schema") ?? SCHEMA;
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema) || schema.startsWith("pg_"))
    throw wrong("URL_INVALID", "write the schema in small letters, digits and _: ?schema=rbac");
  const timeout = url.searchParams.get("statement_timeout") ?? STATEMENT_MS;
  if (!/^[0-9]{1,9}$/.test(timeout)) throw wrong("URL_INVALID", "write statement_timeout in milliseconds: 60000");
  for (const ours of ["schema", "statement_timeout"]) url.searchParams.delete(ours);
  const host = url.host || url.searchParams.get("host") || "";
  const name = `postgres://${decodeURIComponent(host)}${url.pathname}${schema === SCHEMA ? "" : `?schema=${schema}`}`;
  return { url: url.href, schema, statementTimeout: Number(timeout), name };
}

/** The same URL with another schema. */
export function withSchema(text: string, schema: string): string {
  const url = parsed(text);
  url.searchParams.set("schema", schema);
  return url.href;
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw wrong("URL_INVALID", "the URL of the database cannot be read: postgres://USER@HOST:PORT/DATABASE");
  }
}
