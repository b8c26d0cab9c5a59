/** The flags that choose rules of lint, and how grave a finding must be. */
import { Flags } from "@oclif/core";
import { ruleNamed } from "../../policy/lint/rule-ids.ts";
import { SEVERITIES } from "../../policy/lint/rules/rule.ts";
import { several, wordFlag } from "../flags/shared-flags.ts";

const ruleId = (id: string): string => ruleNamed(id).id;

export const RULE_FLAGS = {
  rule: several(ruleId, "ID")("only this rule (repeatable); one that is off runs when it is named"),
  skip: several(ruleId, "ID")("not this rule (repeatable)"),
  explain: wordFlag("say what a rule finds and why, and lint nothing", "ID"),
  "fail-on": Flags.option({
    description: "from which severity on a finding is exit 1",
    options: SEVERITIES,
    default: "warning",
  })(),
};

export interface ChosenRules {
  readonly rules: readonly string[] | undefined;
  readonly without: readonly string[] | undefined;
}
