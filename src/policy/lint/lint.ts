/** Runs the rules of lint over a policy: what is wrong or wasteful in it, the gravest first. */
import { createHash } from "node:crypto";
import { wrong } from "../../errors.ts";
import type { LintSettings } from "../document/facts.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { canonicalJson } from "../model/canonical-json.ts";
import { recordOf } from "../model/records.ts";
import { RULES } from "./rules/all-rules.ts";
import { LintTables } from "./rules/lint-tables.ts";
import { type Found, type LintSubject, type Rule, SEVERITIES, type Severity } from "./rules/rule.ts";
import { UNMATCHED_SKIP } from "./rules/skip-rules.ts";
import { requireKnownRules, withoutSkipped } from "./skips.ts";

export interface LintFinding extends Found {
  readonly rule: string;
  readonly severity: Severity;
  /** SHA-256 of the rule and the subject: the same from run to run, wherever the row stands in a file. */
  readonly fingerprint: string;
  /** Whether it is proved that its fix changes nobody's rights; left out where nobody tried. */
  readonly fixSafe?: boolean;
}

export interface LintRequest {
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly settings: LintSettings;
  /** Only these rules, by id; all that are not off when left out. */
  readonly rules?: readonly string[] | undefined;
  /** Not these. */
  readonly without?: readonly string[] | undefined;
}

export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** How many findings the settings skip. */
  readonly skipped: number;
  /** The ids of the rules that ran. */
  readonly rules: readonly string[];
}

/**
 * @throws RbacError (exit 2) `DOCUMENT_INVALID` where the settings skip a rule that there is not; `USAGE` where no rule
 * would run
 */
export function lint(index: PolicyIndex, { at, settings, rules, without = [] }: LintRequest): LintResult {
  requireKnownRules(settings);
  const input = { index, at, settings, tables: new LintTables(index) };
  const isWanted = ({ id, isOff = false }: Rule) => (rules ? rules.includes(id) : !isOff) && !without.includes(id);
  const running = RULES.filter(isWanted);
  if (running.length === 0) throw wrong("USAGE", "no rule is left to run: all that are named are skipped, too");
  const ran = running.map(({ id }) => id);
  const all = running.flatMap((rule) => [...rule.find(input)].map((found) => ({ rule: rule.id, of: rule, found })));
  const { kept, skipped, unmatched } = withoutSkipped(all, settings.skips, at, ran);
  const ofSkips = running.includes(UNMATCHED_SKIP) ? unmatched.map((found) => findingOf(UNMATCHED_SKIP, found)) : [];
  const findings = [...kept.map(({ of, found }) => findingOf(of, found)), ...ofSkips];
  const gravity = ({ severity }: LintFinding) => SEVERITIES.indexOf(severity);
  return { findings: findings.sort((a, b) => gravity(a) - gravity(b)), skipped, rules: ran };
}

function findingOf({ id, severity }: Rule, found: Found): LintFinding {
  const subject = found.subject && keyed(found.subject);
  const text = canonicalJson({ rule: id, subject, ...(found.apart !== undefined && { apart: found.apart }) });
  const fingerprint = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return { severity, ...found, subject, rule: id, fingerprint };
}

/** A rule may give a whole row: only what identifies it counts, in one order. */
function keyed({ kind, key }: LintSubject): LintSubject {
  return { kind, key: Object.fromEntries(recordOf(kind).key.map((field) => [field, key[field] ?? null])) };
}
