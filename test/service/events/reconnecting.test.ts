/**
 * A listener who is cut off behind any part of what was sent, and whose server is killed, has seen every entry of the
 * record once, in order.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { open } from "../../../src/index.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { ON_SERVER } from "../../support/databases.ts";
import { EventReader, entriesIn, listen } from "../../support/service/event-client.ts";
import { type ServeProcess, serving } from "../../support/service/serve-process.ts";

const FLAGS = ["--admin"];
const running = new Set<ServeProcess>();
afterAll(async () => {
  for (const server of running) await server.end("SIGKILL");
});

async function policy(): Promise<{ db: string; key: string }> {
  const db = freshDb();
  const all = ["seed", "permission create rbac:read", "role create service --grant rbac:read", "user create shop"];
  for (const line of [...all, "assign shop service"]) expect((await cli(line, { db })).code).toBe(0);
  return { db, key: (await json<{ key: string }>("api-key create --principal shop", { db })).key };
}

/** Listens until it is told to stop: cuts itself off behind a random number of texts, or has the server cut it. */
class Reconnecting {
  readonly reader = new EventReader("0");
  readonly #headers: Record<string, string>;
  readonly #url: () => string;
  readonly #cuts: boolean;
  connections = 0;
  isOver = false;

  constructor(url: () => string, key: string, cuts: boolean) {
    this.#headers = { authorization: `Bearer ${key}` };
    this.#url = url;
    this.#cuts = cuts;
  }

  async run(): Promise<void> {
    while (!this.isOver) {
      let left = 1 + Math.floor(Math.random() * 12);
      const onText = (sent: { destroy(): void }) => {
        left -= 1;
        if (this.isOver || (this.#cuts && left <= 0)) sent.destroy();
      };
      try {
        const one = await listen(`${this.#url()}/v1/events`, { headers: this.#headers, reader: this.reader, onText });
        if (one.status !== 200) throw new Error(`${one.status}`);
        this.connections += 1;
        const stop = setInterval(() => this.isOver && one.cut(), 20);
        await one.over;
        clearInterval(stop);
      } catch {
        await wait(20);
      }
    }
  }
}

describe("a stream that is cut off", () => {
  it("goes on where it was, over cuts in the middle and servers that are killed", async () => {
    const { db, key } = await policy();
    let server = await serving(db, FLAGS);
    running.add(server);
    const listeners = [true, true, true, false].map((cuts) => new Reconnecting(() => server.url, key, cuts));
    const runs = listeners.map((one) => one.run());
    const count = ON_SERVER ? 60 : 200;
    const commit = async (name: string) => {
      await using rbac = await open(db, { actor: name });
      for (let at = 0; at < count / 2; at += 1) {
        // Some revisions have more entries than a page.
        const users = Array.from({ length: at % 25 === 0 ? 250 : 1 }, (_, of) => `${name}${at}-${of}`);
        await rbac.seed({ rbac: 1, users: Object.fromEntries(users.map((user) => [user, {}])) });
      }
    };
    const commits = Promise.all([commit("a"), commit("b")]);
    for (let times = 0; times < 3; times += 1) {
      await wait(300);
      const { port } = server;
      running.delete(server);
      await server.end("SIGKILL");
      server = await serving(db, FLAGS, `127.0.0.1:${port}`);
      running.add(server);
    }
    await commits;
    await using rbac = await open(db, { mode: "read" });
    const record = JSON.parse(JSON.stringify(await rbac.entries())) as { revision: number }[];
    const head = String(record.at(-1)?.revision);
    for (const { reader } of listeners)
      await expect.poll(() => reader.lastId, { timeout: 60_000, interval: 20 }).toBe(head);
    for (const one of listeners) one.isOver = true;
    await Promise.all(runs);
    for (const { reader } of listeners) {
      expect(entriesIn(reader.events)).toEqual(record);
      expect(reader.events.every(({ event }) => event === "entry")).toBe(true);
    }
    expect(listeners[0]?.connections).toBeGreaterThan(3);
    expect(listeners[3]?.connections).toBeGreaterThan(1); // Each server that was killed.
    expect(await server.end("SIGTERM")).toBe(0);
    running.delete(server);
  });
});
