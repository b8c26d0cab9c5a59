/**
 * The library: what an application asks of the present, the past and the record, as the command line would answer it.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { open, type Rbac } from "../../src/index.ts";
import { answer, blog, keyedBlog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { holdLock } from "../support/databases.ts";
import { errorOf } from "../support/library.ts";

const KEY = new TextEncoder().encode("a key of more than sixteen bytes");

/** Opens a database, hands it over and closes it, whatever happens. */
async function using<T>(path: string, act: (rbac: Rbac) => Promise<T>, auditKey?: Uint8Array): Promise<T> {
  const rbac = await open(path, { actor: "web", ...(auditKey && { auditKey }) });
  return act(rbac).finally(() => rbac.close());
}

let db: string;

/** Revision 1 is the blog; erin becomes editor with 2, editors lose publishing with 3, and erin goes with 4. */
beforeAll(async () => {
  db = await blog();
  await cli("assign erin editor --actor eve --reason 'on call'", { db });
  await cli("ungrant editor posts:publish --actor mallory", { db });
  await cli("user delete erin --yes --actor mallory", { db });
});

describe("a database that another process holds", () => {
  it.each([0, 700])("is waited for as long as is said (%i ms), then left as it is", async (wait) => {
    const own = await blog();
    const letGo = await holdLock(own);
    const rbac = await open(own, { actor: "web", wait });
    const refusal = await errorOf(rbac.assign("alice", "admin"));
    expect(refusal).toMatchObject({ code: "DATABASE_LOCKED", exitCode: 4, retry: true });
    await letGo();
    expect(await rbac.assign("alice", "admin")).toMatchObject({ revision: 2 });
    await rbac.close();
  });

  it("is written to as soon as it is let go, and the process is not deaf meanwhile", async () => {
    const own = await blog();
    const letGo = await holdLock(own);
    const rbac = await open(own, { actor: "web" });
    setTimeout(letGo, 100); // Heard between two rounds, or never.
    expect(await rbac.assign("alice", "admin")).toMatchObject({ revision: 2 });
    await rbac.close();
  });
});

describe("a question with at", () => {
  it("is answered by the policy that stood then, not by the present one", () =>
    using(db, async (rbac) => {
      const at = { at: "@2" };
      expect((await rbac.can("erin", "posts:publish", at)).allowed).toBe(true);
      expect((await rbac.can("erin", "posts:publish", { at: "@3" })).allowed).toBe(false);
      expect((await rbac.has("erin", "editor", at)).allowed).toBe(true);
      expect((await rbac.why("erin", "posts:publish", at)).revision).toBe(2);
      expect((await rbac.permissions("erin", at)).map((row) => row.permission)).toContain("posts:publish");
      expect((await rbac.whoCan("posts:publish", at)).map(({ user }) => user)).toContain("erin");
      expect((await rbac.whoCan("posts:publish")).map(({ user }) => user)).toEqual(["root"]);
    }));

  it("takes a time of the past from the record too", () =>
    using(db, async (rbac) => {
      const [second] = await rbac.entries({ since: "@2", until: "@2" });
      expect((await rbac.can("erin", "posts:publish", { at: second?.at ?? "" })).allowed).toBe(true);
      const before = await errorOf(rbac.can("alice", "posts:read", { at: "1999-01-01" }));
      expect([before.code, before.exitCode]).toEqual(["USER_NOT_FOUND", 2]);
    }));

  it("of a time to come is asked of the present policy", () =>
    using(db, async (rbac) => {
      expect((await rbac.can("carol", "posts:read", { at: "2998-12-31T00:00:00Z" })).allowed).toBe(true);
      expect((await rbac.can("carol", "posts:read", { at: "2999-01-01T00:00:00Z" })).allowed).toBe(false);
    }));

  it.each([
    ["@99", "REVISION_NOT_FOUND"],
    ["7d", "TIME_INVALID"],
    ["", "VALUE_EMPTY"],
  ])("%j is an error, never an answer", (at, code) =>
    using(db, async (rbac) => {
      expect((await errorOf(rbac.can("alice", "posts:read", { at }))).code).toBe(code);
    }),
  );
});

describe("the record", () => {
  it("tells when a permission was gained and lost, and by whose act", () =>
    using(db, async (rbac) => {
      const turns = await rbac.history({ user: "erin" }, "posts:publish");
      expect(turns.map(({ turn, revision, entries }) => [turn, revision, entries[0]?.actor])).toEqual([
        ["gained", 2, "eve"],
        ["lost", 3, "mallory"],
      ]);
      expect((await rbac.history({ role: "editor" })).length).toBeGreaterThan(1);
      expect((await errorOf(rbac.history({ user: "alcie" }))).suggestions).toEqual(["alice"]);
    }));

  it("lists the entries that fit, as the command does", () =>
    using(db, async (rbac) => {
      expect(await rbac.entries()).toEqual((await answer("audit", db)).json.entries);
      expect((await rbac.entries({ by: "eve", kind: "assignment" })).map(({ reason }) => reason)).toEqual(["on call"]);
      expect((await rbac.entries({ user: "erin", since: "@3", last: 1 })).map(({ revision }) => revision)).toEqual([4]);
      expect((await errorOf(rbac.entries({ kind: "nonsense" }))).exitCode).toBe(2);
    }));

  it("verifies, by a head that was kept too", () =>
    using(db, async (rbac) => {
      const head = await rbac.head();
      expect(await rbac.verify({ expect: head })).toMatchObject({ valid: true, head, revision: 4, faults: [] });
      const other = head.replace(/:./, (start) => (start === ":0" ? ":1" : ":0"));
      const { valid, faults } = await rbac.verify({ expect: other });
      expect([valid, faults.map(({ code }) => code)]).toEqual([false, ["head"]]);
      expect((await errorOf(rbac.verify({ expect: "yesterday" }))).code).toBe("ANCHOR_INVALID");
    }));

  it("is kept with a key where there is one", async () => {
    const own = await keyedBlog(KEY);
    const undone = (rbac: Rbac) => rbac.ungrant("editor", "posts:publish");
    await using(own, (rbac) => rbac.assign("dora", "editor"), KEY);
    expect((await errorOf(using(own, undone))).code).toBe("AUDIT_KEY_NEEDED");
    const other = new TextEncoder().encode("another key, of more than sixteen bytes");
    expect((await errorOf(using(own, undone, other))).code).toBe("AUDIT_KEY_WRONG");
    expect((await using(own, undone, KEY)).revision).toBe(3);
    const faults = (key: Uint8Array) =>
      using(own, async (rbac) => (await rbac.verify()).faults.map(({ code }) => code), key);
    expect((await faults(other)).every((code) => code === "mac")).toBe(true);
    expect((await errorOf(using(own, (rbac) => rbac.head(), new Uint8Array(15)))).code).toBe("KEY_TOO_SHORT");
  });
});
