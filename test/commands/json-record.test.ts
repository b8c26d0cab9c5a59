/** The same JSON of the audit record, of the past, and of the database itself. */
import { describe, expect, it } from "vitest";
import { ALLOWED, answer, askedOfBlog, blog, steady } from "../support/blog.ts";
import { cli, LEAST_RIGHTS } from "../support/cli.ts";
import { beside, nameOf, ON_SERVER } from "../support/databases.ts";

describe("the record and time", () => {
  const path = {
    held: "everyone",
    assignment: { role: "owner", scope: null, from: null, until: null, revision: 1 },
    roles: ["owner"],
    inheritance: [],
    effect: "allow",
    grant: { role: "owner", permission: "posts:delete:own", scope: null, revision: 1 },
    scope: null,
  };

  it("history: each turn with its path, and with the entries that caused it", async () => {
    const db = await blog();
    await cli("revoke --everyone owner --actor eve --reason why", { db });
    const { json } = await answer("history nobody posts:delete", db);
    const { history, ...rest } = steady(json) as never as { history: object[] };
    expect(rest).toEqual({ user: "nobody", revision: 2 });
    const turn = { at: "TIME", permission: "posts:delete", own: "only", scope: null, except: [], because: path };
    const entries = expect.any(Array);
    expect(history).toEqual([
      { ...turn, revision: 1, turn: "gained", entries },
      {
        ...turn,
        revision: 2,
        turn: "lost",
        entries: [
          {
            ...{ seq: 29, revision: 2, at: "TIME", actor: "eve", osUser: expect.any(String), reason: "why" },
            change: { kind: "everyone.remove", role: "owner", before: {}, after: null },
            ...{ prev: "HASH", hash: "HASH" },
          },
        ],
      },
    ]);
    expect((await askedOfBlog("history --role idle")) as object).toEqual({ role: "idle", revision: 1, history: [] });
  });

  it("expiring: what ends, and what is lost with it", async () => {
    expect(await askedOfBlog("expiring --within 360000d")).toEqual({
      revision: 1,
      expiring: [
        {
          until: "2999-01-01T00:00:00.000Z",
          user: "carol",
          role: "editor",
          scope: null,
          loses: ["posts:publish", "posts:read"],
        },
      ],
    });
  });

  it("who-can --since: the interval, and a row for each who could, with since when", async () => {
    const { json } = await answer("who-can posts:delete --since 2998-01-01 --until 2998-02-01", await blog());
    const [since, until] = ["2998-01-01T00:00:00.000Z", "2998-02-01T00:00:00.000Z"];
    const { everyone: _, ...plain } = await askedOfBlog("who-can posts:delete");
    const users = (plain.users as object[]).map((row) => ({ ...row, since }));
    expect(json).toEqual({ ...plain, since, until, users });
  });

  it("can --at: the same keys, at the revision that answered", async () => {
    const db = await blog();
    await cli("ungrant reader posts:read", { db });
    const { code, json } = await answer("can alice posts:read --at @1", db);
    expect(code).toBe(0);
    expect(steady(json)).toEqual({ allowed: true, revision: 1, decisions: [ALLOWED] });
  });

  it("diff: the changes between two moments", async () => {
    const db = await blog();
    await cli("assign --everyone idle", { db });
    const changes = [{ kind: "everyone.add", role: "idle", before: null, after: {} }];
    expect((await answer("diff @1 @2", db)).json).toEqual({ changed: true, changes });
    expect((await answer("diff @2", db)).json).toEqual({ changed: false, changes: [] });
  });

  it("audit head and audit verify", async () => {
    const db = await blog();
    const head = { head: expect.stringMatching(/^28:[0-9a-f]{64}$/), seq: 28, hash: expect.stringMatching(/^\w{64}$/) };
    expect((await answer("audit head", db)).json).toEqual(head);
    const { code, json } = await answer("audit verify", db);
    expect([code, json]).toEqual([
      0,
      { valid: true, entries: 28, head: head.head, clockSteps: 0, uncheckedCodes: 0, faults: [] },
    ]);
  });

  it("audit verify: every fault with its entry and table", async () => {
    const db = await blog();
    const head = expect.stringMatching(/^28:[0-9a-f]{64}$/);
    const { code, json } = await answer(`audit verify --expect 29:${"0".repeat(64)}`, db);
    const message = "the record ends at entry 28, before the expected entry 29";
    const faults = [{ code: "head", seq: 29, table: null, message }];
    expect([code, json]).toEqual([1, { valid: false, entries: 28, head, clockSteps: 0, uncheckedCodes: 0, faults }]);
  });
});

describe("the database itself", () => {
  it("db status", async () => {
    const db = await blog();
    const { json } = await answer("db status", db);
    expect(steady(json)).toEqual({
      path: steady(nameOf(db)),
      format: 4,
      version: 4,
      revision: 1,
      head: "28:HASH",
      counts: {
        ...{ permissions: 4, roles: 6, users: 6, inheritance: 1, grants: 5, everyone: 1, assignments: 5, entries: 28 },
        ...{
          constraints: 0,
          policy: 0,
          conditionals: 0,
          attributes: 0,
          formers: 0,
          identities: 0,
          approvals: 0,
          api_keys: 0,
        },
      },
      ...(ON_SERVER
        ? {
            files: [],
            settings: expect.objectContaining({ server_encoding: "UTF8", superuser: LEAST_RIGHTS ? "no" : "yes" }),
          }
        : {
            files: expect.arrayContaining([{ path: db, bytes: expect.any(Number), mode: "0600" }]),
            settings: expect.objectContaining({ journal_mode: "wal", foreign_keys: 1 }),
          }),
      warnings: expect.any(Array),
    });
  });

  it("db backup, db restore and db migrate", async () => {
    const db = await blog();
    const copy = beside(db, "backup");
    expect((await answer(`db backup "${copy}"`, db)).json).toEqual({ path: copy });
    const restored = { changed: true, dryRun: true, path: nameOf(db), revision: 1, aside: null };
    expect((await answer(`db restore "${copy}" --dry-run`, db)).json).toEqual(restored);
    const { aside, ...rest } = (await answer(`db restore "${copy}" --yes`, db)).json;
    expect(rest).toEqual({ changed: true, dryRun: false, path: nameOf(db), revision: 1 });
    expect(aside).toMatch(ON_SERVER ? /^t\w+_before_\d{17}$/ : /^\/.*\.before-/);
    const migrated = { changed: false, dryRun: false, from: 4, to: 4, backup: null };
    expect((await answer("db migrate", db)).json).toEqual(migrated);
  });
});
