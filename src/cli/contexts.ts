/** Puts a command into its context: the settings stand behind the variables, which stand behind the flags. */
import { type Context, contextNames, currentContext } from "../contexts/current-context.ts";
import type { LoadedSettings } from "../contexts/load-settings.ts";
import { settingsPlaces } from "../contexts/places.ts";
import type { Said, SaidSettings } from "../contexts/settings.ts";
import { looksLikeUrl, type Problem, withoutCredentials, wrong } from "../errors.ts";
import { sanitize } from "../output/sanitize.ts";
import { isTyped } from "./flags/flag-variables.ts";
import type { Shell } from "./shell.ts";

/** What of a command line decides on its context; read before the line is parsed. */
export interface ContextWords {
  /** The name that a flag gives. */
  readonly context: string | undefined;
  /** Whether a flag says where the database lies. */
  readonly isLocated: boolean;
  readonly isQuiet: boolean;
}

/** @param words of a command line before `--` */
export function contextWords(words: readonly string[]): ContextWords {
  const at = words.findIndex((word) => word === "--context" || word.startsWith("--context="));
  return {
    context: words[at] === "--context" ? words[at + 1] : words[at]?.slice("--context=".length),
    isLocated: isTyped(words, "db") || isTyped(words, "db-url-file"),
    isQuiet: words.includes("--quiet") || words.includes("-q"),
  };
}

/**
 * The shell with the context that counts: its settings stand in for the variables that are not set. A file that does
 * not count is told of where the database is named otherwise; else nobody would know which one it would have named.
 * @throws RbacError `SETTINGS_INVALID`, `SETTINGS_DISTRUSTED`, `CONTEXT_NOT_FOUND` (exit 2)
 */
export async function inContext(shell: Shell, said: ContextWords): Promise<Shell> {
  const places = settingsPlaces(shell.folder(), shell.env);
  if (places.length === 0 && !said.context && !shell.env.RBAC_CONTEXT) return shell;
  const { files, distrusted, problems } = await loadedSettings(shell, places);
  refuseFaultySettings(problems);
  const variable = ["RBAC_DB_URL_FILE", "RBAC_DB"].find((name) => shell.env[name] !== undefined);
  const passedOver = distrusted.map(({ file, message }) => `${file} ${message}`);
  if (passedOver.length > 0 && !said.isLocated && variable === undefined)
    throw wrong("SETTINGS_DISTRUSTED", `${passedOver.join("; ")}; to go on, name the database with --db or RBAC_DB`);
  const context = currentContext(askedContexts(said.context, shell.env), files);
  const notices = [...passedOver, ...surprises(said, context, variable)];
  for (const notice of said.isQuiet ? [] : notices) shell.stderr.write(`${sanitize(notice)}\n`);
  return context ? { ...shell, context, env: { ...variablesOf(context.settings), ...shell.env } } : shell;
}

/** Whoever types the name of a context expects its database. @param variable one that names another */
function surprises(said: ContextWords, context: Context | undefined, variable: string | undefined): string[] {
  if (!said.context || !context?.settings.db || said.isLocated || variable === undefined) return [];
  return [`${variable} goes before the database of context ${context.name}`];
}

/** The settings files of a shell, read; what reads them is loaded now. */
export async function loadedSettings(
  { folder, env, userId }: Shell,
  places = settingsPlaces(folder(), env),
): Promise<LoadedSettings> {
  const { loadSettings } = await import("../contexts/load-settings.ts");
  return loadSettings(places, { userId, home: env.HOME });
}

/** The names of all contexts; none of files that cannot be read. */
export const knownContexts = async (shell: Shell): Promise<string[]> =>
  contextNames((await loadedSettings(shell)).files);

/** The names of a flag and of the variable, in their order. */
export const askedContexts = (
  flag: string | undefined,
  { RBAC_CONTEXT }: Shell["env"],
): (Said<string> | undefined)[] => [
  flag ? { value: flag, origin: "--context" } : undefined,
  RBAC_CONTEXT ? { value: RBAC_CONTEXT, origin: "RBAC_CONTEXT" } : undefined,
];

function variablesOf({ db, actor, format }: SaidSettings): Shell["env"] {
  return {
    ...(db && { RBAC_DB: db.value }),
    ...(actor && { RBAC_ACTOR: actor.value }),
    ...(format && { RBAC_FORMAT: format.value }),
  };
}

/** @throws RbacError `SETTINGS_INVALID` (exit 2) with every fault of the files, if there are any */
export function refuseFaultySettings(problems: readonly Problem[]): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  throw wrong("SETTINGS_INVALID", `${first.file}:${first.line}:${first.column}: ${first.message}${more}`, { problems });
}

/** `context prod (./.rbac.yaml)`, and the database where it is not that of the context. */
export function contextNotice({ name, file, settings }: Context, url: string): string {
  const other = settings.db?.value === url ? "" : `, with the database ${shownDatabase(url)}`;
  return sanitize(`context ${name} (${file})${other}`);
}

export const contextQuestion = ({ name }: Context, url: string): string =>
  sanitize(`This writes to ${shownDatabase(url)}. Type ${name} to go on:`);

/** A path, or a URL without its user and password. */
export function shownDatabase(url: string): string {
  if (!looksLikeUrl(url)) return url;
  if (!/^postgres(ql)?:\/\//i.test(url) || !URL.canParse(url)) return "a server";
  const { host, pathname } = new URL(url);
  return withoutCredentials(`postgres://${host}${pathname}`);
}
