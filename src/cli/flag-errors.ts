/** Turns oclif's parse errors into errors of this program, and checks flags where oclif does not. */
import { type Command, Errors } from "@oclif/core";
import { didYouMean, type RbacError, wrong } from "../errors.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { quote } from "../policy/model/names.ts";
import { unknownFlag } from "./flags.ts";

export interface MissingArgument {
  readonly argument: string;
  /** What oclif parsed before it missed the argument. */
  readonly output: { readonly args: object; readonly flags: Readonly<Record<string, unknown>> };
}

/** oclif's error for missing required arguments, a class that it does not export. */
interface RequiredArgs {
  readonly args: readonly { readonly name: string; readonly required?: boolean }[];
  readonly parse?: { readonly output?: MissingArgument["output"] };
}

export const argumentMissing = (argument: string): RbacError =>
  wrong("ARGUMENT_MISSING", `missing argument ${argument.toUpperCase()} (see --help)`);

/** Refuses a value that is none of those a flag takes, as oclif does, and names the nearest of them. */
function refuseUnknownValue({ message }: Errors.CLIError): void {
  const [, value, listed] = /^Expected --\S+?=(.*) to be one of: (.*)$/s.exec(message.split("\n")[0] ?? "") ?? [];
  if (value === undefined || listed === undefined) return;
  const suggestions = nearest(value, listed.split(", "));
  throw wrong("USAGE", `${message.split("\n")[0]}${didYouMean(suggestions)} (see --help)`, { suggestions });
}

/** The argument that oclif found missing. @throws any other error as it is; an unknown flag as RbacError `USAGE`. */
export function missingArgument(error: unknown, { flags, baseFlags }: typeof Command): MissingArgument {
  if (!(error instanceof Errors.CLIError)) throw error;
  refuseUnknownValue(error);
  if ("flags" in error)
    throw unknownFlag(String((error.flags as unknown[])[0]), Object.keys({ ...baseFlags, ...flags }));
  if (!("args" in error && "parse" in error)) throw error;
  const { args, parse } = error as Errors.CLIError & RequiredArgs;
  if (parse?.output === undefined || !args.every((arg) => arg.required)) throw error;
  return { argument: args[0]?.name ?? "", output: parse.output };
}

/**
 * Refuses a flag in place of a scope, which may begin with `-`: oclif would take the next flag for the scope, and
 * `assign bob editor --on --until=2027-01-01` would leave the end out.
 * @throws RbacError `USAGE` (exit 2)
 */
export function refuseFlagAsScope(argv: readonly string[]): void {
  const words = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
  const next = words.find((word, at) => words[at - 1] === "--on" && word.startsWith("-"));
  if (next) throw wrong("USAGE", `--on needs a scope, and not ${next}: write --on=${next} where that is one`);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/**
 * Refuses arguments that would be ignored because a flag replaces them.
 * @param insteadOfArgs the flags that replace the arguments
 * @throws RbacError `USAGE` (exit 2)
 */
export function refuseUnusedArguments(
  { args, flags }: { readonly args: object; readonly flags: object },
  insteadOfArgs: readonly string[],
) {
  const [flag] = Object.entries(flags).find(([name, value]) => insteadOfArgs.includes(name) && isGiven(value)) ?? [];
  const unused = Object.values(args).flat().find(isGiven);
  if (flag && unused !== undefined)
    throw wrong("USAGE", `--${flag} stands in place of arguments: leave ${quote(String(unused))} out`);
}

/**
 * Refuses flags that exclude each other: oclif checks that only if no argument is missing.
 * @throws RbacError `USAGE` (exit 2)
 */
export function refuseConflictingFlags(
  given: MissingArgument["output"]["flags"],
  { flags, baseFlags }: typeof Command,
): void {
  for (const [name, { exclusive = [] }] of Object.entries({ ...baseFlags, ...flags })) {
    const other = isGiven(given[name]) && exclusive.find((flag) => isGiven(given[String(flag)]));
    if (other) throw wrong("USAGE", `--${name} and --${String(other)} contradict each other`);
  }
}
