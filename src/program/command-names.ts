/** Which command, or topic of commands, the words of a command line name. */
import { COMMANDS } from "./command-table.ts";

/** The ids of all commands, and of the topics above them. */
export const NAMES: ReadonlySet<string> = new Set(
  Object.keys(COMMANDS).flatMap((id) => id.split(":").map((_, at, words) => words.slice(0, at + 1).join(":"))),
);

/** The id of the command or topic that the longest run of leading words names. */
export function commandId(words: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let length = 1; length <= Math.min(words.length, 3); length++) {
    const id = words.slice(0, length).join(":");
    if (!NAMES.has(id)) break;
    found = id;
  }
  return found;
}

/** A command with others below it that takes words of its own: what names none of those is one. */
const TAKES_WORDS: ReadonlySet<string | undefined> = new Set(["plan"]);

/** True for a word where a command should stand: after a topic, or after nothing. With help, it may be a flag. */
export function isNoCommand(id: string | undefined, word: string, asksHelp: boolean): boolean {
  if (TAKES_WORDS.has(id) && !asksHelp) return false;
  const isTopic = id === undefined || [...NAMES].some((name) => name.startsWith(`${id}:`));
  const mayBeFlag = asksHelp || (id !== undefined && COMMANDS[id] !== undefined);
  return isTopic && !(mayBeFlag && word.startsWith("-"));
}
