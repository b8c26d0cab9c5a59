/** The rules of lint about names, wildcards, conditions and idle things: by example, and conditions by their law. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCondition } from "../../../src/policy/conditions/condition.ts";
import type { Declaration } from "../../../src/policy/conditions/given.ts";
import { truthsOf } from "../../../src/policy/lint/judging/condition-values.ts";
import { nearKey, stylesOf } from "../../../src/policy/lint/judging/name-forms.ts";
import { findings, inWords, type Linted } from "../../support/linting.ts";
import { often } from "../../support/often.ts";
import type { PlainGrant } from "../../support/oracle.ts";
import { conditionTruth } from "../../support/oracle-conditions.ts";

const permissions = ["posts:read", "posts:edit", "pages:read"];
type Grants = readonly (string | PlainGrant)[];
const granting = (grants: Grants, more: Linted = {}): Linted => ({
  permissions,
  roles: { reader: { grants } },
  ...more,
});
const when = (condition: string, more: Linted = {}): Linted =>
  granting([{ permission: "posts:read", when: condition }], more);
const named = (names: string[], roles: string[] = ["reader"]): Linted => ({
  permissions: names,
  roles: Object.fromEntries(roles.map((role) => [role, { grants: ["*"] }])),
});
const draft = { attributes: { posts: { status: ["draft", "live"], published: "bool" } } };
const deny = { denies: [{ permission: "posts:*", when: "resource.locked" }] };
const locked: Grants = [{ permission: "posts:read", when: "resource.locked" }];

const never = (condition: string) => `reader allow posts:read: its condition is never true (when ${condition})`;
const always = (condition: string) => `reader allow posts:read: its condition is never false (when ${condition})`;

/** A rule, what fires it, what it then says, and the nearest policies that do not. */
const CASES: [rule: string, fires: Linted, says: string[], nearly: Linted[]][] = [
  [
    "unheld-role",
    { ...granting(["*"]), roles: { reader: {}, author: {} }, users: { ann: { roles: ["reader"] } } },
    ["author: nobody holds it"],
    [
      granting(["*"]),
      { roles: { reader: {}, author: { inherits: ["reader"] } }, users: { ann: { roles: ["author"] } } },
    ],
  ],
  [
    "empty-role",
    { permissions, roles: { reader: {}, author: { inherits: ["reader"] } } },
    ["reader: it grants, denies and inherits nothing"],
    [granting([], { roles: { reader: { denies: ["posts:*"] } } })],
  ],
  [
    "unused-permission",
    granting(["posts:*"]),
    ["pages:read: nothing grants it"],
    [
      granting(["*:own"]),
      granting([{ permission: "*", but: "pages:read" }]),
      granting(["posts:*"], { roles: { reader: { grants: ["posts:*"], denies: ["pages:read"] } } }),
    ],
  ],
  [
    "unused-permission",
    granting([{ permission: "*", but: "pages:*" }]),
    ["pages:read: nothing grants it"],
    [{ permissions }],
  ],
  ["empty-policy", { permissions }, ["it has no role"], [granting(["*"])]],
  ["empty-policy", { roles: { reader: {} } }, ["it has no permission"], []],
  [
    "wide-wildcard",
    granting(["*:read"]),
    ['reader allow *:read: "*:read" covers 2 permissions, and all to come'],
    [
      granting(["posts:*", "*:own"]),
      granting([{ permission: "*:read", scope: "acme" }]),
      granting([{ permission: "*:read", when: "resource.published" }]),
      granting([], { roles: { "blog-admin": { grants: ["*"] }, reader: { denies: ["*:read"] } } }),
    ],
  ],
  [
    "wide-wildcard",
    granting(["pages:*"]),
    ['reader allow pages:*: "pages:*" covers "pages:read" alone'],
    [granting(["posts:*"])],
  ],
  [
    "wide-wildcard",
    granting([{ permission: "posts:*", but: "posts:read" }]),
    ['reader allow posts:*: "posts:*" covers "posts:edit" alone (but posts:read)'],
    [granting([{ permission: "pages:*", but: "pages:read" }])],
  ],
  [
    "everyone-wide",
    granting(["*:read", "rbac:grant"], { permissions: [...permissions, "rbac:grant"], everyone: ["reader"] }),
    ['reader: everyone holds "*:read"', 'reader: everyone holds "rbac:grant"'],
    [],
  ],
  [
    "everyone-wide",
    granting(["*:read"], { everyone: ["reader"] }),
    ['reader: everyone holds "*:read"'],
    [
      granting(["posts:*", "*:own"], { everyone: ["reader"] }),
      granting([], { roles: { reader: { denies: ["*"] } }, everyone: ["reader"] }),
      granting(["*"], { users: { ann: { roles: ["reader"] } } }),
    ],
  ],
  [
    "everyone-wide",
    {
      permissions: ["rbac:grant"],
      roles: { reader: { inherits: ["helper"] }, helper: { grants: [{ permission: "rbac:grant", scope: "acme" }] } },
      everyone: ["reader"],
    },
    ['reader: everyone holds "rbac:grant"'],
    [{ permissions: ["rbacs:grant"], roles: { reader: { grants: ["rbacs:grant"] } }, everyone: ["reader"] }],
  ],
  [
    "loose-length",
    granting(["*:*"], { permissions: [...permissions, "login"] }),
    ['reader allow *:*: "*:*" does not cover "login", which has another number of parts'],
    [
      granting(["*"], { permissions: [...permissions, "login"] }),
      granting(["*:*", "login"], { permissions: [...permissions, "login"] }),
      granting(["*:*", "posts:*"], { permissions: [...permissions, "posts:comments:read"] }),
    ],
  ],
  [
    "loose-length",
    { permissions: ["posts:delete", "posts:comments:delete"], roles: { reader: { denies: ["*:delete"] } } },
    ['reader deny *:delete: "*:delete" does not cover "posts:comments:delete", which has another number of parts'],
    [{ permissions: ["posts:delete", "posts:comments:read"], roles: { reader: { denies: ["*:delete"] } } }],
  ],
  [
    "constant-condition",
    when('resource.status == "draft" && resource.status == "live"'),
    [never('resource.status == "draft" && resource.status == "live"')],
    [when('resource.status == "draft" || resource.status == "live"')],
  ],
  [
    "constant-condition",
    when("resource.size < 3 && resource.size > 3"),
    [never("resource.size < 3 && resource.size > 3")],
    [when("resource.size < 3 && resource.size >= 2")],
  ],
  [
    "constant-condition",
    when('resource.status != "draft" && resource.status != "live"', draft),
    [never('resource.status != "draft" && resource.status != "live"')],
    [when('resource.status != "draft" && resource.status != "live"')],
  ],
  [
    "constant-condition",
    when("resource.published || !resource.published"),
    [always("resource.published || !resource.published")],
    [when("resource.published || !resource.locked")],
  ],
  [
    "constant-condition",
    when('resource.status in ["draft", "live"]', draft),
    [always('resource.status in ["draft", "live"]')],
    [when('resource.status in ["live"]', draft)],
  ],
  [
    "constant-condition",
    when('action.permission == "posts:edit"'),
    [never('action.permission == "posts:edit"')],
    [
      when(
        'action.permission == "posts:edit"',
        granting([{ permission: "posts:*", when: 'action.permission == "posts:edit"' }]),
      ),
    ],
  ],
  [
    "constant-condition",
    when('cidr(context.ip, "10.0.0.0/8") && !cidr(context.ip, "10.0.0.0/8")'),
    [never('cidr(context.ip, "10.0.0.0/8") && !cidr(context.ip, "10.0.0.0/8")')],
    [when('cidr(context.ip, "10.0.0.0/8")')],
  ],
  [
    "constant-condition",
    { permissions, roles: { reader: { grants: locked, inherits: ["barred"] }, barred: deny } },
    ['reader allow posts:read: the deny of "posts:*" in "barred" has the same condition (when resource.locked)'],
    [
      { permissions, roles: { reader: { grants: locked }, barred: deny } },
      {
        permissions,
        roles: {
          reader: { grants: locked, denies: [{ permission: "posts:*", scope: "acme", when: "resource.locked" }] },
        },
      },
    ],
  ],
  [
    "constant-condition",
    granting([{ permission: "*:read", when: "resource.published" }], {
      attributes: { ...draft.attributes, pages: { title: "string" } },
    }),
    ['reader allow *:read: resource.published is not declared of "pages", and others are (when resource.published)'],
    [when("resource.published", draft), when("resource.anything")],
  ],
  [
    "near-duplicate-name",
    named(["post:read", "posts:read"]),
    ['posts:read: it is nearly the name "post:read"'],
    [named(["posts:read", "posts:reads:all"])],
  ],
  [
    "near-duplicate-name",
    named(["a:x"], ["order-reader", "orderReaders"]),
    ['orderReaders: it is nearly the name "order-reader"'],
    [named(["a:x"], ["reader", "read"])],
  ],
  [
    "near-duplicate-name",
    { ...named(["a:x"]), users: { "Ann.X": {}, "ann.x": {} } },
    ['ann.x: it is nearly the name "Ann.X"'],
    [{ ...named(["a:x"]), users: { "ann.x": {}, annx: {}, anns: {}, ann: {} } }],
  ],
  [
    "mixed-style",
    named(["order_item:read", "order_list:read", "birth-date:show"]),
    ["birth-date:show: it is in kebab-case: of the permissions 2 in snake_case, 1 in kebab-case"],
    [named(["birth-date:show"], ["order_reader"]), named(["posts:read", "birth-date:show"])],
  ],
  [
    "vague-name",
    named(["Edit", "posts:edit"]),
    ["Edit: it does not say what of"],
    [named(["posts:manage", "edit posts", "login"])],
  ],
];

describe.each(CASES)("%s", (rule, fires, says, nearly) => {
  it("fires", () => expect(inWords(rule, fires)).toEqual(says));
  it("does not where it nearly does", () => {
    for (const policy of nearly) expect(inWords(rule, policy)).toEqual([]);
  });
});

it("only an empty role that nothing names is offered for deletion", () => {
  const fixes = (policy: Linted) => findings("empty-role", policy).map(({ fix }) => fix?.length);
  expect(fixes({ permissions, roles: { reader: {} } })).toEqual([1]);
  expect(fixes({ permissions, roles: { reader: {} }, users: { ann: { roles: ["reader"] } } })).toEqual([undefined]);
  expect(fixes({ permissions, roles: { reader: {}, author: { inherits: ["reader"] } } })).toEqual([undefined]);
});

it("what is let stand hides nothing graver of the same row, and nothing of another permission", () => {
  const marks = (rule: string, ...policies: Linted[]) =>
    policies.flatMap((policy) => findings(rule, policy)).map(({ fingerprint }) => fingerprint);
  const grown = [["posts:read"], permissions].map((names) => granting(["*"], { permissions: names }));
  expect(new Set(marks("wide-wildcard", ...grown)).size).toBe(2);
  const ofAll = granting(["*:read", "*"], { everyone: ["reader"] });
  expect(new Set(marks("everyone-wide", ofAll)).size).toBe(2);
});

it("grants of one permission are told apart by their conditions and what they leave out", () => {
  const grants = ["a", "b"].map((name) => ({ permission: "posts:*", when: `resource.${name} && !resource.${name}` }));
  const but = { permission: "posts:*", but: ["posts:edit"], when: "resource.c && !resource.c" };
  const found = inWords("constant-condition", granting([...grants, but]));
  expect(found.map((line) => line.replace(/^.*never true/, "")).sort()).toEqual([
    " (but posts:edit when resource.c && !resource.c)",
    " (when resource.a && !resource.a)",
    " (when resource.b && !resource.b)",
  ]);
});

it("attributes that are called as what every object has are attributes as any", () => {
  const objects = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const names = ["__proto__.polluted", "constructor.name", "constructor.prototype", "toString", "a.hasOwnProperty.b"];
  for (const name of names) {
    expect(inWords("constant-condition", when(`resource.${name} == "x"`))).toEqual([]);
    const both = `resource.${name} == "x" && resource.${name} == "y"`;
    expect(inWords("constant-condition", when(both))).toEqual([never(both)]);
  }
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(objects);
  expect(Object.name).toBe("Object");
});

describe("the forms of names", () => {
  it.each([
    ["posts:read", "Post:reads"],
    ["order_read", "orderRead"],
    ["sales.orders:view", "sales/order:view"],
    ["policies:read", "policy:read"],
    ["admin", "аdmin"], // The second begins with a Cyrillic letter.
  ])("%s is nearly %s", (one, other) => expect(nearKey(one)).toBe(nearKey(other)));

  it.each([
    ["a:bc", "ab:c"],
    ["v1.1", "v11"],
    ["access", "acces"],
    ["status", "statu"],
    ["http", "https"],
    ["gas", "ga"],
  ])("%s is not %s", (one, other) => expect(nearKey(one)).not.toBe(nearKey(other)));

  it("have styles only where words are joined", () => {
    expect(["posts:read", "a_b", "a-b", "aB", "_a", "URL", "a-b:c_d"].map(stylesOf)).toEqual([
      ...[[], ["snake_case"], ["kebab-case"], ["camelCase"], [], [], ["snake_case", "kebab-case"]],
    ]);
  });
});

describe("the truths of a condition", () => {
  const ATOMS = [
    "resource.on",
    "resource.on == false",
    "has(resource.on)",
    "resource.size < 3",
    "resource.size >= 3",
    "resource.size == 5",
    'resource.status == "draft"',
    'resource.status != "live"',
    'resource.status in ["draft", "live"]',
    'resource.status < "e"',
    "has(resource.status)",
  ] as const;
  const DECLARED = { on: "bool", size: "number", status: ["draft", "live"] } as const;
  const declarations = new Map<string, Declaration>([
    ["on", { type: "bool", values: null }],
    ["size", { type: "number", values: null }],
    ["status", { type: "string", values: ["draft", "live"] }],
  ]);
  const { condition: conditions } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthIdentifier: "condition" },
      fc.constantFrom(...ATOMS),
      tie("condition").map((one) => `!(${one})`),
      fc
        .tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition"))
        .map(([one, sign, other]) => `(${one}) ${sign} (${other})`),
    ),
  }));
  /** Every value that matters to the comparisons above, and some of other types. */
  const VALUES = {
    on: [undefined, true, false, 1],
    size: [undefined, 2, 3, 4, 5, 6],
    status: [undefined, "", "draft", "e", "live", "z", []],
  };
  const GRID = VALUES.on.flatMap((on) =>
    VALUES.size.flatMap((size) => VALUES.status.map((status) => ({ resource: { on, size, status } }))),
  );

  it("are those that it has over all attributes, by a judge of its own", () => {
    const counts = { never: 0, always: 0 };
    fc.assert(
      fc.property(conditions, fc.boolean(), (condition, isDeclared) => {
        const facts = { user: null, permission: "posts:read", at: "2026-01-01T00:00:00.000Z" };
        const declared = isDeclared ? DECLARED : {};
        const truths = new Set(GRID.map((given) => conditionTruth(condition, { ...facts, given, declared })));
        const asked = { permissions: ["posts:read"], declared: isDeclared ? declarations : new Map() };
        const found = truthsOf(parseCondition(condition), asked);
        expect(found).toEqual({ canBeTrue: truths.has(true), canBeFalse: truths.has(false) });
        if (!found.canBeTrue) counts.never += 1;
        if (!found.canBeFalse) counts.always += 1;
      }),
      { numRuns: often(400) },
    );
    expect(Math.min(counts.never, counts.always)).toBeGreaterThan(0);
  });
});

it("conditions that no few cases settle are not called constant, and grants without one are not asked", () => {
  const conditions = [
    "resource.a == resource.b",
    "resource.a in resource.list",
    "resource.a in context.list",
    'resource.owner == "x" && resource.owner.team == "y"',
    'context.time < "2027-01-01T00:00:00Z"',
    "resource.expires > context.time",
    'subject.user == "ann"',
    "subject.user == resource.author",
    Array.from({ length: 14 }, (_, at) => `resource.flag${at}`).join(" && "),
    'cidr(context.ip, "10.0.0.0/8") && !cidr(context.ip, "10.1.0.0/16")',
  ];
  const grants = [
    { permission: "posts:*", but: ["posts:edit"] },
    ...conditions.map((when) => ({ permission: "posts:read", when })),
  ];
  const document = { permissions: ["posts:read", "posts:edit"], roles: { reader: { grants } } };
  expect(inWords("constant-condition", document as never)).toEqual([]);
});

it("a skip of all that a rule finds is told when it has ended, or matches nothing, like one of a name", () => {
  const skip = (more: object) => ({ rule: "empty-role", reason: "later", ...more });
  const document = (...skips: object[]) => ({ roles: { reader: {} }, lint: { skip: skips } });
  const ended = document(skip({ until: "2020-01-01" }), skip({ on: "reader", until: "2020-01-01" }));
  expect(inWords("expired-skip", ended).length + inWords("unmatched-skip", ended).length).toBeGreaterThan(0);
});
