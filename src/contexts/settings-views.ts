/** Views of the settings that count, of the contexts that there are, and of the choice of one. */
import type { Problem } from "../errors.ts";
import type { View } from "../output/render.ts";
import { safe } from "../output/sanitize.ts";

/** A setting, and where it is said: a flag, a variable, `FILE:LINE`, or `default`. */
export interface SettingRow {
  readonly setting: string;
  readonly value: string | boolean | null;
  readonly origin: string;
}

export interface ContextRow {
  readonly context: string;
  readonly current: boolean;
  readonly db: string | null;
  readonly actor: string | null;
  readonly format: string | null;
  readonly confirm: boolean;
  readonly file: string;
}

/** A fault of a settings file; without a place where a variable is at fault. */
export type SettingsProblem = Pick<Problem, "code" | "message"> & Partial<Problem>;

/** @param withOrigin whether people see where each setting is said; in JSON it always stands */
export const settingsView = (
  settings: readonly SettingRow[],
  problems: readonly SettingsProblem[],
  withOrigin: boolean,
): View => ({
  json: { settings, problems },
  table: {
    head: ["setting", "value", ...(withOrigin ? ["origin"] : [])],
    rows: settings.map(({ setting, value, origin }) => [
      setting,
      value === null ? null : String(value),
      ...(withOrigin ? [origin] : []),
    ]),
  },
  notices: problems.map(problemLine),
});

export const contextsView = (contexts: readonly ContextRow[], problems: readonly SettingsProblem[]): View => ({
  json: { contexts, problems },
  table: {
    head: ["context", "current", "db", "actor", "format", "confirm", "file"],
    rows: contexts.map((row) => [row.context, row.current, row.db, row.actor, row.format, row.confirm, row.file]),
    least: ["format", "actor", "file", "db"],
  },
  notices: [...problems.map(problemLine), ...(contexts.length === 0 ? ["no contexts"] : [])],
});

export const chosenView = (
  context: string,
  { file, changed }: { readonly file: string; readonly changed: boolean },
  notices: readonly string[],
): View => ({
  json: { changed, context, file },
  table: { head: ["context", "file"], rows: [[context, file]] },
  text: () => [safe`context ${context} (${file})${changed ? "" : ", as before"}`],
  isReport: true,
  notices,
});

const problemLine = ({ file, line, column, message }: SettingsProblem): string =>
  file === undefined ? message : `${file}:${line}:${column}: ${message}`;
