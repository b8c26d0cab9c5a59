/** Servers that do not serve: one line, exit 4, soon, no password; and what waits, waits as long as it was told. */
import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { open } from "../../../src/index.ts";
import { cli } from "../../support/cli.ts";
import { Server } from "../../support/postgres/server.ts";
import { as, holding, put, sessions, until } from "../../support/postgres/sessions.ts";
import { rbac, withReader } from "../../support/store/processes.ts";
import { verified } from "../../support/store/random-databases.ts";

const WRITE = "assign alice reader";
const ASK = "role show reader";

/** What a command line says of a server that does not serve it: its code, and whether to try again. */
async function unserved(line: string, db: string): Promise<string> {
  const { code, stdout, stderr } = await cli(`${line} --json`, { db });
  const { error } = JSON.parse(stdout);
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: expect.stringMatching(/^rbac: (there is no policy at )?postgres:\/\/[^@\n]+\n$/),
  });
  expect(error).toMatchObject({ exitCode: 4, message: stderr.slice(6, -1) });
  return `${error.code}${error.retry ? ", try again" : ""}`;
}

let server: Server;
beforeAll(async () => {
  if (process.env.RBAC_TEST_SERVER)
    server = await Server.start(["fsync=off", "max_connections=8", "superuser_reserved_connections=2"]);
});
afterAll(() => server?.stop());

describe("a setting that cannot be used", () => {
  it.each([
    "host=%00",
    "sslrootcert=/",
    "sslrootcert=/nowhere",
    "sslkey=/nowhere",
    "uselibpqcompat=true&sslmode=verify-ca",
    "port=abc",
  ])("of the URL, ?%s, is exit 2", async (setting) => {
    const { code, stderr } = await cli(ASK, { db: `postgres://me:s3cr3t@127.0.0.1:1/app?${setting}` });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^rbac: [^\n]+\n$/)]);
    expect(stderr).not.toContain("s3cr3t");
  });

  it.each(["lock_timeout=abc", "options=-c%20nothing%3Dx", "options=-z"])(
    "of the server, ?%s, is exit 2",
    async (setting) => {
      const { code, stderr } = await cli(ASK, { db: `${server.url("settings")}&${setting}` });
      expect([code, stderr]).toEqual([2, expect.stringContaining("a setting of the URL")]);
    },
  );

  it.each(["abc", "99999"])("of a variable, PGPORT=%s, is exit 2", async (port) => {
    vi.stubEnv("PGPORT", port);
    const { code, stderr } = await cli(ASK, { db: "postgres://me@127.0.0.1/app" });
    vi.unstubAllEnvs();
    expect([code, stderr]).toEqual([2, expect.stringContaining("a variable PG")]);
  });
});

describe("a statement", () => {
  let url = "";
  beforeAll(async () => {
    if (process.env.RBAC_TEST_SERVER) url = await withReader(server.url("statement"));
  });

  it("that takes longer than it may is ended, and nothing is changed", async () => {
    const release = await holding(url, "lock table users in access exclusive mode");
    for (const line of [WRITE, "has alice reader"])
      expect(await unserved(line, `${url}&statement_timeout=200`)).toBe("DATABASE_TIMEOUT");
    await release();
    expect(await verified(url)).toMatchObject({ valid: true, revision: 1 });
  });

  it("that waits for its turn to write may take as long as --wait says", async () => {
    const db = `${url}&statement_timeout=200`;
    const release = await holding(url, "select 1 from meta for update");
    const waiting = cli(WRITE, { db });
    await until(async () => (await put(url, WAITING_LONG)).length > 0);
    await release();
    expect(await waiting).toMatchObject({ code: 0 });
  });

  it("of a change, once it has its turn, may take as long as any", async () => {
    await put(url, TIMED);
    expect(await cli("assign carol reader", { db: url })).toMatchObject({ code: 0 });
    await put(url, "drop trigger timed on users; drop function timed");
  });

  it("that waits for its turn is told to try again when the wait is over, and with no wait at once", async () => {
    const release = await holding(url, "select 1 from meta for update");
    for (const wait of ["0s", "1s"])
      expect(await unserved(`assign bob reader --wait ${wait}`, url)).toBe("DATABASE_LOCKED, try again");
    await release();
    expect(await cli("assign bob reader --wait 0s", { db: url })).toMatchObject({ code: 0 });
  });

  it("may take as long as the URL says, in milliseconds and nothing else", async () => {
    const { stdout } = await cli("db status --json", { db: `${url}&statement_timeout=1234` });
    expect(stdout).toContain('"statement_timeout":"1234ms"');
    for (const timeout of ["5s", "", "-1", "1;x"])
      expect(await cli(ASK, { db: `${url}&statement_timeout=${timeout}` })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("milliseconds"),
      });
  });
});

describe("a conflict", () => {
  it("in a deadlock is tried again, and both end", async () => {
    const url = await withReader(server.url("deadlock"));
    const on = await open(url, { actor: "web" });
    const release = await holding(url, "lock table users in share mode");
    const waiting = on.assign("alice", "reader");
    await until(async () => (await sessions(url)).some((session) => session.wait_event_type === "Lock"));
    const other = release.client.query("update meta set revision = revision").then(
      () => "done",
      (error: { code: string }) => error.code,
    );
    const said = await other;
    await release();
    expect(["done", "40P01"]).toContain(said);
    expect(await waiting).toMatchObject({ changed: true, revision: 2 });
    await on.close();
    expect(await verified(url)).toMatchObject({ valid: true });
  });

  it("is tried again when the server says that a transaction does not fit with others", async () => {
    const url = await withReader(server.url("unfit"));
    await put(url, UNFIT);
    expect(await cli(WRITE, { db: url })).toMatchObject({ code: 0 });
    expect(await put(url, "select last_value::integer as tries from tries")).toEqual([{ tries: 3 }]);
    await put(url, "drop trigger unfit on users; drop function unfit; drop sequence tries");
    expect(await verified(url)).toMatchObject({ valid: true, revision: 2 });
  });

  it("is none where every transaction of the server is serializable", async () => {
    const own = await Server.start(["fsync=off", "default_transaction_isolation=serializable"]);
    const url = await withReader(own.url());
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, at) => rbac(url, "assign", `u${at}`, "reader", "--quiet")),
    );
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(Array(8).fill([0, ""]));
    expect(await verified(url)).toMatchObject({ valid: true, revision: 9 });
    await own.stop();
  });
});

describe("a server", () => {
  let url = "";
  beforeAll(async () => {
    if (!process.env.RBAC_TEST_SERVER) return;
    url = await withReader(server.url());
    await put(url, "create user few connection limit 0 password 'few'; create user guest password 'guest'");
  });

  it("that is full is to be tried again", async () => {
    const guests = await Promise.all(Array.from({ length: 6 }, () => holding(as(url, "guest", "guest"), "select 1")));
    for (const line of [ASK, WRITE])
      expect(await unserved(line, as(url, "guest", "guest"))).toBe("DATABASE_UNREACHABLE, try again");
    for (const leave of guests) await leave();
    expect(await unserved(ASK, as(url, "few", "few"))).toBe("DATABASE_UNREACHABLE, try again");
  });

  it.each([
    ["has another password", (at: URL) => (at.password = "secret-word"), "DATABASE_DENIED"],
    ["has no such user", (at: URL) => (at.username = "nobody"), "DATABASE_DENIED"],
    ["has no such database", (at: URL) => (at.pathname = "/nowhere"), "DATABASE_MISSING"],
    ["has no such policy", (at: URL) => (at.search = "?schema=nothing"), "DATABASE_MISSING"],
    ["has no TLS", (at: URL) => (at.search = "?sslmode=verify-full"), "DATABASE_UNREACHABLE"],
    ["is not there", (at: URL) => (at.port = "1"), "DATABASE_UNREACHABLE, try again"],
    ["has no address", (at: URL) => (at.hostname = "nowhere.invalid"), "DATABASE_UNREACHABLE, try again"],
  ])("that %s", async (_, spoil, code) => {
    const at = new URL(url);
    spoil(at);
    for (const line of [ASK, WRITE]) expect(await unserved(line, at.href)).toBe(code);
  });

  it("that is read-only answers, and is not written to", async () => {
    await put(url, "alter database postgres set default_transaction_read_only = on");
    expect(await cli(ASK, { db: url })).toMatchObject({ code: 0 });
    expect(await cli("audit verify", { db: url })).toMatchObject({ code: 0 });
    expect(await unserved(WRITE, url)).toBe("DATABASE_READONLY");
    expect(await unserved("init", `${url}?schema=other`)).toBe("DATABASE_READONLY");
    await put(url, "begin read write; alter database postgres reset default_transaction_read_only; commit");
    expect(await verified(url)).toMatchObject({ valid: true, revision: 1 });
  });

  it("that replays another answers, and is not written to", async () => {
    const standby = await server.standby();
    const replayed = standby.url();
    expect(await unserved(WRITE, replayed)).toBe("DATABASE_READONLY");
    expect(await cli(WRITE, { db: url })).toMatchObject({ code: 0 });
    await until(async () => (await verified(replayed)).revision === 2);
    expect(await cli("has alice reader", { db: replayed })).toMatchObject({ code: 0 });
    const record = (db: string) => cli("audit export", { db });
    expect(await record(replayed)).toEqual(await record(url));
    const on = await open(replayed, { actor: "web", mode: "read" });
    const index = await on.compile();
    await cli("revoke alice reader", { db: url });
    await until(async () => (await verified(replayed)).revision === 3);
    expect((await on.has("alice", "reader")).allowed).toBe(false);
    await index.close();
    await on.close();
    await standby.stop();
  });

  it("that is starting, or says nothing at all, keeps nobody", async () => {
    const starting = await answering((client) => client.end(STARTING));
    const silent = await answering(() => {});
    const broken = await answering((client) => client.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const all = await Promise.all(
      [starting, silent, broken].map(({ port }) => rbac(`postgres://me:word@127.0.0.1:${port}/app`, "role", "list")),
    );
    const lines = [
      /takes no more connections now.*57P03/,
      /cannot be reached.*ETIMEDOUT/,
      /connection to the server was lost/,
    ];
    for (const [at, { code, stdout, stderr }] of all.entries()) {
      expect({ code, stdout, stderr }).toEqual({ code: 4, stdout: "", stderr: expect.stringMatching(lines[at] ?? "") });
      expect(stderr).toMatch(/^rbac: [^\n]*\n$/);
      expect(stderr).not.toContain("word");
    }
    for (const { close } of [starting, silent, broken]) close();
  });
});

/** Somebody who has waited for a lock for longer than a statement may take. */
const WAITING_LONG = `select 1 from pg_stat_activity where application_name = 'rbac' and wait_event_type = 'Lock'
  and now() - query_start > interval '400 ms'`;

/** Whoever makes a user must be in a hurry, and wait for no lock that is not the first. */
const TIMED = `create function timed() returns trigger language plpgsql as $$ begin
  if current_setting('statement_timeout') <> '1min' or current_setting('lock_timeout') <> '0' then raise exception 'slow'; end if;
  return null; end $$; create trigger timed after insert on users for each row execute function timed()`;

/** The first two who make a user are told that it does not fit with what others do. */
const UNFIT = `create sequence tries; create function unfit() returns trigger language plpgsql as $$
  begin if nextval('tries') < 3 then raise exception 'unfit' using errcode = '40001'; end if; return null; end $$;
  create trigger unfit after insert on users for each row execute function unfit()`;

/** The error message of a server that is starting. */
const STARTING = (() => {
  const fields = Buffer.from("SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0");
  const head = Buffer.from("E\0\0\0\0");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

/** Something that listens and is no server of PostgreSQL. */
async function answering(answer: (client: Socket) => void): Promise<{ port: number; close: () => void }> {
  const clients = new Set<Socket>();
  const listener = createServer((client) => {
    clients.add(client.on("error", () => {}));
    client.once("data", () => answer(client));
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const close = () => {
    for (const client of clients) client.destroy();
    listener.close();
  };
  return { port: (listener.address() as { port: number }).port, close };
}
