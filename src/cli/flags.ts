/** The flags and arguments that commands share, each read by the rule of its word. */
import { Args, Flags } from "@oclif/core";
import { didYouMean, type RbacError, wrong } from "../errors.ts";
import { FORMATS } from "../output/render.ts";
import { parseType } from "../policy/model/constraint.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import {
  parseCatalogued,
  parseName,
  parsePattern,
  parsePermission,
  parseReason,
  parseText,
} from "../policy/model/names.ts";
import { parseScope } from "../policy/model/scopes.ts";
import { parseDuration } from "../policy/model/times.ts";

type Read = (text: string) => string;

const full: (read: Read) => (text: string) => Promise<string> = (read) => async (text) => {
  if (text === "") throw wrong("VALUE_EMPTY", "the value is empty; is a shell variable unset?");
  return read(text);
};
const asIs: Read = (text) => text;

/** oclif would fill a missing argument from standard input, which belongs to whoever piped it. */
const arg = (read: Read) => (description: string) =>
  Args.string({ description, required: true, ignoreStdin: true, parse: full(read) });
const many = (read: Read) => (description: string) =>
  Args.string({ description, required: true, ignoreStdin: true, multiple: true, parse: full(read) });

export const nameArg = arg(parseName);
export const namesArg = many(parseName);
export const permissionArg = arg(parsePermission);
export const permissionsArg = many(parsePermission);
export const optionalPermissionArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: full(parsePermission) });
export const typeArg = arg(parseType);
export const cataloguedArg = arg(parseCatalogued);
export const patternsArg = many(parsePattern);
export const pathArg = arg(asIs);
export const wordArg = arg(asIs);
export const optionalPathArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: full(asIs) });
export const optionalNameArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: full(parseName) });
export const optionalPathsArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, multiple: true, parse: full(asIs) });

/** Flags that cannot stand together, or need another. */
interface Relations {
  readonly exclusive?: string[];
  readonly dependsOn?: string[];
}

const flag =
  (read: Read) =>
  (description: string, helpValue?: string, relations: Relations = {}) =>
    Flags.string({ description, parse: full(read), ...(helpValue && { helpValue }), ...relations });

export const nameFlag = flag(parseName);
export const textFlag = flag(parseText);
export const timeFlag = flag(asIs);
export const wordFlag = flag(asIs);
export const scopeFlag = flag(parseScope);
export const rolesFlag = (description: string, relations: Relations = {}) =>
  Flags.string({
    description,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "ROLE",
    parse: full(parseName),
    ...relations,
  });

export const ON = scopeFlag("the scope, such as acme or acme/posts/42; everywhere when left out", "SCOPE");

export const AT = timeFlag("answer for this moment: a time, -7d, +7d, or a revision @12", "TIME");

/** The roles that narrow or widen what somebody holds, for one question. */
export function sessionFlags(relations: Relations = {}) {
  return {
    activate: rolesFlag("let only this role allow (repeatable); denies still count", relations),
    assume: rolesFlag("hold this role for the question (repeatable)", relations),
  };
}

/** What every question about somebody may say. */
export const SESSION = {
  on: ON,
  at: AT,
  ...sessionFlags(),
};

/** What a question about a permission may say besides. */
export const QUESTION = {
  ...SESSION,
  owner: nameFlag("who owns the target: the user's own grants count when it is the user", "NAME"),
};

export const BATCH = wordFlag("questions from a file or -, one a line: JSON objects, or cells between tabs", "FILE", {
  exclusive: ["on", "owner", "activate", "assume"],
});

export const BRIEF = Flags.boolean({
  description: "with --batch: answers without their evidence, for millions",
  dependsOn: ["batch"],
});

/** How several answers become one, and which is expected. */
export const VERDICTS = {
  any: Flags.boolean({ description: "one yes is enough", exclusive: ["all"] }),
  all: Flags.boolean({ description: "all must be yes (the default)" }),
  expect: Flags.custom<boolean>({
    description: "exit 0 when this is the answer, else 1",
    options: ["yes", "no"],
    parse: async (answer) => answer === "yes",
  })(),
};

const GLOBAL = { helpGroup: "GLOBAL" };

export const GLOBAL_FLAGS = {
  db: Flags.string({
    ...GLOBAL,
    description: "the database: a file, or postgres://HOST/DATABASE",
    env: "RBAC_DB",
    default: "./rbac.db",
    helpValue: "PATH",
    parse: full(asIs),
  }),
  "db-url-file": Flags.string({
    ...GLOBAL,
    description: "a file that holds the path or URL of the database, in place of --db",
    env: "RBAC_DB_URL_FILE",
    helpValue: "FILE",
    parse: full(asIs),
  }),
  format: Flags.option({ ...GLOBAL, description: "how to print the answer", options: FORMATS, env: "RBAC_FORMAT" })(),
  json: Flags.boolean({ ...GLOBAL, description: "short for --format json" }),
  quiet: Flags.boolean({ ...GLOBAL, char: "q", description: "no notices; a yes or no only as the exit code" }),
  "no-input": Flags.boolean({ ...GLOBAL, description: "never prompt" }),
};

/** The key never stands on the command line, where every process could read it. */
const auditKeyFile = Flags.string({
  ...GLOBAL,
  description: "the file of the key that the record is kept with",
  env: "RBAC_AUDIT_KEY_FILE",
  helpValue: "FILE",
  parse: full(asIs),
});

export const AUDIT_KEY_FILE = { "audit-key-file": auditKeyFile };

export const WRITE_FLAGS = {
  actor: Flags.string({
    ...GLOBAL,
    description: "who changes it: a claim that is recorded",
    env: "RBAC_ACTOR",
    helpValue: "NAME",
    parse: full(parseName),
  }),
  reason: Flags.string({
    ...GLOBAL,
    description: "why, for the record",
    env: "RBAC_REASON",
    helpValue: "TEXT",
    parse: full(parseReason),
  }),
  as: Flags.string({
    ...GLOBAL,
    description: "could this user do it? exit 0 or 3, and nothing is written",
    helpValue: "USER",
    exclusive: ["break-glass"], // Not actor: RBAC_ACTOR says who asks, and --as whom it is asked about.
    parse: full(parseName),
  }),
  "break-glass": Flags.boolean({
    ...GLOBAL,
    description: "pass the guard, for whoever owns the database file; the entries are marked",
  }),
  "audit-key-file": auditKeyFile,
  wait: Flags.custom<number>({
    ...GLOBAL,
    description: "how long to wait for a database that another process is writing (30s)",
    env: "RBAC_WAIT",
    helpValue: "DURATION",
    parse: async (text) => parseDuration(await full(asIs)(text)),
  })(),
  "dry-run": Flags.boolean({ ...GLOBAL, description: "say what would change, and change nothing" }),
  yes: Flags.boolean({ ...GLOBAL, char: "y", description: "confirm beforehand what would be asked" }),
};

export const ALLOW_CONFUSABLE = Flags.boolean({ description: "accept a new name that looks like one that is there" });

export const LIMIT = Flags.integer({ description: "what it counts by", min: 0, helpValue: "N" });
export const NEEDS = rolesFlag("what a prerequisite asks for (repeatable)");

export const IF_EXISTS = Flags.boolean({ description: "an unknown name is no error: it is gone already" });

/** A flag that nobody knows, with the nearest that there are. */
export function unknownFlag(word: string, known: readonly string[]): RbacError {
  const suggestions = nearest(word.replace(/^--?/, ""), known).map((name) => `--${name}`);
  return wrong("USAGE", `unknown flag ${word}${didYouMean(suggestions)}`, { suggestions });
}

/** Takes fields back to nothing, which an empty value never does. */
export const clearFlag = <F extends string>(fields: readonly F[]) =>
  Flags.option({
    description: "take a field back to nothing (repeatable)",
    options: fields,
    multiple: true,
    multipleNonGreedy: true,
  })();

/** The fields that flags set or clear. @throws RbacError (exit 2) when none is, or one is both. */
export function fieldsOf<F extends string>(
  flags: { readonly [K in F]?: string | undefined } & { readonly clear?: readonly F[] | undefined },
  fields: readonly F[],
): { [K in F]?: string | null } {
  const { clear = [] } = flags;
  const both = clear.find((field) => flags[field] !== undefined);
  if (both) throw wrong("USAGE", `--${both} and --clear ${both} contradict each other`);
  const set = fields.filter((field) => flags[field] !== undefined);
  if (set.length + clear.length === 0)
    throw wrong("USAGE", `say what to change: ${fields.map((field) => `--${field}`).join(", ")} or --clear`);
  const said = [...set.map((field) => [field, flags[field]]), ...clear.map((field) => [field, null])];
  return Object.fromEntries(said) as { [K in F]?: string | null };
}
