/** Loads `better-sqlite3`, the driver; nothing else uses it. */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { RbacError } from "../../errors.ts";
import { BUNDLED_DRIVERS } from "./bundled-drivers.ts";

export type SqliteDatabase = BetterSqlite3.Database;

/** Opens a file by its path, or the bytes of one. */
export type OpenSqlite = (source: string | Buffer, options: BetterSqlite3.Options) => SqliteDatabase;

let loaded: OpenSqlite | undefined;

/** @throws RbacError `DRIVER_MISSING` (exit 70), which says how to install it. */
export function loadDriver(): OpenSqlite {
  loaded ??= bundledDriver() ?? installedDriver();
  return loaded;
}

/**
 * The driver with its JavaScript from the program: to find and compile that of the package takes a fifth of a start.
 * @returns undefined where the package is not found nearby, is not of a bundled version, or its addon does not load
 */
function bundledDriver(): OpenSqlite | undefined {
  try {
    const folder = packageNearby();
    if (folder === undefined) return undefined;
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    const load = BUNDLED_DRIVERS[version];
    if (!load || !runsHere(version)) return undefined;
    const addon: { exports: object } = { exports: {} };
    process.dlopen(addon, addonIn(folder, version));
    const Sqlite = load();
    const nativeBinding = addon.exports as unknown as string; // The type knows only a path of one.
    return (source, options) => new Sqlite(source, { ...options, nativeBinding });
  } catch {
    return undefined;
  }
}

/** The package in the next `node_modules` upwards, as `require` finds it; that takes Node 22 ten milliseconds. */
function packageNearby(): string | undefined {
  let at = import.meta.url; // In the bundle, where alone there are bundled drivers, it is a path.
  while (at !== dirname(at)) {
    at = dirname(at);
    const folder = join(at, "node_modules/better-sqlite3");
    if (basename(at) !== "node_modules" && statSync(folder, { throwIfNoEntry: false })) return folder;
  }
  return undefined;
}

/** Where the addon lies: version 12 downloads or compiles it, later ones bring one for each system. */
function addonIn(folder: string, version: string): string {
  if (version.startsWith("12.")) return join(folder, "build/Release/better_sqlite3.node");
  if (process.platform === "linux" && !readFileSync("/proc/self/maps", "latin1").includes("/ld-linux"))
    throw new Error("not the C library that the addon was made for");
  return join(folder, "prebuilds", `${process.platform}-${process.arch}.node`);
}

/** A driver with a wrong N-API level crashes without a message. */
const runsHere = (version: string): boolean =>
  Number.parseInt(process.versions.node, 10) >= 22 || Number.parseInt(version, 10) <= 12;

function installedDriver(): OpenSqlite {
  const require = createRequire(import.meta.url);
  const { version } = require("better-sqlite3/package.json") as { version: string };
  if (!runsHere(version)) {
    throw new RbacError(
      70,
      "DRIVER_MISSING",
      `better-sqlite3 ${version} needs Node 22, this is ${process.version}: reinstall with this Node`,
    );
  }
  try {
    const Sqlite = require("better-sqlite3") as typeof BetterSqlite3;
    return (source, options) => new Sqlite(source, options);
  } catch (cause) {
    const command = "npm install --global --allow-scripts=better-sqlite3 rbac-admin";
    throw new RbacError(70, "DRIVER_MISSING", `better-sqlite3 was installed without its binary: ${command}`, { cause });
  }
}
