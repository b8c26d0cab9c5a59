/** The words of a command line, sorted: the command, its arguments, the flags that were said. */
import type { Command } from "@oclif/core";

/** What the manifest knows of every command, by its id. */
export type Commands = Readonly<Record<string, Command.Cached>>;

export interface CommandWords {
  /** The id of the command, or of the topic so far; empty where none was said. */
  readonly id: string;
  /** `undefined` for a topic. */
  readonly command: Command.Cached | undefined;
  /** Flags that may be said here: those of the command, else those of all commands. */
  readonly flags: Command.Cached["flags"];
  readonly args: readonly string[];
  /** The names of the flags that were said. */
  readonly said: ReadonlyMap<string, string>;
  /** The flag whose value comes next. */
  readonly awaited: string | undefined;
  /** True behind `--`, where nothing is a flag any more. */
  readonly isPastFlags: boolean;
}

/** The command behind whose `--` another command line stands. */
const PLANNING = "plan";

/** @param words the whole words after `rbac` */
export function readWords(commands: Commands, words: readonly string[]): CommandWords {
  const dashes = words.indexOf("--");
  if (words[0] === PLANNING && dashes > 0) return readWords(commands, words.slice(dashes + 1));
  const shared = sharedFlags(commands);
  const { id, length } = longestId(commands, sorted(words, shared).args);
  const command = commands[id];
  const flags = command?.flags ?? shared;
  const { args, ...rest } = sorted(words, flags);
  return { id, command, flags, args: args.slice(length), ...rest };
}

/** The flags that may stand before a command. */
function sharedFlags(commands: Commands): Command.Cached["flags"] {
  const all = Object.values(commands).flatMap(({ flags }) => Object.entries(flags));
  return Object.fromEntries(all.filter(([, { helpGroup }]) => helpGroup === "GLOBAL"));
}

/** The longest command or topic that words begin with, and how many of them say it. */
function longestId(commands: Commands, words: readonly string[]): { id: string; length: number } {
  const ids = Object.keys(commands);
  let length = 0;
  for (let id = words[0]; id !== undefined && ids.some((known) => `${known}:`.startsWith(`${id}:`)); ) {
    length += 1;
    id = words[length] === undefined ? undefined : `${id}:${words[length]}`;
  }
  return { id: words.slice(0, length).join(":"), length };
}

function sorted(words: readonly string[], flags: CommandWords["flags"]) {
  const args: string[] = [];
  const said = new Map<string, string>();
  let awaited: string | undefined;
  let isPastFlags = false;
  for (const word of words) {
    if (awaited !== undefined) {
      said.set(awaited, word);
      awaited = undefined;
    } else if (isPastFlags || !/^-./.test(word)) args.push(word);
    else if (word === "--") isPastFlags = true;
    else {
      const [typed = "", value] = word.split(/=([\s\S]*)/);
      const flag = Object.values(flags).find(({ name, char }) => typed === `--${name}` || typed === `-${char}`);
      if (flag) said.set(flag.name, value ?? "");
      if (flag?.type === "option" && value === undefined) awaited = flag.name;
    }
  }
  return { args, said, awaited, isPastFlags };
}
