/** Finds the path or URL of the database, and refuses passwords on the command line. */
import { wrong } from "../errors.ts";

interface DatabaseFlags {
  readonly db: string;
  readonly "db-url-file"?: string | undefined;
}

/**
 * The path or URL of the database: from the file that `db-url-file` names, or else `db`.
 * @throws RbacError `URL_INVALID` (exit 2) if that file holds anything but one path or URL
 */
export async function databaseUrl({ db, "db-url-file": file }: DatabaseFlags): Promise<string> {
  if (file === undefined) return db;
  const { readText } = await import("../files/read-inputs.ts");
  const url = readText(file, MAX_URL_FILE_BYTES).trim();
  if (url === "" || /\s/.test(url)) throw wrong("URL_INVALID", `${file} must hold one path or URL, and nothing else`);
  return url;
}

const MAX_URL_FILE_BYTES = 8192;

/**
 * Refuses a password on the command line, where every process of the machine could read it.
 * @throws RbacError `PASSWORD_ON_ARGV` (exit 2)
 */
export function refusePasswords(argv: readonly string[]): void {
  if (!argv.some((word) => hasPassword(word.replace(/^--?[a-z-]+=/, "")))) return;
  throw wrong(
    "PASSWORD_ON_ARGV",
    "a password on the command line is seen by every process: say it in RBAC_DB, --db-url-file or PGPASSFILE",
  );
}

function hasPassword(word: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(word)) return false;
  try {
    const { password, searchParams } = new URL(word);
    return password !== "" || searchParams.has("password");
  } catch {
    return /:.*@/.test(word.slice("postgres:".length)); // Not a valid URL, but it may contain a password.
  }
}
