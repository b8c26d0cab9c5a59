/** A baseline: the findings that stood when it was written, which count no more. */
import { existsSync } from "node:fs";
import { wrong } from "../../errors.ts";
import { parseJson } from "../../files/json.ts";
import { readText } from "../../files/read-inputs.ts";
import { counted } from "../../output/count-text.ts";
import type { PlacedFinding } from "../../output/lint/placed-findings.ts";
import { toJson } from "../../output/sanitize.ts";
import { by } from "../../policy/model/byte-order.ts";

const FORMAT = 1;
/** Room for a million findings. */
const LARGEST = 200_000_000;

export interface BaselineEntry {
  readonly rule: string;
  /** What was found, for whoever reads the file: nothing is judged by it. */
  readonly message: string;
  readonly id: string;
}

export interface BaselineFlags {
  readonly baseline?: string | undefined;
  readonly "write-baseline": boolean;
}

/** What a baseline lists. @throws RbacError (exit 2) for a file that is missing, or no baseline */
function readBaseline(file: string): BaselineEntry[] {
  const name = file === "-" ? "standard input" : file;
  const value = parseJson(name, readText(file, LARGEST)) as { rbacBaseline?: unknown; findings?: unknown } | null;
  const fault = (why: string) => wrong("BASELINE_INVALID", `${name} is no baseline: ${why}`);
  const { rbacBaseline, findings } = value ?? {};
  if (rbacBaseline === undefined) throw fault("it does not begin with rbacBaseline");
  if (rbacBaseline !== FORMAT) throw fault(`it is not of format ${FORMAT}, which is what this program reads`);
  if (!Array.isArray(findings)) throw fault("it has no list of findings");
  const wrongAt = findings.findIndex((entry) => !isEntry(entry));
  if (wrongAt >= 0) throw fault(`finding ${wrongAt + 1} lacks a rule, a message, or an id such as sha256:…`);
  return findings;
}

function isEntry(value: unknown): value is BaselineEntry {
  const { rule, message, id } = (value ?? {}) as Partial<Record<keyof BaselineEntry, unknown>>;
  return typeof rule === "string" && typeof message === "string" && /^sha256:[0-9a-f]{64}$/.test(String(id));
}

/**
 * What stands in the baseline: read once, before anything is written. One that is to be written may be new.
 * @throws RbacError (exit 2) for a file that is missing, or no baseline, which is never replaced
 */
export function baselineOf({ baseline: file, "write-baseline": isWritten }: BaselineFlags): readonly BaselineEntry[] {
  return file === undefined || (isWritten && !existsSync(file)) ? [] : readBaseline(file);
}

export const idsOf = (baseline: readonly BaselineEntry[]): ReadonlySet<string> => new Set(baseline.map(({ id }) => id));

/** Findings as a baseline, one a line, sorted: a change of one changes one line. */
function baselineText(entries: readonly BaselineEntry[]): string {
  const unique = [...new Map(entries.map(({ rule, message, id }) => [id, { rule, message, id }])).values()];
  const sorted = unique.sort(by(({ rule, message, id }) => [rule, message, id].join("\0")));
  const lines = sorted.map((entry) => `\n${toJson(entry)}`);
  return `{"rbacBaseline":${FORMAT},"findings":[${lines.join(",")}\n]}\n`;
}

/** What of a baseline stays where some rules did not run, and what was found now. */
function renewed(
  old: readonly BaselineEntry[],
  found: readonly PlacedFinding[],
  ran: readonly string[],
): BaselineEntry[] {
  const kept = old.filter(({ rule }) => !ran.includes(rule));
  return [...kept, ...found.map(({ finding: { rule, fingerprint }, message }) => ({ rule, message, id: fingerprint }))];
}

/** How many entries, of rules that ran, stand for nothing that was found. */
function goneFrom(baseline: readonly BaselineEntry[], found: readonly PlacedFinding[], ran: readonly string[]): number {
  const ids = new Set(found.map(({ finding }) => finding.fingerprint));
  return baseline.filter(({ rule, id }) => ran.includes(rule) && !ids.has(id)).length;
}

/**
 * What of the findings does not stand in the baseline. It is written first where that is asked for: then all do.
 * @param write writes a file whole, or not at all; `undefined` for a dry run
 */
export async function beyondBaseline(
  { baseline: file, "write-baseline": isWritten }: BaselineFlags,
  old: readonly BaselineEntry[],
  { found, ran }: { readonly found: readonly PlacedFinding[]; readonly ran: readonly string[] },
  write: ((file: string, text: string) => Promise<void>) | undefined,
): Promise<{ readonly findings: readonly PlacedFinding[]; readonly notices: readonly string[] }> {
  if (file === undefined) return { findings: found, notices: [] };
  if (!isWritten) {
    const known = idsOf(old);
    const gone = goneFrom(old, found, ran);
    const [are, them] = gone === 1 ? ["is", "it"] : ["are", "them"];
    const said = `${counted(gone, "finding")} of the baseline ${are} gone: --write-baseline takes ${them} out`;
    const notices = gone === 0 ? [] : [said];
    return { findings: found.filter(({ finding }) => !known.has(finding.fingerprint)), notices };
  }
  const entries = renewed(old, found, ran);
  await write?.(file, baselineText(entries));
  const count = counted(entries.length, "finding");
  return { findings: [], notices: [write ? `${file} has ${count} now` : `${file} would have ${count}`] };
}
