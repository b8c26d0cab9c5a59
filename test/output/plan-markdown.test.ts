/** A plan as a comment: no name makes structure, a mention or a link of it, and it has room. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { wrong } from "../../src/errors.ts";
import { faultMarkdown, planMarkdown } from "../../src/output/plans/markdown.ts";
import type { Plan } from "../../src/plans/plan.ts";
import { nameFault } from "../../src/policy/model/names.ts";

type Outcomes = Plan["impact"]["outcomes"];
const NOBODY = { gains: [], losses: [], later: [] };

function planOf(outcomes: Outcomes, more: Partial<Plan> = {}): Plan {
  const people = { gain: outcomes.length, lose: 0, both: 0 };
  return {
    ...{ rbacPlan: 1, database: "d", revision: 3, head: null, at: "2026-11-30T12:00:00.000Z", actor: "ann" },
    ...{ command: ["seed", "policy.yaml"], changed: false, changes: [], reasons: [], expand: false, gates: [] },
    impact: { people, outcomes, strangers: NOBODY, later: [], kept: [], newHolders: [], total: 9 },
    ...{ refusal: null, notices: [], impactDigest: "sha256:0", digest: "sha256:1" },
    ...more,
  } as Plan;
}

const gain = (permission: string) => ({ permission, own: "any" as const, scope: null, except: [] });
const HOW = { people: 10, isCheck: false };

it("a permission that is gained at two times is one permission, each with its time", () => {
  const [at, until] = ["2027-01-01T00:00:00.000Z", "2027-02-01T00:00:00.000Z"];
  const later = [
    { at, gains: [gain("b:c")], losses: [] },
    { at: until, gains: [gain("a:b"), gain("b:c")], losses: [] },
  ];
  const text = planMarkdown(planOf([{ users: ["ann"], gains: [gain("a:b"), gain("b:c")], losses: [], later }]), HOW);
  expect(text).toContain("<summary>1 person: gain 2 permissions</summary>");
  const lines = text.split("\n").filter((line) => line.startsWith("- gain"));
  expect(lines.map((line) => line.replaceAll("&#58;", ":")).sort()).toEqual([
    `- gain <code>a:b</code> from ${until}`,
    `- gain <code>a:b</code> until ${at}`,
    "- gain <code>b:c</code>",
  ]);
});

/** Words that mean something in Markdown, in HTML or to GitHub. */
const SIGNS = [
  ...[
    "`",
    "```",
    "|",
    "@",
    "@ann",
    "#7",
    "<",
    ">",
    "<b>",
    "</code>",
    "</details>",
    "<!--",
    "-->",
    "&",
    "&lt;",
    "&#60;",
    "\\",
  ],
  ...[
    "*",
    "**",
    "_",
    "~~",
    "[a](http://b)",
    "![a](b)",
    "http://example.com",
    "www.example.com",
    "a@example.com",
    ":smile:",
  ],
  ...["- ", "# ", "1. ", "===", "---", "$x$", "GH-1", "é", "李", "x"],
];
const names = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
    fc.array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
  )
  .filter((name) => nameFault(name) === undefined);

/** Code in which no sign of ASCII stands by itself but letters, digits, spaces and hyphens: it is text, whatever it says. */
const INERT = /<code>(?:[A-Za-z0-9 -]|\P{ASCII}|&#\d+;)*<\/code>/gu;
const decoded = (code: string) =>
  code.slice(6, -7).replace(/&#(\d+);/g, (_, point) => String.fromCharCode(Number(point)));

it("says names as they are, and nothing but text comes of them", () => {
  let said = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(names, { minLength: 4, maxLength: 4 }),
      ([user = "", role = "", permission = "", word = ""]) => {
        const change = {
          kind: "grant.add" as const,
          role,
          effect: "allow" as const,
          permission,
          scope: null,
          before: null,
          after: {},
        };
        const because = { change: 0, roles: [role], grant: permission };
        const gate = {
          gate: "protect" as const,
          limit: permission,
          except: [{ user, pattern: permission }],
          value: 1,
          passed: false,
        };
        const refusal = { code: "GUARDED" as const, message: `${word}`, violations: [], refusals: [] };
        const text = planMarkdown(
          planOf([{ users: [user], ...NOBODY, gains: [{ ...gain(permission), scope: word, because }] }], {
            ...{ command: ["grant", word], changes: [change as never], gates: [gate], refusal },
          }),
          { ...HOW, file: word },
        );
        const codes = text.match(INERT) ?? [];
        for (const name of [user, role, permission, word])
          expect(codes.map(decoded).some((code) => code.includes(name))).toBe(true);
        said += codes.length;
        // What is left without them is the same for every name, but for the marker, which has letters of ASCII alone.
        const [first = "", ...rest] = text.replace(INERT, "CODE").split("\n");
        expect(first).toMatch(/^<!-- rbac-plan [A-Za-z0-9.]+(-[A-Za-z0-9.]+)* -->$/);
        expect(rest.join("\n")).toBe(FRAME);
      },
    ),
    { numRuns: 300 },
  );
  expect(said).toBeGreaterThan(2000);
});

const FRAME = `### ❌ 1 person gains, nobody loses, of 9

CODE

**refused**: CODE

1 change to revision 3. Digest: CODE

- ❌ CODE: crossed: 1 person would gain it

<details><summary>1 change</summary>

- CODE

</details>

<details><summary>1 person: gain 1 permission</summary>

CODE

- gain CODE because CODE

</details>

`;

it("stays below 60,000 bytes, leaves out whole outcomes, and says how many", () => {
  const long = (at: number) => `${"|@".repeat(120)}${at}`;
  for (const count of [1, 20, 60, 500]) {
    const outcomes = Array.from({ length: count }, (_, at) => ({
      ...NOBODY,
      users: Array.from({ length: 30 }, (__, user) => long(user)),
      gains: [gain(long(at))],
    }));
    const changes = Array.from({ length: count }, (_, at) => ({
      kind: "user.add",
      user: long(at),
      before: null,
      after: {},
    }));
    const text = planMarkdown(planOf(outcomes, { changes: changes as never }), {
      ...HOW,
      people: 1e9,
      file: "plan.json",
    });
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    const shown = text.match(/^<details><summary>30 people/gm)?.length ?? 0;
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    const leftOut = /^(\d+) outcomes? left out, the whole is in <code>plan&#46;json<\/code>$/m.exec(text)?.[1] ?? "0";
    expect([shown + Number(leftOut), shown > 0]).toEqual([count, true]);
    expect(text.replace(INERT, "").match(/[@|`]/g)).toBe(null);
  }
});

it("names as many of many people as have room, so that their outcome is not left out", () => {
  const users = Array.from({ length: 50_000 }, (_, at) => `${"|".repeat(9)}${at}`);
  const text = planMarkdown(planOf([{ ...NOBODY, users, gains: [gain("posts:read")] }]), { ...HOW, people: 1e9 });
  expect(text).toContain("<summary>50,000 people: gain 1 permission</summary>");
  expect(text).toMatch(/<\/code> and 49,9\d\d more\n/);
  expect(Buffer.byteLength(text)).toBeLessThan(6_000);
});

it("keeps its first line for the same command, whatever comes of it", () => {
  const firstLine = (text: string) => text.split("\n")[0];
  expect(firstLine(planMarkdown(planOf([]), HOW))).toBe("<!-- rbac-plan seed-policy.yaml -->");
  expect(firstLine(planMarkdown(planOf([], { command: null }), HOW))).toBe("<!-- rbac-plan plan -->");
  expect(faultMarkdown(wrong("FILE_INVALID", "no <b> @ann"))).toContain("<code>no &#60;b&#62; &#64;ann</code>");
});
