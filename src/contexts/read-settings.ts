/** Reads a settings file: contexts with their settings, and the one that it chooses. */
import { dirname, join, resolve } from "node:path";
import { EXIT, looksLikeUrl, withoutCredentials, wrong } from "../errors.ts";
import type { FileInput } from "../files/file-input.ts";
import { readYaml } from "../files/yaml.ts";
import { FORMATS } from "../output/render.ts";
import { type DocumentPath, Problems, unknownKey } from "../policy/document/problems.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { parseName, quote } from "../policy/model/names.ts";
import type { Place } from "./places.ts";
import type { Said, SaidSettings, Settings, SettingsFile } from "./settings.ts";

/** Where a value stands, and what paths in it begin at. */
interface Reading extends Place {
  readonly home: string | undefined;
}

/**
 * @param home of the user, which a `~` stands for
 * @throws RbacError `SETTINGS_INVALID`, or what reading YAML throws (exit 2), with every problem
 */
export function readSettings(place: Place, text: string, home: string | undefined): SettingsFile {
  const problems = new Problems();
  const reader = new SettingsReader(readYaml(place.name, text), { ...place, home }, problems);
  const file = reader.read();
  problems.throwIfAny(EXIT.wrong, "SETTINGS_INVALID");
  return file;
}

type Fields = Readonly<Record<string, unknown>>;

/** How each setting is read. A fault is thrown. */
const READERS: { readonly [S in keyof Settings]: (value: unknown, reading: Reading) => Settings[S] } = {
  db: (value, reading) => databaseIn(textOf(value, "db"), reading),
  actor: (value, { isProject }) => {
    if (isProject)
      throw wrong("SETTING_FORBIDDEN", "a project's file cannot say who acts: set the actor in your own settings file");
    return parseName(textOf(value, "actor"));
  },
  format: (value) => {
    const text = textOf(value, "format");
    const format = FORMATS.find((known) => known === text);
    if (format === undefined) throw wrong("VALUE_INVALID", `there is no format ${quote(text)}: ${formatHint(text)}`);
    return format;
  },
  confirm: (value) => {
    if (typeof value !== "boolean") throw wrong("VALUE_INVALID", "confirm must be true or false");
    return value;
  },
};

const SETTING_NAMES = Object.keys(READERS) as readonly (keyof Settings)[];

function formatHint(text: string): string {
  const [near] = nearest(text, FORMATS);
  return near === undefined ? `take one of ${FORMATS.join(", ")}` : `did you mean ${near}?`;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw wrong("VALUE_INVALID", `${name} must be text`);
  if (value === "") throw wrong("VALUE_EMPTY", `${name} is empty`);
  return value;
}

/** A path counts from the file. No secret is repeated: a message only says that there is one. */
function databaseIn(text: string, { path, home }: Reading): string {
  if (withoutCredentials(text) !== text)
    throw wrong("PASSWORD_IN_FILE", "db has a password: leave it out, and give it in PGPASSFILE or --db-url-file");
  if (/^postgres(ql)?:\/\//i.test(text)) return text;
  if (looksLikeUrl(text)) throw wrong("URL_INVALID", "db is neither a path nor postgres://USER@HOST:PORT/DATABASE");
  return text.startsWith("~/") && home ? join(home, text.slice(2)) : resolve(dirname(path), text);
}

class SettingsReader {
  readonly #source: FileInput;
  readonly #reading: Reading;
  readonly #problems: Problems;

  constructor(source: FileInput, reading: Reading, problems: Problems) {
    this.#source = source;
    this.#reading = reading;
    this.#problems = problems;
  }

  read(): SettingsFile {
    const { context, contexts } = this.#fields([], this.#source.value ?? {}, ["contexts", "context"]);
    const named = Object.entries(this.#fields(["contexts"], contexts ?? {})).map(([name, settings]) => {
      const said = this.#said(["contexts", name], () => parseName(name));
      return [said?.value ?? name, this.#context(["contexts", name], settings)] as const;
    });
    const chosen =
      context === undefined ? undefined : this.#said(["context"], () => parseName(textOf(context, "context")));
    return { name: this.#reading.name, context: chosen, contexts: new Map(named) };
  }

  #context(path: DocumentPath, value: unknown): SaidSettings {
    const fields = this.#fields(path, value ?? {}, SETTING_NAMES);
    const read = SETTING_NAMES.map((name) => {
      const isSaid = Object.hasOwn(fields, name);
      const said = isSaid ? this.#said([...path, name], () => READERS[name](fields[name], this.#reading)) : undefined;
      return said && { [name]: said };
    });
    return Object.assign({}, ...read);
  }

  /** The fields of a mapping. An unknown key is a problem; so is any other value, which reads as an empty mapping. */
  #fields(path: DocumentPath, value: unknown, known?: readonly string[]): Fields {
    const place = (at: DocumentPath) => ({ source: this.#source, path: at });
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const what = path.at(-1) ?? "the file";
      this.#problems.add(place(path), "VALUE_INVALID", `${what} must be a mapping`);
      return {};
    }
    for (const key of known ? Object.keys(value) : [])
      if (!known?.includes(key)) this.#problems.add(place([...path, key]), "KEY_UNKNOWN", unknownKey(key, known ?? []));
    return value as Fields;
  }

  /** A value with its line; `undefined` for one that is a problem. */
  #said<T>(path: DocumentPath, read: () => T): Said<T> | undefined {
    const value = this.#problems.attempt({ source: this.#source, path }, read);
    const { line } = this.#source.locate(path);
    return value === undefined ? undefined : { value, origin: `${this.#reading.name}:${line}` };
  }
}
