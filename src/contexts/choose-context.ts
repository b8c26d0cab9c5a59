/** Writes into a user's settings file which context is current. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { wrong } from "../errors.ts";
import { readTrusted } from "../files/trusted-file.ts";
import { writeFile } from "../files/write-file.ts";
import { withTopValue } from "../files/yaml-edit.ts";
import { LARGEST_SETTINGS, type SettingsReader } from "./load-settings.ts";
import type { Place } from "./places.ts";
import { readSettings } from "./read-settings.ts";

/**
 * The file is written as a whole or not at all, for its owner alone; what else stands in it stays. A link to it stays
 * a link.
 * @returns false where the file says so already
 * @throws RbacError (exit 2) for a file that has faults, that others may have written, or that cannot be written
 */
export async function chooseContext(place: Place, name: string, reader: SettingsReader): Promise<boolean> {
  const text = textOf(place, reader);
  if (readSettings(place, text, reader.home).context?.value === name) return false;
  makeFolder(dirname(place.path), place);
  const path = existsSync(place.path) ? realpathSync(place.path) : place.path;
  await writeFile(path, withTopValue(text, "context", name));
  return true;
}

function textOf({ path, name }: Place, { userId }: SettingsReader): string {
  if (!existsSync(path)) return "";
  const read = readTrusted(path, { name, largest: LARGEST_SETTINGS, userId });
  if ("distrusted" in read) throw wrong("SETTINGS_DISTRUSTED", `${name} is left as it is: ${read.distrusted}`);
  return read.text;
}

function makeFolder(folder: string, { name }: Place): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw wrong("FILE_UNWRITABLE", `cannot write ${name}: ${String((cause as { code?: string }).code)}`, { cause });
  }
}
