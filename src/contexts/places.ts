/** Where settings files lie: the nearest `.rbac.yaml` from a folder upward, then the user's own file. */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** The place of a settings file. */
export interface Place {
  readonly path: string;
  /** The file as people see it: from the working directory, or from their home. */
  readonly name: string;
  /** True for a file of a project, which may say less than the user's own. */
  readonly isProject: boolean;
}

/** The places where there is a file, the project's first. One `lstat` for each folder, and one for the user's file. */
export function settingsPlaces(folder: string | undefined, env: Env): Place[] {
  const places = [folder === undefined ? undefined : projectPlace(folder, env.HOME), userPlace(env)];
  return places.flatMap((place) => (place && isThere(place.path) ? place : []));
}

/** The place of the user's file, which need not be there; `undefined` for a user without a home. */
export function userPlace({ HOME, XDG_CONFIG_HOME }: Env): Place | undefined {
  const home = HOME && isAbsolute(HOME) ? HOME : undefined;
  const configs = XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : home && join(home, ".config");
  if (!configs) return undefined;
  const path = join(configs, "rbac", "config.yaml");
  const fromHome = home === undefined ? ".." : relative(home, path);
  return { path, name: fromHome.startsWith("..") ? path : join("~", fromHome), isProject: false };
}

const PROJECT_FILE = ".rbac.yaml";

/** Looks up to the user's home, or the root of the file system: above a home lie folders of others. */
function projectPlace(folder: string, home: string | undefined): Place | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, PROJECT_FILE);
    if (isThere(path)) {
      if (isAboveHome(at, folder, home)) return undefined;
      const name = at === folder ? `./${PROJECT_FILE}` : relative(folder, path);
      return { path, name, isProject: true };
    }
    if (at === home || at === dirname(at)) return undefined;
  }
}

/** True for a folder above the user's home while the work is below it; HOME may be a link, or end in a slash. */
function isAboveHome(at: string, folder: string, home: string | undefined): boolean {
  const real = home && behindLinks(home);
  if (!real) return false;
  const isBelow = (one: string, other: string) => !relative(other, one).startsWith("..");
  return real !== at && isBelow(real, at) && isBelow(folder, real);
}

/** `undefined` for a path that leads nowhere. */
function behindLinks(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** True for a link that leads nowhere, too: it was meant to be read. False in folders that may not be searched. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
