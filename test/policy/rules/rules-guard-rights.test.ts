/** Rule 24: which rights a change needs. */
import { describe, expect, it } from "vitest";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { returningTo, undoing } from "../../../src/policy/edit/undo.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import {
  assigning,
  constraining,
  creating,
  inheriting,
  inSequence,
  renaming,
  setting,
} from "../../../src/policy/mutations.ts";
import { AT, read } from "../../support/documents.ts";
import {
  from,
  grant,
  guarded,
  inMemory,
  NAMED,
  on,
  refusalOf,
  to,
  ungrant,
  unguard,
} from "../../support/guard/policy.ts";
import { giving, SOON, WIDTHS } from "../../support/guard/widths.ts";

describe("rule 24: each change needs the actor's rbac:<kind> on the scope it touches", () => {
  const EACH: Readonly<Record<string, Mutation>> = {
    user: setting("user", "alice", { email: "a@example.com" }),
    role: creating("role", "fresh", {}),
    permission: creating("permission", "posts:pin", {}),
    inheritance: inheriting("target", ["idle"]),
    grant: ungrant("full", "posts:read"),
    assignment: from("zoe", "full"),
    everyone: to(null, "idle"),
    constraint: constraining("apart", "ssd", { roles: ["target", "idle"], limit: 2, needs: null }),
  };
  const document = (grants: readonly string[]) =>
    guarded(
      { grants: ["posts:read"] },
      { roles: { full: { grants: ["posts:read"] }, delegate: { grants } }, users: { zoe: { roles: ["full"] } } },
    );

  it.each(Object.keys(EACH))("%s: with it alone the change is made, with all others it is not", (kind) => {
    const mutation = EACH[kind] as Mutation;
    expect(refusalOf(document([`rbac:${kind}`]), mutation)).toBe("");
    const others = [...NAMED.filter((name) => name !== `rbac:${kind}`), "rbac:escalate"];
    expect(refusalOf(document(others), mutation)).toContain(`"dana" does not hold rbac:${kind}`);
  });

  it("as its owner alone is not enough", () => {
    expect(refusalOf(document(["rbac:user:own"]), EACH.user as Mutation)).toContain("rbac:user");
  });

  const scopes: readonly (readonly [held: string | null, touched: string | null, may: boolean])[] = [
    [null, null, true],
    [null, "acme", true],
    ["acme", "acme", true],
    ["acme", "acme/posts", true],
    ["acme", null, false],
    ["acme", "acmeX", false],
    ["acme", "beta", false],
    ["acme/posts", "acme", false],
  ];
  it.each(scopes)("held on %s, touching %s: %s", (held, touched, may) => {
    const delegate = NAMED.map((permission) => (held === null ? permission : { permission, scope: held }));
    const doc = guarded({ grants: ["posts:read"] }, { roles: { delegate: { grants: delegate } } });
    const shown = touched === null ? "rbac:grant," : `rbac:grant on ${touched},`;
    expect(refusalOf(doc, grant("target", "posts:read", touched))).toEqual(may ? "" : expect.stringContaining(shown));
    expect(refusalOf(doc, to("alice", "idle", touched)) === "").toBe(may);
  });

  it("a deny below the scope takes it away there, and wherever that scope is touched", () => {
    const doc = guarded({ grants: ["posts:read"], denies: [{ permission: "rbac:*", scope: "acme/posts" }] });
    const may = [null, "acme", "acme/posts", "acme/posts/1", "acme/other", "beta"].map(
      (scope) => refusalOf(doc, grant("target", "posts:read", scope)) === "",
    );
    expect(may).toEqual([false, false, false, false, true, true]);
  });

  it("the kinds that everyone holds count, and those of a window that is not open do not", () => {
    const mutation = creating("role", "fresh", {});
    expect(refusalOf(guarded({}, { everyone: ["delegate"] }), mutation, "alice")).toBe("");
    const held = (window: object) => guarded({}, { users: { zoe: { roles: [{ role: "delegate", ...window }] } } });
    expect(refusalOf(held({ from: "2026-05-01" }), mutation, "zoe")).toBe("");
    expect(refusalOf(held({ until: "2026-06-01" }), mutation, "zoe")).toContain("rbac:role");
    expect(refusalOf(held({ from: "2026-07-01" }), mutation, "zoe")).toContain("rbac:role");
  });
});

/** Every way in which an allow comes to life, `gift` bears the pattern. */
const BRINGING: Readonly<Record<string, (pattern: string, scope: string | null) => Mutation>> = {
  "a grant": (pattern, scope) => grant("target", pattern, scope),
  "an assignment": () => to("alice", "gift"),
  "an assignment to a new user": () => to("newcomer", "gift"),
  "an assignment on a scope": (_, scope) => to("alice", "plain", scope),
  "an assignment of an heir": () => to("alice", "heir"),
  "an assignment to come": () =>
    assigning({ who: "alice", roles: ["gift"], scope: null, from: SOON, until: null, replace: true, existing: false }),
  inheritance: () => inheriting("target", ["gift"]),
  "inheritance of an heir": () => inheriting("target", ["heir"]),
  everyone: () => to(null, "heir"),
  "enabling a user": () => setting("user", "dora", { disabled: false }),
  "extending a window": () => to("erin", "gift"),
  "an earlier beginning": () => to("finn", "gift"),
};
describe("rule 24: a renaming hands out nothing, and takes nothing away", () => {
  it.each([
    ["a user", () => renaming("user", "gwen", "gwendolyn")],
    ["a role", () => renaming("role", "gift", "present")],
    ["both at once", () => inSequence([renaming("role", "gift", "present"), renaming("user", "gwen", "gwendolyn")])],
  ])("of %s, whatever hangs on the name", (_, rename) => {
    for (const effect of ["grants", "denies"] as const)
      expect(refusalOf(giving([[], []], "posts:read", null, effect), rename())).toBe("");
  });
});

describe("rule 24: every allow that a change brings to life is no wider than one allow the actor holds there", () => {
  it.each(Object.keys(BRINGING))("by %s", (way) => {
    for (const [grants, denies, pattern, scope, may] of WIDTHS) {
      const mutation = BRINGING[way]?.(pattern, scope) as Mutation;
      const got = refusalOf(giving([grants, denies], pattern, scope, "grants"), mutation);
      expect({ grants, denies, pattern, scope, got }).toMatchObject({
        got: may ? "" : expect.stringContaining(pattern),
      });
    }
  });

  it("whoever holds rbac:escalate there may all of it", () => {
    for (const way of Object.values(BRINGING)) {
      expect(refusalOf(giving([["rbac:escalate"], []], "posts:read", null, "grants"), way("posts:read", null))).toBe(
        "",
      );
    }
    const here = giving([[on("rbac:escalate", "acme")], []], "posts:read", "acme", "grants");
    expect(refusalOf(here, grant("target", "posts:*", "acme/posts"))).toBe("");
    expect(refusalOf(here, to("alice", "gift", "acme"))).toBe("");
    expect(refusalOf(here, inheriting("target", ["gift"]))).toBe("");
    expect(refusalOf(here, inheriting("target", ["plain"]))).toContain("posts:read");
    expect(refusalOf(here, grant("target", "posts:*"))).toContain("posts:*");
    expect(refusalOf(here, to("alice", "plain", "beta"))).toContain("posts:read on beta");
  });

  it("a user who is created comes to hold what everyone does", () => {
    const doc = (denies: readonly string[]) =>
      guarded({ denies }, { roles: { common: { grants: ["posts:read"] } }, everyone: ["common"] });
    expect(refusalOf(doc([]), creating("user", "newcomer", {}))).toBe("");
    expect(refusalOf(doc(["posts:read"]), creating("user", "newcomer", {}))).toContain("posts:read");
  });

  it("what has passed brings nothing to life, and what cannot hold anywhere neither", () => {
    const past = { role: "gift", until: "2026-01-01" };
    const doc = guarded(
      {},
      {
        roles: { gift: { grants: ["posts:read"] }, elsewhere: { grants: [on("posts:read", "beta")] } },
        users: {
          dora: { disabled: true, roles: [past] },
          erin: { roles: [past] },
          finn: { roles: [{ role: "gift", from: "2026-01-01" }] },
        },
      },
    );
    expect(refusalOf(doc, setting("user", "dora", { disabled: false }))).toBe("");
    expect(refusalOf(doc, to("erin", "gift", null, "2025-12-01T00:00:00.000Z"))).toBe("");
    expect(refusalOf(doc, to("finn", "gift"))).toBe("");
    expect(refusalOf(doc, to("erin", "gift", null, "2026-06-01T00:00:00.001Z"))).toContain("posts:read");
    expect(refusalOf(doc, to("alice", "elsewhere", "acme"))).toBe("");
  });
});

describe("rule 24: adding a deny, and taking the guard away, need rbac:escalate", () => {
  it("whatever else the actor holds", () => {
    expect(refusalOf(guarded({ grants: ["posts:*"] }), grant("target", "posts:read", null, "deny"))).toContain(
      "rbac:escalate",
    );
    expect(refusalOf(guarded({ grants: ["rbac:escalate"] }), grant("target", "posts:read", null, "deny"))).toBe("");
    const here = guarded({ grants: [on("rbac:escalate", "acme")] });
    expect(refusalOf(here, grant("target", "posts:read", "acme", "deny"))).toBe("");
    expect(refusalOf(here, grant("target", "posts:read", null, "deny"))).toContain("rbac:escalate");
    expect(refusalOf(guarded({ grants: ["posts:*"] }), unguard)).toContain("rbac:escalate");
    expect(refusalOf(guarded({ grants: ["rbac:escalate"] }), unguard)).toBe("");
    const without = guarded({ grants: ["rbac:escalate"] }, { roles: { delegate: { grants: ["rbac:grant"] } } });
    expect(refusalOf(without, unguard)).toContain("rbac:policy");
  });
});

describe("rule 24: judged at the revision before", () => {
  it("nobody gives themselves in one document what they use in it", async () => {
    const { does } = await inMemory(guarded());
    const own = { hers: { grants: ["rbac:escalate"] }, target: { grants: ["posts:*"] } };
    expect(await does("dana", seeding(read({ rbac: 1, roles: own }), false))).toBe("GUARDED");
    expect(await does("dana", seeding(read({ rbac: 1, users: { dana: { roles: ["admin"] } } }), false))).toBe(
      "GUARDED",
    );
    expect(await does("dana", unguard)).toBe("GUARDED");
    const off = { rbac: 1, guarded: false, users: { dana: { roles: ["admin"] } } };
    expect(await does("dana", seeding(read(off), true), AT)).toBe("GUARDED");
  });

  it("and whoever takes their own right away may do that once", async () => {
    const { does } = await inMemory(guarded());
    expect(await does("dana", from("dana", "delegate"))).toBe("done");
    expect(await does("dana", from("dana", "hers"))).toBe("GUARDED");
  });

  it("undoing is judged like any change: what somebody else took away does not come back by it", async () => {
    const { database, does } = await inMemory(
      guarded({ grants: ["posts:read"] }, { users: { eve: { roles: ["admin"] } } }),
    );
    const past = await database.policy({ users: "all", roles: "all", permissions: "all" });
    expect(await does("root", from("eve", "admin"))).toBe("done");
    const made = await database.record.entries({ fromRevision: 2, toRevision: 2 });
    const back = undoing(
      2,
      made.map(({ change }) => change),
    );
    for (const mutation of [back, returningTo(past.policy)]) expect(await does("dana", mutation)).toBe("GUARDED");
    expect(await does("eve", back)).toBe("GUARDED");
    expect(await does("root", back)).toBe("done");
  });
});
