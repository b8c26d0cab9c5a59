/** What nobody should send is sent byte by byte: each gets the answer that it may get, and the server goes on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, freshDb } from "../support/cli.ts";
import { HOSTILE, type Row } from "../support/service/hostile-requests.ts";
import { type Said, say } from "../support/service/raw-http.ts";
import { type Started, started } from "../support/service/started.ts";

const db = freshDb();
let server: Started;
const said = new Map<Row, Said>();
const rows = Object.values(HOSTILE).flat();

beforeAll(async () => {
  expect((await cli("seed", { db })).code).toBe(0);
  expect((await cli("assign alice editor", { db })).code).toBe(0);
  server = await started({ database: db, timeout: 1500 });
  for (let at = 0; at < rows.length; at += 24)
    await Promise.all(rows.slice(at, at + 24).map(async (row) => said.set(row, await say(server.port, row[1]))));
});
afterAll(() => server.end());

const GET = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n";

describe.each(Object.entries(HOSTILE))("%s", (_, group) => {
  it.each(group)("%s", (...row) => {
    const [name, , ...statuses] = row;
    const answer = said.get(rows.find(([known, sent]) => known === name && sent === row[1]) as Row) as Said;
    expect(answer.answers.map(({ status }) => status)).toEqual(statuses);
  });
});

describe("all of them", () => {
  it("are many", () => {
    expect(rows.length).toBeGreaterThan(130);
  });

  it("get no word of where anything lies or what runs here", () => {
    for (const { text } of said.values())
      expect(text).not.toMatch(/\n\s+at |\.ts\b|\.js\b|node_modules|node:|hono|ParseError|HPE_|rbac\.db|secret/i);
  });

  it("get the headers of every answer, those that are no requests aside", () => {
    for (const { answers } of said.values())
      for (const { status, headers } of answers.filter((answer) => answer.status !== 100 && answer.headers.date)) {
        expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
        expect({ status, id: headers["x-request-id"] }).toEqual({
          status,
          id: expect.stringMatching(/^[!-~]{1,128}$/),
        });
      }
  });

  it("are no trouble, and the server answers on", async () => {
    expect(server.told).toEqual([]);
    const { answers } = await say(server.port, `${GET}\r\n`);
    expect(answers.map(({ status, body }) => [status, body])).toEqual([[200, '{"status":"alive"}']]);
  });
});

describe("slowness", () => {
  const slow: Readonly<Record<string, readonly string[]>> = {
    "headers that never end": ["GET /healthz HTTP/1.1\r\n", "host: 127.0.0.1\r\n"],
    "a body that never ends": ["POST /echo HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n", "{"],
    "chunks that never end": [
      "POST /echo HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n",
      "1\r\n{\r\n",
    ],
    "headers that drip": [...`${GET}x: ${"y".repeat(600)}`],
  };

  it("ends by the limit of time", async () => {
    const answers = await Promise.all(Object.values(slow).map((parts) => say(server.port, parts, 8000)));
    for (const [at, name] of Object.keys(slow).entries()) {
      const { answers: got, isClosed } = answers[at] as Said;
      expect({ name, statuses: got.map(({ status }) => status), isClosed }).toEqual({
        name,
        statuses: [408],
        isClosed: true,
      });
    }
  });
});

describe("what comes with a request", () => {
  const idOf = async (...headers: readonly string[]) => {
    const { answers } = await say(server.port, `${GET}${headers.map((header) => `${header}\r\n`).join("")}\r\n`);
    return answers[0]?.headers["x-request-id"];
  };

  it("keeps its id where that is fit, and gets one of its own elsewhere", async () => {
    expect(await idOf("x-request-id: r-17")).toBe("r-17");
    expect(await idOf(`x-request-id: ${"r".repeat(128)}`)).toBe("r".repeat(128));
    for (const unfit of ["a b", "r".repeat(129), "\xe9", '<a href="x">\t']) {
      const id = await idOf(`x-request-id: ${unfit}`);
      expect(id).toMatch(/^[\w-]{13,}$/);
      expect(id).not.toBe(unfit);
    }
    expect(await idOf()).not.toBe(await idOf());
  });

  it("has a type of at most 100 characters", async () => {
    for (const [blanks, status] of [
      [84, 200],
      [85, 400],
      [15_000, 400],
    ] as const) {
      // In the middle: blanks at an end are no part of a header.
      const headers = `host: 127.0.0.1\r\ncontent-type: application/json${" ".repeat(blanks - 1)};\r\ncontent-length: 2`;
      const { answers } = await say(server.port, `POST /echo HTTP/1.1\r\n${headers}\r\n\r\n{}`);
      expect(answers.map((answer) => answer.status)).toEqual([status]);
    }
  });

  it("is local by HTTP/1.1 alone: a proxy that is told nothing speaks HTTP/1.0, and names this host", async () => {
    const ask = '{"user":"alice","permission":"posts:publish"}';
    for (const [version, status] of [
      ["1.1", 200],
      ["1.0", 401],
    ] as const) {
      const headers = `host: 127.0.0.1:${server.port}\r\ncontent-type: application/json\r\ncontent-length: ${ask.length}`;
      const { answers } = await say(server.port, `POST /ask HTTP/${version}\r\n${headers}\r\n\r\n${ask}`);
      expect(answers.map((answer) => answer.status)).toEqual([status]);
    }
  });

  it("gives no prototype to anybody", async () => {
    const body = '{"a":1,"__proto__":{"isAdmin":true},"b":[{"\\u005f_proto__":{"isAdmin":true}}]}';
    const headers = `host: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    const head = `POST /echo HTTP/1.1\r\n${headers}`;
    const { answers } = await say(server.port, `${head}\r\n\r\n${body}`);
    expect(answers[0]?.body).toBe('{"a":1,"b":[{}]}');
  });
});
