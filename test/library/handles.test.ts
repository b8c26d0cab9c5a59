/** Handles of the library: how a database is opened, created and closed, and who a handle is for. */
import { existsSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Compiled, create, open, type Rbac } from "../../src/index.ts";
import { blog } from "../support/blog.ts";
import { cli, freshDb } from "../support/cli.ts";
import { errorOf, inMemory } from "../support/library.ts";

describe("create", () => {
  it("makes an empty database, private to its owner, which the command line reads too", async () => {
    const db = freshDb();
    const rbac = await create(db, { actor: "setup" });
    await rbac.create("role", "editor");
    await rbac.close();
    if (existsSync(db)) expect(statSync(db).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await cli("role list --json", { db })).stdout).roles).toMatchObject([{ role: "editor" }]);
  });

  it("refuses to take the place of one that is there", async () => {
    const db = await blog();
    const refusal = await errorOf(create(db, { actor: "setup" }));
    expect([refusal.code, refusal.exitCode]).toEqual(["DATABASE_EXISTS", 3]);
    expect((await cli("user list --json", { db })).code).toBe(0);
  });
});

describe("a database in memory", () => {
  it("is one for each handle, and does all that a file does", async () => {
    const [one, other] = [await inMemory(), await inMemory()];
    await one.assign("bob", "clerk");
    expect((await one.can("bob", "docs:read")).allowed).toBe(true);
    expect((await other.can("bob", "docs:read")).allowed).toBe(false);
    expect(await one.verify()).toMatchObject({ valid: true, revision: 2 });
    await one.close();
    await other.close();
  });

  it("cannot be opened, as nothing is there before", async () => {
    expect((await errorOf(open(":memory:"))).code).toBe("VALUE_INVALID");
  });

  it.each(["memory", "demand"] as const)("is compiled like a file, assignments in %s", async (assignments) => {
    const rbac = await inMemory();
    const compiled = await rbac.compile({ assignments });
    const answers: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const change = round % 2 === 0 ? rbac.assign("bob", "clerk") : rbac.revoke("bob", "clerk");
      // Questions while the change is under way see it whole or not at all, and each revision says which.
      const asked = await Promise.all(Array.from({ length: 20 }, () => compiled.can("bob", "docs:read")));
      for (const { allowed, revision } of asked) if (allowed !== (revision % 2 === 0)) answers.push([round, revision]);
      const { revision } = await change;
      expect(await compiled.can("bob", "docs:read")).toMatchObject({ allowed: round % 2 === 0, revision });
    }
    expect(answers).toEqual([]);
    await rbac.grant("clerk", "posts:read", { on: "acme" });
    expect((await compiled.can("alice", "posts:delete", { on: "acme" })).except).toEqual(["acme/archive"]);
    expect(await compiled.permissions("alice")).toEqual(await rbac.permissions("alice"));
    await rbac.close();
  });
});

describe("open to read", () => {
  it("needs no actor, and never writes", async () => {
    const db = await blog();
    const rbac = await open(db, { mode: "read" });
    expect((await rbac.can("alice", "posts:read")).allowed).toBe(true);
    const refusal = await errorOf((rbac as Rbac).assign("alice", "idle", { actor: "web" }));
    expect([refusal.code, refusal.exitCode]).toEqual(["DATABASE_READONLY", 4]);
    await rbac.close();
  });
});

describe("as", () => {
  it("is the same open database for somebody else: closed once, closed for all", async () => {
    const rbac = await inMemory();
    const ann = rbac.as("ann");
    expect((await ann.assign("bob", "clerk")).revision).toBe(2);
    expect((await rbac.entries({ by: "ann" })).length).toBe(1);
    await ann.close();
    expect((await errorOf(rbac.can("bob", "docs:read"))).code).toBe("CLOSED");
  });

  it("is judged by the guard as that user", async () => {
    const rbac = await inMemory({
      rbac: 1,
      guarded: true,
      permissions: ["rbac:assignment", "rbac:escalate", "docs:read"],
      roles: { admin: { grants: ["*:*"] }, clerk: { grants: ["docs:read"] } },
      users: { root: { roles: ["admin"] }, ann: {}, bob: {} },
    });
    for (const dryRun of [true, false])
      expect((await errorOf(rbac.as("ann").assign("bob", "clerk", { dryRun }))).code).toBe("GUARDED");
    expect((await rbac.as("root").assign("bob", "clerk")).changed).toBe(true);
    await rbac.close();
  });
});

describe("after close", () => {
  it("every call is refused, and closing again is not", async () => {
    const rbac = await inMemory();
    const compiled = await rbac.compile();
    await rbac.close();
    await rbac.close();
    await compiled.close();
    const calls: readonly (() => Promise<unknown>)[] = [
      () => rbac.can("alice", "posts:read"),
      () => rbac.users(),
      () => rbac.assign("bob", "clerk"),
      () => rbac.as("ann").export(),
      () => rbac.undo(1),
      () => rbac.compile(),
      () => rbac.verify(),
      () => compiled.can("alice", "posts:read"),
      () => compiled.permissions("alice"),
      () => compiled.whoCan("posts:read"),
    ];
    for (const call of calls) expect(await errorOf(call())).toMatchObject({ code: "CLOSED", exitCode: 2 });
  });

  it("what was under way ends, or says that it was closed", async () => {
    const db = await blog();
    const rbac = await open(db, { actor: "web" });
    const compiled: Compiled = await rbac.compile();
    const calls = [rbac.can("alice", "posts:read"), rbac.users(), rbac.assign("alice", "idle"), rbac.verify()];
    // Awaited from the start: a call may fail before the handle is closed.
    const ended = Promise.allSettled([...calls, compiled.can("alice", "posts:read")]);
    await rbac.close();
    for (const result of await ended)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "CLOSED", exitCode: 2 });
  });

  it("`await using` closes", async () => {
    const rbac = await inMemory();
    const compiled = await rbac.compile();
    await compiled[Symbol.asyncDispose]();
    expect((await errorOf(compiled.can("alice", "posts:read"))).code).toBe("CLOSED");
    expect((await rbac.can("alice", "posts:read")).allowed).toBe(true);
    await rbac[Symbol.asyncDispose]();
    expect((await errorOf(rbac.can("alice", "posts:read"))).code).toBe("CLOSED");
  });
});
