/**
 * What a need costs a request: processor time of a route with one against the bare route, in turns, over a server of
 * each framework that `test/interop` has. `npm run build && npx tsx test/bench/web.ts [ROUNDS]`.
 */
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolder } from "../support/interop.ts";
import type { AnyGuard, Kit } from "../support/web/kit.ts";
import { EXPRESS } from "../support/web/kits/express.ts";
import { FASTIFY } from "../support/web/kits/fastify.ts";
import { FETCH } from "../support/web/kits/fetch.ts";
import { HONO } from "../support/web/kits/hono.ts";
import { KOA } from "../support/web/kits/koa.ts";
import { DOCUMENT } from "../support/web/policy.ts";
import { median, published, ROOT, timed } from "./measure.ts";

/** Requests of one measurement. */
const REQUESTS = 1000;
/**
 * Each connection sends its next request after an answer, as browsers and proxies do: of many sent at once, Node writes
 * those answers together that need no promise, and a route without any would look cheaper than it is.
 */
const CONNECTIONS = 4;
const ROUNDS = Number(process.argv[2] ?? 30);

/** Sends requests one after the other. @throws where one is refused */
function asked(port: number, path: string, times: number): Promise<void> {
  const text = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-user: ben\r\n\r\n`;
  return new Promise((resolve, reject) => {
    let [left, answer] = [times, ""];
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text));
    socket.setEncoding("latin1").on("error", reject);
    socket.on("data", (data: string) => {
      answer += data;
      if (!answer.includes('{"done":true}')) return;
      if (!answer.startsWith("HTTP/1.1 200 ")) reject(new Error(path));
      [left, answer] = [left - 1, ""];
      if (left > 0) socket.write(text);
      else socket.end(resolve);
    });
  });
}

/** Microseconds of processor time a request takes, the client's included. */
async function costOf(port: number, path: string): Promise<number> {
  const each = REQUESTS / CONNECTIONS;
  const took = await timed(() =>
    Promise.all(Array.from({ length: CONNECTIONS }, () => asked(port, path, each))).then(() => {}),
  );
  return (took / REQUESTS) * 1e6;
}

const { create } = await published();
const rbac = await create(join(mkdtempSync(join(tmpdir(), "rbac-bench-")), "rbac.db"), { actor: "bench" });
await rbac.seed(DOCUMENT);
const policy = await rbac.compile();

/** Applications of one framework, each with one route: some routers look at one route after the other. */
async function measured(kit: Kit): Promise<void> {
  const { guarding } = (await import(join(ROOT, `dist/${kit.name}.js`))) as {
    guarding(policy: unknown, options: object): AnyGuard;
  };
  const g = guarding(policy, { user: (c: object) => kit.header(c, "x-user") });
  const handler = () => ({ done: true });
  const post = { load: () => ({ author: "ben" }), owner: (_: object, { author }: { author: string }) => author };
  const needs = [
    [],
    [g.public()],
    [g.requirePermission("docs:read")],
    [g.requirePermission("docs:read", { on: null })],
    [g.requireRole("reader")],
    [g.requirePermission("posts:update", post)],
  ];
  const apps = await Promise.all(needs.map((some) => kit.start({ routes: [{ path: "/", needs: some, handler }] })));
  const columns: number[][] = needs.map(() => []);
  for (let round = -5; round < ROUNDS; round++)
    for (const [at, { port }] of apps.entries()) {
      const costs = new Map<number, number>();
      const bare = apps[0]?.port ?? 0;
      for (const one of round % 2 === 0 ? [bare, port] : [port, bare]) costs.set(one, await costOf(one, "/"));
      // V8 has compiled nothing in the first rounds.
      if (round >= 0) columns[at]?.push((costs.get(port) ?? 0) - (at === 0 ? 0 : (costs.get(bare) ?? 0)));
    }
  for (const { close } of apps) await close();
  const shown = columns.map((costs) => median(costs).toFixed(1).padStart(7));
  process.stdout.write(`${kit.name.padEnd(8)} ${shown.join(" ")}\n`);
}

process.stdout.write(
  "µs CPU a request: bare; more with public, a permission, one with options, a role, an owner loaded\n",
);
for (const kit of [EXPRESS, FASTIFY, HONO, KOA, FETCH])
  if (kit.packages.every((name) => packageFolder(name) !== undefined)) await measured(kit);
await rbac.close();
