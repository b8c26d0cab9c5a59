/** Lists of rows may be longer than what one call takes as arguments, which is about 120,000. */
import { beforeAll, expect, it } from "vitest";
import { renamingsIn } from "../../../src/policy/document/renamings.ts";
import { draftOf, keyOf, type Policy } from "../../../src/policy/model/policy.ts";
import { inSequence, removing, renaming } from "../../../src/policy/mutations.ts";
import { danglingRows } from "../../../src/policy/rules/dangling-rows.ts";
import { policyFrom, read } from "../../support/documents.ts";

const MANY = 150_000;

/** A role that very many are assigned. */
let policy: Policy;
beforeAll(() => {
  const draft = draftOf(policyFrom({ rbac: 1, roles: { reader: {} } }));
  for (let at = 0; at < MANY; at++) {
    const user = `user${at}`;
    const row = { user, role: "reader", scope: null, from: null, until: null, revision: 1 };
    draft.user.set(user, { user, email: null, name: null, disabled: false, revision: 1 });
    draft.assignment.set(keyOf("assignment", row), row);
  }
  policy = draft;
});

it("very many rows refer to what is missing", () => {
  expect(danglingRows({ ...policy, role: new Map() })).toHaveLength(MANY);
});

it("a role that very many hold is deleted and renamed, alone and among other mutations", () => {
  for (const mutation of [removing("role", "reader", false), renaming("role", "reader", "writer")]) {
    const alone = mutation.decide(policy);
    expect(alone.length).toBeGreaterThan(MANY);
    expect(inSequence([mutation]).decide(policy)).toHaveLength(alone.length);
  }
  expect(renamingsIn(read({ rbac: 1, roles: { writer: { was: "reader" } } }), policy).length).toBeGreaterThan(MANY);
});
