/**
 * The JavaScript of `better-sqlite3` by version. The build replaces this file (`drivers` in bin/build.mjs): the program
 * has it inside of its bundle. Run from source there is none, and the package is loaded as it is installed.
 */
import type BetterSqlite3 from "better-sqlite3";

export const BUNDLED_DRIVERS: Readonly<Record<string, () => typeof BetterSqlite3>> = {};
