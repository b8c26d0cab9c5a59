/** By what a decision of the walk was decided, read from its evidence. */
import type { Deciding } from "../policy/compiled/deciding-search.ts";
import type { Decision, HasDecision } from "../policy/evaluate/decide.ts";

/** What decided a decision that has its evidence: a plain grant, as for one that has none. */
export function decidingOf({ allowed, reason, because }: Decision | HasDecision): Deciding | undefined {
  if (!allowed && reason !== "deny") return undefined;
  const effect = allowed ? "allow" : "deny";
  const path = because.find((one) => one.effect === effect && one.grant?.digest === undefined);
  if (!path) return undefined;
  const { role: held, scope: heldOn } = path.assignment;
  const { grant } = path;
  return { held, heldOn, grant: grant && { role: grant.role, permission: grant.permission, scope: grant.scope } };
}
