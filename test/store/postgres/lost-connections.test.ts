/**
 * Connections that are lost: whoever asks goes on, whoever writes is told the truth, and nothing is done by half or
 * twice.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, type Rbac, type RbacError } from "../../../src/index.ts";
import { connect } from "../../../src/store/connect.ts";
import { ReconnectingConnection } from "../../../src/store/postgres/reconnecting-connection.ts";
import { parseServerUrl } from "../../../src/store/postgres/server-url.ts";
import { Server } from "../../support/postgres/server.ts";
import { breakOff, holding, put, sessions, until } from "../../support/postgres/sessions.ts";
import { Wire } from "../../support/postgres/wire.ts";
import { rbac, withReader } from "../../support/store/processes.ts";
import { verified } from "../../support/store/random-databases.ts";

const assign = (on: Rbac, who: string) => on.assign(who, "reader");
const refusal = (promise: Promise<unknown>): Promise<RbacError> =>
  promise.then(
    () => Promise.reject(new Error("nothing was thrown")),
    (error: RbacError) => error,
  );

let server: Server;
beforeAll(async () => {
  if (process.env.RBAC_TEST_SERVER) server = await Server.start(["fsync=off"]);
});
afterAll(() => server?.stop());

describe("a process that asks and writes for long", () => {
  let [url, on]: [string, Rbac] = [] as never;
  beforeAll(async () => {
    if (!process.env.RBAC_TEST_SERVER) return;
    url = await withReader(server.url("long"));
    on = await open(url, { actor: "web" });
    await assign(on, "alice");
  });
  afterAll(() => on?.close());

  it.each(["memory", "demand"] as const)("goes on when it is broken off, assignments in %s", async (assignments) => {
    const index = await on.compile({ assignments });
    const held = async (who: string) => {
      const [plain, compiled] = [on.has(who, "reader"), refusal(index.can(who, "posts:read"))];
      return [(await plain).allowed, (await compiled).code];
    };
    expect(await held("alice")).toEqual([true, "PERMISSION_NOT_FOUND"]);
    await breakOff(url);
    await put(url, "select 1");
    expect(await held("alice")).toEqual([true, "PERMISSION_NOT_FOUND"]);
    await breakOff(url);
    expect((await rbac(url, "permission", "create", `posts:${assignments}`)).code).toBe(0);
    expect((await rbac(url, "grant", "reader", `posts:${assignments}`)).code).toBe(0);
    expect((await index.can("alice", `posts:${assignments}`)).allowed).toBe(true);
    await breakOff(url);
    expect(await assign(on, assignments)).toMatchObject({ changed: true });
    expect((await index.can(assignments, `posts:${assignments}`)).allowed).toBe(true);
    await server.kill();
    const asked = await Promise.all([refusal(index.can("alice", "posts:memory")), refusal(on.has("alice", "reader"))]);
    for (const error of asked) expect(error).toMatchObject({ code: "DATABASE_UNREACHABLE", exitCode: 4, retry: true });
    await server.resume();
    const many = Array.from({ length: 20 }, () => index.can("alice", `posts:${assignments}`));
    expect((await Promise.all(many)).every(({ allowed }) => allowed)).toBe(true);
    await index.close();
    await until(async () => (await sessions(url)).length <= 1);
  });

  it("waits for a server that comes back, for as long as it was told to wait", async () => {
    const hasty = await open(url, { actor: "web", wait: 0 });
    await server.kill();
    const waiting = assign(on, "bob");
    expect(await refusal(assign(hasty, "carol"))).toMatchObject({ code: "DATABASE_UNREACHABLE", retry: true });
    await server.resume();
    expect(await waiting).toMatchObject({ changed: true });
    expect(await assign(hasty, "carol")).toMatchObject({ changed: true });
    await hasty.close();
    expect(await verified(url)).toMatchObject({ valid: true });
  });

  it("is closed though nothing was asked by it", async () => {
    const before = (await sessions(url)).length;
    const connection = await connect(url, "read");
    expect(await sessions(url)).toHaveLength(before + 1);
    await connection.close();
    await until(async () => (await sessions(url)).length === before);
  });

  it("is closed when what is under way has ended, and is not opened anew after", async () => {
    const [other, before] = [await open(url, { actor: "web" }), (await sessions(url)).length];
    const index = await other.compile();
    const release = await holding(url, "select 1 from meta for update");
    const waiting = assign(other, "dora");
    await until(async () => (await sessions(url)).some((session) => session.wait_event_type === "Lock"));
    const closing = Promise.all([other.close(), index.close()]);
    await release();
    expect(await waiting).toMatchObject({ changed: true });
    await closing;
    await expect(index.can("alice", "posts:memory")).rejects.toThrow("closed");
    await until(async () => (await sessions(url)).length < before);
  });
});

describe("a connection that is cut", () => {
  let [url, wire, on]: [string, Wire, Rbac] = [] as never;
  beforeAll(async () => {
    if (!process.env.RBAC_TEST_SERVER) return;
    url = await withReader(server.url("cut"));
    wire = await Wire.before(url);
    on = await open(wire.url, { actor: "web" });
  });
  afterAll(async () => {
    await on?.close();
    await wire?.close();
  });
  const isThere = async (who: string) =>
    (await put(url, `select 1 from assignments where "user" = '${who}'`)).length === 1;

  it.each([
    ["unheard", true],
    ["unheard", false],
    ["unanswered", true],
    ["unanswered", false],
  ] as const)("at its commit, %s, with a way back: %s: nobody knows, and it is never repeated", async (cut, back) => {
    const who = `${cut}-${back}`;
    wire.cutAt("commit\0", cut, back);
    expect(await refusal(assign(on, who))).toMatchObject({ code: "OUTCOME_UNKNOWN", exitCode: 4, retry: false });
    expect(wire.sent).toBe(1);
    wire.mend();
    expect(await isThere(who)).toBe(cut === "unanswered");
    expect(await assign(on, who)).toMatchObject({ changed: cut === "unheard" });
    expect(await verified(url)).toMatchObject({ valid: true });
  });

  it("by the server at its commit, with no way back: nobody knows either", async () => {
    await put(url, DYING);
    wire.cutAt("commit\0", "by the server", false);
    expect(await refusal(assign(on, "doomed"))).toMatchObject({ code: "OUTCOME_UNKNOWN", retry: false });
    wire.mend();
    expect([wire.sent, await isThere("doomed")]).toEqual([1, false]);
    await put(url, "drop trigger dying on users; drop function dying");
  });

  it("that the server refuses to commit is known not to be done", async () => {
    await put(
      url,
      DYING.replace("perform pg_terminate_backend(pg_backend_pid()), pg_sleep(9)", () => "raise exception $$no$$"),
    );
    expect(await refusal(assign(on, "refused"))).toMatchObject({ code: "RECORD_REFUSED", exitCode: 4 });
    expect(await isThere("refused")).toBe(false);
    await put(url, "drop trigger dying on users; drop function dying");
  });

  it.each(["start transaction", "lock_timeout", 'update "meta"', 'insert into "entries"'])(
    "at %s is tried anew, and done once",
    async (word) => {
      for (const cut of ["unheard", "unanswered"] as const) {
        const [who, { revision }] = [`${word.replace(/\W/g, "")}-${cut}`, await verified(url)];
        wire.cutAt(word, cut);
        expect(await assign(on, who)).toMatchObject({ changed: true, revision: revision + 1 });
        expect(wire.sent).toBeGreaterThan(1);
      }
      expect(await verified(url)).toMatchObject({ valid: true });
    },
  );

  it("in a transaction is not gone on with by another, nor committed there", async () => {
    for (const last of ["insert into everyone values ('reader', 1)", "commit"]) {
      const line = new ReconnectingConnection(parseServerUrl(url), { readOnly: false });
      await line.run("begin");
      await line.run("update meta set revision = 1000");
      await breakOff(url);
      await expect(line.run(last)).rejects.toMatchObject({ code: "LOST" });
      await line.run("rollback");
      expect(await line.queryRows("select revision from meta where revision = 1000", [])).toEqual([]);
      expect(await line.queryRows("select role from everyone", [])).toEqual([]);
      await line.run("begin");
      await line.run("rollback");
      await line.end();
    }
  });

  it("at a statement that stands alone and writes is not repeated", async () => {
    const line = new ReconnectingConnection(parseServerUrl(wire.url), { readOnly: false });
    await line.run("create table counted (a integer)");
    wire.cutAt("insert into counted", "unanswered");
    await expect(line.run("insert into counted values (1)")).rejects.toMatchObject({ code: /LOST|ECONNRESET/ });
    expect(await line.queryRows("select a from counted", [])).toEqual([[1]]);
    await line.run("drop table counted");
    await line.end();
  });
});

/** Whoever commits a new user dies of it. */
const DYING = `create function dying() returns trigger language plpgsql as
  'begin perform pg_terminate_backend(pg_backend_pid()), pg_sleep(9); return null; end';
  create constraint trigger dying after insert on users deferrable initially deferred for each row execute function dying()`;
