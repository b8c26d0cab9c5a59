/** Findings with where they stand and what would mend them, in the order of every format. */
import type { DocumentPlace } from "../../policy/document/problems.ts";
import type { LintFinding } from "../../policy/lint/lint.ts";
import { SEVERITIES } from "../../policy/lint/rules/rule.ts";
import { subjectText } from "../../policy/lint/subject-text.ts";
import { byBytes } from "../../policy/model/byte-order.ts";
import { changeText } from "../views/change-commands.ts";

export interface PlacedFinding {
  readonly finding: LintFinding;
  /** The three are `null` together: where no document states it. Lines and columns count from 1. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The row that it is about, in words; empty for the policy as a whole. Not sanitized, as is the message. */
  readonly subject: string;
  /** The whole of what is found: its subject, and what is wrong with it. */
  readonly message: string;
}

/** The gravest first, then by place, those without one last: equal policies give equal lists. */
export const placedFindings = (
  findings: readonly LintFinding[],
  placeOf: (finding: LintFinding) => DocumentPlace | undefined,
): PlacedFinding[] => findings.map((finding) => placed(finding, placeOf(finding))).sort(inOrder);

function placed(finding: LintFinding, place: DocumentPlace | undefined): PlacedFinding {
  const { line, column } = place?.source.locate(place.path, place.at) ?? { line: null, column: null };
  const subject = finding.subject === null ? "" : subjectText(finding.subject);
  const message = subject === "" ? finding.message : `${subject}: ${finding.message}`;
  return { finding, file: place?.source.name ?? null, line, column, subject, message };
}

const inOrder = (a: PlacedFinding, b: PlacedFinding): number =>
  SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) ||
  Number(a.file === null) - Number(b.file === null) ||
  byBytes(a.file ?? "", b.file ?? "") ||
  (a.line ?? 0) - (b.line ?? 0) ||
  (a.column ?? 0) - (b.column ?? 0) ||
  byBytes(a.finding.rule, b.finding.rule) ||
  byBytes(a.message, b.message) ||
  byBytes(a.finding.fingerprint, b.finding.fingerprint);

/** `policy.yaml:17:9`; nothing where no document states it. Not sanitized. */
export const whereText = ({ file, line, column }: PlacedFinding): string | null =>
  file === null ? null : `${file}:${line}:${column}`;

/** The command lines that would mend it, sanitized; none where a person decides. */
export const fixCommands = ({ fix = [] }: LintFinding): string[] => fix.map(changeText);
