/** Rule 35: the law of rows under conditions, against a judge of conditions that shares no code with src. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Given } from "../../../src/policy/conditions/given.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import { whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { indexFrom } from "../../support/documents.ts";
import { type OracleQuestion, oracleFacts, oracleReason, type PlainDocument } from "../../support/oracle.ts";
import type { OracleGiven } from "../../support/oracle-conditions.ts";
import { conditionalDocuments, givens, partsOf } from "../../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, questions } from "../../support/random-policies.ts";
import { rowsAllow } from "../../support/rows-under-conditions.ts";

type Target = Pick<OracleQuestion, "permission" | "own" | "scope"> & { readonly more: OracleGiven };
/** Somebody, what is known beforehand, and what is asked of them. */
type Asked = readonly [asker: OracleQuestion, known: OracleGiven, targets: readonly Target[]];

/** A policy with so many people and sessions, and for each so many questions. */
const asked = (askers: number, each: number) =>
  conditionalDocuments().chain((document) => {
    const one = fc.tuple(questions(document), givens()).chain(([asker, given]) =>
      fc.tuple(
        fc.constant(asker),
        partsOf(given),
        fc.array(
          fc.record({
            permission: fc.constantFrom(...catalogueOf(document)),
            own: fc.boolean(),
            scope: fc.constantFrom(...ASKED_SCOPES),
            more: givens(),
          }),
          { minLength: each, maxLength: each },
        ),
      ),
    );
    return fc.tuple(fc.constant(document), fc.array(one, { minLength: askers, maxLength: askers }));
  });

/** What is known beforehand stays as it was; the question brings the rest. */
const joined = (known: OracleGiven, more: OracleGiven): OracleGiven =>
  Object.fromEntries(
    [...new Set([...Object.keys(known), ...Object.keys(more)])].map((root) => [
      root,
      { ...more[root], ...known[root] },
    ]),
  );

it("800 random policies with 40 questions each: can, permissions and who-can say what the oracle says", () => {
  const found = { allow: 0, condition: 0, when: 0, unless: 0 };
  const agree = ([document, askers]: readonly [PlainDocument, readonly Asked[]]) => {
    const index = indexFrom(document);
    for (const [person, known, list] of askers) {
      const { user, at, activate, assume } = person;
      const asker = { user, at, activate, assume, given: known as Given };
      const all = permissionsOf(index, asker);
      for (const { permission, own, scope, more } of list) {
        const given = joined(known, more);
        const question = { user, at, activate, assume, permission, own, scope, given };
        const reason = oracleReason(document, question);
        const facts = oracleFacts(document, question);
        const rows = all.filter((row) => row.permission === permission);
        const named = own ? `${permission}:own` : permission;
        const decision = decide(index, { ...asker, given: given as Given, permission: named, owner: null, scope });
        const holders = user === null ? rows : whoCan(index, named, asker).filter((row) => row.user === user);
        const expected = reason === "allow";
        found.allow += Number(expected);
        found.condition += Number(reason === "condition");
        found.when += Number(rows.some(({ when }) => when));
        found.unless += Number(rows.some(({ unless }) => unless));
        const said = {
          reason: decision.reason,
          permissions: rowsAllow(rows, own, scope, facts),
          whoCan: rowsAllow(holders, own, scope, facts),
        };
        const agreed = said.reason === reason && said.permissions === expected && said.whoCan === expected;
        // Comparing 32,000 objects in depth would take longer than all else.
        if (!agreed)
          expect({ question, rows, said }).toEqual({
            ...{ question, rows, said: { reason, permissions: expected, whoCan: expected } },
          });
      }
    }
  };
  fc.assert(fc.property(asked(8, 5), agree), { numRuns: 800 });
  expect(Math.min(...Object.values(found))).toBeGreaterThan(1000);
});
