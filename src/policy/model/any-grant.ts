/** What plain and conditional grants have in common, and what a conditional one has beside it (rule 32). */
import { patternContains } from "./patterns.ts";
import type { AnyGrant, Conditional } from "./policy.ts";

export const isConditional = (grant: AnyGrant): grant is Conditional => "digest" in grant;

/** The condition of a grant as text; `null` where it counts always. */
export const conditionOf = (grant: AnyGrant): string | null => (isConditional(grant) ? grant.when : null);

/** True where a grant leaves a permission out (without `:own`), which its pattern covers. */
export const leavesOut = (grant: AnyGrant, permission: string): boolean =>
  isConditional(grant) && grant.but.some((pattern) => patternContains(pattern, permission));
