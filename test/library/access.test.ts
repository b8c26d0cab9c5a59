/**
 * All access as it lies in a database: what the walk says of each, in pages of any size, now and as it was; filters keep
 * what they would of the whole; the stamps are those of `why`.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { AccessFilter, StampedAccess } from "../../src/database/access.ts";
import type { Database } from "../../src/database/database.ts";
import { create, open, type Rbac } from "../../src/index.ts";
import { seeding } from "../../src/policy/document/seeding.ts";
import { accessIn } from "../../src/policy/evaluate/access.ts";
import { decide } from "../../src/policy/evaluate/decide.ts";
import { holdsAt } from "../../src/policy/evaluate/effective-permissions.ts";
import { coveredBy, matching } from "../../src/policy/evaluate/list-filters.ts";
import { askerOf } from "../../src/policy/evaluate/walk.ts";
import { assigneesIn } from "../../src/policy/evaluate/who-can.ts";
import { covers } from "../../src/policy/model/scopes.ts";
import type { Part, PartKey } from "../../src/policy/part/part.ts";
import { parsePartText, partOf } from "../../src/policy/part/part-texts.ts";
import { cli, freshDb, SCHEMAS } from "../support/cli.ts";
import { dropAll, emptyDatabase, fairly, ON_SERVER } from "../support/databases.ts";
import { AT, indexFrom, read } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";
import type { PlainDocument } from "../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, NOW } from "../support/random-policies.ts";

afterAll(async () => {
  if (ON_SERVER) await dropAll(SCHEMAS);
});

const STAMP = { actor: "a", osUser: "a", at: AT, reason: null };

async function all(database: Database, filter: Omit<AccessFilter, "at"> = {}): Promise<StampedAccess[]> {
  const rows: StampedAccess[] = [];
  for await (const { access } of database.accessByPages({ at: NOW, ...filter })) rows.push(...access);
  return rows;
}

/** Rows without their stamps. */
const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row, by: null }));

const expected = (document: PlainDocument) => {
  const index = indexFrom(document);
  return plain(assigneesIn(index).flatMap(accessIn(index, NOW, () => true)));
};

const said = (key: PartKey, text: string): Part => partOf(parsePartText(`${key}=${text.replaceAll(",", "\\,")}`));

type Keeps = (row: StampedAccess) => boolean;

/** Filters, each beside what it keeps of the whole. */
function filtersOf(document: PlainDocument): [Omit<AccessFilter, "at">, Keeps][] {
  const [[user = ""], [one = "", other = ""]] = [Object.keys(document.users ?? {}), Object.keys(document.roles ?? {})];
  const [permission = ""] = catalogueOf(document);
  const pattern = permission.replace(/:.*/, ":*");
  const isOfRoles = (row: StampedAccess) => [one, other].includes(row.role);
  return [
    [{ users: [user] }, (row) => row.user === user],
    [{ match: "A" }, ({ user: name }) => matching("a")(name)],
    [{ roles: [one] }, (row) => row.role === one],
    [{ roles: [one, other], assigned: true }, (row) => isOfRoles(row) && row.held === "assigned"],
    [{ assigned: true }, (row) => row.held === "assigned"],
    [{ patterns: [permission] }, (row) => row.permission === permission],
    [{ patterns: [pattern], users: [user] }, (row) => coveredBy([pattern])(row.permission) && row.user === user],
    ...ASKED_SCOPES.map((on): [Omit<AccessFilter, "at">, Keeps] => [{ on }, (row) => holdsAt(row, on)]),
    [{ part: said("users", "a*") }, (row) => row.user.startsWith("a")],
    [{ part: said("roles", other) }, (row) => row.role === other],
    [{ part: said("permissions", permission) }, (row) => row.permission === permission],
    [{ part: said("scopes", "acme") }, (row) => covers("acme", row.scope)],
  ];
}

/** The whole, read by parts of so many rows. */
async function byParts(database: Database, limit: number): Promise<StampedAccess[]> {
  const rows: StampedAccess[] = [];
  for (let after: string | undefined; ; ) {
    const { access, next } = await database.lists.access({ at: NOW, limit, after });
    rows.push(...access);
    if (next === null) return rows;
    expect(access).toHaveLength(limit);
    after = next;
  }
}

async function agrees(database: Database, document: PlainDocument): Promise<void> {
  const rows = await all(database);
  expect(plain(rows)).toEqual(expected(document));
  for (const [filter, keeps] of filtersOf(document))
    expect({ filter, rows: await all(database, filter) }).toEqual({ filter, rows: rows.filter(keeps) });
  for (const limit of [1, 3, 1000]) {
    expect(await all(database, { limit })).toEqual(rows.slice(0, limit));
    expect(await byParts(database, limit)).toEqual(rows);
  }
  const index = indexFrom(document);
  for (const user of Object.keys(document.users ?? {}))
    for (const permission of catalogueOf(document))
      for (const scope of ASKED_SCOPES) {
        const asked = { ...askerOf(user, NOW, {}), permission, owner: null, scope };
        const covers = (row: StampedAccess) =>
          row.user === user && row.permission === permission && row.own !== "only" && holdsAt(row, scope);
        expect(rows.some(covers)).toBe(decide(index, asked).allowed);
      }
}

it(`${fairly(20)} random policies, each at two revisions`, async () => {
  const alike = async (first: PlainDocument, second: PlainDocument) => {
    const database = await emptyDatabase(AT);
    try {
      await database.change(STAMP, seeding(read(first), false));
      await database.change(STAMP, seeding(read(second), true));
      await agrees(database, second);
      await agrees((await database.asOf({ revision: 1 })).database, first);
    } finally {
      await database.close();
    }
  };
  await fc.assert(fc.asyncProperty(documents(), documents(), alike), { numRuns: fairly(20) });
});

/** What two people hold, told why, and what they hold it by renamed since. */
async function renamed(): Promise<{ db: string; rbac: Rbac }> {
  const db = freshDb();
  await (await create(db, { actor: "root" })).close();
  const rbac = await open(db, { actor: "root" });
  await rbac.seed({
    rbac: 1,
    permissions: ["posts:read", "posts:write"],
    roles: { reader: { grants: ["posts:read"] }, editor: { inherits: ["reader"], grants: ["posts:*"] } },
    users: { alice: { roles: ["editor", { role: "reader", scope: "acme", reason: "on call" }] }, bob: {} },
    everyone: ["reader"],
  });
  await rbac.assign("bob", "editor", { on: "acme", until: "2990-01-01", actor: "eve", reason: "hired" });
  await rbac.assign("bob", "editor", { on: "acme", until: "2991-01-01", actor: "dan", reason: "stays" });
  await rbac.rename("role", "editor", "author");
  await rbac.rename("user", "bob", "rob");
  await rbac.rename("user", "rob", "robert");
  await rbac.rename("permission", "posts:write", "posts:edit");
  await rbac.grant("reader", "posts:edit:own", { actor: "eve", reason: "owners" });
  return { db, rbac };
}

describe("the stamps", () => {
  it("are those of who assigned and granted it, and not of who renamed it", async () => {
    const { rbac } = await renamed();
    const { access } = await rbac.access();
    const told = access.map(
      ({ user, permission, role, held, by: { assigned, granted } }) =>
        `${user} ${permission} ${role} ${held}: ${assigned?.actor} ${assigned?.reason}, ${granted?.actor} ${granted?.reason}`,
    );
    expect(told).toEqual([
      "alice posts:edit author assigned: root null, root null",
      "alice posts:edit reader assigned: root on call, eve owners",
      "alice posts:edit reader everyone: root null, eve owners",
      "alice posts:read author assigned: root null, root null",
      "alice posts:read reader assigned: root on call, root null",
      "alice posts:read reader everyone: root null, root null",
      "robert posts:edit author assigned: dan stays, root null",
      "robert posts:edit reader everyone: root null, eve owners",
      "robert posts:read author assigned: dan stays, root null",
      "robert posts:read reader everyone: root null, root null",
    ]);
    expect(access.at(-2)?.by.assigned?.revision).toBe(3);
    await rbac.close();
  });

  it("are those that why tells of the same rows, now and at any revision", async () => {
    const { rbac } = await renamed();
    for (const at of ["@1", "@2", "@3", "@4", "@6", "@8"]) {
      const { access } = await rbac.access({ at });
      expect(access.length).toBeGreaterThan(3);
      for (const { user, permission, own, scope, role, held, roles, grant, by } of access) {
        const asked = own === "only" ? `${permission}:own` : permission;
        const { decision, entryOf } = await rbac.why(user, asked, { on: scope, at });
        const path = decision.because.find(
          (one) => one.held === held && one.roles.join() === roles.join() && one.grant?.permission === grant,
        );
        const given = path?.assignment;
        const [kind, key] =
          held === "assigned" ? ["assignment", { user, role, scope: given?.scope }] : [held, { role }];
        const assigned = entryOf({ kind: kind as "everyone", key: key as never });
        const told = (stamp: typeof by.assigned | undefined) => [
          stamp?.revision,
          stamp?.actor,
          stamp?.at,
          stamp?.reason,
        ];
        expect({ at, user, permission, role, stamp: told(by.assigned) }).toEqual({
          ...{ at, user, permission, role },
          stamp: told(assigned),
        });
        const { revision: _, ...grantKey } = path?.grant ?? {};
        const grantedBy = entryOf({ kind: "grant", key: { ...grantKey, effect: "allow" } });
        expect(told(by.granted)).toEqual(told(grantedBy));
      }
    }
    await rbac.close();
  });
});

describe("a part of it", () => {
  it("is the same for programs and on the command line", async () => {
    const { db, rbac } = await renamed();
    const line = async (words: string) => JSON.parse((await cli(`access ${words} --json`, { db })).stdout);
    const { next, ...whole } = await rbac.access();
    expect([next, await line("")]).toEqual([null, whole]);
    const { next: _, ...part } = await rbac.access({ user: "alice", role: "reader", permission: "*:edit", on: "acme" });
    expect(await line("--user alice --role reader --permission '*:edit' --on acme")).toEqual(part);
    expect(part.access).toHaveLength(2);
    expect((await rbac.access({ role: "reader", assigned: true, match: "ALI" })).access).toHaveLength(2);
    await rbac.close();
  });

  it("is an error for an unknown name, and for a next that is none", async () => {
    const { rbac } = await renamed();
    expect(await errorOf(rbac.access({ user: "bob" }))).toMatchObject({ code: "USER_NOT_FOUND", exitCode: 2 });
    expect(await errorOf(rbac.access({ role: "reader2" }))).toMatchObject({ suggestions: ["reader"] });
    expect(await errorOf(rbac.access({ permission: "posts:raed" }))).toMatchObject({ code: "PERMISSION_NOT_FOUND" });
    for (const after of ["alice", "[]", '["a","b","c","d",1,"e"]', "{}"])
      expect(await errorOf(rbac.access({ after }))).toMatchObject({ code: "VALUE_INVALID", exitCode: 2 });
    await rbac.close();
  });

  it("is decided when it is asked for, and the reading ends with its reader", async () => {
    const database = await emptyDatabase(AT);
    const users = Object.fromEntries(Array.from({ length: 6000 }, (_, at) => [`u${at}`, { roles: ["reader"] }]));
    const roles = { reader: { grants: ["posts:read"] } };
    await database.change(STAMP, seeding(read({ rbac: 1, permissions: ["posts:read"], roles, users }), false));
    let decided = 0;
    const counted: Part = {
      get users() {
        decided++; // It is read once for each user.
        return [{ name: "u", isPrefix: true }];
      },
    };
    for await (const { access } of database.accessByPages({ at: NOW, part: counted })) {
      expect(access).toHaveLength(1000);
      break;
    }
    expect(decided).toBeLessThan(4001);
    await database.change(STAMP, seeding(read({ rbac: 1, users: { late: {} } }), false)); // Nothing holds the database.
    decided = 0;
    expect(await all(database, { part: counted })).toHaveLength(6000);
    expect(decided - 6000).toBeLessThan(10); // Each user once, and a few looks at the part itself.
    await database.close();
  });
});
