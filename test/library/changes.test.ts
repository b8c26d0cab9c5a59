/** Changes by the library: each does what its command does, with its defaults; and what only a program can say. */
import { describe, expect, it } from "vitest";
import { mutation, open, type Rbac } from "../../src/index.ts";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { errorOf, inMemory } from "../support/library.ts";

type Call = (rbac: Rbac) => Promise<{ readonly changes: readonly object[] }>;

/** Calls, each with the command line that means the same. */
const ALIKE: Readonly<Record<string, Call>> = {
  "assign dave editor": (rbac) => rbac.assign("dave", "editor"),
  "assign alice moderator idle": (rbac) => rbac.assign("alice", ["moderator", "idle"]),
  "assign alice editor --on acme --until 2990-01-01": (rbac) =>
    rbac.assign("alice", "editor", { on: "acme", until: "2990-01-01" }),
  "assign bob editor --from 2990-01-01 --for 8h": (rbac) =>
    rbac.assign("bob", "editor", { from: new Date("2990-01-01"), for: "8h" }),
  "assign carol editor --until 2990-01-01 --replace": (rbac) =>
    rbac.assign("carol", "editor", { until: new Date("2990-01-01"), replace: true }),
  "assign alice editor --existing": (rbac) => rbac.assign("alice", "editor", { existing: true }),
  "assign --everyone reader": (rbac) => rbac.assign({ everyone: true }, "reader"),
  "revoke alice editor": (rbac) => rbac.revoke("alice", "editor"),
  "revoke bob moderator --on acme": (rbac) => rbac.revoke("bob", "moderator", { on: "acme" }),
  "revoke bob moderator --everywhere": (rbac) => rbac.revoke("bob", "moderator", { everywhere: true }),
  "revoke --everyone owner": (rbac) => rbac.revoke({ everyone: true }, "owner"),
  "grant idle posts:publish --on acme": (rbac) => rbac.grant("idle", "posts:publish", { on: "acme" }),
  "grant idle posts:publish --deny": (rbac) => rbac.grant("idle", ["posts:publish"], { deny: true }),
  "ungrant editor posts:publish": (rbac) => rbac.ungrant("editor", "posts:publish"),
  "role inherit idle moderator": (rbac) => rbac.inherit("idle", "moderator"),
  "role disinherit editor reader": (rbac) => rbac.disinherit("editor", ["reader"]),
  "user create erin --email e@example.com": (rbac) => rbac.create("user", "erin", { email: "e@example.com" }),
  "role create guest": (rbac) => rbac.create("role", "guest"),
  "permission create docs:read --description Docs": (rbac) =>
    rbac.create("permission", "docs:read", { description: "Docs" }),
  "constraint create apart ssd idle reader --limit 2": (rbac) =>
    rbac.create("constraint", "apart", { kind: "ssd", roles: ["idle", "reader"], limit: 2 }),
  "constraint create trained prerequisite idle --needs admin --dry-run": (rbac) =>
    rbac.create("constraint", "trained", { kind: "prerequisite", roles: "idle", needs: "admin", dryRun: true }),
  "user set alice --email a@example.com": (rbac) => rbac.set("user", "alice", { email: "a@example.com" }),
  "user set alice --clear email": (rbac) => rbac.set("user", "alice", { email: null }),
  "user disable alice": (rbac) => rbac.set("user", "alice", { disabled: true }),
  "role set idle --description Rests": (rbac) => rbac.set("role", "idle", { description: "Rests" }),
  "role rename editor publisher": (rbac) => rbac.rename("role", "editor", "publisher"),
  "user delete alice --yes": (rbac) => rbac.delete("user", "alice"),
  "user delete mallory --if-exists": (rbac) => rbac.delete("user", "mallory", { ifExists: true }),
  "user offboard bob --hand-over carol --disable": (rbac) => rbac.offboard("bob", { handOver: "carol", disable: true }),
  "user offboard bob --delete --yes": (rbac) => rbac.offboard("bob", { delete: true }),
  "undo 1 --dry-run": (rbac) => rbac.undo(1, { dryRun: true }),
  "undo 1": (rbac) => rbac.undo("1"),
  "undo --to @1": (rbac) => rbac.undo({ to: "@1" }),
};

/** Command lines that are refused, and the calls that are refused alike. */
const REFUSED: Readonly<Record<string, Call>> = {
  "assign alcie moderator --existing": (rbac) => rbac.assign("alcie", "moderator", { existing: true }),
  "assign alice editr": (rbac) => rbac.assign("alice", "editr"),
  "assign carol editor --until 2990-01-01": (rbac) => rbac.assign("carol", "editor", { until: "2990-01-01" }),
  "assign alice editor --until 2001-01-01 --from 2002-01-01": (rbac) =>
    rbac.assign("alice", "editor", { until: "2001-01-01", from: "2002-01-01" }),
  "assign alice editor --until tomorrow": (rbac) => rbac.assign("alice", "editor", { until: "tomorrow" }),
  "assign Alice editor": (rbac) => rbac.assign("Alice", "editor"),
  "assign alice editor --on acme --until 2001-01-01": (rbac) =>
    rbac.assign("alice", "editor", { on: "acme", until: "2001-01-01" }),
  "revoke bob moderator": (rbac) => rbac.revoke("bob", "moderator"),
  "grant idle posts:nothing": (rbac) => rbac.grant("idle", "posts:nothing"),
  "grant idle nothing:*": (rbac) => rbac.grant("idle", "nothing:*"),
  "role inherit reader editor": (rbac) => rbac.inherit("reader", "editor"),
  "role create editor --description Other": (rbac) => rbac.create("role", "editor", { description: "Other" }),
  "constraint create apart ssd idle --limit 99": (rbac) =>
    rbac.create("constraint", "apart", { kind: "ssd", roles: "idle", limit: 99 }),
  "constraint create apart nonsense idle": (rbac) =>
    rbac.create("constraint", "apart", { kind: "nonsense" as "ssd", roles: "idle" }),
  "user set alcie --email a@example.com": (rbac) => rbac.set("user", "alcie", { email: "a@example.com" }),
  "user rename alice bob": (rbac) => rbac.rename("user", "alice", "bob"),
  "user offboard alice --hand-over dora": (rbac) => rbac.offboard("alice", { handOver: "dora" }),
  "user offboard alice --hand-over alcie": (rbac) => rbac.offboard("alice", { handOver: "alcie" }),
  "user offboard alice --disable --delete": (rbac) => rbac.offboard("alice", { disable: true, delete: true }),
  "role delete editr --yes": (rbac) => rbac.delete("role", "editr"),
  "undo 9": (rbac) => rbac.undo(9),
};

describe("does what the command does", () => {
  it.each(Object.entries(ALIKE))("%s", async (line, call) => {
    const [db, other] = [await blog(), await blog()];
    const { code, stdout, stderr } = await cli(`${line} --json --actor web`, { db });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const rbac = await open(other, { actor: "web" });
    expect(await call(rbac)).toEqual(JSON.parse(stdout));
    await rbac.close();
    expect((await cli("export", { db: other })).stdout).toBe((await cli("export", { db })).stdout);
  });

  it.each(Object.entries(REFUSED))("%s is refused", async (line, call) => {
    const db = await blog();
    const { code, stdout } = await cli(`${line} --json --actor web`, { db });
    const { error } = JSON.parse(stdout) as { error: object };
    const rbac = await open(db, { actor: "web" });
    const { code: name, suggestions, exitCode } = await errorOf(call(rbac));
    expect({ code: name, suggestions, exitCode }).toMatchObject({ exitCode: code });
    expect(error).toMatchObject({ code: name, suggestions, exitCode });
    expect((await rbac.entries({ last: 1 }))[0]?.revision).toBe(1);
    await rbac.close();
  });
});

describe("a change", () => {
  it("is recorded with its reason, its actor, and the service that made it", async () => {
    const rbac = await inMemory();
    await rbac.grant("clerk", "posts:read", { reason: "ticket 7" });
    await rbac.as("ann").assign("bob", "clerk", { reason: "on call" });
    await rbac.as("ann").revoke("bob", "clerk", { actor: "ben" });
    const entries = await rbac.entries({ since: "@2" });
    expect(entries.map(({ actor, osUser, reason }) => [actor, osUser, reason])).toEqual([
      ["web", "web", "ticket 7"],
      ["ann", "web", "on call"],
      ["ben", "web", null],
    ]);
    await rbac.close();
  });

  it("that already holds changes nothing", async () => {
    const rbac = await inMemory();
    await rbac.grant("clerk", "posts:read");
    const unchanged = { changed: false, dryRun: false, revision: 2, changes: [] };
    expect(await rbac.grant("clerk", "posts:read")).toEqual(unchanged);
    expect(await rbac.change([])).toEqual(unchanged);
    await rbac.close();
  });

  it("is only decided in a dry run, as the actor who would make it", async () => {
    const rbac = await inMemory();
    const before = await rbac.head();
    expect(await rbac.assign("dave", "clerk", { dryRun: true })).toMatchObject({
      changed: true,
      dryRun: true,
      revision: 1,
      changes: [{ kind: "user.add" }, { kind: "assignment.add" }],
    });
    expect(await rbac.head()).toBe(before);
    await rbac.close();
  });

  it("is refused at another revision than the one that was expected", async () => {
    const rbac = await inMemory();
    expect((await rbac.assign("bob", "clerk", { expectRevision: 1 })).revision).toBe(2);
    expect((await errorOf(rbac.revoke("bob", "clerk", { expectRevision: 1 }))).code).toBe("REVISION_MOVED");
    await rbac.close();
  });

  it("of everyone has neither a scope nor a window", async () => {
    const rbac = await inMemory();
    const everyone = { everyone: true } as const;
    for (const how of [{ on: "acme" }, { until: "2990-01-01" }, { from: "2990-01-01" }])
      expect((await errorOf(rbac.assign(everyone, "clerk", how))).code).toBe("USAGE");
    expect((await errorOf(rbac.revoke(everyone, "reader", { on: "acme" }))).code).toBe("USAGE");
    expect((await rbac.export()).everyone).toEqual(["reader"]);
    await rbac.close();
  });

  it("needs somebody who makes it", async () => {
    const db = await blog();
    const rbac = await open(db);
    expect((await errorOf(rbac.assign("alice", "idle"))).code).toBe("ARGUMENT_MISSING");
    expect((await rbac.as("ann").assign("alice", "idle")).changed).toBe(true);
    await rbac.close();
  });
});

describe("several mutations", () => {
  it("are one revision, each decided on what those before it leave", async () => {
    const rbac = await inMemory();
    const { revision, changes } = await rbac.change(
      [
        mutation.create("role", "auditor"),
        mutation.grant("auditor", "docs:read", { on: "acme" }),
        mutation.assign("dave", "auditor", { on: "acme" }),
        mutation.rename("role", "auditor", "inspector"),
        mutation.set("user", "dave", { email: "dave@example.com" }),
      ],
      { reason: "audit" },
    );
    expect(revision).toBe(2);
    expect(changes.map(({ kind }) => kind)).toEqual(["role.add", "user.add", "grant.add", "assignment.add"]);
    expect((await rbac.can("dave", "docs:read", { on: "acme/1" })).allowed).toBe(true);
    expect((await rbac.assignments({ user: "dave" })).assignments).toMatchObject([
      { role: "inspector", scope: "acme" },
    ]);
    expect(await rbac.verify()).toMatchObject({ valid: true, faults: [] });
    await rbac.undo(2);
    expect((await rbac.diff("@1")).changed).toBe(false);
    await rbac.close();
  });

  it("are made all, or none", async () => {
    const rbac = await inMemory();
    const before = await rbac.head();
    const wished = [mutation.assign("bob", "clerk"), mutation.grant("nobody", "docs:read")];
    expect((await errorOf(rbac.change(wished))).code).toBe("ROLE_NOT_FOUND");
    expect(await rbac.head()).toBe(before);
    await rbac.close();
  });

  it("that take each other back are no change", async () => {
    const rbac = await inMemory();
    expect(await rbac.change([mutation.assign("bob", "clerk"), mutation.revoke("bob", "clerk")])).toMatchObject({
      changed: false,
      revision: 1,
    });
    await rbac.close();
  });
});
