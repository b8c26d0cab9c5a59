/** Which database a command line means: a path or a URL, said by a flag, by the environment, or by a file. */
import { wrong } from "../errors.ts";

interface Named {
  readonly db: string;
  readonly "db-url-file"?: string | undefined;
}

/** The path or URL. @throws RbacError `URL_INVALID` (exit 2) for a file that holds none. */
export async function databaseUrl({ db, "db-url-file": file }: Named): Promise<string> {
  if (file === undefined) return db;
  const { readText } = await import("../files/input.ts");
  const url = readText(file, LONGEST).trim();
  if (url === "" || /\s/.test(url)) throw wrong("URL_INVALID", `${file} must hold one path or URL, and nothing else`);
  return url;
}

/** In bytes. */
const LONGEST = 8192;

/** A password never stands on the command line, where every process could read it. @throws RbacError `PASSWORD_ON_ARGV` (exit 2). */
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
    return /:.*@/.test(word.slice("postgres:".length)); // Whatever it is, it may hold one.
  }
}
