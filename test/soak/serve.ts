/**
 * `rbac serve` beside a policy that changes: what is revoked by the command line is refused by the next request; under
 * load, with the connections to its database cut and itself restarted, no answer is wrong; without its database there
 * is none. `npm run build && npx tsx test/soak/serve.ts`.
 */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { cli } from "../support/cli.ts";
import { fileWith } from "../support/documents.ts";
import { serverPrograms } from "../support/postgres/programs.ts";
import { Server } from "../support/postgres/server.ts";
import { put } from "../support/postgres/sessions.ts";
import { ROOT } from "../support/root.ts";
import { LoadLine } from "../support/service/load.ts";
import { memoryOf, type ServeProcess, serving } from "../support/service/serve-process.ts";
import { decisionOf, Load, WATCHED } from "../support/service/watched-service.ts";
import { freshPath } from "../support/store/random-databases.ts";
import { begin, none, tell } from "./run.ts";

begin("serve");
const REVOCATIONS = Number(process.env.RBAC_REVOCATIONS ?? 2000);
const SECONDS = Number(process.env.RBAC_SECONDS ?? 60);

const ran = async (line: string, db: string): Promise<number> => {
  const { code, stdout, stderr } = await cli(`${line} --json`, { db });
  if (code !== 0) throw new Error(`${line}: exit ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { readonly revision: number }).revision;
};

/** The same as a process of its own, which takes most of its time to start. */
const ranAlone = (line: string, db: string) =>
  promisify(execFile)(process.execPath, [join(ROOT, "bin/run.js"), ...line.split(" "), "--actor", "soak", "--quiet"], {
    env: { ...process.env, RBAC_DB: db },
  });

async function revocations(db: string): Promise<void> {
  const service = await serving(db);
  const line = new LoadLine(service.port);
  const [faults, question] = [[] as string[], { user: "ann", permission: "posts:read" }];
  for (let time = 0; time < REVOCATIONS; time++) {
    await ran("assign ann reader", db);
    if (!(await decisionOf(line, question))) faults.push(`${time}: refused after it was given`);
    const isAlone = time % 10 === 0;
    await (isAlone ? ranAlone("revoke ann reader", db) : ran("revoke ann reader", db));
    if (await decisionOf(line, question)) faults.push(`${time}: allowed after it was revoked`);
  }
  line.close();
  tell(`${REVOCATIONS} revocations by the command line, each tenth as a process; each with the next request`);
  none("answered by what stood before", faults);
  none(
    "exit code",
    [await service.end()].filter((code) => code !== 0),
  );
}

/** @param cut ends what connects to the database, for a while @param isRestarted whether the service is, too */
async function underLoad(db: string, cut: (() => Promise<unknown>) | undefined, isRestarted: boolean): Promise<void> {
  let service: ServeProcess = await serving(db);
  const load = new Load(() => service);
  const memory: number[] = [];
  const ends: (number | null)[] = [];
  const began = Date.now();
  let [writes, cuts, restarts] = [0, 0, 0];
  while (Date.now() - began < SECONDS * 1000) {
    load.acknowledged = await ran(`${writes % 2 === 0 ? "assign" : "revoke"} ann author`, db);
    writes += 1;
    if (cut && writes % 10 === 0) {
      await cut();
      cuts += 1;
    }
    if (isRestarted && writes % 40 === 0) {
      const listen = `127.0.0.1:${service.port}`;
      none(
        "exit code",
        [await service.end()].filter((code) => code !== 0),
      );
      service = await serving(db, [], listen);
      restarts += 1;
    }
    memory.push(memoryOf(service.pid));
    await wait(20);
  }
  await load.stop();
  const judged = await load.judge(db);
  const said = [...load.statuses].map(([status, count]) => `${count} times ${status}`).join(", ");
  tell(`${SECONDS} s: ${writes} writes, ${cuts} cuts, ${restarts} restarts; ${said}; ${judged} answers judged`);
  none("wrong answers", load.faults);
  if (!isRestarted) none("memory that is not flat", driftOf(memory));
  none(
    "other exit codes than 0",
    [...ends, await service.end()].filter((code) => code !== 0),
  );
}

/** The middle of the last sixth beside that of the third sixth, by when all is warm. */
function driftOf(memory: readonly number[]): string[] {
  const sixth = Math.floor(memory.length / 6);
  const middle = (part: readonly number[]) => [...part].sort((a, b) => a - b)[part.length >> 1] ?? 0;
  const [warm, last] = [middle(memory.slice(2 * sixth, 3 * sixth)), middle(memory.slice(5 * sixth))];
  tell(`memory: ${warm.toFixed(0)} MB when warm, ${last.toFixed(0)} MB at the end`);
  return Math.abs(last / warm - 1) > 0.1 ? [`${warm} MB, then ${last} MB`] : [];
}

/** Takes the database away under load: from then on nothing is answered. */
async function without(db: string, takeAway: () => Promise<unknown>): Promise<void> {
  const service = await serving(db);
  const before = new Load(() => service);
  await wait(1000);
  await before.stop();
  await takeAway();
  const after = new Load(() => service);
  await wait(5000);
  await after.stop();
  const said = [...after.statuses].map(([status, count]) => `${count} times ${status}`).join(", ");
  tell(`with its database ${before.statuses.get(200)} answers; without: ${said}`);
  none("answered without a database", Array(after.statuses.get(200) ?? 0).fill(200));
  none("other faults", after.faults);
  await service.end();
}

async function everything(db: () => string, cut: ((db: string) => Promise<unknown>) | undefined) {
  const seeded = async (): Promise<string> => {
    const url = db();
    await cli(["seed", fileWith(JSON.stringify(WATCHED)), "--quiet"], { db: url });
    return url;
  };
  await revocations(await seeded());
  const url = await seeded();
  await underLoad(url, cut && (() => cut(url)), true);
  await underLoad(await seeded(), undefined, false);
  return seeded();
}

/** Ends what rbac has open on a server; the service may be back before the next statement. */
const cutOff = (url: string) =>
  put(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rbac'");

tell("SQLite");
const file = await everything(freshPath, undefined);
await without(file, async () => {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
});

if (serverPrograms()) {
  tell("PostgreSQL");
  const server = await Server.start(["max_connections=60"]);
  let count = 0;
  const url = await everything(() => {
    count += 1;
    return server.url(`served_${count}`);
  }, cutOff);
  await without(url, () => server.stop());
} else tell("no server of PostgreSQL is installed");
