/** Which context counts, and what all files together say of it. */
import { didYouMean, wrong } from "../errors.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { quote } from "../policy/model/names.ts";
import type { Said, SaidSettings, SettingsFile } from "./settings.ts";

export interface Context {
  readonly name: string;
  /** Where it was chosen. */
  readonly origin: string;
  readonly settings: SaidSettings;
  /** The file that says most of it: the one with its database, else the first that has it. */
  readonly file: string;
}

/** The name that counts, and who says it: a flag, a variable, or the first file that chooses one. */
export const choiceOf = (
  asked: readonly (Said<string> | undefined)[],
  files: readonly SettingsFile[],
): Said<string> | undefined => [...asked, ...files.map(({ context }) => context)].find((said) => said !== undefined);

/**
 * @param asked the names of a flag and of a variable, in their order: they go before those of the files
 * @param files in their order: what the first says goes before the others
 * @returns `undefined` where nothing chooses one
 * @throws RbacError `CONTEXT_NOT_FOUND` (exit 2)
 */
export function currentContext(
  asked: readonly (Said<string> | undefined)[],
  files: readonly SettingsFile[],
): Context | undefined {
  const chosen = choiceOf(asked, files);
  if (!chosen) return undefined;
  const { value: name, origin } = chosen;
  const found = contextNamed(name, files);
  if (!found) throw noContext(name, origin, contextNames(files));
  return { ...found, origin };
}

/** A context as all files together have it; `undefined` where none has it. */
export function contextNamed(name: string, files: readonly SettingsFile[]): Omit<Context, "origin"> | undefined {
  const having = files.filter(({ contexts }) => contexts.has(name));
  const [first] = having;
  if (!first) return undefined;
  const said = having.map(({ contexts }) => contexts.get(name) ?? {});
  const file = having.find(({ contexts }) => contexts.get(name)?.db) ?? first;
  return { name, settings: together(said), file: file.name };
}

/** The names of all contexts, each once. */
export const contextNames = (files: readonly SettingsFile[]): string[] => [
  ...new Set(files.flatMap(({ contexts }) => [...contexts.keys()])),
];

/** The first to say something is right; but no file can take away that another has writes confirmed. */
function together(said: readonly SaidSettings[]): SaidSettings {
  const confirm = said.find((settings) => settings.confirm?.value)?.confirm;
  return Object.assign({}, ...said.toReversed(), confirm && { confirm });
}

/** @param origin nothing needs to be said of a word that somebody just typed */
export function noContext(name: string, origin: string, known: readonly string[]) {
  const suggestions = nearest(name, known);
  const hint = didYouMean(suggestions) || (known.length > 0 ? `; known are ${known.join(", ")}` : ": no file has any");
  const where = origin === "" || origin.startsWith("--") ? "" : `${origin}: `;
  return wrong("CONTEXT_NOT_FOUND", `${where}there is no context ${quote(name)}${hint}`, { suggestions });
}
