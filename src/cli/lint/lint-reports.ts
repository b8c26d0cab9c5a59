/** The reports of lint: for code scanning, for annotations, and for machines. */
import { relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { RbacError } from "../../errors.ts";
import type { PlacedFinding } from "../../output/lint/placed-findings.ts";
import type { View } from "../../output/render.ts";
import type { Report } from "../../output/reports/report.ts";
import { RULES } from "../../policy/lint/rules/all-rules.ts";
import { faultReport, reported, reportFlag, type Target } from "../reports.ts";

const MAY_BE_PRINTED = { sarif: false, json: false, github: true };
type Kind = keyof typeof MAY_BE_PRINTED;

export const LINT_REPORT = reportFlag<Kind>(
  "also write a report: sarif=FILE, json=FILE, github=FILE, or github on stdout (repeatable)",
  MAY_BE_PRINTED,
);

/** What was found, for reports. */
interface LintReport {
  readonly report: Report;
  readonly findings: readonly PlacedFinding[];
  /** The ids of the rules that ran. */
  readonly rules: readonly string[];
  readonly isFault?: boolean;
}

interface Reporting {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly flags: { readonly report?: readonly Target<Kind>[]; readonly json: boolean; readonly format?: string };
  readonly version: string;
  /** The working directory, to which files of SARIF are relative. */
  readonly folder: string;
  print(text: string): Promise<void>;
  run(): Promise<LintReport & { readonly view: View }>;
}

/** Lints, and writes the reports that are asked for; of an error, too. */
export function withLintReports({ version, folder, run, ...reporting }: Reporting): Promise<View> {
  return reported<Kind, LintReport>({
    ...reporting,
    run: async () => {
      const { view, ...report } = await run();
      return { view, report };
    },
    faulty: (error: RbacError) => ({
      report: faultReport("rbac lint", error),
      findings: [],
      rules: [],
      isFault: true,
    }),
    writers: async () => {
      const { REPORTS } = await import("../../output/reports/kinds.ts");
      const { sarif } = await import("../../output/lint/sarif.ts");
      return {
        json: ({ report }) => REPORTS.json(report),
        github: ({ report }) => REPORTS.github(report),
        sarif: ({ report, findings, rules, isFault = false }) =>
          sarif({
            version,
            rules: RULES.filter(({ id }) => rules.includes(id)),
            findings,
            faults: isFault ? report.cases : [],
            uriOf: (file) => uriIn(folder, file),
          }),
      };
    },
  });
}

/** A file as a URI: relative where it lies in the folder. Standard input is none. */
function uriIn(folder: string, file: string): string | undefined {
  if (file === "standard input") return undefined;
  const path = resolve(folder, file);
  const steps = relative(folder, path).split(sep);
  return steps[0] === ".." ? pathToFileURL(path).href : steps.map(encodeURIComponent).join("/");
}
