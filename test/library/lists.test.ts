/** Lists of the library: what the commands list, and page by page the same. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutation, open, type Rbac } from "../../src/index.ts";
import { answer, blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";

let db: string;
let rbac: Rbac;
beforeAll(async () => {
  db = await blog();
  await cli("assign zoë idle --on acme/ä --until 2990-01-01", { db });
  await cli("assign alice idle --on acme", { db });
  rbac = await open(db, { actor: "web" });
});
afterAll(() => rbac.close());

describe("lists what the command lists", () => {
  it.each([
    ["user list", () => rbac.users()],
    ["user list --role idle", () => rbac.users({ role: "idle" })],
    ["role list", () => rbac.roles()],
    ["permission list", () => rbac.catalogue()],
    ["user list --at @1", () => rbac.users({ at: "@1" })],
    ["user list --role idle --at @2", () => rbac.users({ role: "idle", at: "@2" })],
    ["role list --at @1", () => rbac.roles({ at: "@1" })],
  ] as const)("%s", async (line, list) => {
    expect(await list()).toEqual({ ...(await answer(line, db)).json, next: null });
  });
});

/** Every row of a list that is read in pages, with the number of pages. */
async function paged(
  list: (page: { limit: number; after?: string }) => Promise<{ next: string | null }>,
  limit: number,
): Promise<{ rows: unknown[]; pages: number }> {
  const rows: unknown[] = [];
  let page = await list({ limit });
  for (let pages = 1; ; pages++) {
    const found: unknown[] = Object.values(page as object).find(Array.isArray) ?? [];
    rows.push(...found);
    expect(found.length).toBeLessThanOrEqual(limit);
    if (page.next === null) return { rows, pages };
    page = await list({ limit, after: page.next });
  }
}

describe.each([{}, { at: "@2" }])("in pages, of %j", (when) => {
  it.each([1, 2, 3, 100])("of %i rows, they are the same", async (limit) => {
    const pagesOf = (count: number) => Math.max(1, Math.ceil(count / limit));
    const whole = {
      users: (await rbac.users(when)).users,
      holders: (await rbac.users({ role: "idle", ...when })).users,
      roles: (await rbac.roles(when)).roles,
      catalogue: (await rbac.catalogue(when)).permissions,
      assignments: (await rbac.assignments(when)).assignments,
    };
    const lists = {
      users: (page: object) => rbac.users({ ...when, ...page }),
      holders: (page: object) => rbac.users({ role: "idle", ...when, ...page }),
      roles: (page: object) => rbac.roles({ ...when, ...page }),
      catalogue: (page: object) => rbac.catalogue({ ...when, ...page }),
      assignments: (page: object) => rbac.assignments({ ...when, ...page }),
    };
    for (const [name, list] of Object.entries(lists)) {
      const all = whole[name as keyof typeof whole];
      expect({ name, ...(await paged(list, limit)) }).toEqual({ name, rows: all, pages: pagesOf(all.length) });
    }
  });
});

describe("assignments", () => {
  const keys = async (how: Parameters<Rbac["assignments"]>[0]) =>
    (await rbac.assignments(how)).assignments.map(({ user, role, scope }) => [user, role, scope]);

  it.each([{}, { at: "@3" }])("are those of a user, of a role, on a scope; %j", async (when) => {
    expect(await keys({ user: "alice", ...when })).toEqual([
      ["alice", "editor", null],
      ["alice", "idle", "acme"],
    ]);
    expect(await keys({ role: "idle", ...when })).toEqual([
      ["alice", "idle", "acme"],
      ["zoë", "idle", "acme/ä"],
    ]);
    expect(await keys({ on: "acme", ...when })).toEqual([
      ["alice", "idle", "acme"],
      ["bob", "moderator", "acme"],
    ]);
    expect(await keys({ user: "alice", on: null, ...when })).toEqual([["alice", "editor", null]]);
    expect(await keys({ user: "nobody", ...when })).toEqual([]);
  });

  it("have their windows, and the revision that wrote them", async () => {
    expect((await rbac.assignments({ user: "zoë" })).assignments).toEqual([
      { user: "zoë", role: "idle", scope: "acme/ä", from: null, until: "2990-01-01T00:00:00.000Z", revision: 2 },
    ]);
  });

  it("of what is not there are an error, and so is a page that none was", async () => {
    expect((await errorOf(rbac.assignments({ user: "alcie" }))).suggestions).toEqual(["alice"]);
    expect((await errorOf(rbac.assignments({ role: "idel" }))).code).toBe("ROLE_NOT_FOUND");
    expect((await errorOf(rbac.users({ role: "idel" }))).code).toBe("ROLE_NOT_FOUND");
    for (const after of ["alice", "[1,2,3]", "{}", "null"])
      expect((await errorOf(rbac.assignments({ after }))).code).toBe("VALUE_INVALID");
    for (const limit of [0, -1, 1.5, "3"])
      expect((await errorOf(rbac.users({ limit: limit as number }))).code).toBe("VALUE_INVALID");
  });
});

describe("windows", () => {
  const times = ["2026-01-01", "2999-01-01", "2999-02-01", "2999-03-01"].map((day) => `${day}T00:00:00.000Z`);
  const ends = [null, ...times];
  const windows = ends.flatMap((from) => ends.map((until) => ({ from, until })));
  const legal = windows.filter(({ from, until }) => from === null || until === null || from < until);
  const users = Object.fromEntries(
    legal.map((window, at) => {
      const said = Object.entries(window).filter(([, time]) => time !== null);
      return [`u${String(at).padStart(2, "0")}`, { roles: [{ role: "idle", ...Object.fromEntries(said) }] }];
    }),
  );
  const names = Object.keys(users);
  /** The reading of a window by itself: `[from, until)`. */
  const stateAt = (at: string, { from, until }: (typeof legal)[number]): string =>
    until !== null && at >= until ? "ended" : from !== null && at < from ? "pending" : "open";
  let own: Rbac;
  beforeAll(async () => {
    own = await open(await seeded({ rbac: 1, roles: { idle: {} }, users }), { actor: "web" });
  });
  afterAll(() => own.close());

  const moments = times.slice(1).flatMap((time) => [new Date(Date.parse(time) - 1).toISOString(), time]);
  it.each(moments)("at %s lists have what is open, and with all each with its state", async (at) => {
    const open = names.filter((_, index) => stateAt(at, legal[index] as never) === "open");
    for (const limit of [2, 100]) {
      const holders = await paged((page) => own.users({ role: "idle", at, ...page }), limit);
      expect(holders.rows).toMatchObject(open.map((user) => ({ user, roles: ["idle"] })));
      const assigned = await paged((page) => own.assignments({ at, ...page }), limit);
      expect(assigned.rows).toMatchObject(open.map((user) => ({ user, role: "idle" })));
    }
    const all = (await own.assignments({ at, all: true })).assignments;
    expect(all.map(({ state }) => state)).toEqual(legal.map((window) => stateAt(at, window)));
    const everybody = (await own.users({ at, all: true })).users;
    expect(everybody.map(({ assignments }) => assignments[0]?.state)).toEqual(all.map(({ state }) => state));
    expect((await own.users({ role: "idle", at, all: true })).users).toEqual(everybody);
  });

  it("of a past revision are as they were then", async () => {
    const { users: then } = await own.users({ role: "idle", at: "@1" });
    const open = names.filter((_, index) => stateAt(new Date().toISOString(), legal[index] as never) === "open");
    expect(then.map(({ user }) => user)).toEqual(open);
    expect((await own.assignments({ at: "@1", all: true })).assignments).toHaveLength(names.length);
  });

  it("that are over are revoked at once: of a user, of a role, of all", async () => {
    const over = names.filter((_, index) => stateAt(new Date().toISOString(), legal[index] as never) === "ended");
    const gone = async (...call: Parameters<Rbac["revoke"]>) =>
      (await own.revoke(call[0], call[1], { ended: true, dryRun: true })).changes.map((change) => Object(change).user);
    expect(over).not.toEqual([]);
    expect(await gone(null, null)).toEqual(over);
    expect(await gone(null, "idle")).toEqual(over);
    expect(await gone(String(over[0]), null)).toEqual(over.slice(0, 1));
    expect((await own.change([mutation.revoke(null, null, { ended: true })])).changes).toHaveLength(over.length);
    expect((await own.assignments({ all: true })).assignments).toHaveLength(names.length - over.length);
  });

  it("that are said in ways which contradict each other are an error", async () => {
    expect((await errorOf(own.revoke(null, null))).exitCode).toBe(2);
    expect((await errorOf(own.revoke(null, "idle", { everywhere: true }))).exitCode).toBe(2);
    expect((await errorOf(own.revoke({ everyone: true }, null, { ended: true }))).exitCode).toBe(2);
    expect((await errorOf(own.revoke("u00", "idle", { ended: true, on: null }))).code).toBe("USAGE");
    expect((await errorOf(own.revoke("nobody", null, { ended: true }))).code).toBe("USER_NOT_FOUND");
    expect((await errorOf(own.assign("u00", "idle", { on: "acme", for: "0s" }))).code).toBe("WINDOW_PAST");
  });
});
