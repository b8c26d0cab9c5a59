/** Ways to a yes on their scopes, and what denies it. */
import type { Path, Reach } from "../../policy/evaluate/walk.ts";
import { conditionOf } from "../../policy/model/policy.ts";
import type { Scope } from "../../policy/model/scopes.ts";
import { assignmentKeyOf, grantKey, type Way } from "./uses.ts";

/** A way, where it holds, and whether a condition must be true for it. */
export interface ScopedWay extends Way {
  readonly scope: Scope;
  readonly path: Path | null;
  readonly isConditional: boolean;
  /** True once it counts as used; its condition may still be asked again. */
  isUsed: boolean;
}

/** The ways of somebody to one permission or role, and what denies it. */
export interface Ways {
  readonly allows: readonly ScopedWay[];
  readonly denies: readonly ScopedWay[];
}

export const toRole = (reaches: readonly Reach[], role: string, user: string | null): Ways => ({
  allows: reaches.flatMap((reach) =>
    reach.role === role && reach.allows ? [wayOf(reach, null, reach.holding.scope, user)] : [],
  ),
  denies: [],
});

export function wayOf(reach: Reach, path: Path | null, scope: Scope, user: string | null): ScopedWay {
  const grant = path?.grant ?? null;
  return {
    reach,
    path,
    scope,
    grant,
    grantKey: grant ? grantKey(grant) : "",
    assignmentKey: assignmentKeyOf(user, reach.holding),
    isConditional: grant !== null && conditionOf(grant) !== null,
    isUsed: false,
  };
}
