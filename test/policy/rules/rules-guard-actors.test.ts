/** Rule 24: who acts, and what a program hands over. */
import { describe, expect, it } from "vitest";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { creating, setting } from "../../../src/policy/mutations.ts";
import { policyFrom } from "../../support/documents.ts";
import { grant, guarded, NAMED, on, refusalOf, to, ungrant } from "../../support/guard/policy.ts";

describe("rule 24: who acts", () => {
  it("the owner of an object hands out, over that object alone, what they hold there", () => {
    const owner = { grants: [...NAMED, "docs:*"] };
    const users = { olga: { roles: [{ role: "owner", scope: "docs/42" }] } };
    const doc = guarded(
      {},
      { roles: { owner, friend: { grants: ["docs:read"] }, thief: { grants: ["posts:read"] } }, users },
    );
    const may = (mutation: Mutation) => refusalOf(doc, mutation, "olga") === "";
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
      expect(refusalOf(doc, mutation, name)).toMatch(/is none of its users$/);
    expect(refusalOf(doc, mutation, "dora")).toMatch(/"dora" is disabled$/);
    expect(refusalOf(guarded({}, { everyone: ["admin"] }), mutation, "nobody")).toMatch(/is none of its users$/);
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
    expect(refusalOf(doc, ungrant("gift", "posts:read", "", "deny"))).toContain("posts:read");
  });
});
