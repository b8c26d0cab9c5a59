/** What plain and conditional grants have in common, and what a conditional one has beside it (rule 32). */
import { patternContains } from "./patterns.ts";
import type { AnyGrant, Conditional } from "./policy.ts";
import type { Rows } from "./rows.ts";

export const isConditional = (grant: AnyGrant): grant is Conditional => "digest" in grant;

/** The condition of a grant as text; `null` where it counts always. */
export const conditionOf = (grant: AnyGrant): string | null => (isConditional(grant) ? grant.when : null);

/** True where a grant leaves a permission out (without `:own`), which its pattern covers. */
export const leavesOut = (grant: Rows["grant"] | Rows["conditional"], permission: string): boolean =>
  "digest" in grant && grant.but.some((pattern) => patternContains(pattern, permission));

/** What a grant says beside its pattern and its scope, to be put behind them; nothing for a plain one. */
export function moreInWords({ but = [], when = null }: Partial<Pick<Conditional, "but" | "when">>): string {
  const less = but.length === 0 ? "" : ` but ${but.join(" and ")}`;
  return `${less}${when === null ? "" : ` when ${when}`}`;
}
