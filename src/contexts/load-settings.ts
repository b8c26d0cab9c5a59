/** Loads the settings files that are there: those that count, those that do not, and what is wrong in them. */
import { type Problem, RbacError } from "../errors.ts";
import { readTrusted } from "../files/trusted-file.ts";
import type { Place } from "./places.ts";
import { readSettings } from "./read-settings.ts";
import type { SettingsFile } from "./settings.ts";

/** Whose files are read. */
export interface SettingsReader {
  readonly userId: number | undefined;
  /** The folder that a `~` stands for. */
  readonly home: string | undefined;
}

export interface LoadedSettings {
  readonly files: readonly SettingsFile[];
  /** Files that others may have written. Nothing of them was read. */
  readonly distrusted: readonly Problem[];
  /** What is wrong in files that count. */
  readonly problems: readonly Problem[];
}

/** In bytes. */
export const LARGEST_SETTINGS = 1 << 16;

export function loadSettings(places: readonly Place[], reader: SettingsReader): LoadedSettings {
  const loaded = places.map((place) => load(place, reader));
  return {
    files: loaded.flatMap(({ file }) => file ?? []),
    distrusted: loaded.flatMap(({ distrusted }) => distrusted ?? []),
    problems: loaded.flatMap(({ problems = [] }) => problems),
  };
}

interface Loaded {
  readonly file?: SettingsFile;
  readonly distrusted?: Problem;
  readonly problems?: readonly Problem[];
}

function load(place: Place, { userId, home }: SettingsReader): Loaded {
  const { name: file } = place;
  const whole = { file, line: 1, column: 1 };
  try {
    const read = readTrusted(place.path, { name: file, largest: LARGEST_SETTINGS, userId });
    if ("text" in read) return { file: readSettings(place, read.text, home) };
    return { distrusted: { ...whole, code: "SETTINGS_DISTRUSTED", message: `does not count: ${read.distrusted}` } };
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { problems, code, message } = error;
    return { problems: problems.length > 0 ? problems : [{ ...whole, code, message }] };
  }
}
