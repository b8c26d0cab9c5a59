/**
 * A server of PostgreSQL with a crowd of writers; then its clients and the server itself are killed in the middle of
 * writes.
 */
import { setTimeout as wait } from "node:timers/promises";
import { killServer } from "../support/postgres/kill-server.ts";
import { serverPrograms } from "../support/postgres/programs.ts";
import { Server } from "../support/postgres/server.ts";
import { put, sessions } from "../support/postgres/sessions.ts";
import { crowd, crowdOfCommands, faultsOf, killWriters, withReader } from "../support/store/processes.ts";
import { chanceOf, SEED } from "../support/store/random-databases.ts";
import { watchRevocations } from "../support/store/revocations.ts";
import { begin, none, tell } from "./run.ts";

begin("server");
const LIBRARY = Number(process.env.RBAC_ASSIGNS ?? 500);
const COMMANDS = Number(process.env.RBAC_COMMANDS ?? 4);
const CLIENTS = Number(process.env.RBAC_CLIENT_KILLS ?? 200);
const SERVERS = Number(process.env.RBAC_SERVER_KILLS ?? 20);
const REVOCATIONS = Number(process.env.RBAC_REVOCATIONS ?? 2000);
const WRONG = "lost, half done, recorded twice, with a gap, or not verified";

if (serverPrograms()) {
  const server = await Server.start(["max_connections=60"]);
  for (const [what, times, act] of [
    ["through the library", LIBRARY, crowd],
    ["as processes", COMMANDS, crowdOfCommands],
  ] as const) {
    const url = await withReader(server.url(`crowd_${times}`));
    const began = Date.now();
    const said = await act(url, times);
    const failed = said.filter((line) => line.startsWith("exit"));
    tell(`16 x ${times} ${what}: ${said.length - failed.length} acknowledged in ${Date.now() - began} ms`);
    none("refused", failed);
    none(WRONG, await faultsOf(url, said));
    none("missing", new Set(said).size === 16 * times ? [] : [`${new Set(said).size} of ${16 * times}`]);
  }

  const [{ deadlocks } = {}] = await put(
    server.url(),
    "select sum(deadlocks)::integer as deadlocks from pg_stat_database",
  );
  none("deadlocks", deadlocks === 0 ? [] : [deadlocks]);

  const clients = await withReader(server.url("clients"));
  const told = await killWriters(clients, CLIENTS, chanceOf(SEED));
  tell(`${CLIENTS} kills of clients, ${told.length} changes acknowledged`);
  none(WRONG, await faultsOf(clients, told));

  await wait(2000); // The server looks every second whether they are still there.
  none("connections of killed clients that are left", await sessions(clients));

  const killed = await withReader(server.url("killed"));
  const { acknowledged, unknown } = await killServer(server, killed, SERVERS, chanceOf(SEED));
  tell(`${SERVERS} kills of the server, ${acknowledged.length} changes acknowledged, ${unknown} lost at their commit`);
  none(WRONG, await faultsOf(killed, acknowledged));

  for (const assignments of ["memory", "demand"] as const) {
    const { asked, faults } = await watchRevocations(REVOCATIONS, assignments, server.url(`watched_${assignments}`));
    tell(`${REVOCATIONS} revocations, ${asked} questions with assignments in ${assignments}`);
    none("allowed once more", faults);
  }
  await server.stop();
} else tell("no server of PostgreSQL is installed: nothing was tried");
