/** Which database a command line means: a path or a URL, said by a flag, by the environment, or by a file. */
import { wrong } from "./errors.ts";

interface Named {
  readonly db: string;
  readonly "db-url-file"?: string | undefined;
}

/**
 * The path or URL. A URL with a password never stands on the command line, where every process could read it.
 * @throws RbacError `PASSWORD_ON_ARGV`, `URL_INVALID` (exit 2)
 */
export async function databaseUrl(
  { db, "db-url-file": file }: Named,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (file !== undefined) return urlIn(file);
  if (db !== env.RBAC_DB && hasPassword(db))
    throw wrong(
      "PASSWORD_ON_ARGV",
      "a password on the command line is seen by every process: say it in RBAC_DB, --db-url-file or PGPASSFILE",
    );
  return db;
}

async function urlIn(file: string): Promise<string> {
  const { readText } = await import("./files/input.ts");
  const url = readText(file, LONGEST).trim();
  if (url === "" || /\s/.test(url)) throw wrong("URL_INVALID", `${file} must hold one path or URL, and nothing else`);
  return url;
}

/** In bytes. */
const LONGEST = 8192;

function hasPassword(db: string): boolean {
  if (!/^postgres(ql)?:/i.test(db)) return false;
  try {
    const { password, searchParams } = new URL(db);
    return password !== "" || searchParams.has("password");
  } catch {
    return /:.*@/.test(db); // Whatever it is, it may hold one.
  }
}
