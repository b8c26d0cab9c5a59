/**
 * Who may on one scope is read by that scope, and is what the list of everybody says of it: whoever holds it above,
 * with every exception, now and as it was.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { create, open, type Rbac } from "../../src/index.ts";
import { seeding } from "../../src/policy/document/seeding.ts";
import { type Extent, holdsAt } from "../../src/policy/evaluate/effective-permissions.ts";
import { cli, freshDb, json, SCHEMAS } from "../support/cli.ts";
import { dropAll, emptyDatabase, fairly, ON_SERVER } from "../support/databases.ts";
import { AT, read } from "../support/documents.ts";
import { errorOf } from "../support/library.ts";
import { oracleReason, type PlainDocument } from "../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, NOW } from "../support/random-policies.ts";

afterAll(async () => {
  if (ON_SERVER) await dropAll(SCHEMAS);
});

const STAMP = { actor: "a", osUser: "a", at: AT, reason: null };
const PAGES = { maxSinglePage: 2, pageSize: 1 };

type Row = Extent & { readonly user: string };

/** The rows by pages of one assignment each. */
async function paged(database: Database, permission: string, at: string, on: string | null): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { users } of database.whoCanByPages(permission, at, on, { sizes: PAGES })) rows.push(...users);
  return rows;
}

/** Every scope answers as the whole list does, and as the oracle says of each user. */
async function agree(database: Database, document: PlainDocument): Promise<void> {
  for (const permission of catalogueOf(document)) {
    for (const own of [false, true]) {
      const asked = own ? `${permission}:own` : permission;
      const all = await database.whoCan(asked, NOW);
      for (const on of ASKED_SCOPES) {
        const { users, everyone } = await database.whoCan(asked, NOW, on);
        expect(users).toEqual(all.users.filter((row) => holdsAt(row, on)));
        expect(everyone).toEqual(all.everyone.filter((row) => holdsAt(row, on)));
        expect(await paged(database, asked, NOW, on)).toEqual(users);
        const question = { permission, own, scope: on, at: NOW, activate: [], assume: [] };
        const may = Object.keys(document.users ?? {}).filter(
          (user) => oracleReason(document, { ...question, user }) === "allow",
        );
        expect([...new Set(users.map(({ user }) => user))]).toEqual(may.sort());
      }
    }
  }
}

it(`${fairly(20)} random policies, each at two revisions`, async () => {
  const alike = async (first: PlainDocument, second: PlainDocument) => {
    const database = await emptyDatabase(AT);
    try {
      await database.change(STAMP, seeding(read(first), false));
      await database.change(STAMP, seeding(read(second), true));
      await agree(database, second);
      await agree((await database.asOf({ revision: 1 })).database, first);
    } finally {
      await database.close();
    }
  };
  await fc.assert(fc.asyncProperty(documents(), documents(), alike), { numRuns: fairly(20) });
});

const MANY = 130;
const each = <T>(value: (at: number) => T) =>
  Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`u${at}`, value(at)]));
const banned = (scope: string) => ({ role: "banned", scope });
const on = (...scopes: string[]) => scopes.map((scope) => ({ role: "owner", scope }));

const RECORDS = {
  rbac: 1 as const,
  permissions: ["records:update"],
  roles: {
    owner: { grants: ["records:update"] },
    admin: { grants: ["*"] },
    banned: { denies: ["records:update"] },
    // What nobody denies but on other scopes.
    archivist: { denies: [{ permission: "records:update", scope: "archive/1" }] },
  },
  users: {
    ...each((at) => ({ roles: on(`record/${at}`) })),
    root: { roles: ["admin", "archivist", banned("record/7"), banned("record/42/x")] },
    gone: { disabled: true, roles: on("record/42") },
    late: { roles: [{ role: "owner", scope: "record/42", from: "2997-01-01T00:00:00Z" }] },
    no: { roles: [...on("record/42"), banned("record")] },
    part: { roles: [...on("record/42", "record/43"), banned("record/42/x"), banned("record/43/y"), banned("beta")] },
  },
};

async function opened<T>(document: Parameters<Rbac["seed"]>[0], act: (rbac: Rbac, db: string) => Promise<T>) {
  const db = freshDb();
  await (await create(db, { actor: "web" })).close();
  const rbac = await open(db, { actor: "web" });
  try {
    await rbac.seed(document);
    return await act(rbac, db);
  } finally {
    await rbac.close();
  }
}

/** Each row as its user, scope and exceptions. */
const told = (rows: readonly Row[]) => rows.map(({ user, scope, except }) => [user, scope, ...except].join(" "));
const onRecord42 = ["part record/42 record/42/x", "root  archive/1 record/42/x record/7", "u42 record/42"];

describe("on one scope of many", () => {
  it("are those on it and above, with the exceptions that lie beside it", () =>
    opened(RECORDS, async (rbac) => {
      expect(told(await rbac.whoCan("records:update", { on: "record/42" }))).toEqual(onRecord42);
      const below = await rbac.whoCan("records:update", { on: "record/42/x/1" });
      expect(told(below)).toEqual(["u42 record/42"]);
      const later = await rbac.whoCan("records:update", { on: "record/42", at: "2998-01-01" });
      expect(told(later)).toEqual(["late record/42", ...onRecord42]);
    }));

  it("the same where more hold it above than are looked up one by one", () => {
    const users = {
      ...RECORDS.users,
      ...each(() => ({ roles: on("record", "beta") })),
      zed: { roles: on("record/42") },
    };
    const ofMany = Object.keys(each(() => 0)).map((user) => `${user} record`);
    return opened({ ...RECORDS, users }, async (rbac) => {
      const [part, root] = onRecord42;
      expect(told(await rbac.whoCan("records:update", { on: "record/42" }))).toEqual(
        [part, root, ...ofMany, "zed record/42"].sort(),
      );
    });
  });

  it("the same where everyone may above: each with what is denied to them", () =>
    opened({ ...RECORDS, everyone: ["owner"] }, async (rbac) => {
      const rows = told(await rbac.whoCan("records:update", { on: "record/42" }));
      expect(rows.slice(0, 3)).toEqual([
        "late ",
        "part  beta record/42/x record/43/y",
        "root  archive/1 record/42/x record/7",
      ]);
      expect(rows).toHaveLength(MANY + 3); // Not those who are disabled, or denied it there.
    }));

  it("the same as of a revision, however deep the scope is", () =>
    opened(RECORDS, async (rbac) => {
      const deep = `record/42/${"d/".repeat(20)}e`;
      await rbac.assign("deep", "owner", { on: deep });
      await rbac.revoke("u42", "owner", { on: "record/42" });
      await rbac.rename("user", "root", "chief");
      expect(told(await rbac.whoCan("records:update", { on: "record/42", at: "@1" }))).toEqual(onRecord42);
      expect(told(await rbac.whoCan("records:update", { on: deep, at: "@2" })).map((row) => row.split(" ")[0])).toEqual(
        ["deep", "part", "root", "u42"],
      );
      expect(told(await rbac.whoCan("records:update", { on: "record/42" }))).toEqual([
        ...onRecord42.slice(1, 2).map((row) => row.replace("root", "chief")),
        ...onRecord42.slice(0, 1),
      ]);
    }));
});

describe("who-can --everywhere", () => {
  it("lists those alone who hold it at the root, whatever is denied to them below", () =>
    opened(RECORDS, async (rbac, db) => {
      await rbac.assign("ann", "owner");
      const { users } = await json<{ users: Row[] }>("who-can records:update --everywhere", { db });
      expect(told(users)).toEqual(["ann ", "root  archive/1 record/42/x record/7"]);
      expect(users).toEqual(await rbac.whoCan("records:update", { on: null }));
      const before = await json<{ users: Row[] }>("who-can records:update --everywhere --at @1", { db });
      expect(told(before.users)).toEqual(told(users).slice(1));
      const since = await json<{ users: Row[] }>("who-can records:update --everywhere --since 1h", { db });
      expect(told(since.users)).toEqual(told(users));
    }));

  it("is not both there and on a scope", async () => {
    const { code, stderr } = await cli("who-can posts:read --everywhere --on acme", { db: freshDb() });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--everywhere") });
  });
});

it("a compiled policy lists the same holders, whatever was committed before", () =>
  opened(RECORDS, async (rbac) => {
    const compiled = await rbac.compile();
    const alike = async () => {
      for (const how of [
        {},
        { on: null },
        { on: "record/42" },
        { on: "record/42/x" },
        { at: "@1" },
        { on: "beta", at: "2998-01-01" },
      ])
        expect(await compiled.whoCan("records:update", how)).toEqual(await rbac.whoCan("records:update", how));
    };
    await alike();
    await rbac.grant("owner", "records:update", { on: "record/42", deny: true });
    expect(told(await compiled.whoCan("records:update", { on: "record/42" }))).toEqual([onRecord42[1]]);
    await alike();
    await rbac.assign("ann", "admin");
    await alike();
    expect(await errorOf(compiled.whoCan("records:updat"))).toMatchObject({
      exitCode: 2,
      suggestions: ["records:update"],
    });
    await compiled.close();
    expect(await errorOf(compiled.whoCan("records:update"))).toMatchObject({ code: "CLOSED" });
  }));
