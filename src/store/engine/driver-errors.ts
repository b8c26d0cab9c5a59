/** Translates errors of drivers, servers and the file system into `RbacError`: exit 4, or exit 2 for wrong input. */
import { type CodeOf, RbacError, refused, unavailable, wrong } from "../../errors.ts";

/** The first pattern that matches wins: codes of SQLite, SQLSTATE (five characters), Node's system errors, our own. */
const TRANSLATIONS: readonly (
  | readonly [pattern: RegExp, code: CodeOf<"unavailable">, message: string, kind?: "retry"]
  | readonly [pattern: RegExp, code: CodeOf<"wrong">, message: string, kind: "wrong"]
)[] = [
  [/^SQLITE_(BUSY|LOCKED)/, "DATABASE_LOCKED", "the database is locked by another process: try again", "retry"],
  [/^(55P03|40001|40P01)$/, "DATABASE_LOCKED", "others are writing to the database: try again", "retry"],
  [/^(SQLITE_READONLY|25006|EACCES|EPERM|EROFS)/, "DATABASE_READONLY", "the database cannot be written here"],
  [/^(SQLITE_FULL|53100|ENOSPC)/, "DATABASE_FULL", "there is no room left to write"],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, "DATABASE_INVALID", "the file is damaged or no database"],
  [/^SQLITE_CANTOPEN/, "DATABASE_UNREADABLE", "the database cannot be opened"],
  [/^(SQLITE_IOERR|58...$|XX...$|EIO|EFBIG)/, "DATABASE_IO", "reading or writing the database failed"],
  [
    /^(SQLITE_CONSTRAINT_TRIGGER|P0001$)/,
    "RECORD_REFUSED",
    "the database refused the audit entry, so nothing was changed",
  ],
  [/^OUTCOME_UNKNOWN$/, "OUTCOME_UNKNOWN", "the server was lost while it committed: rbac audit tells whether it did"],
  [/^(53300|57P03)$/, "DATABASE_UNREACHABLE", "the server takes no more connections now: try again", "retry"],
  [
    /^(LOST|08...|57P0.|25P0[34])$/,
    "DATABASE_UNREACHABLE",
    "the connection to the server was lost: try again",
    "retry",
  ],
  [
    /^E(CONN|HOST|NET|ADDR|AI_|NOTFOUND|TIMEDOUT|PIPE)/,
    "DATABASE_UNREACHABLE",
    "the server cannot be reached",
    "retry",
  ],
  [/(CERT|TLS|SSL|LEAF_SIGNATURE)/, "DATABASE_UNREACHABLE", "there is no TLS with this server that can be trusted"],
  [/^(28...|AUTHENTICATION)$/, "DATABASE_DENIED", "the server refuses this user or password"],
  [/^42501$/, "DATABASE_DENIED", "this user of the server may not do that: see rbac db roles"],
  [/^57014$/, "DATABASE_TIMEOUT", "the server took longer than it may: see statement_timeout"],
  [/^3D000$/, "DATABASE_MISSING", "the server has no such database"],
  [/^(42P01|42703|42883)$/, "DATABASE_INVALID", "the database lacks what rbac keeps in it"],
  [
    /^(23...|42804|42809|42P10|42P17|55000|SQLITE_(CONSTRAINT|MISMATCH).*)$/,
    "DATABASE_INVALID",
    "the database does not take what rbac keeps in it",
  ],
  [
    /^54000$/,
    "NAME_TOO_LONG",
    "these names are longer together than an index of the server can hold (2704 bytes)",
    "wrong",
  ],
  [/^SETTING$/, "URL_INVALID", "a setting of the URL, or of a variable PG…, cannot be used", "wrong"],
  [/^22021$/, "TEXT_INVALID", "PostgreSQL holds no text with the character NUL in it", "wrong"],
  [/^(ENOENT|ENOTDIR)/, "DATABASE_MISSING", "its folder does not exist"],
  [/^(ELOOP|ENAMETOOLONG|ERR_INVALID_ARG_VALUE)/, "DATABASE_MISSING", "no file can be at this path"],
];

/** Messages of SQLite that come with its general code, and what they say of the file. */
const OF_DAMAGE: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/^(no such (table|column)|table \S+ has (no column|\d+ columns))/, "the database lacks what rbac keeps in it"],
  [/ because it is a view$|generated column|^foreign key mismatch/, "its tables are not as rbac makes them"],
  [/^unsupported file format/, "the file is damaged or no database"],
];

/**
 * Returns the `RbacError` for an error of a driver, a server or the file system; returns any other error unchanged.
 * @param name the name of the database, as messages may show it
 */
export function translate(name: string, error: unknown): unknown {
  if (error instanceof RbacError) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  if (code === "EEXIST" || code === "42P06")
    return refused("DATABASE_EXISTS", `${name} is there already, and is left as it is`, { cause: error });
  if (code === "SQLITE_ERROR") {
    const text = OF_DAMAGE.find(([pattern]) => pattern.test((error as Error).message))?.[1];
    return text === undefined ? error : unavailable("DATABASE_INVALID", `${name}: ${text}`, { cause: error });
  }
  const translation = TRANSLATIONS.find(([pattern]) => pattern.test(code));
  if (!translation) return error;
  const [, translatedCode, text, kind] = translation;
  const message = `${name}: ${text} (${code})`;
  if (kind === "wrong") return wrong(translatedCode, message, { cause: error });
  return unavailable(translatedCode, message, { retry: kind === "retry", cause: error });
}

/** Runs `act`; an error that it throws is translated. */
export function withTranslatedErrors<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw translate(name, error);
  }
}
