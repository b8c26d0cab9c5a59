/** Rules 13 to 15: how documents are written, what silence means, and what is no policy. */
import { describe, expect, it } from "vitest";
import { refuseTruncated } from "../../../src/cli/writing/prune.ts";
import { readJson } from "../../../src/files/json.ts";
import { readNdjson } from "../../../src/files/ndjson.ts";
import { readYaml } from "../../../src/files/yaml.ts";
import { toYamlDocument } from "../../../src/output/yaml-document.ts";
import { checkedChangesTo, policyOf, removalsWithin } from "../../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { apply, type Change } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { cli, freshDb, json } from "../../support/cli.ts";
import { errorOf, fileWith, policyFrom, problemsOf, read, seeded } from "../../support/documents.ts";

const yaml = (text: string) => policyOf(documentOf([readYaml("p.yaml", text)]));

describe("rule 13: keys", () => {
  it.each<[string, string, string]>([
    ["scope is the key, not on", 'roles: { a: { grants: [{ permission: "*:*", on: acme }] } }', "2:45 KEY_UNKNOWN"],
    ["at the top", "role: {}", "2:1 KEY_UNKNOWN"],
    ["of a role", "roles: { a: { inherit: [] } }", "2:15 KEY_UNKNOWN"],
    ["of a user", "users: { a: { mail: x } }", "2:15 KEY_UNKNOWN"],
    ["of a test", "tests: [{ user: a, can: [], cant: [] }]", "2:29 KEY_UNKNOWN"],
    ["a number for a user", "users: { 10: {} }", "2:10 QUOTE_NEEDED"],
    ["a number for a role", "users: { a: { roles: [10] } }", "2:23 QUOTE_NEEDED"],
    ["a truth for a role", "everyone: [true]", "2:12 QUOTE_NEEDED"],
    ["a version of YAML", "%YAML 1.1", "2:1 DIRECTIVE"],
  ])("%s", (_, line, problem) => {
    expect(problemsOf(`rbac: 1\n${line}\n`).map((text) => text.split(" ", 2).join(" "))).toContain(problem);
  });

  it("an unknown key is named with the nearest, or with those that are known", () => {
    expect(problemsOf("rbac: 1\nrols: {}\nmembers: {}\n")).toEqual([
      '2:1 KEY_UNKNOWN unknown key "rols"; did you mean roles?',
      expect.stringContaining(
        '3:1 KEY_UNKNOWN unknown key "members"; known here: rbac, permissions, attributes, roles, users',
      ),
    ]);
  });

  it("export quotes what YAML 1.1 would misread, and names keep their text", () => {
    const names = ["no", "on", "1", "2027-01-01", "null", "~", "y", "0x1f", "1e3", "constructor", "__proto__"];
    const roles = Object.fromEntries(names.map((name) => [name, {}]));
    const policy = policyFrom({ rbac: 1, roles, everyone: names });
    const text = toYamlDocument(policy, { keys: 1000, bytes: 10_000 });
    for (const name of ["no", "on", "1", "2027-01-01", "null", "1e3"]) expect(text).toContain(`"${name}"`);
    expect([...yaml(text).role.keys()].sort()).toEqual([...policy.role.keys()].sort());
    expect(policy.role.size).toBe(names.length);
  });

  it("a __proto__ is a name like another, in JSON and in YAML", () => {
    const text = '{"rbac":1,"users":{"__proto__":{"roles":["constructor"]}},"roles":{"constructor":{}}}';
    for (const input of [readJson("p.json", text), readYaml("p.yaml", text)]) {
      expect([...policyOf(documentOf([input])).assignment.values()]).toMatchObject([
        { user: "__proto__", role: "constructor" },
      ]);
    }
  });

  it("a limit never refuses what export wrote: too large a YAML is not written", () => {
    const policy = policyFrom({ rbac: 1, users: { a: {}, b: {} } });
    // rbac, eight sections, two users.
    expect(toYamlDocument(policy, { keys: 11, bytes: 1000 })).toContain("...");
    for (const limits of [
      { keys: 10, bytes: 1000 },
      { keys: 11, bytes: 10 },
    ])
      expect(errorOf(() => toYamlDocument(policy, limits)).code).toBe("TOO_LARGE_FOR_YAML");
  });
});

const standing = {
  rbac: 1 as const,
  permissions: { "posts:read": "Read", "posts:write": "Write" },
  roles: {
    reader: { description: "Reads", grants: ["posts:read"] },
    writer: { inherits: ["reader"], grants: ["posts:write"] },
  },
  users: { alice: { email: "a@x", name: "Alice", roles: ["writer"] }, bob: { disabled: true, roles: ["reader"] } },
  everyone: ["reader"],
};

const shown = (changes: readonly Change[]) =>
  changes.map(({ kind, before: _, after, ...key }) => [kind, ...Object.values(key), after]);

describe("rule 14: what silence means", () => {
  const policy = policyFrom(standing);
  const planned = (document: object, prune = false) =>
    shown(checkedChangesTo(policy, read({ rbac: 1, ...document }), prune));

  it("without prune nothing is removed, and an unwritten key says nothing", () => {
    expect(planned({})).toEqual([]);
    expect(planned({ users: { alice: {} }, roles: { reader: {} }, everyone: [] })).toEqual([]);
    expect(planned({ users: { alice: { name: "A." } } })).toEqual([
      ["user.update", "alice", { email: "a@x", name: "A.", disabled: false }],
    ]);
  });

  it("an explicit null takes a field back to nothing", () => {
    expect(planned({ users: { alice: { email: null } } })).toEqual([
      ["user.update", "alice", { email: null, name: "Alice", disabled: false }],
    ]);
  });

  it("facts are stated in full: an assignment without a window is endless", () => {
    const windowed = apply(policy, checkedChangesTo(policy, read(limited), false));
    expect(
      shown(checkedChangesTo(windowed, read({ rbac: 1, users: { alice: { roles: ["writer"] } } }), false)),
    ).toEqual([["assignment.update", "alice", "writer", null, { from: null, until: null }]]);
  });
  const limited = { rbac: 1, users: { alice: { roles: [{ role: "writer", until: "2027-01-01" }] } } };

  it("with prune a section becomes exactly what is said, unwritten keys at their default", () => {
    expect(planned({ users: { alice: { roles: ["writer"] } } }, true)).toEqual([
      ["assignment.remove", "bob", "reader", null, null],
      ["user.remove", "bob", null],
      ["user.update", "alice", { email: null, name: null, disabled: false }],
    ]);
  });

  it("with prune an empty section is emptied, and what refers to its rows goes first", () => {
    expect(planned({ users: {} }, true).map(([kind]) => kind)).toEqual([
      "assignment.remove",
      "assignment.remove",
      "user.remove",
      "user.remove",
    ]);
    const kinds = planned({ roles: {} }, true).map(([kind]) => String(kind));
    expect([...new Set(kinds)]).toEqual([
      "assignment.remove",
      "everyone.remove",
      "grant.remove",
      "inheritance.remove",
      "role.remove",
    ]);
  });

  it("pruning the catalogue takes along the grants that then cover nothing", () => {
    expect(planned({ permissions: ["posts:write"] }, true)).toEqual([
      ["grant.remove", "reader", "allow", "posts:read", null, null],
      ["permission.remove", "posts:read", null],
      ["permission.update", "posts:write", { description: null }],
    ]);
  });

  it("files are merged key by key; one key with two values names both places", () => {
    const merged = policyFrom(
      { rbac: 1, users: { alice: { email: "a@x" } } },
      { rbac: 1, users: { alice: { name: "Alice", email: "a@x" } } },
    );
    expect(merged.user.get("alice")).toMatchObject({ email: "a@x", name: "Alice", disabled: false });
    const error = errorOf(() =>
      documentOf([
        readYaml("one.yaml", "rbac: 1\nroles: { r: {} }\nusers:\n  alice: { roles: [r] }\n"),
        readYaml("two.yaml", "rbac: 1\nusers: { alice: { roles: [{ role: r, until: 2027-01-01 }] } }\n"),
      ]),
    );
    expect(error.problems).toMatchObject([{ file: "two.yaml", line: 2, column: 27, code: "SAID_TWICE" }]);
    expect(error.message).toContain('until is "2027-01-01T00:00:00.000Z" here and null at one.yaml:4:20');
  });

  it("as commands: --check and --prune", async () => {
    const db = await seeded(standing);
    const less = fileWith(JSON.stringify({ rbac: 1, everyone: [] }));
    expect((await cli(["seed", less, "--check"], { db })).code).toBe(0);
    expect((await cli(["seed", less, "--check", "--prune"], { db })).code).toBe(1);
    expect((await cli(["seed", less, "--prune"], { db })).code).toBe(3);
    expect((await cli(["seed", less, "--prune", "--yes", "--max-removals", "0"], { db })).code).toBe(3);
    expect((await cli(["seed", less, "--prune", "--yes"], { db })).code).toBe(0);
    expect((await cli(["seed", less, "--check", "--prune"], { db })).code).toBe(0);
  });

  it("what a prune removes is counted", () => {
    const removed = (count: number): Change[] =>
      checkedChangesTo(policy, read({ rbac: 1, users: {} }), true).slice(0, count) as Change[];
    expect(removalsWithin(0, [])).toEqual([]);
    expect(removalsWithin(2, removed(2))).toEqual(removed(2));
    expect(removalsWithin(undefined, removed(2))).toEqual(removed(2));
    expect(errorOf(() => removalsWithin(1, removed(2)))).toMatchObject({ code: "TOO_MANY_REMOVALS", exitCode: 3 });
  });
});

describe("rule 15: the starter", () => {
  it("is used where the database is missing or empty, and holds roles and no people", async () => {
    const db = freshDb();
    expect((await cli("seed", { db })).code).toBe(0);
    const { users } = await json<{ users: unknown[] }>("user list", { db });
    const { roles } = await json<{ roles: unknown[] }>("role list", { db });
    expect(users).toEqual([]);
    expect(roles.length).toBeGreaterThan(0);
    expect((await cli("seed", { db })).code).toBe(2);
    const empty = freshDb();
    expect((await cli("init", { db: empty })).code).toBe(0);
    expect((await cli("seed", { db: empty })).code).toBe(0);
  });

  it("is never used to prune", async () => {
    expect((await cli("seed --prune --yes", { db: freshDb() })).code).toBe(2);
  });
});

describe("rule 15: cut input is no policy", () => {
  it.each([
    ["no header", "roles: {}\n", "1:1 HEADER_MISSING"],
    ["another version", "rbac: 2\n", "1:1 VERSION_UNKNOWN"],
    ["a version as text", 'rbac: "1"\n', "1:1 VERSION_UNKNOWN"],
    ["a section without a value", "rbac: 1\nroles:\n", "2:1 VALUE_INVALID"],
    ["a role without a value", "rbac: 1\nroles:\n  a:\n", "3:3 VALUE_INVALID"],
    ["a list without a value", "rbac: 1\neveryone:\n", "2:1 VALUE_INVALID"],
    ["no mapping", "[rbac, 1]\n", "1:1 VALUE_INVALID"],
  ])("%s", (_, text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it("only {} is empty", () => {
    expect(problemsOf("rbac: 1\nroles:\n")).toEqual(["2:1 VALUE_INVALID roles must be a mapping ({} is an empty one)"]);
    expect(yaml("rbac: 1\nroles: {}\nusers: {}\npermissions: {}\neveryone: []\n").role.size).toBe(0);
  });

  it("NDJSON closes with the count of its rows", () => {
    const header = '{"rbac":1,"sections":["roles"]}';
    const lines = (...rows: string[]) => readNdjson("p.ndjson", [header, ...rows].join("\n"));
    expect(lines('{"kind":"role","role":"a"}', '{"end":1}').closed).toBe(true);
    expect(errorOf(() => lines('{"kind":"role","role":"a"}')).code).toBe("INPUT_CUT");
    expect(errorOf(() => lines('{"end":1}')).code).toBe("INPUT_CUT");
  });

  it("pruning by standard input needs the end mark; files do not", () => {
    const at = (name: string, text: string) => readYaml(name, text);
    expect(errorOf(() => refuseTruncated([at("standard input", "rbac: 1\n")], true))).toMatchObject({
      code: "INPUT_OPEN",
    });
    expect(() =>
      refuseTruncated([at("standard input", "rbac: 1\n...\n"), at("p.yaml", "rbac: 1\n")], true),
    ).not.toThrow();
    expect(toYamlDocument({ ...policyFrom({ rbac: 1 }) } as Policy, { keys: 9, bytes: 999 }).endsWith("\n...\n")).toBe(
      true,
    );
  });

  it.each(["", "  \n", "roles: {}\n"])("a file with %j is exit 2 and leaves no database behind", async (text) => {
    const db = freshDb();
    expect((await cli(["seed", fileWith(text, "p.yaml")], { db })).code).toBe(2);
    expect((await cli("user list", { db })).code).toBe(4);
  });

  it("an empty batch is exit 2", async () => {
    const db = await seeded(standing);
    expect((await cli(["can", "--batch", fileWith("\n", "q.ndjson")], { db })).code).toBe(2);
  });
});
