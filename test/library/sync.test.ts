/** `rbac.sync` on real databases: what single calls come to, and what is refused, beside others who sign in. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutation, open, type Person, type PolicyDocument, type PreparedMutation, type Rbac } from "../../src/index.ts";
import { cli } from "../support/cli.ts";
import { bytesOf, fairly, holdLock, ON_SERVER } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import { errorOf, inMemory } from "../support/library.ts";
import type { PlainDocument } from "../support/oracle.ts";
import { ROOT } from "../support/root.ts";
import { type Case, cases, heldIn, isIn, isInUsers } from "../support/syncing.ts";

const exported = async (db: string) => (await cli("export", { db })).stdout;
const RUNS = fairly(40);

/** The same by mutations that were there before. */
function oneByOne({ document, person, how: { only, replace } }: Case): PreparedMutation[] {
  const { user, roles = [], ...fields } = person;
  const isListed = ({ role, on = null }: { role: string; on?: string | null }) =>
    roles.some((said) => said.role === role && (said.on ?? null) === on);
  const left = heldIn(document, user).filter((row) => only && isIn(only, user, row) && !isListed(row));
  const isThere = document.users?.[user] !== undefined;
  return [
    ...(isThere ? [] : [mutation.create("user", user, fields)]),
    ...(isThere && Object.keys(fields).length > 0 ? [mutation.set("user", user, fields)] : []),
    ...left.map(({ role, on = null }) => mutation.revoke(user, role, { on })),
    ...roles.map(({ role, ...window }) => mutation.assign(user, role, { ...window, replace })),
  ];
}

it(`${RUNS} random databases: it is one revision of what single changes come to, and undo takes it back`, async () => {
  const seen = { changed: 0, outside: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const { document, person, how } = one;
      const [db, other] = [await seeded(document), await seeded(document)];
      const before = await exported(db);
      await using rbac = await open(db, { actor: "web" });
      await using rest = await open(other, { actor: "web" });
      const isOutside =
        !isInUsers(how.only, person.user) || person.roles?.some((row) => !isIn(how.only, person.user, row));
      if (isOutside) {
        expect(await errorOf(rbac.sync(person, how))).toMatchObject({ code: "OUTSIDE_PART", exitCode: 2 });
        seen.outside += 1;
        return;
      }
      const expected = await rest.change(oneByOne(one)).catch((error: unknown) => error);
      if (expected instanceof Error) {
        const { code, exitCode } = expected as unknown as { code: string; exitCode: number };
        expect(await errorOf(rbac.sync(person, how))).toMatchObject({ code, exitCode });
        expect(await exported(db)).toBe(before);
        return;
      }
      const foreseen = await rbac.sync(person, { ...how, dryRun: true });
      expect(await exported(db)).toBe(before);
      const made = await rbac.sync(person, { ...how, reason: "sign-in" });
      expect(await exported(db)).toBe(await exported(other));
      expect([foreseen.changes, foreseen.changed, foreseen.dryRun]).toEqual([made.changes, made.changed, true]);
      const entries = await rbac.entries({ since: "@2" });
      expect(entries.map(({ change, revision, reason }) => ({ change, revision, reason }))).toEqual(
        made.changes.map((change) => ({ change, revision: 2, reason: "sign-in" })),
      );
      const again = await rbac.sync(person, how);
      expect(again).toEqual({ changed: false, dryRun: false, revision: made.revision, changes: [] });
      if (!made.changed) return;
      seen.changed += 1;
      await rbac.undo(made.revision);
      expect(await exported(db)).toBe(before);
    }),
    { numRuns: RUNS },
  );
  if (ON_SERVER) return; // Of so few cases chance may leave out a kind.
  expect(seen.changed).toBeGreaterThan(RUNS / 4);
  expect(seen.outside).toBeGreaterThan(0);
});

const SHOP: PlainDocument = {
  rbac: 1,
  permissions: ["posts:publish"],
  roles: { editor: { grants: ["posts:*"] }, reader: {}, "team-red": {}, "team-blue": {}, cashier: {}, auditor: {} },
  users: { alice: { email: "a@example.com", roles: ["reader", "team-red", { role: "editor", scope: "acme" }] } },
};
const shop = () => inMemory(SHOP as PolicyDocument);
const userIn = async (rbac: Rbac, user: string) => (await rbac.export()).users?.[user];

describe("at a sign-in", () => {
  it("somebody new is created with fields and roles, and the next time nothing changes", async () => {
    await using rbac = await shop();
    const person = { user: "bob", email: "b@example.com", name: "Bob", roles: [{ role: "reader", on: "acme" }] };
    const { changed, dryRun, revision, changes } = await rbac.sync(person);
    expect({ changed, dryRun, revision }).toEqual({ changed: true, dryRun: false, revision: 2 });
    expect(changes.map(({ kind }) => kind)).toEqual(["user.add", "assignment.add"]);
    expect(await userIn(rbac, "bob")).toMatchObject({ email: "b@example.com", name: "Bob" });
    expect(await rbac.sync(person)).toEqual({ changed: false, dryRun: false, revision: 2, changes: [] });
    expect((await rbac.entries({})).at(-1)?.revision).toBe(2);
  });

  it("fields that are there are set, null takes one away, and what is left out stays", async () => {
    await using rbac = await shop();
    await rbac.sync({ user: "alice", name: "Alice" });
    expect(await userIn(rbac, "alice")).toMatchObject({ email: "a@example.com", name: "Alice" });
    await rbac.sync({ user: "alice", email: null });
    const { email, name, roles } = { email: undefined, ...(await userIn(rbac, "alice")) };
    expect([email, name, roles?.length]).toEqual([undefined, "Alice", 3]);
  });

  it("what lies in the part and is not listed is revoked, and nothing else", async () => {
    await using rbac = await shop();
    const blue = { user: "alice", roles: [{ role: "team-blue" }] };
    const { changes } = await rbac.sync(blue, { only: { roles: "team-*" } });
    expect(changes.map((change) => [change.kind, "role" in change && change.role])).toEqual([
      ["assignment.remove", "team-red"],
      ["assignment.add", "team-blue"],
    ]);
    await rbac.sync({ user: "alice", roles: [] });
    await rbac.sync({ user: "alice" });
    expect(await userIn(rbac, "alice")).toMatchObject({
      roles: [{ role: "editor", scope: "acme" }, "reader", "team-blue"],
    });
    await rbac.sync({ user: "alice", roles: [] }, { only: { scopes: "acme" } });
    await rbac.sync({ user: "alice", roles: [] }, { only: { roles: ["team-red", "team-blue"] } });
    expect(await userIn(rbac, "alice")).toMatchObject({ roles: ["reader"] });
    await rbac.sync({ user: "alice", roles: [] }, { only: { users: "alice" } });
    expect((await rbac.assignments({ user: "alice", all: true })).assignments).toEqual([]);
  });

  it("a window may be shortened where that is said, and lasts from now where it is a duration", async () => {
    await using rbac = await shop();
    const person = { user: "alice", roles: [{ role: "reader", until: "2990-01-01" }] };
    const error = await errorOf(rbac.sync(person));
    expect([error.code, error.exitCode, error.hint?.option]).toEqual(["WINDOW_NARROWED", 3, "replace"]);
    expect((await rbac.sync(person, { replace: true })).changes.map(({ kind }) => kind)).toEqual(["assignment.update"]);
    const { changes } = await rbac.sync({ user: "zoe", roles: [{ role: "reader", from: new Date(), until: "8h" }] });
    expect(changes.map(({ kind }) => kind)).toEqual(["user.add", "assignment.add"]);
  });

  it("somebody disabled stays so", async () => {
    await using rbac = await shop();
    await rbac.set("user", "alice", { disabled: true });
    await rbac.sync({ user: "alice", name: "Alice", roles: [{ role: "cashier" }] });
    expect((await rbac.can("alice", "posts:publish", { on: "acme" })).reason).toBe("disabled");
  });

  it("names are judged as assign judges them: alike, with a comma, deleted before", async () => {
    await using rbac = await shop();
    const roles = [{ role: "reader" }];
    for (const [user, code, option] of [
      ["Alice", "CONFUSABLE", "allowConfusable"],
      ["bob,carol", "NAME_HAS_COMMA", "allowComma"],
    ] as const) {
      const [error, other] = [await errorOf(rbac.sync({ user, roles })), await errorOf(rbac.assign(user, "reader"))];
      expect([error.code, error.exitCode, error.message]).toEqual([code, other.exitCode, other.message]);
      expect((await rbac.sync({ user, roles }, { [option]: true })).changed).toBe(true);
    }
    await rbac.delete("user", "alice");
    const { changes } = await rbac.sync({ user: "alice", roles }, { allowConfusable: true });
    expect(changes.map(({ kind }) => kind)).toEqual(["user.add", "assignment.add"]);
  });
});

describe("what is not allowed changes nothing", () => {
  const CONSTRAINED: PlainDocument = {
    ...SHOP,
    constraints: {
      apart: { kind: "ssd", roles: ["cashier", "auditor"], limit: 2 },
      last: { kind: "min_users", roles: ["team-red"], limit: 1 },
    },
  };

  it("by a constraint", async () => {
    const db = await seeded(CONSTRAINED);
    await using rbac = await open(db, { actor: "web" });
    const before = await bytesOf(db);
    for (const call of [
      rbac.sync({ user: "new", name: "New", roles: [{ role: "cashier" }, { role: "auditor" }] }),
      rbac.sync({ user: "alice", roles: [] }, { only: { roles: "team-*" } }),
    ])
      expect(await errorOf(call)).toMatchObject({ code: "CONSTRAINT_VIOLATED", exitCode: 3 });
    expect(await bytesOf(db)).toBe(before);
  });

  it("by the guard", async () => {
    const rights = ["rbac:user", "rbac:assignment", "rbac:escalate"];
    const desk = { grants: ["rbac:user", "rbac:assignment"] };
    const db = await seeded({
      ...SHOP,
      permissions: ["posts:publish", ...rights],
      roles: { ...SHOP.roles, root: { grants: ["*"] }, desk },
      users: { ...SHOP.users, root: { roles: ["root"] }, web: { roles: ["desk"] } },
      guarded: true,
    } as PlainDocument);
    await using rbac = await open(db, { actor: "web" });
    const before = await bytesOf(db);
    for (const call of [
      rbac.sync({ user: "new", roles: [{ role: "reader" }, { role: "editor" }] }),
      rbac.sync({ user: "alice", roles: [] }, { only: { roles: "editor" } }),
      rbac.as("alice").sync({ user: "new" }),
    ])
      expect(await errorOf(call)).toMatchObject({ code: "GUARDED", exitCode: 3 });
    expect(await bytesOf(db)).toBe(before);
    expect((await rbac.sync({ user: "new", roles: [{ role: "reader" }] })).changed).toBe(true);
  });

  it("at another revision than was expected, and in a database that is only read", async () => {
    const db = await seeded(SHOP);
    await using rbac = await open(db, { actor: "web" });
    const person = { user: "bob" };
    for (const dryRun of [true, false])
      expect(await errorOf(rbac.sync(person, { expectRevision: 7, dryRun }))).toMatchObject({
        code: "REVISION_MOVED",
        exitCode: 3,
      });
    expect((await rbac.sync(person, { expectRevision: 1 })).revision).toBe(2);
    await using nobody = await open(db);
    expect((await errorOf(nobody.sync(person))).code).toBe("ARGUMENT_MISSING");
    expect((await nobody.sync(person, { actor: "web" })).changed).toBe(false);
  });
});

describe("a person is read strictly", () => {
  const own = JSON.parse('{"user":"bob","__proto__":{"disabled":true}}');
  const wrong: readonly (readonly [person: unknown, code: string])[] = [
    ...[null, undefined, "bob", 7, ["bob"], () => "bob"].map((person) => [person, "VALUE_INVALID"] as const),
    [{}, "ARGUMENT_MISSING"],
    [{ name: "Bob" }, "ARGUMENT_MISSING"],
    [own, "OPTION_UNKNOWN"],
    [Object.create({ user: "bob", disabled: true }), "OPTION_UNKNOWN"],
    [{ user: "bob", disabled: false }, "OPTION_UNKNOWN"],
    ...["user", "email", "name", "roles"].map((key) => [{ user: "bob", [key]: undefined }, "VALUE_EMPTY"] as const),
    ...["user", "email", "name", "roles"].map((key) => [{ user: "bob", [key]: "" }, "VALUE_EMPTY"] as const),
    ...["user", "roles"].map((key) => [{ user: "bob", [key]: null }, "VALUE_INVALID"] as const),
    ...[7, {}, ["b"], Symbol("b")].map((email) => [{ user: "bob", email }, "VALUE_INVALID"] as const),
    [{ user: " bob" }, "NAME_INVALID"],
    [{ user: "b\u202eob" }, "NAME_INVALID"],
    [{ user: "b".repeat(256) }, "NAME_INVALID"],
    [{ user: "bob", email: "b\n@example.com" }, "TEXT_INVALID"],
    ...["reader", { role: "reader" }, { length: 1 }].map((roles) => [{ user: "bob", roles }, "VALUE_INVALID"] as const),
    ...["reader", null, undefined, ["reader"]].map((row) => [{ user: "bob", roles: [row] }, "VALUE_INVALID"] as const),
    [{ user: "bob", roles: new Array(1) }, "VALUE_INVALID"],
    [{ user: "bob", roles: [{}] }, "ARGUMENT_MISSING"],
    [{ user: "bob", roles: [{ role: "raeder" }] }, "ROLE_NOT_FOUND"],
    [{ user: "bob", roles: [{ role: "reader", on: undefined }] }, "VALUE_EMPTY"],
    [{ user: "bob", roles: [{ role: "reader", on: "acme/*" }] }, "SCOPE_INVALID"],
    [{ user: "bob", roles: [{ role: "reader", until: "soon" }] }, "TIME_INVALID"],
    [{ user: "bob", roles: [{ role: "reader", until: new Date(Number.NaN) }] }, "TIME_INVALID"],
    [{ user: "bob", roles: [{ role: "reader", until: "2001-01-01" }] }, "WINDOW_PAST"],
    [{ user: "bob", roles: [{ role: "reader", from: "2991-01-01", until: "2990-01-01" }] }, "WINDOW_EMPTY"],
    [{ user: "bob", roles: [{ role: "reader" }, { role: "reader", until: "8h" }] }, "USAGE"],
  ];

  it("and what is wrong of it is exit 2, and changes nothing", async () => {
    const db = await seeded(SHOP);
    await using rbac = await open(db, { actor: "web" });
    const before = await bytesOf(db);
    for (const [at, [person, code]] of wrong.entries()) {
      const error = await errorOf(() => rbac.sync(person as Person));
      expect([at, error.code, error.exitCode, error.message]).toEqual([at, code, 2, expect.not.stringContaining("\n")]);
    }
    expect(await bytesOf(db)).toBe(before);
  });

  it("and says how a word of others is called here", async () => {
    await using rbac = await shop();
    for (const [person, suggestion] of [
      [{ key: "bob" }, "user"],
      [{ id: "bob" }, "user"],
      [{ user: "bob", emial: "b@example.com" }, "email"],
      [{ user: "bob", roles: [{ role: "reader", scope: "acme" }] }, "on"],
      [{ user: "bob", roles: [{ role: "reader", tenant: "acme" }] }, "on"],
    ] as const)
      expect(await errorOf(rbac.sync(person as never))).toMatchObject({
        code: "OPTION_UNKNOWN",
        suggestions: [suggestion],
      });
  });

  it.each([
    [{ user: "alice" }, { roles: "team-*" }, "ARGUMENT_MISSING"],
    [{ user: "alice", roles: [] }, { permissions: "posts:*" }, "VALUE_INVALID"],
    [{ user: "alice", roles: [] }, { roles: "taem-red" }, "ROLE_NOT_FOUND"],
    [{ user: "alice", roles: [] }, { users: "b*" }, "OUTSIDE_PART"],
    [{ user: "alice", roles: [{ role: "reader" }] }, { roles: "team-*" }, "OUTSIDE_PART"],
    [{ user: "alice", roles: [{ role: "reader" }] }, { scopes: "acme" }, "OUTSIDE_PART"],
    [{ user: "alice", roles: [{ role: "reader", on: "acmeX" }] }, { scopes: "acme" }, "OUTSIDE_PART"],
  ])("%j in the part %j is %s", async (person, only, code) => {
    await using rbac = await shop();
    expect(await errorOf(rbac.sync(person, { only }))).toMatchObject({ code, exitCode: 2 });
  });
});

describe("beside others", () => {
  const PERSON = { user: "bob", name: "Bob", roles: [{ role: "reader" }, { role: "editor", on: "acme" }] };

  it("of twenty who bring the same new person at once, one creates and none fails", async () => {
    const db = await seeded(SHOP);
    // Of several handles on one file in one process, who waits keeps the others from going on.
    const handles = await Promise.all(Array.from({ length: ON_SERVER ? 20 : 1 }, () => open(db, { actor: "web" })));
    const done = await Promise.all(Array.from({ length: 20 }, (_, at) => handles[at % handles.length]?.sync(PERSON)));
    expect(done.filter((one) => one?.changed).map((one) => one?.changes.length)).toEqual([3]);
    expect(new Set(done.map((one) => one?.revision))).toEqual(new Set([2]));
    expect(await handles[0]?.entries({ since: "@2" })).toHaveLength(3);
    await Promise.all(handles.map((rbac) => rbac.close()));
  });

  it("of four processes whose people wait for the same lock, one creates and none fails", async () => {
    const db = await seeded(SHOP);
    const release = await holdLock(db);
    const program = `
      import { open } from "./dist/index.js";
      const rbac = await open(${JSON.stringify(db)}, { actor: "web" });
      const calls = Array.from({ length: 5 }, () => rbac.sync(${JSON.stringify(PERSON)}));
      console.log("asked");
      console.log(JSON.stringify((await Promise.all(calls)).map(({ changed, revision }) => [changed, revision])));
      await rbac.close();`;
    const processes = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: ROOT });
      return { lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
    });
    const next = () => Promise.all(processes.map(async ({ lines }) => (await lines.next()).value as string));
    expect(new Set(await next())).toEqual(new Set(["asked"]));
    await release();
    const done: [boolean, number][] = (await next()).flatMap((line) => JSON.parse(line));
    expect(done.map(([changed]) => changed).filter(Boolean)).toEqual([true]);
    expect(done.map(([, revision]) => revision)).toEqual(Array.from({ length: 20 }, () => 2));
  });

  it("where nothing changes it does not wait for whoever writes", async () => {
    const db = await seeded(SHOP);
    await using rbac = await open(db, { actor: "web", wait: 0 });
    const release = await holdLock(db);
    const person = { user: "alice", email: "a@example.com", roles: [{ role: "reader" }] };
    expect((await rbac.sync(person)).changed).toBe(false);
    expect(await errorOf(rbac.sync({ ...person, name: "Alice" }))).toMatchObject({ exitCode: 4, retry: true });
    await release();
    expect((await rbac.sync({ ...person, name: "Alice" })).changed).toBe(true);
  });

  it("it may be made among other mutations", async () => {
    await using rbac = await shop();
    const person = { user: "bob", roles: [{ role: "guest" }] };
    const wished = [mutation.create("role", "guest"), mutation.sync(person, { only: { users: "bob" } })];
    expect((await rbac.change(wished)).changes.map(({ kind }) => kind)).toEqual([
      "role.add",
      "user.add",
      "assignment.add",
    ]);
    expect((await errorOf(() => mutation.sync({ user: "bob" }, { only: { roles: "*" } }))).code).toBe(
      "ARGUMENT_MISSING",
    );
  });
});
