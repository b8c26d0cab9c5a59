/**
 * Crashes on PostgreSQL: clients and the server are killed in the middle of writes, and what was acknowledged is there.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { killServer } from "../../support/postgres/kill-server.ts";
import { Server } from "../../support/postgres/server.ts";
import { holding, put, sessions, until } from "../../support/postgres/sessions.ts";
import { ROOT } from "../../support/root.ts";
import { ended, faultsOf, killWriters, rbac, started, withReader } from "../../support/store/processes.ts";
import { chanceOf, SEED, verified } from "../../support/store/random-databases.ts";

let server: Server;
beforeAll(async () => {
  if (process.env.RBAC_TEST_SERVER) server = await Server.start();
});
afterAll(() => server?.stop());

it("20 kills of clients: what was acknowledged is recorded once, and nothing of them is left", async () => {
  const url = await withReader(server.url("clients"));
  const acknowledged = await killWriters(url, 20, chanceOf(SEED));
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(await faultsOf(url, acknowledged)).toEqual([]);
  expect(await verified(url)).toMatchObject({ valid: true });
  await until(async () => (await sessions(url)).length === 0);
});

it("3 kills of the server: every writer goes on, what was acknowledged is recorded once", async () => {
  const url = await withReader(server.url("kills"));
  const { acknowledged } = await killServer(server, url, 3, chanceOf(SEED));
  expect(acknowledged.length).toBeGreaterThan(20);
  expect(await faultsOf(url, acknowledged)).toEqual([]);
});

it("a client that is killed with the lock in hand leaves it free, though its statement never ends", async () => {
  const url = await withReader(server.url("held"));
  const release = await holding(url, "lock table users in share mode");
  const holder = started(url, "assign", "alice", "reader");
  const end = ended(holder);
  await until(async () => (await sessions(url)).some((session) => session.wait_event_type === "Lock"));
  await expect(put(url, "select 1 from meta for update nowait")).rejects.toMatchObject({ code: "55P03" });
  holder.kill("SIGKILL");
  await end;
  await until(async () => (await sessions(url)).length === 0);
  expect(await put(url, "select 1 as free from meta for update nowait")).toEqual([{ free: 1 }]);
  await release();
  expect(await verified(url)).toMatchObject({ valid: true, revision: 1 });
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends who waits for the lock with %i, and nothing of it is left", async (signal, code) => {
  const url = await withReader(server.url(signal.toLowerCase()));
  const release = await holding(url, "select 1 from meta for update");
  const waiter = started(url, "assign", "alice", "reader", "--wait", "1h");
  const end = ended(waiter);
  await until(async () => (await sessions(url)).some((session) => session.wait_event_type === "Lock"));
  waiter.kill(signal);
  expect(await end).toMatchObject({ code, stdout: "", stderr: "" });
  await until(async () => (await sessions(url)).length === 0);
  await release();
  expect(await verified(url)).toMatchObject({ valid: true, revision: 1 });
});

it("a seed that is killed while it makes a new database leaves nothing after the next", async () => {
  const url = server.url("drafts");
  const drafts = () => put(url, "select 1 from pg_namespace where nspname like 'rbac\\_draft\\_%'");
  for (let kill = 0; kill < 3; kill++) {
    const seed = started(url, "seed", `${ROOT}/seeds/company.yaml`);
    const end = ended(seed);
    await until(async () => (await drafts()).length > 0 || seed.exitCode !== null);
    seed.kill("SIGKILL");
    expect(await end).toMatchObject({ signal: "SIGKILL" });
    expect(await rbac(url, "can", "alice", "posts:read")).toMatchObject({ code: 4 });
  }
  expect((await drafts()).length).toBeGreaterThan(0);
  await until(async () => (await sessions(url)).length === 0);
  expect(await rbac(url, "seed", `${ROOT}/seeds/company.yaml`)).toMatchObject({ code: 0 });
  expect(await drafts()).toEqual([]);
});
