/**
 * Windows in lists: what has ended or has not begun is nobody's, is shown only when asked for, and is cleared away as one
 * change. An independent reading of `[from, until)` says who holds what.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { bytesOf } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const PAST = "2020-01-01T00:00:00.000Z";
const FUTURE = "2998-01-01T00:00:00.000Z";
const LATER = "2999-01-01T00:00:00.000Z";

const POLICY: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:delete"],
  roles: { editor: { grants: ["posts:read"] }, moderator: { grants: ["posts:delete"] } },
  users: {
    alice: {
      roles: [
        { role: "editor", until: PAST },
        { role: "moderator", scope: "acme" },
      ],
    },
    bob: { roles: ["editor", { role: "editor", scope: "acme", until: PAST }] },
    carol: { roles: [{ role: "editor", scope: "globex", until: FUTURE }] },
    dora: { roles: [{ role: "editor", from: FUTURE, until: LATER }] },
  },
};

type Row = Record<string, unknown>;
let db: string;
beforeAll(async () => {
  db = await seeded(POLICY);
});
const rowsOf = async (line: string, list: string) => (await answer(line, db)).json[list] as Row[];
const usersIn = async (line: string) => (await rowsOf(line, "users")).map(({ user }) => user);

describe("who is listed", () => {
  it.each([
    ["", ["bob", "carol"]],
    ["--at 2998-01-01", ["bob", "dora"]],
    ["--at 2999-01-01", ["bob"]],
    ["--all", ["alice", "bob", "carol", "dora"]],
  ])("user list --role editor %s", async (flags, users) => {
    expect(await usersIn(`user list --role editor ${flags}`)).toEqual(users);
    const { json } = await answer(`role show editor ${flags}`, db);
    const assigned = new Set((json.assignments as Row[]).map(({ user }) => user));
    expect([...assigned]).toEqual(users);
  });

  it("is who holds the role, by has", async () => {
    for (const at of ["+1d", "2998-01-01", "2999-01-01"]) {
      const listed = await usersIn(`user list --role editor --at ${at}`);
      for (const user of Object.keys(POLICY.users ?? {})) {
        const holds = await Promise.all(
          ["", "--on acme", "--on globex"].map((on) => cli(`has ${user} editor ${on} --at ${at}`, { db })),
        );
        expect([at, user, listed.includes(user)]).toEqual([at, user, holds.some(({ code }) => code === 0)]);
      }
    }
  });
});

describe("what is listed of them", () => {
  const held = { role: "editor", scope: null, from: null, until: null, revision: 1 };

  it("is the roles that are open, each with its scope and window", async () => {
    const [bob, carol] = await rowsOf("user list --role editor", "users");
    expect(bob).toMatchObject({ roles: ["editor"], assignments: [held] });
    expect(carol).toMatchObject({
      roles: ["editor"],
      assignments: [{ ...held, scope: "globex", until: FUTURE }],
    });
    expect((await rowsOf("user list", "users"))[0]).toMatchObject({ user: "alice", roles: ["moderator"] });
  });

  it("is with --all every assignment with its state; roles stay those that are open", async () => {
    const users = await rowsOf("user list --all", "users");
    expect(users.map(({ roles }) => roles)).toEqual([["moderator"], ["editor"], ["editor"], []]);
    expect(users.map(({ assignments }) => (assignments as Row[]).map(({ state }) => state))).toEqual([
      ["ended", "open"],
      ["open", "ended"],
      ["open"],
      ["pending"],
    ]);
    expect(await rowsOf("user show bob --all", "assignments")).toEqual([
      { ...held, state: "open" },
      { ...held, scope: "acme", until: PAST, state: "ended" },
    ]);
    expect(await rowsOf("user show bob", "assignments")).toEqual([held]);
    expect(await rowsOf("role show editor --all", "users")).toEqual(["bob", "carol"]);
  });

  it("is of the revision that is asked about", async () => {
    const own = await seeded(POLICY);
    await cli("revoke --ended", { db: own });
    const assignments = async (line: string) => (await answer(line, own)).json.assignments;
    expect(await assignments("user show bob --all --at @1")).toHaveLength(2);
    expect(await assignments("user show bob --all")).toHaveLength(1);
    expect(await assignments("role show editor --all --at @1")).toHaveLength(5);
    expect(await assignments("role show editor --all")).toHaveLength(3);
  });

  it("says scope, window and state in text and in CSV", async () => {
    const text = async (line: string) => (await cli(line, { db })).stdout;
    expect(await text("user list --role editor")).toContain(`editor on globex until ${FUTURE}\n`);
    expect(await text("user list --role editor --format csv")).toBe(
      `user,email,name,disabled,roles\r\nbob,,,false,editor\r\ncarol,,,false,editor on globex until ${FUTURE}\r\n`,
    );
    expect(await text("user show dora")).not.toContain("editor");
    expect(await text("user show dora --all")).toContain(`editor from ${FUTURE} until ${LATER} (pending, @1)`);
    expect(await text("role show editor")).not.toMatch(/alice|dora|users:/);
    expect(await text("role show editor --all")).toContain(`alice until ${PAST} (ended, @1)\n`);
  });
});

describe("what has ended", () => {
  it("is listed by expiring --ended, the oldest first", async () => {
    const ended = { role: "editor", scope: null, from: null, until: PAST, revision: 1 };
    const all = [
      { user: "alice", ...ended },
      { user: "bob", ...ended, scope: "acme" },
    ];
    expect(await rowsOf("expiring --ended", "ended")).toEqual(all);
    expect(await rowsOf("expiring --ended --within 30d", "ended")).toEqual([]);
    expect(await rowsOf("expiring --ended --within 20000d", "ended")).toEqual(all);
    const later = await rowsOf("expiring --ended --at 2999-01-01", "ended");
    expect(later.map(({ user }) => user)).toEqual(["alice", "bob", "carol", "dora"]);
    expect(await rowsOf("expiring --ended --within 1d --at 2999-01-01", "ended")).toMatchObject([{ user: "dora" }]);
    expect((await cli("expiring --ended", { db })).stdout.split("\n")[1]).toMatch(/^2020\S+ +alice +editor +– +–$/);
  });

  it("is revoked as one revision, which can be taken back", async () => {
    const own = await seeded(POLICY);
    const before = (await cli("export", { db: own })).stdout;
    const untouched = await bytesOf(own);
    const dry = (await answer("revoke --ended --dry-run", own)).json;
    expect([dry.changed, await bytesOf(own)]).toEqual([true, untouched]);
    const { code, json } = await answer("revoke --ended", own);
    expect([code, json]).toEqual([0, { ...dry, dryRun: false, revision: 2 }]);
    expect(json.changes).toMatchObject([
      { kind: "assignment.remove", user: "alice", role: "editor", scope: null },
      { kind: "assignment.remove", user: "bob", role: "editor", scope: "acme" },
    ]);
    expect((await answer("revoke --ended", own)).json).toMatchObject({ changed: false, revision: 2 });
    expect((await answer("expiring --ended", own)).json.ended).toEqual([]);
    expect((await cli("undo 2", { db: own })).code).toBe(0);
    expect((await cli("export", { db: own })).stdout).toBe(before);
  });

  it.each([
    ["revoke --ended bob", ["bob acme"]],
    ["revoke --ended alice moderator", []],
    ["revoke --ended alice editor moderator", ["alice null"]],
    ["revoke --ended --role editor", ["alice null", "bob acme"]],
    ["revoke --ended --role moderator", []],
    ["revoke --ended bob --role editor", ["bob acme"]],
    ["revoke --ended carol", []],
  ])("%s takes only that", async (line, gone) => {
    const { json } = await answer(`${line} --dry-run`, db);
    expect((json.changes as Row[]).map(({ user, scope }) => `${user} ${scope}`)).toEqual(gone);
  });

  it.each([
    "revoke --ended --on acme",
    "revoke --ended --everywhere",
    "revoke --ended --everyone",
    "revoke --role editor",
    "revoke bob editor --role editor",
    "revoke --ended edith",
    "revoke --ended --role edtor",
  ])("%s is wrong", async (line) => {
    expect((await cli(`${line} --dry-run`, { db })).code).toBe(2);
  });

  it("is judged by the guard as any other removal", async () => {
    const guarded: PlainDocument = {
      ...POLICY,
      guarded: true,
      permissions: [...(POLICY.permissions as string[]), "rbac:assignment", "rbac:escalate"],
      roles: { ...POLICY.roles, admin: { grants: ["*:*"] }, helpdesk: { grants: ["rbac:assignment", "posts:delete"] } },
      users: { ...POLICY.users, root: { roles: ["admin"] }, hal: { roles: ["helpdesk"] } },
    };
    const own = await seeded(guarded);
    const codeOf = async (line: string) => (await cli(line, { db: own })).code;
    for (const actor of ["bob", "hal", "root"]) {
      const one = await codeOf(`revoke bob editor --on acme --as ${actor}`);
      expect([actor, await codeOf(`revoke --ended bob --as ${actor}`)]).toEqual([actor, one]);
    }
    expect((await answer("revoke --ended --actor bob", own)).json.error).toMatchObject({ code: "GUARDED" });
    expect(await codeOf("revoke --ended --actor root")).toBe(0);
  });
});

describe("a window that is over", () => {
  it.each([
    ["--until 2020-01-01", "2020-01-01T00:00:00.000Z"],
    ["--until 2020-01-01T10:00:00+02:00", "2020-01-01T08:00:00.000Z"],
    ["--from 2019-01-01 --for 1d", "2019-01-02T00:00:00.000Z"],
    ["--for 0s", ""],
    ["--until 0s", ""],
  ])("assign %s is refused, naming the moment", async (flags, moment) => {
    const before = await bytesOf(db);
    const { code, json } = await answer(`assign alice moderator ${flags}`, db);
    expect([code, json.error]).toEqual([2, expect.objectContaining({ code: "WINDOW_PAST" })]);
    const { message } = json.error as { message: string };
    expect(message).toMatch(/^a window until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z has ended already$/);
    expect(message).toContain(moment);
    expect(await bytesOf(db)).toBe(before);
  });

  it("may begin in the past, and stands where a document says it", async () => {
    expect((await cli("assign alice moderator --from 2019-01-01 --for 9999999h --dry-run", { db })).code).toBe(0);
    expect((await cli("export", { db })).stdout).toContain(`until: "${PAST}"`);
  });
});
