/** A policy of a service: what is sent, what is no answer, and that no secret is told. Guards by it are as by another. */
import { createServer, type RequestListener } from "node:http";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Compiled, Rbac } from "../../src/index.ts";
import { type ConnectOptions, connect } from "../../src/remote/connecting.ts";
import { errorOf, inMemory } from "../support/library.ts";
import { type Served, served } from "../support/service/served.ts";
import { CASES } from "../support/web/cases.ts";
import { FETCH } from "../support/web/kits/fetch.ts";
import { policyDatabase } from "../support/web/policy.ts";
import { ask, closed, listening } from "../support/web/requests.ts";
import { as, guardOf, running, tried } from "../support/web/trial.ts";

const KEY = "rbac_key_0123456789abcdefghijklmnop";

let rbac: Rbac;
let compiled: Compiled;
const opened: { close(): Promise<void> }[] = [];
const kept = <T extends { close(): Promise<void> }>(one: T): T => {
  opened.push(one);
  return one;
};
beforeAll(async () => {
  rbac = await inMemory();
  compiled = await rbac.compile();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => rbac.close());

const here = async (key?: string): Promise<Served> => kept(await served(compiled, key));

/** A server that answers as it is told. */
async function answering(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const port = await listening(server);
  kept({ close: () => closed(server) });
  return `http://127.0.0.1:${port}`;
}

const saying = (text: string, status = 200, headers = {}): Promise<string> =>
  answering((_, response) => void response.writeHead(status, headers).end(text));

const asked = (url: string, options: ConnectOptions = {}) => kept(connect(url, options)).can("alice", "posts:read");

describe("what is sent", () => {
  it("is one request for all that is asked in one turn of the loop, answered as of one revision", async () => {
    const { url, requests } = await here();
    const remote = kept(connect(url));
    const all = [...Array(20).keys()].map((at) => remote.can(at % 2 === 0 ? "alice" : "bob", "posts:read"));
    const wrong = errorOf(remote.can("alcie", "posts:read"));
    const roles = [remote.has("alice", "editor", { on: "acme" }), remote.has("bob", "editor")];
    expect(await wrong).toMatchObject({ code: "USER_NOT_FOUND", suggestions: ["alice"], exitCode: 2 });
    expect((await Promise.all(all)).every(({ allowed, revision }) => allowed && revision === 1)).toBe(true);
    expect((await Promise.all(roles)).map(({ allowed }) => allowed)).toEqual([true, false]);
    expect((await remote.can("bob", "docs:read")).allowed).toBe(false);
    expect(requests.map(({ path }) => path)).toEqual(["/v1/can", "/v1/has", "/v1/can"]);
  });

  it("is parted where it is much, and asks by itself what is about the past or asks for evidence", async () => {
    const { url, requests } = await here();
    const remote = kept(connect(`${url}/`));
    const much = [...Array(250).keys()].map(() => remote.can("bob", "posts:read"));
    const given = { resource: { text: "x".repeat(150_000) } };
    const long = [...Array(3).keys()].map(() => remote.can("bob", "posts:read", { given }));
    const apart = [
      remote.can("bob", "posts:read", { at: "@1" }),
      remote.can("bob", "posts:read", { at: new Date("2999-01-01") }),
      remote.can("bob", "posts:read", { explain: true }),
    ];
    await Promise.all([...much, ...long]);
    const answers = await Promise.all(apart);
    expect(answers.map(({ because }) => because?.length)).toEqual([undefined, undefined, 1]);
    const sizes = requests.map(({ body }) => JSON.parse(body).questions.length);
    expect(sizes.sort((a: number, b: number) => a - b)).toEqual([1, 1, 1, 1, 1, 51, 100, 100]);
  });

  it("has the key, or a token that is made for each request, and the path of the URL", async () => {
    const { url, requests } = await here(KEY);
    let made = 0;
    const token = async () => {
      made += 1;
      return KEY;
    };
    for (const secret of [{ key: KEY }, { token: KEY }, { token }] as const)
      expect((await asked(url, secret)).allowed).toBe(true);
    expect(made).toBe(1);
    expect((await errorOf(asked(`${url}/policy`, { key: KEY }))).message).toContain("/policy gave no answer of rbac");
    expect(requests.at(-1)?.path).toBe("/policy/v1/can");
  });

  it("is never what the program did not say: what JSON would make another question of is refused", async () => {
    const { url, requests } = await here();
    const remote = kept(connect(url)) as unknown as Compiled;
    const code = async (call: Promise<unknown>) => (await errorOf(call)).code;
    expect(await code(remote.can("alice", "posts:read", { on: undefined } as never))).toBe("VALUE_EMPTY");
    expect(await code(remote.can(Number.NaN as never, "posts:read"))).toBe("VALUE_INVALID");
    expect(await code(remote.can(new Date() as never, "posts:read"))).toBe("VALUE_INVALID");
    expect(await code(remote.can("a\ud800", "posts:read"))).toMatch(/INVALID$/);
    expect(await code(remote.can("a", "posts:read", { given: { resource: { x: "\ud800" } } }))).toBe("VALUE_INVALID");
    expect(await code(remote.can("a", "posts:read", { given: { resource: { x: Number.NaN } } }))).toBe("GIVEN_INVALID");
    expect(await code(remote.can("a", "posts:read", { log: "later" }))).toBe("VALUE_INVALID");
    expect(await code(remote.has("a", "b", { owner: "c" } as never))).toBe("OPTION_UNKNOWN");
    expect(await code(remote.all([{ user: "alice", permission: "posts:read", on: undefined } as never]))).toBe(
      "VALUE_EMPTY",
    );
    expect(await code(remote.all("posts:read" as never))).toBe("VALUE_INVALID");
    expect(await code(remote.user(7 as never))).toBe("VALUE_INVALID");
    expect(requests).toEqual([]);
    const unlogged: Promise<{ allowed: boolean }>[] = [
      remote.can("bob", "posts:read", { log: false }),
      remote.has("bob", "reader", { log: true }),
    ];
    for (const { allowed } of await Promise.all(unlogged)) expect(allowed).toBe(true);
    await remote.all([{ user: "bob", permission: "posts:read", log: false, requestId: "web-1" }]);
    expect(requests.map(({ body }) => body).join()).not.toContain("log");
    expect(await errorOf(() => remote.canSync("alice", "posts:read"))).toMatchObject({ code: "NOT_AT_ONCE" });
    const given = { resource: { x: "\\ud800 is no half" } };
    expect((await remote.can("alice", "posts:read", { given })).allowed).toBe(true);
  });
});

describe("what is no answer", () => {
  const answer = { allowed: true, reason: "allow", except: [], known: true, revision: 1 };
  const wrong: readonly (readonly [string, unknown])[] = [
    ["an empty object", {}],
    ["a list", []],
    ["no list of answers", { answers: { 0: answer } }],
    ["fewer answers", { answers: [] }],
    ["more answers", { answers: [answer, answer] }],
    ["a yes as text", { answers: [{ ...answer, allowed: "true" }] }],
    ["a yes as a number", { answers: [{ ...answer, allowed: 1 }] }],
    ["a decision by another name", { answers: [{ decision: true }] }],
    ["a yes with the reason of a no", { answers: [{ ...answer, reason: "deny" }] }],
    ["a no with the reason of a yes", { answers: [{ ...answer, allowed: false }] }],
    ["a reason that there is not", { answers: [{ ...answer, allowed: false, reason: "other" }] }],
    ["no reason", { answers: [{ allowed: true }] }],
    ["no revision", { answers: [{ ...answer, revision: "1" }] }],
    ["no scopes that are left out", { answers: [{ ...answer, except: "acme" }] }],
    ["an error without a code", { answers: [{ error: { message: "no", exitCode: 2 } }] }],
    ["an error with another exit code", { answers: [{ error: { code: "USAGE", message: "no", exitCode: 0 } }] }],
    ["null", null],
    ["a yes", true],
  ];
  it.each(wrong)("%s", async (_, body) => {
    const { code, exitCode, retry } = await errorOf(asked(await saying(JSON.stringify(body))));
    expect({ code, exitCode, retry }).toEqual({ code: "SERVICE_ANSWER_INVALID", exitCode: 4, retry: true });
  });

  it.each([
    ["no JSON", 200, '{"answers":[', "SERVICE_ANSWER_INVALID"],
    ["nothing", 200, "", "SERVICE_ANSWER_INVALID"],
    ["a page", 404, "<html>", "SERVICE_ANSWER_INVALID"],
    ["another 2xx", 204, "", "SERVICE_ANSWER_INVALID"],
    ["a status with an answer", 202, JSON.stringify({ answers: [answer] }), "SERVICE_ANSWER_INVALID"],
    ["a server's fault", 500, JSON.stringify({ answers: [answer] }), "SERVICE_UNREACHABLE"],
    [
      "a database that is away",
      503,
      '{"error":{"code":"DATABASE_AWAY","message":"try again","exitCode":4}}',
      "SERVICE_UNREACHABLE",
    ],
    ["too many attempts", 429, '{"error":{"code":"USAGE","message":"slowly","exitCode":2}}', "SERVICE_UNREACHABLE"],
    ["an unknown key", 401, '{"error":{"code":"USER_NOT_FOUND","message":"who?","exitCode":2}}', "SERVICE_DENIED"],
    ["a right that is missing", 403, "{}", "SERVICE_DENIED"],
  ])("%s is %i", async (_, status, text, code) => {
    const error = await errorOf(asked(await saying(text, status)));
    expect(error).toMatchObject({ code, exitCode: 4, retry: code !== "SERVICE_DENIED" });
  });

  it("is a redirect, which is not followed, with the key", async () => {
    const { url, requests } = await here();
    for (const status of [301, 302, 303, 307, 308]) {
      const location = { location: `${url}/v1/can` };
      const error = await errorOf(asked(await saying("", status, location), { key: KEY }));
      expect(error).toMatchObject({ code: "SERVICE_ANSWER_INVALID", exitCode: 4 });
    }
    expect(requests).toEqual([]);
  });

  it("is a list with other rows, a filter that is none, a user without a state", async () => {
    const remote = kept(connect(await saying('{"permissions":[{"permission":7}],"users":[{}],"kind":"all"}')));
    const calls = [
      remote.permissions("alice"),
      remote.whoCan("posts:read"),
      remote.filter("alice", "posts:read", { columns: {}, dialect: "sqlite" }),
      remote.user("alice"),
      remote.has("alice", "editor"),
      remote.all([{ user: "alice", permission: "posts:read" }]),
      remote.ready(),
    ];
    const errors = await Promise.all(calls.map(errorOf));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["SERVICE_ANSWER_INVALID"]));
  });

  it("is what comes too late, or from nobody", async () => {
    const silent = await answering(() => {});
    const slow = await answering((_, response) => void response.writeHead(200).write('{"answers":'));
    for (const url of [silent, slow]) {
      const error = await errorOf(asked(url, { timeout: 50 }));
      expect(error).toMatchObject({ code: "SERVICE_TIMEOUT", exitCode: 4, retry: true });
    }
    const { url, close } = await here();
    await close();
    const error = await errorOf(asked(url));
    expect(error).toMatchObject({ code: "SERVICE_UNREACHABLE", exitCode: 4, retry: true });
    expect(error.message).toBe(`${url} cannot be reached (ECONNREFUSED)`);
  });
});

describe("a connection", () => {
  it("that was closed while nothing was asked is made anew", async () => {
    const { url, closeIdle } = await here();
    const remote = kept(connect(url));
    for (let time = 0; time < 5; time++) {
      expect((await remote.can("alice", "posts:read")).allowed).toBe(true);
      closeIdle();
    }
  });

  it("that is broken is tried once more, and no more", async () => {
    for (const broken of [1, 2]) {
      let tries = 0;
      const url = await answering((request, response) => {
        tries += 1;
        if (tries <= broken) request.socket.destroy();
        else
          response.end(
            JSON.stringify({ answers: [{ allowed: true, reason: "allow", except: [], known: true, revision: 1 }] }),
          );
      });
      const answer = asked(url);
      if (broken === 1) expect((await answer).allowed).toBe(true);
      else expect((await errorOf(answer)).code).toBe("SERVICE_UNREACHABLE");
      expect(tries).toBe(2);
    }
  });

  it("is ended by close, and what is asked then is an error of the program", async () => {
    const remote = connect(await answering(() => {}));
    const asking = errorOf(remote.can("alice", "posts:read"));
    await new Promise((done) => setTimeout(done, 20));
    await remote.close();
    await remote.close();
    expect((await asking).code).toBe("CLOSED");
    for (const call of [remote.can("a", "b:c"), remote.has("a", "b"), remote.all([]), remote.user("a"), remote.ready()])
      expect(await errorOf(call)).toMatchObject({ code: "CLOSED", exitCode: 2 });
  });

  it("is by another fetch where one is given", async () => {
    const seen: string[] = [];
    const remote = kept(
      connect(new URL("https://policy.example.com/x/"), {
        key: KEY,
        fetch: async (url, { headers, redirect, method }) => {
          seen.push(url, headers.authorization ?? "", redirect, method);
          return { status: 200, text: async () => '{"disabled":false,"revision":3}' };
        },
      }),
    );
    expect(await remote.user("alice")).toEqual({ disabled: false, revision: 3 });
    expect(seen).toEqual(["https://policy.example.com/x/v1/user", `Bearer ${KEY}`, "manual", "POST"]);
  });
});

describe("options", () => {
  const refused = async (url: unknown, options: object = {}) => errorOf(() => connect(url as string, options));
  it.each<[unknown, object]>([
    ["http://policy.example.com", {}],
    ["http://127.0.0.1.example.com", {}],
    ["http://10.0.0.1:8180", {}],
    ["ftp://localhost", {}],
    ["https://user:secret@policy.example.com", {}],
    ["https://policy.example.com?key=secret", {}],
    ["policy.example.com", {}],
    [7, {}],
    ["https://x.example", { key: "a b" }],
    ["https://x.example", { key: "" }],
    ["https://x.example", { key: "secret\r\nx: y" }],
    ["https://x.example", { key: undefined }],
    ["https://x.example", { key: KEY, token: KEY }],
    ["https://x.example", { timeout: 0 }],
    ["https://x.example", { fetch: "fetch" }],
    ["https://x.example", { allowHttp: "yes" }],
    ["https://x.example", { retries: 3 }],
  ])("are refused: %j %j", async (url, options) => {
    const error = await refused(url, options);
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toMatch(/secret|rbac_key/);
  });

  it("say of a key that it ends in a line end, as one that was read from a file", async () => {
    for (const end of ["\n", "\r\n"])
      expect((await refused("https://x.example", { key: KEY + end })).message).toMatch(/line end/);
    expect((await refused("https://x.example", { key: `a\n${KEY}` })).message).toMatch(/without spaces/);
  });

  it("may allow http: to another machine; to this one it is allowed", () => {
    for (const url of ["http://localhost:1", "http://127.3.2.1", "http://[::1]:8180", "https://policy.example.com"])
      kept(connect(url));
    kept(connect("http://policy.example.com", { allowHttp: true }));
  });

  it("are told by nothing: neither errors nor what is printed shows the key", async () => {
    const echoing = await answering((request, response) => {
      const message = `${request.headers.authorization} is unknown`;
      response.writeHead(401).end(JSON.stringify({ error: { code: "X", message } }));
    });
    const { url: gone, close } = await here();
    await close();
    const silent = await answering(() => {});
    for (const url of [echoing, gone, silent, await saying("no JSON")]) {
      const remote = kept(connect(url, { key: KEY, timeout: 50 }));
      const error = await errorOf(remote.can("alice", "posts:read"));
      const shown = [inspect(error, { depth: 9, showHidden: true }), error.stack, inspect(remote, { depth: 9 })];
      expect(JSON.stringify([...shown, remote])).not.toContain("rbac_key");
    }
    const bad = kept(connect(silent, { token: () => "rbac_key\n" }));
    expect((await errorOf(bad.can("alice", "posts:read"))).message).not.toContain("rbac_key");
  });
});

describe("guards", () => {
  it.each(CASES)("answer alike here and over HTTP: $status: $name", async (one) => {
    const [local, away] = [await policyDatabase(), await policyDatabase()];
    const { url, close } = await served(await away.compile(), KEY);
    await using remote = connect(url, { key: KEY });
    const said = async (policy: Parameters<typeof tried>[1]) => {
      const { answer, ran, errors } = await tried(FETCH, policy, one);
      const { status, body, headers } = answer;
      return { status, body, challenge: headers["www-authenticate"], ran, errors: errors.length };
    };
    expect(await said(remote)).toEqual(await said(await local.compile()));
    await close();
    for (const handle of [local, away]) await handle.close();
  });

  it("list, check names at the start, pass the id of a request on, and are 503 without a service", async () => {
    const { url, close, requests } = await here();
    const g = guardOf(FETCH, kept(connect(url)), { on: "acme" });
    const needs = [g.requireAllPermissions(["posts:read", "posts:publish"]), g.requireAnyRole(["reader", "editor"])];
    const routes = [
      { path: "/", needs, handler: () => ({ done: true }) },
      { path: "/mine", handler: { own: g.permissions() } },
    ];
    await running(FETCH, { routes }, async ({ port }) => {
      const to = (path: string) => ask(port, as("alice", { path, headers: { "x-request-id": "web-7" } }));
      expect((await to("/")).status).toBe(200);
      expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ questions: [{ requestId: "web-7" }, {}] });
      expect(JSON.parse((await to("/mine")).body)).toMatchObject({ user: "alice", revision: 1 });
      requests.splice(0);
      await g.ready();
      expect(requests.length).toBe(2);
      g.requirePermission("posts:raed");
      expect(await errorOf(g.ready())).toMatchObject({ code: "PERMISSION_NOT_FOUND", suggestions: ["posts:read"] });
      await close();
      for (const path of ["/", "/mine"]) {
        const { status, headers, body } = await to(path);
        expect([status, headers["retry-after"], JSON.parse(body).code]).toEqual([503, "1", "SERVICE_UNREACHABLE"]);
      }
      expect((await errorOf(g.ready())).exitCode).toBe(4);
    });
  });
});
