/** Grants and denies that their role could do without. */
import { quote } from "../../model/names.ts";
import type { AnyGrant } from "../../model/policy.ts";
import type { Needless } from "../roles/needless-grants.ts";
import type { RoleRights } from "../roles/role-rights.ts";
import { aboutGrant, bySubject, removalOf, sayingOf } from "./grant-findings.ts";
import type { Found, LintInput, Rule } from "./rule.ts";

export const REDUNDANT_GRANT: Rule = {
  id: "redundant-grant",
  severity: "warning",
  title: "a grant or deny beside one of the same role that is as wide or wider",
  help:
    "The role has the other one itself or inherits it, so this one changes no answer, and whoever takes it away " +
    "may believe that the right is gone. Take it away, or take away the wider one if it was meant to be narrow. " +
    "Where only what everyone holds is as wide, it is a note: who acts in some of their roles only may need this " +
    "one.",
  find: (input) => findingsOf(input, "redundant"),
};

export const DEAD_GRANT: Rule = {
  id: "dead-grant",
  severity: "warning",
  title: "a grant all of which the same role denies",
  help:
    "A deny that the role has itself, or inherits, beats it always: nobody ever has the right by this grant. Take " +
    "it away, or narrow the deny if the right was meant to be given. Where only everyone is denied it, it is a " +
    "note.",
  find: (input) => findingsOf(input, "dead"),
};

function findingsOf({ tables }: LintInput, kind: Needless["kind"]): Iterable<Found> {
  const { roles, needless } = tables;
  return bySubject(needless.all.filter((one) => one.kind === kind).map((one) => foundOf(roles, one)));
}

function foundOf(roles: RoleRights, { role, grant, kind, reason }: Needless): Found {
  if (!reason) return { ...aboutGrant(grant, "it leaves out all that it grants"), fix: [removalOf(grant)] };
  const other = roles.rights.grantOf(reason.right);
  const because = { roles: roles.way(reason.from, reason.role), grant: other.permission };
  const what = reasonInWords(grant, other, kind);
  const isOwn = reason.by === "role" && reason.role === role;
  const whose = isOwn ? "its own role" : quote(roles.nameOf(reason.role));
  if (reason.by === "everyone")
    return { severity: "note", ...aboutGrant(grant, `${what} ${whose}, which everyone holds`), because };
  const how = isOwn ? "" : ", which its role inherits";
  return { ...aboutGrant(grant, `${what} ${whose}${how}`), because, fix: [removalOf(grant)] };
}

function reasonInWords(grant: AnyGrant, other: AnyGrant, kind: Needless["kind"]): string {
  if (kind === "dead") return `all of it is denied by ${sayingOf(other)} of`;
  const effect = grant.effect === "deny" ? "the deny" : "the grant";
  const isSame = sayingOf(grant) === sayingOf(other);
  return isSame ? `it repeats ${effect} of` : `it lies within ${effect} ${sayingOf(other)} of`;
}
