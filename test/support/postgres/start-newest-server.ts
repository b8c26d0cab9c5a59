/**
 * Before the contract is tested on the newest PostgreSQL: a server of it on which nobody but the tests themselves is a
 * superuser, and every statement has a time-out, by the server and by the URL.
 */
import pg from "pg";
import type { TestProject } from "vitest/node";
import { Database } from "../../../src/database/database.ts";
import { serverRolesSql } from "../../../src/store/postgres/server-roles.ts";
import { PREFIX } from "./least-rights.ts";
import { NO_NEWEST_SERVER, newestServerPrograms } from "./programs.ts";
import { Server } from "./server.ts";

const TIMEOUT_MS = 20_000;

export default async function start(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const bin = newestServerPrograms();
  project.provide("noServer", bin === undefined ? NO_NEWEST_SERVER : "");
  if (bin === undefined) return undefined;
  // Each command line logs in anew; what makes passwords slow to guess would be a good part of the time.
  const quick = ["fsync=off", "scram_iterations=1"];
  const settings = [...quick, "max_connections=60", `statement_timeout=${TIMEOUT_MS}`];
  const server = await Server.start(settings, { bin });
  await makeRoles(server);
  const asOwner = new URL(server.url());
  asOwner.username = `${PREFIX}_owner`;
  asOwner.searchParams.set("statement_timeout", String(TIMEOUT_MS));
  project.provide("server", asOwner.href);
  project.provide("superuser", server.url());
  return () => server.stop();
}

/** The SQL of `rbac db roles` needs a policy; the one that it is run for goes again, the roles and their rights stay. */
async function makeRoles(server: Server): Promise<void> {
  const url = server.url("first");
  await Database.create(url, new Date().toISOString(), async () => {});
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  await client.query(serverRolesSql(url, PREFIX));
  for (const role of ["reader", "writer", "owner"])
    await client.query(`alter role ${PREFIX}_${role} password '${server.password}'`);
  await client.query("drop schema first cascade");
  await client.end();
}
