/** `user offboard` as people and scripts see it; `test/policy/edit` has which rights it leaves. */
import { describe, expect, it } from "vitest";
import { cli, json } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";

const FAR = "2999-01-01T00:00:00.000Z";
const LATER = "2999-06-01T00:00:00.000Z";
const PAST = "2021-01-01T00:00:00.000Z";

/** Somebody with an assignment of each sort, and somebody who has some of them. */
const SHOP: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:publish"],
  roles: {
    reader: { grants: ["posts:read"] },
    editor: { grants: ["posts:publish"] },
    cashier: {},
    auditor: {},
    admin: { grants: ["*"] },
  },
  users: {
    alice: {
      email: "alice@example.com",
      roles: [
        "editor",
        { role: "admin", scope: "shop", from: FAR },
        { role: "auditor", scope: "shop/1", until: FAR },
        { role: "cashier", until: FAR },
        { role: "reader", until: PAST },
      ],
    },
    bob: {
      roles: [
        { role: "auditor", scope: "shop/1" },
        { role: "cashier", from: FAR, until: LATER },
      ],
    },
    idle: {},
  },
  everyone: ["reader"],
};

const exported = async (db: string) => (await cli("export", { db })).stdout;
const usersIn = async (db: string) => JSON.parse((await cli("export --format json", { db })).stdout).users;

const LINES = `- assignment alice admin on shop from ${FAR}: handed over to bob
- assignment alice auditor on shop/1 until ${FAR}: revoked, as bob has it already
- assignment alice cashier until ${FAR}: handed over to bob, who has it until ${LATER} now
- assignment alice editor: handed over to bob
- assignment alice reader until ${PAST}: ended, revoked
`;

describe("handed over", () => {
  it("says what each was and what becomes of it, when tried and when made, in one revision that undo takes back", async () => {
    const db = await seeded(SHOP);
    const before = await exported(db);
    const tried = await cli("user offboard alice --hand-over bob --dry-run", { db });
    expect([tried.code, tried.stdout]).toEqual([0, LINES]);
    expect(tried.stderr).toBe(
      '"alice" stays a user, and holds what everyone holds: "reader"\n' +
        "dry run at revision 1: would add 2 assignments; would change 1 assignment; would remove 5 assignments\n",
    );
    expect(await exported(db)).toBe(before);
    const made = await cli("user offboard alice --hand-over bob --reason moved", { db });
    expect([made.code, made.stdout]).toEqual([0, LINES]);
    expect(made.stderr).toContain("revision 2; to undo: rbac undo 2\n");
    expect(await usersIn(db)).toEqual({
      alice: { email: "alice@example.com" },
      bob: {
        roles: [
          { role: "admin", scope: "shop", from: FAR },
          { role: "auditor", scope: "shop/1" },
          { role: "cashier", until: LATER },
          "editor",
        ],
      },
      idle: {},
    });
    expect((await cli("undo 2", { db })).code).toBe(0);
    expect(await exported(db)).toBe(before);
  });

  it("is in JSON and CSV the changes of every write", async () => {
    const db = await seeded(SHOP);
    const line = "user offboard alice --hand-over bob --disable";
    const { changed, dryRun, revision, changes } = await json<{ [field: string]: unknown; changes: object[] }>(line, {
      db,
    });
    expect([changed, dryRun, revision, changes.length]).toEqual([true, false, 2, 9]);
    expect(changes.slice(4, 6)).toEqual([
      {
        kind: "assignment.update",
        ...{ user: "bob", role: "cashier", scope: null },
        before: { from: FAR, until: LATER },
        after: { from: null, until: LATER },
      },
      {
        kind: "assignment.remove",
        ...{ user: "alice", role: "editor", scope: null },
        before: { from: null, until: null },
        after: null,
      },
    ]);
    expect(changes.at(-1)).toMatchObject({ kind: "user.update", user: "alice", after: { disabled: true } });
    const csv = await cli("user offboard bob --hand-over idle --dry-run --format csv", { db });
    expect(csv.stdout).toMatch(/^change,user,role,inherits,permission,effect,scope\r?\nassignment\.remove,bob,/);
  });

  it("puts what is open in the place of what the successor had until it ended", async () => {
    const db = await seeded({
      ...SHOP,
      users: { alice: { roles: ["cashier"] }, bob: { roles: [{ role: "cashier", until: PAST }] } },
    });
    expect((await cli("user offboard alice --hand-over bob", { db })).stdout).toBe(
      "- assignment alice cashier: handed over to bob, who has it without an end now\n",
    );
    expect(await usersIn(db)).toEqual({ alice: {}, bob: { roles: ["cashier"] } });
  });

  it("lists thousands of assignments, each", async () => {
    const roles = Array.from({ length: 5000 }, (_, at) => ({ role: "editor", scope: `shop/${at}` }));
    const db = await seeded({ ...SHOP, users: { alice: { roles }, bob: { roles: roles.slice(0, 10) } } });
    const { code, stdout } = await cli("user offboard alice --hand-over bob", { db });
    expect([code, stdout.split("\n").length - 1]).toEqual([0, 5000]);
    expect(stdout.match(/handed over to bob\n/g)).toHaveLength(4990);
    expect((await usersIn(db)).bob.roles).toHaveLength(5000);
  });
});

describe("revoked", () => {
  it("leaves an enabled user, a disabled one, or none", async () => {
    const db = await seeded(SHOP);
    const all = LINES.replace(/: .*/g, (fate) => (fate.includes("ended") ? fate : ": revoked"));
    expect((await cli("user offboard alice --dry-run", { db })).stdout).toBe(all);
    expect((await cli("user offboard alice --dry-run --disable", { db })).stdout).toBe(
      `${all}~ user alice (disabled false → true)\n`,
    );
    expect((await cli("user offboard alice --dry-run --delete", { db })).stdout).toBe(`${all}- user alice\n`);
    expect((await cli("user offboard alice --disable", { db })).code).toBe(0);
    expect((await usersIn(db)).alice).toEqual({ email: "alice@example.com", disabled: true });
    expect((await cli("user offboard alice --delete --yes", { db })).code).toBe(0);
    expect(Object.keys(await usersIn(db))).toEqual(["bob", "idle"]);
    expect((await cli("can alice posts:read", { db })).code).toBe(2);
  });

  it("is no change for whoever has nothing", async () => {
    const db = await seeded(SHOP);
    expect(await json("user offboard idle --hand-over bob", { db })).toMatchObject({ changed: false, revision: 1 });
    expect((await cli("user offboard idle", { db })).stderr).toBe(
      'unchanged, revision 1: "idle" is assigned nothing\n',
    );
    await cli("user disable idle", { db });
    expect((await cli("user offboard idle --disable", { db })).stderr).toBe(
      'unchanged, revision 2: "idle" is assigned nothing, and is disabled\n',
    );
  });

  it("asks before it deletes, though nothing is assigned; without a terminal that is exit 3", async () => {
    const db = await seeded(SHOP);
    const { code, stderr } = await cli("user offboard alice --hand-over bob --delete", { db });
    expect(code).toBe(3);
    expect(stderr).toContain(LINES);
    expect(stderr).toContain(
      'rbac: Offboard and delete user "alice" (adds 2 assignments; changes 1 assignment; removes 1 user, 5 assignments)? ' +
        "Say --yes to confirm\n",
    );
    expect((await cli("user offboard idle --delete", { db })).code).toBe(3);
    expect((await json("db status", { db })).revision).toBe(1);
  });
});

describe("what stands in the way", () => {
  const refusal = async (document: PlainDocument, line: string) => {
    const db = await seeded(document);
    const before = await exported(db);
    const { code, stdout, stderr } = await cli(`${line} --json`, { db });
    const dry = await cli(`${line} --dry-run`, { db });
    const steady = (text: string) => text.replace(/from [^ ]+ on,/g, "from NOW on,");
    expect([code, dry.code, steady(dry.stderr)]).toEqual([3, 3, steady(stderr)]);
    expect(await exported(db)).toBe(before);
    const { error } = JSON.parse(stdout);
    expect([error.code, error.exitCode]).toEqual(["REFUSED", 3]);
    return { ...error, lines: stderr.split("\n").slice(0, -1) };
  };
  const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);

  it("is all told at once: windows apart, and every constraint", async () => {
    const error = await refusal(
      {
        ...SHOP,
        users: {
          alice: { roles: ["editor", "admin", { role: "cashier", until: FAR }] },
          bob: { roles: ["auditor", { role: "cashier", from: LATER }] },
        },
        constraints: {
          apart: { kind: "ssd", roles: ["auditor", "editor"], limit: 2 },
          separate: { kind: "ssd", roles: ["auditor", "admin"], limit: 2 },
        },
      },
      "user offboard alice --hand-over bob",
    );
    expect(codes(error)).toEqual(["WINDOWS_APART", "CONSTRAINT_VIOLATED", "CONSTRAINT_VIOLATED"]);
    expect(error.violations.map(({ constraint }: { constraint: string }) => constraint)).toEqual(["apart", "separate"]);
    expect(error.message).toBe(`${error.refusals[0].message} (and 2 more)`);
    expect(error.lines).toEqual(error.refusals.map(({ message }: { message: string }) => `rbac: ${message}`));
    expect(error.lines[0]).toBe(
      'rbac: "alice" and "bob" hold "cashier" at times that are apart, and one assignment has one window',
    );
  });

  it("is the minimum of a role that nobody else holds, unless it is handed over; a maximum stays", async () => {
    const users = { alice: { roles: ["admin", "editor"] }, bob: {} } as const;
    const last = { last: { kind: "min_users", roles: ["admin"], limit: 1 } };
    expect(codes(await refusal({ ...SHOP, users, constraints: last }, "user offboard alice"))).toEqual([
      "CONSTRAINT_VIOLATED",
    ]);
    const one = { ...last, one: { kind: "max_users", roles: ["admin"], limit: 1 } };
    const db = await seeded({ ...SHOP, users, constraints: one });
    expect((await cli("user offboard alice --hand-over bob", { db })).code).toBe(0);
  });

  it("is a successor who is disabled, or unknown, or the one who leaves", async () => {
    const users = { ...SHOP.users, gone: { disabled: true } };
    expect(codes(await refusal({ ...SHOP, users }, "user offboard alice --hand-over gone"))).toEqual(["USER_DISABLED"]);
    const db = await seeded(SHOP);
    for (const [line, said] of [
      ["user offboard alice --hand-over bbo", 'there is no user "bbo"; did you mean "bob"?'],
      ["user offboard alcie --hand-over bob", 'there is no user "alcie"; did you mean "alice"?'],
      ["user offboard alice --hand-over alice", '"alice" cannot be the one to whom it is handed over'],
    ] as const)
      expect(await cli(line, { db })).toEqual({ code: 2, stdout: "", stderr: `rbac: ${said}\n` });
    expect((await cli("user offboard alice --disable --delete", { db })).code).toBe(2);
    expect((await cli(["user", "offboard", "alice", "--hand-over", ""], { db })).code).toBe(2);
  });

  const GUARDED: PlainDocument = {
    ...SHOP,
    permissions: ["posts:read", "posts:publish", "rbac:assignment", "rbac:user", "rbac:escalate"],
    roles: { ...SHOP.roles, helpdesk: { grants: ["rbac:assignment", "rbac:user", "posts:read"] } },
    users: {
      root: { roles: ["admin"] },
      helga: { roles: ["helpdesk"] },
      alice: { roles: ["reader", "editor", { role: "admin", scope: "shop" }] },
      bob: {},
    },
    guarded: true,
  };

  it("is, row by row, what the guard forbids: to give it, and to take it", async () => {
    const { lines } = await refusal(GUARDED, "user offboard alice --hand-over bob --actor helga");
    const lacks = (right: string) => `the policy is guarded, and "helga" does not hold ${right}, or rbac:escalate`;
    expect(lines).toEqual([
      `rbac: assignment alice admin shop: ${lacks("* on shop")}`,
      `rbac: assignment bob admin shop: ${lacks("* on shop")}`,
      `rbac: assignment alice editor: ${lacks("posts:publish")}`,
      `rbac: assignment bob editor: ${lacks("posts:publish")}`,
    ]);
    const powerless = await refusal(GUARDED, "user offboard alice --hand-over bob --actor stranger");
    expect(powerless.lines).toEqual(['rbac: the policy is guarded, and "stranger" is none of its users']);
  });

  it("is nothing for whoever may, and for whoever owns the database with --break-glass", async () => {
    for (const how of ["--actor root", "--actor helga --break-glass"]) {
      const db = await seeded(GUARDED);
      expect((await cli(`user offboard alice --hand-over bob --delete --yes ${how}`, { db })).code).toBe(0);
      expect(Object.keys(await usersIn(db))).toEqual(["bob", "helga", "root"]);
    }
  });

  it("is the last who could repair a guarded policy", async () => {
    const line = "user offboard root --actor root";
    expect(codes(await refusal(GUARDED, line))).toEqual(["LAST_ESCALATOR"]);
    expect((await cli(`${line} --hand-over bob`, { db: await seeded(GUARDED) })).code).toBe(0);
  });
});
