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

/** Requests of one measurement, all on one connection and at once: a client of its own would cost more than they do. */
const REQUESTS = 1000;
const ROUNDS = Number(process.argv[2] ?? 30);

/** Microseconds of processor time a request takes, the client's few included. @throws where one is refused */
async function costOf(port: number, path: string): Promise<number> {
  const text = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-user: ben\r\n\r\n`.repeat(REQUESTS);
  const took = await timed(
    () =>
      new Promise<void>((resolve, reject) => {
        let [answered, rest] = [0, ""];
        const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text));
        socket.setEncoding("latin1").on("error", reject);
        socket.on("data", (data: string) => {
          const answers = `${rest}${data}`.split("HTTP/1.1 ");
          rest = (answers.at(-1) ?? "").slice(-8); // An answer may begin in one piece and go on in the next.
          answered += answers.length - 1;
          if (answers.slice(1).some((answer) => !"200 ".startsWith(answer.slice(0, 4)))) reject(new Error(path));
          if (answered < REQUESTS) return;
          socket.destroy();
          resolve();
        });
      }),
  );
  return (took / REQUESTS) * 1e6;
}

const { create } = await published();
const rbac = await create(join(mkdtempSync(join(tmpdir(), "rbac-bench-")), "rbac.db"), { actor: "bench" });
await rbac.seed(DOCUMENT);
const policy = await rbac.compile();

async function measured(kit: Kit): Promise<void> {
  const { guarding } = (await import(join(ROOT, `dist/${kit.name}.js`))) as {
    guarding(policy: unknown, options: object): AnyGuard;
  };
  const g = guarding(policy, { user: (c: object) => kit.header(c, "x-user") });
  const handler = () => ({ done: true });
  const post = { load: () => ({ author: "ben" }), owner: (_: object, { author }: { author: string }) => author };
  const routes = [
    { path: "/bare", handler },
    { path: "/permission", needs: [g.requirePermission("docs:read")], handler },
    { path: "/owner", needs: [g.requirePermission("posts:update", post)], handler },
  ];
  const { port, close } = await kit.start({ routes });
  const [bare, permission, owner]: [number[], number[], number[]] = [[], [], []];
  for (let round = -5; round < ROUNDS; round++) {
    const costs = [await costOf(port, "/bare"), await costOf(port, "/permission"), await costOf(port, "/owner")];
    if (round < 0) continue; // V8 has compiled nothing yet.
    const [first = 0, second = 0, third = 0] = costs;
    bare.push(first);
    permission.push(second - first);
    owner.push(third - first);
  }
  await close();
  const shown = [bare, permission, owner].map((costs) => median(costs).toFixed(1).padStart(9));
  process.stdout.write(`${kit.name.padEnd(8)} ${shown.join(" ")}\n`);
}

process.stdout.write("µs CPU a request: bare, more with requirePermission, more with its owner loaded\n");
for (const kit of [EXPRESS, FASTIFY, HONO, KOA, FETCH])
  if (kit.packages.every((name) => packageFolder(name) !== undefined)) await measured(kit);
await rbac.close();
