/** Rule 37: an example of each of its words. */
import { describe, expect, it } from "vitest";
import { impactOf } from "../../../src/policy/impact/impact.ts";
import type { Impact, ImpactOnPerson } from "../../../src/policy/impact/values.ts";
import { diff } from "../../../src/policy/model/change.ts";
import { AT, policyFrom } from "../../support/documents.ts";
import type { PlainDocument } from "../../support/oracle.ts";

const NOTHING: ImpactOnPerson = { gains: [], losses: [], later: [] };

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
    expect(impact.outcomes).toEqual([{ users: ["ann"], gains: [{ ...row, own: "not" }], losses: [], later: [] }]);
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
    expect(impact.outcomes).toEqual([{ users: ["cat", "neu"], gains, losses: [], later: [] }]);
    expect(impact.strangers).toEqual({ gains, losses: [], later: [] });
  });

  it("a permission that goes is lost, and one that comes is gained by who holds a pattern over it", () => {
    const impact = impactWith({ permissions: ["posts:read", "posts:edit", "posts:drop", "posts:hide"] });
    expect(impact.outcomes).toEqual([
      { users: ["ben"], gains: [{ ...row, permission: "posts:hide" }], losses: [], later: [] },
    ]);
    const gone = impactWith({
      permissions: ["posts:read", "posts:edit"],
      roles: { ...roles, chief: { grants: ["*"] } },
    });
    const losses = [{ permission: "posts:drop", own: "any", scope: null, except: ["acme"] }];
    expect(gone.outcomes).toEqual([{ users: ["ben"], gains: [], losses, later: [] }]);
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

  it("an attribute that is declared anew changes what a condition on it says: a value outside of a list is unknown", () => {
    const when = 'resource.status == "draft"';
    const reader = { grants: ["posts:read"], denies: [{ permission: "posts:read", when }] };
    const declared = (posts: object) =>
      policyFrom({
        ...BLOG,
        roles: { reader },
        users: { ann: { roles: ["reader"] } },
        attributes: { posts },
      } as PlainDocument);
    const before = declared({ status: ["draft"] });
    const side = { when: null, unless: [{ scope: null, when }] };
    const read = { ...row, permission: "posts:read", before: side, after: side };
    const wider = impactOf(before, diff(before, declared({ status: ["draft", "live"] })), AT);
    expect(wider.outcomes).toEqual([{ users: ["ann"], gains: [read], losses: [read], later: [] }]);
    const another = impactOf(before, diff(before, declared({ status: ["draft"], size: "number" })), AT);
    expect(another.outcomes).toEqual([]);
  });

  it("tells the cause, and who keeps what it takes otherwise", () => {
    const before = policyFrom(BLOG);
    const changes = [
      ...diff(before, policyFrom({ ...BLOG, roles: { ...roles, reader: { grants: [] } } } as PlainDocument)),
      ...diff(before, policyFrom({ ...BLOG, users: { ...users, cat: { roles: ["author"] } } } as PlainDocument)),
    ];
    const { outcomes, kept } = impactOf(before, changes, AT, { causes: true });
    expect(
      outcomes.map(({ users: some, gains, losses }) => [some, [...gains, ...losses].map(({ because }) => because)]),
    ).toEqual([
      [["ann"], [{ change: 0, roles: ["author", "reader"], grant: "posts:read" }]],
      [["cat"], [{ change: 2, roles: ["author"], grant: null }]],
    ]);
    expect(kept).toEqual([{ change: 0, people: 1, through: ["chief"] }]);
  });

  it("no changes change nothing", () => {
    const nothing = {
      people: { gain: 0, lose: 0, both: 0 },
      outcomes: [],
      strangers: NOTHING,
      later: [],
      kept: [],
      newHolders: [],
    };
    expect(impactOf(policyFrom(BLOG), [], AT)).toEqual(nothing);
  });
});

it("a condition that becomes wider is a gain alone, and one that becomes narrower a loss alone", () => {
  const withWhen = (when: string): PlainDocument => ({
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: [{ permission: "posts:read", when }] } },
    users: { ann: { roles: ["reader"] } },
  });
  const [narrow, wide] = ["resource.open", "resource.open || resource.owned"].map((when) => policyFrom(withWhen(when)));
  if (!narrow || !wide) throw new Error("there are two");
  const counts = (from: typeof narrow, to: typeof wide) =>
    impactOf(from, diff(from, to), AT).outcomes.map(({ gains, losses }) => [gains, losses].map((rows) => rows.length));
  expect(counts(narrow, wide)).toEqual([[1, 0]]);
  expect(counts(wide, narrow)).toEqual([[0, 1]]);
});

describe("a wildcard over many permissions", () => {
  const names = Array.from({ length: 30 }, (_, at) => `docs:act${String(at).padStart(2, "0")}`);
  const document = (grants: string[]): PlainDocument => ({
    rbac: 1,
    permissions: names,
    roles: { boss: { grants }, some: { grants: names.slice(0, 12) }, one: { grants: names.slice(0, 1) }, idle: {} },
    users: { ann: { roles: ["boss", "one"] }, ben: { roles: ["boss", "some"] }, cat: { roles: ["boss", "idle"] } },
  });
  const [without, having] = [policyFrom(document([])), policyFrom(document(["*"]))];
  const changes = diff(without, having);
  const back = diff(having, without);
  const told = (impact: Impact, side: "gains" | "losses") =>
    Object.fromEntries(
      impact.outcomes.map((one) => [one.users.join(), one[side].map(({ permission, count }) => count ?? permission)]),
    );

  it("is a row with the number of those that change, and their names where they are few", () => {
    const expected = { ann: [29], ben: names.slice(12), cat: [30] };
    expect(told(impactOf(without, changes, AT), "gains")).toEqual(expected);
    expect(told(impactOf(having, back, AT), "losses")).toEqual(expected);
  });

  it("is each name where it is expanded", () => {
    const expected = { ann: names.slice(1), ben: names.slice(12), cat: names };
    expect(told(impactOf(without, changes, AT, { expand: true }), "gains")).toEqual(expected);
    expect(told(impactOf(having, back, AT, { expand: true }), "losses")).toEqual(expected);
  });

  it("is counted beside permissions of its own", () => {
    const more = policyFrom({
      ...document(["*"]),
      roles: { ...document(["*"]).roles, idle: { grants: ["docs:act05"] } },
    });
    const impact = impactOf(without, diff(without, more), AT);
    expect(told(impact, "gains")).toEqual({ ann: [29], ben: names.slice(12), cat: [30] });
  });
});

it("a right that everybody has as an owner is no cause of one for all", () => {
  const document = (users: PlainDocument["users"]): PlainDocument => ({
    rbac: 1,
    permissions: ["posts:publish"],
    roles: { editor: { grants: ["posts:publish"] }, owner: { grants: ["posts:publish:own"] } },
    everyone: ["owner"],
    users: users ?? {},
  });
  const [before, after] = [policyFrom(document({})), policyFrom(document({ ann: { roles: ["editor"] } }))];
  const changes = diff(before, after);
  const [gain] = impactOf(before, changes, AT, { causes: true }).outcomes[0]?.gains ?? [];
  expect(gain).toMatchObject({ own: "any", because: { roles: ["editor"] } });
  expect(changes[gain?.because?.change ?? -1]).toMatchObject({ kind: "assignment.add" });
});
