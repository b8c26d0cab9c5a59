/** The answer of a compiled policy where some grants of the permission have conditions, or leave something out. */
import { whenLeft } from "../evaluate/judged-paths.ts";
import { ancestorsOf, type Scope, widest } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { ConditionalDenials } from "./conditional-denials.ts";
import { type ConditionalQuestion, ConditionalState } from "./conditional-state.ts";
import type { ConditionalTable } from "./conditional-table.ts";
import { VERDICT_BY_REASON, type Verdict } from "./verdict.ts";

/** What plain grants say to a question that none of them refuses. */
export interface PlainAnswer {
  readonly allowed: boolean;
  /** The scopes below the target on which a plain deny holds. */
  deniedBelow(): Iterable<Scope>;
}

/** @param visit passes on all that the asker holds */
export function answerByConditions(
  conditionals: ConditionalTable,
  question: ConditionalQuestion,
  plain: PlainAnswer,
  visit: (listener: HoldingListener) => void,
): Verdict {
  const groups = conditionals.groupsOn(question.patterns, ancestorsOf(question.target));
  const state = new ConditionalState(conditionals, question, groups, plain.allowed);
  if (groups.length > 0) visit(state);
  if (state.isDenied) return VERDICT_BY_REASON.deny;
  if (!state.mayAllow) return VERDICT_BY_REASON.none;
  if (!state.isDecided) {
    const when = whenLeft(state.allows, state.denies);
    return when === undefined ? VERDICT_BY_REASON.condition : { ...VERDICT_BY_REASON.condition, when };
  }
  const denyGroups = conditionals.denyGroups(question.patterns);
  const denials = new ConditionalDenials(conditionals, question, denyGroups);
  if (denyGroups.length > 0) visit(denials);
  const except = widest([...plain.deniedBelow(), ...denials.denied]);
  const { unless } = denials;
  if (except.length === 0 && unless.length === 0) return VERDICT_BY_REASON.allow;
  return { ...VERDICT_BY_REASON.allow, except, ...(unless.length > 0 && { unless }) };
}
