/** Findings about a grant or an edge: how they name it, what makes it so, and what would take it away. */
import { by } from "../../model/byte-order.ts";
import { type Change, removed } from "../../model/change.ts";
import { quote } from "../../model/names.ts";
import { type AnyGrant, isConditional, moreInWords } from "../../model/policy.ts";
import type { RoleRights } from "../roles/role-rights.ts";
import type { Found, LintSubject } from "./rule.ts";

/**
 * What is found of a grant. A subject names neither what the grant leaves out nor its condition: so the message does,
 * or several grants of one permission would look alike.
 */
export function aboutGrant(grant: AnyGrant, message: string): Pick<Found, "subject" | "message"> {
  const { role, effect, permission, scope } = grant;
  const key = { role, effect, permission, scope };
  if (!isConditional(grant)) return { subject: { kind: "grant", key }, message };
  const subject: LintSubject = { kind: "conditional", key: { ...key, digest: grant.digest } };
  return { subject, message: `${message} (${moreInWords(grant).trim()})` };
}

export const removalOf = (grant: AnyGrant): Change =>
  isConditional(grant) ? removed("conditional", grant) : removed("grant", grant);

/** What a grant says, without its role: `posts:* on acme when …`. */
export function sayingOf(grant: AnyGrant): string {
  const on = grant.scope === null ? "" : ` on ${quote(grant.scope)}`;
  return `${quote(grant.permission)}${on}${isConditional(grant) ? moreInWords(grant) : ""}`;
}

/** How many names a message has. */
export const MOST_NAMES = 3;

/** Names for a message: the first few, and how many more there are. */
export function namesInWords(names: readonly string[], count = names.length): string {
  const shown = names.slice(0, MOST_NAMES).map(quote);
  const left = count - shown.length;
  return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
}

/** Roles by their numbers, as names. */
export const roleNames = (roles: RoleRights, numbers: readonly number[]): string[] =>
  numbers.map((role) => roles.nameOf(role));

/** By what they are about: databases give grants in orders of their own. */
export const bySubject = (found: Iterable<Found>): Found[] => [...found].sort(by(({ subject }) => keyText(subject)));

const keyText = (subject: LintSubject | null): string => Object.values((subject as LintSubject).key).join("\0");
