/** A decision of a compiled policy. */
import type { Decision, Reason } from "../evaluate/decide.ts";
import type { Scope } from "../model/scopes.ts";

/** A decision without its evidence. */
export type Verdict = Pick<Decision, "allowed" | "reason" | "except" | "unless" | "when">;

const NO_SCOPES: readonly Scope[] = Object.freeze([]);

/** One shared verdict for each reason: millions are returned, and none is ever changed. */
export const VERDICT_BY_REASON: { readonly [reason in Reason]: Verdict } = {
  allow: { allowed: true, reason: "allow", except: NO_SCOPES },
  deny: { allowed: false, reason: "deny", except: NO_SCOPES },
  none: { allowed: false, reason: "none", except: NO_SCOPES },
  disabled: { allowed: false, reason: "disabled", except: NO_SCOPES },
  session: { allowed: false, reason: "session", except: NO_SCOPES },
  condition: { allowed: false, reason: "condition", except: NO_SCOPES },
};
