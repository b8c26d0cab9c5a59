/** Rule 24: what a change takes, from somebody or of what is denied to them, is no more than the actor holds. */
import { describe, expect, it } from "vitest";
import { seeding } from "../../../src/policy/document/seeding.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { assigning, disinheriting, removing, setting } from "../../../src/policy/mutations.ts";
import { read } from "../../support/documents.ts";
import { from, guarded, on, refusalOf, to, ungrant } from "../../support/guard/policy.ts";
import { giving, SOON, WIDTHS } from "../../support/guard/widths.ts";
import type { PlainDocument, PlainRole } from "../../support/oracle.ts";

type Way = (pattern: string, scope: string | null) => Mutation;

/** Every way in which what a role says goes, for some or for all; `gift` bears the pattern. */
const TAKING: Readonly<Record<string, Way>> = {
  "revoking the role": () => from("gwen", "gift"),
  "revoking it on a scope": (_, scope) => from("holly", "plain", scope),
  "revoking an heir": () => from("ivan", "heir"),
  disinheriting: () => disinheriting("heir", ["gift"]),
  "shortening a window": () => to("gwen", "gift", null, SOON),
  "a later beginning": () =>
    assigning({ who: "gwen", roles: ["gift"], scope: null, from: SOON, until: null, replace: true, existing: false }),
  "deleting the role": () => removing("role", "gift", false),
};

const FROM_SOMEBODY: Readonly<Record<string, Way>> = {
  ...TAKING,
  "ungranting it": (pattern, scope) => ungrant("gift", pattern, scope),
  "deleting the user": () => removing("user", "gwen", false),
  "disabling the user": () => setting("user", "gwen", { disabled: true }),
  "revoking it from everyone": () => from(null, "gift"),
};
const DENIED: Readonly<Record<string, Way>> = {
  ...TAKING,
  "ungranting it": (pattern, scope) => ungrant("gift", pattern, scope, "deny"),
};

/** Who may, by what dana holds: everybody who could give it. */
function expectBounded(way: Way, effect: "grants" | "denies", more: Partial<PlainDocument> = {}): void {
  for (const [grants, denies, pattern, scope, may] of WIDTHS) {
    const document = { ...giving([grants, denies], pattern, scope, effect), ...more };
    const got = refusalOf(document, way(pattern, scope));
    expect({ grants, denies, pattern, scope, got }).toMatchObject({ got: may ? "" : expect.stringContaining(pattern) });
  }
}

describe("rule 24: every allow that a change takes from somebody is no wider than one that the actor holds there", () => {
  it.each(Object.keys(FROM_SOMEBODY).filter((way) => !way.includes("everyone")))("by %s", (way) =>
    expectBounded(FROM_SOMEBODY[way] as Way, "grants"),
  );

  it("that of everyone the actor holds, too", () => {
    const doc = (hers: PlainRole) =>
      guarded(hers, { roles: { common: { grants: ["posts:read"] } }, everyone: ["common"] });
    expect(refusalOf(doc({}), from(null, "common"))).toBe("");
    expect(refusalOf(doc({}), setting("user", "alice", { disabled: true }))).toBe("");
    expect(refusalOf(doc({ denies: ["posts:read"] }), from(null, "common"))).toContain("posts:read");
    expect(refusalOf(doc({ denies: ["posts:read"] }), setting("user", "alice", { disabled: true }))).toContain(
      "posts:read",
    );
  });

  it("whoever holds rbac:escalate there may all of it", () => {
    for (const way of Object.values(FROM_SOMEBODY)) {
      const everyone = ["gift"];
      const document = { ...giving([["rbac:escalate"], []], "posts:*", null, "grants"), everyone };
      expect(refusalOf(document, way("posts:*", null))).toBe("");
    }
    const here = giving([[on("rbac:escalate", "acme")], []], "posts:read", "acme", "grants");
    expect(refusalOf(here, from("holly", "plain", "acme"))).toBe("");
    expect(refusalOf(here, from("ivan", "heir"))).toBe("");
    const there = giving([[on("rbac:escalate", "beta")], []], "posts:read", "acme", "grants");
    expect(refusalOf(there, from("holly", "plain", "acme"))).toContain("posts:read on acme");
  });

  it("a helpdesk takes from whom it could give, and not from the chief", () => {
    const doc = guarded(
      { grants: ["posts:read"] },
      {
        roles: { reader: { grants: ["posts:read"] }, chief: { inherits: ["admin"] } },
        users: { ceo: { roles: ["chief"] }, bob: { roles: ["reader"] }, carl: { disabled: true, roles: ["chief"] } },
      },
    );
    const may = (mutation: Mutation) => refusalOf(doc, mutation) === "";
    expect([from("ceo", "chief"), removing("user", "ceo", false), to("ceo", "chief", null, SOON)].map(may)).toEqual([
      ...[false, false, false],
    ]);
    expect(may(setting("user", "ceo", { disabled: true }))).toBe(false);
    expect(may(removing("user", "carl", false))).toBe(false); // Who is disabled may be enabled again, and holds it then.
    expect([from("bob", "reader"), removing("user", "bob", false)].map(may)).toEqual([true, true]);
    expect(may(setting("user", "carl", { email: "carl@example.com" }))).toBe(true);
    expect(may(setting("user", "ceo", { email: "ceo@example.com" }))).toBe(true);
  });

  it("what has passed is taken from nobody, and extending takes nothing", () => {
    const past = { role: "gift", until: "2026-01-01" };
    const roles = { gift: { grants: ["posts:read"] }, elsewhere: { grants: [on("posts:read", "beta")] } };
    const users = {
      gwen: { roles: [past] },
      holly: { roles: [{ role: "elsewhere", scope: "acme" }] },
      ivan: { disabled: true },
    };
    const doc = guarded({}, { roles, users });
    expect(refusalOf(doc, from("gwen", "gift"))).toBe("");
    expect(refusalOf(doc, setting("user", "gwen", { disabled: true }))).toBe("");
    expect(refusalOf(doc, removing("user", "gwen", false))).toBe("");
    expect(refusalOf(doc, from("holly", "elsewhere", "acme"))).toBe("");
    expect(refusalOf(doc, removing("user", "ivan", false))).toBe("");
  });
});

describe("rule 24: and so is every deny that it takes away", () => {
  it.each(Object.keys(DENIED))("by %s", (way) => expectBounded(DENIED[way] as Way, "denies"));

  it("by deleting the user where strangers are admitted", () =>
    expectBounded(() => removing("user", "gwen", false), "denies", { strangers: true }));

  it("but nobody is left to gain where the user is deleted", () => {
    for (const [grants, denies, pattern, scope] of WIDTHS) {
      const document = giving([grants, denies], pattern, scope, "denies");
      for (const user of ["gwen", "holly", "ivan"]) expect(refusalOf(document, removing("user", user, false))).toBe("");
    }
  });

  it("that of everyone holds the actor, too, so only rbac:escalate lifts it", () => {
    const doc = (grants: readonly string[]) =>
      guarded({ grants }, { roles: { common: { denies: ["posts:read"] } }, everyone: ["common"] });
    expect(refusalOf(doc(["posts:*"]), from(null, "common"))).toContain("posts:read");
    expect(refusalOf(doc(["rbac:escalate"]), from(null, "common"))).toBe("");
  });

  it("one that has ended is none", () => {
    const roles = { gift: { denies: ["posts:read"] } };
    const doc = guarded({}, { roles, users: { gwen: { roles: [{ role: "gift", until: "2026-01-01" }] } } });
    expect(refusalOf(doc, from("gwen", "gift"))).toBe("");
    expect(refusalOf(doc, setting("user", "gwen", { disabled: true }))).toBe("");
  });
});

describe("rule 24: who is renamed in a document that changes more of them", () => {
  const doc = guarded(
    {},
    {
      roles: { banned: { denies: ["posts:read"] }, editor: { grants: ["posts:read"] } },
      users: {
        carl: { roles: ["banned", "editor"] },
        dora: { disabled: true, roles: ["editor"] },
      },
    },
  );
  const { carl: _, dora: __, ...others } = doc.users ?? {};
  /** What the guard says of a document that has these users in the place of carl and dora. */
  const becomes = (users: object) => refusalOf(doc, seeding(read({ rbac: 1, users: { ...others, ...users } }), true));
  const carl = { was: "carl", roles: ["banned", "editor"] };
  const dora = { was: "dora", disabled: true, roles: ["editor"] };

  it("keeps what they hold and what is denied to them: it is given to nobody and taken from nobody", () => {
    expect(becomes({ karl: carl, dora: { disabled: true, roles: ["editor"] } })).toBe("");
    expect(becomes({ karl: { ...carl, email: "karl@example.com" }, theodora: { ...dora, name: "Dora" } })).toBe("");
  });

  it("is not deleted: a deny that does not come along is lifted, an allow is taken", () => {
    expect(becomes({ karl: { ...carl, roles: ["editor"] }, theodora: dora })).toContain("posts:read");
    expect(becomes({ karl: { ...carl, roles: ["banned"] }, theodora: dora })).toContain("posts:read");
  });

  it("and may be enabled or disabled by it", () => {
    expect(becomes({ karl: { ...carl, disabled: true }, theodora: dora })).toContain("posts:read");
    expect(becomes({ karl: carl, theodora: { ...dora, disabled: false } })).toContain("posts:read");
  });
});
