/** Rule 37: who is counted, when, and as whom. The law is in law.test.ts. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { rename } from "../../../src/policy/edit/entities.ts";
import { impactOf } from "../../../src/policy/impact/impact.ts";
import type { Impact, ImpactOnPerson } from "../../../src/policy/impact/values.ts";
import { apply, type Change, diff, replay } from "../../../src/policy/model/change.ts";
import { draftOf, type Policy } from "../../../src/policy/model/policy.ts";
import { danglingRows } from "../../../src/policy/rules/dangling-rows.ts";
import { AT, policyFrom } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import { oracleCan, type PlainDocument } from "../../support/oracle.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, catalogueOf, documents } from "../../support/random-policies.ts";

const documentOf = (policy: Policy): PlainDocument => JSON.parse(toJsonDocument(policy));

/** The answer of the oracle; a user or a permission that is not there may nothing. */
function may(
  document: PlainDocument,
  user: string | null,
  permission: string,
  own: boolean,
  scope: string | null,
  at: string,
) {
  if (user !== null && !Object.hasOwn(document.users ?? {}, user)) return false;
  if (!catalogueOf(document).includes(permission)) return false;
  return oracleCan(document, { user, permission, own, scope, at, activate: [], assume: [] });
}

const NOTHING: ImpactOnPerson = { gains: [], losses: [], later: [] };

/** What an impact says of somebody. */
const saidOf = ({ outcomes, strangers }: Impact, user: string | null): ImpactOnPerson =>
  user === null ? strangers : (outcomes.find(({ users }) => users.includes(user)) ?? NOTHING);

/** A random policy with random changes: some of those that lead to another random one, and what then would dangle. */
const changed = fc
  .tuple(documents(), documents(), fc.infiniteStream(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 10 }))
  .map(([from, to, stream, share]) => {
    const before = policyFrom(from);
    const changes = diff(before, policyFrom(to)).filter(() => (stream.next().value ?? 0) < share);
    const draft = draftOf(before);
    replay(draft, changes, 0);
    replay(draft, danglingRows(draft), 0);
    return { before, changes: diff(before, draft) };
  });

interface Changed {
  readonly before: Policy;
  readonly changes: Change[];
}

const targets = (permissions: readonly string[], scopes: readonly (string | null)[]) =>
  permissions.flatMap((permission) =>
    [true, false].flatMap((own) => scopes.map((scope) => ({ permission, own, scope }))),
  );

/** Which answers differ between two documents, as texts. */
function differences(
  [before, after]: readonly [PlainDocument, PlainDocument],
  user: string | null,
  at: string,
  scopes: readonly (string | null)[] = ASKED_SCOPES,
): string[] {
  const permissions = [...new Set([...catalogueOf(before), ...catalogueOf(after)])].sort();
  return targets(permissions, scopes).flatMap(({ permission, own, scope }) => {
    const [old, now] = [before, after].map((document) => may(document, user, permission, own, scope, at));
    return old === now ? [] : [`${now ? "gain" : "loss"} ${permission} ${own} ${scope}`];
  });
}

/** The users of either document, and a stranger. */
const everybodyIn = (...sides: readonly PlainDocument[]): (string | null)[] => [
  ...new Set(sides.flatMap(({ users = {} }) => Object.keys(users))),
  null,
];

it("people are counted who gain, who lose, and who do both", () => {
  const holds = ({ before, changes }: Changed, at: string) => {
    const sides = [documentOf(before), documentOf(apply(before, changes))] as const;
    const counts = { gain: 0, lose: 0, both: 0 };
    for (const user of everybodyIn(...sides).filter((name) => name !== null)) {
      const lines = differences(sides, user, at);
      const [gained, lost] = ["gain", "loss"].map((kind) => lines.some((line) => line.startsWith(kind)));
      counts.gain += Number(gained);
      counts.lose += Number(lost);
      counts.both += Number(gained && lost);
    }
    expect(impactOf(before, changes, at).people).toEqual(counts);
  };
  fc.assert(fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), holds), { numRuns: often(150) });
});

it("later moments are those at which something else happens to somebody, with how many", () => {
  const holds = ({ before, changes }: Changed, at: string) => {
    const sides = [documentOf(before), documentOf(apply(before, changes))] as const;
    const users = everybodyIn(...sides).filter((name) => name !== null);
    const moments = [...new Set(ASKED_INSTANTS)].filter((moment) => moment > at).sort();
    const last = new Map(users.map((user) => [user, differences(sides, user, at).join("\n")]));
    const expected = moments.flatMap((moment) => {
      const people = users.filter((user) => {
        const then = differences(sides, user, moment).join("\n");
        const differs = then !== last.get(user);
        last.set(user, then);
        return differs;
      }).length;
      return people === 0 ? [] : [{ at: moment, people }];
    });
    expect(impactOf(before, changes, at).later).toEqual(expected);
  };
  fc.assert(fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), holds), { numRuns: 100 });
});

it("a user who is renamed is one person, who gains and loses only what they do", () => {
  const holds = ({ before, changes }: Changed) => {
    const user = [...before.user.keys()].find((name) => apply(before, changes).user.has(name));
    fc.pre(user !== undefined);
    const renamed = rename(apply(before, changes), "user", String(user), "zoe");
    const after = apply(apply(before, changes), renamed);
    const trail = renamed.filter(({ kind }) => kind === "former.add");
    const impact = impactOf(before, [...diff(before, after), ...trail], AT);
    const without = impactOf(before, changes, AT);
    expect(impact.people).toEqual(without.people);
    expect(saidOf(impact, "zoe")).toEqual({ ...saidOf(impact, "zoe"), ...rowsOf(saidOf(without, String(user))) });
    expect(saidOf(impact, String(user))).toEqual(NOTHING);
  };
  fc.assert(fc.property(changed, holds), { numRuns: 150 });
});

const rowsOf = ({ gains, losses, later }: ImpactOnPerson): ImpactOnPerson => ({ gains, losses, later });
