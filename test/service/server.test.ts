/** The server itself: who is let in, how it ends, its certificates, a database that goes and comes, what it writes. */
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { Agent, request as requestTls } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { linesInto } from "../../src/service/operations/access-log.ts";
import { cli, freshDb } from "../support/cli.ts";
import { certificates } from "../support/service/certificates.ts";
import { keyedCallers } from "../support/service/keyed-callers.ts";
import { say } from "../support/service/raw-http.ts";
import { type Started, started } from "../support/service/started.ts";

const KEYS = { good: ["alice", "rbac:read"], poor: ["bob"] } as const;
const folder = mkdtempSync(join(tmpdir(), "rbac-server-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function seeded(): Promise<string> {
  const db = freshDb();
  expect((await cli("seed", { db })).code).toBe(0);
  expect((await cli("assign alice editor", { db })).code).toBe(0);
  return db;
}
const db = await seeded();

const running = new Set<Started>();
async function begun(options: Parameters<typeof started>[0] = { database: db }, callers = keyedCallers(KEYS)) {
  const server = await started(options, callers);
  running.add(server);
  return server;
}
afterEach(async () => {
  for (const server of running) await server.end();
  running.clear();
});

interface Got {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function got(url: string, init: RequestInit = {}): Promise<Got> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

const ASK = { user: "alice", permission: "posts:publish" };
const ask = (server: Started, body: object = ASK, headers: Record<string, string> = {}, path = "/ask") =>
  got(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const KEY = { authorization: "Bearer good" };

describe("who is let in", () => {
  it("asks without a key on this machine alone, and with one everywhere", async () => {
    const server = await begun();
    expect(await ask(server)).toMatchObject({ status: 200, body: { decision: true } });
    expect(await ask(server, ASK, {}, "/ask/by-key")).toMatchObject({ status: 401 });
    expect(await ask(server, ASK, KEY, "/ask/by-key")).toMatchObject({ status: 200 });
    const proxied = await begun({ database: db, publicUrl: "https://rbac.example" });
    expect((await ask(proxied)).status).toBe(401);
    expect((await ask(proxied, ASK, KEY)).status).toBe(200);
    for (const path of ["/healthz", "/readyz", "/openapi.json"])
      expect((await got(proxied.url + path)).status).toBe(200);
    expect((await got(`${proxied.url}/metrics`)).status).toBe(401);
  });

  it("tells who is missing a right what is missing, and who is unknown how to say who they are", async () => {
    const server = await begun();
    const poor = await ask(server, ASK, { authorization: "Bearer poor" }, "/ask/by-key");
    expect(poor).toMatchObject({ status: 403, body: { error: { code: "RIGHT_MISSING", exitCode: 2 } } });
    const unknown = await got(`${server.url}/who`);
    expect(unknown.headers.get("www-authenticate")).toBe("Bearer");
    expect((await ask(server, ASK, { authorization: "Bearer poor" })).body).toBe("this needs rbac:read");
  });

  it("judges a caller again where the policy moved while the answer was made", async () => {
    const callers = keyedCallers(KEYS);
    const server = await begun(
      {
        database: db,
        routes: () => [
          {
            ...{ method: "GET", path: "/moved", access: "callers", right: "rbac:read", body: "none", faults: "object" },
            summary: "Move",
            answer: async () => {
              callers.keys.delete("good");
              callers.move();
              return { status: 200, body: { secret: true } };
            },
          },
        ],
      },
      callers,
    );
    const answer = await got(`${server.url}/moved`, { headers: KEY });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: "UNAUTHENTICATED" } } });
  });
});

describe("how it ends", () => {
  it("answers what is on its way, and takes no more", async () => {
    const server = await begun();
    const slow = got(`${server.url}/slow?ms=400`);
    const idle = connect(server.port, "127.0.0.1");
    await wait(100);
    const end = server.end();
    running.delete(server);
    const answer = await slow;
    expect(answer).toMatchObject({ status: 200, body: { slow: true } });
    expect(answer.headers.get("connection")).toBe("close");
    expect(await end).toBe(0);
    expect(idle.destroyed || idle.readableEnded || (await say(server.port, "")).isClosed).toBe(true);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it("answers what is asked right behind the signal on connections that are open, and closes those then", async () => {
    const server = await begun();
    const asking = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    const opened = [];
    for (const first of ["", asking, asking]) {
      const socket = connect(server.port, "127.0.0.1").setEncoding("utf8");
      const heard = { text: "", closed: once(socket, "close") };
      socket.on("data", (text) => {
        heard.text += text;
      });
      await once(socket, "connect");
      if (first) {
        socket.write(first);
        await once(socket, "data");
      }
      opened.push({ socket, heard });
    }
    await wait(50); // Until the server knows the one on which nothing is asked.
    const end = server.end();
    running.delete(server);
    for (const { socket } of opened.slice(0, 2)) socket.write(asking);
    for (const { heard } of opened) await heard.closed;
    const answers = opened.map(({ heard }) => heard.text.match(/200 OK|connection: close/gi));
    expect(answers).toEqual([["200 OK", "Connection: close"], ["200 OK", "200 OK", "Connection: close"], ["200 OK"]]);
    expect(await end).toBe(0);
  });

  it("cuts off what takes longer than it may", async () => {
    const server = await begun({ database: db, drain: 100, timeout: 20_000 });
    const slow = fetch(`${server.url}/slow?ms=10000`).catch(() => "cut off");
    await wait(100);
    running.delete(server);
    expect(await server.end()).toBe(1);
    expect(await slow).toBe("cut off");
  });
});

describe("TLS", () => {
  const make = certificates();
  const authority = make.authority("authority");
  const [server, other, alice] = [
    make.signed("localhost", authority),
    make.signed("next", authority),
    make.signed("alice", authority),
  ];
  const stranger = make.signed("mallory", make.authority("elsewhere"));
  const pem = (path: string) => readFileSync(path);
  interface Asked {
    readonly status: number;
    readonly text: string;
    readonly cn: unknown;
    readonly closes: boolean;
  }

  function asked(url: string, path: string, more: object = {}): Promise<Asked> {
    return new Promise((resolve, reject) => {
      const options = { ca: pem(authority.cert), checkServerIdentity: () => undefined, agent: false, ...more };
      requestTls(`${url}${path}`, options, (response) => {
        const { subject } = (response.socket as import("node:tls").TLSSocket).getPeerCertificate();
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => {
          const closes = response.headers.connection === "close";
          resolve({ status: response.statusCode ?? 0, text, cn: subject.CN, closes });
        });
      })
        .on("error", reject)
        .end();
    });
  }

  it("asks for certificates where they are wanted, and takes those alone that somebody vouches for", async () => {
    const secure = await begun({ database: db, tls: { ...server, clientCa: authority.cert } });
    expect(secure.url).toMatch(/^https:/);
    const mine = { cert: pem(alice.cert), key: pem(alice.key) };
    expect(await asked(secure.url, "/who", mine)).toMatchObject({ status: 200, text: '{"principal":"alice"}' });
    expect(await asked(secure.url, "/who")).toMatchObject({ status: 401 });
    expect(await asked(secure.url, "/who", { headers: KEY })).toMatchObject({ status: 200 });
    const theirs = { cert: pem(stranger.cert), key: pem(stranger.key) };
    await expect(asked(secure.url, "/healthz", theirs)).rejects.toThrow();
    expect((await asked(secure.url, "/healthz")).status).toBe(200);
    expect((await say(secure.port, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")).answers).toEqual([]);
  });

  it("takes a certificate for none once it has ended, or others vouch, and then closes its connection", async () => {
    const clientCa = join(folder, "ca.pem");
    copyFileSync(authority.cert, clientCa);
    const secure = await begun({ database: db, tls: { ...server, clientCa } });
    const mine = { cert: pem(alice.cert), key: pem(alice.key) };
    const connected = () => new Agent({ keepAlive: true, maxSockets: 1 });
    const [first, second] = [connected(), connected()];
    for (const agent of [first, second])
      expect(await asked(secure.url, "/who", { ...mine, agent })).toMatchObject({ status: 200 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3 * 86_400_000 });
    try {
      expect(await asked(secure.url, "/who", { ...mine, agent: first })).toMatchObject({ status: 401, closes: true });
    } finally {
      vi.useRealTimers();
    }
    secure.reload(); // As it was: nobody is disturbed.
    expect(await asked(secure.url, "/who", { ...mine, agent: second })).toMatchObject({ status: 200, closes: false });
    copyFileSync(make.authority("later").cert, clientCa);
    secure.reload();
    expect(await asked(secure.url, "/who", { ...mine, agent: second })).toMatchObject({ status: 401, closes: true });
    await expect(asked(secure.url, "/who", { ...mine, agent: second })).rejects.toThrow();
  });

  it("reads its files again, and stays with what it has where they cannot be used", async () => {
    const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    const put = (from: { cert: string; key: string }) => {
      copyFileSync(from.cert, files.cert);
      copyFileSync(from.key, files.key);
    };
    put(server);
    const secure = await begun({ database: db, tls: files });
    expect((await asked(secure.url, "/healthz")).cn).toBe("localhost");
    put(other);
    secure.reload();
    expect((await asked(secure.url, "/healthz")).cn).toBe("next");
    copyFileSync(server.key, files.key);
    secure.reload();
    expect((await asked(secure.url, "/healthz")).cn).toBe("next");
    expect(secure.told).toEqual([
      "the certificate was read again",
      expect.stringMatching(/^no certificate with its key .*; the former certificate stays$/),
    ]);
  });

  it("is refused with files that do not belong together, or are none", async () => {
    const tls = { cert: server.cert, key: other.key };
    await expect(started({ database: db, tls })).rejects.toMatchObject({ code: "CERTIFICATE_INVALID", exitCode: 2 });
    await expect(started({ database: db, tls: { ...tls, key: "none" } })).rejects.toMatchObject({ exitCode: 2 });
    const clientCa = join(folder, "cert.pem");
    copyFileSync("package.json", clientCa);
    await expect(started({ database: db, tls: { ...server, clientCa } })).rejects.toMatchObject({
      code: "CERTIFICATE_INVALID",
    });
  });
});

describe("where it listens", () => {
  it("tells in one line that an address is taken, or is not of this machine", async () => {
    const { port } = await begun();
    const taken = started({ database: db, listen: `127.0.0.1:${port}` });
    await expect(taken).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: another program listens there`);
    const nowhere = started({ database: db, listen: "192.0.2.1:0", publicUrl: "https://x" });
    await expect(nowhere).rejects.toMatchObject({ code: "ADDRESS_UNUSABLE", exitCode: 2 });
  });

  it("refuses to be reached by others without TLS, or where nobody could say who they are", async () => {
    const open = { database: db, listen: "0.0.0.0:0" };
    await expect(started(open)).rejects.toMatchObject({ code: "SERVER_EXPOSED", exitCode: 3 });
    const hasCallers = async () => false;
    const behind = { ...open, publicUrl: "https://rbac.example/" };
    await expect(started({ ...behind, hasCallers })).rejects.toMatchObject({ code: "SERVER_EXPOSED" });
    await expect(started({ ...open, publicUrl: "http://rbac.example" })).rejects.toMatchObject({ exitCode: 2 });
    const server = await begun(behind);
    expect((await ask({ ...server, url: `http://127.0.0.1:${server.port}` })).status).toBe(401);
  });
});

describe("a database that goes", () => {
  it("is answered from no more once its file is gone, and again when it is back or another is there", async () => {
    const mine = await seeded();
    const server = await begun({ database: mine });
    const away = join(dirname(mine), "away.db");
    expect((await ask(server)).status).toBe(200);
    renameSync(mine, away);
    for (let times = 0; times < 3; times += 1) {
      expect(await ask(server)).toMatchObject({ status: 503, body: "the database does not answer: try again" });
      const ready = await got(`${server.url}/readyz`);
      expect(ready).toMatchObject({ status: 503, body: { error: { code: "DATABASE_AWAY", exitCode: 4 } } });
      expect(ready.headers.get("retry-after")).toBe("1");
    }
    expect((await got(`${server.url}/healthz`)).status).toBe(200);
    expect((await got(`${server.url}/metrics`)).status).toBe(200);
    renameSync(away, mine);
    expect((await ask(server)).status).toBe(200);

    const other = await seeded();
    expect((await cli("revoke alice editor", { db: other })).code).toBe(0);
    for (const end of ["-wal", "-shm"]) rmSync(mine + end, { force: true });
    renameSync(other, mine);
    const seen: unknown[] = [];
    while (!seen.includes(200)) seen.push((await ask(server)).status);
    expect(seen.slice(0, -1).every((status) => status === 503)).toBe(true);
    expect((await ask(server)).body).toMatchObject({ decision: false });
  });
});

describe("what it writes", () => {
  it("names in the access log who asked for what, and no secret", async () => {
    const file = join(folder, "access.ndjson");
    const server = await begun({ database: db, accessLog: linesInto(file) });
    await got(`${server.url}/who?token=s3cret`, { headers: { ...KEY, "x-request-id": "r-1" } });
    await got(`${server.url}/who?token=s3cret`, { headers: { authorization: "Bearer s3cret" } });
    await got(`${server.url}/s3cret`);
    await server.end();
    running.delete(server);
    const text = readFileSync(file, "utf8");
    expect(text).not.toMatch(/s3cret|Bearer/);
    const [first, ...others] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toEqual({
      ...{ at: expect.stringMatching(/Z$/), id: "r-1", method: "GET", route: "/who", status: 200 },
      ...{ ms: expect.any(Number), principal: "alice", by: "key", key: "id-good", address: "127.0.0.1", people: 3 },
    });
    expect(others).toMatchObject([
      { route: "/who", status: 401, principal: null },
      { route: null, status: 404 },
    ]);
  });

  it("counts for Prometheus, and every name stands in the documentation", async () => {
    const server = await begun();
    await ask(server);
    await ask(server, { user: "alice", permission: "users:delete" });
    await got(`${server.url}/who`);
    await ask(server, ASK, {}, "/ask/by-key"); // Refused, which is no decision, however long it took.
    const { body, headers } = await got(`${server.url}/metrics`);
    const text = String(body);
    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain('rbac_decisions_total{decision="allow",reason="allow"} 1\n');
    expect(text).toContain('rbac_decisions_total{decision="deny",reason="none"} 1\n');
    expect(text).toContain('rbac_requests_total{route="/ask",status="200"} 2\n');
    expect(text).toContain('rbac_decision_seconds_bucket{le="+Inf"} 2\n');
    expect(text).toMatch(/^rbac_revision 2$/m);
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^{}]+\})? [\d.e-]+)$/);
    const page = readFileSync("docs/serve.md", "utf8");
    for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) expect(page).toContain(`\`${name}`);
  });

  it("describes each of its routes, and whether it needs a key", async () => {
    const server = await begun();
    const { body } = await got(`${server.url}/openapi.json`);
    const { openapi, info, paths } = body as Record<string, Record<string, Record<string, { security: object[] }>>>;
    expect([openapi, info?.version]).toEqual(["3.1.0", "1.2.3"]);
    expect(Object.keys(paths ?? {}).sort()).toEqual(
      "/ask /ask/by-key /broken /echo /healthz /metrics /of/{name} /openapi.json /readyz /slow /who".split(" "),
    );
    const KEYED = [{ key: [] }, { certificate: [] }];
    expect(paths?.["/who"]?.get?.security).toEqual(KEYED);
    expect(paths?.["/ask"]?.post?.security).toEqual([...KEYED, {}]);
    expect(paths?.["/healthz"]?.get?.security).toEqual([]);
  });

  it("tells a bug to whoever runs it, with the request, and not to whoever asks", async () => {
    const server = await begun();
    for (const id of ["r-1", "r-2"]) {
      const { status, body } = await got(`${server.url}/broken`, { headers: { "x-request-id": id } });
      expect({ status, body: JSON.stringify(body) }).toEqual({
        status: 500,
        body: expect.not.stringContaining("secret"),
      });
    }
    expect(server.told).toEqual([expect.stringMatching(/^TypeError: at \/etc\/secret[\s\S]*\(request r-1\)$/)]);
  });

  it("says that an answer takes too long", async () => {
    const server = await begun({ database: db, timeout: 100 });
    expect(await got(`${server.url}/slow?ms=3000`)).toMatchObject({
      status: 503,
      body: { error: { code: "TIMEOUT" } },
    });
  });
});
