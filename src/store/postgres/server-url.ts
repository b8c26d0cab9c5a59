/** Parses a server URL into a server, a database on it, and a schema in that database. */
import { wrong } from "../../errors.ts";

export interface ServerUrl {
  /** The URL without our own parameters; includes the password, if it has one. */
  readonly url: string;
  readonly schema: string;
  /** The time limit of a statement, in milliseconds; 0 for none. */
  readonly statementTimeout: number;
  /** The name shown in messages; never contains user or password. */
  readonly name: string;
}

const DEFAULT_SCHEMA = "rbac";
const MAX_PORT = 65_535;
const DEFAULT_STATEMENT_MS = "60000";

/** @throws RbacError `URL_INVALID` (exit 2); its message never repeats the URL, which may contain a password. */
export function parseServerUrl(text: string): ServerUrl {
  const url = parseUrl(text);
  const { search } = url; // As it was written: to delete a parameter writes an @ as %40.
  const schema = url.searchParams.get("schema") ?? DEFAULT_SCHEMA;
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema) || schema.startsWith("pg_"))
    throw wrong("URL_INVALID", "write the schema in small letters, digits and _: ?schema=rbac");
  const timeout = url.searchParams.get("statement_timeout") ?? DEFAULT_STATEMENT_MS;
  if (!/^[0-9]{1,9}$/.test(timeout)) throw wrong("URL_INVALID", "write statement_timeout in milliseconds: 60000");
  const port = url.searchParams.get("port");
  if (port !== null && !(/^[0-9]{1,5}$/.test(port) && Number(port) <= MAX_PORT))
    throw wrong("URL_INVALID", `write the port as a number up to ${MAX_PORT}: ?port=5432`);
  for (const parameter of ["schema", "statement_timeout"]) url.searchParams.delete(parameter);
  const host = url.host || url.searchParams.get("host") || "";
  const query = schema === DEFAULT_SCHEMA ? "" : `?schema=${schema}`;
  const name = `postgres://${decoded(host)}${url.pathname}${query}`;
  // A character that was not written as %XX has cut off a part of the password, which the name would then show.
  if (
    /[@=&:]|\/.*\//.test(decoded(url.pathname)) ||
    url.hash !== "" ||
    /@/.test(search) ||
    /[@=&?#]/.test(decoded(host))
  )
    throw wrong(
      "URL_INVALID",
      "write @ : / ? # & = as %40 %3A %2F %3F %23 %26 %3D where they are part of a name or password",
    );
  return { url: url.href, schema, statementTimeout: Number(timeout), name };
}

/** Returns the URL with another schema. */
export function withSchema(text: string, schema: string): string {
  const url = parseUrl(text);
  url.searchParams.set("schema", schema);
  return url.href;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("URL_INVALID", "the URL of the database has a % that begins no character: write %25");
  }
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw wrong("URL_INVALID", "the URL of the database cannot be read: postgres://USER@HOST:PORT/DATABASE");
  }
}
