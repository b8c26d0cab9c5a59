/** A plan: what a mutation would change, and who would gain and lose by it, as a value that is saved and applied. */
import type { Refusal, Violation } from "../errors.ts";
import type { Impact } from "../policy/impact/values.ts";
import type { Change } from "../policy/model/change.ts";

/** The format that this program writes, and the only one that it reads. */
export const PLAN_FORMAT = 1;

export interface Plan {
  readonly rbacPlan: typeof PLAN_FORMAT;
  /** The id of the database; `null` where it has no record yet, or is not there: such a plan cannot be saved. */
  readonly database: string | null;
  /** The revision that was planned on. */
  readonly revision: number;
  /** The last entry of the record then, as `SEQ:HASH`; `null` where there is none. */
  readonly head: string | null;
  /** The moment for which people were judged, RFC 3339 UTC. */
  readonly at: string;
  /** Who planned, and by whose rights the guard judged. */
  readonly actor: string;
  /** The words of the command, without the name of the program; `null` for a plan of a program. */
  readonly command: readonly string[] | null;
  readonly changed: boolean;
  readonly changes: readonly Change[];
  /** The reasons that documents give for single changes, by their place among the changes, from 0. */
  readonly reasons: readonly { readonly change: number; readonly reason: string }[];
  /** True where each permission is named that a changed pattern covers. */
  readonly expand: boolean;
  /** Of all people, with all their outcomes. `total` is how many users there are before. */
  readonly impact: Impact & { readonly total: number };
  readonly gates: readonly Gate[];
  /** Why the policy would be refused (exit 3); `null` where it would not. */
  readonly refusal: PlanRefusal | null;
  /** What a person should know of it, as sentences. */
  readonly notices: readonly string[];
  /** `sha256:` and 64 hexadecimal digits: of what people gain and lose (rule 38). */
  readonly impactDigest: string;
  /** Of the database, `at`, `changes`, `gates` and `impactDigest`: what is approved. */
  readonly digest: string;
}

/** What stands in the way of a planned policy, as the error says it that its change would be refused with. */
export interface PlanRefusal extends Refusal {
  readonly violations: readonly Violation[];
  /** Each thing that stands in the way, where all are told at once. */
  readonly refusals: readonly Refusal[];
}

/** What a plan may not do, as it was asked for. */
export interface GateRequest {
  readonly noGains?: boolean;
  readonly noLosses?: boolean;
  /** The most people who may gain or lose anything, now or later. */
  readonly maxAffected?: number;
  /** The most rows that may be removed; or the most of a hundred of all rows of the kinds that lose rows. */
  readonly maxRemovals?: { readonly rows: number } | { readonly percent: number };
  /** Patterns of permissions that nobody may gain. */
  readonly protect?: readonly string[];
  /** Roles that nobody may newly hold. */
  readonly protectRole?: readonly string[];
  /** What somebody may gain all the same. */
  readonly allowGain?: readonly AllowedGain[];
}

/** What somebody may gain past `noGains` and `protect`. */
export interface AllowedGain {
  readonly user: string;
  readonly pattern: string;
}

/** The gates, by their flags. */
export const GATES = ["no-gains", "no-losses", "max-affected", "max-removals", "protect", "protect-role"] as const;
export type GateName = (typeof GATES)[number];

/** A gate with what was found at it. */
export interface Gate {
  readonly gate: GateName;
  /** What it was asked with: a number, `"5%"`, a pattern, a role; `null` for a gate without. */
  readonly limit: number | string | null;
  /** What is let past it. */
  readonly except: readonly AllowedGain[];
  /** How many people, or rows, are beyond what it lets pass; of `max-…` how many there are. */
  readonly value: number;
  readonly passed: boolean;
}
