/** A context in which writes are confirmed: what is asked, what is not, and what every write says. */
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contents, forget, victim } from "../support/attack.ts";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { bytesOf } from "../support/databases.ts";
import { describeWith } from "../support/needs.ts";
import { contextsFile, type Settled, settled } from "../support/settings.ts";
import { databaseFor, WRITING } from "../support/store/refusing-databases.ts";
import { atTerminal, KEY, noTerminal } from "../support/terminal.ts";

afterAll(forget);

/** A project whose context `prod` is a database, and is confirmed. */
const confirmed = (db: string): Settled => settled({ project: contextsFile({ prod: { db, confirm: true } }, "prod") });

const REFUSED = "every write in context prod must be confirmed. Say --yes to confirm";

describe.each(WRITING)("%s", (line) => {
  it("is refused where nobody can be asked, and made with --yes; a dry run and nothing else goes on without", async () => {
    const db = await databaseFor(line);
    const { run } = confirmed(db);
    const bare = line.replace(" --yes", "");
    const before = await bytesOf(db);
    for (const how of ["", "--json", "--no-input"]) {
      const { code, stderr } = await run(`${bare} ${how}`);
      expect({ how, code, stderr }).toEqual({
        how,
        code: 3,
        stderr: `context prod (./.rbac.yaml)\nrbac: ${REFUSED}\n`,
      });
    }
    expect((await run(`${bare} --quiet`)).stderr).toBe(`rbac: ${REFUSED}\n`);
    const dry = await run(`${line.replace(" --yes", "")} --dry-run --json`);
    const { changed, fixed } = JSON.parse(dry.stdout); // Of lint, what it fixed is a part of what it says.
    expect([dry.code, changed ?? fixed.changed]).toEqual([0, true]);
    expect(await bytesOf(db)).toBe(before);
    const done = await run(`${bare} --yes`);
    expect([done.code, done.stderr.split("\n")[0]]).toEqual([0, "context prod (./.rbac.yaml)"]);
    expect(await bytesOf(db)).not.toBe(before);
  });
});

describe("the whole database", () => {
  it.each(["db restore FILE", "db migrate", "seed FILE", "init --db NEW"])("%s asks, too", async (form) => {
    const db = await blog();
    const { run, folder } = confirmed(db);
    copyFileSync(db, join(folder, "backup.db"));
    const document = join(folder, "policy.json");
    await cli(["export", "--format", "json", "--out", document], { db });
    const line = form
      .replace("FILE", form.startsWith("seed") ? document : join(folder, "backup.db"))
      .replace("NEW", join(folder, "new.db"));
    const before = await bytesOf(db);
    expect(await run(line)).toMatchObject({ code: 3, stderr: expect.stringContaining(REFUSED) });
    expect(await bytesOf(db)).toBe(before);
    expect(existsSync(join(folder, "new.db"))).toBe(false);
    expect((await run(`${line} --yes`)).code).toBe(0);
  });

  it("seed --check asks nothing, as it writes nothing", async () => {
    const { run, folder } = confirmed(await blog());
    const document = join(folder, "policy.json");
    expect((await run(`export --format json --out ${document}`)).code).toBe(0);
    expect(await run(`seed ${document} --check`)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("--yes"),
    });
  });
});

describe("the notice", () => {
  const LINES = ["matrix", "can alice posts:read", "audit verify", "export", "db status", "config show", "config list"];
  it.each(LINES)("does not stand on a read: %s, which never asks", async (line) => {
    const { code, stderr } = await confirmed(await blog()).run(line);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/context|confirm/)]);
  });

  it("names the database where it is another than that of the context, without its password", async () => {
    const db = await blog();
    const { run } = settled({ project: contextsFile({ prod: { db: "prod.db" }, bare: {} }, "prod") });
    const notice = async (line: string, env = {}) => (await run(line, env)).stderr.split("\n")[0];
    expect(await notice(`user create a --db ${db}`)).toBe(`context prod (./.rbac.yaml), with the database ${db}`);
    expect(await notice("user create b", { RBAC_DB: db })).toBe(`context prod (./.rbac.yaml), with the database ${db}`);
    expect(await notice(`user create c --context bare --db ${db}`)).toContain(`context bare (./.rbac.yaml), with`);
    const url = "postgres://u:s3cr3t@127.0.0.1:1/app";
    const server = "context prod (./.rbac.yaml), with the database postgres://127.0.0.1:1/app";
    expect(await notice("user create d", { RBAC_DB: url })).toBe(server);
  });

  it("tells whoever types a context that a variable names another database, on a read too", async () => {
    const db = await blog();
    const { run, folder } = settled({ project: contextsFile({ prod: { db: "prod.db" }, bare: {} }, "prod") });
    const told = async (line: string, env = {}) => (await run(`can alice posts:read ${line}`, env)).stderr;
    const at = { RBAC_DB: db };
    expect(await told("--context prod", at)).toBe("RBAC_DB goes before the database of context prod\n");
    writeFileSync(join(folder, "url"), db);
    const file = { RBAC_DB_URL_FILE: join(folder, "url") };
    expect(await told("--context prod", file)).toBe("RBAC_DB_URL_FILE goes before the database of context prod\n");
    for (const line of ["", "--context bare", "--context prod --quiet", `--context prod --db ${db}`])
      expect([line, await told(line, at)]).toEqual([line, ""]);
  });

  it("names the user's file where that has the context", async () => {
    const { run } = settled({ own: contextsFile({ prod: { db: await blog() } }, "prod") });
    expect((await run("user create a")).stderr).toMatch(/^context prod \(~\/.config\/rbac\/config.yaml\)\n/);
  });
});

describeWith(noTerminal, "before a terminal", () => {
  const sitting = async (db: string, argv: string[], typed: string) => {
    const { folder, env } = confirmed(db);
    const before = contents(db);
    const keys = [["Type prod to go on", `${typed}`]] as const;
    const seen = await atTerminal(argv, { cwd: folder, env, keys, columns: 200 });
    return { ...seen, isChanged: contents(db) !== before };
  };

  it("the name of the context goes on", async () => {
    const db = await victim();
    const seen = await sitting(db, ["user", "create", "zoe"], `prod${KEY.enter}`);
    expect(seen).toMatchObject({ code: 0, isChanged: true, isRestored: true });
    expect(seen.screen).toContain(`context prod (./.rbac.yaml)`);
    expect(seen.screen).toContain(`This writes to ${db}. Type prod to go on:`);
  });

  it.each(["y", "yes", "", "Prod", "prod2", "staging"])("%j does not", async (typed) => {
    const seen = await sitting(await victim(), ["user", "create", "zoe"], `${typed}${KEY.enter}`);
    expect(seen).toMatchObject({ code: 3, isChanged: false, isRestored: true });
    expect(seen.screen).toContain("rbac: not confirmed, nothing was changed");
  });

  it("it can be left", async () => {
    const seen = await sitting(await victim(), ["undo", "1"], KEY.esc);
    expect(seen).toMatchObject({ code: 130, isChanged: false, isRestored: true });
  });

  it("a question of the command itself comes after it", async () => {
    const db = await victim();
    const { folder, env } = confirmed(db);
    const keys = [
      ["Type prod to go on", `prod${KEY.enter}`],
      ["Delete role", "y"],
      ["", KEY.enter],
    ] as const;
    const seen = await atTerminal(["role", "delete", "reader"], { cwd: folder, env, keys, columns: 200 });
    expect(seen.code).toBe(0);
  });
});
