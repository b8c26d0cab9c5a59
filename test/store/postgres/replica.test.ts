/** A hot standby: it answers by the revision that it has replayed, says which, and changes nothing. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { open } from "../../../src/index.ts";
import { cli, json } from "../../support/cli.ts";
import { fileWith } from "../../support/documents.ts";
import { Server } from "../../support/postgres/server.ts";
import { put, ran } from "../../support/postgres/sessions.ts";

const DOCUMENT = {
  rbac: 1,
  permissions: ["posts:read"],
  roles: { reader: { grants: ["posts:read"] } },
  users: { alice: { roles: ["reader"] } },
};

let [primary, replica]: (Server | undefined)[] = [];
let [first, second] = ["", ""];
beforeAll(async () => {
  if (!process.env.RBAC_TEST_SERVER) return;
  primary = await Server.start(["fsync=off"]);
  first = primary.url();
  await ran(["seed", fileWith(JSON.stringify(DOCUMENT)), "--quiet"], first);
  replica = await primary.standby();
  second = replica.url();
});
afterAll(async () => {
  await replica?.stop();
  await primary?.stop();
});

it.each([
  "can alice posts:read",
  "why alice posts:read",
  "audit",
  "audit verify",
  "export",
  "history alice",
  "who-can posts:read",
])("answers %s as the primary does", async (line) => {
  expect(await cli(line, { db: second })).toEqual(await cli(line, { db: first }));
});

it("tells by its status that it is one", async () => {
  expect(await json("db status", { db: second })).toMatchObject({ settings: { replica: "yes" } });
});

it.each(["assign alice reader --on acme", "user create zoe", "undo 1"])("refuses %s", async (line) => {
  const { code, stdout } = await cli(`${line} --json`, { db: second });
  expect({ code, said: JSON.parse(stdout) }).toMatchObject({ code: 4, said: { error: { code: "DATABASE_READONLY" } } });
});

it("answers by what it has replayed, says the revision of that, and catches up", async () => {
  const rbac = await open(second, { actor: "test", mode: "read" });
  const compiled = await rbac.compile({ assignments: "memory" });
  const asked = async () => {
    const { allowed, revision } = await compiled.can("alice", "posts:read");
    return { allowed, revision };
  };
  try {
    const { revision } = await asked();
    await put(second, "select pg_wal_replay_pause()");
    await ran("revoke alice reader", first);
    expect(await asked()).toEqual({ allowed: true, revision }); // A stale yes, which says of when it is.
    await put(second, "select pg_wal_replay_resume()");
    await expect.poll(asked, { timeout: 60_000 }).toEqual({ allowed: false, revision: revision + 1 });
    expect((await rbac.can("alice", "posts:read")).allowed).toBe(false);
  } finally {
    await compiled.close();
    await rbac.close();
  }
});

it("has replayed what a writer was told is done, where the primary waits for that", async () => {
  for (const setting of ["synchronous_standby_names = '*'", "synchronous_commit = remote_apply"])
    await put(first, `alter system set ${setting}`);
  await put(first, "select pg_reload_conf()");
  await expect.poll(() => put(first, "show synchronous_commit")).toEqual([{ synchronous_commit: "remote_apply" }]);
  for (let turn = 0; turn < 20; turn++) {
    await ran(`${turn % 2 === 0 ? "assign" : "revoke"} alice reader`, first);
    expect((await cli("can alice posts:read", { db: second })).code).toBe(turn % 2);
  }
});
