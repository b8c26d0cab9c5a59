/** CSV as spreadsheets write it: other separators, and what is said of a file that is none. */
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/files/csv.ts";
import { documentOf } from "../../src/policy/document/read.ts";
import { errorOf } from "../support/documents.ts";

const told = (text: string) =>
  errorOf(() => documentOf([readCsv("p.csv", text)])).problems.map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );

it.each([",", ";", "\t"])("cells between %j, where the head line has it", (sign) => {
  const lines = [
    ["user", "role", "scope"],
    ["ann", "editor", "a;b"],
    ['"b,c"', "editor", ""],
    ["dan", "", ""],
  ];
  const text = lines.map((cells) => cells.map((cell) => (cell === "a;b" ? '"a;b"' : cell)).join(sign)).join("\r\n");
  const { facts } = documentOf([readCsv("p.csv", text)]);
  expect([...facts.user.keys()]).toEqual(["ann", "b,c", "dan"]);
  expect([...facts.assignment.values()].map(({ row }) => row.scope)).toEqual(["a;b", null]);
});

describe("what was found, and what was looked for", () => {
  const head = "the first line must name the columns, as in user,role,scope,from,until,reason, of which user is needed";
  it.each([
    ["User,Role\nann,editor\n", [`1:1 HEADER_MISSING ${head}; it is "User,Role"`]],
    ["User;Role\nann;editor\n", [`1:1 HEADER_MISSING ${head}; it is "User,Role"`]],
    ["ann,editor\nbob,editor\n", [`1:1 HEADER_MISSING ${head}; it is "ann,editor"`]],
    ["user;role,scope\nann;editor,x\n", [`1:1 HEADER_MISSING ${head}; it is "user;role,scope"`]],
    [
      'user,role\nann,"editor\nbob,editor\n',
      ['2:5 SYNTAX_INVALID this is not CSV: a quote is opened here, and no " closes it'],
    ],
  ])("%j", (text, problems) => {
    expect(told(text)).toEqual(problems);
  });

  it("each fault in the order of lines, with the column of its cell", () => {
    const text = 'user,role,scope,until\nann,editor,a*b,soon\nbob,editor\n-x,"ed\u200bitor",acme,\n"c,d", e,,';
    expect(told(text).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      ...["2:12 SCOPE_INVALID", "2:16 TIME_INVALID", "3:1 COLUMNS_WRONG", "4:1 NAME_INVALID", "4:4 NAME_INVALID"],
      "5:7 NAME_INVALID",
    ]);
  });

  it.each(["", '"'])("a row of more than a million characters, which a missing quote may make: %j", (quote) => {
    expect(told(`user,role\nann,editor\nbob,${quote}${"x".repeat(1 << 20)},y\nzoe,editor\n`)).toEqual([
      "3:1 SYNTAX_INVALID this row of CSV has more than 1048576 characters: is a quote missing?",
    ]);
  });
});
