/** What the program shows of itself: the manifest, the reference, help, the package. None of it may go stale unseen. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../src/cli/flags/shared-flags.ts";
import { COMMANDS } from "../src/program/command-table.ts";
import { EXIT_CODES } from "../src/program/exit-codes.ts";
import { cli } from "./support/cli.ts";
import { ROOT } from "./support/root.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Shown {
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly args: Readonly<Record<string, { readonly description?: string; readonly ignoreStdin?: boolean }>>;
  readonly flags: Readonly<Record<string, { readonly description?: string }>>;
}

const classes = import.meta.glob<{ default: Shown & { readonly baseFlags: Shown["flags"] } }>(
  "../src/commands/**/*.ts",
);
const commands = Object.entries(classes).map(([path, load]) => {
  const words = path.replace("../src/commands/", "").replace(".ts", "").split("/");
  return { name: words.join(" "), id: words.join(":"), load };
});

/** The commands of this version, by the table of what each is for. */
const EXPECTED = [
  "init seed assign revoke grant ungrant can has why permissions who-can matrix audit undo export diff test".split(" "),
  "access compare expiring history replay unused completion materialize plan apply lint serve".split(" "),
  ["plan show"],
  "types".split(" ").map((verb) => `generate ${verb}`),
  "create list revoke rotate".split(" ").map((verb) => `api-key ${verb}`),
  ["token issue", "token verify", ..."create export list rotate".split(" ").map((verb) => `token key ${verb}`)],
  "list show use".split(" ").map((verb) => `config ${verb}`),
  "export head verify".split(" ").map((verb) => `audit ${verb}`),
  "backup copy migrate restore roles status".split(" ").map((verb) => `db ${verb}`),
  "list show create set rename delete enable disable offboard".split(" ").map((verb) => `user ${verb}`),
  "list show create clone set rename delete inherit disinherit tree".split(" ").map((verb) => `role ${verb}`),
  "list show create set rename delete".split(" ").map((verb) => `permission ${verb}`),
  "list show create set rename delete check".split(" ").map((verb) => `constraint ${verb}`),
].flat();

it("every command of the table is there, and no other", () => {
  expect(commands.map(({ name }) => name).sort()).toEqual([...EXPECTED].sort());
});

it("every command is called by its path", async () => {
  expect(Object.keys(COMMANDS)).toEqual(commands.map(({ id }) => id).sort());
  for (const { id, load } of commands) expect(await COMMANDS[id]?.()).toBe(await load());
});

describe.each(commands)("$name", ({ name, load }) => {
  it("says what it does, in a line that fits, with examples of itself", async () => {
    const { default: Shown } = await load();
    expect(Shown.summary).toMatch(/^[A-Z].{8,78}[^.]$/);
    expect(Shown.description ?? "Ends with a stop.").toMatch(/\.$/);
    expect(Shown.examples?.length).toBeGreaterThan(0);
    for (const example of Shown.examples ?? []) expect(example).toMatch(new RegExp(`^<%= config.bin %> ${name}( |$)`));
  });

  it("quotes every pattern in its examples, for a shell would put file names there", async () => {
    const { default: Shown } = await load();
    for (const example of Shown.examples ?? []) expect(example.replace(/'[^']*'/g, "")).not.toMatch(/\*/);
  });

  it("never takes an argument from standard input, and says what each argument and flag is", async () => {
    const { default: Shown } = await load();
    for (const arg of Object.values(Shown.args ?? {})) {
      expect(arg.ignoreStdin).toBe(true);
      expect(arg.description).toMatch(/\w/);
    }
    const flags = { ...Shown.baseFlags, ...Shown.flags };
    for (const { description } of Object.values(flags)) expect(description).toMatch(/\w{3}/);
    expect(Object.keys(flags)).toEqual(expect.arrayContaining(["db", "format", "json", "quiet", "no-input"]));
  });

  it("has a help page with its usage and an example, and without what all commands share", async () => {
    const { code, stdout, stderr } = await cli(`${name} --help`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`\nUsage: rbac ${name} `);
    expect(stdout).toContain(`\nExamples:\n  rbac ${name}`);
    for (const [, meaning] of EXIT_CODES) expect(stdout).not.toContain(meaning);
    expect(stdout).not.toContain(ROOT);
  });
});

describe("help", () => {
  it("says of every topic what it is, not what its first command does", () => {
    const { topics } = JSON.parse(read("package.json")).oclif as { topics: Record<string, { description: string }> };
    const above = (words: string[]) => words.slice(1).map((_, at) => words.slice(0, at + 1).join(":"));
    const spoken = EXPECTED.flatMap((name) => above(name.split(" ")));
    expect(Object.keys(topics).sort()).toEqual([...new Set(spoken)].sort());
    for (const { description } of Object.values(topics)) expect(description).toMatch(/^[A-Z].{8,78}[^.]$/);
  });

  it.each(["role", "role --help", "help role"])("%s lists the verbs", async (line) => {
    const { code, stdout } = await cli(line);
    expect(code).toBe(0);
    for (const verb of ["list", "tree", "disinherit"]) expect(stdout).toContain(`role ${verb}`);
  });

  it.each([
    ["--help --json", null],
    ["help --json", null],
    ["--json", null],
    ["--json --help", null],
    ["role --help --format json", "role"],
    ["help role list --json", "role list"],
    ["can --help --json", "can"],
    ["can --format=json -h", "can"],
  ])("%s is one document with the page", async (line, command) => {
    const { code, stdout, stderr } = await cli(line);
    expect([code, stderr]).toEqual([0, ""]);
    const help = (await cli(command === null ? "--help" : `${command} --help`)).stdout;
    expect(JSON.parse(stdout)).toEqual({ command, help });
  });

  it("is for people where only RBAC_FORMAT says json", async () => {
    expect(await cli("can --help", { env: { RBAC_FORMAT: "json" } })).toEqual(await cli("can --help"));
  });

  it.each(["--version --json", "version --json", "--json -V"])("%s is the version in a document", async (line) => {
    const { code, stdout } = await cli(line);
    expect([code, JSON.parse(stdout)]).toEqual([0, { version: JSON.parse(read("package.json")).version }]);
  });

  it.each(["--version", "version", "-V"])("%s is the version alone", async (line) => {
    expect(await cli(line)).toEqual({ code: 0, stdout: `${JSON.parse(read("package.json")).version}\n`, stderr: "" });
  });
});

describe("what is generated from the commands", () => {
  let manifest: { readonly commands: Readonly<Record<string, object>> };
  let reference: string;

  // In a process of its own, for oclif reads the commands from their files.
  beforeAll(() => {
    const script = `
      import { commandReference, manifestOf } from "./src/program/reference.ts";
      const manifest = await manifestOf(process.cwd());
      console.log(JSON.stringify({ manifest, reference: commandReference(manifest) }));`;
    const out = execFileSync("node", ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: ROOT,
      encoding: "utf8",
    });
    ({ manifest, reference } = JSON.parse(out));
  });

  it("is built from the commands there are", () => {
    expect(Object.keys(manifest.commands).sort()).toEqual(commands.map(({ id }) => id).sort());
  });

  it("oclif.manifest.json is current, byte for byte", () => {
    expect(read("oclif.manifest.json")).toBe(`${JSON.stringify(manifest, null, 2)}\n`);
  });

  it("docs/commands.md is current", () => {
    expect(read("docs/commands.md")).toBe(reference);
    for (const name of EXPECTED) expect(reference).toContain(`### rbac ${name}\n`);
  });

  it("docs/commands.md says once what all commands share", () => {
    const once = (text: string) => expect([text, reference.split(text).length - 1]).toEqual([text, 1]);
    for (const [code, meaning] of EXIT_CODES) once(`| ${code} | ${meaning} |`);
    for (const [name, { description = "" }] of Object.entries({ ...GLOBAL_FLAGS, ...WRITE_FLAGS }))
      if (name !== "audit-key-file") once(` | ${description}`); // Three questions have that one as their own.
  });

  it("is in an order that no folder decides", () => {
    expect(Object.keys(manifest.commands)).toEqual(Object.keys(manifest.commands).sort());
  });
});

describe("the package", () => {
  it("holds what the program needs, and nothing else", () => {
    const out = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ files }] = JSON.parse(out) as [{ files: { path: string; mode: number }[] }];
    const paths = files.map(({ path }) => path);
    const needed = [
      "bin/run.js",
      "bin/cached.js",
      "bin/questions.js",
      "bin/package.json",
      "dist/rbac.cjs",
      "dist/rbac.1",
      "dist/THIRD-PARTY.txt",
    ];
    const library = ["dist/index.js", "dist/index.cjs", "dist/index.d.ts", "dist/index.d.cts"];
    expect(paths).toEqual(expect.arrayContaining([...needed, ...library, "seeds/blog.yaml", "README.md", "LICENSE"]));
    expect(paths.filter((path) => path.startsWith("bin/")).sort()).toEqual(needed.slice(0, 4).sort());
    const folders = new Set(paths.map((path) => (path.includes("/") ? path.split("/")[0] : ".")));
    expect([...folders].sort()).toEqual([".", "bin", "dist", "docs", "seeds"]);
    expect(files.find(({ path }) => path === "bin/run.js")?.mode).toBe(0o755);
  });

  it("names the licence of every package that is inside of the program", () => {
    const named = [...read("dist/THIRD-PARTY.txt").matchAll(/^(\S+) \d\S*: \w/gm)].map(([, name]) => name);
    const bundles = readdirSync(join(ROOT, "dist")).filter((file) => file.endsWith(".cjs") && file !== "manifest.cjs");
    const { exports: exported } = JSON.parse(read("package.json")) as { exports: object };
    for (const path of bundles) {
      const inside = [...read(`dist/${path}`).matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/gm)];
      const isForFramework = Object.keys(exported).includes(`./${path.replace(".cjs", "")}`);
      expect({ path, hasPackages: inside.length > 0 }).toEqual({ path, hasPackages: !isForFramework });
      // A folder may have a name of its own: two versions of one package are inside.
      for (const [, folder = ""] of inside)
        expect(named).toContain(JSON.parse(read(`node_modules/${folder}/package.json`)).name);
    }
  });

  it("installs what the library and the program load at run time, and nothing else", () => {
    const { dependencies } = JSON.parse(read("package.json"));
    const files = readdirSync(join(ROOT, "dist")).filter((path) => /\.(js|cjs)$/.test(path));
    expect(files).toEqual(expect.arrayContaining(["index.js", "index.cjs", "rbac.cjs"]));
    const loaded = files.flatMap((path) =>
      [...read(`dist/${path}`).matchAll(/^(?!\s*(?:\*|\/\/)).*?(?:from |import\(|require\d*\()"([\w@][^"\s]*)"/gm)].map(
        ([, name = ""]) => name,
      ),
    );
    const isPackage = (name: string) => !name.startsWith("node:") && !isBuiltin(name);
    const packages = loaded.filter(isPackage).map((name) => name.replace(/^((?:@[^/]+\/)?[^/]+).*$/, "$1"));
    // The others are tried and done without: TypeScript and tsconfig by oclif, the native driver by pg.
    const tried = ["typescript", "pg-native", "cloudflare:sockets", "ts-node", "tsx"];
    const needed = [...new Set(packages)].filter((name) => !tried.includes(name));
    expect(needed).toEqual(["better-sqlite3"]);
    expect(Object.keys(dependencies)).toEqual(needed);
  });

  it("is called by the name of the tool", () => {
    const { bin, main } = JSON.parse(read("package.json"));
    expect(bin).toEqual({ rbac: "bin/run.js" });
    expect(read(main.replace("./", ""))).toContain("RbacReader");
  });

  it("has a lockfile that holds every package for every platform", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !(`node_modules/${name}` in packages) && !(`${at}/node_modules/${name}` in packages))
        .map((name) => `${at} wants ${name}`),
    );
    expect(missing).toEqual([]);
    const root = packages[""] as object;
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    expect(root).toMatchObject({ dependencies, devDependencies });
  });
});

describe("the repository", () => {
  const skipped = /^(dist|coverage|\.git)(\/|$)|(^|\/)node_modules(\/|$)|\.(tgz|db|db-wal|db-shm)$/;
  const files = readdirSync(ROOT, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((path) => !skipped.test(path));

  /** Where text names the folder of this checkout, plainly or as a URL: not as a part of a longer path, such as `./src` in /src. */
  const namesFolder = (text: string, folder: string): boolean =>
    [folder, encodeURI(folder)].some((path) => {
      for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
        const [before, after] = [text.slice(0, at), text.slice(at + path.length)];
        if (/(^|[^\w./-]|file:\/\/)$/.test(before.slice(-8)) && /^([^\w.-]|$)/.test(after.slice(0, 1))) return true;
      }
      return false;
    });

  it("generates nothing that names the folder it was made in", () => {
    const generated = [
      "oclif.manifest.json",
      "docs/commands.md",
      "docs/errors.md",
      "docs/policy.schema.json",
      "package-lock.json",
    ];
    const built = readdirSync(join(ROOT, "dist"), { recursive: true, withFileTypes: true, encoding: "utf8" })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
    expect(files).toEqual(expect.arrayContaining(generated));
    expect(built).toContain("dist/rbac.cjs");
    expect([...generated, ...built].filter((path) => namesFolder(read(path), ROOT))).toEqual([]);
  });

  it("would see such a path, whatever the folder is called", () => {
    expect(namesFolder('"root": "/src/rbac"', "/src")).toBe(true);
    expect(namesFolder("file:///my%20work/rbac/dist", "/my work/rbac")).toBe(true);
    expect(namesFolder("in /tmp", "/tmp")).toBe(true);
    for (const text of ["./src/cli", "a/src", "/srcs", "src"]) expect(namesFolder(text, "/src")).toBe(false);
  });

  it("names nobody's home", () => {
    expect(files).toEqual(expect.arrayContaining(["package.json", "src/program/main.ts", "docs/commands.md"]));
    // Taken apart, so that this file does not name them either.
    const homes = ["/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"];
    expect(files.filter((path) => homes.some((home) => read(path).includes(home)))).toEqual([]);
  });

  it("links only to files that are there", () => {
    const broken = files
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
          .map(([, to = ""]) => join(dirname(path), to))
          .filter((to) => !files.includes(to.replace(/\/$/, "")) && !files.some((file) => file.startsWith(`${to}/`)))
          .map((to) => `${path} links to ${to}`),
      );
    expect(broken).toEqual([]);
  });
});
