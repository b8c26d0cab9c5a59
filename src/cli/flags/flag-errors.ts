/** Checks flags where oclif does not, and words what is refused. */
import type { Command } from "@oclif/core";
import { didYouMean, type RbacError, wrong } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { quote } from "../../policy/model/names.ts";

/** What oclif made of the words of a command line. */
export interface ParsedWords {
  readonly args: object;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** @param why it could not be asked for */
export const argumentMissing = (argument: string, why?: string): RbacError =>
  wrong("ARGUMENT_MISSING", `missing argument ${argument.toUpperCase()}${why ? `: ${why}` : ""} (see --help)`);

/** Flags that people type from habit, each with what does it here, the likeliest first. */
const HABITS: Readonly<Record<string, readonly string[]>> = {
  expires: ["until", "for"],
  force: ["yes"],
  limit: ["last"],
  output: ["format", "out"],
  o: ["format", "out"],
  resource: ["on"],
  scope: ["on"],
  tail: ["last"],
  tenant: ["on"],
  ttl: ["for"],
  y: ["yes"],
};

/** The error for an unknown flag: suggests what the word means here, else the nearest known flags. */
export function unknownFlag(word: string, known: readonly string[]): RbacError {
  const [name = ""] = word.replace(/^--?/, "").split("=");
  const habitual = Object.hasOwn(HABITS, name) ? (HABITS[name] ?? []).filter((flag) => known.includes(flag)) : [];
  const suggestions = (habitual.length > 0 ? habitual : nearest(name, known)).map((flag) => `--${flag}`);
  return wrong("USAGE", `unknown flag ${word}${didYouMean(suggestions)}`, { suggestions });
}

/** Flags in place of arguments, as `RbacCommand` lists them. */
interface Replacing {
  readonly insteadOfArgs: readonly string[];
  readonly insteadOfUser: readonly string[];
}

/** The missing arguments that no flag replaces. */
export function neededArguments(
  missing: readonly string[],
  flags: ParsedWords["flags"],
  { insteadOfArgs, insteadOfUser }: Replacing,
): readonly string[] {
  const isOneGiven = (names: readonly string[]) => names.some((name) => flags[name] !== undefined);
  if (isOneGiven(insteadOfArgs)) return [];
  return isOneGiven(insteadOfUser) ? missing.slice(1) : missing;
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
export function refuseUnusedArguments({ args, flags }: ParsedWords, insteadOfArgs: readonly string[]) {
  const [flag] = Object.entries(flags).find(([name, value]) => insteadOfArgs.includes(name) && isGiven(value)) ?? [];
  const unused = Object.values(args).flat().find(isGiven);
  if (flag && unused !== undefined)
    throw wrong("USAGE", `--${flag} stands in place of arguments: leave ${quote(String(unused))} out`);
}

/**
 * Refuses flags that exclude each other: oclif checks that only if no argument is missing.
 * @throws RbacError `USAGE` (exit 2)
 */
export function refuseConflictingFlags(given: ParsedWords["flags"], { flags, baseFlags }: typeof Command): void {
  for (const [name, { exclusive = [] }] of Object.entries({ ...baseFlags, ...flags })) {
    const other = isGiven(given[name]) && exclusive.find((flag) => isGiven(given[String(flag)]));
    if (other) throw wrong("USAGE", `--${name} and --${String(other)} contradict each other`);
  }
}

/**
 * Refuses flags that mean nothing without another.
 * @throws RbacError `USAGE` (exit 2)
 */
export function refuseLonelyFlags(given: ParsedWords["flags"], { flags, baseFlags }: typeof Command): void {
  for (const [name, { dependsOn = [] }] of Object.entries({ ...baseFlags, ...flags })) {
    const other = isGiven(given[name]) && dependsOn.find((flag) => !isGiven(given[String(flag)]));
    if (other) throw wrong("USAGE", `--${name} needs --${String(other)}`);
  }
}
