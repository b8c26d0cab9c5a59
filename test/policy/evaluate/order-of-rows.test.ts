/** Databases hand out rows in orders of their own: no answer, list or finding depends on it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { accessIn } from "../../../src/policy/evaluate/access.ts";
import { compare } from "../../../src/policy/evaluate/compare.ts";
import { decide, holds, type Question } from "../../../src/policy/evaluate/decide.ts";
import { permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import { rolesOf, usersOf } from "../../../src/policy/evaluate/entity-details.ts";
import { endingWithin } from "../../../src/policy/evaluate/expiring.ts";
import { matrixOf } from "../../../src/policy/evaluate/matrix.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { askerOf } from "../../../src/policy/evaluate/walk.ts";
import { assigneesIn, whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { violationsOf } from "../../../src/policy/rules/constraint-violations.ts";
import { policyFrom, reversed } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import type { PlainDocument } from "../../support/oracle.ts";
import { conditionalDocuments } from "../../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, documents } from "../../support/random-policies.ts";

/** All that is told of a policy, by the name of the question. */
function toldOf(policy: Policy, at: string, scope: string | null): Map<string, unknown> {
  const told = new Map<string, unknown>();
  const index = indexPolicy(policy);
  const inOrder = (names: Iterable<string>) => [...names].sort();
  const users = inOrder(policy.user.keys());
  const permissions = inOrder(policy.permission.keys());
  const access = accessIn(index, at, () => true);
  for (const assignee of assigneesIn(index)) told.set(`access ${assignee.user}`, access(assignee));
  for (const user of users) {
    const asker = askerOf(user, at, {});
    told.set(`permissions ${user}`, permissionsOf(index, asker));
    told.set(`compare ${user}`, compare(index, asker, askerOf(users[0] ?? "", at, {})));
    for (const role of inOrder(policy.role.keys()))
      told.set(`holds ${user} ${role}`, holds(index, { ...asker, role, scope }));
    for (const permission of permissions.flatMap((name) => [name, `${name}:own`])) {
      const question: Question = { ...asker, permission, owner: null, scope };
      const decision = decide(index, question);
      told.set(`can ${user} ${permission}`, decision);
      told.set(`why ${user} ${permission}`, nearMissesOf(index, question, decision));
    }
  }
  for (const permission of permissions)
    told.set(`who-can ${permission}`, whoCan(index, permission, { at, activate: [], assume: [] }));
  const matrix = matrixOf(index, new Map(users.map((user) => [user, askerOf(user, at, {})])));
  told.set("matrix", [matrix.permissions, [...matrix.rows]]);
  told.set("expiring", endingWithin(index, at, "2040-12-01T00:00:00.000Z"));
  told.set("violations", violationsOf(policy, at));
  told.set("lists", [rolesOf(policy), usersOf(policy, { at, all: true })]);
  return told;
}

it("all that is told of a policy is the same in whatever order its rows are", () => {
  const holds = (document: PlainDocument, at: string, scope: string | null) => {
    const policy = policyFrom(document);
    const expected = toldOf(policy, at, scope);
    for (const [question, answer] of toldOf(reversed(policy), at, scope))
      expect([question, answer]).toEqual([question, expected.get(question)]);
  };
  const policies = fc.oneof(documents(), conditionalDocuments());
  fc.assert(fc.property(policies, fc.constantFrom(...ASKED_INSTANTS), fc.constantFrom(...ASKED_SCOPES), holds), {
    numRuns: often(150),
  });
});
