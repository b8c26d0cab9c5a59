/** Rule 37: the law of impact against brute force, and examples of each of its words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { rename } from "../../../src/policy/edit/entities.ts";
import { type GainsAndLosses, type Impact, type ImpactRow, impactOf } from "../../../src/policy/impact/impact.ts";
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

const covers = (scope: string | null, target: string | null): boolean =>
  scope === null || `${target}/`.startsWith(`${scope}/`);

const isCovered = (rows: readonly ImpactRow[], permission: string, own: boolean, target: string | null): boolean =>
  rows.some(
    (row) =>
      row.permission === permission &&
      (row.own === "any" || (row.own === "only") === own) &&
      covers(row.scope, target) &&
      !row.except.some((scope) => covers(scope, target)),
  );

const NOTHING: GainsAndLosses = { gains: [], losses: [] };

/** What an impact says of somebody. */
const saidOf = ({ outcomes, strangers }: Impact, user: string | null): GainsAndLosses =>
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

it(`${often(2000)} random policies with random changes: an answer differs just where a row says so, both ways`, () => {
  const holds = ({ before, changes }: Changed, at: string, scopes: readonly (string | null)[]) => {
    const sides = [documentOf(before), documentOf(apply(before, changes))] as const;
    const impact = impactOf(before, changes, at);
    const permissions = [...new Set(sides.flatMap(catalogueOf))].sort();
    for (const user of everybodyIn(...sides)) {
      const { gains, losses } = saidOf(impact, user);
      const said = targets(permissions, scopes).flatMap(({ permission, own, scope }) => [
        ...(isCovered(gains, permission, own, scope) ? [`gain ${permission} ${own} ${scope}`] : []),
        ...(isCovered(losses, permission, own, scope) ? [`loss ${permission} ${own} ${scope}`] : []),
      ]);
      expect({ user, said }).toEqual({ user, said: differences(sides, user, at, scopes) });
    }
  };
  const someScopes = fc.shuffledSubarray([...ASKED_SCOPES], { minLength: 3, maxLength: 3 });
  fc.assert(fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), someScopes, holds), { numRuns: often(2000) });
});

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
  fc.assert(fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), holds), { numRuns: often(400) });
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
  fc.assert(fc.property(changed, fc.constantFrom(...ASKED_INSTANTS), holds), { numRuns: 200 });
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
    expect(saidOf(impact, String(user))).toBe(NOTHING);
  };
  fc.assert(fc.property(changed, holds), { numRuns: 500 });
});

const rowsOf = ({ gains, losses }: GainsAndLosses): GainsAndLosses => ({ gains, losses });

const BLOG: PlainDocument = {
  rbac: 1,
  permissions: ["posts:read", "posts:edit", "posts:drop"],
  roles: {
    reader: { grants: ["posts:read"] },
    author: { inherits: ["reader"], grants: ["posts:edit:own"] },
    chief: { grants: ["*"], denies: [{ permission: "posts:drop", scope: "acme" }] },
    idle: {},
  },
  users: { ann: { roles: ["author"] }, ben: { roles: ["author", "chief"] }, cat: { roles: ["idle"] } },
};

/** The impact of a change of that document. */
function impactWith(part: object, at = AT): Impact {
  const [before, after] = [policyFrom(BLOG), policyFrom({ ...BLOG, ...part } as PlainDocument)];
  return impactOf(before, diff(before, after), at);
}

describe("examples", () => {
  const { roles, users } = BLOG as { roles: Record<string, object>; users: Record<string, object> };
  const row = { permission: "posts:edit", own: "any", scope: null, except: [] };

  it("only for owners that becomes for all is one gain, for those who are no owners", () => {
    const impact = impactWith({ roles: { ...roles, author: { inherits: ["reader"], grants: ["posts:edit"] } } });
    expect(impact.outcomes).toEqual([{ users: ["ann"], gains: [{ ...row, own: "not" }], losses: [] }]);
    expect(impact.people).toEqual({ gain: 1, lose: 0, both: 0 });
  });

  it("a scope that widens gains what is around it", () => {
    const impact = impactWith({ users: { ...users, cat: { roles: [{ role: "chief", scope: "acme" }] } } });
    const wider = policyFrom({ ...BLOG, users: { cat: { roles: [{ role: "author", scope: "acme" }] } } });
    expect(impact.outcomes[0]?.gains.map(({ permission, scope }) => [permission, scope])).toEqual([
      ["posts:edit", "acme"],
      ["posts:read", "acme"],
    ]);
    const after = policyFrom({ ...BLOG, users: { cat: { roles: ["author"] } } });
    const gains = impactOf(wider, diff(wider, after), AT).outcomes[0]?.gains;
    expect(gains).toEqual([
      { ...row, own: "only", except: ["acme"] },
      { ...row, permission: "posts:read", except: ["acme"] },
    ]);
  });

  it("of a role that everyone gets: everybody who has it not, new and disabled users, and strangers in a line", () => {
    const before = policyFrom({ ...BLOG, users: { ...users, dis: { disabled: true } } } as PlainDocument);
    const after = policyFrom({
      ...BLOG,
      users: { ...users, dis: { disabled: true }, neu: {} },
      everyone: ["reader"],
    } as PlainDocument);
    const impact = impactOf(before, diff(before, after), AT);
    const gains = [{ ...row, permission: "posts:read" }];
    expect(impact.outcomes).toEqual([{ users: ["cat", "neu"], gains, losses: [] }]);
    expect(impact.strangers).toEqual({ gains, losses: [] });
  });

  it("a permission that goes is lost, and one that comes is gained by who holds a pattern over it", () => {
    const impact = impactWith({ permissions: ["posts:read", "posts:edit", "posts:drop", "posts:hide"] });
    expect(impact.outcomes).toEqual([{ users: ["ben"], gains: [{ ...row, permission: "posts:hide" }], losses: [] }]);
    const gone = impactWith({
      permissions: ["posts:read", "posts:edit"],
      roles: { ...roles, chief: { grants: ["*"] } },
    });
    const losses = [{ permission: "posts:drop", own: "any", scope: null, except: ["acme"] }];
    expect(gone.outcomes).toEqual([{ users: ["ben"], gains: [], losses }]);
  });

  it("a window that opens later is told with its moment", () => {
    const later = { role: "chief", from: "2030-01-01", until: "2031-01-01" };
    const impact = impactWith({ users: { ...users, cat: { roles: ["idle", later] } } });
    expect([impact.people.gain, impact.later]).toEqual([
      0,
      [
        { at: "2030-01-01T00:00:00.000Z", people: 1 },
        { at: "2031-01-01T00:00:00.000Z", people: 1 },
      ],
    ]);
  });

  it("no changes change nothing", () => {
    const nothing = { people: { gain: 0, lose: 0, both: 0 }, outcomes: [], strangers: NOTHING, later: [] };
    expect(impactOf(policyFrom(BLOG), [], AT)).toEqual(nothing);
  });
});
