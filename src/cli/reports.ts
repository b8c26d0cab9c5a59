/** The flag `--report`: what was checked, written beside the answer for the machines that read it. */
import { Flags } from "@oclif/core";
import { didYouMean, RbacError, wrong } from "../errors.ts";
import { realPath, refuseOverwriting } from "../files/overwriting.ts";
import { errorJson } from "../output/error-json.ts";
import type { View } from "../output/render.ts";
import type { ReportKind } from "../output/reports/kinds.ts";
import type { Report } from "../output/reports/report.ts";
import { sanitize } from "../output/sanitize.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { messageWithFlags } from "./error-words.ts";

export interface Target<Kind extends string> {
  readonly kind: Kind;
  /** `undefined` for standard output. */
  readonly file: string | undefined;
}

/** @param mayBePrinted the kinds, each with whether it may go to standard output */
export const reportFlag = <Kind extends string>(description: string, mayBePrinted: Readonly<Record<Kind, boolean>>) =>
  Flags.custom<Target<Kind>>({
    description,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "KIND=FILE",
    parse: async (text) => parseTarget(text, mayBePrinted),
  })();

function parseTarget<Kind extends string>(text: string, mayBePrinted: Readonly<Record<Kind, boolean>>): Target<Kind> {
  const [name = ""] = text.split("=", 1);
  const kinds = Object.keys(mayBePrinted) as Kind[];
  const kind = kinds.find((known) => known === name);
  if (!kind) {
    const suggestions = nearest(name, kinds);
    const known = `${kinds.join(", ")}${didYouMean(suggestions)}`;
    throw wrong("VALUE_INVALID", `there is no kind of report "${sanitize(name)}"; there are ${known}`, { suggestions });
  }
  const file = text === name ? undefined : text.slice(name.length + 1);
  if (file === "") throw wrong("VALUE_EMPTY", `${text} names no file; is a shell variable unset?`);
  if (file === undefined && !mayBePrinted[kind]) throw wrong("USAGE", `${kind} needs a file: ${kind}=FILE`);
  return { kind, file };
}

/** Not read from the table of kinds, which is loaded only to write. */
export const REPORT = reportFlag<ReportKind>(
  "also write a report, pass or fail: junit=FILE, tap=FILE, json=FILE, lcov=FILE, github=FILE, or github on stdout " +
    "(repeatable)",
  { junit: false, tap: false, json: false, lcov: false, github: true },
);

type Writers<Kind extends string, R> = Readonly<Record<Kind, (report: R) => string>>;

interface ReportingOf<Kind extends string, R> {
  readonly flags: { readonly report?: readonly Target<Kind>[]; readonly json: boolean; readonly format?: string };
  /** What the command reads: files, folders, or `-`. */
  readonly reads: readonly string[];
  /** Other files that it writes. */
  readonly writes?: readonly string[];
  /** Prints on standard output, before the answer. */
  print(text: string): Promise<void>;
  run(): Promise<{ readonly view: View; readonly report: R }>;
  /** The report of what ended with an error. */
  faulty(error: RbacError): R;
  /** What writes each kind: called where one is asked for. */
  writers(): Promise<Writers<Kind, R>>;
}

interface Reporting extends Omit<ReportingOf<ReportKind, Report>, "faulty" | "writers"> {
  /** What checks, such as `rbac test`. */
  readonly title: string;
}

/** `reported`, of a check. */
export const withReports = ({ title, ...reporting }: Reporting): Promise<View> =>
  reported({
    ...reporting,
    faulty: (error) => faultReport(title, error),
    writers: async () => (await import("../output/reports/kinds.ts")).REPORTS,
  });

/**
 * Runs a command and writes its reports, each file as a whole or not at all. They are written also where it ends with
 * an RbacError, which is thrown then.
 * @throws RbacError `USAGE` (exit 2) where two of them, or one and the answer, would go to one place, or to an input
 */
export async function reported<Kind extends string, R>(reporting: ReportingOf<Kind, R>): Promise<View> {
  const { flags, reads, writes = [], print, run, faulty, writers } = reporting;
  const { report: targets = [] } = flags;
  refuseClashes(targets, flags.json ? "json" : flags.format);
  const files = targets.flatMap(({ file }) => file ?? []);
  refuseOverwriting([...files, ...writes], reads);
  const also = files.find((file) => writes.some((other) => realPath(other) === realPath(file)));
  if (also !== undefined) throw wrong("USAGE", `a report and what else is written would go to ${also}`);
  const { view, report, fault } = await run().then(
    (results) => ({ ...results, fault: undefined }),
    (error: unknown) => {
      if (!(error instanceof RbacError)) throw error;
      return { view: undefined, report: faulty(error), fault: error };
    },
  );
  if (targets.length > 0) await writeReports(targets, report, await writers(), print);
  if (view === undefined) throw fault;
  return view;
}

function refuseClashes(targets: readonly Target<string>[], format = "table"): void {
  const places = targets.map(({ file }) => file ?? "standard output");
  const real = targets.map(({ file }) => file && realPath(file));
  const twice = places.find((_, at) => real.indexOf(real[at]) < at);
  if (twice !== undefined) throw wrong("USAGE", `two reports would go to ${twice}`);
  const printed = targets.find(({ file }) => file === undefined);
  if (printed && format !== "table")
    throw wrong("USAGE", `--report ${printed.kind} and --format ${format} would both be printed: name a file for one`);
}

async function writeReports<Kind extends string, R>(
  targets: readonly Target<Kind>[],
  report: R,
  writers: Writers<Kind, R>,
  print: (text: string) => Promise<void>,
): Promise<void> {
  const { writeFile } = await import("../files/write-file.ts");
  for (const { kind, file } of targets) {
    const text = writers[kind](report);
    await (file === undefined ? print(text) : writeFile(file, text));
  }
}

/** A report of what could not be checked: each problem of a file at its place, or the error alone. */
export function faultReport(title: string, error: RbacError): Report {
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
