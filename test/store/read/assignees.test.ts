/**
 * A list of holders comes in pages: a page costs what it holds, all of them are of one moment, and whoever stops asking
 * ends it.
 */
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { connect } from "../../../src/store/connect.ts";
import { type AssigneeFilter, AssigneePages, type PageSizes } from "../../../src/store/read/assignees.ts";
import { cli, freshDb } from "../../support/cli.ts";
import { AT, read } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";

const STAMP = { actor: "ann", osUser: "ann", at: AT, reason: null };
const COUNT = 50;
const name = (at: number): string => `user${String(at).padStart(2, "0")}`;
const NAMES = Array.from({ length: COUNT }, (_, at) => name(at));

const DOCUMENT: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:write", "posts:list"],
  roles: {
    reader: { grants: ["posts:read"] },
    writer: { grants: ["posts:write"] },
    guest: { grants: ["posts:list"] },
  },
  users: {
    ...Object.fromEntries(NAMES.map((user) => [user, { roles: ["reader"] }])),
    zed: { roles: Array.from({ length: 9 }, (_, at) => ({ role: "writer", scope: `acme/${at}` })) },
    zoe: { disabled: true, roles: ["reader", "writer"] },
  },
  everyone: ["guest"],
};

async function made(...more: PlainDocument[]): Promise<string> {
  const path = freshDb();
  await Database.create(path, AT, (database) => database.change(STAMP, seeding(read(DOCUMENT, ...more), false)));
  return path;
}

/** More than are read at once. */
const manyDisabled = (): PlainDocument => {
  const users = Array.from({ length: 501 }, (_, at) => [`gone${at}`, { disabled: true, roles: ["reader"] }]);
  return { rbac: 1, users: Object.fromEntries(users) };
};

const FEW: PageSizes = { maxSinglePage: 10, pageSize: 10 };
const READERS: AssigneeFilter = { roles: ["reader"], everybody: false };

/** Counts what is asked of a database. */
async function counting<T>(
  act: (assignees: AssigneePages, asked: readonly string[]) => Promise<T>,
  path?: string,
): Promise<T> {
  const connection = await connect(path ?? (await made()), "read");
  const asked: string[] = [];
  const prepare: typeof connection.prepare = (query) => {
    const prepared = connection.prepare(query);
    return (...parameters) => {
      asked.push(query.sql);
      return prepared(...parameters);
    };
  };
  try {
    return await act(new AssigneePages({ ...connection, prepare }), asked);
  } finally {
    await connection.close();
  }
}

describe("pages", () => {
  it("of few are one, by one look at who is assigned and one at who is disabled", () =>
    counting(async (assignees, asked) => {
      const pages: string[][] = [];
      for await (const page of assignees.pages(READERS)) pages.push(page.map(({ user }) => user));
      expect(pages).toEqual([[...NAMES, "zoe"]]);
      expect(asked).toHaveLength(2);
    }));

  it("of many are asked for as they are taken, and no page holds more than was said", () =>
    counting(async (assignees, asked) => {
      const [sizes, costs]: [number[], number[]] = [[], []];
      for await (const page of assignees.pages(READERS, FEW)) {
        sizes.push(page.reduce((sum, { held }) => sum + held.length, 0));
        costs.push(asked.length);
      }
      expect(sizes.reduce((a, b) => a + b, 0)).toBe(COUNT + 1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(FEW.pageSize);
      expect(costs[0]).toBe(5); // Two found that it is too much, one where the page ends, two what is on it.
      expect(costs.at(-1)).toBeGreaterThanOrEqual(3 * (sizes.length - 1));
    }));

  it("narrow where one user holds more than a page, who is on it with all of it", () =>
    counting(async (assignees) => {
      const found: [string, number][] = [];
      for await (const page of assignees.pages(
        { roles: ["writer"], everybody: false },
        { maxSinglePage: 4, pageSize: 4 },
      ))
        found.push(...page.map(({ user, held }): [string, number] => [user, held.length]));
      expect(found).toEqual([
        ["zed", 9],
        ["zoe", 1],
      ]);
    }));

  it("of everybody have those who are assigned nothing of it, and say who is disabled", () =>
    counting(async (assignees) => {
      const found: [string, number, boolean][] = [];
      for await (const page of assignees.pages({ roles: ["writer"], everybody: true }, FEW)) {
        expect(page.length).toBeLessThanOrEqual(FEW.pageSize);
        found.push(...page.map(({ user, held, disabled }): [string, number, boolean] => [user, held.length, disabled]));
      }
      const idle = NAMES.map((user): [string, number, boolean] => [user, 0, false]);
      expect(found).toEqual([...idle, ["zed", 9, false], ["zoe", 1, true]]);
    }));

  it("are given also where more roles are sought than a statement can name", () =>
    counting(async (assignees) => {
      const roles = Array.from({ length: 20_000 }, (_, at) => `role${at}`);
      const users: string[] = [];
      for await (const page of assignees.pages({ roles: [...roles, "reader"], everybody: false }, FEW))
        users.push(...page.map(({ user }) => user));
      expect(users).toEqual([...NAMES, "zed", "zoe"]);
    }));

  it("of a scope have who is assigned a role on it, and of further roles all that these are assigned", () =>
    counting(async (assignees) => {
      const filter = { roles: ["writer"], everybody: false, scopes: ["acme/3", "acme", null], also: ["reader"] };
      const pages: unknown[] = [];
      for await (const page of assignees.pages(filter))
        pages.push(
          page.map(({ user, disabled, held }) => [user, disabled, held.map(({ role, scope }) => [role, scope])]),
        );
      expect(pages).toEqual([
        [
          ["zed", false, [["writer", "acme/3"]]],
          [
            "zoe",
            true,
            [
              ["reader", null],
              ["writer", null],
            ],
          ],
        ],
      ]);
    }));

  it("of a scope are looked up by the index of scopes", async () => {
    const path = await made();
    const file = new Sqlite(path, { readonly: true });
    const filter = { roles: ["writer"], everybody: false, scopes: ["acme/3", null], also: ["reader"] };
    const asked = await counting(async (assignees, texts) => {
      for await (const _ of assignees.pages(filter));
      return [...texts];
    }, path);
    const steps = asked.flatMap((text) => {
      const parameters = Array.from({ length: text.split("?").length - 1 }, () => 1);
      return file.prepare<number[], { detail: string }>(`explain query plan ${text}`).all(...parameters);
    });
    file.close();
    expect(
      steps
        .map(({ detail }) => detail)
        .filter((step) => /\bassignments\b/.test(step))
        .sort(),
    ).toEqual([
      "SEARCH assignments USING COVERING INDEX assignments_role (role=? AND user=?)",
      "SEARCH assignments USING COVERING INDEX assignments_role_scope (role=? AND scope=? AND user>?)",
      "SEARCH assignments USING COVERING INDEX assignments_role_scope (role=? AND scope=? AND user>?)",
    ]);
  });

  it("are looked up by an index, a range of users at a time", async () => {
    const path = await made(manyDisabled());
    const file = new Sqlite(path, { readonly: true });
    const asked = await counting(async (assignees, texts) => {
      for (const everybody of [true, false])
        for (const measure of [FEW, { maxSinglePage: 1000, pageSize: 1000 }])
          for await (const _ of assignees.pages({ roles: ["reader", "writer"], everybody }, measure));
      return [...new Set(texts)];
    }, path);
    const steps = asked.flatMap((text) => {
      const parameters = Array.from({ length: text.split("?").length - 1 }, () => 1);
      const plan = file.prepare<number[], { detail: string }>(`explain query plan ${text}`).all(...parameters);
      return plan.map(({ detail }) => detail);
    });
    file.close();
    expect(steps.filter((step) => /\b(users|assignments)\b/.test(step)).sort()).toEqual([
      "SEARCH assignments USING COVERING INDEX assignments_role (role=? AND user>? AND user<?)",
      "SEARCH assignments USING COVERING INDEX assignments_role (role=? AND user>?)",
      // Whose disabled users were too many to read.
      "SEARCH assignments USING COVERING INDEX assignments_role (role=? AND user>?)",
      "SEARCH users USING COVERING INDEX sqlite_autoindex_users_1 (user>?)",
      "SEARCH users USING INDEX sqlite_autoindex_users_1 (user=?)", // Those.
      "SEARCH users USING INDEX sqlite_autoindex_users_1 (user>?)",
      "SEARCH users USING INDEX users_disabled (user>? AND user<?)",
      "SEARCH users USING INDEX users_disabled (user>?)",
    ]);
  });
});

describe("who-can by pages", () => {
  const opened = async <T>(act: (database: Database, path: string) => Promise<T>): Promise<T> => {
    const path = await made();
    const database = await Database.open(path, "write");
    try {
      return await act(database, path);
    } finally {
      await database.close();
    }
  };
  const gone = (user: string) => seeding(read({ rbac: 1, users: { [user]: { disabled: true } } }), false);
  const pagesOf = (database: Database, measure?: PageSizes) =>
    database.whoCanByPages("posts:read", AT, undefined, { sizes: measure });

  it("is of one moment, whatever is changed in between", () =>
    opened(async (database, path) => {
      const other = await Database.open(path, "write");
      const [users, revisions]: [string[], Set<number>] = [[], new Set()];
      for await (const page of pagesOf(database, FEW)) {
        users.push(...page.users.map(({ user }) => user));
        revisions.add(page.revision);
        await other.change(STAMP, gone(name(COUNT - revisions.size)));
      }
      await other.close();
      expect(users).toEqual(NAMES);
      expect([...revisions]).toEqual([1]);
      expect((await database.whoCan("posts:read", AT)).users).toHaveLength(COUNT - 1);
    }));

  it("ends with whoever stops asking: the next change waits for nothing", () =>
    opened(async (database) => {
      for await (const { users } of pagesOf(database, FEW)) {
        expect(users.length).toBeGreaterThan(0);
        break;
      }
      expect((await database.change(STAMP, gone("user00"))).changed).toBe(true);
    }));

  it("ends with an error of whoever takes the pages, and with one of its own", () =>
    opened(async (database) => {
      const failing = async () => {
        for await (const _ of pagesOf(database, FEW)) throw new Error("no room");
      };
      await expect(failing()).rejects.toThrow("no room");
      await expect(database.whoCan("posts:raed", AT)).rejects.toThrow('did you mean "posts:read"');
      expect((await database.change(STAMP, gone("user00"))).changed).toBe(true);
    }));

  it("has ended when its last page is handed over, so that a slow reader of a short list holds nothing up", () =>
    opened(async (database) => {
      for await (const { users } of pagesOf(database)) {
        expect(users).toHaveLength(COUNT);
        expect((await database.change(STAMP, gone("user00"))).changed).toBe(true);
      }
    }));
});

it("an error in the middle of a list ends it there: nothing is said in its place on stdout", async () => {
  const db = freshDb();
  const users = Object.fromEntries(Array.from({ length: 10_500 }, (_, at) => [`u${at}`, {}]));
  const document: PlainDocument = {
    rbac: 1,
    permissions: ["a:b"],
    roles: { g: { grants: ["a:b"] } },
    users,
    everyone: ["g"],
  };
  await Database.create(db, AT, async (made) => {
    await made.change({ actor: "a", osUser: "a", at: AT, reason: null }, seeding(read(document), false));
  });
  const file = new Sqlite(db);
  file.exec(
    `pragma foreign_keys = off; insert into assignments ("user", role, scope, revision) values ('zzz', 'g', '', 1)`,
  );
  file.close();
  const { code, stdout, stderr } = await cli("who-can a:b --json", { db });
  expect(code).toBe(4);
  expect(stdout).toMatch(/^\{"permission":"a:b","revision":1,"everyone":\[.*\],"users":\[.*"until":null\}$/);
  expect(stderr).toContain("a user that is not there");
});
