/** Rules of lint about grants, denies and inheritance: each where it fires, and where it nearly does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readYaml } from "../../../src/files/yaml.ts";
import { policyOf } from "../../../src/policy/document/changes-to-document.ts";
import { NO_LINT } from "../../../src/policy/document/facts.ts";
import { documentOf } from "../../../src/policy/document/read.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { lint } from "../../../src/policy/lint/lint.ts";
import { AT, indexFrom } from "../../support/documents.ts";
import type { PlainDocument, PlainRole } from "../../support/oracle.ts";
import { ROOT } from "../../support/root.ts";

const CATALOGUE = ["posts:read", "posts:create", "posts:update", "posts:delete", "users:read", "users:delete"];

/** The numbers of some things as names: `t1:read` to `t5:read`. */
const things = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `t${from + at}:read`);

const documentWith = (roles: Record<string, PlainRole>, everyone: readonly string[] = []): PlainDocument => ({
  rbac: 1,
  permissions: [...CATALOGUE, ...things(1, 30)],
  roles,
  everyone,
});

/** What a rule finds, in lines: what it is about, what it says, how grave it is where it is no warning, and the way. */
function found(rule: string, roles: Record<string, PlainRole>, everyone: readonly string[] = []): string[] {
  const { findings } = lint(indexFrom(documentWith(roles, everyone)), { at: AT, settings: NO_LINT, rules: [rule] });
  return findings.map(({ subject, message, severity, because, fix }) => {
    const { digest: _, ...key } = subject?.key ?? {};
    const about = Object.values(key).filter((value) => value !== null);
    const way = because
      ? ` <- ${[...because.roles, ...(because.grant === null ? [] : [because.grant])].join(" ")}`
      : "";
    return `${about.join(" ")}: ${message} (${severity}${fix ? ", has a fix" : ""})${way}`;
  });
}

type Case = readonly [what: string, roles: Record<string, PlainRole>, lines: readonly string[], everyone?: string[]];

/** One case a line: the policy, and what is found. */
function cases(rule: string, all: readonly Case[]): void {
  describe(rule, () => {
    for (const [what, roles, lines, everyone = []] of all)
      it(what, () => {
        expect(found(rule, roles, everyone)).toEqual(lines);
      });
  });
}

const WARNED = "(warning, has a fix)";
const author: PlainRole = { grants: ["posts:create"] };
const published = "resource.published";
const WHEN_PUBLISHED = { permission: "posts:read", when: published };

cases("redundant-grant", [
  [
    "an inherited grant, over one role",
    { author, middle: { inherits: ["author"] }, editor: { inherits: ["middle"], grants: ["posts:create"] } },
    [
      `editor allow posts:create: it repeats the grant of "author", which its role inherits ${WARNED} <- editor middle author posts:create`,
    ],
  ],
  ["the grant of a role that is not inherited", { author, editor: { grants: ["posts:create"] } }, []],
  [
    "a wider pattern of its own",
    { editor: { grants: ["posts:*", "posts:read"] } },
    [`editor allow posts:read: it lies within the grant "posts:*" of its own role ${WARNED} <- editor posts:*`],
  ],
  ["a pattern that overlaps", { editor: { grants: ["posts:*", "*:read"] } }, []],
  [
    "a wider scope",
    { editor: { grants: ["posts:read", { permission: "posts:read", scope: "acme/x" }] } },
    [
      `editor allow posts:read acme/x: it lies within the grant "posts:read" of its own role ${WARNED} <- editor posts:read`,
    ],
  ],
  [
    "scopes beside each other",
    { editor: { grants: ["acme", "acmeX"].map((scope) => ({ permission: "posts:read", scope })) } },
    [],
  ],
  [
    "the owner's form of what anybody may",
    { editor: { grants: ["posts:read", "posts:*:own"] }, owner: { grants: ["posts:read:own", "posts:*"] } },
    [`owner allow posts:read:own: it lies within the grant "posts:*" of its own role ${WARNED} <- owner posts:*`],
  ],
  [
    "a condition beside none",
    { editor: { grants: ["posts:read", WHEN_PUBLISHED] } },
    [
      `editor allow posts:read: it lies within the grant "posts:read" of its own role (when ${published}) ${WARNED} <- editor posts:read`,
    ],
  ],
  ["no condition beside one", { editor: { grants: [{ ...WHEN_PUBLISHED, permission: "posts:*" }, "posts:read"] } }, []],
  [
    "a condition beside an equal one, written otherwise",
    { editor: { grants: [{ permission: "posts:*", when: `${published} == true` }, WHEN_PUBLISHED] } },
    [
      `editor allow posts:read: it lies within the grant "posts:*" when ${published} of its own role (when ${published}) ${WARNED} <- editor posts:*`,
    ],
  ],
  [
    "a condition beside another",
    { editor: { grants: [WHEN_PUBLISHED, { permission: "posts:*", when: "resource.open" }] } },
    [],
  ],
  [
    "beside a grant that leaves it out",
    { editor: { grants: [{ permission: "posts:*", but: ["posts:read"] }, "posts:read", "posts:update"] } },
    [
      `editor allow posts:update: it lies within the grant "posts:*" but posts:read of its own role ${WARNED} <- editor posts:*`,
    ],
  ],
  [
    "two that come to the same: the plain one is kept",
    { editor: { grants: [{ permission: "posts:*", but: ["users:*"] }, "posts:*"] } },
    [
      `editor allow posts:*: it lies within the grant "posts:*" of its own role (but users:*) ${WARNED} <- editor posts:*`,
    ],
  ],
  [
    "a deny",
    { editor: { denies: ["posts:delete"], inherits: ["guest"] }, guest: { denies: ["*:delete"] } },
    [
      `editor deny posts:delete: it lies within the deny "*:delete" of "guest", which its role inherits ${WARNED} <- editor guest *:delete`,
    ],
  ],
  ["a deny beside a grant", { editor: { denies: ["posts:delete"], grants: ["posts:*"] } }, []],
  [
    "equal grants of two roles that are inherited: neither of them has the other",
    { author, writer: author, editor: { inherits: ["author", "writer"] } },
    [],
  ],
  [
    "what only everyone has",
    { author, basic: { inherits: ["author"] }, editor: { grants: ["posts:create", "posts:read"] } },
    [
      `editor allow posts:create: it repeats the grant of "author", which everyone holds (note) <- basic author posts:create`,
    ],
    ["basic"],
  ],
]);

cases("dead-grant", [
  [
    "a deny that is inherited",
    { guest: { denies: ["posts:*"] }, editor: { inherits: ["guest"], grants: ["posts:read", "users:read"] } },
    [
      `editor allow posts:read: all of it is denied by "posts:*" of "guest", which its role inherits ${WARNED} <- editor guest posts:*`,
    ],
  ],
  ["a deny of an heir", { author, editor: { inherits: ["author"], denies: ["posts:*"] } }, []],
  ["a deny of a part", { editor: { grants: ["posts:*"], denies: ["posts:read"] } }, []],
  ["a deny of the owner's form only", { editor: { grants: ["posts:read"], denies: ["posts:read:own"] } }, []],
  ["a deny below", { editor: { grants: ["posts:read"], denies: [{ permission: "posts:read", scope: "acme" }] } }, []],
  [
    "a deny with a condition",
    { editor: { grants: ["posts:read"], denies: [{ permission: "*", when: published }] } },
    [],
  ],
  [
    "the owner's form and a condition under a deny of all",
    { editor: { grants: ["posts:read:own", WHEN_PUBLISHED], denies: ["posts:*"] } },
    [
      ["posts:read", ` (when ${published})`],
      ["posts:read:own", ""],
    ].map(
      ([name, more]) =>
        `editor allow ${name}: all of it is denied by "posts:*" of its own role${more} ${WARNED} <- editor posts:*`,
    ),
  ],
  [
    "a grant that leaves out all of itself",
    { editor: { grants: [{ permission: "posts:*", but: ["*:*"] }] } },
    [`editor allow posts:*: it leaves out all that it grants (but *:*) ${WARNED}`],
  ],
  [
    "what everyone is denied",
    { editor: { grants: ["posts:read"] }, all: { denies: [{ permission: "posts:read" }] } },
    [
      `editor allow posts:read: all of it is denied by "posts:read" of "all", which everyone holds (note) <- all posts:read`,
    ],
    ["all"],
  ],
]);

const IDLE = "no grant of any role meets it (note, has a fix)";
const deniesOf = (...denies: PlainRole["denies"] & object) => ({ guest: { denies } });

cases("idle-deny", [
  ["nobody is granted it", { author, ...deniesOf("posts:delete") }, [`guest deny posts:delete: ${IDLE}`]],
  ["a role that is held beside it grants it", { author, ...deniesOf("posts:create", "*:create:own") }, []],
  ["a wildcard over what is granted", { author, ...deniesOf("posts:*", "users:*") }, [`guest deny users:*: ${IDLE}`]],
  ["wildcards that overlap", { author: { grants: ["posts:*"] }, ...deniesOf("*:delete") }, []],
  [
    "an exception of the only grant",
    {
      author: { grants: [{ permission: "*", but: ["posts:*"] }] },
      ...deniesOf("posts:delete"),
      b: { denies: ["*:delete"] },
    },
    [`guest deny posts:delete: ${IDLE}`],
  ],
  [
    "scopes beside each other, and one below the other",
    {
      author: { grants: [{ permission: "posts:read", scope: "acme/x" }] },
      a: { denies: [{ permission: "posts:read", scope: "acme" }] },
      b: { denies: [{ permission: "posts:read", scope: "acme/x/y" }] },
      c: { denies: [{ permission: "posts:read", scope: "acme/y" }] },
      d: { denies: [{ permission: "posts:read", scope: "acme/xx" }] },
    },
    [`c deny posts:read acme/y: ${IDLE}`, `d deny posts:read acme/xx: ${IDLE}`],
  ],
  ["a grant with a condition", { author: { grants: [WHEN_PUBLISHED] }, ...deniesOf("posts:read") }, []],
]);

cases("but-meets-nothing", [
  [
    "another resource",
    { author: { grants: [{ permission: "posts:*", but: ["users:delete", "posts:delete", "users:*"] }] } },
    [
      'author allow posts:*: it does not cover "users:*", "users:delete", which it leaves out (but posts:delete and users:* and users:delete) (warning)',
    ],
  ],
  ["a part that overlaps", { author: { grants: [{ permission: "posts:*", but: ["*:delete"] }] } }, []],
]);

const read: PlainRole = { grants: ["posts:read"] };
const NOTHING = "brings nothing that it has not without it (note)";

cases("redundant-inheritance", [
  [
    "another path",
    { low: read, middle: { ...author, inherits: ["low"] }, top: { inherits: ["low", "middle"] } },
    ['top low: "low" is inherited through "middle" anyway (note, has a fix) <- top middle low'],
  ],
  [
    "two ways, neither of them direct: one is named",
    { low: read, a: { inherits: ["low"] }, b: { inherits: ["low"] }, top: { inherits: ["a", "b"] } },
    [`top a: "a" ${NOTHING}`],
  ],
  [
    "all of it is had by a wildcard",
    { read, admin: { grants: ["*"], inherits: ["read"] } },
    [`admin read: "read" ${NOTHING}`],
  ],
  [
    "one grant of two is had",
    { low: { grants: ["posts:read", "users:read"] }, top: { ...read, inherits: ["low"] } },
    [],
  ],
  [
    "a deny is brought",
    { low: { ...read, denies: ["posts:delete"] }, top: { grants: ["posts:*"], inherits: ["low"] } },
    [],
  ],
  ["only by a grant that is redundant for it", { read, top: { ...read, inherits: ["read"] } }, []],
  ["a role without grants", { tag: {}, top: { ...read, inherits: ["tag"] } }, []],
]);

cases("duplicate-role", [
  [
    "in another order, inherited, and beside a wider one",
    {
      a: { grants: ["posts:*", "users:read"], denies: ["posts:delete"] },
      b: { grants: ["users:read", "posts:*", "posts:create"], denies: ["posts:delete"] },
      c: { inherits: ["a"] },
      d: { inherits: ["b"], grants: ["posts:delete"] },
    },
    [
      'b: its 3 grants are those of "a", "c", "d" (warning)',
      'c: its 3 grants are those of "a", "b", "d" (warning)',
      'd: its 3 grants are those of "a", "b", "c" (warning)',
    ],
  ],
  [
    "a deny instead of a grant, a scope, a condition, the owner's form",
    {
      a: read,
      b: { denies: ["posts:read"] },
      c: { grants: [{ permission: "posts:read", scope: "acme" }] },
      d: { grants: [WHEN_PUBLISHED] },
      e: { grants: ["posts:read:own"] },
      f: {},
      g: {},
    },
    [],
  ],
]);

const of = (from: number, to: number): PlainRole => ({ grants: things(from, to) });

cases("near-duplicate-role", [
  ["nine of ten", { a: of(1, 10), b: of(1, 9) }, ['b: nine of ten of its grants are those of "a" (note)']],
  ["nine of eleven", { a: of(1, 10), b: of(2, 11) }, []],
  ["eighteen of twenty", { a: of(1, 19), b: of(2, 20) }, ['b: nine of ten of its grants are those of "a" (note)']],
  ["the same", { a: of(1, 10), b: of(1, 10) }, []],
  ["inherited", { a: of(1, 10), b: { inherits: ["a"], grants: things(11, 11) } }, []],
]);

cases("could-inherit", [
  [
    "only the largest",
    { a: of(1, 6), b: of(1, 7), c: of(1, 10) },
    [
      'b: it could inherit "a": that would save 5 rows (note)',
      'c: it could inherit "b": that would save 6 rows (note)',
    ],
  ],
  ["too few rows", { a: of(1, 5), b: of(1, 8) }, []],
  ["all but one", { a: of(1, 10), b: of(2, 20) }, []],
  [
    "rows that are inherited already",
    { a: of(1, 8), low: of(1, 5), b: { inherits: ["low"], grants: things(6, 12) } },
    [],
  ],
  ["its own parent", { a: of(1, 8), b: { inherits: ["a"], grants: things(9, 12) } }, []],
]);

it("could-inherit runs only where it is asked for", () => {
  const { findings } = lint(indexFrom(documentWith({ a: of(1, 6), b: of(1, 12) })), { at: AT, settings: NO_LINT });
  expect(findings.map(({ rule }) => rule)).not.toContain("could-inherit");
});

const OURS = ["redundant-grant", "dead-grant", "idle-deny", "but-meets-nothing", "redundant-inheritance"];
const RULES = [...OURS, "duplicate-role", "near-duplicate-role", "could-inherit"];
const SEEDS = join(ROOT, "seeds");

it.each(readdirSync(SEEDS))("the seed %s: nothing graver than a note, but what it skips", (name) => {
  const document = documentOf([readYaml(name, readFileSync(join(SEEDS, name), "utf8"))]);
  const { findings } = lint(indexPolicy(policyOf(document)), { at: AT, settings: document.lint, rules: RULES });
  const isSkipped = (rule: string, key: object) =>
    document.lint.skips.some(
      (skip) => skip.rule === rule && (skip.on === null || Object.values(key).includes(skip.on)),
    );
  const left = findings.filter(({ rule, subject }) => !isSkipped(rule, subject?.key ?? {}));
  expect(left.filter(({ severity }) => severity !== "note")).toEqual([]);
});
