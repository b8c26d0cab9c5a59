/** Rules by their ids, as people write them. */
import { didYouMean, type RbacError, wrong } from "../../errors.ts";
import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";
import { RULES } from "./rules/all-rules.ts";
import type { Rule } from "./rules/rule.ts";

/** @throws RbacError `RULE_NOT_FOUND` (exit 2) with suggestions */
export function ruleNamed(id: string): Rule {
  const rule = RULES.find((known) => known.id === id);
  if (!rule) throw notFound(id);
  return rule;
}

/** The error of an id that no rule has. */
export const ruleFault = (id: string): RbacError | undefined =>
  RULES.some((known) => known.id === id) ? undefined : notFound(id);

function notFound(id: string): RbacError {
  const suggestions = nearest(
    id,
    RULES.map((rule) => rule.id),
  );
  const more = suggestions.length > 0 ? didYouMean(suggestions) : "; docs/lint.md lists them";
  return wrong("RULE_NOT_FOUND", `lint has no rule ${quote(id)}${more}`, { suggestions });
}
