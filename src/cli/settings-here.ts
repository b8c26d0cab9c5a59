/** The settings that count here, each with where it is said, and all contexts; what is wrong is told beside them. */
import { type Context, contextNamed, contextNames, currentContext } from "../contexts/current-context.ts";
import type { Said, SettingsFile } from "../contexts/settings.ts";
import type { ContextRow, SettingRow, SettingsProblem } from "../contexts/settings-views.ts";
import { RbacError } from "../errors.ts";
import type { GlobalFlags } from "./base-command.ts";
import { askedContexts, contextWords, loadedSettings, shownDatabase } from "./contexts.ts";
import { isTyped } from "./flags/flag-variables.ts";
import type { Shell } from "./shell.ts";

interface SettingsHere {
  readonly files: readonly SettingsFile[];
  readonly context: Context | undefined;
  readonly problems: readonly SettingsProblem[];
}

/**
 * What the files here say. Faults of files are told, and nothing of those files counts.
 * @param words as they were typed
 * @throws RbacError `CONTEXT_NOT_FOUND` (exit 2) for a name among them
 */
export async function settingsHere(shell: Shell, words: readonly string[]): Promise<SettingsHere> {
  const { context: asked } = contextWords(words);
  const { files, distrusted, problems } = await loadedSettings(shell);
  const told: readonly SettingsProblem[] = [...problems, ...distrusted];
  try {
    return { files, context: currentContext(askedContexts(asked, shell.env), files), problems: told };
  } catch (error) {
    if (!(error instanceof RbacError) || asked !== undefined) throw error;
    return { files, context: undefined, problems: [...told, { code: error.code, message: error.message }] };
  }
}

/** All contexts, each as all files together have it. */
export const contextRows = ({ files, context: current }: SettingsHere): ContextRow[] =>
  contextNames(files).map((name) => {
    const { file = "", settings: { db, actor, format, confirm } = {} } = contextNamed(name, files) ?? {};
    return {
      context: name,
      current: name === current?.name,
      db: db ? shownDatabase(db.value) : null,
      actor: actor?.value ?? null,
      format: format?.value ?? null,
      confirm: confirm?.value ?? false,
      file,
    };
  });

/** What a command would work with here, by the flags as they were parsed and the words as they were typed. */
export function settingRows(
  { context }: SettingsHere,
  flags: GlobalFlags & { readonly actor?: string | undefined },
  words: readonly string[],
  { env, osUser }: Shell,
): SettingRow[] {
  const { db, actor, format, confirm } = context?.settings ?? {};
  const first = <T>(name: string, variable: string, value: T | undefined, ...others: (Said<T> | undefined)[]) =>
    [
      isTyped(words, name) ? { value, origin: `--${name}` } : undefined,
      env[variable] ? { value, origin: variable } : undefined,
      ...others,
    ].find((said) => said !== undefined);
  const row = (setting: string, said: Said<SettingRow["value"] | undefined> | undefined): SettingRow => ({
    setting,
    value: said?.value ?? null,
    origin: said?.origin ?? NOWHERE,
  });
  const byFile = isTyped(words, "db") ? undefined : first("db-url-file", "RBAC_DB_URL_FILE", flags["db-url-file"]);
  const url = first("db", "RBAC_DB", flags.db, db, { value: flags.db, origin: NOWHERE });
  const asJson = flags.json ? { value: "json", origin: "--json" } : undefined;
  return [
    row("context", context && { value: context.name, origin: context.origin }),
    byFile ? row("db-url-file", byFile) : row("db", url && { ...url, value: shownDatabase(url.value ?? "") }),
    row("actor", first("actor", "RBAC_ACTOR", flags.actor, actor, { value: osUser(), origin: NOWHERE })),
    row("format", asJson ?? first("format", "RBAC_FORMAT", flags.format, format, { value: "table", origin: NOWHERE })),
    row("confirm", confirm ?? { value: false, origin: NOWHERE }),
  ];
}

/** The origin of what nobody says. */
const NOWHERE = "default";
