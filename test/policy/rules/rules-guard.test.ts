/** Rule 24: the guard, sentence by sentence. */
import { describe, expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { returningTo, undoing } from "../../../src/policy/edit/undo.ts";
import { apply } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { KINDS } from "../../../src/policy/model/policy.ts";
import {
  assigning,
  constraining,
  creating,
  disinheriting,
  granting,
  inheriting,
  removing,
  renaming,
  revoking,
  seeding,
  setting,
  ungranting,
} from "../../../src/policy/mutations.ts";
import { refuseBeyondRights, refuseLockout } from "../../../src/policy/rules/guard.ts";
import { AT, policyFrom, read } from "../../support/documents.ts";
import type { PlainDocument, PlainGrant, PlainRole, PlainUser } from "../../support/oracle.ts";

const PERMISSIONS = ["posts:read", "posts:write", "docs:read", "rbac:escalate", ...KINDS.map((kind) => `rbac:${kind}`)];
const NAMED = KINDS.map((kind) => `rbac:${kind}`);

/** A guarded policy: root may everything, dana may make every kind of change and what `hers` says. */
function guarded(
  hers: PlainRole = {},
  more: { roles?: Record<string, PlainRole>; users?: Record<string, PlainUser>; everyone?: string[] } = {},
): PlainDocument {
  return {
    rbac: 1,
    guarded: true,
    permissions: PERMISSIONS,
    roles: {
      admin: { grants: ["*:*"] },
      delegate: { grants: NAMED },
      hers,
      target: {},
      idle: {},
      ...more.roles,
    },
    users: { root: { roles: ["admin"] }, dana: { roles: ["delegate", "hers"] }, alice: {}, ...more.users },
    everyone: more.everyone ?? [],
  };
}

/** What the guard says of a wish: nothing, or what it refuses. */
function said(document: PlainDocument, mutation: Mutation, actor = "dana"): string {
  const before = policyFrom(document);
  const changes = mutation.decide(before);
  expect(changes).not.toEqual([]);
  try {
    refuseBeyondRights(before, apply(before, changes), changes, actor, AT);
    return "";
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    expect([error.code, error.exitCode]).toEqual(["GUARDED", 3]);
    return error.message;
  }
}

const to = (who: string | null, role: string, scope: string | null = null, until: string | null = null) =>
  assigning({ who, roles: [role], scope, from: null, until, replace: true, existing: false });
const from = (who: string | null, role: string, scope: string | null = null) =>
  revoking({ who, roles: [role], scope, everywhere: false });
const grant = (role: string, permission: string, scope: string | null = null, effect: "allow" | "deny" = "allow") =>
  granting({ role, permissions: [permission], effect, scope });
const ungrant = (role: string, permission: string, scope: string | null = null, effect: "allow" | "deny" = "allow") =>
  ungranting({ role, permissions: [permission], effect, scope });
const unguard = seeding(read({ rbac: 1, guarded: false }), true);

/** A database in memory that holds a document, and what becomes of a wish there. */
async function standing(document: PlainDocument) {
  const database = await Database.scratch(AT);
  const does = async (actor: string, mutation: Mutation, at = AT, options = {}): Promise<string> => {
    try {
      await database.change({ actor, osUser: "tests", at, reason: null }, mutation, options);
      return "done";
    } catch (error) {
      if (error instanceof RbacError) return error.code;
      throw error;
    }
  };
  expect(await does("root", seeding(read(document), false))).toBe("done");
  return { database, does };
}

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
      {},
      { roles: { full: { grants: ["posts:read"] }, delegate: { grants } }, users: { zoe: { roles: ["full"] } } },
    );

  it.each(Object.keys(EACH))("%s: with it alone the change is made, with all others it is not", (kind) => {
    const mutation = EACH[kind] as Mutation;
    expect(said(document([`rbac:${kind}`]), mutation)).toBe("");
    const others = [...NAMED.filter((name) => name !== `rbac:${kind}`), "rbac:escalate"];
    expect(said(document(others), mutation)).toContain(`"dana" does not hold rbac:${kind}`);
  });

  it("as its owner alone is not enough", () => {
    expect(said(document(["rbac:user:own"]), EACH.user as Mutation)).toContain("rbac:user");
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
    expect(said(doc, grant("target", "posts:read", touched))).toEqual(may ? "" : expect.stringContaining(shown));
    expect(said(doc, to("alice", "idle", touched)) === "").toBe(may);
  });

  it("a deny below the scope takes it away there, and wherever that scope is touched", () => {
    const doc = guarded({ grants: ["posts:read"], denies: [{ permission: "rbac:*", scope: "acme/posts" }] });
    const may = [null, "acme", "acme/posts", "acme/posts/1", "acme/other", "beta"].map(
      (scope) => said(doc, grant("target", "posts:read", scope)) === "",
    );
    expect(may).toEqual([false, false, false, false, true, true]);
  });

  it("the kinds that everyone holds count, and those of a window that is not open do not", () => {
    const mutation = creating("role", "fresh", {});
    expect(said(guarded({}, { everyone: ["delegate"] }), mutation, "alice")).toBe("");
    const held = (window: object) => guarded({}, { users: { zoe: { roles: [{ role: "delegate", ...window }] } } });
    expect(said(held({ from: "2026-05-01" }), mutation, "zoe")).toBe("");
    expect(said(held({ until: "2026-06-01" }), mutation, "zoe")).toContain("rbac:role");
    expect(said(held({ from: "2026-07-01" }), mutation, "zoe")).toContain("rbac:role");
  });
});

type Rights = readonly [grants: readonly (string | PlainGrant)[], denies: readonly (string | PlainGrant)[]];
const on = (permission: string, scope: string): PlainGrant => ({ permission, scope });

/** What dana holds, what is handed out, and whether she may. */
const WIDTHS: readonly (readonly [...Rights, pattern: string, scope: string | null, may: boolean])[] = [
  [["posts:read"], [], "posts:read", null, true],
  [["posts:*"], [], "posts:read", null, true],
  [["*:read"], [], "posts:read", null, true],
  [["*:*:own"], [], "posts:*:own", "acme", true],
  [["*:read"], [], "*:read", "acme", true],
  [["posts:*"], [], "posts:*:own", null, true],
  [["posts:*:own"], [], "posts:read:own", null, true],
  [["posts:read"], [], "posts:read:own", "acme", true],
  [[], [], "posts:read", null, false],
  [["posts:read"], [], "posts:write", null, false],
  [["posts:read", "posts:write"], [], "posts:*", null, false],
  [["posts:read", "docs:read"], [], "*:read", null, false],
  [["posts:*"], [], "*:read", null, false],
  [["posts:*", "*:read"], [], "*:*", null, false],
  [["posts:read:own"], [], "posts:read", null, false],
  [["*:*:own"], [], "posts:read", null, false],
  [[on("posts:read", "acme")], [], "posts:read", "acme", true],
  [[on("posts:read", "acme")], [], "posts:read", "acme/posts", true],
  [[on("posts:read", "acme")], [], "posts:read", null, false],
  [[on("posts:read", "acme")], [], "posts:read", "acmeX", false],
  [[on("posts:read", "acme/posts")], [], "posts:read", "acme", false],
  [[on("posts:read", "acme"), on("posts:*", "beta")], [], "posts:*", "acme", false],
  [["posts:*"], ["posts:write"], "posts:read", null, true],
  [["posts:*"], ["posts:write"], "posts:write", null, false],
  [["posts:*"], ["posts:write"], "posts:*", null, false],
  [["*:write"], ["posts:write"], "*:write", "acme", false],
  [["posts:*"], ["posts:write"], "posts:write:own", null, false],
  [["posts:*"], ["posts:write:own"], "posts:write", null, false],
  [["posts:*"], ["posts:write:own"], "posts:read", null, true],
  [["posts:*"], ["*:write"], "posts:*", null, false],
  [["posts:*"], [on("posts:write", "acme/posts")], "posts:write", null, false],
  [["posts:*"], [on("posts:write", "acme/posts")], "posts:write", "acme", false],
  [["posts:*"], [on("posts:write", "acme/posts")], "posts:write", "acme/posts/1", false],
  [["posts:*"], [on("posts:write", "acme/posts")], "posts:write", "acme/other", true],
  [["posts:*"], [on("posts:write", "acme/posts")], "posts:write", "acmeX", true],
];

/** Every way in which an allow comes to life, and in which a deny goes; `gift` bears the pattern. */
const SOON = "2027-01-01T00:00:00.000Z";
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
  "renaming a user": () => renaming("user", "gwen", "gwendolyn"),
  "renaming a role": () => renaming("role", "gift", "present"),
};
const TAKING: Readonly<Record<string, (pattern: string, scope: string | null) => Mutation>> = {
  "ungranting it": (pattern, scope) => ungrant("gift", pattern, scope, "deny"),
  "revoking the role": () => from("gwen", "gift"),
  "revoking it on a scope": (_, scope) => from("holly", "plain", scope),
  "revoking an heir": () => from("ivan", "heir"),
  disinheriting: () => disinheriting("heir", ["gift"]),
  "shortening a window": () => to("gwen", "gift", null, SOON),
  "a later beginning": () =>
    assigning({ who: "gwen", roles: ["gift"], scope: null, from: SOON, until: null, replace: true, existing: false }),
  "deleting the user": () => removing("user", "gwen", false),
  "deleting the role": () => removing("role", "gift", false),
};

function giving([grants, denies]: Rights, pattern: string, scope: string | null, effect: "grants" | "denies") {
  const gift = scope === null ? pattern : { permission: pattern, scope };
  const roles = { gift: { [effect]: [gift] }, plain: { [effect]: [pattern] }, heir: { inherits: ["gift"] } };
  const users = {
    dora: { disabled: true, roles: ["heir"] },
    erin: { roles: [{ role: "gift", until: SOON }] },
    finn: { roles: [{ role: "gift", from: SOON }] },
    gwen: { roles: ["gift"] },
    holly: { roles: [scope === null ? "plain" : { role: "plain", scope }] },
    ivan: { roles: ["heir"] },
  };
  return guarded({ grants, denies }, { roles, users });
}

describe("rule 24: every allow that a change brings to life is no wider than one allow the actor holds there", () => {
  it.each(Object.keys(BRINGING))("by %s", (way) => {
    for (const [grants, denies, pattern, scope, may] of WIDTHS) {
      const mutation = BRINGING[way]?.(pattern, scope) as Mutation;
      const got = said(giving([grants, denies], pattern, scope, "grants"), mutation);
      expect({ grants, denies, pattern, scope, got }).toMatchObject({
        got: may ? "" : expect.stringContaining(pattern),
      });
    }
  });

  it("whoever holds rbac:escalate there may all of it", () => {
    for (const way of Object.values(BRINGING)) {
      expect(said(giving([["rbac:escalate"], []], "posts:read", null, "grants"), way("posts:read", null))).toBe("");
    }
    const here = giving([[on("rbac:escalate", "acme")], []], "posts:read", "acme", "grants");
    expect(said(here, grant("target", "posts:*", "acme/posts"))).toBe("");
    expect(said(here, to("alice", "gift", "acme"))).toBe("");
    expect(said(here, inheriting("target", ["gift"]))).toBe("");
    expect(said(here, inheriting("target", ["plain"]))).toContain("posts:read");
    expect(said(here, grant("target", "posts:*"))).toContain("posts:*");
    expect(said(here, to("alice", "plain", "beta"))).toContain("posts:read on beta");
  });

  it("a user who is created comes to hold what everyone does", () => {
    const doc = (denies: readonly string[]) =>
      guarded({ denies }, { roles: { common: { grants: ["posts:read"] } }, everyone: ["common"] });
    expect(said(doc([]), creating("user", "newcomer", {}))).toBe("");
    expect(said(doc(["posts:read"]), creating("user", "newcomer", {}))).toContain("posts:read");
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
    expect(said(doc, setting("user", "dora", { disabled: false }))).toBe("");
    expect(said(doc, to("erin", "gift", null, "2026-02-01T00:00:00.000Z"))).toBe("");
    expect(said(doc, to("finn", "gift"))).toBe("");
    expect(said(doc, to("erin", "gift", null, "2026-06-01T00:00:00.001Z"))).toContain("posts:read");
    expect(said(doc, to("alice", "elsewhere", "acme"))).toBe("");
  });
});

describe("rule 24: and so is every deny that it takes away", () => {
  it.each(Object.keys(TAKING))("by %s", (way) => {
    for (const [grants, denies, pattern, scope, may] of WIDTHS) {
      const mutation = TAKING[way]?.(pattern, scope) as Mutation;
      const got = said(giving([grants, denies], pattern, scope, "denies"), mutation);
      expect({ grants, denies, pattern, scope, got }).toMatchObject({
        got: may ? "" : expect.stringContaining(pattern),
      });
    }
  });

  it("that of everyone holds the actor, too, so only rbac:escalate lifts it", () => {
    const doc = (grants: readonly string[]) =>
      guarded({ grants }, { roles: { common: { denies: ["posts:read"] } }, everyone: ["common"] });
    expect(said(doc(["posts:*"]), from(null, "common"))).toContain("posts:read");
    expect(said(doc(["rbac:escalate"]), from(null, "common"))).toBe("");
  });

  it("one that has ended is none, and taking an allow away needs no more than rbac:<kind>", () => {
    const roles = { gift: { denies: ["posts:read"] }, plain: { grants: ["posts:*"] } };
    const users = { gwen: { roles: [{ role: "gift", until: "2026-01-01" }, "plain"] } };
    const doc = guarded({}, { roles, users });
    expect(said(doc, from("gwen", "gift"))).toBe("");
    expect(said(doc, from("gwen", "plain"))).toBe("");
    expect(said(doc, ungrant("plain", "posts:*"))).toBe("");
    expect(said(doc, setting("user", "gwen", { disabled: true }))).toBe("");
  });
});

describe("rule 24: adding a deny, and taking the guard away, need rbac:escalate", () => {
  it("whatever else the actor holds", () => {
    expect(said(guarded({ grants: ["posts:*"] }), grant("target", "posts:read", null, "deny"))).toContain(
      "rbac:escalate",
    );
    expect(said(guarded({ grants: ["rbac:escalate"] }), grant("target", "posts:read", null, "deny"))).toBe("");
    const here = guarded({ grants: [on("rbac:escalate", "acme")] });
    expect(said(here, grant("target", "posts:read", "acme", "deny"))).toBe("");
    expect(said(here, grant("target", "posts:read", null, "deny"))).toContain("rbac:escalate");
    expect(said(guarded({ grants: ["posts:*"] }), unguard)).toContain("rbac:escalate");
    expect(said(guarded({ grants: ["rbac:escalate"] }), unguard)).toBe("");
    const without = guarded({ grants: ["rbac:escalate"] }, { roles: { delegate: { grants: ["rbac:grant"] } } });
    expect(said(without, unguard)).toContain("rbac:policy");
  });
});

describe("rule 24: judged at the revision before", () => {
  it("nobody gives themselves in one document what they use in it", async () => {
    const { does } = await standing(guarded());
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
    const { does } = await standing(guarded());
    expect(await does("dana", from("dana", "delegate"))).toBe("done");
    expect(await does("dana", from("dana", "hers"))).toBe("GUARDED");
  });

  it("undoing is judged like any change: what somebody else took away does not come back by it", async () => {
    const { database, does } = await standing(
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

describe("rule 24: a guarded policy always has one enabled user who holds rbac:escalate at the root for ever", () => {
  const LATER = "2030-01-01T00:00:00.000Z";
  const window = (role: string, at: { from?: string; until?: string }) => ({ role, ...at });
  /** Policies by who holds `admin`, and whether the guard may be turned on there. */
  const BEGINNINGS: readonly (readonly [
    what: string,
    users: Record<string, PlainUser>,
    roles: Record<string, PlainRole>,
    everyone: string[],
    may: boolean,
  ])[] = [
    ["for ever", { root: { roles: ["admin"] } }, {}, [], true],
    ["by the plain permission", { root: { roles: ["e"] } }, { e: { grants: ["rbac:escalate"] } }, [], true],
    ["inherited", { root: { roles: ["heir"] } }, { heir: { inherits: ["admin"] } }, [], true],
    ["by everyone", { root: {} }, {}, ["admin"], true],
    [
      "in a seamless relay",
      { a: { roles: [window("admin", { until: LATER })] }, b: { roles: [window("admin", { from: LATER })] } },
      {},
      [],
      true,
    ],
    ["by nobody", { root: {} }, {}, [], false],
    ["disabled", { root: { disabled: true, roles: ["admin"] } }, {}, [], false],
    ["disabled, by everyone", { root: { disabled: true } }, {}, ["admin"], false],
    ["on a scope", { root: { roles: [{ role: "admin", scope: "acme" }] } }, {}, [], false],
    ["by a scoped grant", { root: { roles: ["e"] } }, { e: { grants: [on("*:*", "acme")] } }, [], false],
    ["as an owner", { root: { roles: ["e"] } }, { e: { grants: ["*:*:own"] } }, [], false],
    ["until some day", { root: { roles: [window("admin", { until: LATER })] } }, {}, [], false],
    ["from some day", { root: { roles: [window("admin", { from: LATER })] } }, {}, [], false],
    [
      "in a relay with a gap",
      {
        a: { roles: [window("admin", { until: LATER })] },
        b: { roles: [window("admin", { from: "2030-01-01T00:00:01Z" })] },
      },
      {},
      [],
      false,
    ],
    ["denied", { root: { roles: ["admin", "no"] } }, { no: { denies: ["rbac:*"] } }, [], false],
    ["denied to everyone", { root: { roles: ["admin"] } }, { no: { denies: ["rbac:escalate"] } }, ["no"], false],
    [
      "denied some day",
      { root: { roles: ["admin", window("no", { from: LATER })] } },
      { no: { denies: ["rbac:*"] } },
      [],
      false,
    ],
    [
      "denied on a scope, where nobody could undo it",
      { root: { roles: ["admin", "no"] } },
      { no: { denies: [on("rbac:escalate", "x")] } },
      [],
      false,
    ],
    ["denied something else", { root: { roles: ["admin", "no"] } }, { no: { denies: ["rbac:user"] } }, [], true],
  ];
  it.each(BEGINNINGS)("%s: the guard is turned on only where somebody does", async (_, users, roles, everyone, may) => {
    const open = {
      rbac: 1 as const,
      permissions: PERMISSIONS,
      roles: { admin: { grants: ["*:*"] }, ...roles },
      users,
      everyone,
    };
    const { does } = await standing(open);
    expect(await does("anybody", seeding(read({ rbac: 1, guarded: true }), false))).toBe(
      may ? "done" : "LAST_ESCALATOR",
    );
  });

  const ENDS: Readonly<Record<string, Mutation>> = {
    revoked: from("root", "admin"),
    disabled: setting("user", "root", { disabled: true }),
    deleted: removing("user", "root", false),
    ended: to("root", "admin", null, LATER),
    "beginning later": assigning({
      who: "root",
      roles: ["admin"],
      scope: null,
      from: LATER,
      until: null,
      replace: true,
      existing: true,
    }),
    ungranted: ungrant("admin", "*:*"),
    denied: grant("admin", "*:*", null, "deny"),
    "denied by everyone": to(null, "no"),
    "denied on a scope": grant("admin", "rbac:escalate", "acme", "deny"),
    "denied by inheritance": inheriting("admin", ["no"]),
    "without the role": removing("role", "admin", false),
    pruned: seeding(read({ rbac: 1, users: {} }), true),
  };
  it.each(Object.keys(ENDS))("the last of them is not %s, not even past the guard; one of two is", async (how) => {
    const no = { no: { denies: ["rbac:escalate"] } };
    const { does } = await standing(guarded({}, { roles: no }));
    const mutation = ENDS[how] as Mutation;
    expect(await does("root", mutation)).toBe("LAST_ESCALATOR");
    expect(await does("root", mutation, AT, { breakGlass: true })).toBe("LAST_ESCALATOR");
    if (["denied by everyone", "pruned"].includes(how)) return;
    const second = { e: { grants: ["rbac:*"] } };
    const both = await standing(guarded({}, { roles: { ...no, ...second }, users: { sam: { roles: ["e"] } } }));
    expect(await both.does("root", mutation)).toBe("done");
  });

  it("whoever takes over in the same document is somebody, by everyone, too", async () => {
    const { does } = await standing(guarded());
    const heir = { rbac: 1, users: { dana: { roles: ["admin"] } } };
    expect(await does("root", seeding(read(heir), true))).toBe("done");
    const everybody = await standing(guarded());
    const all = { rbac: 1, users: { alice: {} }, everyone: ["admin"] }; // Of her nothing changes.
    expect(await everybody.does("root", seeding(read(all), true))).toBe("done");
  });

  it("where nobody does already, as no change of ours leaves it, a change that makes it no worse is not held up", () => {
    const broken = policyFrom({ ...guarded(), users: { dana: { roles: ["delegate"] } } });
    const sound = policyFrom(guarded());
    expect(() => refuseLockout(broken, broken, AT)).not.toThrow();
    expect(() => refuseLockout(broken, sound, AT)).not.toThrow();
    expect(() => refuseLockout(sound, broken, AT)).toThrow(/nobody enabled would hold rbac:escalate everywhere: /);
  });
});

describe("rule 24: who acts", () => {
  it("the owner of an object hands out, over that object alone, what they hold there", () => {
    const owner = { grants: [...NAMED, "docs:*"] };
    const users = { olga: { roles: [{ role: "owner", scope: "docs/42" }] } };
    const doc = guarded(
      {},
      { roles: { owner, friend: { grants: ["docs:read"] }, thief: { grants: ["posts:read"] } }, users },
    );
    const may = (mutation: Mutation) => said(doc, mutation, "olga") === "";
    expect(
      ["docs/42", "docs/42/page", "docs/4", "docs", null].map((scope) => may(to("alice", "friend", scope))),
    ).toEqual([...[true, true, false, false, false]]);
    expect(may(grant("friend", "docs:read", "docs/42"))).toBe(true);
    expect(may(grant("friend", "docs:read", "docs/43"))).toBe(false);
    expect(may(to("alice", "thief", "docs/42"))).toBe(false);
    expect(may(to("newcomer", "friend", "docs/42"))).toBe(false); // A user stands nowhere but at the root.
  });

  it("nobody whom the policy does not know, and nobody disabled", () => {
    const doc = guarded({}, { users: { dora: { disabled: true, roles: ["admin"] } } });
    const mutation = creating("role", "fresh", {});
    for (const name of ["nobody", "Root", "rооt", "constructor", "root\u0301"])
      expect(said(doc, mutation, name)).toMatch(/is none of its users$/);
    expect(said(doc, mutation, "dora")).toMatch(/"dora" is disabled$/);
    expect(said(guarded({}, { everyone: ["admin"] }), mutation, "nobody")).toMatch(/is none of its users$/);
  });
});

describe("what a program hands over cannot go round the guard", () => {
  it("fields that name another record do not move there", () => {
    const doc = guarded({}, { users: { dora: { disabled: true, roles: ["admin"] } } });
    const fields = { user: "dora", disabled: false, email: "x@example.com" };
    expect(setting("user", "alice", fields).decide(policyFrom(doc))).toMatchObject([{ user: "alice" }]);
  });

  it("an empty scope, which stands for none in a key, is not another scope to the judge", () => {
    const doc = guarded(
      { grants: ["posts:*"], denies: [on("posts:read", "acme")] },
      { roles: { gift: { denies: ["posts:read"] } } },
    );
    expect(said(doc, ungrant("gift", "posts:read", "", "deny"))).toContain("posts:read");
  });
});
