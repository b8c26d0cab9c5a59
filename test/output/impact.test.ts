/** An impact as it is told: every row with its times and all its people, fitted, and safe to print. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { causeText, keptText } from "../../src/output/impact/causes.ts";
import { impactJson } from "../../src/output/impact/impact-json.ts";
import { impactLines, impactSentence, isHarmless } from "../../src/output/impact/impact-lines.ts";
import { shownRows } from "../../src/output/impact/impact-rows.ts";
import { linesText } from "../../src/output/paragraph.ts";
import { PLAIN } from "../../src/output/style.ts";
import { impactOf } from "../../src/policy/impact/impact.ts";
import type { GainsAndLosses, Impact, ImpactRow } from "../../src/policy/impact/values.ts";
import { added, type Change, changeOf, diff, removed } from "../../src/policy/model/change.ts";
import { policyFrom } from "../support/documents.ts";
import { often } from "../support/often.ts";
import { documents, NOW } from "../support/random-policies.ts";

const ALL = Number.POSITIVE_INFINITY;

const told = (rows: readonly ImpactRow[], happens: string) =>
  rows.map(({ because: _, ...row }) => JSON.stringify([happens, row]));
const toldAt = ({ gains, losses }: GainsAndLosses) => [...told(gains, "gain"), ...told(losses, "lose")].sort();

describe("the rows of random impacts", () => {
  const impacts = fc.tuple(documents(), documents()).map(([from, to]) => {
    const [before, after] = [policyFrom(from), policyFrom(to)];
    return impactOf(before, diff(before, after), NOW);
  });

  it("are at every moment, for every person, what the impact says of them", () => {
    let timed = 0;
    fc.assert(
      fc.property(impacts, (impact) => {
        const rows = shownRows(impact, ALL, []);
        timed += rows.filter(({ from, until }) => from !== null || until !== null).length;
        const at = (user: string | null, moment: string | null) =>
          rows
            .filter(({ people, users }) => (user === null ? people === null : users.includes(user)))
            .filter(({ from, until }) => (from ?? "") <= (moment ?? "") && (until === null || (moment ?? "") < until))
            .flatMap(({ happens, row }) => told([row], happens))
            .sort();
        const people = impact.outcomes.flatMap((outcome) => outcome.users.map((user) => [user, outcome] as const));
        for (const [user, outcome] of [...people, [null, impact.strangers] as const]) {
          expect(at(user, null)).toEqual(toldAt(outcome));
          for (const later of outcome.later) expect(at(user, later.at)).toEqual(toldAt(later));
        }
        for (const { people: count, users } of rows) expect(count ?? 0).toBe(users.length);
      }),
      { numRuns: often(60) },
    );
    expect(timed).toBeGreaterThan(10);
  });

  it("count everybody, and name the first of them in byte order", () => {
    fc.assert(
      fc.property(impacts, (impact) => {
        const [all, one] = [shownRows(impact, ALL, []), shownRows(impact, 1, [])];
        expect(one.map(({ people }) => people)).toEqual(all.map(({ people }) => people));
        expect(one.map(({ users }) => users)).toEqual(all.map(({ users }) => users.slice(0, 1)));
        expect(isHarmless(impact)).toBe(all.length === 0);
        expect(impactSentence(impact) === "nobody gains or loses anything").toBe(all.length === 0);
      }),
      { numRuns: often(40) },
    );
  });
});

const ROW: ImpactRow = { permission: "posts:read", own: "any", scope: null, except: [] };
const NONE = { gains: [], losses: [], later: [] };
const SILENT: Impact = {
  people: { gain: 0, lose: 0, both: 0 },
  outcomes: [],
  strangers: NONE,
  later: [],
  kept: [],
  newHolders: [],
};
const losing = (users: readonly string[], losses: readonly ImpactRow[] = [ROW]): Impact => ({
  ...SILENT,
  people: { gain: 0, lose: users.length, both: 0 },
  outcomes: [{ users, gains: [], losses, later: [] }],
});

const text = async (impact: Impact, width?: number, people = 10, rows = ALL, changes: readonly Change[] = []) => {
  let all = "";
  const lines = impactLines(impact, { changes, people, rows });
  for await (const part of linesText(lines, { width, style: PLAIN })) all += part;
  return all;
};

const GRANT = added("grant", { role: "author", effect: "allow", permission: "posts:*", scope: null });
const UNSAFE = /\p{Cf}|(?!\n)\p{Cc}/u;
const REVOKE = removed("assignment", { user: "bob", role: "editor", scope: null, from: null, until: null });

describe("the text", () => {
  it("has the sentence, a row for each permission, and who keeps it", async () => {
    const because = { change: 1, roles: ["editor", "author"], grant: "posts:*" };
    const kept = [{ change: 1, people: 12, through: ["admin"] }];
    const impact = { ...losing(["bob"], [{ ...ROW, because }]), kept };
    expect(await text(impact, undefined, 10, ALL, [GRANT, REVOKE])).toBe(
      [
        "1 person loses, nobody gains",
        "      people  permission  because                       who",
        "lose  1       posts:read  editor is no longer assigned  bob",
        "12 people keep what assignment bob editor gave through admin",
        "",
      ].join("\n"),
    );
  });

  it("fits a terminal, and says which columns it had to leave out", async () => {
    const scope = "a-rather-long-segment/and-another-one";
    const impact = losing(["a rather long name of a user", "another"], [{ ...ROW, scope }]);
    for (const width of [24, 40, 60, 80]) {
      const lines = (await text(impact, width)).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
    }
    expect(await text(impact, 40)).toContain("not shown: scope, who");
    expect(await text(impact, 100)).not.toContain("not shown");
  });

  it("lists more names than ten below the table, counts the others, and cuts rows", async () => {
    const users = Array.from({ length: 30 }, (_, at) => `u${String(at).padStart(2, "0")}`);
    const two = [ROW, { ...ROW, permission: "posts:write" }];
    expect(await text(losing(users, two), 60, 2, 1)).toBe(
      "30 people lose, nobody gains\n      people  permission  who\nlose  30      posts:read  u00, u01 and 28 more\n… and 1 more (--json has all)\n",
    );
    const all = await text(losing(users), 60, ALL);
    expect(all.replace(/\s+/g, " ")).toContain(`lose posts:read: ${users.join(", ")} `);
    expect(await text(losing(users), 60, 12)).toContain("u11, and 18 more\n");
  });

  it("prints no name raw", async () => {
    const evil = "\u001b[2J\u202ex";
    const cause = { change: 0, roles: [evil, evil], grant: evil };
    const kept = [{ change: 0, people: 1, through: [evil] }];
    const row = { ...ROW, permission: evil, scope: evil, because: cause, before: null };
    const impact = {
      ...losing([evil], [{ ...row, after: { when: evil, unless: [{ scope: evil, when: evil }] } }]),
      kept,
    };
    const changes = [added("everyone", { role: evil })];
    for (const people of [1, ALL]) expect(await text(impact, 70, people, ALL, changes)).not.toMatch(UNSAFE);
  });

  it.each<[string, Partial<Impact>]>([
    ["nobody gains or loses anything, of 9,000", {}],
    ["5,001 people gain, 3 lose, 2 of them do both, of 9,000", { people: { gain: 5001, lose: 3, both: 2 } }],
    ["1 person gains, nobody loses, of 9,000", { people: { gain: 1, lose: 0, both: 0 } }],
    ["nobody gains or loses now, 2 later, of 9,000", { people: { gain: 0, lose: 0, both: 0 } }],
  ])("says %s", (expected, { people }) => {
    const { gain = 0, lose = 0, both = 0 } = people ?? {};
    const touched = Math.max(gain + lose - both, expected.includes("later") ? 2 : 0);
    const later = [{ at: NOW, gains: [ROW], losses: [] }];
    const users = Array.from({ length: touched }, (_, at) => `u${at}`);
    const outcomes = people ? [{ users, gains: [], losses: [], later }] : [];
    expect(impactSentence({ ...SILENT, ...(people && { people }), outcomes }, 9000)).toBe(expected);
  });
});

it("causes and what is kept are said in words", () => {
  const cause = (change: Change) => causeText({ change: 0, roles: ["editor", "author"], grant: "posts:*" }, [change]);
  const deny = { role: "fence", effect: "deny", permission: "posts:*", scope: null } as const;
  const window = (until: string | null) => ({ user: "bob", role: "editor", scope: null, from: null, until });
  const bob = (disabled: boolean) => ({ user: "bob", email: null, name: null, disabled });
  const changes = [
    GRANT,
    added("grant", deny),
    removed("grant", deny),
    REVOKE,
    changeOf("assignment", window(NOW), window(null)),
    removed("inheritance", { role: "editor", inherits: "author" }),
    added("everyone", { role: "reader" }),
    removed("permission", { permission: "posts:read", description: null }),
    changeOf("user", bob(true), bob(false)),
    changeOf("user", bob(false), bob(true)),
    removed("user", bob(false)),
  ] as Change[];
  expect(changes.map(cause)).toEqual([
    "author grants posts:*",
    "fence denies posts:*",
    "fence no longer denies posts:*",
    "editor is no longer assigned",
    "editor is assigned for another time",
    "editor no longer inherits author",
    "everyone holds reader",
    "permission posts:read is deleted",
    "enabled",
    "disabled",
    "deleted",
  ]);
  expect(keptText({ change: 0, people: 1, through: ["admin"] }, [removed("grant", deny)])).toBe(
    "1 person has posts:* already, through admin",
  );
  expect(keptText({ change: 0, people: 2, through: ["admin", "chief"] }, [GRANT])).toBe(
    "2 people have posts:* already, through admin, chief",
  );
});

it("JSON counts people and cuts their names only", () => {
  const impact = losing(["a", "b", "c"]);
  expect(impactJson(impact, 2)).toEqual({
    ...impact,
    outcomes: [{ people: 3, users: ["a", "b"], usersLeftOut: 1, gains: [], losses: [ROW], later: [] }],
  });
  expect(impactJson({ ...impact, total: 7 }, ALL)).toMatchObject({
    total: 7,
    outcomes: [{ users: ["a", "b", "c"], usersLeftOut: 0 }],
  });
});
