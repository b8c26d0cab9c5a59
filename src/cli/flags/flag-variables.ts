/** The environment variables of flags, read from the shell: oclif would read them from the process. */
import type { Command, Interfaces } from "@oclif/core";
import { wrong } from "../../errors.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What to give to oclif's parser in place of variables: a command's flags without them, and the variables that are set
 * as words of a command line, to be put before the typed ones. A variable counts only where neither its flag is typed,
 * nor one that says the same in another way.
 * @throws RbacError `USAGE` (exit 2) where both are typed
 */
export function withVariables(
  { args, flags, baseFlags, strict }: typeof Command,
  env: Env,
  typed: readonly string[],
): { readonly input: Interfaces.Input<object, object, object>; readonly variables: readonly string[] } {
  const words = typed.slice(0, typed.includes("--") ? typed.indexOf("--") : undefined);
  const variables: string[] = [];
  const known: Interfaces.FlagInput = {};
  if (isTyped(words, "db") && isTyped(words, "db-url-file"))
    throw wrong("USAGE", "--db and --db-url-file contradict each other");
  for (const [name, { env: variable, ...flag }] of Object.entries({ ...baseFlags, ...flags })) {
    known[name] = flag as Interfaces.FlagInput[string];
    const value = variable === undefined ? undefined : env[variable];
    const isSaid = isTyped(words, name) || (name === "db-url-file" && isTyped(words, "db"));
    if (value && !isSaid) variables.push(`--${name}=${value}`);
  }
  return { input: { args, flags: known, strict }, variables };
}

/** @param words of a command line before `--` */
export const isTyped = (words: readonly string[], name: string): boolean =>
  words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));

/** Variables that may not be set to nothing: oclif would read them as not set. */
const VARIABLES = [
  "RBAC_DB",
  "RBAC_DB_URL_FILE",
  "RBAC_CONTEXT",
  "RBAC_FORMAT",
  "RBAC_ACTOR",
  "RBAC_REASON",
  "RBAC_AUDIT_KEY_FILE",
  "RBAC_TOKEN_KEY",
  "RBAC_WAIT",
  "RBAC_PAGER",
];

/** @throws RbacError `VALUE_EMPTY` (exit 2). */
export function refuseEmptyVariables(env: Env): void {
  for (const name of VARIABLES)
    if (env[name] === "") throw wrong("VALUE_EMPTY", `${name} is set to nothing: unset it or give it a value`);
}
