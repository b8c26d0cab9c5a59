/** `rbac config`: what counts here and why, which contexts there are, and the choice of one. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { cli } from "../support/cli.ts";
import { contextsFile, settled } from "../support/settings.ts";

const PROJECT = `# the databases of this project
context: staging
contexts:
  staging: { db: staging.db }
  prod:
    db: postgres://rbac@db.example/app
    confirm: true
`;

describe("config show", () => {
  it("has each setting with where it is said; people see that with --origin", async () => {
    const { run, folder } = settled({ project: PROJECT, own: contextsFile({ staging: { actor: "ann" } }) });
    const { stdout } = await run("config show --json");
    const rows = [
      { setting: "context", value: "staging", origin: "./.rbac.yaml:2" },
      { setting: "db", value: join(folder, "staging.db"), origin: "./.rbac.yaml:4" },
      { setting: "actor", value: "ann", origin: "~/.config/rbac/config.yaml:1" },
      { setting: "format", value: "json", origin: "--json" },
      { setting: "confirm", value: false, origin: "default" },
    ];
    expect(JSON.parse(stdout)).toEqual({ settings: rows, problems: [] });
    const table = async (line: string) =>
      (await run(line)).stdout
        .trimEnd()
        .split("\n")
        .map((text) => text.trim().split(/ {2,}/));
    const shown = rows.map((row) => (row.setting === "format" ? { ...row, value: "table", origin: "default" } : row));
    expect(await table("config show")).toEqual([
      ["setting", "value"],
      ...shown.map(({ setting, value }) => [setting, String(value)]),
    ]);
    expect(await table("config show --origin")).toEqual([
      ["setting", "value", "origin"],
      ...shown.map(({ setting, value, origin }) => [setting, String(value), origin]),
    ]);
  });

  it("without any file says what is so by default", async () => {
    const { stdout } = await settled().run("config show --json --no-input");
    expect(JSON.parse(stdout).settings).toEqual([
      { setting: "context", value: null, origin: "default" },
      { setting: "db", value: "./rbac.db", origin: "default" },
      { setting: "actor", value: "tester", origin: "default" },
      { setting: "format", value: "json", origin: "--json" },
      { setting: "confirm", value: false, origin: "default" },
    ]);
  });

  it("has the database that is typed before a file that a variable names, as every command has", async () => {
    const { run, folder } = settled({ project: PROJECT });
    const [typed, other] = [join(folder, "typed.db"), join(folder, "other.db")];
    const env = { RBAC_DB_URL_FILE: join(folder, "url") };
    writeFileSync(env.RBAC_DB_URL_FILE, other);
    for (const path of [typed, other]) await run(`seed --db ${path} --quiet --yes`);
    expect((await run(`role create only-here --db ${typed} --yes`, env)).code).toBe(0);
    expect((await run(`role list --match only --db ${typed}`, env)).stdout).toContain("only-here");
    expect((await run(`role list --match only --db ${other}`)).stdout).not.toContain("only-here");
    const { stdout } = await run(`config show --json --db ${typed}`, env);
    expect(JSON.parse(stdout).settings[1]).toEqual({ setting: "db", value: typed, origin: "--db" });
    expect(await run(`role list --db ${typed} --db-url-file ${env.RBAC_DB_URL_FILE}`)).toMatchObject({
      code: 2,
      stderr: "rbac: --db and --db-url-file contradict each other\n",
    });
  });

  it("names the file with the URL, which goes before the rest, and not what it holds", async () => {
    const { run, folder } = settled({ project: PROJECT });
    const file = join(folder, "url");
    writeFileSync(file, "postgres://u:s3cr3t@h/app");
    for (const [line, env, origin] of [
      [`config show --json --db-url-file ${file}`, {}, "--db-url-file"],
      ["config show --json", { RBAC_DB_URL_FILE: file, RBAC_DB: "x.db" }, "RBAC_DB_URL_FILE"],
    ] as const) {
      const { stdout } = await run(line, env);
      expect(JSON.parse(stdout).settings[1]).toEqual({ setting: "db-url-file", value: file, origin });
      expect(stdout).not.toContain("s3cr3t");
    }
  });

  it("says the same in every format", async () => {
    const { run } = settled({ project: PROJECT });
    const yaml = parseYaml((await run("config show --format yaml")).stdout);
    expect(yaml.settings[0]).toEqual({ setting: "context", value: "staging", origin: "./.rbac.yaml:2" });
    const csv = parseCsv((await run("config show --format csv")).stdout) as string[][];
    expect(csv.slice(0, 2)).toEqual([
      ["setting", "value"],
      ["context", "staging"],
    ]);
  });
});

describe("config list", () => {
  it("has every context, with a mark at the current one", async () => {
    const { run, folder } = settled({ project: PROJECT });
    const { code, stdout, stderr } = await run("config list --json");
    expect([code, stderr]).toEqual([0, ""]);
    const common = { actor: null, format: null, file: "./.rbac.yaml" };
    expect(JSON.parse(stdout)).toEqual({
      contexts: [
        { context: "staging", current: true, db: join(folder, "staging.db"), confirm: false, ...common },
        { context: "prod", current: false, db: "postgres://db.example/app", confirm: true, ...common },
      ],
      problems: [],
    });
    expect((await run("config list --context prod")).stdout).toMatch(/^prod +true/m);
    expect(parseCsv((await run("config list --format csv")).stdout)).toHaveLength(3);
  });

  it("says that there is none", async () => {
    expect(await settled().run("config list")).toEqual({ code: 0, stdout: "", stderr: "no contexts\n" });
  });
});

describe("config use", () => {
  const OWN = `# my settings, do not lose
contexts:
  # the one for tries
  mine: { db: ~/mine.db } # in my home
  prod: { actor: ann }
`;

  it("writes the choice into the user's file alone, for its owner alone; comments stay", async () => {
    const { run, own, project } = settled({ project: PROJECT.replace("context: staging\n", ""), own: OWN });
    chmodSync(own, 0o644);
    expect(await run("config use mine")).toEqual({
      code: 0,
      stdout: "context mine (~/.config/rbac/config.yaml)\n",
      stderr: "",
    });
    const written = readFileSync(own, "utf8");
    for (const line of OWN.trimEnd().split("\n")) expect(written.split("\n")).toContain(line);
    expect(parseYaml(written)).toEqual({ ...parseYaml(OWN), context: "mine" });
    expect(statSync(own).mode & 0o777).toBe(0o600);
    expect(readFileSync(project, "utf8")).toBe(PROJECT.replace("context: staging\n", ""));
    expect(JSON.parse((await run("config use prod --json")).stdout)).toEqual({
      changed: true,
      context: "prod",
      file: "~/.config/rbac/config.yaml",
    });
    expect(readFileSync(own, "utf8")).toBe(written.replace("context: mine", "context: prod"));
    expect(JSON.parse((await run("config use prod --json")).stdout)).toMatchObject({ changed: false });
    expect((await run("config use prod --quiet")).stdout).toBe("");
    expect(JSON.parse((await run("config show --json")).stdout).settings[0].value).toBe("prod");
  });

  it("makes the file where there is none, and says that only the project has the context", async () => {
    const { run, own, home } = settled({ project: PROJECT.replace("context: staging\n", "") });
    rmSync(join(home, ".config"), { recursive: true });
    const { code, stderr } = await run("config use prod");
    expect([code, stderr]).toEqual([0, "your own file has no prod: elsewhere commands ask for another context\n"]);
    expect(readFileSync(own, "utf8")).toBe("context: prod\n");
    expect(statSync(dirname(own)).mode & 0o777).toBe(0o700);
    const elsewhere = settled();
    const { stderr: said } = await cli("seed", { folder: elsewhere.folder, env: { ...elsewhere.env, HOME: home } });
    expect(said).toContain('~/.config/rbac/config.yaml:1: there is no context "prod"');
  });

  it("says what goes before the choice", async () => {
    const { run } = settled({ project: PROJECT, own: OWN });
    expect((await run("config use mine")).stderr).toBe("./.rbac.yaml:2 says staging, which goes first here\n");
    const { stderr } = await run("config use prod", { RBAC_CONTEXT: "mine" });
    expect(stderr).toContain("RBAC_CONTEXT says mine, which goes first here\n");
  });

  it("of a name that no file has is exit 2, with near ones, and writes nothing", async () => {
    const { run, own } = settled({ project: PROJECT });
    expect(await run("config use prdo")).toEqual({
      code: 2,
      stdout: "",
      stderr: 'rbac: there is no context "prdo"; did you mean "prod"?\n',
    });
    expect(existsSync(own)).toBe(false);
  });

  it("follows a link to the file, and leaves it a link", async () => {
    const { run, own, home } = settled({ own: OWN });
    const real = join(home, "dotfiles.yaml");
    writeFileSync(real, OWN);
    rmSync(own);
    symlinkSync(real, own);
    expect((await run("config use mine")).code).toBe(0);
    expect(lstatSync(own).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toContain("context: mine");
  });

  it("cannot where there is no home, or no folder can be made", async () => {
    const { run, home, own } = settled({ project: PROJECT });
    expect(await run("config use prod", { HOME: "" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("HOME"),
    });
    rmSync(join(home, ".config"), { recursive: true });
    writeFileSync(join(home, ".config"), "");
    const { code, stderr } = await run("config use prod");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^rbac: cannot write ~\/.config\/rbac\/config.yaml: E/)]);
    rmSync(join(home, ".config"));
    mkdirSync(own, { recursive: true });
    expect((await run("config use prod")).code).toBe(2);
  });
});
