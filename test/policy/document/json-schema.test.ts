// The JSON Schema that editors complete documents by: it must say what the reader of documents says.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseName, parseText } from "../../../src/policy/model/names.ts";
import { parseCatalogued, parsePattern, parsePermission } from "../../../src/policy/model/permissions.ts";
import { parseScope } from "../../../src/policy/model/scopes.ts";
import { parseInstant } from "../../../src/policy/model/times.ts";
import { cli } from "../../support/cli.ts";
import { errorOf, fileWith, read } from "../../support/documents.ts";
import { fromInterop } from "../../support/interop.ts";
import { describeWith, missingPackage } from "../../support/needs.ts";
import { documents } from "../../support/random-policies.ts";
import { ROOT } from "../../support/root.ts";
import { dataFile } from "../../support/shared-data.ts";

type Validate = ((value: unknown) => boolean) & { readonly errors?: readonly object[] | null };

interface Ajv {
  addSchema(schema: object, name: string): unknown;
  compile(schema: object): Validate;
}

type AjvModule = { readonly Ajv2020: new (options: object) => Ajv };

/** The judge of schemas, of nobody here; where it is missing, the reader and the tool are asked alone. */
const missing = missingPackage("ajv");
let ajv: Ajv;
let validate: Validate;
beforeAll(async () => {
  if (missing !== undefined) return;
  const { Ajv2020 } = await fromInterop<AjvModule>("ajv/dist/2020.js");
  ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
  ajv.addSchema(JSON.parse(readFileSync(join(ROOT, "docs/policy.schema.json"), "utf8")), "policy");
  validate = ajv.compile({ $ref: "policy" });
});
const faultsOf = (document: unknown) => (validate(document) ? [] : (validate.errors ?? []));

const DATA = dataFile(".");
const policies = existsSync(DATA)
  ? readdirSync(DATA, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".policy.json"))
  : [];
const seeds = readdirSync(join(ROOT, "seeds"));

const RIGHT: [name: string, document: object][] = [
  ["nothing but the header", {}],
  ["empty sections", { permissions: {}, roles: {}, users: {}, everyone: [], tests: [] }],
  ["described permissions in every form", { permissions: { "a:b": "A", "a:c": {}, "a:d": { description: null } } }],
  [
    "constraints of every kind, and a guard",
    {
      permissions: ["rbac:escalate"],
      roles: { a: {}, b: {}, boss: { grants: ["*:*"] } },
      users: { root: { roles: ["boss"] } },
      constraints: {
        apart: { kind: "ssd", roles: ["a", "b"], limit: 2, reason: "four eyes" },
        "not at once": { kind: "dsd", roles: ["a", "b"], limit: 2, needs: null },
        few: { kind: "max_users", roles: ["a"], limit: 0 },
        "last one": { kind: "min_users", roles: ["boss"], limit: 1 },
        trained: { kind: "prerequisite", roles: ["a"], needs: "b" },
      },
      guarded: true,
    },
  ],
  ["an empty role and user", { roles: { editor: {} }, users: { "1": {} } }],
  ["fields said to be nothing", { users: { ann: { email: null, roles: [{ role: "r", scope: null, until: null }] } } }],
  ["a grant in full", { roles: { r: { denies: [{ permission: "*:*:own", scope: "a/b", reason: "why" }] } } }],
  [
    "grants with a condition, and with what they leave out",
    {
      permissions: ["posts:read", "posts:edit"],
      attributes: { posts: { published: "bool", "owner.team": "string", status: ["draft", "live"] }, tags: {} },
      roles: {
        r: {
          grants: [
            { permission: "posts:read", when: "resource.published", reason: "public" },
            { permission: "*", but: "posts:edit" },
            { permission: "*", scope: "acme", but: ["posts:*", "posts:read"], when: "resource.status != 'draft'" },
            { permission: "posts:read", but: [] },
          ],
          denies: [{ permission: "posts:*:own", when: "has(resource.owner.team)" }],
        },
      },
    },
  ],
  ["a part", { part: { roles: ["billing-*", "\\*"], users: ["*"], permissions: ["a:b"], scopes: ["acme/x"] } }],
  [
    "tests with attributes",
    {
      tests: [
        {
          user: "a",
          can: ["a:b"],
          given: { "resource.published": true, context: { ip: "::1" }, resource: { a: [1] } },
        },
        { user: "a", can: ["a:b"], given: { subject: { a: { b: { c: null } } }, "resource.owner": { team: "x" } } },
        { user: "a", can: ["a:b"], given: null },
      ],
    },
  ],
  [
    "what lint is told",
    {
      lint: {
        skip: [
          { rule: "unheld-role", on: "fire-fighter", until: "2027-01-01", reason: "for emergencies" },
          { rule: "x", reason: "-" },
        ],
        toxic: [["pay:create", "pay:approve:own"]],
      },
    },
  ],
  ["lint told nothing", { lint: {} }],
  ["tests of somebody", { tests: [{ assume: [], scope: null, owner: null, at: null, cannot: ["a:b:own"] }] }],
];

describeWith(missing, "the schema accepts", () => {
  it.each(seeds)("seeds/%s", (seed) => {
    expect(faultsOf(parse(readFileSync(join(ROOT, "seeds", seed), "utf8")))).toEqual([]);
  });

  it.skipIf(policies.length === 0)("the policies of the data (data not beside the checkout: skipped)", () => {
    expect(policies.length).toBeGreaterThanOrEqual(11);
    for (const file of policies) expect(faultsOf(JSON.parse(readFileSync(join(DATA, file), "utf8"))), file).toEqual([]);
  });

  it("whatever document the random tests ask about", () => {
    fc.assert(
      fc.property(documents(), (document) => {
        const plain = JSON.parse(JSON.stringify(document));
        expect(faultsOf(plain)).toEqual([]);
        expect(() => read(plain)).not.toThrow();
      }),
    );
  });

  it.each(RIGHT)("%s", (_, sections) => {
    expect(faultsOf({ rbac: 1, ...sections })).toEqual([]);
  });
});

describe("and so does the reader", () => {
  it.each(RIGHT)("%s", (_, sections) => {
    expect(() => read({ rbac: 1, ...sections })).not.toThrow();
  });
});

const role = (said: object) => ({ rbac: 1, roles: { editor: said } });
const user = (said: object) => ({ rbac: 1, users: { ann: said } });
const asked = (said: object) => ({ rbac: 1, tests: [said] });

const skipped = (said: object) => ({ rbac: 1, lint: { skip: [said] } });

const WRONG: [name: string, document: unknown][] = [
  ["no header", { roles: {} }],
  ["another version", { rbac: 2 }],
  ["a version in quotes", { rbac: "1" }],
  ["a list", [1]],
  ["an unknown section", { rbac: 1, role: {} }],
  ["constraints as a list", { rbac: 1, constraints: [] }],
  ["a constraint without a kind", { rbac: 1, constraints: { c: { roles: ["a", "b"], limit: 2 } } }],
  ["a constraint of no known kind", { rbac: 1, constraints: { c: { kind: "sod", roles: ["a", "b"], limit: 2 } } }],
  ["an ssd of one role", { rbac: 1, constraints: { c: { kind: "ssd", roles: ["a"], limit: 2 } } }],
  ["an ssd without a limit", { rbac: 1, constraints: { c: { kind: "ssd", roles: ["a", "b"] } } }],
  ["a dsd that needs", { rbac: 1, constraints: { c: { kind: "dsd", roles: ["a", "b"], limit: 2, needs: ["c"] } } }],
  ["a limit in quotes", { rbac: 1, constraints: { c: { kind: "max_users", roles: ["a"], limit: "2" } } }],
  ["a minimum of nobody", { rbac: 1, constraints: { c: { kind: "min_users", roles: ["a"], limit: 0 } } }],
  ["a minimum of two roles", { rbac: 1, constraints: { c: { kind: "min_users", roles: ["a", "b"], limit: 1 } } }],
  ["a prerequisite without needs", { rbac: 1, constraints: { c: { kind: "prerequisite", roles: ["a"] } } }],
  [
    "a prerequisite with a limit",
    { rbac: 1, constraints: { c: { kind: "prerequisite", roles: ["a"], needs: ["b"], limit: 1 } } },
  ],
  ["attributes as a list", asked({ user: "a", can: ["a:b"], given: ["resource.published"] })],
  ["attributes of nothing", asked({ user: "a", can: ["a:b"], given: { user: { a: 1 } } })],
  ["attributes whose names have spaces", asked({ user: "a", can: ["a:b"], given: { resource: { "a b": 1 } } })],
  ["attributes with dots below the top", asked({ user: "a", can: ["a:b"], given: { resource: { "a.b": 1 } } })],
  ["a root with a value", asked({ user: "a", can: ["a:b"], given: { resource: true } })],
  ["a list of lists", asked({ user: "a", can: ["a:b"], given: { "resource.a": [[1]] } })],
  ["four names", asked({ user: "a", can: ["a:b"], given: { "resource.a.b.c.d": 1 } })],
  ["a guard that is no boolean", { rbac: 1, guarded: "yes" }],
  ["a section that is null", { rbac: 1, users: null }],
  ["a list of roles", { rbac: 1, roles: ["editor"] }],
  ["a mapping of everyone", { rbac: 1, everyone: { reader: {} } }],
  ["a number in everyone", { rbac: 1, everyone: [1] }],
  ["a permission of seven parts", { rbac: 1, permissions: ["a:b:c:d:e:f:g"] }],
  ["a permission with an empty part", { rbac: 1, permissions: ["posts::read"] }],
  ["a pattern in the catalogue", { rbac: 1, permissions: ["posts:*"] }],
  ["an own form in the catalogue", { rbac: 1, permissions: { "posts:read:own": "Read" } }],
  ["a permission called own", { rbac: 1, permissions: ["own"] }],
  ["an empty description", { rbac: 1, permissions: { "posts:read": "" } }],
  ["a description of null", { rbac: 1, permissions: { "posts:read": null } }],
  ["an unknown key of a permission", { rbac: 1, permissions: { "posts:read": { text: "Read" } } }],
  ["a role that is null", { rbac: 1, roles: { editor: null } }],
  ["an empty name", { rbac: 1, roles: { "": {} } }],
  ["a name that ends in a space", { rbac: 1, users: { "ann ": {} } }],
  ["a name that looks like a flag", { rbac: 1, users: { "-ann": {} } }],
  ["an invisible character", { rbac: 1, users: { "ann\u200b": {} } }],
  ["an unknown key of a role", role({ grant: [] })],
  ["inheriting from a name, not a list", role({ inherits: "author" })],
  ["a grant of a number", role({ grants: [1] })],
  ["a grant of half a pattern", role({ grants: ["posts:re*"] })],
  ["a grant with on for scope", role({ grants: [{ permission: "posts:read", on: "acme" }] })],
  ["a grant when it is a number", role({ grants: [{ permission: "posts:read", when: 1 }] })],
  ["a grant when nothing is said", role({ grants: [{ permission: "posts:read", when: "" }] })],
  ["a grant when null", role({ grants: [{ permission: "posts:read", when: null }] })],
  ["a grant but null", role({ grants: [{ permission: "posts:*", but: null }] })],
  ["a grant but an own form", role({ grants: [{ permission: "posts:*", but: ["posts:read:own"] }] })],
  ["a grant but half a pattern", role({ grants: [{ permission: "posts:*", but: "posts:re*" }] })],
  ["a grant but a number", role({ grants: [{ permission: "posts:*", but: [1] }] })],
  ["a grant but a grant", role({ grants: [{ permission: "posts:*", but: [{ permission: "posts:read" }] }] })],
  ["a deny but something", role({ denies: [{ permission: "posts:*", but: ["posts:read"] }] })],
  ["a deny but nothing", role({ denies: [{ permission: "posts:*", but: [] }] })],
  ["an attribute of no known type", { rbac: 1, attributes: { posts: { published: "boolean" } } }],
  ["an attribute of no values", { rbac: 1, attributes: { posts: { status: [] } } }],
  ["an attribute of numbers", { rbac: 1, attributes: { posts: { status: [1, 2] } } }],
  ["an attribute of null", { rbac: 1, attributes: { posts: { status: null } } }],
  ["an attribute with a name of four", { rbac: 1, attributes: { posts: { "a.b.c.d": "bool" } } }],
  ["an attribute with a sign in its name", { rbac: 1, attributes: { posts: { "a-b": "bool" } } }],
  ["attributes of a permission", { rbac: 1, attributes: { "posts:read": { a: "bool" } } }],
  ["attributes of a pattern", { rbac: 1, attributes: { "*": { a: "bool" } } }],
  ["a list of attributes", { rbac: 1, attributes: { posts: ["published"] } }],
  ["attributes that are null", { rbac: 1, attributes: null }],
  ["a grant without a permission", role({ grants: [{ scope: "acme" }] })],
  ["an empty scope", role({ grants: [{ permission: "posts:read", scope: "" }] })],
  ["a scope with an empty segment", role({ grants: [{ permission: "posts:read", scope: "acme//x" }] })],
  ["an unknown key of a user", user({ mail: "ann@example.com" })],
  ["disabled in quotes", user({ disabled: "yes" })],
  ["a role that is a number", user({ roles: [7] })],
  ["an assignment without a role", user({ roles: [{ scope: "acme" }] })],
  ["a time without a zone", user({ roles: [{ role: "editor", until: "2027-01-01T00:00:00" }] })],
  ["a day that is none", user({ roles: [{ role: "editor", until: "2027-02-30" }] })],
  ["a duration for a time", user({ roles: [{ role: "editor", until: "8h" }] })],
  ["a part of nothing", { rbac: 1, part: {} }],
  ["a part with an empty key", { rbac: 1, part: { roles: [] } }],
  ["a part with one name, not a list", { rbac: 1, part: { roles: "billing-*" } }],
  ["a part with an unknown key", { rbac: 1, part: { role: ["billing-*"] } }],
  ["a part with a * inside of a name", { rbac: 1, part: { roles: ["bil*ing"] } }],
  ["a part with a scope that is none", { rbac: 1, part: { scopes: ["acme/*"] } }],
  ["a part with a number", { rbac: 1, part: { users: [1] } }],
  ["a test that asks nothing", asked({ user: "ann" })],
  ["a test that asks an empty list", asked({ user: "ann", can: [] })],
  ["a test of nobody", asked({ can: ["posts:read"] })],
  ["a test with an unknown key", asked({ user: "ann", can: ["posts:read"], on: "acme" })],
  ["a test of a pattern", asked({ user: "ann", can: ["posts:*"] })],
  ["a skip without a reason", skipped({ rule: "unheld-role" })],
  ["a skip of no rule", skipped({ reason: "why" })],
  ["a skip of a number", skipped({ rule: 1, reason: "why" })],
  ["a skip of blanks", skipped({ rule: "unheld-role", reason: " " })],
  ["a skip for a while", skipped({ rule: "unheld-role", reason: "why", until: "8h" })],
  ["a skip with an unknown key", skipped({ rule: "unheld-role", reason: "why", of: "a" })],
  ["skips that are null", { rbac: 1, lint: { skip: null } }],
  ["a toxic pair of one", { rbac: 1, lint: { toxic: [["a:b"]] } }],
  ["a toxic pair of three", { rbac: 1, lint: { toxic: [["a:b", "a:c", "a:d"]] } }],
  ["a toxic pair of a pattern", { rbac: 1, lint: { toxic: [["a:b", "a:*"]] } }],
  ["a toxic pair of a number", { rbac: 1, lint: { toxic: [["a:b", 1]] } }],
  ["lint as a list", { rbac: 1, lint: [] }],
  ["lint that is null", { rbac: 1, lint: null }],
  ["a test of one permission, not a list", asked({ user: "ann", can: "posts:read" })],
];

describeWith(missing, "the schema refuses", () => {
  it.each(WRONG)("%s", (_, document) => {
    expect(faultsOf(document)).not.toEqual([]);
  });
});

describe("and so do the reader and the tool", () => {
  it.each(WRONG)("%s", async (_, document) => {
    expect(errorOf(() => read(document))).toMatchObject({ code: "DOCUMENT_INVALID", exitCode: 2 });
    const { code, stdout } = await cli(["test", fileWith(JSON.stringify(document)), "--json"]);
    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({ code: 2, error: "DOCUMENT_INVALID" });
  });
});

describeWith(missing, "the schema judges words as the reader does", () => {
  const long = ["a".repeat(255), "a".repeat(256), "😀".repeat(255), "😀".repeat(256), `a:${"b".repeat(253)}`];
  const bits = "a Z 0 é 😀 own posts read : : : * * .* /* / . .. - _ @ %2F %2f %25"
    .split(" ")
    .concat(" ", "\u00a0", "\u200b", "\u202e", "\n", "\t");
  const soup = (most: number) => fc.array(fc.constantFrom(...bits), { maxLength: most }).map((parts) => parts.join(""));
  const joined = (by: string) => fc.array(soup(2), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(by));
  const words = fc.oneof(soup(7), joined(":"), joined("/"));
  const times = fc
    .tuple(fc.integer({ min: -1, max: 14 }), fc.integer({ min: -1, max: 33 }), fc.integer({ min: 0, max: 25 }))
    .chain(([month, day, hour]) => fc.constantFrom(...timesOf(month, day, hour)));
  const cases: [name: string, parse: (text: string) => unknown, arbitrary: fc.Arbitrary<string>, examples: string[]][] =
    [
      ["name", parseName, words, long],
      ["text", parseText, words, ["a".repeat(1000), "a".repeat(1001), "😀".repeat(1000), "😀".repeat(1001)]],
      [
        "listed",
        parseCatalogued,
        words,
        [...long, "posts:read", "posts:own", "own", "own:own", "a:own:b", "create content", "a:b:c:d:e:f", "*:*"],
      ],
      [
        "permission",
        parsePermission,
        words,
        [
          ...long,
          "posts:read",
          "posts:own:own",
          "posts:own",
          "own",
          "own:own",
          "a:b:c:d:e:f:own",
          "a:b:c:d:e:f:g",
          "a.*",
        ],
      ],
      [
        "pattern",
        parsePattern,
        words,
        [
          ...long,
          "*",
          "*:*",
          "*:own",
          "*:*:own",
          "posts:own:own",
          "own:read",
          "a.*",
          ".*",
          "..*",
          "a/*:b",
          "a b/*",
          " .*",
        ],
      ],
      [
        "scope",
        parseScope,
        words,
        [
          ...long,
          "acme/posts/42",
          "a/../b",
          "a/..b",
          "a/-b",
          "a/",
          " a/b",
          "a /b",
          "a b:c",
          `${"a".repeat(256)}/b`,
        ].concat("a/".repeat(499).concat("a"), "a/".repeat(500).concat("a"), "%2f", "😀/".repeat(499).concat("😀😀")),
      ],
      [
        "time",
        parseInstant,
        times,
        ["2027-01-31", "2028-02-29", "now", "@12", "8h", "2027-01-31T09:00:00.1234567890Z"],
      ],
    ];
  it.each(cases)("%s", (name, parse, arbitrary, examples) => {
    const schema = ajv.compile({ $ref: `policy#/$defs/${name}` });
    const seen = { accepted: 0, refused: 0 };
    const agree = (text: string): void => {
      const accepted = accepts(() => parse(text));
      expect([text, schema(text)]).toEqual([text, accepted]);
      seen[accepted ? "accepted" : "refused"] += 1;
    };
    examples.forEach(agree);
    fc.assert(fc.property(arbitrary, agree), { numRuns: 2_000 });
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
  });
});

function accepts(reading: () => unknown): boolean {
  try {
    reading();
    return true;
  } catch {
    return false;
  }
}

/** Times of a leap year: that other Februaries have 28 days is the one thing that only the reader knows. */
function timesOf(month: number, day: number, hour: number): string[] {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `2028-${two(month)}-${two(day)}`;
  const rests = ["", ":00:00Z", ":59:59.5z", ":00:00", ":60:00Z", ":00:60Z", ":00:00.0+02:00", ":00:00-24:00"];
  return rests.flatMap((rest) =>
    rest === "" ? [date] : [`${date}T${two(hour)}${rest}`, `${date} ${two(hour)}${rest}`],
  );
}
