/** What a principal may do to the policy itself: rights such as `rbac:read`, judged as the guard does (rule 24). */
import type { Database } from "../database/database.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { patternsCovering } from "../policy/model/names.ts";
import type { Scope } from "../policy/model/scopes.ts";
import { DelegableRights } from "../policy/rules/delegable-rights.ts";
import { rowsForGuard } from "../policy/rules/guard.ts";

export interface PrincipalRights {
  /** False for nobody, and for who is disabled: they have no rights at all. */
  readonly isEnabled: boolean;
  /** Until when the rights are these if nothing is changed; `null` for ever. RFC 3339 UTC with milliseconds. */
  readonly until: string | null;
  /** True where the principal holds the right, which need not be in the catalogue. @param scope by default the root */
  hold(right: string, scope?: Scope): boolean;
}

/** The rights of somebody at a time. */
export async function principalRights(database: Database, user: string, now: string): Promise<PrincipalRights> {
  const { rights } = await database.answer(rowsForGuard(user, []), (policy) => {
    const held = new DelegableRights(indexPolicy(policy), user, now);
    const row = policy.user.get(user);
    const bounds = [...policy.assignment.values()].flatMap((one) => [one.from, one.until]);
    const ahead = bounds.filter((bound): bound is string => bound !== null && bound > now).sort();
    const hold = (right: string, scope: Scope = null) => held.cover({ permission: right, scope });
    return { rights: { isEnabled: row !== undefined && !row.disabled, until: ahead[0] ?? null, hold } };
  });
  return rights;
}

/** True where one of the patterns covers a right: those that a key is limited to. */
export const coversRight = (patterns: readonly string[], right: string): boolean =>
  patternsCovering(right, false).some((pattern) => patterns.includes(pattern));
