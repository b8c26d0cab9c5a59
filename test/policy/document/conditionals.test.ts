/** Conditional grants and attributes in documents: how they are read, what is refused of them, and where. */
import { describe, expect, it } from "vitest";
import { readJson } from "../../../src/files/json.ts";
import { readNdjson } from "../../../src/files/ndjson.ts";
import { readYaml } from "../../../src/files/yaml.ts";
import { policyOf } from "../../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { snapshot } from "../../../src/policy/document/snapshot.ts";
import { digestOf } from "../../../src/policy/model/conditional-digest.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { errorOf, policyFrom, problemsOf } from "../../support/documents.ts";

const HEAD = `rbac: 1
permissions: [posts:read, posts:edit, tags:read]
attributes: { posts: { published: bool, status: [draft, live], "owner.team": string } }
roles:
  reader:
`;
const withGrants = (...lines: string[]) => `${HEAD}    grants:\n${lines.map((line) => `      - ${line}\n`).join("")}`;
const yaml = (text: string) => readYaml("p.yaml", text);
const rowsIn = (policy: Policy) =>
  [...policy.conditional.values()].map(({ effect, permission, scope, but, when }) => [
    effect,
    permission,
    scope,
    but,
    when,
  ]);

describe("a grant with more to it", () => {
  const grants = (...all: object[]) => rowsIn(policyFrom(document({ grants: all as never })));
  const document = (role: object) => ({
    rbac: 1 as const,
    permissions: ["posts:read", "posts:edit", "tags:read"],
    roles: { reader: role },
  });

  it("has its condition in canonical form, and what it leaves out sorted, once each", () => {
    const said = {
      permission: "posts:*",
      scope: "acme",
      when: "( resource.published==true )",
      but: ["tags:*", "posts:edit"],
    };
    expect(grants({ ...said, but: [...said.but, "tags:*"] })).toEqual([
      ["allow", "posts:*", "acme", ["posts:edit", "tags:*"], "resource.published"],
    ]);
    expect(grants({ permission: "*", but: "posts:edit" })).toEqual([["allow", "*", null, ["posts:edit"], null]]);
  });

  it("is a plain one where it leaves out nothing, and has no condition", () => {
    const policy = policyFrom(document({ grants: [{ permission: "posts:read", but: [] }, "posts:edit"] }));
    expect([policy.conditional.size, [...policy.grant.values()].map(({ permission }) => permission)]).toEqual([
      0,
      ["posts:read", "posts:edit"],
    ]);
  });

  it("stands beside others of its pattern, and beside a plain one", () => {
    const all = [
      "posts:read",
      { permission: "posts:read", when: "subject.a" },
      { permission: "posts:read", when: "subject.b" },
    ];
    const policy = policyFrom(document({ grants: all, denies: [{ permission: "posts:read", when: "subject.a" }] }));
    expect([policy.grant.size, policy.conditional.size]).toEqual([1, 3]);
  });

  it("keeps its reason for the entry alone", () => {
    const text = withGrants("{ permission: posts:read, when: resource.published, reason: as asked }");
    const { facts } = documentOf([yaml(text)]);
    expect([...facts.conditional.values()].map(({ reason }) => reason)).toEqual(["as asked"]);
    expect(JSON.stringify([...facts.conditional.values()].map(({ row }) => row))).not.toContain("as asked");
  });
});

describe("problems have the place in the condition", () => {
  const cases: readonly [yaml: string, problem: string][] = [
    ["{ permission: posts:read, when: resource.published && }", "7:62 CONDITION_INVALID"],
    ["{ permission: posts:read, when: resource.a ? 1 }", "7:52 CONDITION_INVALID"],
    ["{ permission: posts:read, when: 'resource.a ? 1' }", "7:53 CONDITION_INVALID"],
    ['{ permission: posts:read, when: "resource.a ? 1" }', "7:53 CONDITION_INVALID"],
    [`{ permission: posts:read, when: "resource.a == \\"x\\" ? 1" }`, "7:41 CONDITION_INVALID"],
    ["{ permission: posts:read, when: 'resource.a == ''x'' ? 1' }", "7:41 CONDITION_INVALID"],
    ["{ permission: posts:read, when: resource.published && resource.publised }", "7:63 ATTRIBUTE_NOT_FOUND"],
    ["{ permission: posts:read, when: 'has(resource.owner.tame)' }", "7:46 ATTRIBUTE_NOT_FOUND"],
    ["{ permission: posts:read, when: '' }", "7:42 CONDITION_INVALID"],
    ["{ permission: posts:read, when: 5 }", "7:35 VALUE_INVALID"],
    ["{ permission: posts:read, when: }", "7:35 VALUE_INVALID"],
    ["{ permission: posts:read, but: }", "7:35 VALUE_INVALID"],
    ["{ permission: posts:*, but: posts:edit:own }", "7:32 BUT_INVALID"],
    ["{ permission: posts:*, but: [posts:e*] }", "7:32 PERMISSION_INVALID"],
    ["{ permission: posts:*, but: [{ permission: posts:edit }] }", "7:32 VALUE_INVALID"],
    ["{ permission: posts:*, but: posts:edti }", "7:9 PERMISSION_NOT_FOUND"],
    ["{ permission: posts:*, but: nothing:* }", ""],
  ];

  it.each(cases)("%s", (grant, problem) => {
    const text = withGrants(grant);
    if (problem === "") expect(policyOf(documentOf([yaml(text)])).conditional.size).toBe(1);
    else expect(problemsOf(text).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([problem]);
  });

  it("of a text over several lines, where it begins", () => {
    const lines = (mark: string) =>
      withGrants("permission: posts:read").concat(`        when: ${mark}\n          resource.a\n          ? 1\n`);
    for (const mark of [">-", "|", "resource.b &&"])
      expect(problemsOf(lines(mark)).map((line) => line.split(" ")[0])).toEqual(["8:15"]);
  });

  it("of JSON", () => {
    const columns = (when: string, sign: string) => {
      const line = ` "roles": {"r": {"grants": [{"permission": "a:b", "when" : ${when}}]}}}`;
      const text = `{"rbac": 1, "permissions": ["a:b"],\n${line}`;
      const { problems } = errorOf(() => documentOf([readJson("p.json", text)]));
      return [problems.map((one) => `${one.line}:${one.column}`), [`2:${line.indexOf(sign) + 1}`]];
    };
    for (const [found, expected] of [
      columns('"resource.a ? 1"', "?"),
      columns('"resource.a == \\"x\\" ? 1"', '"resource.a'),
    ])
      expect(found).toEqual(expected);
  });

  it("a deny leaves nothing out, not even nothing", () => {
    const denies = (but: string) => `${HEAD}    denies:\n      - { permission: posts:edit, but: ${but} }\n`;
    for (const but of ["posts:read", "[posts:*]", "[]"])
      expect(problemsOf(denies(but))).toEqual([expect.stringMatching(/^7:35 BUT_INVALID /)]);
  });

  it("of more than 64 patterns", () => {
    const but = Array.from({ length: 65 }, (_, at) => `x${at}:*`);
    expect(problemsOf(withGrants(`{ permission: "*", but: [${but.join(", ")}] }`))[0]).toContain("BUT_INVALID");
    const all = withGrants(`{ permission: "*", but: [${but.slice(1).join(", ")}, "x1:*"] }`);
    expect(policyOf(documentOf([yaml(all)])).conditional.size).toBe(1);
  });
});

describe("NDJSON", () => {
  const row = { role: "r", effect: "allow", permission: "a:b", scope: null };
  const lines = (...rows: object[]) => {
    const stated = [{ kind: "permission", permission: "a:b" }, { kind: "role", role: "r" }, ...rows];
    const all = [{ rbac: 1 }, ...stated, { end: stated.length }];
    return documentOf([readNdjson("p.ndjson", all.map((one) => JSON.stringify(one)).join("\n"))]);
  };
  const conditional = (more: object) => lines({ kind: "conditional", ...row, ...more });
  const fault = (more: object) => errorOf(() => conditional(more)).problems.map(({ line, code }) => `${line} ${code}`);

  it("states a conditional by its fields; its digest may be left out, and must fit", () => {
    const when = "resource.x";
    const digest = digestOf({ but: [], when });
    for (const more of [{ when }, { when, but: [], digest }, { when: "resource.x == true", digest }])
      expect([...policyOf(conditional(more)).conditional.values()]).toMatchObject([{ ...row, digest, but: [], when }]);
    expect(fault({ when, digest: digestOf({ but: [], when: "resource.y" }) })).toEqual(["4 VALUE_INVALID"]);
    expect(fault({ when, digest: null })).toEqual(["4 VALUE_INVALID"]);
  });

  it("refuses one that is none, and what a kind of row does not have", () => {
    expect(fault({})).toEqual(["4 KEY_MISSING"]);
    expect(fault({ but: [], when: null })).toEqual(["4 KEY_MISSING"]);
    expect(fault({ effect: "deny", but: ["a:b"] })).toEqual(["4 BUT_INVALID"]);
    expect(fault({ when: "resource.x &&" })).toEqual(["4 CONDITION_INVALID"]);
    expect(fault({ when: true })).toEqual(["4 VALUE_INVALID"]);
    const plain = errorOf(() => lines({ kind: "grant", ...row, when: "resource.x" }));
    expect(plain.problems).toMatchObject([{ line: 4, code: "KEY_UNKNOWN" }]);
  });

  it("states attributes in full", () => {
    const attribute = { kind: "attribute", resource: "a", attribute: "x" };
    const { attribute: rows } = policyOf(lines({ ...attribute, type: "string", values: ["q", "p", "q"] }));
    expect([...rows.values()]).toMatchObject([{ type: "string", values: ["p", "q"] }]);
    for (const more of [{}, { type: "bool", values: ["p"] }, { type: "string", values: [] }, { type: "strings" }])
      expect(errorOf(() => lines({ ...attribute, ...more })).problems).toHaveLength(1);
  });
});

it("a snapshot has attributes beside the permissions, and a list of texts as it is matched: byte for byte", () => {
  const decomposed = "e\u0301";
  const document = { rbac: 1 as const, attributes: { posts: { mood: ["z", decomposed], "owner.team": "string" } } };
  const tree = snapshot(policyFrom(document));
  expect([...tree.keys()].slice(0, 4)).toEqual(["rbac", "permissions", "attributes", "roles"]);
  expect(tree.get("attributes")).toEqual(
    new Map([
      [
        "posts",
        new Map<string, unknown>([
          ["mood", [decomposed, "z"]],
          ["owner.team", "string"],
        ]),
      ],
    ]),
  );
  expect(snapshot(policyFrom({ rbac: 1 })).get("attributes")).toEqual(new Map());
});
