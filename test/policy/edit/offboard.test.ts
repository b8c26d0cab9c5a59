/** Whatever somebody leaves with, the successor may do what both might, and the others what they might before. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RbacError } from "../../../src/errors.ts";
import { type Offboarding, offboard } from "../../../src/policy/edit/offboard.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { decide } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { apply, type Change, diff } from "../../../src/policy/model/change.ts";
import type { Refuse } from "../../../src/policy/model/mutation.ts";
import { errorOf, policyFrom } from "../../support/documents.ts";
import { oracleReason, type PlainDocument, type PlainHolding, type PlainUser } from "../../support/oracle.ts";
import { catalogueOf, documents, INSTANTS, questions, USERS } from "../../support/random-policies.ts";

interface Case {
  readonly document: PlainDocument;
  readonly request: Offboarding;
}

const moment = fc.option(fc.constantFrom(...INSTANTS), { nil: undefined });
const windows = fc
  .record({ from: moment, until: moment })
  .filter(({ from, until }) => from === undefined || until === undefined || from < until)
  .map(({ from, until }) => ({ ...(from && { from }), ...(until && { until }) }));

const requests = (document: PlainDocument): fc.Arbitrary<Offboarding> =>
  fc
    .record({
      names: fc.shuffledSubarray(Object.keys(document.users ?? {}), { minLength: 2, maxLength: 2 }),
      isHandedOver: fc.boolean(),
      afterwards: fc.constantFrom("keep" as const, "disable" as const, "delete" as const),
      at: fc.constantFrom(...INSTANTS),
    })
    .map(({ names: [user = "", other = ""], isHandedOver, ...request }) => ({
      user,
      successor: isHandedOver ? other : null,
      ...request,
    }));

/** Documents in which everybody holds one role on one scope, each for a time of their own. */
const meeting = documents()
  .filter(({ users = {} }) => Object.keys(users).length > 1)
  .chain((document) =>
    fc.array(windows, { minLength: USERS.length, maxLength: USERS.length }).map((all) => ({
      ...document,
      roles: { ...document.roles, shared: { grants: catalogueOf(document).slice(0, 1) } },
      users: Object.fromEntries(
        Object.entries(document.users ?? {}).map(([name, user], at) => [
          name,
          { ...user, roles: [...(user.roles ?? []), { role: "shared", scope: "acme", ...all[at] }] },
        ]),
      ),
    })),
  );

const cases: fc.Arbitrary<Case> = meeting.chain((document) =>
  fc.record({ document: fc.constant(document), request: requests(document) }),
);

const userIn = ({ users = {} }: PlainDocument, name: string | null): PlainUser => users[name ?? ""] ?? {};
const holdingsOf = ({ roles = [] }: PlainUser): PlainHolding[] =>
  roles.map((entry) => (typeof entry === "string" ? { role: entry } : entry));
const isOver = ({ until }: PlainHolding, at: string): boolean => until !== undefined && until <= at;
const isOpen = ({ from, until }: PlainHolding, at: string): boolean =>
  (from === undefined || from <= at) && (until === undefined || until > at);

/** The document as it should be: the successor with the assignments of both, one beside the other. */
function expected({ document, request: { user, successor, afterwards, at } }: Case): PlainDocument {
  const { [user]: leaver = {}, ...others } = document.users ?? {};
  const heritage = holdingsOf(leaver).filter((holding) => !isOver(holding, at));
  const heir = userIn(document, successor);
  return {
    ...document,
    users: {
      ...others,
      ...(successor !== null && { [successor]: { ...heir, roles: [...(heir.roles ?? []), ...heritage] } }),
      ...(afterwards !== "delete" && {
        [user]: { ...leaver, roles: [], ...(afterwards === "disable" && { disabled: true }) },
      }),
    },
  };
}

/** How many roles are held by both on one scope, one of them later than the other, with time between. */
function gaps({ document, request: { user, successor, at } }: Case): number {
  const standing = holdingsOf(userIn(document, successor)).filter((holding) => !isOver(holding, at));
  return holdingsOf(userIn(document, user)).filter((holding) => {
    const other = standing.find(({ role, scope }) => role === holding.role && scope === holding.scope);
    if (successor === null || isOver(holding, at) || !other) return false;
    const moments = ["2000-01-01T00:00:00.000Z", ...INSTANTS]; // One within each stretch between two boundaries.
    const held = moments.map((moment) => isOpen(holding, moment) || isOpen(other, moment));
    return held.slice(held.indexOf(true), held.lastIndexOf(true)).includes(false);
  }).length;
}

/** The changes, and what was refused beside them. */
function decided({ document, request }: Case): { changes: readonly Change[]; refused: string[] } {
  const refused: string[] = [];
  const refuse: Refuse = (error: RbacError) => void refused.push(error.code);
  return { changes: offboard(policyFrom(document), request, refuse), refused };
}

describe("of any policy", () => {
  it("the successor may what both might, the leaver what everyone may, at any moment from then on", () => {
    let [handedOver, asked] = [0, 0];
    const one = cases.chain((some) =>
      fc.tuple(fc.constant(some), fc.array(questions(some.document), { minLength: 30 })),
    );
    fc.assert(
      fc.property(one, ([some, all]) => {
        if (gaps(some) > 0) return;
        const after = expected(some);
        const index = indexPolicy(apply(policyFrom(some.document), decided(some).changes));
        for (const question of all.filter(({ at, user }) => at >= some.request.at && (!user || after.users?.[user]))) {
          const permission = question.permission + (question.own ? ":own" : "");
          const { reason } = decide(index, { ...question, permission, owner: null });
          expect({ question, reason }).toEqual({ question, reason: oracleReason(after, question) });
          asked += 1;
          if (question.user === some.request.successor && reason === "allow") handedOver += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(handedOver).toBeGreaterThan(100);
    expect(asked).toBeGreaterThan(3000);
  });

  it("windows with time between them are refused, each, and so is a successor who is disabled", () => {
    let seen = 0;
    fc.assert(
      fc.property(cases, (some) => {
        const { refused } = decided(some);
        const disabled = some.request.successor !== null && userIn(some.document, some.request.successor).disabled;
        const apart = Array.from({ length: gaps(some) }, () => "WINDOWS_APART");
        expect(refused).toEqual([...(disabled ? ["USER_DISABLED"] : []), ...apart]);
        seen += apart.length;
        const [first] = refused;
        if (first) expect(errorOf(() => offboard(policyFrom(some.document), some.request)).code).toBe(first);
      }),
      { numRuns: 1500 },
    );
    expect(seen).toBeGreaterThan(15);
  });

  it("there is one assignment for each user, role and scope, and undoing it leaves nothing of it", () => {
    fc.assert(
      fc.property(cases, (some) => {
        const { changes } = decided(some);
        const before = policyFrom(some.document);
        const after = apply(before, changes, 2);
        expect([...after.assignment.values()].filter(({ user }) => user === some.request.user)).toEqual([]);
        if (changes.length > 0) expect(diff(before, apply(after, undoing(2, changes).decide(after)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
