/**
 * What constraints cost one `assign` in a database of a million users: processor time with and without them, taken in
 * turn. `npx tsx test/bench/constraints.ts`, after a build; RBAC_USERS and RBAC_SEED change the size and the chance.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Database } from "../../src/database/database.ts";
import { seeding } from "../../src/policy/document/seeding.ts";
import { confusableKeys } from "../../src/policy/model/confusables.ts";
import type { Mutation } from "../../src/policy/model/mutation.ts";
import { assigning, revoking } from "../../src/policy/mutations.ts";
import { begin, none, tell } from "../soak/run.ts";
import { ROOT } from "../support/root.ts";
import {
  chanceOf,
  documentFrom,
  freshPath,
  minute,
  SEED,
  settled,
  stampAt,
} from "../support/store/random-databases.ts";

begin("constraints");
const USERS = Number(process.env.RBAC_USERS ?? 1_000_000);
const EACH = 3;
const ROUNDS = Number(process.env.RBAC_ROUNDS ?? 15);
const PROCESSES = Number(process.env.RBAC_PROCESSES ?? 3);
const MOST = 2;

const common = Array.from({ length: 50 }, (_, at) => `role${at}`);
const structure = {
  rbac: 1,
  permissions: ["posts:read"],
  roles: Object.fromEntries([...common, "admin", "owner"].map((name) => [name, { grants: ["posts:read"] }])),
  users: { root: { roles: ["admin"] } },
};
const constraints = {
  apart: { kind: "ssd", roles: ["role0", "owner"], limit: 2 },
  trained: { kind: "prerequisite", roles: ["role1"], needs: ["role2"] },
  few: { kind: "max_users", roles: ["admin"], limit: 10 },
  last: { kind: "min_users", roles: ["admin"], limit: 1 },
  many: { kind: "min_users", roles: ["role3"], limit: 2 },
  most: { kind: "max_users", roles: ["role4"], limit: USERS }, // Its holders must be counted, in the index alone.
};

/**
 * Every user with some of the common roles, written straight into the tables: what is asked is not about the record.
 */
function fill(path: string): void {
  const { below, pick } = chanceOf(SEED);
  const file = new Sqlite(path);
  file.pragma("synchronous = off");
  const user = file.prepare(
    'insert into users ("user", disabled, skeleton, skeleton_folded, revision) values (?, 0, ?, ?, 1)',
  );
  const assignment = file.prepare("insert or ignore into assignments values (?, ?, ?, null, null, 1)");
  file.transaction(() => {
    for (let at = 0; at < USERS; at++) {
      const name = `user${at}`;
      user.run(name, ...confusableKeys(name));
      for (let of = 0; of < EACH; of++) {
        const role = pick(common);
        // Whom the prerequisite asks for training has it.
        assignment.run(name, role === "role1" ? "role2" : role, below(3) === 0 ? `acme/p${below(100)}` : "");
      }
    }
  })();
  file.close();
}

const plain = freshPath("plain.db");
const bound = freshPath("bound.db");
await Database.create(plain, minute(0), async (database) => {
  await database.change(stampAt(minute(0)), seeding(documentFrom(structure), false));
});
fill(plain);
settled(plain);
copyFileSync(plain, bound);
const began = process.cpuUsage();
const both = { plain: await Database.open(plain, "write"), bound: await Database.open(bound, "write") };
await both.bound.change(stampAt(minute(1)), seeding(documentFrom({ rbac: 1, constraints }), false));
const { user: used } = process.cpuUsage(began);
tell(`${USERS} users, ${USERS * EACH} assignments; constraints declared in ${(used / 1e6).toFixed(1)} s of processor`);

/** The user is one of those who have nothing to do with what is measured. */
const assign = (user: string, role: string): Mutation =>
  assigning({ who: user, roles: [role], scope: "bench", from: null, until: null, replace: false, existing: true });
const revoke = (user: string, role: string): Mutation =>
  revoking({ who: user, roles: [role], scope: "bench", everywhere: false });

type Which = keyof typeof both;
let revision = 2;

async function taken(which: Which, mutation: Mutation): Promise<number> {
  const before = process.cpuUsage();
  const { changed } = await both[which].change(stampAt(minute(revision++)), mutation);
  const { user, system } = process.cpuUsage(before);
  if (!changed) none("an act that changed nothing", [which]);
  return (user + system) / 1000;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Of the many who hold this role each is counted; that is reported, and held to nothing. */
const COUNTED = "role4";
const CASES = ["role0", "role2", "role3", "role4", "admin", "role9"];

/** In this process, by turns. */
for (const role of CASES) {
  for (const [what, act, back] of [
    ["assign", assign, revoke],
    ["revoke", revoke, assign],
  ] as const) {
    const times: Record<Which, number[]> = { plain: [], bound: [] };
    for (let round = -3; round < ROUNDS; round++) {
      for (const which of ["plain", "bound"] as const) {
        const user = `user${round + 3}`;
        if (what === "revoke") await taken(which, assign(user, role));
        const time = await taken(which, act(user, role));
        if (round >= 0) times[which].push(time); // The first few are for the compiler.
        if (what === "assign") await taken(which, back(user, role));
      }
    }
    judge(
      `${what} ${role}${role === COUNTED ? " (counted)" : ""}, in process`,
      median(times.plain),
      median(times.bound),
    );
  }
}

function judge(what: string, without: number, withThem: number): void {
  const ratio = withThem / without;
  tell(`${what}: ${without.toFixed(1)} ms without, ${withThem.toFixed(1)} ms with: ${ratio.toFixed(2)} times`);
  if (ratio > MOST && what.startsWith("assign") && !what.includes("counted"))
    none(`${what} costs more than ${MOST} times`, [ratio]);
}

await both.plain.close();
await both.bound.close();

/** As processes, by turns: what each took of the processor, start to end. */
function asProcess(path: string, ...argv: string[]): number {
  const about = "process.stderr.write(JSON.stringify(process.cpuUsage()))";
  const script = `process.on("exit",()=>${about});process.argv.splice(1,0,"rbac");await import(${JSON.stringify(join(ROOT, "bin/run.js"))})`;
  const line = ["--input-type=module", "-e", script, "--", ...argv, "--db", path, "--json"];
  const { status, stderr } = spawnSync(process.execPath, line, { encoding: "utf8" });
  if (status !== 0) none(argv.join(" "), [stderr]);
  const { user = 0, system = 0 } = JSON.parse(/\{"user".*\}$/.exec(stderr)?.[0] ?? "{}");
  return (user + system) / 1000;
}

for (const role of CASES) {
  const times: Record<Which, number[]> = { plain: [], bound: [] };
  for (let round = 0; round < PROCESSES; round++) {
    for (const [which, path] of [
      ["plain", plain],
      ["bound", bound],
    ] as const) {
      times[which].push(asProcess(path, "assign", `user${100 + round}`, role, "--on", "bench"));
    }
  }
  judge(`assign ${role}, as a process`, median(times.plain), median(times.bound));
}
