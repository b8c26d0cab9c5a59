// Proves the oracle itself: cases derived by hand from the rules, each named by its rule, then the random documents.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { OracleQuestion, OracleReason, PlainDocument, PlainGrant, PlainRole, PlainUser } from "./oracle.ts";
import { oracleHas, oracleReason } from "./oracle.ts";
import { catalogueOf, documents, questions, SCOPES } from "./random-policies.ts";

const AT = "2026-06-01T00:00:00Z";

type Asked = Partial<OracleQuestion>;
type Case = [user: string | null, permission: string, asked: Asked, expected: OracleReason];

function reason(document: PlainDocument, user: string | null, permission: string, asked: Asked = {}): OracleReason {
  const usual = { own: false, scope: null, at: AT, activate: [], assume: [] };
  return oracleReason(document, { user, permission, ...usual, ...asked });
}

function policy(roles: Record<string, PlainRole>, users: Record<string, PlainUser>, everyone: string[] = []) {
  const permissions = ["posts:read", "posts:publish", "posts:delete", "billing:read"];
  return { rbac: 1, permissions, roles, users, everyone } satisfies PlainDocument;
}

function rule(name: string, document: PlainDocument, cases: Case[]) {
  it.each(cases)(`${name}: %s asks %s with %o: %s`, (user, permission, asked, expected) => {
    expect(reason(document, user, permission, asked)).toBe(expected);
  });
}

/** The example of the design's section 3, without what no decision reads. */
const example: PlainDocument = {
  rbac: 1,
  permissions: { "posts:read": "", "posts:publish": "", "posts:update": "", "posts:delete": "", "billing:read": "" },
  roles: {
    reader: { description: "Reads", grants: ["posts:read"] },
    author: { inherits: ["reader"], grants: ["posts:update:own"] },
    editor: {
      inherits: ["author"],
      grants: ["posts:*", { permission: "billing:read", scope: "acme" }],
      denies: ["posts:delete"],
    },
    cashier: {},
    auditor: {},
    admin: { grants: ["*:*"] },
  },
  users: {
    root: { roles: ["admin"] },
    alice: { email: "alice@example.com", roles: ["author"] },
    bob: { roles: ["editor", { role: "auditor", scope: "acme", until: "2027-01-01T00:00:00Z", reason: "on call" }] },
  },
  everyone: ["reader"],
};
rule("the design's example", example, [
  ["alice", "posts:read", {}, "allow"],
  ["alice", "posts:publish", {}, "none"],
  ["alice", "posts:update", {}, "none"],
  ["alice", "posts:update", { own: true }, "allow"],
  [null, "posts:publish", { assume: ["editor"] }, "allow"],
  [null, "posts:delete", { assume: ["editor"] }, "deny"],
  ["bob", "posts:delete", { own: true, scope: "acme" }, "deny"],
  ["bob", "billing:read", {}, "none"],
  ["bob", "billing:read", { scope: "acme/invoices/7" }, "allow"],
  ["root", "posts:delete", { scope: "beta" }, "allow"],
  ["root", "posts:delete", { assume: ["editor"] }, "deny"],
]);

const scoped = policy(
  {
    local: { grants: [{ permission: "posts:read", scope: "acme" }] },
    fenced: { grants: ["posts:read"], denies: [{ permission: "posts:read", scope: "acme" }] },
  },
  { alice: { roles: ["local"] }, bob: { roles: ["fenced"] } },
);
rule("rule 1, scopes cover by whole segments, allow and deny alike", scoped, [
  ["alice", "posts:read", {}, "none"],
  ["alice", "posts:read", { scope: "acme" }, "allow"],
  ["alice", "posts:read", { scope: "acme/posts/42" }, "allow"],
  ["alice", "posts:read", { scope: "acmeX" }, "none"],
  ["alice", "posts:read", { scope: "beta/acme" }, "none"],
  ["bob", "posts:read", {}, "allow"],
  ["bob", "posts:read", { scope: "beta" }, "allow"],
  ["bob", "posts:read", { scope: "acmeX" }, "allow"],
  ["bob", "posts:read", { scope: "acme" }, "deny"],
  ["bob", "posts:read", { scope: "acme/posts/42" }, "deny"],
]);

const pathed = policy(
  { deep: { grants: [{ permission: "posts:read", scope: "acme/posts" }] }, top: { inherits: ["deep"] } },
  {
    above: { roles: [{ role: "top", scope: "acme" }] },
    below: { roles: [{ role: "top", scope: "acme/posts/42" }] },
    beside: { roles: [{ role: "top", scope: "acme/billing" }] },
    twice: { roles: ["beta", "acme/posts"].map((scope) => ({ role: "deep", scope })) },
  },
);
rule("rule 2, a path holds at the deeper of its two scopes", pathed, [
  ["above", "posts:read", { scope: "acme" }, "none"],
  ["above", "posts:read", { scope: "acme/posts" }, "allow"],
  ["below", "posts:read", { scope: "acme/posts" }, "none"],
  ["below", "posts:read", { scope: "acme/posts/42/comments" }, "allow"],
  ["beside", "posts:read", { scope: "acme/billing" }, "none"],
  ["beside", "posts:read", { scope: "acme/posts" }, "none"],
  ["twice", "posts:read", { scope: "beta" }, "none"],
  ["twice", "posts:read", { scope: "acme/posts" }, "allow"],
]);

const denying = policy(
  {
    admin: { grants: ["*:*", { permission: "posts:read", scope: "beta" }] },
    base: { denies: ["posts:delete"] },
    heir: { inherits: ["base"], grants: ["posts:delete:own", "posts:delete"] },
    blinkered: { denies: ["*:read"] },
    quiet: { denies: ["posts:*"] },
  },
  { bob: { roles: ["heir"] }, carol: { roles: ["admin", { role: "quiet", scope: "acme" }] } },
);
rule("rule 3, deny is inherited and beats every allow on its scope", denying, [
  ["bob", "posts:delete", {}, "deny"],
  ["bob", "posts:delete", { own: true }, "deny"],
  ["carol", "posts:read", { assume: ["blinkered"], scope: "beta" }, "deny"],
  ["carol", "posts:publish", { assume: ["blinkered"], scope: "beta" }, "allow"],
  ["carol", "posts:read", {}, "allow"],
  ["carol", "posts:read", { scope: "acme" }, "deny"],
]);

rule("rule 3, deny by everyone", { ...denying, everyone: ["blinkered"] }, [["carol", "billing:read", {}, "deny"]]);

const owning = policy(
  { writer: { grants: ["posts:*:own", "posts:read"] }, banned: { grants: ["*:*"], denies: ["*:delete:own"] } },
  { alice: { roles: ["writer"] }, bob: { roles: ["banned"] } },
);
rule("rule 4, what ends in :own counts only for the owner, allow and deny alike", owning, [
  ["alice", "posts:publish", {}, "none"],
  ["alice", "posts:publish", { own: true }, "allow"],
  ["alice", "posts:read", { own: true }, "allow"],
  ["bob", "posts:delete", {}, "allow"],
  ["bob", "posts:delete", { own: true }, "deny"],
]);

const sessions = policy(
  {
    source: { grants: ["posts:read"] },
    detour: { inherits: ["source"], grants: ["billing:read"] },
    chief: { inherits: ["source", "detour"], grants: ["posts:publish", "posts:delete"] },
    guard: { denies: ["posts:delete"] },
    visitor: { grants: ["billing:read"] },
  },
  {
    alice: { roles: ["chief", { role: "guard", scope: "acme" }] },
    bob: { roles: [{ role: "chief", until: AT }] },
    carol: { roles: [{ role: "detour", scope: "beta" }] },
    dave: { roles: ["source", { role: "detour", scope: "beta" }] },
  },
  ["visitor"],
);
rule("rule 6, any route through a named role allows, denies count unnamed, what is named must be held", sessions, [
  ["alice", "posts:read", { activate: ["chief"] }, "allow"],
  ["alice", "posts:read", { activate: ["source"] }, "allow"],
  ["alice", "posts:read", { activate: ["detour"] }, "allow"],
  ["alice", "posts:publish", { activate: ["detour"] }, "none"],
  ["alice", "billing:read", { activate: ["visitor"] }, "allow"],
  ["bob", "posts:publish", { activate: ["visitor"], assume: ["chief"] }, "allow"],
  ["alice", "posts:delete", { activate: ["chief"] }, "allow"],
  ["alice", "posts:delete", { activate: ["chief"], scope: "acme" }, "deny"],
  ["bob", "billing:read", { activate: ["guard"] }, "session"],
  ["bob", "billing:read", { activate: ["visitor", "chief"] }, "session"],
  ["bob", "posts:publish", { activate: ["chief"], assume: ["chief"] }, "allow"],
  ["carol", "posts:read", { activate: ["source"] }, "none"],
  ["carol", "posts:read", { activate: ["source"], scope: "beta" }, "allow"],
  ["dave", "posts:read", { activate: ["detour"] }, "none"],
]);

const shared = policy(
  { reader: { grants: ["posts:read"] }, admin: { grants: ["*:*"] }, mute: { denies: ["posts:*"] } },
  { alice: {}, eve: { disabled: true, roles: ["admin"] } },
  ["reader"],
);
rule("rule 7, everyone and assume hold everywhere and always, for the nameless too", shared, [
  ["alice", "posts:read", { scope: "acme/posts", at: "1970-01-01T00:00:00Z" }, "allow"],
  [null, "posts:read", { scope: "acme/posts", at: "1970-01-01T00:00:00Z" }, "allow"],
  ["alice", "billing:read", { scope: "beta", assume: ["admin"] }, "allow"],
  ["eve", "posts:read", { assume: ["admin"] }, "disabled"],
]);

rule("rule 8, disabled before session before deny before allow", { ...shared, everyone: ["mute", "reader"] }, [
  ["eve", "posts:read", { activate: ["reader", "admin"] }, "disabled"],
  ["alice", "posts:read", { activate: ["admin"] }, "session"],
  ["alice", "posts:read", { assume: ["admin"] }, "deny"],
]);

const window = { scope: "acme", from: "2026-01-01T00:00:00Z", until: "2026-07-01T02:00:00+02:00" };
const timed = policy(
  { lead: { inherits: ["senior"] }, senior: { inherits: ["author"] }, author: { grants: ["posts:read"] }, other: {} },
  { alice: { roles: [{ role: "lead", ...window }] }, eve: { disabled: true, roles: ["lead"] } },
  ["other"],
);
rule("rule 10, windows are [from, until)", timed, [
  ["alice", "posts:read", { scope: "acme", at: "2025-12-31T23:59:59.999Z" }, "none"],
  ["alice", "posts:read", { scope: "acme", at: "2026-01-01T00:00:00Z" }, "allow"],
  ["alice", "posts:read", { scope: "acme", at: "2026-06-30T23:59:59.999Z" }, "allow"],
  ["alice", "posts:read", { scope: "acme", at: "2026-07-01T00:00:00Z" }, "none"],
]);

it.each<[string, string, string | null, string, string[], boolean]>([
  ["alice", "author", "acme/posts", AT, [], true],
  ["alice", "author", "acme/posts", "2026-07-01T00:00:00Z", [], false],
  ["alice", "lead", null, AT, [], false],
  ["alice", "other", "beta", AT, [], true],
  ["alice", "lead", null, AT, ["author"], false],
  ["alice", "author", null, AT, ["lead"], true],
  ["eve", "lead", null, AT, ["lead"], false],
])("rule 9, has: %s, %s on %s at %s assuming %o: %s", (user, role, scope, at, assume, expected) => {
  expect(oracleHas(timed, { user, role, scope, at, assume })).toBe(expected);
});

it("throws for an unknown name, which must never read as a no", () => {
  expect(() => reason(shared, "alicia", "posts:read")).toThrow("no such user");
  expect(() => reason(shared, "alice", "posts:reed")).toThrow("catalogue");
  expect(() => reason(shared, "alice", "posts:read", { assume: ["constructor"] })).toThrow("no such role");
});

/** What may cover nothing (rule 16): of names with one part alone, `*:*` covers none. */
const MAY_COVER_NOTHING = ["*", "*:*", "*:own", "*:*:own"];

it("random documents: no grant twice, none that covers nothing", () => {
  const legal = (document: PlainDocument) => {
    for (const { grants = [], denies = [] } of Object.values(document.roles ?? {})) {
      const named = (grant: string | PlainGrant) => (typeof grant === "string" ? { permission: grant } : grant);
      const keys = [...grants.map((grant) => ["+", named(grant)]), ...denies.map((grant) => ["-", named(grant)])];
      expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
      for (const { permission } of [...grants, ...denies].map(named)) {
        if (MAY_COVER_NOTHING.includes(permission)) continue;
        const sole = { ...document, roles: { sole: { grants: [permission] } }, everyone: ["sole"] };
        expect(catalogueOf(document).map((name) => reason(sole, null, name, { own: true }))).toContain("allow");
      }
    }
  };
  fc.assert(fc.property(documents(), legal));
});

it("random questions: every reason is frequent, and naming all that is held changes no answer", () => {
  const reasons: Partial<Record<OracleReason, number>> = { allow: 0, deny: 0, none: 0, disabled: 0, session: 0 };
  const asked = documents().chain((document) => fc.tuple(fc.constant(document), questions(document)));
  const check = ([document, question]: [PlainDocument, OracleQuestion]) => {
    const reason = oracleReason(document, question);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    const holds = (role: string) => SCOPES.some((scope) => oracleHas(document, { ...question, role, scope }));
    const held = Object.keys(document.roles ?? {}).filter(holds);
    const plain = { ...question, activate: [] };
    expect(oracleReason(document, { ...plain, activate: held })).toBe(oracleReason(document, plain));
  };
  fc.assert(fc.property(asked, check), { numRuns: 2000, seed: 1 });
  for (const count of Object.values(reasons)) expect(count).toBeGreaterThan(100);
});
