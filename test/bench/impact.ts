/**
 * How long `rbac plan` takes on the largest policy, as a whole process, and how much memory: a few grants, hundreds and
 * thousands, and a wildcard. `npx tsx test/bench/impact.ts FOLDER`, after a build; the database is kept in the folder.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/root.ts";
import { chanceOf } from "../support/store/random-databases.ts";
import { databaseAt, makeDatabase } from "./databases.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

const [folder = "."] = process.argv.slice(2);
const [ROLES, TIMES] = [10_000, 3];

/** By each role those that inherit it, and the grants that there are. */
const heirs = new Map<string, string[]>();
const permissions: string[] = [];
const granted = new Set<string>();
for (const [kind, row] of new BenchPolicy(SIZES.L).rows()) {
  if (kind === "assignment") break;
  const { role, inherits, permission } = row as Readonly<Record<string, string>>;
  if (kind === "inheritance") heirs.set(`${inherits}`, [...(heirs.get(`${inherits}`) ?? []), `${role}`]);
  if (kind === "permission") permissions.push(`${permission}`);
  if (kind === "grant") granted.add(`${role} ${permission}`);
}

/** How many roles some roles give to, themselves included. */
function reached(roles: readonly string[]): number {
  const found = new Set(roles);
  for (const role of found) for (const heir of heirs.get(role) ?? []) found.add(heir);
  return found.size;
}

/** A role that about so many roles have. */
const roleWith = (size: number): string =>
  Array.from({ length: ROLES }, (_, at) => `role${at}`)
    .map((role) => ({ role, far: Math.abs(reached([role]) - size) }))
    .reduce((best, one) => (one.far < best.far ? one : best)).role;

const chance = chanceOf(7);

/** Roles that about so many roles have, from those that stand higher the more. */
function rolesWith(count: number, size: number): string[] {
  for (let from = 0; ; from += 100) {
    const roles = new Set<string>();
    while (roles.size < count) roles.add(`role${from + chance.below(ROLES - from)}`);
    if (reached([...roles]) <= size || from >= ROLES - 2 * count) return [...roles];
  }
}

/** A document that grants so many permissions to roles in turn, none that they have. */
function documentOf(name: string, roles: readonly string[], grants: number): string {
  const given: Record<string, { grants: string[] }> = {};
  for (let at = 0; at < grants; at += 1) {
    const role = roles[at % roles.length] ?? "";
    const free = () => permissions[chance.below(permissions.length)] ?? "";
    let permission = free();
    while (granted.has(`${role} ${permission}`)) permission = free();
    granted.add(`${role} ${permission}`);
    given[role] ??= { grants: [] };
    given[role].grants.push(permission);
  }
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ rbac: 1, roles: given }));
  return path;
}

await makeDatabase(folder, "L");
const few = Array.from({ length: 5 }, () => permissions[chance.below(permissions.length)] ?? "");
const CASES: Readonly<Record<string, readonly string[]>> = {
  "five grants to a role": ["--", "grant", roleWith(12), ...few],
  "500 grants in 100 roles": [documentOf("grants-500", rolesWith(100, 318), 500)],
  "* to a role": ["--", "grant", roleWith(25), "*"],
  "2,000 grants in 1,000 roles": [documentOf("grants-2000", rolesWith(1000, 3233), 2000)],
};

for (const [name, words] of Object.entries(CASES))
  for (let time = 0; time < TIMES; time += 1) {
    const argv = ["--require", join(ROOT, "test/bench/usage.cjs"), join(ROOT, "bin/run.js"), "plan", ...words];
    const began = performance.now();
    const { stdout, stderr, status, output } = spawnSync(process.execPath, argv, {
      encoding: "utf8",
      env: { ...process.env, RBAC_DB: databaseAt(folder, "L") },
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const wall = (performance.now() - began) / 1000;
    if (status !== 0) throw new Error(stderr);
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(`${output[3]}`);
    const told = stdout.split("\n").find((line) => /\bgain/.test(line));
    const cpu = (userCPUTime + systemCPUTime) / 1e6;
    process.stdout.write(
      `${name}: ${wall.toFixed(2)} s, ${cpu.toFixed(2)} of processor, ${Math.round(maxRSS / 1024)} MiB; ${told}\n`,
    );
  }
