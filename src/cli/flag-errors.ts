/** What oclif refuses to parse, or should: as an error of ours, or as the argument that is missing and what was given besides. */
import { type Command, Errors } from "@oclif/core";
import { wrong } from "../errors.ts";
import { quote } from "../policy/model/names.ts";
import { unknownFlag } from "./flags.ts";

export interface MissingArgument {
  readonly argument: string;
  /** What could be read. */
  readonly output: { readonly args: object; readonly flags: Readonly<Record<string, unknown>> };
}

/** oclif's own error of required arguments, which it does not export. */
interface RequiredArgs {
  readonly args: readonly { readonly name: string; readonly required?: boolean }[];
  readonly parse?: { readonly output?: MissingArgument["output"] };
}

/** The argument that a refusal says is missing. @throws the refusal, or our error, when it is about something else. */
export function missingArgument(error: unknown, { flags, baseFlags }: typeof Command): MissingArgument {
  if (!(error instanceof Errors.CLIError)) throw error;
  if ("flags" in error)
    throw unknownFlag(String((error.flags as unknown[])[0]), Object.keys({ ...baseFlags, ...flags }));
  if (!("args" in error && "parse" in error)) throw error;
  const { args, parse } = error as unknown as RequiredArgs;
  if (parse?.output === undefined || !args.every((arg) => arg.required)) throw error;
  return { argument: args[0]?.name ?? "", output: parse.output };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** Arguments beside a flag that stands in their place would be passed over in silence. @throws RbacError (exit 2). */
export function refuseUnusedArguments(
  { args, flags }: { readonly args: object; readonly flags: object },
  instead: readonly string[],
) {
  const [flag] = Object.entries(flags).find(([name, value]) => instead.includes(name) && isGiven(value)) ?? [];
  const idle = Object.values(args).flat().find(isGiven);
  if (flag && idle !== undefined)
    throw wrong("USAGE", `--${flag} stands in place of arguments: leave ${quote(String(idle))} out`);
}

/** Flags that exclude each other: oclif looks for them only where no argument is missing. @throws RbacError (exit 2). */
export function refuseConflictingFlags(
  given: MissingArgument["output"]["flags"],
  { flags, baseFlags }: typeof Command,
): void {
  for (const [name, { exclusive = [] }] of Object.entries({ ...baseFlags, ...flags })) {
    const other = isGiven(given[name]) && exclusive.find((flag) => isGiven(given[String(flag)]));
    if (other) throw wrong("USAGE", `--${name} and --${String(other)} contradict each other`);
  }
}
