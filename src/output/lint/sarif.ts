/** Findings as SARIF 2.1.0, which code scanning of GitHub and editors show beside the lines. */
import type { Rule, Severity } from "../../policy/lint/rules/rule.ts";
import { counted, countText } from "../count-text.ts";
import type { ReportCase } from "../reports/report.ts";
import { sanitize, toJson } from "../sanitize.ts";
import type { PlacedFinding } from "./placed-findings.ts";

export interface SarifRun {
  /** That of the program. */
  readonly version: string;
  /** The rules that ran. */
  readonly rules: readonly Rule[];
  /** In order: the gravest are kept where there are too many. */
  readonly findings: readonly PlacedFinding[];
  /** Why nothing could be checked. */
  readonly faults?: readonly ReportCase[];
  /** The file as a URI, relative to where the program runs; `undefined` for what is no file. */
  uriOf(file: string): string | undefined;
}

/** GitHub keeps so many results of a run. */
const MOST_RESULTS = 5_000;
const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** @returns the document, with a line end */
export function sarif({ version, rules, findings, faults = [], uriOf }: SarifRun): string {
  const indices = new Map(rules.map(({ id }, at) => [id, at]));
  const leftOut = findings.length - MOST_RESULTS;
  const cut =
    leftOut > 0
      ? `${counted(leftOut, "finding")} left out: here are the gravest ${countText(MOST_RESULTS)}, all are in --json`
      : undefined;
  const notifications = [
    ...faults.map((fault) => ({ level: "error", ...messageOf(fault.failure ?? fault.name), ...atPlace(fault, uriOf) })),
    ...(cut === undefined ? [] : [{ level: "warning", ...messageOf(cut) }]),
  ];
  const run = {
    tool: { driver: { name: "rbac", semanticVersion: version, rules: rules.map(descriptorOf) } },
    invocations: [{ executionSuccessful: faults.length === 0, toolExecutionNotifications: notifications }],
    columnKind: "utf16CodeUnits",
    results: findings.slice(0, MOST_RESULTS).map((placed) => resultOf(placed, indices, uriOf)),
  };
  return `${toJson({ $schema: SCHEMA, version: "2.1.0", runs: [run] })}\n`;
}

/** The gravest are shown as faults of security, which a branch may be protected by. */
const SECURITY: { readonly [S in Severity]: object } = {
  error: { tags: ["access-control", "security"], "security-severity": "8.0" },
  warning: { tags: ["access-control"] },
  note: { tags: ["access-control"] },
};

const descriptorOf = ({ id, severity, title, help }: Rule) => ({
  id,
  shortDescription: { text: `Finds ${title}.` },
  fullDescription: { text: `Finds ${title}. ${help}` },
  help: { text: help, markdown: help },
  defaultConfiguration: { level: severity },
  properties: SECURITY[severity],
});

function resultOf(placed: PlacedFinding, indices: ReadonlyMap<string, number>, uriOf: SarifRun["uriOf"]) {
  const { finding, subject, message } = placed;
  const logical = finding.subject && {
    logicalLocations: [{ fullyQualifiedName: sanitize(subject), kind: finding.subject.kind }],
  };
  const [location] = atPlace(placed, uriOf).locations ?? [];
  return {
    ruleId: finding.rule,
    ruleIndex: indices.get(finding.rule) ?? -1,
    level: finding.severity,
    ...messageOf(message),
    locations: location || logical ? [{ ...location, ...logical }] : [],
    partialFingerprints: { "rbacFinding/v1": finding.fingerprint },
  };
}

interface Place {
  readonly file?: string | null;
  readonly line?: number | null;
  readonly column?: number | null;
}

function atPlace({ file, line, column }: Place, uriOf: SarifRun["uriOf"]) {
  const uri = file ? uriOf(file) : undefined;
  if (uri === undefined) return {};
  const region = line ? { region: { startLine: line, ...(column && { startColumn: column }) } } : {};
  return { locations: [{ physicalLocation: { artifactLocation: { uri }, ...region } }] };
}

/** In messages braces stand for arguments, and brackets may begin a link: names must be neither. */
const messageOf = (text: string) => ({
  message: {
    text: sanitize(text)
      .replace(/[{}]/g, "$&$&")
      .replace(/\[(?=[^\]]*\]\()/g, "\\["),
  },
});
