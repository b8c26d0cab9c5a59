/** Documents that keep to a part: what they may state, what a prune by them removes, and what it leaves. */
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/files/csv.ts";
import { readNdjson } from "../../../src/files/ndjson.ts";
import { readYaml } from "../../../src/files/yaml.ts";
import { changesTo, policyOf, wholeDocument } from "../../../src/policy/document/changes-to-document.ts";
import { type DocumentInput, documentOf } from "../../../src/policy/document/read.ts";
import { type Change, keyFields } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { parsePartText, partOf } from "../../../src/policy/part/part-texts.ts";
import { errorOf } from "../../support/documents.ts";

const yaml = (text: string, name = "p.yaml"): DocumentInput => readYaml(name, `rbac: 1\n${text}`);
const part = (text: string) => partOf(parsePartText(text));
const problems = (...[inputs, only]: [DocumentInput[], string?]): string[] =>
  errorOf(() => documentOf(inputs, only ? { only: part(only) } : {})).problems.map(
    ({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`,
  );

const WHOLE = `
permissions: { "invoices:read": Read, "invoices:pay": Pay, "posts:read": Read }
roles:
  billing-clerk: { description: Clerk, inherits: [staff], grants: ["invoices:*", { permission: posts:read, scope: acme }] }
  billing-head: { inherits: [billing-clerk] }
  staff: { description: All, grants: ["posts:read"] }
users:
  ann: { email: ann@x.org, roles: [billing-clerk, { role: staff, scope: acme/a }] }
  bob: { disabled: true, roles: [{ role: billing-head, scope: acme }, staff] }
everyone: [staff]
`;

const policy = (text = WHOLE): Policy => policyOf(documentOf([yaml(text)]));
const listed = (changes: readonly Change[]): string[] =>
  changes.map((change) =>
    [change.kind, ...Object.values(keyFields(change)).filter((value) => value !== null)].join(" "),
  );
const pruned = (text: string, only?: string, whole = policy()): string[] =>
  listed(changesTo(whole, documentOf([yaml(text)], only ? { only: part(only) } : {}), true));

describe("a row outside of the part is an error at its place", () => {
  it("in YAML, all of them at once", () => {
    const text =
      'part: { roles: ["billing-*"] }\nroles:\n  billing-clerk: { grants: [invoices:read] }\n' +
      "  staff: { description: x, inherits: [root], grants: [posts:read] }\n" +
      "users: { ann: { name: Ann, roles: [staff] } }\neveryone: [staff]\nguarded: true\n" +
      "constraints: { c: { kind: ssd, roles: [billing-clerk, staff], limit: 2 } }\n";
    expect(problems([yaml(text)])).toEqual([
      'p.yaml:5:3 OUTSIDE_PART role "staff" is outside of the part roles=billing-*',
      'p.yaml:5:39 OUTSIDE_PART inheritance "staff" "root" is outside of the part roles=billing-*',
      'p.yaml:5:55 OUTSIDE_PART grant "staff" "allow" "posts:read" is outside of the part roles=billing-*',
      'p.yaml:6:10 OUTSIDE_PART user "ann" is outside of the part roles=billing-*',
      'p.yaml:6:36 OUTSIDE_PART assignment "ann" "staff" is outside of the part roles=billing-*',
      'p.yaml:7:12 OUTSIDE_PART everyone "staff" is outside of the part roles=billing-*',
      'p.yaml:9:16 OUTSIDE_PART constraint "c" is outside of the part roles=billing-*',
      'p.yaml:8:1 OUTSIDE_PART policy "guarded" is outside of the part roles=billing-*',
    ]);
  });

  it("in NDJSON, whose header says the part, and in CSV, whose command does", () => {
    const header = '{"rbac":1,"part":{"users":["ann"]}}';
    const rows = '{"kind":"user","user":"bob"}\n{"kind":"user","user":"bob","name":null}';
    expect(problems([readNdjson("p.ndjson", `${header}\n${rows}\n{"end":2}\n`)])).toEqual([
      'p.ndjson:3:1 OUTSIDE_PART user "bob" is outside of the part users=ann',
    ]);
    const csv = readCsv("p.csv", "user,role\nann,staff\nbob,staff\n");
    expect(problems([csv], "users=ann")).toEqual([
      'p.csv:3:1 OUTSIDE_PART assignment "bob" "staff" is outside of the part users=ann',
    ]);
    const faulty = readNdjson("p.ndjson", '{"rbac":1,"part":{"user":["ann"]}}\n{"end":0}\n');
    expect(problems([faulty])).toEqual(['p.ndjson:1:1 KEY_UNKNOWN a part has no key "user"; did you mean "users"?']);
  });

  it("in a list that is read as a stream", () => {
    const lines = [
      { rbac: 1, part: { users: ["ann"] } },
      { kind: "assignment", user: "ann", role: "staff" },
      { kind: "assignment", user: "bob", role: "staff" },
    ].map((value, at) => [at + 1, value] as const);
    const stream: DocumentInput = {
      name: "p.ndjson",
      form: "rowStream",
      value: () => [lines],
      locate: ([line]) => ({ line: Number(line), column: 1 }),
    };
    expect(problems([stream])).toEqual([
      'p.ndjson:3:1 OUTSIDE_PART assignment "bob" "staff" is outside of the part users=ann',
    ]);
  });

  it("renaming from outside is one, too", () => {
    expect(problems([yaml("part: { roles: [a] }\nroles: { a: { was: b } }\n")])).toEqual([
      'p.yaml:3:10 OUTSIDE_PART role "b" is outside of the part roles=a',
    ]);
  });

  it("renaming to outside is one, though only the name is said", () => {
    expect(problems([yaml("part: { roles: [a] }\nroles: { b: { was: a } }\n")])).toEqual([
      'p.yaml:3:10 OUTSIDE_PART role "b" is outside of the part roles=a',
    ]);
    expect(problems([yaml('permissions: { "q:secret": { was: "p:secret" } }\n')], "permissions=p:*")).toEqual([
      expect.stringContaining('OUTSIDE_PART permission "q:secret" is outside of the part permissions=p:*'),
    ]);
    expect(() => documentOf([yaml('part: { roles: ["a*"] }\nroles: { ab: { was: a } }\n')])).not.toThrow();
  });

  it("the part of the command and that of the document both hold", () => {
    const text = 'part: { roles: ["a*", b] }\nroles: { a: { description: x }, ab: { description: x }, b: {} }\n';
    expect(problems([yaml(text)], "roles=ab,roles=b")).toEqual([
      'p.yaml:3:10 OUTSIDE_PART role "a" is outside of the part roles=ab,roles=b',
    ]);
  });
});

describe("two documents of one command", () => {
  const [billing, staff] = [
    yaml('part: { roles: ["billing-*"] }\nroles: {}', "a"),
    yaml("part: { roles: [staff] }", "b"),
  ];

  it("may keep to parts that do not meet", () => {
    expect(() => documentOf([billing, staff])).not.toThrow();
  });

  it("may not keep to parts that meet: both places are named", () => {
    expect(problems([billing, staff, yaml("part: { users: [ann] }", "c")])).toEqual([
      "c:2:1 PARTS_MEET the part users=ann meets roles=billing-* at a:2:1",
    ]);
  });

  it("may not be pruned by where one has a part and the other speaks for all; tests alone speak for nothing", () => {
    const whole = yaml("roles: { staff: {} }", "w");
    const both = documentOf([billing, whole]);
    expect(listed(changesTo(policy(), both, false))).toEqual([]);
    const error = errorOf(() => changesTo(policy(), both, true));
    expect([error.code, error.exitCode, error.message]).toEqual([
      "DOCUMENT_INVALID",
      2,
      "w:1:1: to prune, this document needs a part, as that at a:2:1 has",
    ]);
    const tests = yaml("tests: [{ user: ann, can: [posts:read] }]", "t");
    expect(() =>
      changesTo(policy(), documentOf([yaml("part: { users: [bob] }\nusers: {}"), tests]), true),
    ).not.toThrow();
  });
});

describe("a prune", () => {
  it("removes what the document leaves out of its part, and nothing else", () => {
    expect(
      pruned(
        'part: { roles: ["billing-*"] }\nroles: { billing-clerk: { description: Clerk } }\nusers: { ann: { roles: [billing-clerk] } }',
      ),
    ).toEqual([
      "assignment.remove bob billing-head acme",
      "grant.remove billing-clerk allow invoices:*",
      "grant.remove billing-clerk allow posts:read acme",
      "inheritance.remove billing-clerk staff",
      "inheritance.remove billing-head billing-clerk",
      "role.remove billing-head",
    ]);
    expect(
      pruned("part: { scopes: [acme] }\nroles: {}\nusers: { ann: { roles: [{ role: staff, scope: acme/a }] } }"),
    ).toEqual(["assignment.remove bob billing-head acme", "grant.remove billing-clerk allow posts:read acme"]);
    expect(pruned("roles: {}", "roles=none-*")).toEqual([]);
  });

  it("leaves the fields of names outside of the part, and takes back those inside", () => {
    const users = "roles: { billing-clerk: {}, billing-head: {}, staff: {} }";
    expect(
      pruned(
        `part: { users: [ann] }\nusers: { ann: { roles: [billing-clerk, { role: staff, scope: acme/a }] }, bob: {} }\n${users}`,
      ),
    ).toEqual(["user.update ann"]);
  });

  it("creates a name outside of the part where it is missing", () => {
    expect(
      pruned("part: { users: [ann, dan] }\nusers: { dan: { roles: [temp] } }\nroles: { temp: {} }\n", "users=dan"),
    ).toEqual(["role.add temp", "user.add dan", "assignment.add dan temp"]);
  });

  it("is refused where what stands outside refers to what would go", () => {
    const error = errorOf(() => pruned("part: { roles: [staff] }\nroles: {}\nusers: {}\neveryone: []"));
    expect([error.code, error.exitCode]).toEqual(["OUTSIDE_PART", 3]);
    expect(error.message).toBe(
      'this would take along what stands outside of the part: inheritance "billing-clerk" "staff"',
    );
    expect(errorOf(() => pruned('part: { permissions: ["invoices:*"] }\npermissions: {}')).message).toContain(
      'grant "billing-clerk" "allow" "invoices:*"',
    );
  });

  it("takes along what refers to it within the part, though its section is absent", () => {
    expect(pruned("part: { users: [ann] }\nusers: {}")).toEqual([
      "assignment.remove ann billing-clerk",
      "assignment.remove ann staff acme/a",
      "user.remove ann",
    ]);
  });

  it("is refused where a constraint of that name is about roles outside", () => {
    const whole = policy("roles: { a: {}, b: {}, c: {} }\nconstraints: { x: { kind: ssd, roles: [a, b], limit: 2 } }");
    const text = "part: { roles: [c] }\nconstraints: { x: { kind: max_users, roles: [c], limit: 2 } }";
    for (const prune of [false, true])
      expect(errorOf(() => changesTo(whole, documentOf([yaml(text)]), prune))).toMatchObject({
        code: "OUTSIDE_PART",
        exitCode: 3,
      });
  });
});

it("a document with a part is no snapshot", () => {
  const text = "part: { roles: [a] }\npermissions: {}\nroles: {}\nusers: {}\neveryone: []\n";
  expect(errorOf(() => wholeDocument(documentOf([yaml(text)]))).message).toBe(
    "this is no snapshot: it keeps to a part of a policy",
  );
});
