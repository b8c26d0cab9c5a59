/** Rules 10 and 12: windows, and how moments are written. */
import { describe, expect, it } from "vitest";
import type { Hint } from "../../../src/errors.ts";
import { assign, revoke } from "../../../src/policy/edit/assignments.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { parseDuration, parseInstant, parseMoment, parsePeriod, windowOf } from "../../../src/policy/model/times.ts";
import { cli, json } from "../../support/cli.ts";
import { ask, errorOf, policyFrom, seeded } from "../../support/documents.ts";
import type { PlainHolding } from "../../support/oracle.ts";

const [JAN, MAR, MAY, JUL] = ["2026-01-01", "2026-03-01", "2026-05-01", "2026-07-01"].map(
  (date) => `${date}T00:00:00.000Z`,
) as [string, string, string, string];

const roles = { lead: { inherits: ["author"] }, author: { grants: ["posts:read"] }, other: {} };
const holding = (...held: PlainHolding[]) => ({
  rbac: 1 as const,
  permissions: ["posts:read"],
  roles,
  users: { alice: { roles: held }, bob: {} },
});

describe("rule 10: windows are [from, until)", () => {
  const document = holding({ role: "author", from: JAN, until: "2026-07-01T02:00:00+02:00" });
  it.each([
    ["2025-12-31T23:59:59.999Z", false],
    [JAN, true],
    ["2026-06-30T23:59:59.999Z", true],
    [JUL, false],
  ])("at %s: %s", (at, allowed) => {
    expect(ask(document, "alice", "posts:read", { at }).allowed).toBe(allowed);
  });
});

describe("rule 10: assign states a window in full", () => {
  const wishOf = (from: string | null, until: string | null, replace = false) => ({
    ...{ who: "alice", roles: ["author"], scope: null, existing: false },
    ...{ from, until, replace },
  });
  const standing = (held: Omit<PlainHolding, "role">): Policy => policyFrom(holding({ role: "author", ...held }));
  type Window = [from: string | null, until: string | null];

  it.each<[Omit<PlainHolding, "role">, ...Window]>([
    [{ until: MAR }, null, MAY],
    [{ from: MAR, until: MAY }, JAN, MAY],
    [{ from: MAR, until: MAY }, null, JUL],
    [{ from: MAR }, null, null],
  ])("%o becomes %s until %s silently: it is extended", (held, from, until) => {
    expect(assign(standing(held), wishOf(from, until))).toEqual([
      {
        kind: "assignment.update",
        ...{ user: "alice", role: "author", scope: null },
        before: { from: null, until: null, ...held },
        after: { from, until },
      },
    ]);
  });

  it.each<[Omit<PlainHolding, "role">, ...Window]>([
    [{}, null, MAY],
    [{}, JAN, null],
    [{ until: MAY }, null, MAR],
    [{ until: MAY }, MAR, MAY],
    [{ from: JAN, until: MAY }, MAR, JUL],
    [{ until: MAY }, null, null],
    [{ from: JAN, until: MAY }, JAN, null],
  ])("%o becomes %s until %s only with --replace: it is narrowed, or loses its end", (held, from, until) => {
    const policy = standing(held);
    expect(errorOf(() => assign(policy, wishOf(from, until)))).toMatchObject({ code: "WINDOW_NARROWED", exitCode: 3 });
    expect(assign(policy, wishOf(from, until, true))).toMatchObject([
      { before: { from: null, until: null, ...held }, after: { from, until } },
    ]);
  });

  it("the refusal has a hint: the option that would do it, and what it would do", () => {
    const hint = (until: string | null) => errorOf(() => assign(standing({ until: MAY }), wishOf(null, until))).hint;
    expect(hint(MAR)).toEqual({ option: "replace", value: true, purpose: "shorten it" });
    expect(hint(null)).toEqual({ option: "replace", value: true, purpose: "take its end away" });
  });

  it("the refusal says what stands", () => {
    const message = (held: Omit<PlainHolding, "role">) =>
      errorOf(() => assign(standing(held), wishOf(JUL, null))).message;
    expect(message({})).toContain("without an end, and this would shorten it");
    expect(message({ from: JAN })).toContain(`from ${JAN},`);
    expect(message({ from: JAN, until: MAY })).toContain(`from ${JAN} until ${MAY}`);
  });

  it("the same window changes nothing; another scope is another assignment", () => {
    expect(assign(standing({ from: JAN }), wishOf(JAN, null))).toEqual([]);
    expect(assign(standing({ from: JAN }), { ...wishOf(null, MAR), scope: "acme" })).toMatchObject([
      { kind: "assignment.add", scope: "acme", before: null },
    ]);
  });

  it("a window that never opens is no window", () => {
    expect(errorOf(() => assign(standing({}), wishOf(MAY, MAY)))).toMatchObject({ code: "WINDOW_EMPTY", exitCode: 2 });
  });

  it("an unknown user is created once, unless existing; an unknown role is an error", () => {
    const policy = standing({});
    const mutation = { ...wishOf(null, null), who: "carol", roles: ["author", "other", "author"] };
    const kinds = assign(policy, mutation).map(({ kind }) => kind);
    expect(kinds).toEqual(["user.add", "assignment.add", "assignment.add"]);
    expect(errorOf(() => assign(policy, { ...mutation, existing: true })).code).toBe("USER_NOT_FOUND");
    expect(errorOf(() => assign(policy, { ...mutation, roles: ["auhtor"] })).code).toBe("ROLE_NOT_FOUND");
  });

  it("everyone is given a role once", () => {
    const policy = policyFrom({ ...holding(), everyone: ["other"] });
    expect(assign(policy, { ...wishOf(null, null), who: null, roles: ["other", "author"] })).toMatchObject([
      { kind: "everyone.add", role: "author" },
    ]);
  });
});

describe("rule 10: revoke removes exactly that key", () => {
  const policy = policyFrom({
    ...holding({ role: "author", scope: "acme" }, { role: "author", scope: "beta" }, { role: "other" }),
    users: {
      alice: { roles: [{ role: "author", scope: "acme" }, { role: "author", scope: "beta" }, "other"] },
      bob: { roles: ["lead"] },
      carol: {},
    },
  });
  const mutation = { who: "alice", roles: ["author"], scope: null, everywhere: false };

  it("on a scope, or everywhere", () => {
    const scopes = (more: object) => revoke(policy, { ...mutation, ...more }).map((c) => "scope" in c && c.scope);
    expect(scopes({ scope: "acme" })).toEqual(["acme"]);
    expect(scopes({ everywhere: true })).toEqual(["acme", "beta"]);
  });

  it.each<[object, string, Hint?]>([
    [{}, "on acme", { option: "on", value: "acme" }],
    [{ roles: ["other"], scope: "acme" }, "everywhere", { option: "on", value: null }],
    [{ who: "bob" }, 'inherits it through "lead"'],
  ])("%o is held another way, which is named", (more, way, hint) => {
    const error = errorOf(() => revoke(policy, { ...mutation, ...more }));
    expect(error).toMatchObject({ code: "HELD_OTHERWISE", exitCode: 2 });
    expect(error.message).toMatch(new RegExp(`does not hold ".*" there, but ${way}$`));
    expect(error.hint).toEqual(hint);
  });

  it("what everyone holds, itself or by inheritance, is held another way", () => {
    const shared = { ...policyFrom({ ...holding(), everyone: ["lead"] }) };
    const message = (roles: string[]) => errorOf(() => revoke(shared, { ...mutation, who: "bob", roles })).message;
    expect(message(["lead"])).toContain("everyone");
    expect(message(["author"])).toContain('through "lead"');
    const everyone = { ...mutation, who: null, roles: ["lead", "other"] };
    expect(revoke(shared, everyone)).toMatchObject([{ kind: "everyone.remove", role: "lead" }]);
  });

  it("what is not held at all is nothing to do; unknown names are errors", () => {
    expect(revoke(policy, { ...mutation, who: "carol" })).toEqual([]);
    expect(errorOf(() => revoke(policy, { ...mutation, who: "zoe" })).code).toBe("USER_NOT_FOUND");
    expect(errorOf(() => revoke(policy, { ...mutation, roles: ["zoe"] })).code).toBe("ROLE_NOT_FOUND");
  });

  it("as commands: 0, 2, 3", async () => {
    const db = await seeded(holding({ role: "author", scope: "acme", until: "2126-01-01" }));
    expect((await cli("assign alice author --on acme", { db })).code).toBe(3);
    expect(await json("revoke bob author", { db })).toMatchObject({ changed: false, revision: 1 });
    expect((await cli("revoke alice author", { db })).code).toBe(2);
    expect(await json("revoke alice author --on acme", { db })).toMatchObject({ changed: true, revision: 2 });
  });
});

describe("rule 12: moments and durations", () => {
  it.each([
    ["2027-01-31", "2027-01-31T00:00:00.000Z"],
    ["2027-01-31T09:30:00Z", "2027-01-31T09:30:00.000Z"],
    ["2027-01-31t09:30:00.5z", "2027-01-31T09:30:00.500Z"],
    ["2027-01-31T23:30:00.123456-02:00", "2027-02-01T01:30:00.123Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  const odd = ["2027-02-30", "2027-13-01", "2027-02-30T00:00:00Z", "2027-01-31T09:30:00", "2027-01-31T25:00:00Z"];
  it.each([
    ...odd,
    "2027-01-31T09:30Z",
    "tomorrow",
    "",
    "27-01-31",
    "0000-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-01:00",
  ])("%s is no time", (text) => {
    expect(errorOf(() => parseInstant(text))).toMatchObject({ code: "TIME_INVALID", exitCode: 2 });
  });

  it.each([
    ["90s", "forward", "2026-01-01T00:01:30.000Z"],
    ["10m", "forward", "2026-01-01T00:10:00.000Z"],
    ["8h", "forward", "2026-01-01T08:00:00.000Z"],
    ["7d", "back", "2025-12-25T00:00:00.000Z"],
    ["1w", "forward", "2026-01-08T00:00:00.000Z"],
    ["+1d", "forward", "2026-01-02T00:00:00.000Z"],
    ["-1d", "back", "2025-12-31T00:00:00.000Z"],
    ["+1d", "signed", "2026-01-02T00:00:00.000Z"],
    ["-1d", "signed", "2025-12-31T00:00:00.000Z"],
    ["2026-05-01", "signed", MAY],
  ] as const)("%s %s is %s", (text, direction, moment) => {
    expect(parseMoment(text, JAN, direction)).toBe(moment);
  });

  it.each([
    ["7d", "signed", "needs a sign"],
    ["-7d", "forward", "wrong way"],
    ["+7d", "back", "wrong way"],
    ["999999999w", "forward", "out of the calendar"],
    ["999999999w", "back", "out of the calendar"],
    ["1y", "forward", "not a time: write 2027-01-31 or 2027-01-31T09:00:00Z, with its zone, or 8h or 7d"],
    ["1.5h", "signed", "not a time: write 2027-01-31 or 2027-01-31T09:00:00Z, with its zone, or -7d or +7d"],
  ] as const)("%s %s: %s", (text, direction, message) => {
    const error = errorOf(() => parseMoment(text, JAN, direction));
    expect(error).toMatchObject({ code: "TIME_INVALID", exitCode: 2 });
    expect(error.message).toContain(message);
  });

  it("a duration of an assignment counts from its beginning, or from now", () => {
    expect([parseDuration("2m"), parseDuration("0s")]).toEqual([120_000, 0]);
    for (const text of ["-5s", "soon"]) expect(errorOf(() => parseDuration(text)).message).toContain("not a duration");
    expect(windowOf({ for: "8h" }, JAN)).toEqual({ from: null, until: "2026-01-01T08:00:00.000Z" });
    expect(windowOf({ from: "2026-03-01", for: "1d" }, JAN)).toEqual({ from: MAR, until: "2026-03-02T00:00:00.000Z" });
    expect(windowOf({ until: "2026-05-01" }, JAN)).toEqual({ from: null, until: MAY });
    expect(errorOf(() => windowOf({ for: "2026-05-01" }, JAN)).message).toContain("not a duration");
  });

  it("a period of the record has moments or revisions for ends", () => {
    const nothing = { since: undefined, until: undefined, fromRevision: undefined, toRevision: undefined };
    expect(parsePeriod(undefined, undefined, JAN)).toEqual(nothing);
    expect(parsePeriod("@3", "7d", JAN)).toEqual({ ...nothing, fromRevision: 3, until: "2025-12-25T00:00:00.000Z" });
    expect(parsePeriod("2026-01-01", "@12", JAN)).toEqual({ ...nothing, since: JAN, toRevision: 12 });
    expect(errorOf(() => parsePeriod("@x", undefined, JAN)).code).toBe("TIME_INVALID");
  });
});
