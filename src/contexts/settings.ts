/** What a context sets, and what a settings file says. */
import type { Format } from "../output/render.ts";

export interface Settings {
  /** An absolute path, or the URL of a server without a password. */
  readonly db: string;
  readonly actor: string;
  readonly format: Format;
  /** Whether every write asks for the name of the context. */
  readonly confirm: boolean;
}

type SettingName = keyof Settings;

/** A value, and where it was said: a flag, a variable, or a line of a file as `FILE:LINE`. */
export interface Said<T> {
  readonly value: T;
  readonly origin: string;
}

export type SaidSettings = { readonly [S in SettingName]?: Said<Settings[S]> };

export interface SettingsFile {
  /** The file as people see it, such as `./.rbac.yaml`. */
  readonly name: string;
  /** The context that it chooses. */
  readonly context: Said<string> | undefined;
  readonly contexts: ReadonlyMap<string, SaidSettings>;
}
