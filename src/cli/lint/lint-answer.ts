/** The answer of `lint`: what is linted, less what a baseline has, as a view and for reports. */
import { Flags } from "@oclif/core";
import { withFixed } from "../../output/lint/fixed-view.ts";
import { lintResults } from "../../output/lint/lint-results.ts";
import { placedFindings } from "../../output/lint/placed-findings.ts";
import { safelyFixed } from "../../policy/lint/fixes.ts";
import { wordFlag } from "../flags/shared-flags.ts";
import { type BaselineFlags, baselineOf, beyondBaseline, idsOf } from "./baseline.ts";
import { type ChosenRules, RULE_FLAGS } from "./chosen-rules.ts";
import type { Fixed } from "./fixing-command.ts";
import { LINT_REPORT } from "./lint-reports.ts";
import { askedBy, type ToLint } from "./linted.ts";

export const LINT_FLAGS = {
  live: Flags.boolean({ description: "the database in place of the documents" }),
  ...RULE_FLAGS,
  baseline: wordFlag("a file of findings that count no more", "FILE"),
  "write-baseline": Flags.boolean({ description: "write what is found to it", dependsOn: ["baseline"] }),
  report: LINT_REPORT,
};

export interface LintAsked extends Omit<ToLint, keyof ChosenRules | "live"> {
  readonly flags: BaselineFlags & {
    readonly live: boolean;
    readonly rule?: readonly string[] | undefined;
    readonly skip?: readonly string[] | undefined;
    readonly "fail-on": Parameters<typeof lintResults>[0]["failOn"];
  };
  /** Lints, and fixes first where that is asked for: but no finding whose fingerprint is known. */
  linted(what: ToLint, known: ReadonlySet<string>): Promise<Fixed>;
  readonly dryRun: boolean;
  /** Writes a file whole, or not at all. */
  write(file: string, text: string): Promise<void>;
}

export async function lintAnswer({ flags, write, linted, dryRun, ...asked }: LintAsked) {
  const baseline = baselineOf(flags);
  const what = { ...asked, live: flags.live, rules: flags.rule, without: flags.skip };
  const made = await linted(what, idsOf(baseline));
  if ("planned" in made) {
    const report = { title: "rbac lint", cases: [], json: made.planned.json };
    return { view: made.planned, report, findings: [], rules: [] };
  }
  const { policy, index, document, at, result, placeOf } = made.linted;
  const { rules, skipped } = result;
  const safe = safelyFixed(index, result.findings, askedBy(document, at));
  const judged = result.findings.map((one) => (one.fix ? { ...one, fixSafe: safe.has(one) } : one));
  const found = placedFindings(judged, placeOf);
  const written = dryRun ? undefined : write;
  const { findings, notices } = await beyondBaseline(flags, baseline, { found, ran: rules }, written);
  const baselined = found.length - findings.length;
  const shown = { findings, skipped, baselined, rules, policy, failOn: flags["fail-on"], notices };
  const { view, report } = lintResults(shown);
  return { view: made.fixed ? withFixed(view, made.fixed) : view, report, findings, rules };
}
