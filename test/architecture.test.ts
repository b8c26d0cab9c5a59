/**
 * The rooms of src as one table that is checked: who may import what, how large a file may grow, what no file may hold, and that
 * the documents which show the rooms say the same.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOMS, roomOf } from "./support/rooms.ts";
import { ROOT } from "./support/root.ts";
import { circleIn, codeOf, exportsOf, importsOf, lengthOf, type Source, sources } from "./support/sources.ts";

/** What a file may not import of what it imports. */
function forbiddenIn({ path, imports }: Source): string[] {
  const { rooms, packages = [], only = {} } = ROOMS[roomOf(path) ?? ""] ?? { rooms: [] };
  const named = [...packages, ...(only[path] ?? [])];
  const mayImport = (name: string): boolean => {
    if (!name.endsWith(".ts")) return name.endsWith(".json") || named.some((known) => name.startsWith(known));
    const room = roomOf(name) ?? "";
    return (
      room === "errors.ts" ||
      room === roomOf(path) ||
      rooms.some((known) => room === known || (known.endsWith("/") && room.startsWith(known)))
    );
  };
  return imports.filter((name) => !mayImport(name));
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

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
    expect(sources.find(({ path }) => path === "cli/base-command.ts")?.imports).toContain("database/database.ts");
  });
});

describe("rooms", () => {
  it("give every file a place", () => {
    expect(sources.filter(({ path }) => roomOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it.each(sources)("$path imports what its room may", (source) => {
    expect(forbiddenIn(source)).toEqual([]);
  });

  it("import only what stands above them, so that folders make no circle", () => {
    const order = Object.keys(ROOMS);
    const upward = Object.entries(ROOMS).flatMap(([room, { rooms }]) =>
      rooms
        .flatMap((name) => order.filter((known) => known === name || (name.endsWith("/") && known.startsWith(name))))
        .filter((known) => order.indexOf(known) >= order.indexOf(room))
        .map((known) => `${room} imports ${known}`),
    );
    expect(upward).toEqual([]);
    const graph = new Map(order.map((room) => [room, [] as string[]]));
    for (const { path, imports } of sources)
      for (const name of imports) {
        const [from, to] = [roomOf(path) ?? "", roomOf(name)];
        if (to !== undefined && to !== from) graph.get(from)?.push(to);
      }
    expect(circleIn(graph)).toBeUndefined();
  });

  it("are each imported by nothing that the table allows in vain", () => {
    const used = new Set(
      sources.flatMap(({ path, imports }) => imports.map((name) => `${roomOf(path)} ${roomOf(name) ?? name}`)),
    );
    const idle = Object.entries(ROOMS).flatMap(([room, { rooms }]) =>
      rooms.filter((name) => !name.endsWith("/") && !used.has(`${room} ${name}`)).map((name) => `${room} ${name}`),
    );
    expect(idle).toEqual([]);
  });

  it("hold no more than 20 files each, the commands' topics aside", () => {
    const counts = new Map<string, number>();
    for (const { path } of sources)
      if (!path.startsWith("commands/")) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
  });

  it("have no circle of imports", () => {
    expect(circleIn(new Map(sources.map(({ path, imports }) => [path, imports])))).toBeUndefined();
  });
});

/** The table of rooms as CONTRIBUTING shows it. `UPDATE_DOCS=1 npx vitest run test/architecture.test.ts` writes it. */
function roomTable(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const rows = Object.entries(ROOMS).map(([room, { holds, rooms, packages = [], only = {} }]) => {
    const single = Object.entries(only).map(([file, names]) => `${code(names)} in \`${file.slice(room.length + 1)}\``);
    const named = [
      ...(rooms.length > 0 ? [code(rooms)] : []),
      ...(packages.length > 0 ? [code(packages)] : []),
      ...single,
    ];
    return `| \`${room}\` | ${holds} | ${named.join("; ") || "nothing"} |`;
  });
  return ["| room | what lives there | may import |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

describe("the documents of the rooms", () => {
  const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
  const TABLE = /(<!-- rooms -->\n)[\s\S]*(<!-- end of rooms -->)/;

  it("show the table of rooms in CONTRIBUTING", () => {
    const text = read("CONTRIBUTING.md");
    const current = text.replace(TABLE, (_, begin, end) => `${begin}${roomTable()}${end}`);
    expect(text).toMatch(TABLE);
    if (process.env.UPDATE_DOCS) writeFileSync(join(ROOT, "CONTRIBUTING.md"), current);
    else expect(text).toBe(current);
  });

  it("are a README in each folder, of a page at most", () => {
    const folders = new Set(Object.keys(ROOMS).map((room) => (room.endsWith(".ts") ? dirname(room) : room)));
    for (const folder of folders) {
      const lines = read(join("src", folder, "README.md"))
        .trimEnd()
        .split("\n");
      expect({ folder, title: lines[0] }).toEqual({ folder, title: folder === "." ? "# src" : `# ${folder}` });
      expect(lines.length).toBeGreaterThanOrEqual(8);
      expect(lines.length).toBeLessThanOrEqual(folder === "." ? 50 : 25);
    }
  });

  it("name only files that are there, and functions that are in them", () => {
    const text = read("docs/architecture.md");
    const named = [...text.matchAll(/`((?:src|bin|test|docs)\/[\w./-]+)`(?: \(`([\w.#]+)`\))?/g)];
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(([, path = "", name]) => {
      if (!existsSync(join(ROOT, path))) return true;
      return name !== undefined && !new RegExp(`\\b${name.replace(/^.*[.#]/, "")}\\b`).test(read(path));
    });
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });
});

describe("words", () => {
  it("no exported name is defined in two files, commands aside", () => {
    const homes = new Map<string, string[]>();
    for (const { path, text } of sources)
      if (!path.startsWith("commands/"))
        for (const name of new Set(exportsOf(text))) homes.set(name, [...(homes.get(name) ?? []), path]);
    expect(homes.size).toBeGreaterThan(300);
    expect([...homes].filter(([, paths]) => paths.length > 1)).toEqual([]);
  });

  it("no line is longer than 120 columns", () => {
    const long = sources.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, at) => ([...line].length > 120 ? [`${path}:${at + 1}`] : [])),
    );
    expect(long).toEqual([]);
  });

  it("the glossary has each word once", () => {
    const words = [...readFileSync(join(ROOT, "docs/glossary.md"), "utf8").matchAll(/^\| ([a-z][\w ]+) \|/gm)]
      .map(([, word = ""]) => word)
      .filter((word) => word !== "word");
    expect(words.length).toBeGreaterThan(40);
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
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

  it("no file of tests has more than 400", () => {
    const folder = join(ROOT, "test");
    // As entries, for then no link is followed: a package that is installed below may lead back to here.
    const long = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.slice(folder.length).includes("/node_modules/"))
      .filter((path) => readFileSync(path, "utf8").split("\n").length - 1 > 400);
    expect(long).toEqual([]);
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

/** What they spread is short: words, columns, a page of help, former names, the rows of a piece of a table. */
const SPREADS_SHORT_LISTS = new Set([
  "cli/name-notices.ts",
  "database/audit-record.ts",
  "output/drawn-lines.ts",
  "output/table-drawing.ts",
  "output/wrap.ts",
  "policy/impact/advice.ts",
  "program/help-layout.ts",
  "program/help.ts",
  "program/main.ts",
  "store/audit/former-names.ts",
  "store/engine/tables.ts",
  "store/sql/needed-rows-sql.ts",
  "store/write/bulk-insert.ts",
]);

describe("what no file holds", () => {
  it.each(BANNED)("%s", (_, pattern, home, where) => {
    const files = sources.filter(({ path }) => path.startsWith(home));
    expect(files.length).toBeGreaterThan(0);
    const guilty = files.filter(({ text }) => pattern.test(where === "text" ? text : codeOf(text)));
    expect(guilty.map(({ path }) => path)).toEqual([]);
  });

  it("a list that may be long, spread into arguments: a call takes about 120,000", () => {
    const spreading = sources.filter(({ text }) =>
      /(\.(push|splice|concat)|Math\.(max|min))\([^;{[)]*\.\.\./.test(codeOf(text)),
    );
    expect(spreading.map(({ path }) => path).filter((path) => !SPREADS_SHORT_LISTS.has(path))).toEqual([]);
  });

  it("a name that says nothing", () => {
    const vague = /(^|\/)((utils?|services|managers?|helpers?|common|shared|misc)(\/|\.ts$)|service\.ts$)/;
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
