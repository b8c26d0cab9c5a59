/** Tables for people: fitted to a terminal, plain in a pipe, in colour only where it is wanted. */
import { describe, expect, it } from "vitest";
import { wholeText } from "../../src/output/chunks.ts";
import { textForPeople } from "../../src/output/people.ts";
import { FORMATS, type ListPart, render, type View } from "../../src/output/render.ts";
import { renderParts } from "../../src/output/stream.ts";
import { PLAIN, styleFor } from "../../src/output/style.ts";
import { type Table, timeCell } from "../../src/output/table.ts";
import { cut, fold, measureFor } from "../../src/output/width.ts";

/** What people get of a table, without the last line end. */
const drawn = async (table: Table, width: number | undefined, style = PLAIN): Promise<string> =>
  (await wholeText(textForPeople({ table }, { width, style }))).replace(/\n$/, "");

const TABLE: Table = {
  head: ["user", "grant", "scope", "except", "roles"],
  rows: [
    ["alice@example.com", "posts:publish", null, [], ["editor", "reader"]],
    ["a-name-that-goes-on-".repeat(4), "posts:*", "acme/blog/2026/november", ["acme/blog/secret", null], ["editor"]],
  ],
};

const ESC = String.fromCharCode(27);
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));
describe.each([60, 80, 120])("a terminal of %i columns", (width) => {
  it("is never exceeded, and a row is a line", async () => {
    const text = await drawn(TABLE, width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).not.toMatch(/[│┌─]/);
    const rows = text.split("\n").filter((line) => !/^(not shown| )/.test(line));
    expect(rows).toHaveLength(3);
  });

  it("has no colour of the table's own", async () => {
    expect(await drawn(TABLE, width)).not.toContain(ESC);
  });
});

describe("a terminal", () => {
  it("gets no more than what there is: no empty column, no blanks at the end", async () => {
    const head = ["user", "email", "disabled", "roles", "until"];
    const rows = [
      ["alice", null, false, ["editor", "author"], timeCell("2026-11-20T09:00:00.123Z")],
      ["bob", null, false, [], timeCell(null)],
    ];
    const style = await styleFor(true, { NO_COLOR: "1" });
    expect(await drawn({ head, rows }, 80, style)).toBe(
      "user   roles           until\nalice  editor, author  2026-11-20T09:00:00Z\nbob    –               –",
    );
    expect(await drawn({ head, rows }, undefined)).toBe(
      [
        "user   email  disabled  roles           until",
        "alice  –      false     editor, author  2026-11-20T09:00:00.123Z",
        "bob    –      false     –               –",
      ].join("\n"),
    );
  });

  const WORDY: Table = {
    head: ["name", "kind", "words", "remark"],
    rows: [["a-name", "assignment", "one two three four five six seven eight", "not so important at all"]],
    least: ["remark", "kind"],
  };
  it.each([
    [84, ["name    kind        words                                    remark"]],
    [
      83,
      [
        "name    kind        words                                    remark",
        /six seven eight {2}not so important at …$/,
      ],
    ],
    [70, [/words {29}remark$/, / one two three four five six … {5}not so …$/]],
    [60, ["name    kind        words", /six seven eight$/, "not shown: remark (--format csv or --json has all)"]],
    [48, ["name    words", /^a-name {2}one .* eight$/, "not shown: kind, remark (--format csv or --json"]],
    [40, ["name    words", "a-name  one two three four five six …"]],
    [24, ["name    words", "a-name  one two three …"]],
    [5, ["name", "a-na…"]],
  ])("of %i columns has what matters most", async (width, expected) => {
    const lines = (await drawn(WORDY, width)).split("\n");
    for (const [at, line] of expected.entries()) {
      if (typeof line === "string") expect(lines[at]).toBe(line);
      else expect(lines[at]).toMatch(line);
    }
  });
});

describe("a pipe", () => {
  it("gets plain columns, one row a line, whatever their length", async () => {
    const text = await drawn(TABLE, undefined);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toMatch(/[│┌─]/);
    expect(text).toContain("a-name-that-goes-on-".repeat(4));
    const [head = "", ...rows] = text.split("\n");
    for (const row of rows) expect(row.indexOf("posts:")).toBe(head.indexOf("grant"));
  });

  it("shows what is not there as a dash, and a scope of null as everywhere", async () => {
    const [, first, second] = (await drawn(TABLE, undefined)).split("\n");
    expect(first).toMatch(/posts:publish +– +– +editor, reader$/);
    expect(second).toContain("acme/blog/secret, everywhere");
  });

  it("gets no trailing spaces", async () => {
    expect(await drawn({ head: ["a", "b"], rows: [["x", ""]] }, undefined)).toBe("a  b\nx");
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

  it("are counted as two columns, marks as none, and stand in columns", async () => {
    expect((await drawn(wide, 37)).split("\n")).toEqual([
      "user      description",
      "山田太郎  日本語の説明日本語の説明日…",
      "🙂        e\u0301cole",
    ]);
    expect(await drawn(wide, 200)).toContain("日本語の説明".repeat(9));
  });

  it("stand in columns in a pipe too", async () => {
    const [head = "", first = ""] = (await drawn(wide, undefined)).split("\n");
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
    for (const width of [undefined, 80]) {
      const rows = [letters, "12345678"].map(row);
      const lines = (await drawn({ head: ["a", "b"], rows }, width)).split("\n").slice(1);
      expect(new Set(lines.map((line) => widthOf(line.slice(0, line.indexOf("|"))))).size).toBe(1);
    }
    const [, shown = ""] = (await drawn({ head: ["a"], rows: [[letters.repeat(20)]] }, 12)).split("\n");
    expect(widthOf(shown)).toBeLessThanOrEqual(12);
    expect(widthOf(shown)).toBeGreaterThan(9);
  });

  it("are broken between letters, never inside of one", async () => {
    const widthOf = await measureFor(["🇩🇪"]);
    for (const [letter] of SEEN.slice(0, 2)) {
      expect(fold(letter.repeat(5), 5, widthOf)).toEqual([letter.repeat(2), letter.repeat(2), letter]);
      expect(cut(letter.repeat(5), 6, widthOf)).toBe(`${letter.repeat(2)}…`);
    }
    expect(fold("e\u0301".repeat(7), 3, widthOf).map(widthOf)).toEqual([3, 3, 1]);
  });
});

it("a long table is drawn as a short one is, though not by cli-table3", async () => {
  const cells = ["plain", "日本", "नमस्ते", "e\u0301", "two words of it", null];
  const rows = Array.from({ length: 1001 }, (_, at) => cells.map((_, column) => cells[(at + column) % 6] ?? null));
  const table = { head: ["a", "b", "c", "d", "e", "f"] };
  for (const width of [40, 80]) {
    const long = (await drawn({ ...table, rows }, width)).split("\n");
    const short = (await drawn({ ...table, rows: rows.slice(0, 900) }, width)).split("\n");
    expect(long.slice(0, 900)).toEqual(short.slice(0, 900));
  }
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
    const text = await drawn(TABLE, 80, style);
    expect(text.split("\n")[0]).toContain(ESC);
    expect(text.split("\n").slice(1).join("")).not.toContain(ESC);
    expect(stripped(text)).toBe(await drawn(TABLE, 80));
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

  it("has on a terminal the columns of its first part, and tells what later ones hold besides", async () => {
    const part = (user: string, roles: string[], remark: string | null): ListPart => ({
      ...view(user),
      table: { head: ["user", "remark", "roles"], rows: [[user, remark, roles]], least: ["remark"] },
      legend: () => ["a legend"],
    });
    const parts = [part("bob", ["a"], null), part("eve", ["a long role", "b"], null), part("zoe", ["b"], "new")];
    expect((await written("table", ...parts)).text.split("\n")).toEqual([
      "user  roles",
      "bob   a",
      "eve   a long role, b",
      "zoe   b",
      "a legend",
      "not shown: remark (--format csv or --json has all)",
      "",
    ]);
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
