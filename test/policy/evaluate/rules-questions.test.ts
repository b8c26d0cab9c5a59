/** Rules 1 to 4: which paths there are, and how they decide. Each case is derived from the text of its rule. */
import { describe, expect, it } from "vitest";
import type { Question, Reason } from "../../../src/policy/evaluate/decide.ts";
import { cli } from "../../support/cli.ts";
import { ask, errorOf, seeded } from "../../support/documents.ts";
import type { PlainDocument, PlainRole, PlainUser } from "../../support/oracle.ts";

type Case = [user: string | null, permission: string, asked: Partial<Question>, expected: Reason];

const permissions = ["posts:read", "posts:publish", "posts:delete", "billing:read"];

const policy = (roles: Record<string, PlainRole>, users: Record<string, PlainUser>, everyone: string[] = []) =>
  ({ rbac: 1, permissions, roles, users, everyone }) satisfies PlainDocument;

const decides = (document: PlainDocument, cases: Case[]) =>
  it.each(cases)("%s asks %s with %o: %s", (user, permission, asked, expected) => {
    const { reason, allowed } = ask(document, user, permission, asked);
    expect({ reason, allowed }).toEqual({ reason: expected, allowed: expected === "allow" });
  });

describe("rule 1: scopes", () => {
  const document = policy(
    {
      local: { grants: [{ permission: "posts:read", scope: "acme" }] },
      fenced: { grants: ["posts:read"], denies: [{ permission: "posts:read", scope: "acme" }] },
      fencedTwice: {
        grants: ["posts:read"],
        denies: ["acme/posts", "acme", "beta"].map((scope) => ({ permission: "posts:read", scope })),
      },
    },
    { alice: { roles: ["local"] }, bob: { roles: ["fenced"] }, carol: { roles: ["fencedTwice"] } },
  );
  decides(document, [
    ["alice", "posts:read", {}, "none"],
    ["alice", "posts:read", { scope: "acme" }, "allow"],
    ["alice", "posts:read", { scope: "acme/posts/42" }, "allow"],
    ["alice", "posts:read", { scope: "acmeX" }, "none"],
    ["alice", "posts:read", { scope: "ACME" }, "none"],
    ["bob", "posts:read", {}, "allow"],
    ["bob", "posts:read", { scope: "acmeX" }, "allow"],
    ["bob", "posts:read", { scope: "acme" }, "deny"],
    ["bob", "posts:read", { scope: "acme/posts" }, "deny"],
  ]);

  it("a yes names the widest scopes below the target that a deny takes away, in order", () => {
    expect(ask(document, "bob", "posts:read").except).toEqual(["acme"]);
    expect(ask(document, "carol", "posts:read").except).toEqual(["acme", "beta"]);
  });

  it("a yes elsewhere, and a no, have no exceptions", () => {
    expect(ask(document, "carol", "posts:read", { scope: "gamma" }).except).toEqual([]);
    expect(ask(document, "bob", "posts:read", { scope: "acme" }).except).toEqual([]);
  });
});

describe("rule 1: as commands say it", () => {
  const document = policy(
    { fenced: { grants: ["posts:read"], denies: [{ permission: "posts:read", scope: "acme" }] } },
    { bob: { roles: ["fenced", { role: "fenced", scope: "beta/x" }] }, alice: {} },
  );

  it("a yes with exceptions says so on the second line", async () => {
    const { code, stdout } = await cli("can bob posts:read", { db: await seeded(document) });
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 2)).toEqual(["yes", "yes, except on acme"]);
  });

  it.each([
    ["can alice posts:read --on acmee/x", true],
    ["can alice posts:read --on acme/y", false],
    ["can alice posts:read --on beta", false],
    ["can alice posts:read", false],
    ["can bob posts:read --on gamma", false],
    ["has alice fenced --on gamma", true],
  ])("%s: a hint about its scope: %s", async (line, hint) => {
    const { stdout, stderr } = await cli(line, { db: await seeded(document) });
    expect(stderr.includes("hint")).toBe(hint);
    expect(stdout).not.toContain("hint");
  });
});

describe("rule 2: paths", () => {
  const document = policy(
    {
      deep: { grants: [{ permission: "posts:read", scope: "acme/posts" }] },
      top: { inherits: ["deep"] },
    },
    {
      above: { roles: [{ role: "top", scope: "acme" }] },
      below: { roles: [{ role: "top", scope: "acme/posts/42" }] },
      beside: { roles: [{ role: "top", scope: "acme/billing" }] },
      both: { roles: ["beta", "acme/posts"].map((scope) => ({ role: "deep", scope })) },
    },
  );
  decides(document, [
    ["above", "posts:read", { scope: "acme" }, "none"],
    ["above", "posts:read", { scope: "acme/posts" }, "allow"],
    ["above", "posts:read", { scope: "acme/posts/42" }, "allow"],
    ["below", "posts:read", { scope: "acme/posts" }, "none"],
    ["below", "posts:read", { scope: "acme/posts/42/comments" }, "allow"],
    ["beside", "posts:read", { scope: "acme/billing" }, "none"],
    ["beside", "posts:read", { scope: "acme/posts" }, "none"],
    ["both", "posts:read", { scope: "beta" }, "none"],
    ["both", "posts:read", { scope: "acme/posts" }, "allow"],
  ]);

  it("a path holds at the deeper of the two scopes", () => {
    expect(ask(document, "above", "posts:read", { scope: "acme/posts/42" }).because).toMatchObject([
      { scope: "acme/posts", assignment: { scope: "acme" }, grant: { scope: "acme/posts" } },
    ]);
  });

  const diamond = policy(
    {
      source: { grants: ["posts:read", "posts:*"] },
      b: { inherits: ["source"] },
      a: { inherits: ["source"] },
      long: { inherits: ["a"] },
      chief: { inherits: ["long", "b", "a"] },
      direct: { inherits: ["chief", "source"] },
    },
    { alice: { roles: ["chief"] }, bob: { roles: ["direct", { role: "chief", scope: "acme" }] } },
    ["b"],
  );

  it("because has one element for each held role and grant, with the shortest path, ties by byte order", () => {
    const told = ask(diamond, "alice", "posts:read").because.map(
      ({ held, roles, grant }) => `${held} ${roles.join(">")} ${grant?.permission}`,
    );
    expect(told).toEqual([
      "assigned chief>a>source posts:read",
      "assigned chief>a>source posts:*",
      "everyone b>source posts:read",
      "everyone b>source posts:*",
    ]);
  });

  it("two holdings are told apart, and the inheritance of a path names its edges", () => {
    const { because } = ask(diamond, "bob", "posts:read", { scope: "acme" });
    expect(because.map(({ roles, scope }) => [roles.join(">"), scope])).toContainEqual(["direct>source", null]);
    expect(because.map(({ roles, scope }) => [roles.join(">"), scope])).toContainEqual(["chief>a>source", "acme"]);
    expect(
      because.find(({ scope }) => scope === "acme")?.inheritance.map((edge) => [edge.role, edge.inherits]),
    ).toEqual([
      ["chief", "a"],
      ["a", "source"],
    ]);
  });
});

describe("rule 3: deny", () => {
  const document = policy(
    {
      admin: { grants: ["*:*", { permission: "posts:read", scope: "beta" }] },
      base: { denies: ["posts:delete"] },
      heir: { inherits: ["base"], grants: ["posts:delete:own", "posts:delete"] },
      blinkered: { denies: ["*:read"] },
      quiet: { denies: ["posts:*"] },
    },
    { bob: { roles: ["heir"] }, carol: { roles: ["admin", { role: "quiet", scope: "acme" }] } },
  );
  decides(document, [
    ["bob", "posts:delete", {}, "deny"],
    ["bob", "posts:delete", { owner: "bob" }, "deny"],
    ["carol", "posts:read", { assume: ["blinkered"], scope: "beta" }, "deny"],
    ["carol", "posts:publish", { assume: ["blinkered"], scope: "beta" }, "allow"],
    ["carol", "posts:read", {}, "allow"],
    ["carol", "posts:read", { scope: "acme" }, "deny"],
    ["carol", "posts:read", { scope: "acme", assume: ["admin"] }, "deny"],
  ]);
  describe("travels by everyone", () => {
    decides({ ...document, everyone: ["blinkered"] }, [["carol", "billing:read", {}, "deny"]]);
  });

  it("because lists what denies and nothing else", () => {
    const { because } = ask(document, "bob", "posts:delete");
    expect(because.map(({ effect, roles, grant }) => [effect, roles, grant?.role])).toEqual([
      ["deny", ["heir", "base"], "base"],
    ]);
  });
});

describe("rule 4: own", () => {
  const document = policy(
    { writer: { grants: ["posts:*:own", "posts:read"] }, banned: { grants: ["*:*"], denies: ["*:delete:own"] } },
    { alice: { roles: ["writer"] }, bob: { roles: ["banned"] } },
  );
  decides(document, [
    ["alice", "posts:publish", {}, "none"],
    ["alice", "posts:publish", { owner: "alice" }, "allow"],
    ["alice", "posts:publish:own", {}, "allow"],
    ["alice", "posts:publish", { owner: "bob" }, "none"],
    ["alice", "posts:publish", { owner: "nobody we know" }, "none"],
    ["alice", "posts:read", { owner: "alice" }, "allow"],
    ["bob", "posts:delete", {}, "allow"],
    ["bob", "posts:delete", { owner: "alice" }, "allow"],
    ["bob", "posts:delete", { owner: "bob" }, "deny"],
    ["bob", "posts:delete:own", {}, "deny"],
    [null, "posts:publish:own", { assume: ["writer"] }, "allow"],
    [null, "posts:publish", { assume: ["writer"], owner: "alice" }, "none"],
  ]);

  it.each(["alice", "bob"])(":own and an owner (%s) at once are no question", (owner) => {
    expect(errorOf(() => ask(document, "alice", "posts:publish:own", { owner }))).toMatchObject({
      code: "OWN_TWICE",
      exitCode: 2,
    });
  });
});

describe("an unknown name is an error, never a no", () => {
  const document = policy({ reader: { grants: ["posts:read"] } }, { alice: {} });
  it.each<[string, string, Partial<Question>, string]>([
    ["alicia", "posts:read", {}, "USER_NOT_FOUND"],
    ["alice", "posts:reed", {}, "PERMISSION_NOT_FOUND"],
    ["alice", "posts:reed:own", {}, "PERMISSION_NOT_FOUND"],
    ["alice", "posts:read", { assume: ["constructor"] }, "ROLE_NOT_FOUND"],
    ["alice", "posts:read", { activate: ["raeder"] }, "ROLE_NOT_FOUND"],
  ])("%s %s %o: %s", (user, permission, asked, code) => {
    expect(errorOf(() => ask(document, user, permission, asked))).toMatchObject({ code, exitCode: 2 });
  });
});
