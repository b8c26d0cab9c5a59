/** Opening a database by its path or URL. Each kind has a home of its own, which is loaded when it is named. */
import { wrong } from "../errors.ts";
import type { Connection, Mode } from "./engine/connection.ts";
import type { DatabaseLocation } from "./engine/location.ts";
import { openFile } from "./sqlite/driver.ts";

/** Connects. Nothing is created but by `create`, which refuses what is there. @throws RbacError (exit 2 or 4). */
export async function connect(url: string, mode: Mode): Promise<Connection> {
  if (!isServer(url)) return openFile(url, mode);
  return (await import("./postgres/driver.ts")).openSchema(url, mode);
}

/** Where a database lies, or would. @throws RbacError (exit 2). */
export async function locationOf(url: string): Promise<DatabaseLocation> {
  if (isServer(url)) return (await import("./postgres/schema-location.ts")).schemaLocation(url);
  return (await import("./sqlite/file-location.ts")).fileLocation(url);
}

/** True for a URL of a server. It is never repeated: it may hold a password. @throws RbacError `DATABASE_UNSUPPORTED` (exit 2). */
export function isServer(url: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return false;
  if (scheme === "postgres" || scheme === "postgresql") return true;
  throw wrong(
    "DATABASE_UNSUPPORTED",
    `${scheme}: databases are not supported by this version; give a path or a postgres: URL`,
  );
}
