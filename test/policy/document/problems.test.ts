/** What is wrong in a document: every problem, at its line and column. */
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/files/csv.ts";
import { readJson } from "../../../src/files/json.ts";
import { readNdjson } from "../../../src/files/ndjson.ts";
import { checkedChangesTo, policyOf } from "../../../src/policy/document/changes-to-document.ts";
import { Problems } from "../../../src/policy/document/problems.ts";
import { type DocumentInput, documentOf } from "../../../src/policy/document/read.ts";
import { errorOf, policyFrom, problemsOf } from "../../support/documents.ts";

it("every problem of a document is told at once, at its place, and the message counts them", () => {
  const text = `rbac: 1
permissions: [posts:read, posts:own, "posts:*", "posts::x"]
roles:
  editor:
    inherits: reader
    grants: [posts:read, { permission: posts:read, scope: /acme }, { scope: acme }]
    denies: ["post*:read"]
    description: 7
users:
  " alice": {}
  bob: { disabled: yes, roles: [{ role: editor, from: 2027-01-01, until: 2026-01-01 }, [x], { scope: a }] }
  carol: { email: "", name: null }
`;
  expect(problemsOf(text)).toEqual([
    '2:27 PERMISSION_INVALID "posts:own" cannot be listed: the :own form belongs to grants and questions; write it as "posts"',
    '2:38 PERMISSION_INVALID "posts:*" is not a permission: only grants and denies have a *; in a shell and in YAML a * is quoted',
    '2:49 PERMISSION_INVALID "posts::x" is not a permission: a part of it is empty; write it as "posts:x"',
    "4:3 QUOTE_NEEDED 7 is a number here: quote it to make it a name",
    "5:5 VALUE_INVALID roles.editor.inherits must be a list",
    '6:26 SCOPE_INVALID "/acme" is not a scope: it has an empty segment (no / at its ends, no // inside)',
    "6:68 KEY_MISSING permission is missing from this grant",
    '7:14 PERMISSION_INVALID "post*:read" is not a permission pattern: a * stands for a whole part, as in posts:*, ' +
      "or for the rest of one, as in sales.* or api/*; in a shell and in YAML a * is quoted",
    '10:3 NAME_INVALID " alice" is not a name: it begins or ends with a space',
    "11:3 VALUE_INVALID disabled is true or false",
    "11:33 WINDOW_EMPTY a window from 2027-01-01T00:00:00.000Z until 2026-01-01T00:00:00.000Z never opens",
    "11:88 VALUE_INVALID users.bob.roles.1 must be a mapping",
    "11:88 KEY_MISSING role is missing from this assignment",
    "11:93 KEY_MISSING role is missing from this assignment",
    "12:3 TEXT_INVALID an empty text says nothing: leave it out",
  ]);
});

it("a * without quotes is told to be quoted, however YAML takes it", () => {
  const problems = (grants: string) => problemsOf(`rbac: 1\nroles: { a: { grants: ${grants} } }\n`);
  expect(problems("[*]")).toEqual(['2:24 SYNTAX_INVALID a * by itself is no text in YAML: write it in quotes, "*"']);
  expect(problems("[*:own]")).toEqual(["2:24 ALIAS aliases are not read here: write it out, and a * in quotes"]);
});

it("the message names the first problem, and how many more there are", () => {
  const message = (text: string) => errorOf(() => policyOf(documentOf([readJson("p.json", text)]))).message;
  expect(message('{"rbac":1,"users":[]}')).toBe("p.json:1:11: users must be a mapping");
  expect(message('{"rbac":1,\n "users":[],"roles":1}')).toBe("p.json:2:13: roles must be a mapping (and 1 more)");
});

it.each<[string, string, string]>([
  ["a test without a question", "tests: [{ user: a }]", "2:9 KEY_MISSING a test needs can, cannot or has"],
  ["a test without anybody", "tests: [{ can: [a:b] }]", "2:9 KEY_MISSING a test needs user, assume or stranger"],
  ["a pattern as a question", "tests: [{ user: a, can: ['a:*'] }]", "2:25 PERMISSION_INVALID"],
  ["a number as a question", "tests: [{ user: a, can: [7] }]", "2:26 QUOTE_NEEDED"],
  ["a role in a test", "tests: [{ user: a, has: [{}] }]", "2:26 VALUE_INVALID has must be text"],
  ["a user in a test", "tests: [{ user: ~, has: [a] }]", "2:9 VALUE_INVALID user must be text"],
  ["tests as a mapping", "tests: {}", "2:1 VALUE_INVALID tests must be a list"],
  ["a reason as a number", "roles: { a: { grants: [{ permission: '*:*', reason: 7 }] } }", "2:24 QUOTE_NEEDED"],
  ["a part as a number", "part: 7", "2:1 VALUE_INVALID part must be a mapping"],
  ["a part of nothing", "part: {}", "2:1 VALUE_EMPTY part names nothing"],
  ["a part of what there is none of", "part: { rolls: [a] }", "2:9 KEY_UNKNOWN"],
  ["a guard", "guarded: 'true'", "2:1 VALUE_INVALID"],
  ["a description", "permissions: { a:b: { descr: x } }", "2:23 KEY_UNKNOWN"],
  ["a permission without a value", "permissions: { a:b: }", "2:16 VALUE_INVALID"],
])("%s", (_, line, problem) => {
  // A flow mapping reads `a:b: ` as the key `a:b`; places are those of the key or the item.
  const [first] = problemsOf(`rbac: 1\n${line}\n`);
  expect(first?.split(" ")[1]).toBe(problem.split(" ")[1]);
  expect(first).toContain(problem.split(" ").slice(1).join(" "));
});

describe("NDJSON: one fact a line", () => {
  const rows = (...lines: object[]) =>
    readNdjson("p.ndjson", [...lines, { end: lines.length - 1 }].map((line) => JSON.stringify(line)).join("\n\n"));
  const told = (...lines: object[]) =>
    errorOf(() => documentOf([rows(...lines)])).problems.map(({ line, code, message }) => `${line} ${code} ${message}`);
  const header = { rbac: 1, sections: ["roles"] };

  it("every problem at its line", () => {
    expect(
      told(header, { kind: "rol", role: "a" }, { kind: "role", rol: "a" }, { kind: "role", xyzzy: 1 }, [], {
        kind: "role",
        role: 7,
      }),
    ).toEqual([
      "3 KIND_UNKNOWN a row needs a kind: one of permission, role, user, inheritance, grant, everyone, assignment, constraint, policy, conditional, attribute",
      '5 KEY_UNKNOWN unknown key "rol"; did you mean role?',
      '7 KEY_UNKNOWN unknown key "xyzzy"',
      expect.stringContaining("9 KIND_UNKNOWN"),
      "11 QUOTE_NEEDED 7 is a number here: quote it to make it a name",
    ]);
  });

  it("a row needs its key, and an effect is allow or deny", () => {
    const grant = { kind: "grant", role: "a", permission: "*:*" };
    expect(told(header, grant, { ...grant, effect: "maybe" })).toEqual([
      "3 KEY_MISSING effect is missing from this grant",
      '5 EFFECT_INVALID an effect is allow or deny, not "maybe"',
    ]);
  });

  it.each([
    [[7], "HEADER_MISSING"],
    [{ rbac: 2, sections: [] }, "HEADER_MISSING"],
    [{ rbac: 1, sections: "roles" }, "HEADER_MISSING"],
    [{ rbac: 1, sections: ["rolls"] }, "KEY_UNKNOWN"],
    [{ rbac: 1, sections: ["toString"] }, "KEY_UNKNOWN"],
    [{ rbac: 1, sections: [["roles"]] }, "KEY_UNKNOWN"],
    [{ rbac: 1, sections: [], section: [] }, "KEY_UNKNOWN"],
  ])("a header %j: %s", (first, code) => {
    expect(told(first)[0]).toContain(`1 ${code}`);
  });

  it("a row carries a reason, and the sections of the header are pruned", () => {
    const document = documentOf([rows(header, { kind: "role", role: "a", reason: "asked for" })]);
    expect([...document.facts.role.values()][0]?.reason).toBe("asked for");
    const policy = policyFrom({ rbac: 1, roles: { a: {}, b: {} }, users: { alice: {} } });
    expect(checkedChangesTo(policy, document, true).map(({ kind }) => kind)).toEqual(["role.remove"]);
  });
});

describe("CSV: one assignment a line", () => {
  const told = (text: string) =>
    errorOf(() => documentOf([readCsv("p.csv", text)])).problems.map(({ line, code }) => `${line} ${code}`);

  it("a line without a role states the user; empty cells are not written", () => {
    const { facts, sections } = documentOf([
      readCsv("p.csv", "user,role,scope\nalice,editor,\nbob,,\nalice,editor,acme\n"),
    ]);
    expect([...facts.user.keys()]).toEqual(["alice", "bob"]);
    expect([...facts.assignment.values()].map(({ row }) => row.scope)).toEqual([null, "acme"]);
    expect([...sections]).toEqual(["users"]);
  });

  it.each<[string, string[]]>([
    ["user,rol\n", ["1 HEADER_MISSING"]],
    ["role\neditor\n", ["1 HEADER_MISSING"]],
    ["user,user\na,b\n", ["1 HEADER_MISSING"]],
    ["\n", ["1 HEADER_MISSING"]],
    ["user,role\na\nb,c,d\n", ["2 COLUMNS_WRONG", "3 COLUMNS_WRONG"]],
    ["user,role,until\n-a,r,\nb,r,soon\n,r,\n", ["2 NAME_INVALID", "3 TIME_INVALID", "4 KEY_MISSING", "4 KEY_MISSING"]],
  ])("%j: %j", (text, problems) => {
    expect(told(text)).toEqual(problems);
  });
});

it("what is no fault of the input is not taken for one", () => {
  const source = { name: "p", locate: () => ({ line: 1, column: 1 }) };
  const bug = () => new Problems().attempt({ source, path: [] }, () => (undefined as unknown as string).length);
  expect(bug).toThrow(TypeError);
  const input: DocumentInput = { ...source, form: "nested", value: { rbac: 1 } };
  expect(documentOf([input, input]).sections.size).toBe(0);
});
