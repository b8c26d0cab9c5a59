/** All access: by example, and against the walk; each held role alone against a policy in which it is all that is held. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessRow, accessIn } from "../../../src/policy/evaluate/access.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { holdsAt, permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import type { PolicyIndex } from "../../../src/policy/evaluate/policy-index.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { askerOf, isOpen } from "../../../src/policy/evaluate/walk.ts";
import { assigneesIn } from "../../../src/policy/evaluate/who-can.ts";
import type { RowRef } from "../../../src/policy/model/policy.ts";
import type { Scope } from "../../../src/policy/model/scopes.ts";
import { indexFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, INSTANTS, NOW } from "../../support/random-policies.ts";

type Row = AccessRow<RowRef>;

const rowsOf = (index: PolicyIndex, at: string): Row[] => assigneesIn(index).flatMap(accessIn(index, at, () => true));

const ROLES = {
  reader: { grants: ["posts:read"] },
  author: { inherits: ["reader"], grants: ["posts:write:own"] },
  editor: { inherits: ["author"], grants: ["posts:write"] },
  barred: { denies: [{ permission: "posts:*", scope: "acme/blog" }] },
  silenced: { denies: ["posts:write"] },
} satisfies PlainDocument["roles"];

/** The rows as words: the permission, by which held role, whose, where, but where not, and the way. */
function access(users: PlainDocument["users"], everyone: string[] = []): string[] {
  const permissions = ["posts:read", "posts:write"];
  const index = indexFrom({ rbac: 1, permissions, roles: ROLES, users, everyone } as PlainDocument);
  return rowsOf(index, NOW).map(
    ({ user, permission, held, own, scope, except, roles }) =>
      `${user} ${permission} ${held} ${roles.join(">")} ${own} on ${scope} but ${except.join()}`,
  );
}

describe("what each may do by each role", () => {
  it("is a row for each role, though another gives the same", () => {
    expect(access({ a: { roles: ["author", "editor"] } }, ["reader"])).toEqual([
      "a posts:read assigned author>reader any on null but ",
      "a posts:read assigned editor>author>reader any on null but ",
      "a posts:read everyone reader any on null but ",
      "a posts:write assigned author only on null but ",
      "a posts:write assigned editor any on null but ",
    ]);
  });

  it("is folded to the widest scopes of one role, whatever another one gives", () => {
    const roles = ["reader", { role: "editor", scope: "acme" }, { role: "editor", scope: "acme/blog" }];
    expect(access({ a: { roles } })).toEqual([
      "a posts:read assigned editor>author>reader any on acme but ",
      "a posts:read assigned reader any on null but ",
      "a posts:write assigned editor any on acme but ",
    ]);
  });

  it("is without what a deny of another role takes away", () => {
    const roles = [{ role: "editor", scope: "acme" }, "barred", "silenced"];
    expect(access({ a: { roles } })).toEqual(["a posts:read assigned editor>author>reader any on acme but acme/blog"]);
  });

  it("is nothing for who is disabled, and by what has ended or not begun", () => {
    const roles = [
      { role: "editor", until: NOW },
      { role: "reader", from: "2999-01-01T00:00:00.000Z" },
    ];
    expect(access({ a: { disabled: true, roles: ["editor"] }, b: { roles } })).toEqual([]);
  });

  it("tells of a role that is assigned and everyone's once for each", () => {
    expect(access({ a: { roles: [{ role: "reader", scope: "acme" }] } }, ["reader"])).toEqual([
      "a posts:read assigned reader any on acme but ",
      "a posts:read everyone reader any on null but ",
    ]);
  });

  it("names the rows behind it, of the assignment that lasts longest", () => {
    const index = indexFrom({
      rbac: 1,
      permissions: ["posts:read"],
      roles: { reader: { grants: [{ permission: "posts:read", scope: "acme" }] }, all: { grants: ["*"] } },
      users: {
        a: {
          roles: [
            { role: "reader", until: "2999-01-01T00:00:00.000Z" },
            { role: "reader", scope: "acme" },
          ],
        },
      },
      everyone: ["all"],
    } as PlainDocument);
    const [everyone, assigned] = rowsOf(index, NOW).map(({ by }) => by);
    expect([everyone?.assigned.kind, everyone?.assigned.key]).toEqual(["everyone", { role: "all" }]);
    expect(assigned?.assigned.key).toEqual({ user: "a", role: "reader", scope: "acme" });
    expect(assigned?.granted.key).toEqual({ role: "reader", effect: "allow", permission: "posts:read", scope: "acme" });
  });
});

/** The policy of a person without denies, who holds nothing but one role, as it is assigned or everyone's. */
function withOneRole(index: PolicyIndex, user: string, role: string, held: string): PolicyIndex {
  const { policy } = index;
  const kept = [...policy.assignment].filter(
    ([, row]) => held === "assigned" && row.user === user && row.role === role,
  );
  const everyone = [...policy.everyone].filter(([name]) => held === "everyone" && name === role);
  const grants = [...policy.grant].filter(([, { effect }]) => effect === "allow");
  return indexPolicy({ ...policy, assignment: new Map(kept), everyone: new Map(everyone), grant: new Map(grants) });
}

const covers = (rows: readonly Row[], permission: string, own: boolean, target: Scope): boolean =>
  rows.some((row) => row.permission === permission && row.own !== (own ? "not" : "only") && holdsAt(row, target));

/** The ways in which somebody holds roles at a time, each with the policy in which it is the only one. */
const heldBy = (index: PolicyIndex, user: string, at: string) =>
  [
    ...(index.assignments.get(user) ?? [])
      .filter((row) => isOpen(row, at))
      .map(({ role }) => [role, "assigned"] as const),
    ...[...index.policy.everyone.keys()].map((role) => [role, "everyone"] as const),
  ].map(([role, held]) => ({ role, held, alone: withOneRole(index, user, role, held) }));

/** Every question about somebody. */
function* questionsAbout(document: PlainDocument) {
  for (const permission of catalogueOf(document))
    for (const own of [true, false]) for (const scope of ASKED_SCOPES) yield { permission, own, scope };
}

const asked = fc.tuple(documents(), fc.constantFrom(...INSTANTS));

it("100 random policies: yes is where a row covers the question; by a role where that alone would allow it, too", () => {
  let allowed = 0;
  const wrong: object[] = [];
  const property = fc.property(asked, ([document, at]) => {
    const index = indexFrom(document);
    const all = rowsOf(index, at);
    for (const user of Object.keys(document.users ?? {})) {
      const rows = all.filter((row) => row.user === user);
      const ways = heldBy(index, user, at).map(({ role, held, alone }) => ({
        ...{ role, held, alone },
        rows: rows.filter((row) => row.role === role && row.held === held),
      }));
      for (const { permission, own, scope } of questionsAbout(document)) {
        const question = { permission: own ? `${permission}:own` : permission, owner: null, scope };
        const may = (policy: PolicyIndex) => decide(policy, { ...askerOf(user, at, {}), ...question }).allowed;
        const is = may(index);
        allowed += Number(is);
        if (covers(rows, permission, own, scope) !== is) wrong.push({ user, at, ...question });
        for (const { role, held, alone, rows: ofRole } of ways)
          if (covers(ofRole, permission, own, scope) !== (is && may(alone)))
            wrong.push({ user, role, held, ...question });
      }
    }
    expect(wrong).toEqual([]);
  });
  fc.assert(property, { numRuns: 100 });
  expect(allowed).toBeGreaterThan(1000);
});

it("100 random policies: the rows are of the permissions of each, and each of these stands in one of them", () => {
  const property = fc.property(asked, ([document, at]) => {
    const index = indexFrom(document);
    const all = rowsOf(index, at);
    for (const user of Object.keys(document.users ?? {})) {
      const rows = all.filter((row) => row.user === user);
      const permissions = permissionsOf(index, askerOf(user, at, {}));
      const namesIn = (list: readonly { readonly permission: string }[]) => new Set(list.map((row) => row.permission));
      expect(namesIn(rows)).toEqual(namesIn(permissions));
      for (const { permission, scope, roles, grant, until } of permissions)
        expect(rows).toContainEqual(expect.objectContaining({ permission, scope, roles, grant, until }));
    }
  });
  fc.assert(property, { numRuns: 100 });
});
