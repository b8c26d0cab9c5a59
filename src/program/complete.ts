/** `rbac __complete SHELL LINE [BREAKS]`: what may stand at the end of a line. Says nothing where it cannot know. */
import pjson from "../../package.json" with { type: "json" };
import { databaseUrl } from "../cli/database-url.ts";
import type { Shell } from "../cli/shell.ts";
import { type Commands, readWords } from "../completion/command-words.ts";
import { insertion, WORD_BREAKS } from "../completion/insertion.ts";
import { type LiveNames, liveNames } from "../completion/live-names.ts";
import type { ShellName } from "../completion/scripts.ts";
import { type Suggested, type Suggestion, suggestedAt } from "../completion/suggestions.ts";
import { typedLine } from "../completion/typed-line.ts";
import { parseDuration } from "../policy/model/times.ts";

/** @param argv the name of a shell, the line up to the cursor, and what separates words in bash */
export async function complete(
  [shell, line = "", breaks = WORD_BREAKS]: readonly string[],
  world: Shell,
): Promise<void> {
  const { KNOWN_COMMANDS } = await import("./manifest.ts");
  const commands: Commands = KNOWN_COMMANDS;
  const { assignments, words, current } = typedLine(line);
  const read = readWords(commands, words);
  const suggested = suggestedAt(commands, pjson.oclif.topics, read, current.text);
  if (suggested === "files") world.stdout.write("files\n");
  else {
    const env = { ...world.env, ...assignments };
    const asked = { longestMs: longestIn(env), url: () => databaseUrl(locationIn(read.said, env)) };
    const known = await wordsOf(suggested, current.text, asked);
    const fitting = known.filter(({ word }) => word.startsWith(current.text));
    const lines = fitting.map((word) => insertion(shell as ShellName, word, current, breaks));
    await world.stdout.drained(["words", ...lines, ""].join("\n"));
  }
  world.endNow(); // A server that does not answer is not waited for.
}

async function wordsOf(
  suggested: Exclude<Suggested, "files">,
  current: string,
  asked: Pick<LiveNames, "longestMs" | "url">,
): Promise<readonly Suggestion[]> {
  if ("words" in suggested) return suggested.words;
  const { listed, before, except } = suggested;
  const names = await liveNames({ listed, prefix: current.slice(before.length), ...asked });
  return names.filter((name) => !except.includes(name)).map((name) => ({ word: `${before}${name}` }));
}

const LONGEST_MS = 150;

/** A slow server may be given longer. */
function longestIn({ RBAC_COMPLETION_WAIT: said }: Shell["env"]): number {
  try {
    return said ? parseDuration(said) : LONGEST_MS;
  } catch {
    return LONGEST_MS;
  }
}

/** The flags of the line, then the variables on it, then those of the shell. */
function locationIn(said: ReadonlyMap<string, string>, env: Shell["env"]): Parameters<typeof databaseUrl>[0] {
  const atHome = (path: string) => path.replace(/^~(?=\/)/, env.HOME ?? "~");
  const file = said.get("db-url-file") ?? env.RBAC_DB_URL_FILE;
  return { db: atHome(said.get("db") ?? (env.RBAC_DB || "./rbac.db")), ...(file && { "db-url-file": atHome(file) }) };
}
