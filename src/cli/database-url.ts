/** Finds the path or URL of the database, and refuses passwords on the command line. */
import { looksLikeUrl, wrong } from "../errors.ts";

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
  if (looksLikeUrl(file)) throw wrong("URL_INVALID", "what should name a file with the URL looks like a URL itself");
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
  if (!/^postgres(ql)?:\/\//i.test(word)) return isNearlyUrl(word) && MAY_HOLD_PASSWORD.test(word);
  try {
    const { password, searchParams } = new URL(word);
    return password !== "" || searchParams.has("password");
  } catch {
    return MAY_HOLD_PASSWORD.test(word.slice("postgres:".length)); // Not a valid URL, but it may contain a password.
  }
}

/** Blanks and quotes around it, another word before it, or a slip in it. A URL of another kind is refused as that. */
const isNearlyUrl = (word: string): boolean =>
  !/^[a-z][a-z0-9+.-]+:\/\//i.test(word) && /:\/\/|^\W*((jdbc|url)\W+)?(postgres|pgsql)/i.test(word);

const MAY_HOLD_PASSWORD = /:.*@|pass\w{0,20}\s*=/is;
