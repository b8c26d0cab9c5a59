/** Many at once: one creates, all are recorded, and who must wait too long is told to try again. */
import { execFile } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import {
  contents,
  expectRefused,
  folder,
  forget,
  POLICY,
  program,
  raw,
  shell,
  started,
  victim,
} from "../../support/attack.ts";
import { ROOT } from "../../support/root.ts";

afterAll(forget);

const CROWD = 16;
const TURNS = 25;

/**
 * Runs the built program's `main` many times in one process: so many starts of Node would take minutes. Whoever waits
 * too long is told to try again, and does.
 */
const WORKER = `
  const { main } = await import(${JSON.stringify(join(ROOT, "dist/rbac.cjs"))});
  const [me, turns] = process.argv.slice(1);
  const codes = [];
  for (let turn = 0; turn < Number(turns); turn++) {
    do {
      process.exitCode = 0;
      await main(["assign", "user-" + me + "-" + turn, "reader", "--quiet"], { root: ${JSON.stringify(ROOT)} });
    } while (process.exitCode === 4);
    codes.push(process.exitCode);
  }
  process.stderr.write("codes " + codes.join(""));
  process.exitCode = 0;
`;

const worker = (db: string, me: number) =>
  promisify(execFile)(process.execPath, ["--input-type=module", "-e", WORKER, String(me), String(TURNS)], {
    env: { PATH: process.env.PATH, HOME: "/", RBAC_DB: db },
  });

describe(`${CROWD} at once`, () => {
  it("create one database: one of them does, for the others there is nothing left to do", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "policy.yaml"), POLICY);
    const seeds = Array.from({ length: CROWD }, () => started(["seed", "policy.yaml", "--json"], { cwd }));
    const results = (await Promise.all(seeds)).map(({ code, stdout }) => ({ code, ...JSON.parse(stdout) }));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    for (const result of results) expect(result).toMatchObject({ code: 0, revision: 1 });
    expect(readdirSync(cwd).filter((name) => !/^rbac\.db(-wal|-shm)?$/.test(name))).toEqual(["policy.yaml"]);
  });

  it(`make ${TURNS} changes each: all are done, all are recorded, without a gap`, async () => {
    const db = await victim();
    const said = await Promise.all(Array.from({ length: CROWD }, (_, me) => worker(db, me)));
    for (const { stderr } of said) {
      expect(stderr).toMatch(/^(rbac: .* locked by another process: try again \(SQLITE_BUSY\)\n)*codes 0+$/);
      expect(stderr).toContain(`codes ${"0".repeat(TURNS)}`);
    }
    const file = raw(db);
    const one = (sql: string) => file.prepare(sql).pluck().get();
    const first = one("select count(*) from entries where revision = 1") as number;
    expect(one("select count(*) from assignments where \"user\" like 'user-%'")).toBe(CROWD * TURNS);
    expect(one("select count(*) from entries")).toBe(first + 2 * CROWD * TURNS);
    expect(one("select max(seq) from entries")).toBe(first + 2 * CROWD * TURNS);
    expect(one("select count(distinct revision) from entries")).toBe(1 + CROWD * TURNS);
    expect(one("select revision from meta")).toBe(1 + CROWD * TURNS);
    expect(one("select count(*) from entries a join entries b on b.seq = a.seq + 1 where b.prev <> a.hash")).toBe(0);
    expect(file.pragma("integrity_check", { simple: true })).toBe("ok");
    file.close();
  });
});

describe("a database that another process holds", () => {
  it("is exit 4 for a change, to be tried again; questions are answered meanwhile", async () => {
    const db = await victim();
    const before = contents(db);
    const holder = raw(db);
    holder.exec("begin immediate");
    const [change, undo] = await Promise.all([
      started(["assign", "alice", "admin", "--db", db, "--json", "--wait", "2s"]),
      started(["undo", "1", "--db", db, "--wait", "0s"]),
    ]);
    expect(JSON.parse(change.stdout)).toMatchObject({ error: { code: "DATABASE_LOCKED", exitCode: 4, retry: true } });
    expectRefused(change, 4, /locked by another process/);
    expectRefused(undo, 4, /locked by another process/);
    expect(program(["can", "alice", "posts:read", "--db", db]).code).toBe(0);
    expect(program(["assign", "alice", "admin", "--dry-run", "--db", db]).code).toBe(0);
    holder.exec("rollback");
    holder.close();
    expect(contents(db)).toBe(before);
  });

  it("is waited for a while", async () => {
    const db = await victim();
    const holder = raw(db);
    holder.exec("begin immediate");
    const waiting = started(["assign", "alice", "admin", "--db", db]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    holder.exec("rollback");
    holder.close();
    expect(await waiting).toMatchObject({ code: 0 });
  });
});

describe("whatever the umask", () => {
  it.each(["000", "022", "077"])("files are their owner's alone: %s", (umask) => {
    const cwd = folder();
    writeFileSync(join(cwd, "policy.yaml"), POLICY);
    const script = `umask ${umask}; rbac seed policy.yaml -q && rbac init --db empty.db -q && rbac export --out out.yaml -q`;
    expect(shell(script, { cwd }).code).toBe(0);
    const db = join(cwd, "rbac.db");
    const other = raw(db);
    other.exec("begin immediate; update meta set revision = revision; commit");
    const names = ["rbac.db", "rbac.db-wal", "rbac.db-shm", "empty.db", "out.yaml"];
    expect(names.map((name) => [name, (statSync(join(dirname(db), name)).mode & 0o777).toString(8)])).toEqual(
      names.map((name) => [name, "600"]),
    );
    other.close();
  });
});
