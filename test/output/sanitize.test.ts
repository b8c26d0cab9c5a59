/** Text from outside, on its way to a terminal, a spreadsheet, a program: it says what it says, and does nothing. */
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/files/csv.ts";
import { wholeText } from "../../src/output/chunks.ts";
import { toCsv } from "../../src/output/csv.ts";
import { textForPeople } from "../../src/output/people.ts";
import { safe, sanitize, toJson } from "../../src/output/sanitize.ts";
import { PLAIN } from "../../src/output/style.ts";
import { type Branch, drawTree } from "../../src/output/tree.ts";
import { blog } from "../support/blog.ts";
import { cli } from "../support/cli.ts";

const char = (code: number): string => String.fromCodePoint(code);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Controls, bidi, zero-width, separators, tags, a lone surrogate. */
const HOSTILE = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0xad,
  0x61c,
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x2069),
  0xfeff,
  0xd800,
  0xe0001,
];
const ATTACKS = [
  "\x1b[2J",
  "\x1b]8;;http://evil\x07link\x1b]8;;\x07",
  "safe\rrm -rf",
  "a\nb",
  "user\u202enimda",
  "\x9b31m",
];

describe("clean", () => {
  it.each(HOSTILE)("shows U+%i as an escape", (code) => {
    const shown = sanitize(`a${char(code)}b`);
    expect(shown).toMatch(/^a\\(x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]+\})b$/);
    expect(shown).toContain(code.toString(16));
  });

  it.each(["alice", "Zoë", "山田", "naïve – “quoted”", "🙂", "a b"])("leaves %s as it is", (text) => {
    expect(sanitize(text)).toBe(text);
  });

  it("cleans what is filled in, not the words around it", () => {
    expect(safe`a\nb ${"x\ny"} ${3}`).toBe("a\nb x\\x0ay 3");
  });
});

it("no cell of a table steers a terminal, fitted or in a pipe", async () => {
  for (const width of [undefined, 80]) {
    const table = { head: ["x\x1b[1m"], rows: ATTACKS.map((attack) => [attack]) };
    const text = await wholeText(textForPeople({ table }, { width, style: PLAIN }));
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

describe("toJson", () => {
  it.each(HOSTILE)("escapes U+%i, and reads back the same", (code) => {
    const value = { text: `a${char(code)}b` };
    const json = toJson(value);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(JSON.parse(json)).toEqual(value);
  });

  it("leaves ordinary text readable", () => {
    expect(toJson({ name: "Zoë 山田 🙂" })).toBe('{"name":"Zoë 山田 🙂"}');
  });
});

describe("csv", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://evil","x")'])(
    "%j is text to a spreadsheet",
    (formula) => {
      const [, [cell = ""] = []] = parse(
        toCsv([
          ["a", "b"],
          [formula, "x"],
        ]),
      ) as string[][];
      expect(cell).toMatch(/^'/);
    },
  );

  it.each(["=1+1", "-x", "@me", "a,b", 'say "x"', "plain", "'quoted"])("%j reads back the same", (text) => {
    const input = readCsv(
      "x.csv",
      toCsv([
        ["a", "b"],
        [text, "x"],
      ]),
    );
    expect((input.value as [number, string[]][])[1]?.[1]).toEqual([text, "x"]);
  });

  it("quotes as RFC 4180 has it", () => {
    expect(toCsv([["a"], ['x"y'], ["x,y"], ["x"]])).toBe('a\r\n"x""y"\r\n"x,y"\r\nx\r\n');
  });
});

describe("trees", () => {
  it("are drawn with their branches", () => {
    const leaf = (text: string, ...below: Branch[]): Branch => ({ text, below: () => below });
    expect(drawTree(leaf("a", leaf("b", leaf("c"), leaf("d")), leaf("e", leaf("f"))))).toEqual([
      "a",
      "├─ b",
      "│  ├─ c",
      "│  └─ d",
      "└─ e",
      "   └─ f",
    ]);
  });

  it("may be deeper than a call stack", () => {
    const chain = (left: number): Branch => ({ text: "x", below: () => (left > 0 ? [chain(left - 1)] : []) });
    expect(drawTree(chain(4000))).toHaveLength(4001);
  });
});

describe("what a command prints", () => {
  const lines = [
    ["can", ATTACKS[0] ?? "", "posts:read"],
    ["user", "show", ATTACKS[1] ?? ""],
    ["assign", ATTACKS[4] ?? "", "reader"],
    ["role", "create", ATTACKS[3] ?? ""],
    ["permission", "show", `posts:${ATTACKS[0]}`],
    ["can", "alice", "posts:read", "--on", ATTACKS[2] ?? ""],
    ["audit", "--kind", ATTACKS[0] ?? ""],
    ["seed", ATTACKS[0] ?? ""],
    ["assign", "alice", "reader", "--until", ATTACKS[5] ?? ""],
    [ATTACKS[0] ?? ""],
    ["can", "alice", "posts:read", `--${ATTACKS[0]}`],
  ];

  it.each(lines.map((argv) => [JSON.stringify(argv), argv] as const))(
    "%s is refused without raw controls",
    async (_, argv) => {
      const db = await blog();
      for (const how of [[], ["--json"]]) {
        const { code, stdout, stderr } = await cli([...argv, ...how], { db });
        expect(code).toBe(2);
        expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    },
  );

  it("is in colour only when forced, since this is no terminal", async () => {
    const db = await blog();
    const plain = await cli("can alice posts:read", { db });
    expect(plain.stdout).toBe("yes\nassigned editor → reader, which grants posts:read\n");
    const coloured = await cli("can alice posts:read", { db, env: { FORCE_COLOR: "1", NO_COLOR: "" } });
    expect(coloured.stdout).toContain("\x1b[32myes\x1b[39m\n");
    expect((await cli("can alice posts:read", { db, env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout).toBe(
      plain.stdout,
    );
    expect((await cli("can alice posts:read --json", { db, env: { FORCE_COLOR: "1" } })).stdout).not.toContain("\x1b");
  });
});
