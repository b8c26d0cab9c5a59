/** The rules of lint about people, what they hold, and what they could come to hold: by example, and by their laws. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LintTables } from "../../../src/policy/lint/rules/lint-tables.ts";
import { toxicPeople } from "../../../src/policy/lint/rules/toxic.ts";
import { AT, indexFrom } from "../../support/documents.ts";
import { findings, inWords, type Linted } from "../../support/linting.ts";
import { often } from "../../support/often.ts";
import { oracleCan, oracleReason, type PlainDocument, type PlainRole, type PlainUser } from "../../support/oracle.ts";
import { conditionalDocuments } from "../../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, documents, NOW, questions } from "../../support/random-policies.ts";

const permissions = ["posts:read", "posts:edit", "pay:create", "pay:approve", "rbac:escalate", "rbac:assignment"];
const roles = {
  reader: { grants: ["posts:read"] },
  editor: { inherits: ["reader"], grants: ["posts:edit"] },
  payer: { grants: ["pay:create"] },
  approver: { grants: ["pay:approve"] },
  admin: { grants: ["*"] },
};
const base: Linted = { permissions, roles };
const people = (users: Record<string, PlainUser>, more: Linted = {}): Linted => ({ ...base, users, ...more });
const holding = (...held: NonNullable<PlainUser["roles"]>): Linted => people({ ann: { roles: held } });
const toxic = (users: Record<string, PlainUser>, more: Linted = {}): Linted =>
  people(users, { lint: { toxic: [["pay:create", "pay:approve"]] }, ...more });

const SOON = "2026-06-10T00:00:00.000Z";
const LATER = "2026-07-01T00:00:00.000Z";
const PAST = "2026-05-01T00:00:00.000Z";

const cashier = { ...roles, cashier: { inherits: ["payer", "approver"] } };
const clerk: PlainRole = { grants: ["pay:create", "pay:approve"], denies: ["pay:approve:own"] };

/** A rule, what fires it, what it then says, and the nearest policies that do not. */
const CASES: [rule: string, fires: Linted, says: string[], nearly: Linted[]][] = [
  [
    "redundant-assignment",
    holding("editor", "reader"),
    ['ann reader: "ann" holds it by "editor", too'],
    [
      holding({ role: "editor", scope: "acme" }, "reader"),
      holding({ role: "editor", until: LATER }, "reader"),
      holding({ role: "editor", from: PAST }, { role: "reader", until: LATER }),
      people({ ann: { roles: ["editor"] }, ben: { roles: ["reader"] } }),
    ],
  ],
  [
    "redundant-assignment",
    holding({ role: "reader", scope: "acme" }, { role: "reader", scope: "acme/posts" }),
    ['ann reader acme/posts: "ann" holds it by "reader" on "acme", too'],
    [holding({ role: "reader", scope: "acme" }, { role: "reader", scope: "acmeX" })],
  ],
  [
    "redundant-assignment",
    { ...holding("reader"), everyone: ["editor"] },
    ['ann reader: everyone holds it, by "editor"'],
    [{ ...holding("editor"), everyone: ["reader"] }],
  ],
  [
    "expired-window",
    holding({ role: "reader", until: AT }),
    [`ann reader: it ended at ${AT}`],
    [holding({ role: "reader", until: SOON })],
  ],
  [
    "ends-soon-alone",
    holding({ role: "payer", until: SOON }),
    [`ann payer: nobody else holds it, and it ends at ${SOON}`],
    [
      holding({ role: "payer", until: LATER }),
      holding({ role: "payer", until: PAST }),
      holding({ role: "payer", until: SOON }, { role: "payer", scope: "acme" }),
      people({ ann: { roles: [{ role: "payer", until: SOON }] }, ben: { roles: ["payer"] } }),
      people({ ann: { roles: [{ role: "reader", until: SOON }] }, ben: { roles: ["editor"] } }),
      people({ ann: { roles: [{ role: "payer", until: SOON }] } }, { everyone: ["payer"] }),
    ],
  ],
  [
    "single-holder",
    people({ ann: { roles: ["admin"] }, ben: { disabled: true, roles: ["admin"] }, cem: { roles: ["reader"] } }),
    ['ann: nobody else holds a role such as "admin"'],
    [
      people({ ann: { roles: ["admin"] }, ben: { roles: ["admin"] } }),
      people({ ann: { roles: ["editor"] } }),
      people({ ann: { roles: [{ role: "admin", scope: "acme" }] } }),
      people({ ann: { roles: [{ role: "admin", until: LATER }] } }),
    ],
  ],
  [
    "user-without-role",
    people({ ann: {}, ben: { disabled: true }, cem: { roles: ["reader"] } }),
    ["ann: they hold no role"],
    [people({ ann: {} }, { everyone: ["reader"] })],
  ],
  [
    "disabled-with-roles",
    people({ ann: { disabled: true, roles: ["reader", "editor"] } }),
    ['ann: they are disabled, and hold "editor", "reader"'],
    [
      people({ ann: { disabled: true } }),
      people({ ann: { disabled: true, roles: [{ role: "reader", until: PAST }] } }),
    ],
  ],
  [
    "duplicate-email",
    people({ ann: { email: "A@example.com" }, anna: { email: "a@example.com" } }),
    ['anna: "a@example.com" is the address of "ann", too'],
    [people({ ann: { email: "a@example.com" }, anna: { email: "a@example.org" }, ben: {}, cem: {} })],
  ],
  [
    "toxic",
    toxic({ ann: { roles: ["payer", "approver"] } }),
    ['ann: they join "pay:create" and "pay:approve", by several roles'],
    [
      toxic({ ann: { roles: ["payer"] }, ben: { roles: ["approver"] } }),
      toxic({ ann: { roles: ["payer", { role: "approver", until: PAST }] } }),
      toxic({
        ann: {
          roles: [
            { role: "payer", scope: "acme" },
            { role: "approver", scope: "beta" },
          ],
        },
      }),
      toxic({ ann: { disabled: true, roles: ["payer", "approver"] } }),
      toxic(
        { ann: { roles: ["payer", "approver"] } },
        { roles: { ...roles, reader: { denies: ["pay:*"] } }, everyone: ["reader"] },
      ),
    ],
  ],
  [
    "toxic",
    toxic({ ann: { roles: ["cashier"] }, ben: { roles: ["cashier"] } }, { roles: cashier }),
    ['cashier: it joins "pay:create" and "pay:approve", for 2 people, such as "ann"'],
    [toxic({ ann: { roles: ["reader"] } }, { roles: cashier })],
  ],
  [
    "toxic",
    toxic({ ann: { roles: ["clerk"] } }, { roles: { ...roles, clerk } }),
    ['clerk: it joins "pay:create" and "pay:approve", for "ann"'],
    [
      people(
        { ann: { roles: ["clerk"] } },
        { roles: { ...roles, clerk }, lint: { toxic: [["pay:create", "pay:approve:own"]] } },
      ),
    ],
  ],
  [
    "toxic",
    toxic({ ann: { roles: ["reader"] }, ben: { roles: ["cashier"] } }, { roles: cashier, everyone: ["cashier"] }),
    ['cashier: it joins "pay:create" and "pay:approve", for everyone'],
    [toxic({ ann: {} }, { everyone: ["payer"] })],
  ],
  [
    "toxic",
    toxic(
      { ann: { roles: ["payer"] }, ben: { roles: ["clerk"] } },
      { roles: { ...roles, clerk }, everyone: ["reader", "payer", "approver"] },
    ),
    [
      'approver: everyone joins "pay:create" and "pay:approve", by several roles',
      'clerk: it joins "pay:create" and "pay:approve", for "ben"',
    ],
    [toxic({}, { everyone: ["reader", "payer"] })],
  ],
  [
    "toxic",
    people(
      { ann: { roles: ["payer", "approver"] } },
      {
        lint: {
          toxic: [
            ["pay:create", "pay:approve"],
            ["pay:approve", "pay:create"],
          ],
        },
      },
    ),
    ['ann: they join "pay:create" and "pay:approve", by several roles'],
    [],
  ],
  [
    "toxic",
    people({ ann: { roles: ["payer"] } }, { lint: { toxic: [["pay:create", "pay:create"]] } }),
    ['a toxic pair is of "pay:create" twice'],
    [],
  ],
  [
    "toxic",
    { ...base, lint: { toxic: [["pay:create", "pay:aprove"]] } },
    ['"pay:aprove" of a toxic pair is no permission'],
    [{ ...base, lint: { toxic: [["pay:create", "pay:approve:own"]] } }],
  ],
  [
    "unguarded-escalation",
    { permissions, roles: { ...roles, helper: { grants: ["rbac:assignment"] } } },
    ['helper: with "rbac:assignment" its holder reaches "posts:read" by "reader", and does not hold it'],
    [
      {
        permissions,
        roles: { ...roles, helper: { grants: ["rbac:assignment"] } },
        guarded: true,
        users: { ann: { roles: ["admin"] } },
      },
      { permissions, roles: { ...roles, helper: { grants: ["rbac:assignment", "rbac:escalate"] } } },
      { permissions, roles: { helper: { grants: ["rbac:assignment", "posts:read"] }, reader: roles.reader } },
      {
        permissions,
        roles: {
          helper: { grants: [{ permission: "rbac:assignment", scope: "acme" }] },
          reader: { grants: [{ permission: "posts:read", scope: "beta" }] },
        },
      },
    ],
  ],
];

describe.each(CASES)("%s", (rule, fires, says, nearly) => {
  it("fires", () => expect(inWords(rule, fires)).toEqual(says));
  it("does not where it nearly does", () => {
    for (const policy of nearly) expect(inWords(rule, policy)).toEqual([]);
  });
});

describe("what is found of several rows", () => {
  it("has a mark of its own for each pair of one person", () => {
    const pairs: [string, string][] = [
      ["pay:create", "pay:approve"],
      ["posts:read", "pay:approve"],
    ];
    const policy = { ...people({ ann: { roles: ["payer", "approver", "reader"] } }), lint: { toxic: pairs } };
    expect(new Set(findings("toxic", policy).map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it("offers to take away what is held twice, but not what everyone holds", () => {
    const fixes = (policy: Linted) =>
      findings("redundant-assignment", policy).map(({ fix }) => fix?.map(({ kind }) => kind));
    expect(fixes(holding("editor", "reader"))).toEqual([["assignment.remove"]]);
    expect(fixes({ ...holding("reader"), everyone: ["reader"] })).toEqual([undefined]);
  });
});

describe("the laws", () => {
  it("what redundant-assignment finds can go, all at once: no question has another answer, in sessions neither", () => {
    let found = 0;
    const cases = documents().chain((document) =>
      fc.tuple(fc.constant(document), fc.array(questions(document), { minLength: 25, maxLength: 25 })),
    );
    fc.assert(
      fc.property(cases, ([plain, asked]) => {
        const names = Object.keys(plain.roles ?? {});
        const document = { ...plain, constraints: { apart: { kind: "dsd", roles: names.slice(0, 2), limit: 2 } } };
        const gone = findings("redundant-assignment", document).map(({ subject }) => subject?.key ?? {});
        found += gone.length;
        const isGone = (user: string, held: { role: string; scope?: string }) =>
          gone.some((key) => key.user === user && key.role === held.role && key.scope === (held.scope ?? null));
        const left = Object.entries(document.users ?? {}).map(([user, fields]): [string, PlainUser] => [
          user,
          {
            ...fields,
            roles: (fields.roles ?? []).filter(
              (held) => !isGone(user, typeof held === "string" ? { role: held } : held),
            ),
          },
        ]);
        const after = { ...document, users: Object.fromEntries(left) };
        for (const question of asked) expect(oracleReason(after, question)).toBe(oracleReason(document, question));
      }),
      { numRuns: often(100) },
    );
    expect(found).toBeGreaterThan(10);
  });

  it("toxic finds exactly those who may do both on one scope, as owners or not, with every condition met", () => {
    let joined = 0;
    const cases = conditionalDocuments().chain((document) =>
      fc.tuple(fc.constant(document), fc.shuffledSubarray(catalogueOf(document), { minLength: 2, maxLength: 2 })),
    );
    fc.assert(
      fc.property(cases, ([document, [one = "", other = ""]]) => {
        const index = indexFrom(document);
        const pair = { permissions: [one, other] as const, place: { source: undefined as never, path: [] } };
        const input = { index, at: NOW, settings: { skips: [], toxic: [pair] }, tables: new LintTables(index) };
        const people = toxicPeople(input, pair);
        const found = people.flatMap(({ users }) => users);
        const met = withConditionsMet(document);
        const may = (user: string | null, permission: string, own: boolean, scope: string | null) =>
          oracleCan(met, { user, permission, own, scope, at: NOW, activate: [], assume: [] });
        const users = Object.keys(document.users ?? {});
        const joins = (user: string | null) =>
          ASKED_SCOPES.some((scope) =>
            [true, false].some((own) => may(user, one, own, scope) && may(user, other, own, scope)),
          );
        const both = users.filter(joins);
        expect(people.some(({ everyone }) => everyone !== null)).toBe(joins(null));
        joined += both.length;
        expect(found.sort()).toEqual(both.sort());
      }),
      { numRuns: often(200) },
    );
    expect(joined).toBeGreaterThan(10);
  });

  it("unguarded-escalation finds a role exactly where using what it grants, and what that brings, gives more", () => {
    const rights = [
      "a:x",
      "a:y",
      "rbac:assignment",
      "rbac:grant",
      "rbac:inheritance",
      "rbac:everyone",
      "rbac:escalate",
    ];
    const grants = fc.oneof(fc.subarray(rights, { maxLength: 3 }), fc.constantFrom(["*"], ["rbac:*"], ["a:*"]));
    const policies = fc.record({ a: grants, b: grants, c: grants, inherits: fc.boolean(), everyone: fc.boolean() });
    fc.assert(
      fc.property(policies, ({ a, b, c, inherits, everyone }) => {
        const written = { a: { grants: a }, b: { grants: b, inherits: inherits ? ["a"] : [] }, c: { grants: c } };
        const policy = { permissions: rights, roles: written, everyone: everyone ? ["c"] : [] };
        // A wildcard is more than all that it covers today: it covers what is to come.
        const all = [...rights, "a:new", "rbac:new", "new:new"];
        const given = (grants: readonly string[]) =>
          all.filter((name) =>
            grants.some(
              (grant) =>
                grant === "*" || grant === name || (grant.endsWith(":*") && name.startsWith(grant.slice(0, -1))),
            ),
          );
        const own = { a: given(a), b: given(b), c: given(c) };
        const reach = { ...own, b: [...own.b, ...(inherits ? own.a : [])] };
        const leadsToMore = (role: "a" | "b" | "c") => {
          const held = new Set([...reach[role], ...(everyone ? own.c : [])]);
          const before = held.size;
          if (held.has("rbac:escalate")) return false;
          // What the role itself may use, and then what it has come to by that.
          const used = new Set(own[role]);
          const gain = (names: readonly string[]) => {
            for (const name of names.filter((one) => !held.has(one))) for (const set of [held, used]) set.add(name);
          };
          for (let size = 0; size < held.size; ) {
            size = held.size;
            if (POWERS.some((name) => name !== "rbac:grant" && used.has(name))) gain(Object.values(reach).flat());
            if (used.has("rbac:grant")) gain(all);
          }
          return held.size > before;
        };
        const found = findings("unguarded-escalation", policy).map(({ subject }) => subject?.key.role);
        expect(found.sort()).toEqual((["a", "b", "c"] as const).filter(leadsToMore));
      }),
      { numRuns: often(200) },
    );
  });
});

const POWERS = ["rbac:assignment", "rbac:grant", "rbac:inheritance", "rbac:everyone"];

/** The same policy with each condition of an allow met, and each of a deny false. */
function withConditionsMet(document: PlainDocument): PlainDocument {
  const roles = Object.entries(document.roles ?? {}).map(([name, role]) => {
    const grants = (role.grants ?? []).map((grant) =>
      typeof grant === "string" ? grant : { ...grant, when: undefined },
    );
    const denies = (role.denies ?? []).filter((deny) => typeof deny === "string" || deny.when === undefined);
    return [name, { ...role, grants, denies }];
  });
  return { ...document, roles: Object.fromEntries(roles) };
}
