/** What each of two may do and the other may not: by example, and against the walk. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare } from "../../../src/policy/evaluate/compare.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { holdsAt, type PermissionRow } from "../../../src/policy/evaluate/effective-permissions.ts";
import { roleAlone } from "../../../src/policy/evaluate/matrix.ts";
import { askerOf } from "../../../src/policy/evaluate/walk.ts";
import { indexFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, questions } from "../../support/random-policies.ts";

const NOW = "2026-06-01T00:00:00.000Z";

/** What a and b differ in, as words: the permission, whose, where, but where not, and by which roles. */
function differences(roles: PlainDocument["roles"], a: unknown[], b: unknown[], everyone: string[] = []) {
  const permissions = ["posts:read", "posts:write"];
  const users = { a: { roles: a }, b: { roles: b } } as PlainDocument["users"];
  const index = indexFrom({ rbac: 1, permissions, roles, users, everyone } as PlainDocument);
  const { left, right } = compare(index, askerOf("a", NOW, {}), askerOf("b", NOW, {}));
  const words = ({ permission, own, scope, except, roles: path }: PermissionRow) =>
    `${permission} ${own} on ${scope} but ${except.join()} by ${path.join(">")}`;
  return { left: left.map(words), right: right.map(words) };
}

const ROLES = {
  reader: { grants: ["posts:read"] },
  editor: { inherits: ["reader"], grants: ["posts:write"] },
  author: { grants: ["posts:write:own"] },
  barred: { denies: [{ permission: "posts:read", scope: "acme" }] },
} satisfies PlainDocument["roles"];

describe("what one may and the other may not", () => {
  it("is nothing for the same rights in other ways", () => {
    expect(differences(ROLES, ["editor"], ["reader", "editor"])).toEqual({ left: [], right: [] });
    expect(differences(ROLES, ["reader"], [], ["reader"])).toEqual({ left: [], right: [] });
  });

  it("names the roles by which", () => {
    expect(differences(ROLES, ["editor"], ["author"])).toEqual({
      left: ["posts:read any on null but  by editor>reader", "posts:write not on null but  by editor"],
      right: [],
    });
  });

  it("is cut to where they differ", () => {
    const onAcme = { role: "reader", scope: "acme" };
    expect(differences(ROLES, ["reader"], [onAcme])).toEqual({
      left: ["posts:read any on null but acme by reader"],
      right: [],
    });
    expect(differences(ROLES, [onAcme], ["reader"])).toEqual({
      left: [],
      right: ["posts:read any on null but acme by reader"],
    });
  });

  it("is where a deny takes it from the other alone", () => {
    expect(differences(ROLES, ["reader"], ["reader", "barred"])).toEqual({
      left: ["posts:read any on acme but  by reader"],
      right: [],
    });
  });
});

it("300 random pairs, people in sessions or roles alone: a row of one covers exactly what the walk answers otherwise", () => {
  const two = documents().chain((document) =>
    fc.tuple(fc.constant(document), questions(document), questions(document), fc.boolean()),
  );
  const covers = (rows: readonly PermissionRow[], permission: string, own: boolean, target: string | null) =>
    rows.some((row) => row.permission === permission && row.own !== (own ? "not" : "only") && holdsAt(row, target));
  let differing = 0;
  fc.assert(
    fc.property(two, ([document, one, other, areRoles]) => {
      const index = indexFrom(document);
      const names = Object.keys(document.roles ?? {});
      const alone = (at: number) => roleAlone(names[at % names.length] ?? "", one.at);
      const [left, right] = areRoles && names.length > 0 ? [alone(0), alone(1)] : [one, other];
      const rows = compare(index, left, right);
      for (const permission of catalogueOf(document))
        for (const own of [true, false])
          for (const scope of ASKED_SCOPES) {
            const may = (asker: typeof left) =>
              decide(index, { ...asker, permission: own ? `${permission}:own` : permission, owner: null, scope })
                .allowed;
            const [first, second] = [may(left), may(right)];
            differing += Number(first !== second);
            expect({
              permission,
              own,
              scope,
              left: covers(rows.left, permission, own, scope),
              right: covers(rows.right, permission, own, scope),
            }).toEqual({ permission, own, scope, left: first && !second, right: second && !first });
          }
    }),
    { numRuns: 300 },
  );
  expect(differing).toBeGreaterThan(500);
});
