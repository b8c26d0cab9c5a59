/** What plans may not do: each gate by an example of what it lets pass and what not; what is saved of it. */
import { describe, expect, it } from "vitest";
import { judgeGates, requestOf } from "../../src/plans/gates.ts";
import type { GateRequest } from "../../src/plans/plan.ts";
import type { Impact, ImpactOnPeople, ImpactOnPerson, ImpactRow } from "../../src/policy/impact/values.ts";
import { added, type Change, removed } from "../../src/policy/model/change.ts";

const row = (permission: string, own: ImpactRow["own"] = "any", more: Partial<ImpactRow> = {}): ImpactRow => ({
  ...{ permission, own, scope: null, except: [] },
  ...more,
});
const NOTHING: ImpactOnPerson = { gains: [], losses: [], later: [] };
const gaining = (users: string[], ...gains: ImpactRow[]): ImpactOnPeople => ({ ...NOTHING, users, gains });
const losing = (users: string[], ...losses: ImpactRow[]): ImpactOnPeople => ({ ...NOTHING, users, losses });
const later = (users: string[], then: Partial<ImpactOnPerson>): ImpactOnPeople => ({
  ...{ ...NOTHING, users },
  later: [{ at: "2040-01-01T00:00:00.000Z", gains: [], losses: [], ...then }],
});

function impact(outcomes: ImpactOnPeople[], more: Partial<Impact> = {}): Impact {
  return {
    ...{ people: { gain: 0, lose: 0, both: 0 }, outcomes, strangers: NOTHING, later: [], kept: [], newHolders: [] },
    ...more,
  };
}

/** What is found at the gates, as short text. */
function found(request: GateRequest, of: Impact, changes: readonly Change[] = [], rowsBefore = 0): string[] {
  const gates = judgeGates(request, { changes, impact: of, rowsBefore });
  // What is saved of gates asks the same again.
  expect(judgeGates(requestOf(gates), { changes, impact: of, rowsBefore })).toEqual(gates);
  return gates.map(({ gate, limit, value, passed }) => `${gate} ${limit} ${value} ${passed ? "passed" : "crossed"}`);
}

const TWO = ["alice", "bob"];
const GATE: [why: string, request: GateRequest, impact: Impact, found: string][] = [
  ["no gain", { noGains: true }, impact([losing(TWO, row("posts:read"))]), "no-gains null 0 passed"],
  ["two gain", { noGains: true }, impact([gaining(TWO, row("posts:read"))]), "no-gains null 2 crossed"],
  ["gains later", { noGains: true }, impact([later(TWO, { gains: [row("a:b")] })]), "no-gains null 2 crossed"],
  [
    "a stranger gains",
    { noGains: true },
    impact([], { strangers: { ...NOTHING, gains: [row("posts:read")] } }),
    "no-gains null 1 crossed",
  ],
  ["no loss", { noLosses: true }, impact([gaining(TWO, row("posts:read"))]), "no-losses null 0 passed"],
  ["losses later", { noLosses: true }, impact([later(["a"], { losses: [row("a:b")] })]), "no-losses null 1 crossed"],
  [
    "two of two",
    { maxAffected: 2 },
    impact([gaining(["a"], row("a:b")), later(["b"], { losses: [row("a:b")] })]),
    "max-affected 2 2 passed",
  ],
  [
    "and a stranger",
    { maxAffected: 2 },
    impact([gaining(TWO, row("a:b"))], { strangers: { ...NOTHING, losses: [row("a:b")] } }),
    "max-affected 2 3 crossed",
  ],
  ["another", { protect: ["users:*"] }, impact([gaining(TWO, row("posts:read"))]), "protect users:* 0 passed"],
  ["one of them", { protect: ["users:*"] }, impact([gaining(TWO, row("users:read"))]), "protect users:* 2 crossed"],
  [
    "a pattern that has some in common",
    { protect: ["users:*"] },
    impact([gaining(["a"], row("*:read", "any", { count: 3 }))]),
    "protect users:* 1 crossed",
  ],
  [
    "a pattern that has none in common",
    { protect: ["users:*"] },
    impact([gaining(["a"], row("posts:*", "any", { count: 3 }))]),
    "protect users:* 0 passed",
  ],
  [
    "owners",
    { protect: ["users:*"] },
    impact([gaining(["a"], row("users:read", "only"))]),
    "protect users:* 1 crossed",
  ],
  [
    "all but owners of what owners may not",
    { protect: ["users:*:own"] },
    impact([gaining(["a"], row("users:read", "not"))]),
    "protect users:*:own 0 passed",
  ],
  ["a loss of it", { protect: ["users:*"] }, impact([losing(["a"], row("users:read"))]), "protect users:* 0 passed"],
  [
    "a new holder",
    { protectRole: ["admin"] },
    impact([], { newHolders: [{ role: "admin", users: TWO }] }),
    "protect-role admin 2 crossed",
  ],
  ["no new holder", { protectRole: ["admin"] }, impact([]), "protect-role admin 0 passed"],
];

it.each(GATE)("%s", (_, request, of, text) => {
  expect(found(request, of)).toEqual([text]);
});

describe("an exception", () => {
  const gains = [gaining(["alice"], row("users:read")), gaining(["bob"], row("users:read"), row("posts:read"))];
  const LETS: [allowed: string, noGains: number, protect: number][] = [
    ["alice users:read", 1, 1],
    ["bob users:read", 2, 1],
    ["bob *", 1, 1],
    ["alice users:*", 1, 1],
    ["alice users:*:own", 2, 2],
    ["alice posts:*", 2, 2],
    ["carol *", 2, 2],
  ];
  it.each(LETS)("%s leaves %i who gain, and %i who gain what is protected", (text, ofGains, ofProtect) => {
    const [user = "", pattern = ""] = text.split(" ");
    const request = { noGains: true, protect: ["users:*"], maxAffected: 0, allowGain: [{ user, pattern }] };
    const values = judgeGates(request, { changes: [], impact: impact(gains), rowsBefore: 0 }).map(({ value }) => value);
    expect(values).toEqual([ofGains, 2, ofProtect]);
  });

  it("lets only what a protected pattern and a gained one have in common", () => {
    const all = impact([gaining(["alice"], row("*", "any", { count: 9 }))]);
    const request = (pattern: string) => ({ protect: ["users:*"], allowGain: [{ user: "alice", pattern }] });
    expect(found(request("users:*"), all)).toEqual(["protect users:* 0 passed"]);
    expect(found(request("users:read"), all)).toEqual(["protect users:* 1 crossed"]);
  });

  it("is for a person, whatever they are called before or after; a stranger is nobody", () => {
    const renamed = [added("former", { of: "user", name: "ann", former: "alice", revision: 2 })];
    const of = impact([gaining(["ann"], row("a:b"))], { strangers: { ...NOTHING, gains: [row("a:b")] } });
    for (const user of ["alice", "ann"])
      expect(found({ noGains: true, allowGain: [{ user, pattern: "*" }] }, of, renamed)).toEqual([
        "no-gains null 1 crossed",
      ]);
  });
});

describe("removals", () => {
  const role = (name: string) => removed("role", { role: name, description: null });
  const renaming = [
    ...[role("a"), added("role", { role: "b", description: null })],
    added("former", { of: "role", name: "b", former: "a", revision: 2 }),
  ];

  it("are counted as those of a seed are: what is renamed is not removed", () => {
    expect(found({ maxRemovals: { rows: 1 } }, impact([]), [role("a"), role("b")])).toEqual([
      "max-removals 1 2 crossed",
    ]);
    expect(found({ maxRemovals: { rows: 0 } }, impact([]), renaming)).toEqual(["max-removals 0 0 passed"]);
  });

  it.each([
    [40, "max-removals 5% 2 passed"],
    [39, "max-removals 5% 2 crossed"],
  ])("are a share of %i rows", (rows, text) => {
    expect(found({ maxRemovals: { percent: 5 } }, impact([]), [role("a"), role("b")], rows)).toEqual([text]);
  });
});
