/**
 * The record cannot be rewritten, and nothing happens that it does not hold: where it cannot be written, nothing is
 * changed.
 */
import { chmodSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bytes, contents, expectRefused, file, forget, program, raw, shell, victim } from "../../support/attack.ts";
import { cli, json } from "../../support/cli.ts";

afterAll(forget);

describe("entries, by any program that opens the file", () => {
  const copy = (seq: string) =>
    `select ${seq}, revision, at, actor, os_user, reason, change, kind, "user", role, inherits, permission, prev, hash from entries`;
  const REWRITES: readonly string[] = [
    "update entries set actor = 'nobody'",
    "update entries set seq = 100 where seq = 1",
    "update or replace entries set seq = 1 where seq = 2",
    "update or ignore entries set actor = 'nobody'",
    "delete from entries",
    "delete from entries where seq = (select max(seq) from entries)",
    `insert or replace into entries ${copy("seq")} where seq = 1`,
    `replace into entries ${copy("seq")} order by seq desc limit 1`,
    `insert into entries ${copy("seq")} where seq = 1 on conflict (seq) do update set actor = 'nobody'`,
    `insert or ignore into entries ${copy("seq")} where seq = 1`,
    `insert into entries ${copy("seq + 5")} where seq = 1`,
    `insert into entries ${copy("0")} limit 1`,
    `insert into entries ${copy("-1")} limit 1`,
    `insert or replace into entries ${copy("null")} limit 1`,
    `insert into entries ${copy("'x'")} limit 1`,
    `insert into entries ${copy("max(seq) + 1.5")}`,
  ];
  let db = "";
  beforeAll(async () => {
    db = await victim();
  });

  it.each(REWRITES)("refuse: %s", (sql) => {
    const before = contents(db);
    const file = raw(db);
    for (const pragma of ["recursive_triggers = off", "recursive_triggers = on"]) {
      file.pragma(pragma);
      expect(() => file.exec(sql)).toThrow();
    }
    file.close();
    expect(contents(db)).toBe(before);
  });
});

/** Every way to change something. */
const WRITES: readonly (readonly string[])[] = [
  ["assign", "alice", "admin"],
  ["assign", "bob", "reader", "--on", "acme"],
  ["assign", "--everyone", "reader"],
  ["revoke", "alice", "reader"],
  ["grant", "reader", "posts:delete"],
  ["ungrant", "reader", "posts:read"],
  ["user", "create", "bob"],
  ["user", "set", "alice", "--email", "a@example.com"],
  ["user", "rename", "alice", "alison"],
  ["user", "disable", "alice"],
  ["user", "delete", "alice", "--yes"],
  ["role", "create", "editor"],
  ["role", "rename", "reader", "lector"],
  ["role", "disinherit", "admin", "reader"],
  ["role", "delete", "reader", "--yes"],
  ["permission", "create", "posts:write"],
  ["permission", "rename", "posts:read", "posts:see"],
  ["permission", "delete", "posts:read", "--yes"],
  ["seed", file("more.yaml", "rbac: 1\nroles: {editor: {}}\n")],
  ["seed", file("less.yaml", "rbac: 1\nusers: {}\n"), "--prune", "--yes"],
  ["undo", "1"],
];

const said = (argv: readonly string[]) => argv.map((word) => word.replace(/.*\//, "")).join(" ");
const writes = WRITES.map((argv) => [said(argv), argv] as const);

describe("a record that cannot be written", () => {
  const AILMENTS: Readonly<Record<string, string>> = {
    "refuses every entry": "create trigger ill before insert on entries begin select raise(abort, 'ill'); end",
    "fails at every entry": "create trigger ill after insert on entries begin select raise(fail, 'ill'); end",
    "rolls back at every entry": "create trigger ill before insert on entries begin select raise(rollback, 'ill'); end",
    "swallows every entry": "create trigger ill before insert on entries begin select raise(ignore); end",
    "loses every entry":
      "drop trigger entries_no_delete; create trigger ill after insert on entries begin delete from entries where seq = new.seq; end",
    "is gone": "alter table entries rename to elsewhere",
  };
  for (const [ailment, sql] of Object.entries(AILMENTS)) {
    it(`${ailment}: no command changes anything`, async () => {
      const db = await victim();
      const ill = raw(db);
      ill.exec(sql);
      const state = () =>
        ["meta", "users", "roles", "permissions", "grants", "assignments", "inheritance", "everyone"].map((table) =>
          ill.prepare(`select * from ${table}`).raw().all(),
        );
      const before = state();
      for (const [, argv] of writes) {
        expectRefused(await cli(argv, { db }), 4);
        expect(state()).toEqual(before);
      }
      ill.close();
    });
  }

  it("because no file may grow: exit 4, and what stood stands", async () => {
    const db = await victim();
    const before = contents(db);
    const many = { rbac: 1, users: Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`user ${at}`, {}])) };
    const script = `trap '' XFSZ; ulimit -f 200; rbac seed "${file("many.json", JSON.stringify(many))}" --quiet`;
    expectRefused(shell(script, { env: { RBAC_DB: db } }), 4);
    expect(contents(db)).toBe(before);
    expect(
      shell(`trap '' XFSZ; ulimit -f 20; rbac export --out cut.yaml; ls`, { cwd: dirname(db), env: { RBAC_DB: db } })
        .stdout,
    ).not.toContain("tmp");
    expect(raw(db).pragma("integrity_check", { simple: true })).toBe("ok");
  });

  it("because no file may grow: nothing appears where nothing was", async () => {
    const at = dirname(await victim());
    const result = shell("trap '' XFSZ; ulimit -f 16; rbac seed policy.yaml --db new.db", { cwd: at });
    expectRefused(result, 4);
    expect(readdirSync(at).filter((name) => /new|tmp/.test(name))).toEqual([]);
  });
});

describe("a database that may only be read", () => {
  const asking = (db: string) => (argv: readonly string[]) =>
    program([...argv, "--db", db], { powerless: true, cwd: "/" });
  /** Changes who may enter a folder, until the test is over: then it must be removed. */
  const close = (folder: string, mode: number) => {
    onTestFinished(() => chmodSync(folder, 0o700));
    chmodSync(folder, mode);
  };
  const PLACES = { "a file": [0o444, 0o777], "a folder": [0o444, 0o555] } as const;
  it.each(Object.keys(PLACES) as (keyof typeof PLACES)[])("answers, and refuses to be changed: %s", async (what) => {
    const db = await victim();
    const [mode, around] = PLACES[what];
    const before = bytes(db);
    chmodSync(db, mode);
    close(dirname(db), around);
    const ask = asking(db);
    expect(ask(["can", "alice", "posts:read"]).code).toBe(0);
    expect(ask(["can", "alice", "posts:delete"]).code).toBe(1);
    expect(ask(["audit"]).code).toBe(0);
    expect(ask(["export", "--json"])).toMatchObject({ code: 0, stderr: "" });
    expect(ask(["assign", "alice", "admin", "--dry-run"]).code).toBe(0);
    for (const argv of [
      ["assign", "alice", "admin"],
      ["user", "delete", "alice", "--yes"],
    ])
      expectRefused(ask(argv), 4);
    expect(bytes(db)).toBe(before);
  });

  it("or not even that is exit 4", async () => {
    const db = await victim();
    const ask = asking(db);
    chmodSync(db, 0o000);
    for (const argv of [["can", "alice", "posts:read"], ["assign", "alice", "admin"], ["seed"]])
      expectRefused(ask(argv), 4);
    close(dirname(db), 0o000);
    for (const argv of [["can", "alice", "posts:read"], ["assign", "alice", "admin"], ["seed"], ["init"]])
      expectRefused(ask(argv), 4);
    expectRefused(ask(["seed", join(dirname(db), "policy.yaml")]), 2);
  });
});

describe("every change that is made", () => {
  it.each(writes)("is an entry, and an entry is a change: rbac %s", async (_, argv) => {
    const db = await victim();
    const before = await json<{ entries: unknown[] }>("audit", { db });
    const { stdout } = await cli([...argv, "--json"], { db });
    const { changed, changes, revision } = JSON.parse(stdout);
    expect({ changed, revision }).toEqual({ changed: true, revision: 2 });
    const after = await json<{ entries: { change: unknown; revision: number }[] }>("audit", { db });
    expect(after.entries.slice(before.entries.length).map((entry) => entry.change)).toEqual(changes);
  });
});
