/** Asks a person for an argument that was left out. Loaded only where one can be asked. */
import type { Command } from "@oclif/core";
import type { Database } from "../database/database.ts";
import { sanitize } from "../output/sanitize.ts";
import { quoted } from "../output/shell-words.ts";
import { argumentMissing, type ParsedWords } from "./flags/flag-errors.ts";
import type { Answer } from "./prompts/asked.ts";
import { questionFor } from "./prompts/questions.ts";

/** A command line from which an argument is missing. */
interface Incomplete {
  readonly command: typeof Command;
  /** The id of the command, such as `user:create`. */
  readonly id: string;
  readonly argument: string;
  /** What of it could be read. */
  readonly output: ParsedWords;
  readonly words: readonly string[];
  open(): Promise<Database>;
}

/**
 * The words of the command line with the answer; none where the argument is not needed.
 * @throws RbacError `ARGUMENT_MISSING` (exit 2) where there is nothing to choose from, `INTERRUPTED` (exit 130).
 */
export async function askForArgument({ command, id, argument, output, words, open }: Incomplete): Promise<string[]> {
  const readers = { ...command.flags, ...command.args } as Readonly<Record<string, Reader>>;
  const reader = (name: string) => readers[name] as Reader;
  const answer = await questionFor(
    id,
    argument,
  )({
    argument,
    description: reader(argument).description,
    args: output.args as Readonly<Record<string, unknown>>,
    flags: output.flags,
    open,
    parse: (text, flag = argument) => reader(flag).parse(text, {}, reader(flag)),
  });
  if (answer === undefined) throw argumentMissing(argument, "there is none to choose");
  return answer.words.length === 0 ? [] : withAnswer(words, answer);
}

/** Flags stand behind the arguments, but before `--`, behind which there are only arguments. */
function withAnswer(words: readonly string[], { words: values, flags = [] }: Answer): string[] {
  const end = words.indexOf("--");
  return end < 0 ? [...words, ...values, ...flags] : [...words.slice(0, end), ...flags, ...words.slice(end), ...values];
}

/** What oclif reads a flag or an argument by, without its types, which differ from one to the other. */
interface Reader {
  readonly description: string;
  parse(text: string, context: object, options: object): Promise<unknown>;
}

/** A command line as a person would type it. */
export const commandLine = (id: string, words: readonly string[]): string =>
  sanitize(["rbac", ...id.split(":"), ...words.map(quoted)].join(" "));
