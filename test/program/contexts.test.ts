/** Settings files of the built program: what they cost where there are none, and that completion follows them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { blog } from "../support/blog.ts";
import { ROOT } from "../support/root.ts";
import { contextsFile, type Settled, settled } from "../support/settings.ts";

let db = "";
beforeAll(async () => {
  db = await blog();
});

/** Runs the program in the folder of a project, or below it. */
function run(
  { folder, env }: Settled,
  argv: readonly string[],
  { below = "", flags = [] as string[], more = {} } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(ROOT, "bin/run.js"), ...argv], {
    cwd: join(folder, below),
    env: { PATH: process.env.PATH, CI: "1", ...env, ...more },
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

const CAN = ["can", "alice", "posts:publish"];

/** Preloaded: writes down which function of `fs` is called with a settings file, or with a file of the program. */
const WATCH = `
const fs = require("node:fs");
const seen = [];
for (const [name, call] of Object.entries(fs)) {
  if (typeof call !== "function" || /^[A-Z]/.test(name)) continue;
  const watched = function (...args) {
    if (/\\.rbac\\.yaml$|rbac\\/config\\.yaml$|dist\\/[\\w-]+\\.cjs$/.test(String(args[0])))
      seen.push([name, String(args[0])]);
    return call.apply(this, args);
  };
  fs[name] = Object.assign(watched, call);
}
const { appendFileSync } = fs;
process.on("exit", () => appendFileSync(process.env.WATCHED, JSON.stringify(seen)));
`;

/** A run with the calls that found or read settings files, and the files of the program that it read. */
function watched(place: Settled, argv: readonly string[], below = "") {
  const [script, log, cache] = ["watch.cjs", "watched", "cache"].map((name) => join(place.home, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(script, WATCH);
  for (const path of [log, cache]) rmSync(path, { force: true, recursive: true });
  const more = { WATCHED: log, RBAC_DB: db, XDG_CACHE_HOME: cache };
  const result = run(place, argv, { below, flags: ["--require", script], more });
  const calls = JSON.parse(readFileSync(log, "utf8")) as [name: string, path: string][];
  return {
    ...result,
    calls: calls.filter(([, path]) => path.endsWith(".yaml")),
    loaded: calls
      .filter(([name, path]) => name === "readFileSync" && path.endsWith(".cjs"))
      .map(([, path]) => basename(path)),
  };
}

describe("where there is no settings file", () => {
  it("a run costs one lstat for each folder up to the root, and one for the user's file", () => {
    const place = settled();
    mkdirSync(join(place.folder, "a/b"), { recursive: true });
    const { code, stderr, calls, loaded } = watched(place, CAN, "a/b");
    expect([code, stderr]).toEqual([0, ""]);
    const folders = join(place.folder, "a/b").split("/").length;
    expect(calls.filter(([, path]) => path.endsWith(".rbac.yaml"))).toHaveLength(folders);
    expect(calls.filter(([, path]) => path.endsWith("config.yaml"))).toHaveLength(1);
    expect(new Set(calls.map(([name]) => name))).toEqual(new Set(["lstatSync"]));
    expect(loaded).toEqual(["questions.cjs"]);
  });

  it.each([["--help"], ["--version"], ["completion", "bash"], ["help", "flags"]])("%s %s looks for none", (...argv) => {
    expect(watched(settled(), argv)).toMatchObject({ code: 0, calls: [] });
  });

  it("in a folder that is gone, or that may not be searched, a run goes on", () => {
    const place = settled();
    const gone = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"`;
    const argv = ["-c", gone, process.execPath, join(ROOT, "bin/run.js"), ...CAN];
    const env = { PATH: process.env.PATH, CI: "1", ...place.env, RBAC_DB: db };
    const { status, stderr } = spawnSync("sh", argv, { cwd: place.folder, env, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("where there is one", () => {
  it("it is opened once, and YAML is read for it", () => {
    const place = settled({ project: contextsFile({ prod: { db } }, "prod") });
    const { code, calls, loaded } = watched(place, CAN);
    expect(code).toBe(0);
    expect(calls.filter(([name]) => name === "openSync").map(([, path]) => path)).toEqual([place.project]);
    expect(calls.every(([name]) => name === "lstatSync" || name === "openSync")).toBe(true);
    expect(loaded).toEqual(["questions.cjs", "yaml.cjs"]);
  });

  it("the program works in its context: from the folder, from below, and by the context that a flag names", () => {
    const place = settled({ project: contextsFile({ prod: { db }, none: { db: "none.db" } }, "prod") });
    mkdirSync(join(place.folder, "below"));
    for (const below of ["", "below"]) expect(run(place, CAN, { below }).stdout).toMatch(/^yes\n/);
    expect(run(place, [...CAN, "--context", "none"]).code).toBe(4);
    expect(run(place, ["--context=none", ...CAN, "--context", "prod"]).code).toBe(2);
    const written = run(place, ["user", "create", "zoe", "--actor", "ann"]);
    expect(written.stderr).toMatch(/^context prod \(\.\/\.rbac\.yaml\)\n/);
  });

  it("the library never reads it", () => {
    const place = settled({ project: "{ broken" });
    const script = `import { open } from ${JSON.stringify(join(ROOT, "dist/index.js"))};
      const rbac = await open(${JSON.stringify(db)});
      console.log((await rbac.can("alice", "posts:publish")).allowed ?? "");
      await rbac.close();`;
    const argv = ["--input-type=module", "-e", script];
    const env = { PATH: process.env.PATH, ...place.env, RBAC_CONTEXT: "prod" };
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: place.folder, env, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("completion", () => {
  const at = (place: Settled, line: string) =>
    run(place, ["__complete", "zsh", line], { more: { RBAC_COMPLETION_WAIT: "60s" } });
  const place = () => settled({ project: contextsFile({ prod: { db }, staging: { db: "none.db" } }, "prod") });

  it("has the names of the context's database, and of contexts", () => {
    const words = (line: string) =>
      at(place(), line)
        .stdout.trimEnd()
        .split("\n")
        .slice(1)
        .map((word) => word.split("\t")[0]);
    expect(words("rbac can ali")).toEqual(["alice"]);
    expect(words("rbac can --context staging ali")).toEqual([]);
    expect(words("RBAC_CONTEXT=staging rbac can ali")).toEqual([]);
    expect(words(`rbac --context staging can --db ${db} ali`)).toEqual(["alice"]);
    expect(words("rbac config use ")).toEqual(["prod", "staging"]);
    expect(words("rbac can --context s")).toEqual(["staging"]);
    expect(words("rbac can --context=p")).toEqual(["--context=prod"]);
    expect(words("rbac config ")).toEqual(["list", "show", "use"]);
  });

  it.each(["{ broken", "context: gone", "contexts: { prod: { actor: x } }"])("is silent where %j stands", (project) => {
    for (const line of ["rbac can ali", "rbac config use ", "rbac can --context "])
      expect(at(settled({ project }), line)).toEqual({ code: 0, stdout: "words\n", stderr: "" });
  });
});
