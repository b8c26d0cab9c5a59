/** The flag `--report`: what was checked, written beside the answer for the machines that read it. */
import { Flags } from "@oclif/core";
import { didYouMean, RbacError, wrong } from "../errors.ts";
import { errorJson } from "../output/error-json.ts";
import type { View } from "../output/render.ts";
import type { ReportKind } from "../output/reports/kinds.ts";
import type { Report } from "../output/reports/report.ts";
import { sanitize } from "../output/sanitize.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { messageWithFlags } from "./error-words.ts";

interface Target {
  readonly kind: ReportKind;
  /** `undefined` for standard output. */
  readonly file: string | undefined;
}

/** Where each kind may go. Not read from the table of kinds, which is loaded only to write. */
const MAY_BE_PRINTED: Readonly<Record<ReportKind, boolean>> = { junit: false, tap: false, json: false, github: true };
const KINDS = Object.keys(MAY_BE_PRINTED) as ReportKind[];

export const REPORT = Flags.custom<Target>({
  description:
    "also write a report, pass or fail: junit=FILE, tap=FILE, json=FILE, github=FILE, or github on stdout (repeatable)",
  multiple: true,
  multipleNonGreedy: true,
  helpValue: "KIND=FILE",
  parse: async (text) => parseTarget(text),
})();

function parseTarget(text: string): Target {
  const [name = ""] = text.split("=", 1);
  const kind = KINDS.find((known) => known === name);
  if (!kind) {
    const suggestions = nearest(name, KINDS);
    const known = `${KINDS.join(", ")}${didYouMean(suggestions)}`;
    throw wrong("VALUE_INVALID", `there is no kind of report "${sanitize(name)}"; there are ${known}`, { suggestions });
  }
  const file = text === name ? undefined : text.slice(name.length + 1);
  if (file === "") throw wrong("VALUE_EMPTY", `${text} names no file; is a shell variable unset?`);
  if (file === undefined && !MAY_BE_PRINTED[kind]) throw wrong("USAGE", `${kind} needs a file: ${kind}=FILE`);
  return { kind, file };
}

interface Reporting {
  /** What checks, such as `rbac test`. */
  readonly title: string;
  readonly flags: { readonly report?: readonly Target[]; readonly json: boolean; readonly format?: string };
  /** Prints on standard output, before the answer. */
  print(text: string): Promise<void>;
  run(): Promise<{ readonly view: View; readonly report: Report }>;
}

/**
 * Runs a check and writes its reports, each file as a whole or not at all. They are written also where the check ends
 * with an RbacError, which is thrown then.
 * @throws RbacError `USAGE` (exit 2) where two of them, or one and the answer, would go to one place
 */
export async function withReports({ title, flags, print, run }: Reporting): Promise<View> {
  const { report: targets = [] } = flags;
  refuseClashes(targets, flags.json ? "json" : flags.format);
  const { view, report, fault } = await run().then(
    (results) => ({ ...results, fault: undefined }),
    (error: unknown) => {
      if (!(error instanceof RbacError)) throw error;
      return { view: undefined, report: faultReport(title, error), fault: error };
    },
  );
  if (targets.length > 0) await writeReports(targets, report, print);
  if (view === undefined) throw fault;
  return view;
}

function refuseClashes(targets: readonly Target[], format = "table"): void {
  const places = targets.map(({ file }) => file ?? "standard output");
  const twice = places.find((place, at) => places.indexOf(place) < at);
  if (twice !== undefined) throw wrong("USAGE", `two reports would go to ${twice}`);
  const printed = targets.find(({ file }) => file === undefined);
  if (printed && format !== "table")
    throw wrong("USAGE", `--report ${printed.kind} and --format ${format} would both be printed: name a file for one`);
}

async function writeReports(targets: readonly Target[], report: Report, print: Reporting["print"]): Promise<void> {
  const { REPORTS } = await import("../output/reports/kinds.ts");
  const { writeFile } = await import("../files/write-file.ts");
  for (const { kind, file } of targets) {
    const text = REPORTS[kind](report);
    await (file === undefined ? print(text) : writeFile(file, text));
  }
}

/** A report of what could not be checked: each problem of a file at its place, or the error alone. */
function faultReport(title: string, error: RbacError): Report {
  const { code, problems } = error;
  const cases = problems.map((problem) => ({
    ...problem,
    name: `${problem.code} at ${problem.line}:${problem.column}`,
    failure: sanitize(problem.message),
    isError: true,
  }));
  const alone = { name: code, failure: sanitize(messageWithFlags(error)), isError: true };
  return { title, cases: cases.length > 0 ? cases : [alone], json: errorJson(error) };
}
