/** Files that mean harm: each is refused with exit 2 and the place of the fault, and the database stays as it was. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contents, expectNoTrace, file, folder, forget, victim } from "../support/attack.ts";
import { cli } from "../support/cli.ts";

afterAll(forget);

const many = (count: number, text: string) => text.repeat(count);
const lines = (count: number, line: (at: number) => string, glue = "\n") =>
  Array.from({ length: count }, (_, at) => line(at)).join(glue);
const HEAD = "rbac: 1\n";
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
const between = (before: string, middle: readonly number[], after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from(middle), Buffer.from(after)]);
const ndjson = (...rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const HEADER = { rbac: 1, sections: ["roles"] };

/** File name, content, and what must be said. */
const FILES: Readonly<Record<string, readonly [name: string, content: string | Uint8Array, said: RegExp]>> = {
  "YAML: a bomb of aliases": ["p.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", /:1:7: anchors/],
  "YAML: an anchor": ["p.yaml", `${HEAD}roles: &x {}\n`, /:2:11: anchors/],
  "YAML: an alias of nothing": ["p.yaml", `${HEAD}roles: *x\n`, /:2:8:/],
  "YAML: a tag": ["p.yaml", `${HEAD}roles: !!map {}\n`, /:2:14: tags/],
  "YAML: a function": ["p.yaml", `${HEAD}roles: !!js/function 'x'\n`, /:2:8:/],
  "YAML: an include": ["p.yaml", `${HEAD}roles: !include /etc/passwd\n`, /:2:8:/],
  "YAML: a tag on a key": ["p.yaml", `${HEAD}roles: {!!str r: {}}\n`, /:2:\d+:/],
  "YAML: a merge key": ["p.yaml", `${HEAD}roles:\n  b: {<<: {description: x}}\n`, /:3:7: unknown key "<<"/],
  "YAML: a key twice": ["p.yaml", `${HEAD}roles: {r: {}, r: {}}\n`, /:2:16: the key "r"/],
  "YAML: a key twice, once escaped": ["p.yaml", `${HEAD}roles: {r: {}, "\\x72": {}}\n`, /:2:16: the key "r"/],
  "YAML: a list as a key": ["p.yaml", `${HEAD}roles: {? [a] : {}}\n`, /:2:\d+: a key is plain text/],
  "YAML: 100,000 open lists": ["p.yaml", `${HEAD}roles: ${many(100_000, "[")}\n`, /nested more than 64/],
  "YAML: 100,000 open mappings": ["p.yaml", `${HEAD}roles: ${many(100_000, "{a: ")}\n`, /nested more than 64/],
  "YAML: lists that hide behind an apostrophe": [
    "p.yaml",
    `${HEAD}roles: [it's, ${many(100_000, "[")} ']\n`,
    /nested more/,
  ],
  "YAML: lists that hide behind a plain word": ["p.yaml", `${HEAD}r:\n  a'b: ${many(100_000, "[")} '\n`, /nested more/],
  "YAML: 2,000 steps of indentation": [
    "p.yaml",
    `${HEAD}r:\n${lines(2000, (at) => `${many(at + 1, " ")}a:`)}\n`,
    /indented more/,
  ],
  "YAML: 100,000 dashes": ["p.yaml", `${HEAD}r:\n  ${many(100_000, "- ")}x\n`, /indented more/],
  "YAML: 100,000 explicit keys": ["p.yaml", `${HEAD}r:\n  ${many(100_000, "? ")}x\n`, /indented more/],
  "YAML: 200,000 quotes": ["p.yaml", `${HEAD}roles: {a: {description: ${many(200_000, "'")}\n`, /p\.yaml:3:1:/],
  "YAML: 200,000 backslashes": ["p.yaml", `${HEAD}roles: {a: {description: "${many(200_000, "\\")}\n`, /p\.yaml:3:1:/],
  "YAML: more keys than people write": [
    "p.yaml",
    `${HEAD}users:\n${lines(50_001, (at) => `  u${at}: {}`)}\n`,
    /more than 50000 keys/,
  ],
  "YAML: a directive": ["p.yaml", `%YAML 1.1\n---\n${HEAD}`, /:1:1: directives/],
  "YAML: two documents": ["p.yaml", `${HEAD}---\n${HEAD}`, /:2:1: one file holds one document/],
  "YAML: a document behind the end": ["p.yaml", `${HEAD}...\nroles: {a: {}}\n`, /:3:1: one file holds one document/],
  "YAML: cut in a list": ["p.yaml", `${HEAD}roles:\n  a: {grants: [`, /:3:\d+:/],
  "YAML: a tab for indentation": ["p.yaml", `${HEAD}roles:\n\tr: {}\n`, /:3:1: Tabs/],
  "YAML: old Macintosh line ends": ["p.yaml", "rbac: 1\rroles:\r  x: {}\r", /:1:7:/],
  "YAML: a number as a name": ["p.yaml", `${HEAD}roles: {10: {}}\n`, /:2:9: 10 is no text here: quote it/],
  "YAML: a float as a name": ["p.yaml", `${HEAD}roles: {1e3: {}}\n`, /:2:9: 1e3 is no text here: quote it/],
  "YAML: an octal as a name": ["p.yaml", `${HEAD}roles: {017: {}}\n`, /:2:9: 017 is no text here: quote it/],
  "YAML: infinity as a name": ["p.yaml", `${HEAD}roles: {.inf: {}}\n`, /:2:9: \.inf is no text here/],
  "YAML: a truth as a name": ["p.yaml", `${HEAD}roles: {true: {}}\n`, /:2:9: true is no text here/],
  "YAML: nothing as a name": ["p.yaml", `${HEAD}roles: {~: {}}\n`, /:2:9: ~ is no text here/],
  "YAML: a huge number as a role": ["p.yaml", `${HEAD}users: {b: {roles: [9${many(30, "9")}]}}\n`, /is a number here/],
  "YAML: no header": ["p.yaml", "roles: {a: {}}\n", /:1:1: .*rbac: 1/],
  "YAML: another version": ["p.yaml", "rbac: 2\n", /:1:1: the only version/],
  "YAML: the version as text": ["p.yaml", "rbac: '1'\n", /:1:1: the only version/],
  "YAML: a section of nothing": ["p.yaml", `${HEAD}roles:\n`, /:2:1: roles must be a mapping/],
  "YAML: a user of nothing": ["p.yaml", `${HEAD}users:\n  bob:\n`, /:3:3: users\.bob must be a mapping/],
  "YAML: roles of nothing": ["p.yaml", `${HEAD}users:\n  bob: {roles: }\n`, /must be a list/],
  "YAML: an unknown section": ["p.yaml", `${HEAD}rolez: {}\n`, /:2:1: unknown key "rolez"; did you mean roles/],
  "YAML: text of several lines": [
    "p.yaml",
    `${HEAD}roles:\n  r:\n    description: |\n      a\n      b\n`,
    /cannot be seen/,
  ],
  "YAML: a list": ["p.yaml", "- a\n", /:1:1: a document must be a mapping/],
  "YAML: a word": ["p.yaml", "hello\n", /:1:1: a document must be a mapping/],
  "YAML: a comment alone": ["p.yaml", "# nothing\n", /:1:1:/],
  "YAML: UTF-16": ["p.yaml", utf16(HEAD), /not UTF-8/],
  "YAML: UTF-16 without its mark": ["p.yaml", utf16(HEAD).subarray(2), /:1:1:/],
  "YAML: bytes that are no UTF-8": ["p.yaml", between(`${HEAD}roles: {`, [0xff, 0xc0, 0x80], ": {}}\n"), /not UTF-8/],
  "an empty file": ["p.yaml", "", /is empty/],
  "a file of spaces": ["p.json", " \n \n", /is empty/],
  "JSON: a key twice": ["p.json", '{"rbac":1,"roles":{"r":{},"r":{}}}', /:1:27: the key "r"/],
  "JSON: a key twice, once escaped": ["p.json", '{"rbac":1,"roles":{"r":{},"\\u0072":{}}}', /:1:27: the key "r"/],
  "JSON: a section twice, once escaped": ["p.json", '{"rbac":1,"roles":{},"\\u0072oles":{}}', /:1:22: the key "roles"/],
  "JSON: 100,000 open lists": [
    "p.json",
    `{"rbac":1,"roles":${many(100_000, "[")}${many(100_000, "]")}}`,
    /nested more/,
  ],
  "JSON: 100,000 open objects": ["p.json", `${many(100_000, '{"a":')}1${many(100_000, "}")}`, /nested more/],
  "JSON: a name of 20 MB": ["p.json", `{"rbac":1,"roles":{"${many(20_000_000, "a")}":{}}}`, /:1:20: .*longer than 255/],
  "JSON: a name of 5 million escapes": [
    "p.json",
    `{"rbac":1,"roles":{"${many(5_000_000, "\\n")}":{}}}`,
    /:1:20: .*longer than 255/,
  ],
  "JSON: a scope that normalises slowly": [
    "p.json",
    `{"rbac":1,"users":{"b":{"roles":[{"role":"reader","scope":"a${many(500_000, "\u0316\u0301")}"}]}}}`,
    /longer than 1000/,
  ],
  "JSON: 30,000 faults": [
    "p.json",
    `{"rbac":1,"users":{\n${lines(30_000, (at) => `"${at}\\t":{}`, ",\n")}}}`,
    /:2:1: .*\n.*:3:1: /,
  ],
  "JSON: cut": ["p.json", '{"rbac":1,"roles":{"a":', /:1:24: this is not JSON/],
  "JSON: behind the end": ["p.json", '{"rbac":1} {"rbac":1}', /:1:12: this is not JSON/],
  "JSON: a number": ["p.json", "5", /:1:1: a document must be a mapping/],
  "JSON: null": ["p.json", "null", /:1:1: a document must be a mapping/],
  "JSON: a version beyond numbers": ["p.json", '{"rbac":1e999}', /:1:2: the only version/],
  "JSON: a number as an e-mail": ["p.json", '{"rbac":1,"users":{"b":{"email":1e400}}}', /is a number here/],
  "JSON: __proto__ as a section": ["p.json", '{"rbac":1,"__proto__":{"roles":{"x":{}}}}', /unknown key "__proto__"/],
  "JSON: __proto__ as a field": [
    "p.json",
    '{"rbac":1,"users":{"b":{"__proto__":{"email":"x"}}}}',
    /unknown key "__proto__"/,
  ],
  "JSON: surrogates as bytes": ["p.json", between('{"rbac":1,"roles":{"', [0xed, 0xa0, 0x80], '":{}}}'), /not UTF-8/],
  "NDJSON: cut between lines": ["p.ndjson", ndjson(HEADER, { kind: "role", role: "a" }), /:2:1: the last line must be/],
  "NDJSON: cut in a line": ["p.ndjson", `${ndjson(HEADER)}{"kind":"ro`, /:2:\d+: this is not JSON/],
  "NDJSON: a wrong count": [
    "p.ndjson",
    ndjson(HEADER, { kind: "role", role: "a" }, { end: 5 }),
    /:3:1: the end counts 5/,
  ],
  "NDJSON: a field twice": [
    "p.ndjson",
    `${ndjson(HEADER)}{"kind":"role","role":"a","role":"b"}\n{"end":1}\n`,
    /:2:27: the key "role"/,
  ],
  "NDJSON: a field twice, spaced": [
    "p.ndjson",
    `${ndjson(HEADER)}{"kind":"role","role" :"a","role":"b"}\n{"end":1}\n`,
    /:2:28: the key "role"/,
  ],
  "NDJSON: two ends": ["p.ndjson", `${ndjson(HEADER)}{"end":7,"\\u0065nd":0}\n`, /:2:10: the key "end"/],
  "NDJSON: more than an end": ["p.ndjson", `${ndjson(HEADER)}{"end":0,"x":1}\n`, /:2:1: the last line must be/],
  "NDJSON: a header with more in it": [
    "p.ndjson",
    ndjson({ ...HEADER, junk: 1 }, { end: 0 }),
    /:1:1: unknown key "junk"/,
  ],
  "NDJSON: a section that every object inherits": [
    "p.ndjson",
    ndjson({ rbac: 1, sections: ["constructor"] }, { end: 0 }),
    /:1:1: unknown section/,
  ],
  "NDJSON: sections that are no list": ["p.ndjson", ndjson({ rbac: 1, sections: "roles" }, { end: 0 }), /:1:1:/],
  "NDJSON: a kind that every object inherits": [
    "p.ndjson",
    ndjson(HEADER, { kind: "constructor" }, { end: 1 }),
    /:2:1: a row needs a kind/,
  ],
  "NDJSON: rows that are no objects": ["p.ndjson", ndjson(HEADER, [1], null, { end: 2 }), /:2:1: .*\n.*:3:1: /],
  "NDJSON: 100,000 open lists": [
    "p.ndjson",
    `${ndjson(HEADER)}{"kind":"role","role":${many(100_000, "[")}\n{"end":1}\n`,
    /:2:\d+: nested more/,
  ],
  "CSV: __proto__ as a column": ["p.csv", "user,__proto__\nbob,x\n", /:1:1: the first line must name/],
  "CSV: a column twice": ["p.csv", "user,user\na,b\n", /:1:1: the first line must name/],
  "CSV: an open quote": ["p.csv", 'user,role\n"bob,x\n', /:2:1: this is not CSV/],
  "CSV: too few cells": ["p.csv", "user,role,scope\nbob\n", /:2:1: 1 cells/],
  "CSV: NUL": ["p.csv", "user,role\nb\0b,reader\n", /:2:1: /],
  "CSV: UTF-16": ["p.csv", utf16("user,role\nbob,reader\n"), /not UTF-8/],
  "no name to tell by: garbage": ["p", Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 128), /p:1:1:/],
};

describe("a document that means harm", () => {
  let db = "";
  let before = "";
  beforeAll(async () => {
    db = await victim();
    before = contents(db);
  });

  it.each(Object.keys(FILES))("is refused: %s", async (what) => {
    const [name, content, said] = FILES[what] ?? ["", "", /^$/];
    const path = file(name, content);
    for (const argv of [
      ["seed", path],
      ["diff", path],
    ]) {
      const { code, stdout, stderr } = await cli(argv, { db });
      expect({ argv, code, stdout, stderr }).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(said),
      });
      expect(stderr.split("\n").length).toBeLessThanOrEqual(22);
      expectNoTrace(stderr);
    }
    expect(contents(db)).toBe(before);
    expect(({} as Record<string, unknown>).email).toBeUndefined();
  });

  it.each(["p.yaml", "p.json", "p.ndjson"])("creates no database: %s", async (name) => {
    const at = folder();
    const result = await cli(["seed", file(name, "{"), "--db", `${at}/new.db`]);
    expect(result.code).toBe(2);
    expect((await cli(["user", "list", "--db", `${at}/new.db`])).code).toBe(4);
  });
});

describe("a document that only looks odd", () => {
  const GOOD: Readonly<Record<string, readonly [name: string, content: string]>> = {
    "YAML with a byte order mark": ["p.yaml", `\ufeff${HEAD}roles: {odd: {}}\n`],
    "YAML with CRLF": ["p.yaml", "rbac: 1\r\nroles:\r\n  odd: {}\r\n"],
    "JSON with a byte order mark": ["p.json", '\ufeff{"rbac":1,"roles":{"odd":{}}}'],
    "CSV with a byte order mark": ["p.csv", "\ufeffuser,role\nodd,reader\n"],
    "YAML within an end": ["p.yaml", `---\n${HEAD}roles: {odd: {}}\n...\n`],
    "brackets in quotes": ["p.yaml", `${HEAD}roles: {odd: {description: "${many(500, "[")}"}}\n`],
    "brackets in a plain scalar": ["p.yaml", `${HEAD}roles:\n  odd:\n    description: a ${many(400, "[{")}\n`],
  };
  it.each(Object.keys(GOOD))("is read: %s", async (what) => {
    const [name, content] = GOOD[what] ?? ["", ""];
    const { code, stdout, stderr } = await cli(["seed", file(name, content), "--dry-run"], { db: await victim() });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining("odd") });
  });
});
