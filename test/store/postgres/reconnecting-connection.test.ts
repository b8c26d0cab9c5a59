/** One connection for everything: what it refuses, and what it keeps on the server. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { ReconnectingConnection } from "../../../src/store/postgres/reconnecting-connection.ts";
import { parseServerUrl } from "../../../src/store/postgres/server-url.ts";
import { freshDb } from "../../support/cli.ts";

let line: ReconnectingConnection;
beforeEach(() => {
  if (process.env.RBAC_TEST_SERVER) line = new ReconnectingConnection(parseServerUrl(freshDb()), { readOnly: false });
});
afterEach(() => line?.end());

it("does not say that a transaction was committed of which a statement has failed", async () => {
  await line.run("create temporary table kept (a integer)");
  await line.run("begin");
  await line.run("insert into kept values (1)");
  await expect(line.run("select 1 / 0")).rejects.toMatchObject({ code: "22012" });
  await expect(line.run("commit")).rejects.toThrow("the server has rolled back what was to be committed");
  expect(await line.queryRows("select a from kept", [])).toEqual([]);
  await line.run("begin");
  await line.run("insert into kept values (2)");
  await line.run("commit");
  expect(await line.queryRows("select a from kept", [])).toEqual([[2]]);
});

it("keeps at most 200 statements prepared on the server, and runs every other one all the same", async () => {
  for (let at = 0; at < 250; at++) expect(await line.queryRows(`select ${at} + $1`, [1])).toEqual([[at + 1]]);
  expect(await line.queryRows("select 249 + $1", [2])).toEqual([[251]]);
  expect(await line.queryRows("select 0 + $1", [2])).toEqual([[2]]);
  const { rows } = await line.run("select count(*)::integer as count from pg_prepared_statements where name <> ''");
  expect(rows).toEqual([{ count: 200 }]);
});

it("is not opened once it is closed, though it never was open", async () => {
  await line.end();
  await expect(line.run("select 1")).rejects.toThrow("the database is closed");
  await expect(line.open()).rejects.toThrow("the database is closed");
});

it("that is open is not opened again", async () => {
  const session = await line.open();
  expect(await line.open()).toBe(session);
});

it("is opened once for all who ask at the same time", async () => {
  const asked = Array.from({ length: 10 }, () => line.queryRows("select pg_backend_pid()", []));
  expect(new Set((await Promise.all(asked)).flat(2)).size).toBe(1);
});

it("is closed though it cannot be opened", async () => {
  const nowhere = new URL(freshDb());
  nowhere.port = "1";
  const lost = new ReconnectingConnection(parseServerUrl(nowhere.href), { readOnly: true });
  const opening = lost.open();
  const closing = lost.end();
  await expect(opening).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await closing;
});
