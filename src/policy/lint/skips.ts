/** What documents skip of the findings: each skip is of a rule, on a name or on all of it, for a time. */
import type { LintSettings, LintSkip } from "../document/facts.ts";
import { Problems } from "../document/problems.ts";
import { grouped } from "../model/group-by.ts";
import { hasEnded } from "../model/times.ts";
import { ruleFault } from "./rule-ids.ts";
import type { Found } from "./rules/rule.ts";
import { unmatched } from "./rules/skip-rules.ts";
import { subjectNames, subjectText } from "./subject-text.ts";

/** What a rule found. */
interface FoundBy {
  readonly rule: string;
  readonly found: Found;
}

interface AfterSkips<T> {
  readonly kept: readonly T[];
  readonly skipped: number;
  /** What is to be said of skips that matched nothing, of rules that ran. */
  readonly unmatched: readonly Found[];
}

/** @throws RbacError `DOCUMENT_INVALID` (exit 2) with the place of every skip that names no rule there is */
export function requireKnownRules({ skips }: LintSettings): void {
  const problems = new Problems();
  for (const { rule, place } of skips) {
    const fault = ruleFault(rule);
    if (fault) problems.add(place, fault.code, fault.message);
  }
  problems.throwIfAny();
}

/**
 * Takes out what is skipped.
 * @param ran the ids of the rules that ran: of others it is not known what their skips would match
 */
export function withoutSkipped<T extends FoundBy>(
  all: readonly T[],
  skips: readonly LintSkip[],
  at: string,
  ran: readonly string[],
): AfterSkips<T> {
  const standing = skips.filter((skip) => !hasEnded(skip, at) && ran.includes(skip.rule));
  const byRule = grouped(standing, ({ rule }) => rule);
  const matched = new Set<LintSkip>();
  const kept = all.filter(({ rule, found }) => {
    const matching = (byRule.get(rule) ?? []).filter((skip) => isSkipped(skip, found));
    for (const skip of matching) matched.add(skip);
    return matching.length === 0;
  });
  return {
    kept,
    skipped: all.length - kept.length,
    unmatched: standing.filter((skip) => !matched.has(skip)).map(unmatched),
  };
}

/** A skip names a name that the subject has, or the subject as it is shown; without `on` it skips all of its rule. */
const isSkipped = ({ on }: LintSkip, { subject }: Found): boolean =>
  on === null || (subject !== null && (subjectNames(subject).includes(on) || subjectText(subject) === on));
