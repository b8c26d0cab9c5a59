/** Offboardings by chance, and what should come of them: written without the code under test. */
import fc from "fast-check";
import type { Offboarding } from "../../src/policy/edit/offboard.ts";
import type { PlainDocument, PlainHolding, PlainUser } from "./oracle.ts";
import { catalogueOf, documents, INSTANTS, USERS } from "./random-policies.ts";

export interface Case {
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

export const cases: fc.Arbitrary<Case> = meeting.chain((document) =>
  fc.record({ document: fc.constant(document), request: requests(document) }),
);

export const userIn = ({ users = {} }: PlainDocument, name: string | null): PlainUser => users[name ?? ""] ?? {};
const holdingsOf = ({ roles = [] }: PlainUser): PlainHolding[] =>
  roles.map((entry) => (typeof entry === "string" ? { role: entry } : entry));
const isOver = ({ until }: PlainHolding, at: string): boolean => until !== undefined && until <= at;
const isOpen = ({ from, until }: PlainHolding, at: string): boolean =>
  (from === undefined || from <= at) && (until === undefined || until > at);

/** The document as it should be: the successor with the assignments of both, one beside the other. */
export function expected({ document, request: { user, successor, afterwards, at } }: Case): PlainDocument {
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
export function gaps({ document, request: { user, successor, at } }: Case): number {
  const standing = holdingsOf(userIn(document, successor)).filter((holding) => !isOver(holding, at));
  return holdingsOf(userIn(document, user)).filter((holding) => {
    const other = standing.find(({ role, scope }) => role === holding.role && scope === holding.scope);
    if (successor === null || isOver(holding, at) || !other) return false;
    const moments = ["2000-01-01T00:00:00.000Z", ...INSTANTS]; // One within each stretch between two boundaries.
    const held = moments.map((moment) => isOpen(holding, moment) || isOpen(other, moment));
    return held.slice(held.indexOf(true), held.lastIndexOf(true)).includes(false);
  }).length;
}
