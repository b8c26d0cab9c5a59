/** `rbac __complete SHELL LINE [BREAKS]`: what may stand at the end of a line. Says nothing where it cannot know. */
import pjson from "../../package.json" with { type: "json" };
import { inContext, knownContexts } from "../cli/contexts.ts";
import { databaseUrl } from "../cli/database-url.ts";
import type { Shell } from "../cli/shell.ts";
import { type Commands, readWords } from "../completion/command-words.ts";
import { insertion, WORD_BREAKS } from "../completion/insertion.ts";
import { liveNames } from "../completion/live-names.ts";
import type { ShellName } from "../completion/scripts.ts";
import { type Suggested, type Suggestion, suggestedAt } from "../completion/suggestions.ts";
import { typedLine } from "../completion/typed-line.ts";
import { parseDuration } from "../policy/model/times.ts";

/** The flags of the line with their values. */
type Said = ReadonlyMap<string, string>;

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
    const known = await wordsOf(suggested, current.text, read.said, { ...world, env });
    const fitting = known.filter(({ word }) => word.startsWith(current.text));
    const lines = fitting.map((word) => insertion(shell as ShellName, word, current, breaks));
    await world.stdout.drained(["words", ...lines, ""].join("\n"));
  }
  world.endNow(); // A server that does not answer is not waited for.
}

async function wordsOf(
  suggested: Exclude<Suggested, "files">,
  current: string,
  said: Said,
  world: Shell,
): Promise<readonly Suggestion[]> {
  if ("words" in suggested) return suggested.words;
  const { listed, before, except } = suggested;
  const prefix = current.slice(before.length);
  const names =
    listed === "context"
      ? await knownContexts(world)
      : await liveNames({ listed, prefix, longestMs: longestIn(world.env), url: () => urlIn(said, world) });
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

/** The flags of the line, then the variables on it, then those of the shell, then the context. */
async function urlIn(said: Said, world: Shell): Promise<string> {
  const [db, file] = [said.get("db"), said.get("db-url-file")];
  const isLocated = db !== undefined || file !== undefined;
  const { env } = await inContext(world, { context: said.get("context"), isLocated, isQuiet: true });
  const atHome = (path: string) => path.replace(/^~(?=\/)/, env.HOME ?? "~");
  const urlFile = file ?? (db === undefined ? env.RBAC_DB_URL_FILE : undefined);
  const location = {
    db: atHome(db ?? (env.RBAC_DB || "./rbac.db")),
    ...(urlFile && { "db-url-file": atHome(urlFile) }),
  };
  return databaseUrl(location);
}
