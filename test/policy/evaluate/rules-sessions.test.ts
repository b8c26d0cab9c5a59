/** Rules 6 to 9: sessions, everyone and assumed roles, the reasons, and who holds a role. */
import { describe, expect, it } from "vitest";
import { holds, type Question, type Reason } from "../../../src/policy/evaluate/decide.ts";
import { permissionsOf } from "../../../src/policy/evaluate/effective-permissions.ts";
import { whoCan } from "../../../src/policy/evaluate/who-can.ts";
import { cli, json } from "../../support/cli.ts";
import { AT, ask, errorOf, indexFrom, seeded } from "../../support/documents.ts";
import type { PlainDocument, PlainRole, PlainUser } from "../../support/oracle.ts";

type Case = [user: string | null, permission: string, asked: Partial<Question>, expected: Reason];

const permissions = ["posts:read", "posts:publish", "posts:delete", "billing:read"];
const policy = (roles: Record<string, PlainRole>, users: Record<string, PlainUser>, everyone: string[] = []) =>
  ({ rbac: 1, permissions, roles, users, everyone }) satisfies PlainDocument;

const decides = (document: PlainDocument, cases: Case[]) =>
  it.each(cases)("%s asks %s with %o: %s", (user, permission, asked, expected) => {
    expect(ask(document, user, permission, asked).reason).toBe(expected);
  });

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
    eve: { disabled: true, roles: ["chief"] },
  },
  ["visitor"],
);

describe("rule 6: sessions", () => {
  decides(sessions, [
    ["alice", "posts:read", { activate: ["chief"] }, "allow"],
    ["alice", "posts:read", { activate: ["source"] }, "allow"],
    ["alice", "posts:read", { activate: ["detour"] }, "allow"],
    ["alice", "posts:publish", { activate: ["detour"] }, "none"],
    ["alice", "billing:read", { activate: ["visitor"] }, "allow"],
    ["alice", "posts:publish", { activate: ["visitor", "chief"] }, "allow"],
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

  it("lists are narrowed alike, or empty where the set is not held", () => {
    const list = (user: string, activate: string[]) =>
      permissionsOf(indexFrom(sessions), { user, at: AT, activate, assume: [] }).map((row) => row.permission);
    expect(list("alice", ["detour"])).toEqual(["billing:read", "posts:read"]);
    expect(list("bob", ["chief"])).toEqual([]);
  });

  it("a no for want of a role to activate is exit 1 with its reason", async () => {
    const db = await seeded(sessions);
    expect((await cli("can bob billing:read --activate guard", { db })).code).toBe(1);
    expect(await json("can bob billing:read --activate guard", { db })).toMatchObject({
      decisions: [{ allowed: false, reason: "session", because: [] }],
    });
  });
});

describe("rule 7: everyone and assumed roles", () => {
  const document = policy(
    { reader: { grants: ["posts:read"] }, admin: { grants: ["*:*"] }, mute: { denies: ["posts:*"] } },
    { alice: {}, eve: { disabled: true, roles: ["admin"] } },
    ["reader"],
  );
  decides(document, [
    ["alice", "posts:read", { scope: "acme/posts", at: "1970-01-01T00:00:00.000Z" }, "allow"],
    [null, "posts:read", { scope: "acme/posts" }, "allow"],
    ["alice", "billing:read", {}, "none"],
    ["alice", "billing:read", { scope: "beta", assume: ["admin"] }, "allow"],
    ["alice", "posts:read", { assume: ["mute"] }, "deny"],
    ["eve", "posts:read", { assume: ["admin"] }, "disabled"],
  ]);

  it("evidence says how a role is held; an assumed one has no revision", () => {
    const { because } = ask(document, "alice", "posts:read", { assume: ["admin", "admin"] });
    const window = { scope: null, from: null, until: null };
    expect(because.map(({ held, assignment }) => ({ held, ...assignment }))).toEqual([
      { held: "everyone", role: "reader", ...window, revision: 0 },
      { held: "assumed", role: "admin", ...window, revision: null },
    ]);
  });

  it("who-can lists every user where everyone may, but the disabled", () => {
    const rows = whoCan(indexFrom(document), "posts:read", { at: AT, activate: [], assume: [] });
    expect(rows.map(({ user }) => user)).toEqual(["alice"]);
  });
});

describe("rule 8: reasons, in their order", () => {
  const document = { ...sessions, everyone: ["guard"] };
  decides(document, [
    ["eve", "posts:delete", { activate: ["visitor"] }, "disabled"],
    ["alice", "posts:delete", { activate: ["visitor"] }, "session"],
    ["alice", "posts:delete", {}, "deny"],
    ["alice", "posts:publish", {}, "allow"],
    ["bob", "posts:publish", {}, "none"],
  ]);

  it("only allow and deny have evidence", () => {
    for (const [user, permission, activate] of [
      ["eve", "posts:delete", []],
      ["alice", "posts:delete", ["visitor"]],
      ["bob", "posts:publish", []],
    ] as const) {
      expect(ask(document, user, permission, { activate })).toMatchObject({ because: [], except: [] });
    }
  });
});

describe("rule 9: has", () => {
  const timed = policy(
    { lead: { inherits: ["senior"] }, senior: { inherits: ["author"] }, author: {}, other: {}, mute: {} },
    {
      alice: { roles: [{ role: "lead", scope: "acme", until: "2026-07-01T00:00:00Z" }] },
      eve: { disabled: true, roles: ["lead"] },
    },
    ["other"],
  );

  it.each<[string, string, string | null, string, string[], Reason]>([
    ["alice", "author", "acme/posts", AT, [], "allow"],
    ["alice", "author", "acme/posts", "2026-07-01T00:00:00.000Z", [], "none"],
    ["alice", "lead", null, AT, [], "none"],
    ["alice", "other", "beta", AT, [], "allow"],
    ["alice", "author", null, AT, ["lead"], "allow"],
    ["alice", "lead", null, AT, ["author"], "none"],
    ["eve", "lead", null, AT, ["lead"], "disabled"],
  ])("%s, %s on %s at %s assuming %o: %s", (user, role, scope, at, assume, expected) => {
    const { reason, allowed } = holds(indexFrom(timed), { user, role, scope, at, assume, activate: [] });
    expect({ reason, allowed }).toEqual({ reason: expected, allowed: expected === "allow" });
  });

  it("the evidence is the way to the role, without a grant", () => {
    const { because } = holds(indexFrom(timed), {
      ...{ user: "alice", role: "author", scope: "acme", at: AT, assume: [], activate: [] },
    });
    expect(because).toMatchObject([
      { roles: ["lead", "senior", "author"], grant: null, scope: "acme", effect: "allow" },
    ]);
  });

  it("an unknown role is an error", () => {
    const question = { user: "alice", role: "leed", scope: null, at: AT, assume: [], activate: [] };
    expect(errorOf(() => holds(indexFrom(timed), question)).code).toBe("ROLE_NOT_FOUND");
  });

  it.each([
    ["has alice other", 0],
    ["has alice lead", 1],
    ["has alice lead --on acme", 1],
    ["has alice other lead", 1],
    ["has alice other lead --all", 1],
    ["has alice other lead --any", 0],
    ["has alice lead --expect no", 0],
    ["has alice other --expect no", 1],
    ["has eve lead", 1],
    ["has alice leed", 2],
    ["has zoe lead", 2],
    ["can alice 'posts:*'", 2],
    ["can alice '*:*' --expect no", 2],
    ["can alice posts:*:own", 2],
  ])("%s: exit %i", async (line, code) => {
    // The window of the document has ended by the clock of the commands, so that `lead` is a no.
    const past = { ...timed, users: { ...timed.users, alice: { roles: [{ role: "lead", until: "2020-01-01" }] } } };
    const db = await seeded(past);
    for (const mode of ["", " --json", " --quiet"]) expect((await cli(line + mode, { db })).code, mode).toBe(code);
  });
});
