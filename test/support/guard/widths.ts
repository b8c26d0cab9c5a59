/** What an actor holds beside what a change gives or takes: which widths rule 24 lets pass. */

import type { PlainDocument, PlainGrant } from "../oracle.ts";
import { guarded, on } from "./policy.ts";

export type Rights = readonly [grants: readonly (string | PlainGrant)[], denies: readonly (string | PlainGrant)[]];

/** What dana holds, what is handed out or taken, and whether she may. */
export const WIDTHS: readonly (readonly [...Rights, pattern: string, scope: string | null, may: boolean])[] = [
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
  [["posts:*"], [], "posts:*:write", null, true],
  [["posts:*:write"], [], "posts:*", null, false],
  [["po.*:write"], [], "po.sts:write", null, true],
  [["po.*:write"], [], "po.*:*", null, false],
  [["posts:*"], ["posts:*:write"], "posts:*", null, false],
  [["posts:*"], ["po.*:write"], "posts:*", null, true],
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

/** A moment that is to come for the tests of rule 24. */
export const SOON = "2027-01-01T00:00:00.000Z";

/** A guarded policy where `gift` bears a pattern, and people come by it in every way. */
export function giving(
  [grants, denies]: Rights,
  pattern: string,
  scope: string | null,
  effect: "grants" | "denies",
): PlainDocument {
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
