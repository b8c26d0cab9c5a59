/**
 * How long `replay` and `unused` take for a million lines, and how much memory: a log whose truth is known by
 * construction, of a database that changes all along. `npx tsx test/bench/replay.ts FOLDER [LINES]`, after a build.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Database } from "../../src/database/database.ts";
import { create } from "../../src/index.ts";
import { ROOT } from "../support/root.ts";

const [folder = ".", count = "1000000"] = process.argv.slice(2);
const LINES = Number(count);
const [USERS, ROLES, TENANTS, REVISIONS] = [10_000, 200, 50, 5_000];
const DAY = 86_400_000;
const START = Date.now() - 100 * DAY;

/** Each user has a role on a tenant; users whose number divides by 10 hold one more role at odd revisions of theirs. */
const roleOf = (user: number) => user % ROLES;
const tenantOf = (user: number) => user % TENANTS;
const userAt = (revision: number) => (revision % (USERS / 10)) * 10;
const extraOf = (user: number) => (roleOf(user) + 1) % ROLES;

async function makeDatabase(db: string): Promise<void> {
  const rbac = await create(db, { actor: "bench" });
  const roles = Array.from({ length: ROLES }, (_, at) => at);
  await rbac.seed({
    rbac: 1,
    permissions: roles.flatMap((role) => [`area${role}:read`, `area${role}:write`, `area${role}:never`]),
    roles: Object.fromEntries(roles.map((role) => [`role${role}`, { grants: [`area${role}:*`] }])),
    users: Object.fromEntries(
      Array.from({ length: USERS }, (_, user) => [
        `user${user}`,
        { roles: [{ role: `role${roleOf(user)}`, scope: `tenant${tenantOf(user)}` }] },
      ]),
    ),
  });
  const held = new Set<number>();
  for (let revision = 2; revision <= REVISIONS; revision++) {
    const user = userAt(revision);
    const [who, role] = [`user${user}`, `role${extraOf(user)}`];
    if (held.delete(user)) await rbac.revoke(who, role, { on: `tenant${tenantOf(user)}` });
    else {
      held.add(user);
      await rbac.assign(who, role, { on: `tenant${tenantOf(user)}` });
    }
  }
  await rbac.close();
}

/** Writes the log. @returns how many of its lines are a yes */
function writeLog(path: string, id: string): number {
  const file = openSync(path, "w");
  const holding = new Set<number>();
  let [text, revision, yeses, luck] = ["", 1, 0, 1];
  const random = (below: number) => {
    luck = (luck * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((luck / 2_147_483_648) * below);
  };
  for (let line = 0; line < LINES; line++) {
    while (revision < 1 + Math.floor((line * REVISIONS) / LINES)) {
      revision += 1;
      const changed = userAt(revision);
      if (!holding.delete(changed)) holding.add(changed);
    }
    const user = random(10) === 0 ? userAt(2 + random(REVISIONS)) : random(USERS);
    const area = random(3) === 0 ? extraOf(user) : roleOf(user);
    const object = `tenant${tenantOf(user)}/posts/${random(100_000)}`;
    const decision = area === roleOf(user) || (holding.has(user) && area === extraOf(user));
    yeses += Number(decision);
    const at = new Date(START + (line / LINES) * 100 * DAY).toISOString();
    const permission = `area${area}:${random(2) === 0 ? "read" : "write"}`;
    const reason = decision ? "allow" : "none";
    const asked = { user: `user${user}`, permission, on: object };
    text += `${JSON.stringify({ v: 1, id: `l${line}`, at, db: id, revision, ...asked, decision, reason, us: 12 })}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
  return yeses;
}

/** Runs a command of the build, and tells what it took: seconds of the clock and of the processor, MiB of memory. */
function timed(words: readonly string[], db: string) {
  const start = Date.now();
  const node = ["--require", join(ROOT, "test/bench/usage.cjs"), join(ROOT, "bin/run.js"), ...words, "--json"];
  const { status, output } = spawnSync(process.execPath, node, {
    env: { ...process.env, RBAC_DB: db },
    stdio: ["ignore", "pipe", "inherit", "pipe"],
    maxBuffer: 1 << 28,
    encoding: "utf8",
  });
  const used = JSON.parse(output[3] ?? "{}") as NodeJS.ResourceUsage;
  const [seconds, processor] = [(Date.now() - start) / 1000, (used.userCPUTime + used.systemCPUTime) / 1e6];
  return {
    status,
    seconds,
    processor,
    mebibytes: Math.round(used.maxRSS / 1024),
    answer: JSON.parse(output[1] ?? "null"),
  };
}

const [db, log, proposal] = ["replay.db", "decisions.ndjson", "narrower.ndjson"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
if (!existsSync(db)) await makeDatabase(db);
const database = await Database.open(db, "read");
const id = await database.read((reading) => reading.databaseId());
await database.close();
const yeses = writeLog(log, String(id));
const report = (name: string, { status, seconds, processor, mebibytes }: ReturnType<typeof timed>, rest: object) =>
  process.stdout.write(
    `${name}: exit ${status}, ${seconds} s (${processor} s of processor), ${mebibytes} MiB at most, ${JSON.stringify(rest)}\n`,
  );
const replayed = timed(["replay", log], db);
report("replay", replayed, replayed.answer.lines);
const unused = timed(["unused", log, "--since", "90d", "--propose", proposal, "--limit", "1"], db);
report("unused", unused, { ...unused.answer.lines, ...unused.answer.proposal, yeses });
if (existsSync(proposal)) {
  const against = timed(["replay", log, "--against", proposal, "--limit", "1"], db);
  report("replay --against", against, against.answer.lines);
}
