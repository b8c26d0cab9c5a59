/** The stream of changes of a server: what is sent, to whom, and how it ends. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { open } from "../../../src/index.ts";
import { assembled } from "../../../src/service/assembled.ts";
import { eventRoutes } from "../../../src/service/events/event-routes.ts";
import { type Service, type ServiceOptions, start } from "../../../src/service/start.ts";
import { newKey, publicJwks } from "../../../src/tokens/keys.ts";
import { signToken } from "../../../src/tokens/sign-token.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { meddle, ON_SERVER } from "../../support/databases.ts";
import { entriesIn, type Listening, listen } from "../../support/service/event-client.ts";

const folder = mkdtempSync(join(tmpdir(), "rbac-events-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running = new Set<Service>();
const heard = new Set<Listening>();
afterEach(async () => {
  for (const one of heard) one.cut();
  for (const server of running) await server.end();
  heard.clear();
  running.clear();
});

const lines: Record<string, unknown>[] = [];
const accessLog = {
  waitingBytes: 0,
  append: (text: string) => {
    for (const line of text.trimEnd().split("\n")) lines.push(JSON.parse(line));
    return undefined;
  },
  reopen: () => {},
  close: () => {},
};

async function begun(database: string, more: Partial<ServiceOptions> = {}, pace = { look: 20, judge: 50, alive: 100 }) {
  const parts = assembled({ authzen: {} as never, tokens: undefined, tls: undefined });
  const server = await start({
    ...{ database, accessLog, listen: "127.0.0.1:0", isAdministered: true, maxBody: 10_000, maxEvaluations: 10 },
    ...{ timeout: 2000, drain: 20_000, version: "1.2.3", say: () => {}, callers: parts.callers },
    hasCallers: parts.hasCallers,
    ...more,
    routes: (_, administering) => (administering ? eventRoutes(administering, pace) : []),
  });
  running.add(server);
  return server;
}

interface Key {
  readonly id: string;
  readonly headers: Record<string, string>;
}

async function keyOf(db: string, principal: string, more = ""): Promise<Key> {
  const { key, id } = await json<{ key: string; id: string }>(`api-key create --principal ${principal} ${more}`, {
    db,
  });
  return { id, headers: { authorization: `Bearer ${key}` } };
}

async function policy(): Promise<string> {
  const db = freshDb();
  const all = [
    "seed",
    "permission create rbac:read",
    "role create service --grant rbac:read",
    "user create shop",
    "assign shop service",
  ];
  for (const line of all) expect((await cli(line, { db })).code).toBe(0);
  return db;
}

async function listening(server: Service, key: Key, query = "", how: Parameters<typeof listen>[1] = {}) {
  const one = await listen(`${server.url}/v1/events${query}`, { ...how, headers: { ...key.headers, ...how.headers } });
  heard.add(one);
  return one;
}

const recordOf = async (db: string, since = 0) => {
  await using rbac = await open(db, { mode: "read" });
  return (await rbac.entries()).filter(({ revision }) => revision > since);
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const soon = { timeout: 20_000, interval: 10 };

describe("a stream of changes", () => {
  it("sends what was committed behind a revision, then what is committed, one event for each revision", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const all = await listening(server, key, "?since=0");
    expect(all).toMatchObject({ status: 200, headers: { "content-type": "text/event-stream", connection: "close" } });
    const later = await listening(server, key);
    await expect.poll(() => later.reader.lastId, soon).toBeDefined();
    const begin = Number(later.reader.lastId);
    await cli("user create ann", { db });
    await cli("assign ann editor user", { db });
    const record = plain(await recordOf(db)) as { revision: number }[];
    await expect.poll(() => entriesIn(all.reader.events), soon).toEqual(record);
    await expect.poll(() => later.reader.events.length, soon).toBe(2);
    expect(entriesIn(later.reader.events)).toEqual(record.filter(({ revision }) => revision > begin));
    expect(all.reader.events.map(({ id }) => Number(id))).toEqual([...new Set(record.map(({ revision }) => revision))]);
    expect(later.reader.lastId).toBe(String(record.at(-1)?.revision));
    await expect.poll(() => later.reader.comments, soon).toBeGreaterThan(1);
    const metrics = await fetch(`${server.url}/metrics`, { headers: key.headers });
    expect(await metrics.text()).toContain("\nrbac_event_listeners 2\n");
  });

  it("takes the header of browsers in place of `since`, and filters by kinds and by a user", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const behind = await listening(server, key, "?since=0", { headers: { "last-event-id": "2" } });
    const filtered = await listening(server, key, "?since=0&kinds=assignment,grant.add&user=shop");
    const record = plain(await recordOf(db)) as { revision: number; change: { kind: string; user?: string } }[];
    await expect.poll(() => entriesIn(behind.reader.events), soon).toEqual(record.filter((one) => one.revision > 2));
    await expect.poll(() => filtered.reader.lastId, soon).toBe(String(record.at(-1)?.revision));
    expect(entriesIn(filtered.reader.events)).toEqual(
      record.filter(({ change }) => change.kind === "assignment.add" && change.user === "shop"),
    );
  });

  it("refuses what it cannot read, who may not, and every other method", async () => {
    const db = await policy();
    await cli("user create bob", { db });
    const [key, poor] = [await keyOf(db, "shop"), await keyOf(db, "bob")];
    const server = await begun(db);
    const wrong = ["since=-1", "since=x", "since=", "since=1.5", "since=1&since=2", "kinds=cat", "user=", "all=1"];
    for (const query of wrong)
      expect([query, (await listening(server, key, `?${query}`)).status]).toEqual([query, 400]);
    expect((await listening(server, key, "", { headers: { "last-event-id": "-3" } })).status).toBe(400);
    expect((await listening(server, poor)).status).toBe(403);
    expect((await listen(`${server.url}/v1/events`)).status).toBe(401);
    for (const method of ["HEAD", "POST"]) {
      const { status, headers } = await listening(server, key, "", { method });
      expect([status, headers.allow]).toEqual([405, "GET"]);
    }
  });

  it("ends for a key that is revoked, or that ends, or whose principal lost the right, and sends nothing later", async () => {
    const db = await policy();
    const keys = [await keyOf(db, "shop"), await keyOf(db, "shop"), await keyOf(db, "shop", "--for 3s")] as const;
    const server = await begun(db);
    const [revoked, lost, ended] = await Promise.all(keys.map((key) => listening(server, key)));
    await expect.poll(() => ended?.reader.lastId, soon).toBeDefined();
    await ended?.over;
    await expect.poll(() => revoked?.reader.lastId, soon).toBeDefined();
    await cli(`api-key revoke ${keys[0].id}`, { db });
    await cli("user create zoe", { db });
    await revoked?.over;
    expect(revoked?.reader.events).toEqual([]);
    await expect.poll(() => lost?.reader.events.length, soon).toBe(2);
    await cli("revoke shop service", { db });
    await lost?.over;
    expect(lost?.reader.events).toHaveLength(2);
    expect((await listening(server, keys[1])).status).toBe(403);
  });

  it("ends for a token that has ended", async () => {
    const db = await policy();
    const now = new Date().toISOString();
    const issuer = await newKey("ES256", now);
    const [keys, named] = [publicJwks([issuer], now), { issuer: "https://id.example", audience: "rbac" }];
    const tokens = { keys, ...named, tolerance: "0s" };
    const server = await begun(db, assembled({ authzen: {} as never, tokens, tls: undefined }));
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: named.issuer, sub: "shop", aud: "rbac", iat, exp: iat + 3, jti: "j", client_id: "c" };
    const key = { id: "", headers: { authorization: `Bearer ${await signToken(claims, issuer)}` } };
    const one = await listening(server, key);
    expect(one.status).toBe(200);
    await cli("user create ann", { db });
    await expect.poll(() => one.reader.events.length, soon).toBe(1);
    await one.over;
    expect((await listening(server, key)).status).toBe(401);
  });

  it("takes ten of a principal, and counts again who has left; each is logged when it ends", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    lines.length = 0;
    const ten = await Promise.all(
      Array.from({ length: 10 }, () => listening(server, key, "?since=0&kinds=assignment")),
    );
    expect(ten.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const more = await listening(server, key);
    expect([more.status, more.headers["retry-after"]]).toEqual([503, "5"]);
    await expect.poll(() => ten[0]?.reader.events.length, soon).toBeGreaterThan(0);
    ten[0]?.cut();
    await expect.poll(async () => (await listening(server, key)).status, soon).toBe(200);
    await server.end();
    running.delete(server);
    await Promise.all(ten.map(({ over }) => over));
    const streams = lines.filter(({ route, status }) => route === "/v1/events" && status === 200);
    expect(streams).toHaveLength(11);
    expect(streams[0]).toMatchObject({ principal: "shop", by: "key", people: 1 });
  });

  it("takes a hundred in all", async () => {
    const db = await policy();
    const server = await begun(db, {}, { look: 250, judge: 5000, alive: 15_000 });
    const keys: Key[] = [];
    for (let at = 0; at < 11; at += 1) {
      await cli(`assign p${at} service`, { db });
      keys.push(await keyOf(db, `p${at}`));
    }
    const statuses: number[] = [];
    for (const key of keys) {
      const ten = await Promise.all(Array.from({ length: key === keys[10] ? 1 : 10 }, () => listening(server, key)));
      statuses.push(...ten.map(({ status }) => status));
    }
    expect(statuses).toEqual([...Array(100).fill(200), 503]);
    await cli("user create ann", { db });
    const streams = [...heard].filter(({ status }) => status === 200);
    await expect.poll(() => streams.filter(({ reader }) => reader.events.length === 1).length, soon).toBe(100);
  });

  it("says that its client must begin anew where the revision is beyond the head", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const head = (await recordOf(db)).at(-1)?.revision ?? 0;
    const ahead = await listening(server, key, `?since=${head + 1}`);
    await ahead.over;
    expect(ahead.reader.events).toEqual([{ event: "reset", id: String(head), data: `{"revision":${head}}` }]);
  });

  it.skipIf(ON_SERVER)("does so, too, where a backup with fewer revisions took the place of the file", async () => {
    const db = join(folder, "restored.db");
    copyFileSync(await policy(), db);
    const key = await keyOf(db, "shop");
    await cli(["db", "backup", join(folder, "backup.db")], { db });
    const head = (await recordOf(db)).at(-1)?.revision ?? 0;
    for (const name of ["ann", "ben"]) await cli(`user create ${name}`, { db });
    const server = await begun(db);
    const one = await listening(server, key);
    await expect.poll(() => one.reader.lastId, soon).toBe(String(head + 2));
    for (const end of ["-wal", "-shm"]) rmSync(db + end, { force: true });
    renameSync(join(folder, "backup.db"), db);
    await one.over;
    expect(one.reader.events).toMatchObject([{ event: "reset", data: `{"revision":${head}}` }]);
    await expect.poll(async () => (await listening(server, key)).status, soon).toBe(200);
  });

  it("does so where the record no longer leads to the last entry that was sent", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const one = await listening(server, key);
    await expect.poll(() => one.reader.lastId, soon).toBeDefined();
    const past = ON_SERVER ? "" : "drop trigger entries_no_update;";
    const last = "(select max(seq) from entries)";
    await meddle(db, `${past} update entries set hash = 'other' where seq = ${last}`);
    await one.over;
    expect(one.reader.events).toMatchObject([{ event: "reset", id: one.reader.lastId }]);
  });

  it.skipIf(ON_SERVER)("goes on where the file was away for a while, and came back", async () => {
    const db = join(folder, "away.db");
    copyFileSync(await policy(), db);
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const one = await listening(server, key);
    await expect.poll(() => one.reader.lastId, soon).toBeDefined();
    renameSync(db, `${db}.away`);
    expect((await listening(server, key)).status).toBe(503);
    const { comments } = one.reader;
    await expect.poll(() => one.reader.comments, soon).toBeGreaterThan(comments + 1);
    renameSync(`${db}.away`, db);
    await cli("user create ann", { db });
    await expect.poll(() => one.reader.events.length, soon).toBe(1);
  });

  it("ends at once when the server ends, also for whoever does not read", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const server = await begun(db);
    const [one, deaf] = [await listening(server, key), await listening(server, key, "?since=0", { isDeaf: true })];
    const cut = await server.end();
    running.delete(server);
    expect(cut).toBe(0);
    await one.over;
    expect(one.answer.complete).toBe(true);
    deaf.cut();
  });

  it("holds little for whoever reads slowly, and cuts off whoever reads nothing for too long", async () => {
    const db = await policy();
    const key = await keyOf(db, "shop");
    const users = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`u${at}`, { name: "x".repeat(200) }]));
    await (async () => {
      await using rbac = await open(db, { actor: "test" });
      await rbac.seed({ rbac: 1, users });
    })();
    lines.length = 0;
    const server = await begun(db, { patience: 500 });
    const deaf = await listening(server, key, "?since=0", { isDeaf: true });
    expect(deaf.status).toBe(200);
    const metric = async () => {
      const answer = await fetch(`${server.url}/metrics`, { headers: key.headers });
      return /^rbac_event_listeners (\d+)$/m.exec(await answer.text())?.[1];
    };
    await expect.poll(metric, soon).toBe("0");
    const reader = await listening(server, key, "?since=0");
    await expect
      .poll(() => entriesIn(reader.reader.events).length, { timeout: 60_000, interval: 500 })
      .toBeGreaterThan(20_000);
    expect(entriesIn(reader.reader.events)).toEqual(plain(await recordOf(db)));
    await server.end();
    running.delete(server);
    const [cut, whole] = lines.filter(({ route }) => route === "/v1/events").map(({ people }) => Number(people));
    expect(cut).toBeLessThan(20_000); // Pages that nobody read were never read from the database.
    expect(whole).toBeGreaterThan(20_000);
  });
});
