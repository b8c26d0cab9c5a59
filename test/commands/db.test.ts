/** The database itself: how it is, copies of it, and another in its place. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answer, blog, keyedBlog } from "../support/blog.ts";
import { cli, freshDb, SERVER } from "../support/cli.ts";
import { beside, besides, bytesOf, meddle, nameOf, ON_SERVER } from "../support/databases.ts";

const exported = async (db: string) => (await cli("export --format json", { db })).stdout;
const headOf = async (db: string) => (await cli("audit head", { db })).stdout;
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("db status", () => {
  it("counts, and lists what is a danger", async () => {
    const db = await blog();
    const { json } = await answer("db status", db);
    expect(json).toMatchObject({
      revision: 1,
      counts: { users: 6, roles: 6, permissions: 4, entries: 28 },
      warnings: expect.any(Array),
    });
  });
});

describe("db backup and restore", () => {
  it("copies a database that is in use, and puts it back with its record", async () => {
    const db = await blog();
    const [policy, head] = [await exported(db), await headOf(db)];
    const copy = beside(freshDb(), "backup");
    expect((await cli(`db backup "${copy}"`, { db })).code).toBe(0);
    expect(modeOf(copy)).toBe("600");
    expect((await cli(`db backup "${copy}"`, { db })).code).toBe(3);
    await cli("user delete alice --yes", { db });
    expect((await cli(`db restore "${copy}"`, { db })).code).toBe(3);
    expect(await cli(`db restore "${copy}" --yes`, { db })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("revision 1"),
    });
    expect([await exported(db), await headOf(db)]).toEqual([policy, head]);
    expect((await cli("audit verify", { db })).code).toBe(0);
    expect((await besides(db)).filter((name) => name.includes("before"))).not.toEqual([]);
    if (!ON_SERVER) expect(modeOf(db)).toBe("600");
  });

  it("restores an exported record entry for entry, and a snapshot as a new beginning", async () => {
    const db = await blog();
    await cli("assign nobody admin --reason 'for a day' --for 24h", { db });
    await cli(`audit export --out "${beside(db, "ndjson")}"`, { db });
    await cli(`export --out "${beside(db, "yaml")}"`, { db });
    const [again, anew] = [freshDb(), freshDb()];
    expect((await cli(`db restore "${beside(db, "ndjson")}"`, { db: again })).code).toBe(0);
    expect([await exported(again), await headOf(again)]).toEqual([await exported(db), await headOf(db)]);
    expect((await cli(`db restore "${beside(db, "yaml")}"`, { db: anew })).code).toBe(0);
    expect(await exported(anew)).toBe(await exported(db));
    for (const path of [again, anew]) expect((await cli("audit verify", { db: path })).code).toBe(0);
    expect((await answer("audit --last 1", anew)).json.entries).toMatchObject([{ revision: 1 }]);
  });

  it("checks first: what does not verify is not restored, and nothing is moved", async () => {
    const db = await blog();
    await cli(`audit export --out "${beside(db, "ndjson")}"`, { db });
    const before = await bytesOf(db);
    const text = readFileSync(beside(db, "ndjson"), "utf8");
    const wrong = {
      edited: text.replace("posts:publish", "posts:publisx"),
      cut: text.slice(0, -40),
      mixed: `${text}{"seq":1}\n`,
      words: `{"seq": nothing`,
    };
    for (const [name, content] of Object.entries(wrong)) {
      writeFileSync(beside(db, name), content);
      const { code, stderr } = await cli(`db restore "${beside(db, name)}" --yes`, { db });
      expect([name, code, stderr.trim().split("\n").length]).toEqual([name, 2, 1]);
    }
    expect((await cli("db restore /nowhere --yes", { db })).code).toBe(2);
    expect(await bytesOf(db)).toBe(before);
    expect((await besides(db)).filter((name) => /tmp|before/.test(name))).toEqual([]);
  });
});

describe("what writes a file", () => {
  it("db backup says where in every format, and nothing when quiet", async () => {
    const db = await blog();
    const said = { "": "", "--json": `{"path":"FILE"}\n`, "--format yaml": "path: FILE\n", "--quiet": "" };
    for (const [at, [how, stdout]] of Object.entries(said).entries()) {
      const file = beside(db, `${at}`);
      const got = await cli(`db backup "${file}" ${how}`, { db });
      const stderr = how === "--quiet" ? "" : `wrote ${file}\n`;
      expect(got).toEqual({ code: 0, stdout: stdout.replace("FILE", file), stderr });
    }
  });

  it("audit export writes the entries that audit lists, one a line, however it is asked", async () => {
    const db = await blog();
    const { entries } = (await answer("audit", db)).json as { entries: object[] };
    for (const how of ["", "--json", "--quiet", `--out "${beside(db, "ndjson")}"`]) {
      const { code, stdout, stderr } = await cli(`audit export ${how}`, { db });
      const text = how.startsWith("--out") ? readFileSync(beside(db, "ndjson"), "utf8") : stdout;
      expect([
        how,
        code,
        text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ]).toEqual([how, 0, entries]);
      expect(stderr).toBe(how.startsWith("--out") ? `wrote ${beside(db, "ndjson")}\n` : "");
    }
    expect(modeOf(beside(db, "ndjson"))).toBe("600");
    expect((await cli(`audit verify "${beside(db, "ndjson")}" --json`)).stdout).toBe(
      (await cli("audit verify --json", { db })).stdout,
    );
  });
});

describe("db restore --dry-run", () => {
  it("says what would be restored, unconfirmed, and touches no file", async () => {
    const db = await blog();
    await cli(`db backup "${beside(db, "backup")}"`, { db });
    await cli(`audit export --out "${beside(db, "ndjson")}"`, { db });
    await cli(`export --out "${beside(db, "yaml")}"`, { db });
    await cli("user delete alice --yes", { db });
    // What stands is asked, too: reading leaves its two files beside a database.
    await cli("can alice posts:read", { db });
    const [before, files] = [await bytesOf(db), await besides(db)];
    for (const origin of ["backup", "ndjson", "yaml"]) {
      expect(await cli(`db restore "${beside(db, origin)}" --dry-run`, { db })).toEqual({
        code: 0,
        stdout: `would restore ${nameOf(db)} at revision 1\n`,
        stderr: "",
      });
    }
    expect([await bytesOf(db), await besides(db)]).toEqual([before, files]);
    const missing = freshDb();
    expect((await cli(`db restore "${beside(db, "yaml")}" --dry-run`, { db: missing })).code).toBe(0);
    expect(await besides(missing)).toEqual([]);
  });

  it("refuses what the restore would refuse", async () => {
    const db = await blog();
    await cli(`audit export --out "${beside(db, "ndjson")}"`, { db });
    writeFileSync(beside(db, "ndjson"), readFileSync(beside(db, "ndjson"), "utf8").replace("Publishes", "Publishez"));
    const [before, files] = [await bytesOf(db), await besides(db)];
    for (const how of ["--dry-run", "--yes"]) {
      const { code, stderr } = await cli(`db restore "${beside(db, "ndjson")}" ${how}`, { db });
      expect([how, code, stderr]).toEqual([how, 2, expect.stringContaining("does not verify")]);
    }
    expect([await bytesOf(db), await besides(db)]).toEqual([before, files]);
  });
});

describe("audit verify", () => {
  it("names every fault in text, JSON and CSV, quietly too, with exit 1", async () => {
    const db = await blog();
    await meddle(db, "update roles set description = 'Does nothing' where role = 'editor'");
    await meddle(db, "insert into everyone (role, revision) values ('admin', 1)");
    const { code, json } = await answer("audit verify", db);
    const faults = [
      { code: "row", seq: null, table: "roles", message: "role editor is not as the entries left it" },
      {
        code: "row",
        seq: null,
        table: "everyone",
        message: "everyone admin is in the table, and no entry put it there",
      },
    ];
    expect([code, json.valid, json.faults]).toEqual([1, false, faults]);
    const lines = faults.map(({ code: what, message }) => `${what}: ${message}\n`).join("");
    const text = await cli("audit verify", { db });
    expect([text.code, text.stdout]).toEqual([1, `${lines}not valid: 28 entries, 2 faults, head ${json.head}\n`]);
    expect(await cli("audit verify --quiet", { db })).toEqual({ ...text, stderr: "" });
    const csv = await cli("audit verify --format csv", { db });
    expect([csv.code, csv.stdout]).toEqual([
      1,
      expect.stringMatching(/^code,seq,table,message\r?\nrow,,roles,role editor/),
    ]);
  });
});

/** A statement that changes entries of a file, whose trigger is put back. */
const unguarded = (statement: string): string => `drop trigger entries_no_update; ${statement};
  create trigger entries_no_update before update on entries begin select raise(abort, 'entries are never changed'); end`;

describe("a code that no key gave, on the last entry of a record without a key", () => {
  it.each([
    ["00", 4],
    ["7f".repeat(32), 2],
  ])("%s is a fault, and nothing can be written on it", async (code, exit) => {
    const db = await blog();
    const forged = `update entries set mac = '${code}' where seq = (select max(seq) from entries)`;
    await meddle(db, SERVER ? forged : unguarded(forged));
    const { json, ...verified } = await answer("audit verify", db);
    expect(verified.code).toBe(1);
    expect(json.faults).toEqual([expect.objectContaining({ code: "mac", seq: 28 })]);
    const before = await bytesOf(db);
    expect(await cli("user create zoe", { db })).toMatchObject({ code: exit });
    expect(await bytesOf(db)).toBe(before);
    await cli(`audit export --out "${beside(db, "forged")}"`, { db });
    expect(await cli(`audit verify "${beside(db, "forged")}"`)).toMatchObject({ code: 1 });
    expect(await cli(`db restore "${beside(db, "forged")}"`, { db: freshDb() })).toMatchObject({ code: 2 });
  });
});

it.each(["", "\n", " \n\r\n"])("a record of nothing is none: %j", async (text) => {
  const db = await blog();
  writeFileSync(beside(db, "nothing"), text);
  const nothing = beside(db, "nothing");
  const { code, stdout, stderr } = await cli(`audit verify "${nothing}"`);
  expect([code, stdout, stderr]).toEqual([2, "", "rbac: there is no record: not one entry\n"]);
  expect(await cli(`db restore "${nothing}" --yes`, { db })).toMatchObject({ code: 2 });
});

describe("db migrate", () => {
  it("has nothing to do at this format, and leaves a newer one untouched", async () => {
    const db = await blog();
    expect(await cli("db migrate", { db })).toMatchObject({ code: 0, stdout: "format 4, nothing to do\n" });
    await meddle(db, "update meta set version = 99");
    const before = await bytesOf(db);
    for (const line of ["db migrate", "can alice posts:read", "assign alice admin", "db status"]) {
      expect(await cli(line, { db })).toMatchObject({ code: 4, stderr: expect.stringContaining("use a newer rbac") });
    }
    expect(await bytesOf(db)).toBe(before);
  });
});

describe("a record kept with a key", () => {
  it("is begun with it: a key that comes late would fault every entry before it", async () => {
    const db = await blog();
    writeFileSync(beside(db, "key"), "a key of more than sixteen bytes\n");
    expect(await cli(`user disable alice --audit-key-file "${beside(db, "key")}"`, { db })).toMatchObject({ code: 2 });
    expect((await cli("user disable alice", { db })).code).toBe(0);
  });

  it("is not replaced without it", async () => {
    const db = await keyedBlog("a key of more than sixteen bytes\n");
    await cli(`export --out "${beside(db, "yaml")}"`, { db });
    expect((await cli(`db restore "${beside(db, "yaml")}" --yes`, { db })).code).toBe(2);
    expect(
      (await cli(`db restore "${beside(db, "yaml")}" --yes --audit-key-file "${beside(db, "key")}"`, { db })).code,
    ).toBe(0);
  });

  it("takes any bytes for a key, but for the line end that an editor adds", async () => {
    const key = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, ...Buffer.from("0123456789abcdef")]);
    const db = await keyedBlog(key);
    writeFileSync(beside(db, "same"), Buffer.concat([key, Buffer.from("\r\n")]));
    expect((await cli(`user disable alice --audit-key-file "${beside(db, "key")}"`, { db })).code).toBe(0);
    expect((await cli(`user enable alice --audit-key-file "${beside(db, "same")}"`, { db })).code).toBe(0);
    writeFileSync(beside(db, "other"), key.subarray(3));
    expect((await cli(`user disable alice --audit-key-file "${beside(db, "other")}"`, { db })).code).toBe(2);
  });

  it("may begin with a snapshot that is restored", async () => {
    const db = await blog();
    await cli(`export --out "${beside(db, "yaml")}"`, { db });
    const [other, key] = [freshDb(), beside(db, "key")];
    writeFileSync(key, "a key of more than sixteen bytes\n");
    expect((await cli(`db restore "${beside(db, "yaml")}" --audit-key-file "${key}"`, { db: other })).code).toBe(0);
    expect((await cli(`audit verify --audit-key-file "${key}"`, { db: other })).code).toBe(0);
    expect((await cli("user disable alice", { db: other })).code).toBe(2);
  });

  it("is not continued, and not believed, without it", async () => {
    const db = await keyedBlog("a key of more than sixteen bytes\n");
    const keys = { right: beside(db, "key"), wrong: beside(db, "other") };
    writeFileSync(keys.wrong, "another key of sixteen bytes and more\n");
    writeFileSync(beside(db, "short"), "short");
    expect((await cli(`user disable alice --audit-key-file "${keys.right}"`, { db })).code).toBe(0);
    expect((await cli("user enable alice", { db })).code).toBe(2);
    expect((await cli(`user enable alice --audit-key-file "${keys.wrong}"`, { db })).code).toBe(2);
    expect((await cli(`user enable alice --audit-key-file "${beside(db, "short")}"`, { db })).code).toBe(2);
    expect((await cli("user enable alice", { db, env: { RBAC_AUDIT_KEY_FILE: keys.right } })).code).toBe(0);
    expect((await cli(`audit verify --audit-key-file "${keys.wrong}"`, { db })).code).toBe(1);
  });

  it("is verified without it but for the codes, and says so", async () => {
    const db = await keyedBlog("a key of more than sixteen bytes\n");
    const { entries } = (await answer("audit verify", db)).json;
    await cli(`audit export --out "${beside(db, "ndjson")}"`, { db });
    for (const line of ["audit verify", `audit verify "${beside(db, "ndjson")}"`]) {
      const without = await cli(`${line} --json`, { db });
      expect([without.code, JSON.parse(without.stdout)]).toMatchObject([0, { valid: true, uncheckedCodes: entries }]);
      expect(without.stderr).toBe(
        `the codes of ${entries} entries went unchecked: say --audit-key-file or RBAC_AUDIT_KEY_FILE\n`,
      );
      const withKey = await cli(`${line} --json --audit-key-file "${beside(db, "key")}"`, { db });
      expect([withKey.stderr, JSON.parse(withKey.stdout)]).toMatchObject(["", { valid: true, uncheckedCodes: 0 }]);
    }
  });
});
