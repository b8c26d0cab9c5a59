/** Names that mean harm: refused at every door with exit 2, or kept exactly as they are. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contents, expectRefused, file, forget, victim } from "../../support/attack.ts";
import { cli, json } from "../../support/cli.ts";

afterAll(forget);

const ILLEGAL: Readonly<Record<string, string>> = {
  NUL: "admin\0evil",
  "escape sequence": "a\x1b[2J",
  bell: "a\x07",
  "line feed": "a\nb",
  "carriage return": "a\rb",
  tab: "a\tb",
  delete: "a\x7f",
  "C1 control": "a\x9b31m",
  "right-to-left override": "a\u202eb",
  isolate: "a\u2066b",
  "zero-width space": "a\u200bb",
  "zero-width joiner": "a\u200db",
  "soft hyphen": "ad\u00admin",
  "byte order mark": "\ufeffadmin",
  "variation selector": "a\ufe0f",
  "tag character": "a\u{e0041}",
  "hangul filler": "\u3164",
  "line separator": "a\u2028b",
  "no-break space": "a\u00a0b",
  "ideographic space": "a\u3000b",
  "private use": "a\ue000",
  noncharacter: "a\ufffe",
  "what stands for unreadable bytes": "a\ufffd",
  "lone high surrogate": "a\ud800",
  "lone low surrogate": "\udc00a",
  empty: "",
  "space alone": " ",
  "leading space": " admin",
  "trailing space": "admin ",
  "leading dash": "-admin",
  "leading dashes": "--yes",
  "256 characters": "a".repeat(256),
  "256 characters of two units": "😀".repeat(256),
  "100 kB": "a".repeat(100_000),
  "100 kB that normalises slowly": `a${"\u0316\u0301".repeat(50_000)}`,
};

const LEGAL = [
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"],
  ...["10", "2", "1", "0", "007", "1e3", "0x1f", ".5", "1_000", "12:30:45", "2027-01-01", "2027-01-01T00:00:00Z"],
  ...["no", "on", "yes", "off", "y", "n", "true", "false", "null", "~", "NULL", ".inf", ".nan", "=", "<<"],
  ...["a: b", "a #b", "# a", "[a]", "{a}", "a,b", "*a", "&a", "!a", "!!str", "|", ">", "%a", "@a", "`a`", "? a", "..."],
  ...[
    "'",
    '"',
    "\\",
    "\\n",
    "a'b\"c",
    "$(id)",
    "`id`",
    ";drop table users",
    "'; drop table users; --",
    "%s%n",
    "../../etc",
  ],
  ...["=1+1", "+1", "@SUM(A1)", "a|b", "é", "Ω", "名前", "😀", "a".repeat(255), "😀".repeat(255), "everywhere", "–"],
];

/** The same name through every door that takes one. */
const DOORS: Readonly<Record<string, (name: string) => readonly string[]>> = {
  "an argument": (name) => ["user", "create", "--", name],
  "an assignment": (name) => ["assign", "--", name, "reader"],
  "a role": (name) => ["role", "create", "--", name],
  "a new name": (name) => ["user", "rename", "--", "alice", name],
  "an actor": (name) => ["user", "create", "zoe", `--actor=${name}`],
  "a JSON key": (name) => ["seed", file("p.json", JSON.stringify({ rbac: 1, users: { [name]: {} } }))],
  "a JSON value": (name) => ["seed", file("p.json", JSON.stringify({ rbac: 1, users: { zoe: { roles: [name] } } }))],
  "a YAML key": (name) => ["seed", file("p.yaml", `rbac: 1\nusers:\n  ? ${JSON.stringify(name)}\n  : {}\n`)],
  "an NDJSON row": (name) => ["seed", file("p.ndjson", rows([{ kind: "user", user: name }]))],
};

const rows = (facts: readonly object[]): string =>
  [{ rbac: 1, sections: ["users"] }, ...facts, { end: facts.length }].map((row) => `${JSON.stringify(row)}\n`).join("");

describe("a name that means harm", () => {
  let db = "";
  let before = "";
  beforeAll(async () => {
    db = await victim();
    before = contents(db);
  });

  for (const [door, argv] of Object.entries(DOORS)) {
    it.each(Object.keys(ILLEGAL))(`is refused as ${door}: %s`, async (what) => {
      const result = await cli(argv(ILLEGAL[what] ?? ""), { db });
      expectRefused(result, 2);
      expect(result.stderr.length).toBeLessThan(1000);
      expect(contents(db)).toBe(before);
    });
  }
});

describe("an odd but legal name", () => {
  it("is kept as it is, and comes back through every format, in one database with all the others", async () => {
    const users = Object.fromEntries(LEGAL.map((name) => [name, { name, roles: ["reader"] }]));
    const policy = { rbac: 1, roles: { reader: {} }, users };
    const db = await victim(JSON.stringify(policy));
    const listed = await json<{ users: { user: string }[] }>("user list", { db });
    expect(listed.users.map(({ user }) => user).sort()).toEqual([...LEGAL].sort());
    for (const format of ["yaml", "json", "ndjson"]) {
      const exported = await cli(["export", "--format", format], { db });
      const again = await cli(["seed", "--prune", file(`again.${format}`, exported.stdout)], { db });
      expect({ format, ...again }).toMatchObject({ code: 0, stderr: expect.stringContaining("unchanged") });
    }
    const csv = await cli(["export", "--format", "csv"], { db });
    expect((await cli(["seed", file("again.csv", csv.stdout)], { db })).stderr).toContain("unchanged");
  });

  it("can be asked about, and goes again", async () => {
    const db = await victim();
    for (const name of LEGAL) {
      const codes: number[] = [];
      for (const argv of [
        ["assign", "--allow-confusable", "--allow-comma", name, "reader"],
        ["can", name, "posts:read"],
        ["has", name, "admin"],
        ["user", "delete", name, "--yes"],
      ])
        codes.push((await cli(argv, { db })).code);
      expect({ name, codes }).toEqual({ name, codes: [0, 0, 1, 0] });
    }
  });

  it("in its two Unicode forms is one name", async () => {
    const db = await victim();
    await cli(["user", "create", "e\u0301ve"], { db });
    expect(await cli(["user", "create", "\u00e9ve"], { db })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^unchanged/),
    });
    expect((await json<{ users: unknown[] }>("user list", { db })).users).toHaveLength(3);
  });
});

describe("a name that looks like another", () => {
  const LOOKALIKES = [
    "Alice",
    "ALICE",
    "аlice",
    "alicе",
    "a1ice",
    "a|ice",

    "ａｌｉｃｅ",
    "𝐚𝐥𝐢𝐜𝐞",
    "αlice",
    "ali\u0441e",
  ];
  it.each(LOOKALIKES)("is refused unless it is said to be meant: %s", async (name) => {
    const db = await victim();
    const before = contents(db);
    for (const argv of [
      ["user", "create", name],
      ["assign", name, "reader"],
      ["user", "rename", "root", name],
    ]) {
      expectRefused(await cli(argv, { db }), 3, /looks like "alice"/);
      expect(contents(db)).toBe(before);
    }
    expect(await cli(["user", "create", name, "--allow-confusable"], { db })).toMatchObject({ code: 0 });
    expect(await cli(["can", name, "posts:read"], { db })).toMatchObject({ code: 1 });
  });
});
