/** Settings files: where they are looked for, whose count, what may stand in them, and what is said of the rest. */
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readTrusted, whyDistrusted } from "../../src/files/trusted-file.ts";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";
import { errorOf } from "../support/documents.ts";
import { describeWith, missingProgram } from "../support/needs.ts";
import { contextsFile, settled } from "../support/settings.ts";

let db = "";
beforeAll(async () => {
  db = await blog();
});

/** The database that a command would use in a folder. */
async function databaseIn(folder: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await cli("config show --json", { folder, env });
  return JSON.parse(stdout).settings[1].value;
}

describe("where files are looked for", () => {
  const prod = contextsFile({ prod: { db: "sub/prod.db" } }, "prod");

  it("from the folder upward the nearest alone counts; its paths begin at it, and not at the folder", async () => {
    const { folder, env, project } = settled({ project: prod });
    const deep = join(folder, "a/b");
    mkdirSync(deep, { recursive: true });
    expect(await databaseIn(deep, env)).toBe(join(folder, "sub/prod.db"));
    writeFileSync(join(folder, "a/.rbac.yaml"), "contexts: { other: { db: o.db } }\ncontext: other");
    expect(await databaseIn(deep, env)).toBe(join(folder, "a/o.db"));
    const { stderr } = await cli("user create zoe --context other", { folder: deep, env: { ...env, RBAC_DB: db } });
    expect(stderr).toContain("context other (../.rbac.yaml)");
    rmSync(join(folder, "a/.rbac.yaml"));
    rmSync(project);
    expect(await databaseIn(deep, env)).toBe("./rbac.db");
  });

  it("up to the home of the user, for above it lie folders of others", async () => {
    const { folder, env } = settled({ project: prod });
    const below = join(folder, "home/work");
    mkdirSync(below, { recursive: true });
    expect(await databaseIn(below, { ...env, HOME: join(folder, "home") })).toBe("./rbac.db");
    expect(await databaseIn(below, { ...env, HOME: folder })).toBe(join(folder, "sub/prod.db"));
    symlinkSync(join(folder, "home"), join(folder, "link"));
    for (const home of ["home/", "home/.", "link", "link/"])
      expect(await databaseIn(below, { ...env, HOME: `${folder}/${home}` })).toBe("./rbac.db");
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    for (const home of ["dangling", "missing"])
      expect(await databaseIn(below, { ...env, HOME: join(folder, home) })).toBe(join(folder, "sub/prod.db"));
    expect(await databaseIn(folder, { ...env, HOME: join(folder, "link") })).toBe(join(folder, "sub/prod.db"));
  });

  it("then the user's own, in XDG_CONFIG_HOME or ~/.config, where ~ is the home", async () => {
    const own = "context: mine\ncontexts: { mine: { db: ~/mine.db } }";
    const { folder, home, env } = settled({ own });
    expect(await databaseIn(folder, env)).toBe(join(home, "mine.db"));
    expect(await databaseIn(folder, { ...env, XDG_CONFIG_HOME: "relative" })).toBe(join(home, "mine.db"));
    renameSync(join(home, ".config"), join(home, "elsewhere"));
    expect(await databaseIn(folder, env)).toBe("./rbac.db");
    expect(await databaseIn(folder, { ...env, XDG_CONFIG_HOME: join(home, "elsewhere") })).toBe(join(home, "mine.db"));
    expect(await databaseIn(folder, { HOME: "", XDG_CONFIG_HOME: "" })).toBe("./rbac.db");
  });

  it("an empty file, or one of comments alone, says nothing", async () => {
    for (const text of ["", "# later\n", "contexts:\n", "contexts: {}\n"]) {
      const { run } = settled({ project: text, own: text });
      expect(await run("can alice posts:read", { RBAC_DB: db })).toMatchObject({ code: 0, stderr: "" });
    }
  });
});

describe("whose files count", () => {
  it("those of the user and of root, which only they may write to", () => {
    const file = (uid: number, mode: number) => ({ uid, mode: 0o100000 | mode });
    for (const mode of [0o600, 0o644, 0o664, 0o400]) {
      expect(whyDistrusted(file(1000, mode), 1000)).toBeUndefined();
      expect(whyDistrusted(file(0, mode), 1000)).toBeUndefined();
      expect(whyDistrusted(file(1001, mode), 1000)).toBe("it belongs to the user with the id 1001, not to you or root");
      expect(whyDistrusted(file(1001, mode), 0)).toContain("1001");
      expect(whyDistrusted(file(1001, mode), undefined)).toBeUndefined();
    }
    for (const mode of [0o666, 0o602, 0o777]) {
      expect(whyDistrusted(file(1000, mode), 1000)).toBe("everybody may write to it");
      expect(whyDistrusted(file(0, mode), 1000)).toBe("everybody may write to it");
    }
  });

  it("root's is read by anybody, another's by nobody else: judged is what was opened, not a link to it", () => {
    const { uid } = statSync("/etc/passwd");
    const how = { name: "x", largest: 1 << 20 };
    expect(readTrusted("/etc/passwd", { ...how, userId: 4711 })).toEqual(
      uid === 0 ? { text: expect.stringContaining("root") } : { distrusted: expect.any(String) },
    );
    const { project, folder } = settled({ project: "{}" });
    const link = join(folder, "link");
    symlinkSync(project, link);
    const owner = statSync(project).uid;
    for (const path of [project, link]) {
      expect(readTrusted(path, { ...how, userId: owner })).toEqual({ text: "{}" });
      if (owner !== 0) expect(readTrusted(path, { ...how, userId: owner + 1 })).toHaveProperty("distrusted");
    }
  });

  /** Files that others may have written: for everybody, and where root runs this, of another user. */
  const open = (path: string) => chmodSync(path, 0o666);
  const given = (path: string) => chownSync(path, 4711, 4711);
  const spoilt = [
    ["open to all", open] as const,
    ...(process.getuid?.() === 0 ? [["of another user", given] as const] : []),
  ];

  describe.each(spoilt)("a file %s", (_, spoil) => {
    it.each(["project", "own"] as const)("stops whatever does not name its database, as the %s file", async (which) => {
      const place = settled({ [which]: contextsFile({ prod: { db: "prod.db" } }, "prod") });
      spoil(place[which]);
      const name = which === "project" ? "./.rbac.yaml" : "~/.config/rbac/config.yaml";
      for (const line of ["user create zoe", "can alice posts:read", "seed", "matrix --json"]) {
        const { code, stdout, stderr } = await place.run(line);
        expect([code, stderr]).toEqual([2, expect.stringContaining(`rbac: ${name} does not count: `)]);
        expect(stderr).toMatch(/; to go on, name the database with --db or RBAC_DB\n$/);
        if (line.endsWith("--json")) expect(JSON.parse(stdout).error.code).toBe("SETTINGS_DISTRUSTED");
      }
    });

    it("is told of once, and passed over, where the database is named", async () => {
      const { run, project, folder } = settled({
        project: contextsFile({ prod: { db: "prod.db", format: "json" } }, "prod"),
      });
      spoil(project);
      writeFileSync(join(folder, "url"), db);
      for (const [line, env] of [
        ["can alice posts:read", { RBAC_DB: db }],
        [`can alice posts:read --db ${db}`, {}],
        [`--db=${db} can alice posts:read`, {}],
        [`can alice posts:read --db-url-file ${join(folder, "url")}`, {}],
        ["can alice posts:read", { RBAC_DB_URL_FILE: join(folder, "url") }],
      ] as const) {
        const { code, stdout, stderr } = await run(line, env);
        expect([code, stdout.split("\n")[0]]).toEqual([0, "yes"]);
        expect(stderr).toMatch(/^\.\/\.rbac\.yaml does not count: [^\n]+\n$/);
        expect((await run(`${line} --quiet`, env)).stderr).toBe("");
      }
      expect((await run(`can alice posts:read --context prod --db ${db}`)).stderr).toContain('no context "prod"');
    });

    it("is told of by config show, list and use, which leave it out", async () => {
      const place = settled({ project: contextsFile({ prod: {} }, "prod"), own: contextsFile({ mine: {} }) });
      spoil(place.project);
      for (const line of ["config show", "config list"]) {
        const { code, stdout, stderr } = await place.run(`${line} --json`);
        expect([code, stderr]).toEqual([0, expect.stringContaining("./.rbac.yaml:1:1: does not count: ")]);
        expect(JSON.parse(stdout).problems).toEqual([
          expect.objectContaining({ code: "SETTINGS_DISTRUSTED", line: 1 }),
        ]);
      }
      spoil(place.own);
      expect(await place.run("config use mine")).toMatchObject({ code: 2 });
    });
  });
});

describe("what may stand in a file", () => {
  const PROJECT = `contexts:
  prod:
    db: "postgres://u:s3cr3t@h/app"
    actor: ann
    pager: rm -rf /
  test: { formt: json, confirm: "yes", format: jsno }
  bare: 7
context: [prod]
editor: vi
`;

  it("all that is wrong is said at once, each with its place and what was meant, and no password", async () => {
    const { run } = settled({ project: PROJECT, own: "contexts: { a: { db: '' } }\ncontexts: {}" });
    const { code, stdout, stderr } = await run("matrix --json");
    const { error } = JSON.parse(stdout);
    expect([code, error.code]).toEqual([2, "SETTINGS_INVALID"]);
    const said = error.problems.map((fault: { file: string; line: number; column: number; message: string }) => [
      `${fault.file}:${fault.line}:${fault.column}`,
      fault.message,
    ]);
    expect(Object.fromEntries(said)).toEqual({
      "./.rbac.yaml:3:5": expect.stringContaining("db has a password: leave it out"),
      "./.rbac.yaml:4:5": expect.stringContaining("a project's file cannot say who acts"),
      "./.rbac.yaml:5:5": expect.stringContaining('unknown key "pager"; known here: db, actor, format, confirm'),
      "./.rbac.yaml:6:11": 'unknown key "formt"; did you mean format?',
      "./.rbac.yaml:6:24": "confirm must be true or false",
      "./.rbac.yaml:6:40": 'there is no format "jsno": did you mean json?',
      "./.rbac.yaml:7:3": "bare must be a mapping",
      "./.rbac.yaml:8:1": "context must be text",
      "./.rbac.yaml:9:1": 'unknown key "editor"; known here: contexts, context',
      "~/.config/rbac/config.yaml:2:1": expect.stringContaining("stands here twice"),
    });
    expect(stderr.split("\n").length).toBe(error.problems.length + 1);
    expect(stdout + stderr).not.toContain("s3cr3t");
  });

  const BROKEN = [
    "a: b: c",
    "- 1",
    "contexts: *x",
    "contexts: { p: !x {} }",
    "[".repeat(70),
    "contexts: &a {}",
    "\0",
    "x".repeat(70_000),
  ];
  it.each(BROKEN)("%.20j is exit 2 with its place, for every command but those that help", async (text) => {
    const { run, project } = settled({ own: "contexts: { mine: {} }" });
    writeFileSync(project, text);
    for (const line of ["can alice posts:read", "user create zoe", "config use mine"]) {
      const { code, stdout, stderr } = await run(line, { RBAC_DB: db });
      expect({ line, code, stdout }).toEqual({ line, code: 2, stdout: "" });
      expect(stderr).toMatch(/^(rbac: \.\/\.rbac\.yaml:\d+:\d+: [^\n]+\n)+$/);
    }
    for (const line of ["--help", "can --help", "help flags", "version", "completion bash"])
      expect(await run(line)).toMatchObject({ code: 0, stderr: "" });
    const shown = await run("config show");
    expect([shown.code, shown.stderr]).toEqual([0, expect.stringMatching(/^\.\/\.rbac\.yaml:\d+:\d+: /)]);
    expect((await run("config list")).stdout).toContain("mine");
  });

  const SECRET = "s3cr3t";
  const URLS = [
    `postgres://u:${SECRET}@127.0.0.1/app`,
    ` postgres://u:${SECRET}@127.0.0.1/app`,
    `postgres//u:${SECRET}@127.0.0.1/app`,
    `postgres:u:${SECRET}@127.0.0.1`,
    `jdbc:postgresql://u:${SECRET}@127.0.0.1/app`,
    `postgres://u:${SECRET}/x@127.0.0.1/app`,
    `postgres://u@127.0.0.1/app?password=${SECRET}`,
    `postgres://127.0.0.1/app?sslpassword=${SECRET}`,
    `host=127.0.0.1 user=u password=${SECRET}`,
    `u:${SECRET}@127.0.0.1`,
    `mysql://u:${SECRET}@127.0.0.1/app`,
  ];
  it.each(URLS)("%s is refused in either file, and its password never shown", async (url) => {
    for (const which of ["project", "own"]) {
      const { run } = settled({ [which]: contextsFile({ prod: { db: url } }, "prod") });
      for (const line of [
        "can alice posts:read",
        "seed --json",
        "config show",
        "config list --json",
        "config use prod",
      ]) {
        const { code, stdout, stderr } = await run(line);
        expect([line, code]).toEqual([line, /show|list/.test(line) ? 0 : 2]);
        expect(stderr).toMatch(/db has a password|db is neither a path nor/);
        expect(stdout + stderr).not.toContain(SECRET);
      }
    }
  });

  it("a server without a password may, and config show keeps the password of a variable to itself", async () => {
    const { run } = settled({ project: contextsFile({ prod: { db: "postgres://me@db.example/app" } }, "prod") });
    expect((await run("config show")).stdout).toContain("postgres://db.example/app");
    for (const url of URLS) {
      const { stdout, stderr } = await run("config show --origin", { RBAC_DB: url });
      expect(stdout).toContain("RBAC_DB");
      expect(stdout + stderr).not.toContain(SECRET);
    }
  });

  it("1,000 files of any text: exit 0 or 2 with places, never a bug", async () => {
    const word = fc.constantFrom(
      "contexts",
      "context",
      "prod",
      "db",
      "confirm",
      ":",
      "\n",
      "  ",
      "{",
      "}",
      "*",
      "&",
      "!",
      '"',
      "- ",
      "~",
      "x",
    );
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
    const place = settled();
    await fc.assert(
      fc.asyncProperty(text, async (written) => {
        writeFileSync(place.project, written);
        const { code, stderr } = await place.run("can alice posts:read", { RBAC_DB: db });
        expect([0, 2]).toContain(code);
        if (code === 2) expect(stderr).toMatch(/^rbac: .*\.rbac\.yaml:\d+/);
      }),
      { numRuns: 1000 },
    );
  });
});

it("help shows a file that counts as it says", async () => {
  const page = (await cli("help contexts")).stdout;
  const shown = page.split("\n").filter((line) => /^ {2,}(\w+:| {2}\w+:)/.test(line));
  const { run } = settled({ project: shown.map((line) => line.slice(2)).join("\n") });
  const { contexts, problems } = JSON.parse((await run("config list --json")).stdout);
  expect(problems).toEqual([]);
  expect(contexts).toMatchObject([
    { context: "test", current: true },
    { context: "prod", format: "json", confirm: true, db: "postgres://db.example/app" },
  ]);
});

describe("what is there and cannot be read", () => {
  it.each([
    ["a folder", (path: string) => mkdirSync(path), "not a regular file"],
    ["a link to nothing", (path: string) => symlinkSync("/nowhere", path), "there is no such file"],
    ["a device", (path: string) => symlinkSync("/dev/null", path), /not a regular file|everybody may write/],
    ["no UTF-8", (path: string) => writeFileSync(path, Buffer.from([0xff, 0xfe])), "not UTF-8"],
  ])("%s is exit 2: nobody knows which database it would have named", async (_, make, said) => {
    const { run, project } = settled();
    make(project);
    const { code, stderr } = await run("can alice posts:read");
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  describeWith(missingProgram("mkfifo", "--version"), "a pipe", () => {
    it("without a writer is refused, and not waited for", async () => {
      const { spawnSync } = await import("node:child_process");
      const { run, project } = settled();
      spawnSync("mkfifo", [project]);
      expect(await run("can alice posts:read")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("regular file"),
      });
    });
  });
});

describe("a context that no file has", () => {
  const place = settled({ project: contextsFile({ prod: {}, staging: {} }) });
  it.each([
    ["can alice posts:read --context prdo", {}, 'there is no context "prdo"; did you mean "prod"?'],
    ["--context=prdo can alice posts:read", {}, 'there is no context "prdo"; did you mean "prod"?'],
    [
      "user create a",
      { RBAC_CONTEXT: "stagin" },
      'RBAC_CONTEXT: there is no context "stagin"; did you mean "staging"?',
    ],
    ["can alice posts:read --context zzz", {}, 'there is no context "zzz"; known are prod, staging'],
    ["can alice posts:read", { RBAC_CONTEXT: "" }, "RBAC_CONTEXT is set to nothing: unset it or give it a value"],
    ["can alice posts:read --context=", {}, "--context: the value is empty; is a shell variable unset?"],
  ])("%s, with %j", async (line, env, message) => {
    expect(await place.run(line, env)).toEqual({ code: 2, stdout: "", stderr: `rbac: ${message}\n` });
  });

  it("that a file chooses is named with its line", async () => {
    const { run } = settled({ own: "contexts: { prod: {} }\ncontext: prdo" });
    const { stderr } = await run("can alice posts:read");
    expect(stderr).toBe('rbac: ~/.config/rbac/config.yaml:2: there is no context "prdo"; did you mean "prod"?\n');
    expect(await run("config show")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("config.yaml:2: there is no"),
    });
    expect((await run("config show --context prdo")).code).toBe(2);
  });

  it("where there is no file at all", async () => {
    expect((await settled().run("matrix --context prod")).stderr).toBe(
      'rbac: there is no context "prod": no file has any\n',
    );
  });

  it("a reader of settings is not needed for that error", () => {
    expect(errorOf(() => readTrusted("/nowhere", { name: "x", largest: 1, userId: 0 })).code).toBe("FILE_UNREADABLE");
  });
});
