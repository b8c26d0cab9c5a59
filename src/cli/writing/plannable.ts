/** The command behind `plan --`, made ready to hand over what it would change. */
import type { Config } from "@oclif/core";
import { didYouMean, wrong } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import type { Shell } from "../shell.ts";
import { withFlags } from "./command-behind.ts";
import { WritingCommand } from "./writing-command.ts";

type Plannable = WritingCommand<typeof WritingCommand>;
type PlannableClass = (new (
  argv: string[],
  config: Config,
  shell: Shell,
) => Plannable) & {
  readonly changesPolicy: boolean;
};

/** The most words that name a command, such as `token key list`. */
const LONGEST = 3;

/**
 * @param words of the command, without the flags that every command has
 * @param flags those, to be given to it
 * @throws RbacError `COMMAND_NOT_FOUND`, or `USAGE` for a command that changes no policy (exit 2)
 */
export async function plannable(
  words: readonly string[],
  flags: readonly string[],
  { config, shell }: { readonly config: Config; readonly shell: Shell },
): Promise<Plannable> {
  const lengths = Array.from(
    { length: Math.min(words.length, LONGEST) },
    (_, at) => Math.min(words.length, LONGEST) - at,
  );
  const length = lengths.find((count) => config.findCommand(idOf(words, count)));
  const loadable = length === undefined ? undefined : config.findCommand(idOf(words, length));
  if (length === undefined || !loadable) throw noCommand(words, config);
  const Loaded: unknown = await loadable.load();
  const name = words.slice(0, length).join(" ");
  if (!isPlannable(Loaded))
    throw wrong("USAGE", `rbac ${name} cannot be planned: that is for single commands that change the policy`);
  const command = new Loaded(withFlags(words.slice(length), flags), config, shell);
  command.id = loadable.id;
  return command;
}

const idOf = (words: readonly string[], count: number): string => words.slice(0, count).join(":");

function isPlannable(Loaded: unknown): Loaded is PlannableClass {
  if (typeof Loaded !== "function" || !(Loaded.prototype instanceof WritingCommand)) return false;
  return (Loaded as PlannableClass).changesPolicy;
}

function noCommand(words: readonly string[], { commandIDs }: Config) {
  const typed = words.slice(0, 2).join(" ");
  const known = commandIDs.map((id) => id.replaceAll(":", " "));
  const suggestions = [...new Set([typed, words[0] ?? ""].flatMap((text) => nearest(text, known)))].slice(0, 3);
  const message = `there is no command "${sanitize(words[0] ?? "")}" to plan`;
  return wrong("COMMAND_NOT_FOUND", `${message}${didYouMean(suggestions)} (see rbac plan --help)`, { suggestions });
}
