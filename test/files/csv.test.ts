/** CSV as spreadsheets write it: other separators, and what is said of a file that is none. */
import { describe, expect, it } from "vitest";
import { readCsv, streamCsv } from "../../src/files/csv.ts";
import { type DocumentInput, documentOf } from "../../src/policy/document/read.ts";
import { errorOf, fileWith } from "../support/documents.ts";

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

describe("a file of several parts", () => {
  /** Reasons with quotes, separators and line ends in them, so that a part must not end at every line end. */
  const reason = (at: number) =>
    `"${["plain", 'a ""b"" c', "two\nlines", "x;y z", 'end ""'][at % 5]} ${"r".repeat(80)}"`;
  const rows = Array.from({ length: 30_000 }, (_, at) =>
    at % 7 === 0 ? `user${at},,,` : `user${at % 9000},role${at % 3},s${at},${reason(at)}`,
  );
  const plain = rows.map((row) => row.replace("\n", " ")); // No text of a policy has a line end.
  const text = (lines: readonly string[]) => ["user,role,scope,reason", ...lines].join("\r\n");
  const streamed = (content: string) => streamCsv(fileWith(content, "people.csv"));
  const factsOf = (input: DocumentInput) => {
    const { facts, sections } = documentOf([input]);
    const told = ({ row, reason: why }: { row: object; reason: string | null }) => JSON.stringify([row, why]);
    return [[...sections], [...facts.user.values()].map(told).sort(), [...facts.assignment.values()].map(told).sort()];
  };

  it("has the records that it has at once, each with its line", () => {
    const parts = [...(streamed(text(rows)).value as () => Iterable<readonly unknown[]>)()];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flat()).toEqual(readCsv("people.csv", text(rows)).value);
  });

  it("states what it states at once", () => {
    expect(factsOf(streamed(text(plain)))).toEqual(factsOf(readCsv("people.csv", text(plain))));
  });

  it.each([
    ["a cell too many", "user1,role1,s,r,more", "COLUMNS_WRONG"],
    ["a name that is none", "us\u200ber,role1,s,r", "NAME_INVALID"],
    ["a quote inside of a cell", 'user1,ro"le,s,r', "SYNTAX_INVALID"],
  ])("tells the line of %s", (_, fault, code) => {
    const lines = [...plain.slice(0, 25_000), fault, ...plain.slice(25_000)];
    const place = (input: () => DocumentInput) =>
      errorOf(() => documentOf([input()])).problems.map((problem) => [problem.line, problem.code]);
    const held = place(() => readCsv("people.csv", text(lines)));
    expect(held[0]?.[1]).toBe(code);
    expect(place(() => streamed(text(lines)))[0]).toEqual(held[0]);
  });

  it.each([
    ["ann,bob\n", "HEADER_MISSING"],
    ["user,role\n", "RECORDS_MISSING"],
    ['user,role\nann,"editor\n', "SYNTAX_INVALID"],
  ])("is refused as a short one is: %j", (content, code) => {
    expect(errorOf(() => documentOf([streamed(content)])).problems.map((problem) => problem.code)).toEqual([code]);
  });
});
