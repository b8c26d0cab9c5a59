/** Tables for people: fitted to a terminal, plain in a pipe, in colour only where it is wanted. */
import { describe, expect, it } from "vitest";
import { FORMATS, type ListPart, render, type View } from "../../src/output/render.ts";
import { renderParts } from "../../src/output/stream.ts";
import { PLAIN, styleFor } from "../../src/output/style.ts";
import { drawTable, type Table } from "../../src/output/table.ts";
import { fold, measureFor } from "../../src/output/width.ts";

const TABLE: Table = {
  head: ["user", "grant", "scope", "except", "roles"],
  rows: [
    ["alice@example.com", "posts:publish", null, [], ["editor", "reader"]],
    ["a-name-that-goes-on-".repeat(4), "posts:*", "acme/blog/2026/november", ["acme/blog/secret", null], ["editor"]],
  ],
};

const ESC = String.fromCharCode(27);
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));
/** The letters of a text, without the lines of the box and the breaks of its cells. */
const letters = (text: string): string => text.replace(/[^\w@:*/-]/g, "");

describe.each([60, 80, 120])("a terminal of %i columns", (width) => {
  it("is never exceeded, and nothing is cut", async () => {
    const text = await drawTable(TABLE, width, PLAIN);
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toMatch(/^┌─/);
    expect(text).not.toContain("…");
    const cells = [...TABLE.head, ...TABLE.rows.flat(2).map((cell) => cell ?? "–"), "everywhere"];
    expect(letters(text)).toHaveLength(letters(cells.join("")).length);
  });

  it("has no colour of the table's own", async () => {
    expect(await drawTable(TABLE, width, PLAIN)).not.toContain(ESC);
  });
});

it("a small table is drawn no wider than it is", async () => {
  expect(await drawTable({ head: ["a", "b"], rows: [["x", true]] }, 80, PLAIN)).toBe(
    "┌───┬──────┐\n│ a │ b    │\n├───┼──────┤\n│ x │ true │\n└───┴──────┘",
  );
});

describe("a pipe", () => {
  it("gets plain columns, one row a line, whatever their length", async () => {
    const text = await drawTable(TABLE, undefined, PLAIN);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toMatch(/[│┌─]/);
    expect(text).toContain("a-name-that-goes-on-".repeat(4));
    const [head = "", ...rows] = text.split("\n");
    for (const row of rows) expect(row.indexOf("posts:")).toBe(head.indexOf("grant"));
  });

  it("shows what is not there as a dash, and a scope of null as everywhere", async () => {
    const [, first, second] = (await drawTable(TABLE, undefined, PLAIN)).split("\n");
    expect(first).toMatch(/posts:publish +– +– +editor, reader$/);
    expect(second).toContain("acme/blog/secret, everywhere");
  });

  it("gets no trailing spaces", async () => {
    expect(await drawTable({ head: ["a", "b"], rows: [["x", ""]] }, undefined, PLAIN)).toBe("a  b\nx");
  });
});

describe("wide letters", () => {
  const wide: Table = {
    head: ["user", "description"],
    rows: [
      ["山田太郎", "日本語の説明".repeat(9)],
      ["🙂", "e\u0301cole"],
    ],
  };

  it("are counted as two columns, marks as none, and none is lost", async () => {
    for (const width of [30, 60, 200]) {
      const text = await drawTable(wide, width, PLAIN);
      expect(text).not.toContain("…");
      expect(text.match(/[日本語の説明]/g)).toHaveLength(54);
      const widthOf = await measureFor([text]);
      const ends = text.split("\n").map(widthOf);
      expect(new Set(ends).size).toBe(1);
      expect(ends[0]).toBeLessThanOrEqual(width);
    }
  });

  it("stand in columns in a pipe too", async () => {
    const [head = "", first = ""] = (await drawTable(wide, undefined, PLAIN)).split("\n");
    const widthOf = await measureFor([first]);
    expect(widthOf(first.slice(0, first.indexOf("日")))).toBe(head.indexOf("description"));
  });

  const SEEN: readonly [letters: string, columns: number, what: string][] = [
    ["🇩🇪", 2, "a flag"],
    ["👍🏽", 2, "an emoji with a modifier"],
    ["日本", 4, "ideographs"],
    ["e\u0301", 1, "a letter with a mark"],
    ["q\u0302\u0323", 1, "a letter with two marks"],
    ["한글", 4, "syllables"],
    ["ｗｉｄｅ", 8, "full-width letters"],
    ["é ß →", 5, "narrow letters that are not ASCII"],
    ["plain", 5, "ASCII"],
  ];

  it.each(SEEN)("%s: %i columns, %s", async (letters, columns) => {
    const widthOf = await measureFor([letters]);
    expect(widthOf(letters)).toBe(columns);
    const row = (cell: string) => [cell, "|"];
    const lines = (await drawTable({ head: ["a", "b"], rows: [letters, "12345678"].map(row) }, undefined, PLAIN))
      .split("\n")
      .slice(1);
    expect(new Set(lines.map((line) => widthOf(line.slice(0, line.indexOf("|"))))).size).toBe(1);
    const boxed = await drawTable({ head: ["a"], rows: [[letters.repeat(9)]] }, 12, PLAIN);
    expect(new Set(boxed.split("\n").map(widthOf)).size).toBe(1);
  });

  it("are broken between letters, never inside of one", async () => {
    const widthOf = await measureFor(["🇩🇪"]);
    for (const [letter] of SEEN.slice(0, 2)) {
      const lines = fold(letter.repeat(5), 5, widthOf).split("\n");
      expect(lines).toEqual([letter.repeat(2), letter.repeat(2), letter]);
    }
    expect(fold("e\u0301".repeat(7), 3, widthOf).split("\n").map(widthOf)).toEqual([3, 3, 1]);
  });
});

it("a thousand rows are drawn, more are listed", async () => {
  const rows = (count: number) => Array.from({ length: count }, (_, at) => [at]);
  expect(await drawTable({ head: ["n"], rows: rows(1000) }, 80, PLAIN)).toContain("│ 999 │");
  const text = await drawTable({ head: ["n"], rows: rows(1001) }, 80, PLAIN);
  expect(text).not.toContain("│");
  expect(text.split("\n")).toHaveLength(1002);
});

describe("colour", () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [false, { FORCE_COLOR: "" }, false],
  ])("terminal %s, %j: %s", async (terminal, env, coloured) => {
    const style = await styleFor(terminal, env);
    expect(style.good("yes") !== "yes").toBe(coloured);
  });

  it("never carries meaning: without it the text is the same", async () => {
    const style = await styleFor(true, {});
    const stripped = (text: string) => text.replaceAll(new RegExp(`${ESC}\\[[\\d;]*m`, "g"), "");
    for (const paint of ["good", "bad", "faint", "strong"] as const)
      expect(stripped(style[paint]("text"))).toBe("text");
    const drawn = await drawTable(TABLE, 80, style);
    expect(drawn).toContain(ESC);
    expect(stripped(drawn)).toBe(await drawTable(TABLE, 80, PLAIN));
  });
});

describe("a list in parts", () => {
  const paper = { width: 80, style: PLAIN };
  const view = (...names: string[]): ListPart => ({
    json: { on: "acme ]}", revision: 7, scopes: [] },
    list: { name: "users", rows: names.map((user) => ({ user, roles: ["a"], except: [] })) },
    table: { head: ["user", "roles"], rows: names.map((user) => [user, ["a"]]) },
    notices: names.length === 0 ? ["nobody"] : [],
  });
  async function written(format: (typeof FORMATS)[number], ...views: ListPart[]) {
    async function* parts() {
      yield* views;
    }
    const all: { text: string; notices: readonly string[] }[] = [];
    for await (const part of renderParts(parts(), format, paper)) all.push(part);
    return {
      text: all.map(({ text }) => text).join(""),
      notices: all.flatMap(({ notices }) => notices),
      count: all.length,
    };
  }

  it.each(FORMATS)("is as a view where it is one part, empty or not: %s", async (format) => {
    for (const only of [view("bob", "eve"), view()]) {
      const text = await render(only, format, paper);
      expect(await written(format, only)).toEqual({ text, notices: only.notices, count: 1 });
    }
  });

  it.each(FORMATS)("is as a view of all of it would be in a pipe, but for the width of columns: %s", async (format) => {
    const names = ["bob", "=eve", "zoë, the first", "]}", "two\nlines", "- x:", "bell\x07"];
    const whole = await render(view(...names), format, { ...paper, width: undefined });
    const { text, notices, count } = await written(format, ...names.map((one) => view(one)));
    const plain = (lines: string) => (format === "table" ? lines.replace(/ {2,}/g, "  ") : lines);
    expect(plain(text)).toBe(plain(whole));
    expect([notices, count]).toEqual([[], names.length + 1]);
  });

  it("is aligned by its first part, and wider from where another needs it", async () => {
    const { text } = await written("table", view("bob", "alice"), view("eve"), view("maximilian", "zoe"), view("z"));
    expect(text.split("\n")).toEqual([
      "user   roles",
      "bob    a",
      "alice  a",
      "eve    a",
      "maximilian  a",
      "zoe         a",
      "z           a",
      "",
    ]);
  });

  it("asks for a part when what is before it was taken", async () => {
    let asked = 0;
    async function* parts() {
      for (const name of ["a", "b", "c", "d"]) {
        asked += 1;
        yield view(name);
      }
    }
    for await (const { text } of renderParts(parts(), "csv", paper)) {
      expect(text).toBe("user,roles\r\na,a\r\n");
      break;
    }
    expect(asked).toBe(2);
  });
});

describe("a view", () => {
  const view: View = { json: { users: [] }, table: { head: ["user"], rows: [] } };
  const paper = { width: undefined, style: PLAIN };

  it("without rows prints nothing for people, and an empty list for programs", async () => {
    expect(await render(view, "table", paper)).toBe("");
    expect(await render(view, "csv", paper)).toBe("user\r\n");
    expect(await render(view, "json", paper)).toBe('{"users":[]}\n');
    expect(await render(view, "yaml", paper)).toBe("users: []\n");
  });
});
