/** The options of plans, as types, and by name for the reader of them. */
import type { PatternName, RoleName } from "./names.ts";
import type { OneOrMore, PartOption } from "./options.ts";
import type { WriteOptions } from "./write-options.ts";

/** What a plan may not do. Gates see what happens now and later, and to strangers, who count as one. */
export interface PlanGates {
  /** Nobody may gain anything. */
  readonly noGains?: boolean;
  /** Nobody may lose anything. */
  readonly noLosses?: boolean;
  /** The most people who may gain or lose anything. */
  readonly maxAffected?: number;
  /** The most rows that may be removed; or, as `"5%"`, the most of all rows of the kinds that lose rows. */
  readonly maxRemovals?: number | `${number}%`;
  /** Patterns of which nobody may gain anything. */
  readonly protect?: OneOrMore<PatternName>;
  /** Roles that nobody may newly hold. */
  readonly protectRole?: OneOrMore<RoleName>;
  /** What somebody may gain past `noGains` and `protect`. */
  readonly allowGain?: OneOrMoreGains;
}

type OneOrMoreGains = PlanGain | readonly PlanGain[];

interface PlanGain {
  readonly user: string;
  readonly pattern: PatternName;
}

export interface PlanOptions extends Pick<WriteOptions, "actor" | "allowConfusable" | "expectRevision"> {
  /** Of a document: also removes what it leaves out of the sections that it contains. By default false. */
  readonly prune?: boolean;
  /** Of a document: refuses what lies outside of this part, and prunes no further. */
  readonly only?: PartOption;
  readonly gates?: PlanGates;
  /** Names each permission, where a changed pattern covers many. By default false. */
  readonly expand?: boolean;
}
export const PLAN = ["actor", "allowConfusable", "expectRevision", "prune", "only", "gates", "expand"] as const;

export interface ApplyPlanOptions extends Omit<WriteOptions, "expectRevision"> {
  /** The digest that was approved: a plan with another is refused. */
  readonly expect?: string;
  /** Refuses the plan if anything at all was changed since. By default false. */
  readonly exact?: boolean;
  /** How old the plan may be, as `12h`; by default `7d`. */
  readonly maxAge?: string;
}
export const APPLY_PLAN = ["actor", "reason", "dryRun", "allowConfusable", "expect", "exact", "maxAge"] as const;
