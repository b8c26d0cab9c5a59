/** Opens a database by its path or URL. The PostgreSQL driver is loaded only for a URL of a server. */
import { looksLikeUrl, wrong } from "../errors.ts";
import type { Connection, Mode } from "./engine/connection.ts";
import type { DatabaseLocation } from "./engine/location.ts";
import { openFile } from "./sqlite/driver.ts";

/** Only mode `create` creates a database, and it refuses an existing one. @throws RbacError (exit 2, 3 or 4). */
export async function connect(url: string, mode: Mode): Promise<Connection> {
  if (!isServer(url)) return openFile(url, mode);
  return (await import("./postgres/driver.ts")).openSchema(url, mode);
}

/** The location of a database, which need not exist. @throws RbacError (exit 2). */
export async function locationOf(url: string): Promise<DatabaseLocation> {
  if (isServer(url)) return (await import("./postgres/schema-location.ts")).schemaLocation(url);
  return (await import("./sqlite/file-location.ts")).fileLocation(url);
}

/**
 * True for the URL of a server. Errors never repeat the URL, since it may contain a password.
 * @throws RbacError `DATABASE_UNSUPPORTED` (exit 2) for a URL of another kind, `URL_INVALID` (exit 2) for what was
 * meant as one: taken for the path of a file, every message would repeat it.
 */
export function isServer(url: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined && looksLikeUrl(url))
    throw wrong(
      "URL_INVALID",
      "the database is neither a path nor a URL: write postgres://USER@HOST:PORT/DATABASE, with nothing around it",
    );
  if (scheme === undefined) return false;
  if (scheme === "postgres" || scheme === "postgresql") return true;
  throw wrong(
    "DATABASE_UNSUPPORTED",
    `${scheme}: databases are not supported by this version; give a path or a postgres: URL`,
  );
}
