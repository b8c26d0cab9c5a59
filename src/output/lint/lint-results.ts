/** What lint found: as a view, with exit 1 where something is grave enough, and as a report of the same. */
import { EXIT } from "../../errors.ts";
import { SEVERITIES, type Severity } from "../../policy/lint/rules/rule.ts";
import type { Policy } from "../../policy/model/policy.ts";
import { counted, countText } from "../count-text.ts";
import type { View } from "../render.ts";
import type { Report, ReportCase } from "../reports/report.ts";
import { sanitize } from "../sanitize.ts";
import { fixCommands, type PlacedFinding, whereText } from "./placed-findings.ts";

export interface LintShown {
  /** In order. */
  readonly findings: readonly PlacedFinding[];
  /** How many findings documents skip, and how many stand in the baseline. */
  readonly skipped: number;
  readonly baselined: number;
  /** The ids of the rules that ran. */
  readonly rules: readonly string[];
  /** What was linted. */
  readonly policy: Policy;
  /** From which severity on a finding is exit 1. */
  readonly failOn: Severity;
  /** Further lines for stderr. */
  readonly notices: readonly string[];
}

export function lintResults(shown: LintShown): { readonly view: View; readonly report: Report } {
  const { findings, skipped, baselined, rules, policy, failOn, notices } = shown;
  const checked = checkedOf(policy);
  const json = { findings: findings.map(findingJson), skipped, baselined, rules, checked };
  const isGrave = ({ finding }: PlacedFinding) => SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(failOn);
  const table = { head: ["place", "severity", "rule", "finding", "fix"], rows: findings.map(rowOf), least: LEAST };
  const view: View = {
    json,
    table: { head: COLUMNS, rows: json.findings.map((row, at) => csvRow(row, findings[at]?.subject ?? "")) },
    text: () => (findings.length === 0 ? [] : [table]),
    closing: [summary(shown), ...notices],
    exitCode: findings.some(isGrave) ? EXIT.no : EXIT.yes,
  };
  return { view, report: { title: "rbac lint", cases: findings.map(caseOf), json } };
}

/** What a narrow terminal cuts first: the fix stands in every other format, too. */
const LEAST = ["fix", "rule", "place", "severity"];
const COLUMNS = ["file", "line", "column", "severity", "rule", "subject", "message", "fix", "id"] as const;

function findingJson(placed: PlacedFinding) {
  const { finding, file, line, column, message } = placed;
  const { rule, severity, subject, because = null, fix, fixSafe, fingerprint } = finding;
  return {
    rule,
    severity,
    subject: subject && { kind: subject.kind, ...subject.key },
    file,
    line,
    column,
    message,
    because,
    fix: fix ? { changes: fix, commands: fixCommands(finding), ...(fixSafe !== undefined && { safe: fixSafe }) } : null,
    id: fingerprint,
  };
}

const csvRow = (row: ReturnType<typeof findingJson>, subject: string) =>
  COLUMNS.map((column) =>
    column === "fix" ? (row.fix?.commands.join(" && ") ?? null) : column === "subject" ? subject : row[column],
  );

const rowOf = (placed: PlacedFinding) => [
  whereText(placed),
  placed.finding.severity,
  placed.finding.rule,
  placed.message,
  fixCommands(placed.finding).join(" && ") || null,
];

const checkedOf = ({ role, grant, conditional, user }: Policy) => ({
  roles: role.size,
  grants: grant.size + conditional.size,
  users: user.size,
});

const LEVELS = { error: "error", warning: "warning", note: "notice" } as const;

const caseOf = ({ finding, file, line, column, message }: PlacedFinding): ReportCase => ({
  ...(file !== null && line !== null && column !== null && { file, line, column }),
  name: finding.rule,
  failure: sanitize(message),
  level: LEVELS[finding.severity],
});

/** `2 findings (1 warning, 1 note), 1 skipped; 17 rules, 12 roles, 90 grants, 5,210 users` */
function summary({ findings, skipped, baselined, rules, policy }: LintShown): string {
  const severities = SEVERITIES.flatMap((severity) => {
    const count = findings.filter(({ finding }) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  const found =
    findings.length === 0 ? "no findings" : `${counted(findings.length, "finding")} (${severities.join(", ")})`;
  const beside = [
    ...(skipped > 0 ? [`${countText(skipped)} skipped`] : []),
    ...(baselined > 0 ? [`${countText(baselined)} in the baseline`] : []),
  ];
  const { roles, grants, users } = checkedOf(policy);
  const over = [
    counted(rules.length, "rule"),
    counted(roles, "role"),
    counted(grants, "grant"),
    counted(users, "user"),
  ];
  return `${[found, ...beside].join(", ")}; ${over.join(", ")}`;
}
