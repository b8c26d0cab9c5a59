/**
 * A record of a million entries: how long its verification takes, in how much memory, and a question about its past.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../src/database/database.ts";
import type { Change } from "../../src/policy/model/change.ts";
import { ROOT } from "../support/root.ts";
import { minute, stampAt } from "../support/store/random-databases.ts";
import { begin, none, tell } from "./run.ts";

begin("million");
const ENTRIES = Number(process.env.RBAC_ENTRIES ?? 1_000_000);
const EACH = 10_000;
const folder = mkdtempSync(join(tmpdir(), "rbac-million-"));
const path = join(folder, "rbac.db");
process.on("exit", () => rmSync(folder, { recursive: true }));

const user = (name: string): Change => ({
  ...{ kind: "user.add", user: name, before: null, after: { email: null, name: null, disabled: false } },
});
const assignment = (name: string, at: number): Change => ({
  ...{ kind: "assignment.add", user: name, role: `role${at % 50}`, scope: at % 3 === 0 ? null : `acme/p${at % 100}` },
  ...{ before: null, after: { from: null, until: null } },
});

/** Users with three assignments each, ten thousand entries a revision. */
function* batches(): Iterable<Change[]> {
  for (let made = 0; made < ENTRIES; made += EACH) {
    yield Array.from({ length: EACH }, (_, at) => {
      const number = made + at;
      const name = `user${Math.floor(number / 4)}`;
      return number % 4 === 0 ? user(name) : assignment(name, number);
    });
  }
}

const structure: Change[] = [
  { kind: "permission.add", permission: "posts:read", before: null, after: { description: null } },
  ...Array.from({ length: 50 }, (_, at): Change[] => [
    { kind: "role.add", role: `role${at}`, before: null, after: { description: null } },
    ...[{ kind: "grant.add", role: `role${at}`, effect: "allow", permission: "posts:read", scope: null } as const].map(
      (grant): Change => ({ ...grant, before: null, after: {} }),
    ),
  ]).flat(),
];

const changing = (changes: readonly Change[]) => ({
  needs: { users: [], roles: "all", grants: "none" } as const,
  decide: () => changes,
});

await Database.create(path, minute(0), async (database) => {
  await database.change(stampAt(minute(0)), changing(structure), { allowConfusable: true });
  let revision = 1;
  for (const changes of batches())
    await database.change(stampAt(minute(revision++)), changing(changes), { allowConfusable: true });
});
tell(`${ENTRIES + structure.length} entries made, ${Math.round(statSync(path).size / 1e6)} MB`);

/** Runs a command as a process of its own, and tells how long it took and how much memory. */
function measured(what: string, targets: string, ...argv: string[]): void {
  const about =
    "process.stderr.write(JSON.stringify({memory:process.resourceUsage().maxRSS/1024,cpu:process.cpuUsage()}))";
  const script = `process.on("exit",()=>${about});process.argv.splice(1,0,"rbac");await import(${JSON.stringify(join(ROOT, "bin/run.js"))})`;
  const began = Date.now();
  const done = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", script, "--", ...argv, "--db", path, "--json"],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  const took = (Date.now() - began) / 1000;
  const { memory, cpu } = JSON.parse(/\{"memory".*\}$/.exec(done.stderr)?.[0] ?? "{}");
  const used = ((cpu?.user ?? 0) + (cpu?.system ?? 0)) / 1e6;
  tell(
    `${what}: ${took.toFixed(2)} s (${used.toFixed(2)} s of processor), ${Math.round(memory)} MB; target ${targets}`,
  );
  none(`${what}: not as it must be`, done.status === 0 ? [] : [`exit ${done.status}: ${done.stderr.slice(0, 300)}`]);
}

const last = `user${Math.floor(ENTRIES / 4) - 1}`;
measured("audit verify", "< 20 s, < 300 MB", "audit", "verify");
measured("can --at @3", "< 1 s", "can", "user5", "posts:read", "--at", "@3");
measured("can --at, late", "< 1 s", "can", last, "posts:read", "--at", `@${1 + Math.ceil(ENTRIES / EACH)}`);
