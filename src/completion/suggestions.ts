/** What may stand at the cursor, by the grammar in the manifest: commands, flags, words, names, or files. */
import { type Commands, type CommandWords, readWords } from "./command-words.ts";
import { type NamedKind, valueKind } from "./value-kinds.ts";

/** A word that may stand there, and what it means. */
export interface Suggestion {
  readonly word: string;
  readonly meaning?: string | undefined;
}

/** What may stand there. Names stand behind `before`, which is empty or the beginning of a flag: `--role=`. */
export type Suggested =
  | { readonly words: readonly Suggestion[] }
  | { readonly listed: NamedKind; readonly before: string; readonly except: readonly string[] }
  | "files";

const NOTHING: Suggested = { words: [] };

/** What each topic is for, such as `role`. */
export type Topics = Readonly<Record<string, { readonly description: string }>>;

/** @param current the beginning of the word at the cursor */
export function suggestedAt(commands: Commands, topics: Topics, read: CommandWords, current: string): Suggested {
  if (read.awaited !== undefined) return flagValue(read, read.awaited, "");
  if (current.startsWith("-") && !read.isPastFlags) {
    const [, flag] = /^--([^=]+)=/.exec(current) ?? [];
    return flag === undefined ? { words: flagsOf(read) } : flagValue(read, flag, `--${flag}=`);
  }
  const isHelp = read.args[0] === "help" && read.id === "";
  const named = isHelp ? readWords(commands, read.args.slice(1)) : read;
  const next = named.args.length === 0 ? nextWords(commands, topics, named.id) : [];
  if (isHelp) return { words: next };
  const takesWords = Object.keys(read.command?.args ?? {}).length > 0;
  const isMeant = !takesWords || (current !== "" && next.some(({ word }) => word.startsWith(current)));
  return next.length > 0 && isMeant ? { words: next } : argumentOf(read);
}

/** The words that lead on to a command. */
function nextWords(commands: Commands, topics: Topics, id: string): Suggestion[] {
  const beginning = id === "" ? "" : `${id}:`;
  const ids = Object.keys(commands).filter((known) => known.startsWith(beginning));
  const words = new Set(ids.map((known) => known.slice(beginning.length).split(":")[0] ?? ""));
  return [...words].map((word) => {
    const meaning = topics[`${beginning}${word}`]?.description ?? commands[`${beginning}${word}`]?.summary;
    return { word, meaning };
  });
}

/** The flags that may still be said. */
function flagsOf({ flags, said }: CommandWords): Suggestion[] {
  const open = Object.values(flags).filter(({ name, ...flag }) =>
    "multiple" in flag && flag.multiple ? true : !said.has(name),
  );
  return [...open.map(({ name, description }) => ({ word: `--${name}`, meaning: description })), HELP];
}

const HELP: Suggestion = { word: "--help", meaning: "what it does, and how it is said" };

function flagValue({ id, flags }: CommandWords, name: string, before: string): Suggested {
  const flag = flags[name];
  if (flag?.type !== "option") return NOTHING;
  return ofKind(flag.options ?? valueKind(id, `--${name}`), before, []);
}

/** The argument whose turn it is; the last may be repeated where it takes several. */
function argumentOf({ id, command, args, said }: CommandWords): Suggested {
  const { insteadOfArgs = [], insteadOfUser = [], args: all = {} } = (command ?? {}) as Replaceable;
  const isSaid = (flag: string): boolean => said.has(flag);
  if (insteadOfArgs.some(isSaid)) return NOTHING;
  const known = Object.values(all).slice(insteadOfUser.some(isSaid) ? 1 : 0);
  const last = known.at(-1);
  const arg = known[args.length] ?? (last?.multiple ? last : undefined);
  return arg ? ofKind(valueKind(id, arg.name), "", args) : NOTHING;
}

/** What the manifest has of a command besides what oclif types. */
interface Replaceable {
  readonly args?: Readonly<Record<string, { readonly name: string; readonly multiple?: boolean }>>;
  readonly insteadOfArgs?: readonly string[];
  readonly insteadOfUser?: readonly string[];
}

function ofKind(kind: ReturnType<typeof valueKind>, before: string, except: readonly string[]): Suggested {
  if (kind === "files") return kind;
  if (kind === "nothing") return NOTHING;
  if (typeof kind === "string") return { listed: kind, before, except };
  return { words: kind.map((word) => ({ word: `${before}${word}` })) };
}
