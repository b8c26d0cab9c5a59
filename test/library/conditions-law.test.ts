/**
 * Rule 35 through a real database, of either kind: `can`, the compiled policy, `permissions`, `who-can` and `access` say
 * what the oracle says, which shares no code with src.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { create, type PolicyDocument } from "../../src/index.ts";
import { freshDb, SERVER } from "../support/cli.ts";
import { type OracleQuestion, oracleFacts, oracleReason } from "../support/oracle.ts";

import { conditionalDocuments, givens } from "../support/random-conditional-questions.ts";
import { ASKED_SCOPES, catalogueOf, questions } from "../support/random-policies.ts";
import { rowsAllow } from "../support/rows-under-conditions.ts";

const POLICIES = SERVER ? 12 : 30;
const [ASKERS, TARGETS] = [4, 10];

const asked = conditionalDocuments().chain((document) => {
  const target = fc.record({
    permission: fc.constantFrom(...catalogueOf(document)),
    own: fc.boolean(),
    scope: fc.constantFrom(...ASKED_SCOPES),
    given: givens(),
  });
  const one = fc.tuple(questions(document), fc.array(target, { minLength: TARGETS, maxLength: TARGETS }));
  return fc.tuple(fc.constant(document), fc.array(one, { minLength: ASKERS, maxLength: ASKERS }));
});

it(`${POLICIES} random policies with ${ASKERS * TARGETS} questions each: every answer of a database is the oracle's`, async () => {
  const found = { allow: 0, deny: 0, none: 0, condition: 0, disabled: 0, session: 0 };
  await fc.assert(
    fc.asyncProperty(asked, async ([document, askers]) => {
      await using rbac = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
      await rbac.seed(document as PolicyDocument, { allowConfusable: true });
      await using compiled = await rbac.compile();
      for (const [{ user, at, activate, assume }, targets] of askers) {
        const session = { at, ...(activate.length > 0 && { activate }), ...(assume.length > 0 && { assume }) };
        const mine = await rbac.permissions(user, session);
        expect(await compiled.permissions(user, session)).toEqual(mine);
        for (const { permission, own, scope, given } of targets) {
          const question: OracleQuestion = { user, at, activate, assume, permission, own, scope, given };
          const facts = oracleFacts(document, question);
          const asks = { ...session, on: scope, given: given as never };
          const named = own ? `${permission}:own` : permission;
          const { reason, because: _, ...decision } = await rbac.can(user, named, asks);
          const quick = await compiled.can(user, named, asks);
          const held = mine.filter((row) => row.permission === permission);
          const holders = await rbac.whoCan(named, { at });
          const isPlain = user !== null && activate.length + assume.length === 0;
          const { access } = isPlain ? await rbac.access({ at, user, permission }) : { access: [] };
          const said = {
            can: reason,
            compiled: quick.reason,
            when: quick.when,
            permissions: rowsAllow(held, own, scope, facts),
            ...(isPlain && {
              whoCan: rowsAllow(
                holders.filter((row) => row.user === user),
                own,
                scope,
                facts,
              ),
              access: rowsAllow(access, own, scope, facts),
            }),
          };
          const expected = oracleReason(document, question);
          found[expected] += 1;
          const allowed = expected === "allow";
          expect({ question, ...said }).toEqual({
            ...{ question, can: expected, compiled: expected, when: decision.when, permissions: allowed },
            ...(isPlain && { whoCan: allowed, access: allowed }),
          });
        }
      }
    }),
    { numRuns: POLICIES, endOnFailure: true },
  );
  expect(Math.min(found.allow, found.deny, found.none, found.condition)).toBeGreaterThan(0);
});
