/** Requests that come in one turn share a look at the database; one that was sent after a commit never does. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { open, type Rbac } from "../../src/index.ts";
import { cli, freshDb } from "../support/cli.ts";
import { ON_SERVER } from "../support/databases.ts";
import { ROOT } from "../support/root.ts";
import { say } from "../support/service/raw-http.ts";
import { type ServeProcess, serving } from "../support/service/serve-process.ts";

const POLICY = {
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] } },
  users: { ann: {} },
};
const handles: Rbac[] = [];
const servers: ServeProcess[] = [];
afterAll(async () => {
  for (const one of handles) await one.close();
  for (const one of servers) await one.end("SIGKILL");
});

async function policy(): Promise<{ db: string; rbac: Rbac }> {
  const db = freshDb();
  expect((await cli("seed", { db })).code).toBe(0);
  const rbac = await open(db, { actor: "test" });
  handles.push(rbac);
  await rbac.seed(POLICY);
  await rbac.assign("ann", "reader");
  return { db, rbac };
}

/** Commits while this process waits: nothing else of it runs meanwhile. */
const revokedAtOnce = (db: string): void => {
  const env = { ...process.env, RBAC_DB: db, CI: "1" };
  execFileSync(process.execPath, [join(ROOT, "bin/run.js"), "revoke", "ann", "reader"], { env, stdio: "pipe" });
};

describe.skipIf(ON_SERVER)("questions that are asked together", () => {
  it("are answered by the first look, and the next one by a look of its own", async () => {
    const { db, rbac } = await policy();
    const compiled = await rbac.compile({ assignments: "memory" });
    const ask = () => compiled.canSoon("ann", "posts:read");
    const answers: unknown[] = [];
    compiled.together(() => {
      answers.push(ask());
      revokedAtOnce(db);
      answers.push(ask());
    });
    expect(answers).toEqual([answers[0], answers[0]]);
    expect(answers[0]).toMatchObject({ allowed: true });
    expect(await ask()).toMatchObject({ allowed: false });
  });

  it("leave no look behind where one of them fails", async () => {
    const { db, rbac } = await policy();
    const compiled = await rbac.compile({ assignments: "memory" });
    const ask = () => compiled.canSoon("ann", "posts:read");
    const asking = () =>
      compiled.together(() => {
        expect(ask()).toMatchObject({ allowed: true });
        throw new Error("in the middle");
      });
    expect(asking).toThrow("in the middle");
    revokedAtOnce(db);
    expect(await ask()).toMatchObject({ allowed: false });
  });

  it("each read what their user holds where assignments are read on demand", async () => {
    const { db, rbac } = await policy();
    const compiled = await rbac.compile({ assignments: "demand" });
    const ask = () => compiled.canSoon("ann", "posts:read");
    const answers: unknown[] = [];
    compiled.together(() => {
      answers.push(ask());
      revokedAtOnce(db);
      answers.push(ask());
    });
    expect(await Promise.all(answers)).toMatchObject([{ allowed: true }, { allowed: false }]);
  });
});

const BODY = (user: string) =>
  JSON.stringify({
    subject: { type: "user", id: user },
    action: { name: "read" },
    resource: { type: "posts", id: "1" },
  });
const request = (user: string, id: string): string =>
  [
    "POST /access/v1/evaluation HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    `x-request-id: ${id}`,
    `content-length: ${BODY(user).length}`,
    "",
    BODY(user),
  ].join("\r\n");

describe("requests to a server", () => {
  it("are answered in order on one connection, and garbage behind a good one closes it behind the answer", async () => {
    const { db, rbac } = await policy();
    await rbac.create("user", "ben");
    const server = await serving(db);
    servers.push(server);
    const users = Array.from({ length: 40 }, (_, at) => (at % 3 === 0 ? "ann" : "ben"));
    const all = await say(server.port, users.map((user, at) => request(user, `r-${at}`)).join(""));
    expect(all.answers.map(({ status, headers }) => [status, headers["x-request-id"]])).toEqual(
      users.map((_, at) => [200, `r-${at}`]),
    );
    expect(all.answers.map(({ body }) => JSON.parse(body).decision)).toEqual(users.map((user) => user === "ann"));
    const { answers, isClosed } = await say(server.port, `${request("ann", "good")}\x00\x01 garbage`);
    expect(answers).toMatchObject([{ status: 200, headers: { "x-request-id": "good", connection: "close" } }]);
    expect(isClosed).toBe(true);
  });

  it("see what was committed before they were sent, two hundred times", async () => {
    const { db, rbac } = await policy();
    const server = await serving(db);
    servers.push(server);
    const decision = async (): Promise<boolean> => {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: BODY("ann") };
      const answer = await fetch(`${server.url}/access/v1/evaluation`, init);
      return ((await answer.json()) as { decision: boolean }).decision;
    };
    const seen: boolean[] = [];
    for (let times = 0; times < 200; times += 1) {
      seen.push(await decision());
      await rbac.revoke("ann", "reader");
      seen.push(await decision());
      await rbac.assign("ann", "reader");
    }
    expect(seen).toEqual(Array.from({ length: 400 }, (_, at) => at % 2 === 0));
  });
});
