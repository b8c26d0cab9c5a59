/**
 * Paths that mean harm: what is no database is exit 4, what is no document exit 2, and what is there stays as it is.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytes, expectRefused, file, folder, forget, POLICY, program, raw, victim } from "../support/attack.ts";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

afterAll(forget);

const COMMANDS: readonly (readonly string[])[] = [
  ["user", "list"],
  ["can", "alice", "posts:read"],
  ["audit"],
  ["export"],
  ["assign", "alice", "admin"],
  ["user", "create", "bob", "--dry-run"],
  ["undo", "1"],
];

/** Makes something that is no database of ours, and says what is to be said of it. */
const PLACES: Readonly<Record<string, (at: string) => RegExp>> = {
  nothing: () => /there is no database/,
  "a missing folder/x.db": () => /there is no database/,
  "a file/x.db": (at) => {
    writeFileSync(join(at, "a file"), "");
    return /folder does not exist/;
  },
  folder: (at) => {
    mkdirSync(join(at, "folder"));
    return /is not a file/;
  },
  pipe: (at) => {
    execFileSync("mkfifo", [join(at, "pipe")]);
    return /is not a file/;
  },
  "a loop of links": (at) => {
    symlinkSync("a loop of links", join(at, "a loop of links"));
    return /no file can be at this path/;
  },
  "a link to nothing": (at) => {
    symlinkSync("nowhere", join(at, "a link to nothing"));
    return /there is no database/;
  },
  ["a long name".repeat(40)]: () => /no file can be at this path/,
  "an empty file": (at) => {
    writeFileSync(join(at, "an empty file"), "");
    return /is not a database of rbac/;
  },
  "a text": (at) => {
    writeFileSync(join(at, "a text"), "this is no database, however long it may be. ".repeat(50));
    return /damaged or no database/;
  },
  "another program's": (at) => {
    const other = raw(join(at, "another program's"));
    other.exec("create table meta (version, revision); insert into meta values (1, 1)");
    other.close();
    return /is not a database of rbac/;
  },
  "half of ours": (at) => {
    const ours = raw(join(at, "half of ours"));
    ours.exec("pragma application_id = 0x72626163; create table meta (version); insert into meta values (4)");
    ours.close();
    return /lacks what rbac keeps/;
  },
};

describe("what is no database of ours", () => {
  it.each(Object.keys(PLACES))("is exit 4 for every command, and stays as it is: %s", async (name) => {
    const at = folder();
    const said = PLACES[name]?.(at) ?? /^$/;
    const db = join(at, name);
    const read = () => (existsSync(db) && lstatSync(db).isFile() ? bytes(db) : "");
    const before = read();
    for (const argv of COMMANDS) expectRefused(await cli(argv, { db }), 4, said);
    expect(read()).toBe(before);
    expect(readdirSync(at).filter((entry) => /^\.rbac|-wal$|-shm$/.test(entry))).toEqual([]);
  });

  it("is exit 4 where it never ends", async () => {
    for (const argv of COMMANDS) expectRefused(await cli(argv, { db: "/dev/zero" }), 4, /is not a file/);
  });

  it.each(["folder", "pipe", "an empty file", "a text", "a link to nothing"])(
    "is left alone by init: %s",
    async (name) => {
      const at = folder();
      PLACES[name]?.(at);
      const result = await cli(["init"], { db: join(at, name) });
      expectRefused(result, 3, /is there already/);
      expect(readdirSync(at)).toEqual([name]);
    },
  );

  it.each(["a missing folder/x.db", "a file/x.db", "a long name".repeat(40)])(
    "is created by nobody: %s",
    async (name) => {
      const at = folder();
      PLACES[name]?.(at);
      const before = readdirSync(at);
      for (const argv of [["init"], ["seed"], ["seed", file("p.yaml", POLICY)]])
        expectRefused(await cli(argv, { db: join(at, name) }), 4);
      expect(readdirSync(at)).toEqual(before);
    },
  );

  it.each(["a missing folder/x.db", "a file/x.db"])("is no place for a backup, and is named: %s", async (name) => {
    const at = folder();
    PLACES[name]?.(at);
    const { code, stderr } = await cli(["db", "backup", join(at, name)], { db: await blog() });
    expect([code, stderr]).toEqual([4, expect.stringContaining(`rbac: ${join(at, name)}: its folder does not exist`)]);
  });

  it("never shows the password of a URL", async () => {
    const at = folder();
    for (const argv of [["init"], ["seed"], ["user", "list"], ["seed", file("p.yaml", POLICY)]]) {
      for (const [url, said] of [
        ["postgres://u:s3cret@host/d", /a password on the command line is seen by every process/],
        ["mysql://u:s3cret@host/d", /mysql: databases are not supported/],
      ] as const) {
        const result = program([...argv, "--db", url, "--json"], { cwd: at });
        expectRefused(result, 2, said);
        expect(result.stdout + result.stderr).not.toContain("s3cret");
      }
    }
    expect(readdirSync(at)).toEqual([]);
  });
});

describe("a damaged database", () => {
  let db = "";
  beforeAll(async () => {
    db = await victim();
  });

  it.each([50, 100, 4096, 5000, 20_000])("is exit 4 and not repaired: cut to %i bytes", async (size) => {
    const cut = join(folder(), "cut.db");
    writeFileSync(cut, readFileSync(db));
    truncateSync(cut, size);
    const before = bytes(cut);
    for (const argv of COMMANDS) expectRefused(await cli(argv, { db: cut }), 4);
    expect(bytes(cut)).toBe(before);
  });

  const WOUNDS: Readonly<Record<string, readonly [sql: string, said: RegExp]>> = {
    "of a newer version": ["update meta set version = 99", /use a newer rbac/],
    "of an older version": ["update meta set version = 0", /run rbac db migrate/],
    "without its revision": ["delete from meta", /damaged/],
    "without its entries": ["drop table entries", /lacks what rbac keeps/],
  };
  it.each(Object.keys(WOUNDS))("is exit 4 and not written to: %s", async (what) => {
    const [sql, said] = WOUNDS[what] ?? ["", /^$/];
    const at = await victim();
    const wounded = raw(at);
    wounded.exec(sql);
    wounded.pragma("wal_checkpoint(truncate)");
    wounded.close();
    const before = bytes(at);
    for (const argv of [["assign", "alice", "admin"], ["audit"], ["undo", "1"]])
      expectRefused(await cli(argv, { db: at }), 4, said);
    expect(bytes(at)).toBe(before);
  });

  const ENTRIES = [
    "garbage",
    "5",
    "null",
    "[]",
    "{}",
    '{"kind":5}',
    '{"kind":"__proto__.add"}',
    '{"kind":"licence.add"}',
  ];
  it.each(ENTRIES)("is exit 4 where an entry cannot be read: %s", async (change) => {
    const at = await victim();
    const forged = raw(at);
    forged
      .prepare(
        `insert into entries select seq + 1, revision, at, actor, os_user, reason, ?, 'user.add', "user", role, inherits,
       permission, prev, hash, mac from entries order by seq desc limit 1`,
      )
      .run(change);
    forged.close();
    for (const argv of [["audit"], ["undo", "1"]])
      expectRefused(await cli(argv, { db: at }), 4, /entry \d+ of the record/);
    expect((await cli(["can", "alice", "posts:read"], { db: at })).code).toBe(0);
  });
});

describe("what is no document", () => {
  it("is exit 2: a pipe, a device, a folder of none, nothing, a loop", async () => {
    const db = await victim();
    const at = folder();
    execFileSync("mkfifo", [join(at, "pipe.yaml")]);
    symlinkSync("loop.yaml", join(at, "loop.yaml"));
    mkdirSync(join(at, "empty"));
    const paths = [
      at,
      join(at, "pipe.yaml"),
      join(at, "loop.yaml"),
      join(at, "empty"),
      join(at, "none"),
      "/dev/zero",
      "/dev/null",
    ];
    for (const path of paths) {
      for (const argv of [
        ["seed", path],
        ["diff", path],
        ["test", path],
        ["can", "--batch", path],
      ])
        expectRefused(await cli(argv, { db }), 2);
    }
  });

  it("is exit 2 however large: no more of it is read than may be", async () => {
    const at = folder();
    const huge = join(at, "huge.json");
    writeFileSync(huge, "");
    truncateSync(huge, 3 * 2 ** 30);
    expectRefused(await cli(["seed", huge], { db: await victim() }), 2, /more than the \d+ bytes/);
    const yaml = join(at, "large.yaml");
    writeFileSync(yaml, `rbac: 1\n${"# much\n".repeat(1_300_000)}`);
    expectRefused(await cli(["seed", yaml], { db: await victim() }), 2, /too much for yaml/);
  });
});

describe("a place to export to", () => {
  it("is refused where it is no file, or a database", async () => {
    const db = await victim();
    const at = folder();
    execFileSync("mkfifo", [join(at, "pipe")]);
    mkdirSync(join(at, "folder"));
    const before = bytes(db);
    for (const out of [join(at, "pipe"), join(at, "folder"), "/dev/null", "/dev/stdout", db, join(at, "no/x.yaml")])
      expectRefused(await cli(["export", "--out", out], { db }), 2);
    expect(bytes(db)).toBe(before);
    expect(lstatSync(join(at, "pipe")).isFIFO() && lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(readdirSync(at).sort()).toEqual(["folder", "pipe"]);
  });

  it("is replaced whole, and is then for its owner alone", async () => {
    const db = await victim();
    const out = file("old.yaml", "old");
    chmodSync(out, 0o666);
    expect((await cli(["export", "--out", out], { db })).code).toBe(0);
    expect(lstatSync(out).mode & 0o777).toBe(0o600);
    expect((await cli(["seed", out, "--check", "--prune"], { db })).code).toBe(0);
  });
});
