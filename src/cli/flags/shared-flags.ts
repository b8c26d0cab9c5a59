/** The flags and arguments that commands share, each with the parser of its value. */
import { Args, Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";
import { FORMATS } from "../../output/render.ts";
import { parseType } from "../../policy/model/constraint.ts";
import { parseName, parseReason, parseText } from "../../policy/model/names.ts";
import { parseCatalogued, parsePattern, parsePermission } from "../../policy/model/permissions.ts";
import { parseScope } from "../../policy/model/scopes.ts";
import { parseDuration } from "../../policy/model/times.ts";

type Parse = (text: string) => string;

const nonEmpty: (parse: Parse) => (text: string) => Promise<string> = (parse) => async (text) => {
  if (text === "") throw wrong("VALUE_EMPTY", "the value is empty; is a shell variable unset?");
  return parse(text);
};
const asIs: Parse = (text) => text;

/** `ignoreStdin`: oclif would otherwise take a missing argument from standard input, which may hold something else. */
export const requiredArg = (parse: Parse) => (description: string) =>
  Args.string({ description, required: true, ignoreStdin: true, parse: nonEmpty(parse) });
export const requiredArgs = (parse: Parse) => (description: string) =>
  Args.string({ description, required: true, ignoreStdin: true, multiple: true, parse: nonEmpty(parse) });

export const nameArg = requiredArg(parseName);
export const namesArg = requiredArgs(parseName);
export const permissionArg = requiredArg(parsePermission);
export const permissionsArg = requiredArgs(parsePermission);
export const optionalPermissionArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: nonEmpty(parsePermission) });
export const typeArg = requiredArg(parseType);
export const cataloguedArg = requiredArg(parseCatalogued);
export const patternsArg = requiredArgs(parsePattern);
export const pathArg = requiredArg(asIs);
export const pathsArg = requiredArgs(asIs);
export const wordArg = requiredArg(asIs);
export const optionalPathArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: nonEmpty(asIs) });
export const optionalNameArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, parse: nonEmpty(parseName) });
export const optionalPathsArg = (description: string) =>
  Args.string({ description, ignoreStdin: true, multiple: true, parse: nonEmpty(asIs) });

/** The flags that a flag excludes, those that it requires, and what stands between several values given at once. */
interface Relations {
  readonly exclusive?: string[];
  readonly dependsOn?: string[];
  readonly delimiter?: ",";
}

const flag =
  (parse: Parse) =>
  (description: string, helpValue?: string, relations: Relations = {}) =>
    Flags.string({ description, parse: nonEmpty(parse), ...(helpValue && { helpValue }), ...relations });

export const nameFlag = flag(parseName);
export const textFlag = (description: string) => flag(parseText)(description, "TEXT");
export const timeFlag = flag(asIs);
export const wordFlag = flag(asIs);
export const scopeFlag = flag(parseScope);
export const several =
  (parse: Parse, helpValue: string) =>
  (description: string, relations: Relations = {}) =>
    Flags.string({
      description,
      multiple: true,
      multipleNonGreedy: true,
      helpValue,
      parse: nonEmpty(parse),
      ...relations,
    });
export const rolesFlag = several(parseName, "ROLE");
export const usersFlag = several(parseName, "USER");
export const patternsFlag = several(parsePattern, "PERMISSION");
export const actionsFlag = several(asIs, "ACTION");

export const ON = scopeFlag("a scope such as acme/posts/42; everywhere when left out", "SCOPE");

/** The flags by which grants differ that have one role and one pattern. */
export const GRANT_FLAGS = {
  on: ON,
  deny: Flags.boolean({ description: "a grant that denies" }),
  when: wordFlag(
    "only on this condition, such as 'resource.published' or 'resource.owner == subject.user'",
    "CONDITION",
  ),
  but: several(parsePattern, "PATTERN")("leave these permissions out of the grant, quoted (repeatable)", {
    exclusive: ["deny"],
  }),
};

export const AT = timeFlag("answer for this moment: a time, -7d, +7d, or a revision @12", "TIME");

export const ALL_WINDOWS = Flags.boolean({
  description: "also what has ended or not begun, each assignment with its state",
});

/** The session of a question: roles that narrow or widen what a user holds. */
export function sessionFlags(relations: Relations = {}) {
  return {
    activate: rolesFlag("let only this role allow (repeatable); denies still count", relations),
    assume: rolesFlag("hold this role for the question (repeatable)", relations),
  };
}

/** What is known of attributes, for conditions. */
export const givenFlag = (relations: Relations = {}) =>
  several(asIs, "ATTRIBUTE")("as resource.published=true, or @FILE (repeatable)", relations);

/** The flags of every question about a user. */
export const SESSION = {
  stranger: Flags.boolean({ description: "in place of USER: somebody whom the policy does not know" }),
  existing: Flags.boolean({ description: "refuse an unknown USER, though the policy admits strangers" }),
  on: ON,
  at: AT,
  ...sessionFlags(),
};

/** The flags of a question about a permission. */
export const QUESTION = {
  ...SESSION,
  owner: nameFlag("who owns the target: :own grants count if it is the user", "NAME"),
  given: givenFlag(),
};

export const BATCH = wordFlag("a file or - of questions, one a line: JSON, or tabbed cells", "FILE", {
  exclusive: ["on", "owner", "given", "activate", "assume", "stranger"],
});

/** Assignments to be taken back. */
export const LISTED = wordFlag("what a file lists, such as CSV with user,role,scope; - is standard input", "FILE", {
  exclusive: ["on", "everywhere", "user", "everyone", "ended"],
});

export const BRIEF = Flags.boolean({
  description: "with --batch: answers without their evidence, for millions",
  dependsOn: ["batch"],
});

/** How several answers are combined into one, and which answer is expected. */
export const VERDICTS = {
  any: Flags.boolean({ description: "one yes is enough", exclusive: ["all"] }),
  all: Flags.boolean({ description: "all must be yes (the default)" }),
  expect: Flags.custom<boolean>({
    description: "exit 0 when this is the answer, else 1",
    options: ["yes", "no"],
    helpValue: "ANSWER",
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
    parse: nonEmpty(asIs),
  }),
  "db-url-file": Flags.string({
    ...GLOBAL,
    description: "a file that holds the path or URL of the database, in place of --db",
    env: "RBAC_DB_URL_FILE",
    helpValue: "FILE",
    parse: nonEmpty(asIs),
  }),
  context: Flags.string({
    ...GLOBAL,
    description: "the context of a settings file: its database, actor, format",
    env: "RBAC_CONTEXT",
    helpValue: "NAME",
    parse: nonEmpty(parseName),
  }),
  format: Flags.option({ ...GLOBAL, description: "how to print the answer", options: FORMATS, env: "RBAC_FORMAT" })(),
  json: Flags.boolean({ ...GLOBAL, description: "short for --format json" }),
  quiet: Flags.boolean({ ...GLOBAL, char: "q", description: "no notices; a yes or no only as the exit code" }),
  "no-input": Flags.boolean({ ...GLOBAL, description: "never prompt" }),
  "no-color": Flags.boolean({ ...GLOBAL, description: "no colours, as with NO_COLOR" }),
  "no-pager": Flags.boolean({ ...GLOBAL, description: "print what is longer than the screen without a pager" }),
};

/** Names a file, because every process of the machine can read a key on a command line. */
const auditKeyFile = Flags.string({
  ...GLOBAL,
  description: "the file of the key that the record is kept with",
  env: "RBAC_AUDIT_KEY_FILE",
  helpValue: "FILE",
  parse: nonEmpty(asIs),
});

export const AUDIT_KEY_FILE = { "audit-key-file": auditKeyFile };

export const WRITE_FLAGS = {
  actor: Flags.string({
    ...GLOBAL,
    description: "who changes it: a claim that is recorded",
    env: "RBAC_ACTOR",
    helpValue: "NAME",
    parse: nonEmpty(parseName),
  }),
  reason: Flags.string({
    ...GLOBAL,
    description: "why, for the record",
    env: "RBAC_REASON",
    helpValue: "TEXT",
    parse: nonEmpty(parseReason),
  }),
  as: Flags.string({
    ...GLOBAL,
    description: "could this user do it? exit 0 or 3, and nothing is written",
    helpValue: "USER",
    exclusive: ["break-glass"], // Not `actor`: RBAC_ACTOR may be set while --as names another user.
    parse: nonEmpty(parseName),
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
    parse: async (text) => parseDuration(await nonEmpty(asIs)(text)),
  })(),
  "dry-run": Flags.boolean({ ...GLOBAL, description: "say what would change, and change nothing" }),
  yes: Flags.boolean({ ...GLOBAL, char: "y", description: "confirm beforehand what would be asked" }),
};

export const ALLOW_CONFUSABLE = Flags.boolean({ description: "accept a new name that looks like one that is there" });

/** What a new name of a user may be accepted with. */
export const NEW_USER = {
  "allow-comma": Flags.boolean({ description: "accept a comma in the name of a new user" }),
  "allow-confusable": ALLOW_CONFUSABLE,
};
export const allowedNames = (flags: { readonly [name in keyof typeof NEW_USER]: boolean }) => ({
  allowComma: flags["allow-comma"],
  allowConfusable: flags["allow-confusable"],
});

export const countFlag = (description: string) => Flags.integer({ description, min: 0, helpValue: "N" });
export const LIMIT = countFlag("what it counts by");
export const NEEDS = rolesFlag("what a prerequisite asks for (repeatable)");

export const IF_EXISTS = Flags.boolean({ description: "an unknown name is no error: it is gone already" });
