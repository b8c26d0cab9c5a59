/** Who may import what, how large a file may grow, and what no file may hold: the layers as a table that is checked. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./cli.ts";

const SRC = join(ROOT, "src");

/** Every home and what it may import: files and folders of src, packages, and `node:` for Node's own modules. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  "errors.ts": [],
  "policy/": ["policy/", "errors.ts"],
  "store/": ["store/", "policy/", "errors.ts", "kysely", "node:"],
  "store/sqlite/driver.ts": ["store/", "policy/", "errors.ts", "kysely", "better-sqlite3", "node:"],
  "store/postgres/session.ts": ["store/", "pg", "pgpass", "node:"],
  "store/postgres/line.ts": ["store/", "pg"],
  "output/": ["output/", "policy/", "errors.ts", "cli-table3", "yaml", "ansis"],
  "files/": ["files/", "errors.ts", "yaml", "csv-parse/sync", "node:"],
  "prompt.ts": ["errors.ts", "inquirer"],
  "shell.ts": ["node:"],
  "progress.ts": ["shell.ts"],
  "refusals.ts": ["options.ts", "policy/names.ts", "errors.ts", "@oclif/core"],
  "options.ts": ["policy/", "output/view.ts", "errors.ts", "@oclif/core"],
  "record.ts": ["store/", "policy/", "errors.ts"],
  "batch.ts": ["store/", "policy/", "errors.ts"],
  "database.ts": ["batch.ts", "record.ts", "store/", "policy/", "errors.ts"],
  "upkeep.ts": ["record.ts", "store/", "policy/", "errors.ts"],
  "hints.ts": ["database.ts", "policy/"],
  "compiled.ts": ["database.ts", "store/", "policy/", "errors.ts"],
  "index.ts": ["compiled.ts", "database.ts", "store/", "policy/", "files/", "errors.ts"],
  "command.ts": [
    "database.ts",
    "upkeep.ts",
    "options.ts",
    "output/",
    "policy/",
    "prompt.ts",
    "refusals.ts",
    "shell.ts",
    "where.ts",
    "errors.ts",
    "@oclif/core",
  ],
  "where.ts": ["files/", "errors.ts"],
  "writing.ts": [
    "command.ts",
    "database.ts",
    "files/",
    "hints.ts",
    "options.ts",
    "output/",
    "policy/",
    "progress.ts",
    "errors.ts",
    "@oclif/core",
  ],
  "main.ts": [
    "commands.ts",
    "config.ts",
    "help.ts",
    "../oclif.manifest.json",
    "options.ts",
    "output/",
    "policy/suggest.ts",
    "errors.ts",
    "@oclif/core",
  ],
  "commands.ts": ["commands/", "@oclif/core"],
  "config.ts": ["../package.json", "@oclif/core"],
  "help.ts": ["@oclif/core"],
  "reference.ts": ["commands.ts", "config.ts", "help.ts", "options.ts", "policy/order.ts", "node:", "@oclif/core"],
  "commands/": [
    "command.ts",
    "writing.ts",
    "hints.ts",
    "options.ts",
    "policy/",
    "output/",
    "files/",
    "errors.ts",
    "@oclif/core",
  ],
};

interface Source {
  readonly path: string;
  readonly text: string;
  /** Files as paths from src, packages by name. */
  readonly imports: readonly string[];
}

function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/(?:^(?:import|export)\s[^"`;]*?from |\bimport\(|^import )"([^"]+)"/gm);
  return [...found].map(([, name = ""]) =>
    name.startsWith(".") ? relative(SRC, normalize(join(SRC, dirname(path), name))) : name,
  );
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    return { path, text, imports: importsOf(path, text) };
  });

const within = (name: string, home: string): boolean =>
  home.endsWith("/") || home.endsWith(":") ? name.startsWith(home) : name === home;

/** The longest home that holds a file. */
const homeOf = (path: string): string | undefined =>
  Object.keys(HOMES)
    .filter((home) => within(path, home))
    .sort((a, b) => b.length - a.length)[0];

/** Code without comments and without what stands in quotes. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"(?:[^"\\\n]|\\.)*"|(^|\s)\/\/.*$/gm, "$1");

const lengthOf = ({ text }: Source): number => text.split("\n").length - 1;

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** The first circle of imports that a search from every file comes upon, as its path. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...above, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle) return circle;
  }
  return undefined;
}

describe("the reader of imports", () => {
  it("sees every way to import", () => {
    const text = `import a from "./a.ts";\nimport {\n  b,\n} from "../b.ts";\nexport { c } from "kysely";\nconst d = await import("node:fs");\nimport "./e.ts";\n`;
    expect(importsOf("policy/x.ts", text)).toEqual(["policy/a.ts", "b.ts", "kysely", "node:fs", "policy/e.ts"]);
  });

  it("finds a circle", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
    ]);
    expect(circleIn(graph)).toEqual(["b", "c", "b"]);
  });

  it("has found the source", () => {
    expect(sources.length).toBeGreaterThan(80);
    expect(sources.find(({ path }) => path === "command.ts")?.imports).toContain("database.ts");
  });
});

describe("layers", () => {
  it("give every file a home", () => {
    expect(sources.filter(({ path }) => homeOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it.each(sources)("$path imports what its home may", ({ path, imports }) => {
    const allowed = HOMES[homeOf(path) ?? ""] ?? [];
    expect(imports.filter((name) => !allowed.some((home) => within(name, home)))).toEqual([]);
  });

  it("have no circle of imports", () => {
    expect(circleIn(new Map(sources.map(({ path, imports }) => [path, imports])))).toBeUndefined();
  });
});

describe("size", () => {
  it("no file reaches 250 lines", () => {
    expect(sources.filter((source) => lengthOf(source) >= 250).map(({ path }) => path)).toEqual([]);
  });

  it("no command has more than 40", () => {
    const commands = sources.filter(({ path }) => path.startsWith("commands/"));
    expect(commands.filter((source) => lengthOf(source) > 40).map(({ path }) => path)).toEqual([]);
  });

  it("half of all files have 60 or fewer", () => {
    expect(median(sources.map(lengthOf))).toBeLessThanOrEqual(60);
  });
});

/** What may not stand in a file, and in which files. */
const BANNED: readonly (readonly [what: string, pattern: RegExp, home: string, where: "text" | "code"])[] = [
  ["silenced checks", /biome-ignore|@ts-ignore|@ts-expect-error|@ts-nocheck|eslint-disable/, "", "text"],
  ["any", /\bas any\b|[\w)\]?]: any\b|<any>/, "", "code"],
  ["the console", /\bconsole\./, "", "code"],
  ["a clock or chance", /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bprocess\b/, "policy/", "code"],
  ["a clock or the process", /\bDate\.now\b|\bnew Date\(\)|\bprocess\b/, "output/", "code"],
  ["the process", /\bprocess\b/, "commands/", "code"],
];

describe("what no file holds", () => {
  it.each(BANNED)("%s", (_, pattern, home, where) => {
    const files = sources.filter(({ path }) => path.startsWith(home));
    expect(files.length).toBeGreaterThan(0);
    const guilty = files.filter(({ text }) => pattern.test(where === "text" ? text : codeOf(text)));
    expect(guilty.map(({ path }) => path)).toEqual([]);
  });

  it("a name that says nothing", () => {
    const vague = /(^|\/)(utils?|services?|managers?|helpers?|common|shared|misc)(\/|\.ts$)/;
    expect(sources.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  it("is seen through by the reader of code", () => {
    expect(codeOf('const a = "console.log"; // console.log\n/** process */ b();')).not.toMatch(/console|process/);
    expect(codeOf("console.log(1);")).toMatch(/console/);
  });

  it("a file without a header that says what it is for", () => {
    const silent = sources.filter(({ path, text }) => !path.startsWith("commands/") && !text.startsWith("/**"));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});
