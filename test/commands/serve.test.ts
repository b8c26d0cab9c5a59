/** `rbac serve` as a process: it listens, answers those who may ask, follows the database, and ends in order. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readAddress } from "../../src/service/listening/address.ts";
import { cli, freshDb, json, SCHEMAS } from "../support/cli.ts";
import { ON_SERVER, onServer, schemaOf } from "../support/databases.ts";
import { as } from "../support/postgres/sessions.ts";
import { ROOT } from "../support/root.ts";
import { certificates } from "../support/service/certificates.ts";
import { sources } from "../support/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "rbac-serve-"));
const alive = new Set<ChildProcess>();
afterAll(() => {
  for (const child of alive) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
const PAGE = readFileSync(join(ROOT, "docs/serve.md"), "utf8");
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1] ?? "";

async function policy(): Promise<string> {
  const db = freshDb();
  for (const [, line = ""] of block("console").matchAll(/^\$ rbac (.*)$/gm))
    expect((await cli(line, { db })).code).toBe(0);
  const more = ["permission create rbac:read", "role create service --grant rbac:read", "user create shop"];
  for (const line of [...more, "assign shop service"]) expect((await cli(line, { db })).code).toBe(0);
  return db;
}

interface Serving {
  readonly url: string;
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads its standard output any more. */
  stopReading(): void;
}

/** Starts one on a free port, and waits until it says where. */
function serving(db: string, ...flags: readonly string[]): Promise<Serving> {
  return new Promise((resolve, reject) => {
    const argv = [join(ROOT, "bin/run.js"), "serve", "--listen", "127.0.0.1:0", ...flags];
    const child = spawn(process.execPath, argv, { env: { ...process.env, RBAC_DB: db, CI: "1" } });
    alive.add(child);
    const said = { stdout: "", stderr: "" };
    const ended = new Promise<number | null>((end) => {
      child.once("exit", (code) => {
        alive.delete(child);
        end(code);
        reject(new Error(said.stderr));
      });
    });
    const hear = (stream: "stdout" | "stderr") => (text: Buffer) => {
      said[stream] += text;
      const url = /listening(?: on |":")(https?:\/\/[^\s"]+)/.exec(said.stderr + said.stdout)?.[1];
      const stopReading = () => child.stdout.destroy();
      if (url) resolve({ url, said, ended, kill: (signal) => child.kill(signal), stopReading });
    };
    child.stdout.on("data", hear("stdout"));
    child.stderr.on("data", hear("stderr"));
  });
}

/** The request of the documentation, as it stands there. */
const REQUEST = block("http").slice(block("http").indexOf("{")).trim();

async function evaluated(url: string, key?: string): Promise<{ status: number; body: unknown }> {
  const headers = { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
  const response = await fetch(`${url}/access/v1/evaluation`, { method: "POST", headers, body: REQUEST });
  return { status: response.status, body: await response.json() };
}

const isYes = { status: 200, body: { decision: true } };

describe("a server of a policy", async () => {
  const db = await policy();

  it("answers what the documentation asks, and follows what the command line commits", async () => {
    const server = await serving(db, "--access-log", "-", "--log", join(folder, "decisions.ndjson"));
    expect(server.said).toEqual({ stdout: "", stderr: `listening on ${server.url}\n` });
    expect(await evaluated(server.url)).toMatchObject(isYes);
    for (let times = 0; times < 5; times += 1) {
      expect((await cli("revoke alice reader", { db })).code).toBe(0);
      expect(await evaluated(server.url)).toMatchObject({ status: 200, body: { decision: false } });
      expect((await cli("assign alice reader", { db })).code).toBe(0);
      expect(await evaluated(server.url)).toMatchObject(isYes);
    }
    server.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    const lines = server.said.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatchObject({ route: "/access/v1/evaluation", status: 200, principal: null });
    const logged = readFileSync(join(folder, "decisions.ndjson"), "utf8").trimEnd().split("\n");
    expect(logged.map((line) => JSON.parse(line).requestId)).toEqual(lines.map(({ id }) => id));
  });

  it("asks for a key behind a proxy, and refuses it once it is revoked, or its principal may no more", async () => {
    const { key, id } = await json<{ key: string; id: string }>("api-key create --principal shop", { db });
    const server = await serving(db, "--json", "--public-url", "https://rbac.example.com", "--access-log", "-");
    expect(JSON.parse(server.said.stdout)).toEqual({ listening: server.url });
    expect((await evaluated(server.url)).status).toBe(401);
    expect(await evaluated(server.url, key)).toMatchObject(isYes);
    expect((await cli("revoke shop service", { db })).code).toBe(0);
    expect((await evaluated(server.url, key)).status).toBe(403);
    expect((await cli("assign shop service", { db })).code).toBe(0);
    expect(await evaluated(server.url, key)).toMatchObject(isYes);
    expect((await cli(`api-key revoke ${id}`, { db })).code).toBe(0);
    expect((await evaluated(server.url, key)).status).toBe(401);
    const metadata = await fetch(`${server.url}/.well-known/authzen-configuration`);
    expect(await metadata.json()).toMatchObject({ policy_decision_point: "https://rbac.example.com" });
    server.kill("SIGINT");
    expect(await server.ended).toBe(0);
    expect(server.said.stdout + server.said.stderr).not.toContain(key.slice(-20));
    expect(server.said.stdout).toContain(`"principal":"shop","by":"key","key":"${id}"`);
  });

  it("counts requests that an access log of standard output lost, and connections that it cut off", async () => {
    const server = await serving(db, "--access-log", "-", "--drain", "1s");
    server.stopReading();
    const lost = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^rbac_access_log_dropped_total (\d+)$/m.exec(text)?.[1]);
    };
    expect(await lost()).toBe(0);
    await expect.poll(lost, { timeout: 10_000 }).toBeGreaterThan(0);
    const { hostname, port } = new URL(server.url);
    const waiting = connect({ host: hostname, port: Number(port) });
    waiting.on("error", () => {}).write("POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{");
    await lost(); // The other request is heard before.
    server.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    expect(server.said.stderr).toContain("1 connection was cut off: it took longer than --drain\n");
    waiting.destroy();
  });

  it("gives a search at most --page-size results at once", async () => {
    expect((await cli("assign shop reader", { db })).code).toBe(0);
    const server = await serving(db, "--page-size", "1");
    const body = JSON.stringify({ ...JSON.parse(REQUEST), subject: { type: "user" } });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body };
    const answer = await (await fetch(`${server.url}/access/v1/search/subject`, init)).json();
    expect(answer).toMatchObject({
      page: { count: 1, next_token: expect.stringMatching(/./) },
      results: [{ id: "alice" }],
    });
    server.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  it("says whether it reads its certificate again, or stays with the former one", async () => {
    const { cert, key } = certificates().authority("localhost");
    const server = await serving(db, "--tls-cert", cert, "--tls-key", key);
    const [before] = server.said.stderr.split("\n");
    server.kill("SIGHUP");
    await expect.poll(() => server.said.stderr).toContain("\nrbac: the certificate was read again\n");
    const good = readFileSync(cert);
    rmSync(cert);
    server.kill("SIGHUP");
    const told = `rbac: cannot read ${cert}: there is no such file; the former certificate stays\n`;
    await expect.poll(() => server.said.stderr).toContain(told);
    writeFileSync(cert, good);
    server.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    expect(before).toBe(`listening on ${server.url}`);
  });

  it("ends at once by a second signal", async () => {
    const server = await serving(db);
    const { hostname, port } = new URL(server.url);
    const waiting = connect({ host: hostname, port: Number(port) });
    waiting.on("error", () => {}).write("POST /access/v1/evaluation HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{");
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    server.kill("SIGTERM");
    await expect
      .poll(() =>
        fetch(`${server.url}/healthz`).then(
          () => "up",
          () => "down",
        ),
      )
      .toBe("down");
    server.kill("SIGTERM");
    expect(await server.ended).toBe(143);
    waiting.destroy();
  });

  it.skipIf(!ON_SERVER)("answers again by itself when the server of the database has ended its sessions", async () => {
    const [admin, reader] = [await onServer(), `${SCHEMAS}reader`];
    await admin.query(`create role ${reader} login password 'read'; grant usage on schema ${schemaOf(db)} to ${reader};
      grant select on all tables in schema ${schemaOf(db)} to ${reader}`);
    const server = await serving(as(db, reader, "read"));
    for (let times = 0; times < 5; times += 1) {
      const seen: unknown[] = [];
      const ended = "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1";
      expect((await admin.query(ended, [reader])).rowCount).toBeGreaterThan(0);
      do seen.push(await evaluated(server.url));
      while ((seen.at(-1) as { status: number }).status !== 200 && seen.length < 200);
      expect(seen.pop()).toMatchObject(isYes);
      for (const answer of seen) expect(answer).toMatchObject({ status: 503 });
    }
    server.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });
});

describe("where it listens", () => {
  it.each([
    ["127.0.0.1:0", { address: "127.0.0.1", port: 0, isLoopback: true }],
    ["[::1]:8180", { address: "::1", port: 8180, isLoopback: true }],
    ["0.0.0.0:80", { address: "0.0.0.0", port: 80, isLoopback: false }],
    ["[::]:80", { address: "::", port: 80, isLoopback: false }],
    ["10.1.2.3:80", { address: "10.1.2.3", port: 80, isLoopback: false }],
  ])("reads %s", async (text, address) => {
    expect(await readAddress(text)).toEqual(address);
  });

  it.each([
    "",
    "127.0.0.1",
    ":8180",
    "8180",
    "127.0.0.1:65536",
    "::1:80",
    "[1.2.3.4]:80",
    "http://127.0.0.1:80",
    "a b:80",
  ])("refuses %j", async (text) => {
    await expect(readAddress(text)).rejects.toMatchObject({ code: "VALUE_INVALID", exitCode: 2 });
  });
});

describe("what is refused before it listens", async () => {
  const db = await policy();

  it.each([
    ["serve --listen 0.0.0.0:0", 3, "SERVER_EXPOSED"],
    ["serve --listen 127.0.0.1:0 --max-body 0", 2, "VALUE_INVALID"],
    ["serve --listen 127.0.0.1:0 --max-body 1GiB", 2, "VALUE_INVALID"],
    ["serve --listen 127.0.0.1:0 --timeout 0s", 2, "TIME_INVALID"],
    ["serve --listen 127.0.0.1:0 --timeout soon", 2, "TIME_INVALID"],
    ["serve --listen 127.0.0.1:0 --max-evaluations 0", 2, "VALUE_INVALID"],
    ["serve --listen 127.0.0.1:0 --log-only deny", 2, "USAGE"],
    ["serve --listen 127.0.0.1:0 --page-size 0", 2, "VALUE_INVALID"],
    ["serve --listen 127.0.0.1:0 --log missing/log.ndjson", 2, "FILE_UNWRITABLE"],
    ["serve --listen 127.0.0.1:0 --access-log missing/log.ndjson", 2, "FILE_UNWRITABLE"],
    ["serve --listen 127.0.0.1:0 --log log --log-only some", 2, "VALUE_INVALID"],
    ["serve --listen 127.0.0.1:0 --tls-cert cert.pem", 2, "USAGE"],
    ["serve --listen 127.0.0.1:0 --tls-cert none.pem --tls-key none.pem", 2, "FILE_UNREADABLE"],
    ["serve --listen 127.0.0.1:0 --issuer https://issuer.example", 2, "USAGE"],
    ["serve --listen 127.0.0.1:0 --issuer x --audience y --jwks none.json", 2, "FILE_UNREADABLE"],
    ["serve --listen 127.0.0.1:0 --issuer x --audience y --jwks package.json", 2, "TOKEN_KEY_INVALID"],
    ["serve --listen 127.0.0.1:0 --resources package.json", 2, "FILE_INVALID"],
    ["serve --listen 127.0.0.1:0 --scope-property ''", 2, "VALUE_EMPTY"],
    ["serve --listen 127.0.0.1:0 --public-url http://rbac.example", 2, "VALUE_INVALID"],
  ])("%s", async (line, code, error) => {
    const got = await cli(`${line} --json`, { db });
    expect(got).toMatchObject({ code, stdout: expect.stringContaining(`"code":"${error}"`) });
    expect(got.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("says in words what is wrong with a log, and with a template", async () => {
    const told = async (flags: string) => (await cli(`serve --listen 127.0.0.1:0 ${flags}`, { db })).stderr;
    expect(await told("--access-log docs")).toBe("rbac: cannot write docs: it is a folder\n");
    expect(await told("--log docs")).toBe("rbac: cannot write docs: it is a folder\n");
    const names = "{scope}, {type}, {id}, {properties.NAME}";
    expect(await told("--resource-scope {tenant}")).toContain(`names {tenant}, and may name ${names}\n`);
    expect(await told("--resource-scope x{scope}")).toContain("has {scope} as a whole segment, not in x{scope}\n");
  });

  it("takes resources, and a scope of the root", async () => {
    const file = join(folder, "resources.yaml");
    writeFileSync(file, "- { type: todo, id: '1', properties: { owner: alice } }\n");
    const log = `--log-full --log ${join(folder, "log")}`;
    const flags = `--resources ${file} --resource-scope '' --subject-type user --subject-type person ${log}`;
    expect(
      await cli(`serve --listen 127.0.0.1:0 --max-body 64KiB --timeout 5s --drain 1s --page-size 10 ${flags}`, { db }),
    ).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/),
    });
  });
});

describe("what else holds", () => {
  it("only this command loads the server and hono", () => {
    const importing = (of: RegExp) =>
      sources.filter(({ path, text }) => !path.startsWith("service/") && of.test(text)).map(({ path }) => path);
    expect(importing(/from "(?:\.\.?\/)+service\//)).toEqual(["commands/serve.ts"]);
    expect(importing(/^import (?!type ).* from "(?:hono|@hono\/node-server)/m)).toEqual([]);
  });

  it("the unit of systemd is one, and starts with flags that there are", () => {
    const file = join(folder, "rbac.service");
    writeFileSync(file, block("ini"));
    const { status, stderr, error } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const line of block("ini").trim().split("\n")) expect(line).toMatch(/^(\[\w+\]|[A-Z]\w+=.*|)$/);
  });

  it("the container starts with flags that there are, as a user who is not root", async () => {
    const lines = block("dockerfile").trim().split("\n");
    const named = (instruction: string) =>
      lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));
    for (const line of lines) expect(line).toMatch(/^(FROM|RUN|USER|ENV|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD) \S/);
    expect(lines[0]).toMatch(/^FROM node:\d+-slim$/);
    expect(named("USER")).toEqual(["node"]);
    const [program, ...argv] = [...named("ENTRYPOINT"), ...named("CMD")].flatMap(
      (list) => JSON.parse(list) as string[],
    );
    expect(program).toBe("rbac");
    // No key: it gets as far as that.
    const got = await cli(
      argv.map((word) => word.replace("8180", "0")),
      { db: await policy() },
    );
    expect(got).toMatchObject({ code: 3, stderr: expect.stringContaining("nobody could say who they are") });
    const [, ...probe] = JSON.parse(named("HEALTHCHECK")[0]?.replace("CMD ", "") ?? "[]") as string[];
    expect(
      spawnSync(
        process.execPath,
        probe.map((word) => word.replace("8180", "1")),
        {},
      ).status,
    ).toBe(1);
  });
});
