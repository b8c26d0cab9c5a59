/** Opens and creates databases for programs. */
import { Database, IN_MEMORY } from "../database/database.ts";
import { wrong } from "../errors.ts";
import { clock, OpenDatabase } from "./open-database.ts";
import { optionsOf } from "./options/arguments.ts";
import { CREATE, OPEN, type OpenOptions } from "./options/options.ts";
import { Rbac } from "./rbac.ts";
import type { RbacReader } from "./reader.ts";
import { textOf } from "./values/plain-values.ts";

/**
 * Opens an existing database.
 * @param path a file, or the URL of a server: `postgres://HOST/DATABASE`
 * @throws RbacError (exit 4) if it is missing, no rbac database, or of another version; (exit 2) for a wrong option.
 */
export function open(path: string, options: OpenOptions & { readonly mode: "read" }): Promise<RbacReader>;
export function open(path: string, options?: OpenOptions): Promise<Rbac>;
export async function open(path: string, options: OpenOptions = {}): Promise<Rbac> {
  const how = optionsOf(options, OPEN);
  const { mode = "write" } = how;
  if (mode !== "read" && mode !== "write") throw wrong("VALUE_INVALID", "a mode is read or write");
  const url = pathOf(path);
  if (url === IN_MEMORY) throw wrong("VALUE_INVALID", "nothing is in memory to be opened: create it");
  return withHandle(await Database.open(url, mode), how);
}

/**
 * Creates an empty database.
 * @param path a file, the URL of a server, or `:memory:` for one that ends with its handle
 * @throws RbacError `DATABASE_EXISTS` (exit 3); (exit 2) for a wrong option, (exit 4).
 */
export async function create(path: string, options: Omit<OpenOptions, "mode"> = {}): Promise<Rbac> {
  const how = optionsOf(options, CREATE);
  const url = pathOf(path);
  if (url === IN_MEMORY) return withHandle(await Database.scratch(clock()), how);
  await Database.create(url, clock(), async () => {});
  return withHandle(await Database.open(url, "write"), how);
}

function pathOf(path: unknown): string {
  const text = textOf("the path", path);
  if (text === "") throw wrong("VALUE_EMPTY", "the path is empty");
  return text;
}

/** A handle of an open database, which is closed again where the options are refused. */
async function withHandle(database: Database, how: ConstructorParameters<typeof OpenDatabase>[1]): Promise<Rbac> {
  try {
    return new Rbac(new OpenDatabase(database, how));
  } catch (error) {
    await database.close();
    throw error;
  }
}
