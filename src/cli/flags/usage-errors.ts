/** Words what oclif refuses as this program does. Loaded only where a command line could not be parsed. */
import { type Command, Errors } from "@oclif/core";
import { didYouMean, RbacError, wrong } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { quote } from "../../policy/model/names.ts";
import { type ParsedWords, refuseConflictingFlags, refuseLonelyFlags, unknownFlag } from "./flag-errors.ts";

interface MissingArguments {
  /** Their names, in their order. */
  readonly missing: readonly string[];
  /** What oclif parsed before it missed them. */
  readonly output: ParsedWords;
}

/** oclif's errors about arguments and flags, whose classes it does not export. */
interface Refused {
  readonly message: string;
  /** Missing arguments by what they are, or the words that are too many. */
  readonly args?: readonly ({ readonly name: string } | string)[];
  /** The unknown flags. */
  readonly flags?: readonly string[];
  readonly parse?: { readonly output?: ParsedWords };
}

/** What the messages need to know of a flag. */
interface KnownFlag {
  readonly options?: readonly string[];
  readonly helpValue?: string;
  readonly min?: number;
  readonly max?: number;
}

type Wording = (flag: KnownFlag, name: string, value: string) => RbacError;

/** oclif's messages about the value of a flag, each with how they are worded here: name and value stand in groups. */
const VALUES: readonly (readonly [message: RegExp, Wording])[] = [
  [
    /^Flag --(\S+) expects /,
    ({ options }, name) =>
      wrong("USAGE", `--${name} needs a value${options ? `: ${oneOf(options)}` : ""} (see --help)`),
  ],
  [/^Flag --(\S+) can only be specified once/, (_, name) => wrong("USAGE", `--${name} stands twice: give it once`)],
  [/^Expected --(\S+?)=(.*) to be one of: /s, noSuchOption],
  [
    /^Parsing --(\S+) \n\tExpected an integer .*?but received: (.*)\nSee more/s,
    ({ min, max }, name, value) => wrong("USAGE", `--${name} takes ${numbers(min, max)}, and not ${quote(value)}`),
  ],
];

/**
 * The arguments that oclif found missing.
 * @throws any other refusal of oclif as RbacError `USAGE` (exit 2), other errors as they are
 */
export function missingArguments(error: unknown, command: typeof Command): MissingArguments {
  if (error instanceof RbacError) throw unwrapped(error);
  if (!(error instanceof Errors.CLIError)) throw error;
  const { message, args = [], flags, parse } = error as Refused;
  const known = { ...command.baseFlags, ...command.flags };
  if (flags) throw unknownFlag(String(flags[0]), Object.keys(known));
  const [extra] = args;
  if (typeof extra === "string") throw wrong("USAGE", `the argument ${quote(extra)} is one too many (see --help)`);
  const missing = args.flatMap((arg) => (typeof arg === "string" ? [] : [arg.name]));
  if (missing.length > 0 && parse?.output) return { missing, output: parse.output };
  for (const [pattern, worded] of VALUES) {
    const [, name = "", value = ""] = pattern.exec(message) ?? [];
    if (name) throw worded((known[name] ?? {}) as KnownFlag, name, value);
  }
  if (parse?.output) {
    refuseConflictingFlags(parse.output.flags, command);
    refuseLonelyFlags(parse.output.flags, command);
  }
  throw error;
}

/** oclif writes around the message of a refused value: here it only says of which flag. */
function unwrapped(error: RbacError): RbacError {
  error.message = error.message.replace(/^Parsing --(\S+) \n\t(.*)\nSee more help with --help$/s, "--$1: $2");
  return error;
}

function noSuchOption({ options = [], helpValue }: KnownFlag, name: string, value: string): RbacError {
  const suggestions = nearest(value, options);
  const offer = didYouMean(suggestions) || `; --${name} takes ${oneOf(options)}`;
  return wrong("USAGE", `there is no ${(helpValue ?? name).toLowerCase()} ${quote(value)}${offer}`, { suggestions });
}

const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

function numbers(min = Number.NEGATIVE_INFINITY, max = Number.MAX_SAFE_INTEGER): string {
  const from = Number.isFinite(min) ? ` from ${min}` : "";
  return `a whole number${from}${max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : from && " on"}`;
}
