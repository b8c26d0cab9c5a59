/** Reads logs of decisions line by line: any number of files, of any length, which may still be written. */
import { inputName } from "../../files/bytes.ts";
import { readParts } from "../../files/lines.ts";
import type { OnProgress } from "../../progress.ts";
import { type DecisionLine, LINE_VERSION } from "../line.ts";
import { parsedLine } from "./cut-lines.ts";
import { faultOf, invalidLine } from "./line-faults.ts";
import type { LogCounts } from "./not-asked.ts";

/** A line of a log, and where it stands. */
export interface PlacedLine {
  readonly line: DecisionLine;
  readonly file: string;
  /** From 1. */
  readonly number: number;
}

/**
 * The decisions of some logs, each file from its beginning to its end; `-` is standard input.
 * @param counts is counted up
 * @throws RbacError `LINE_INVALID` (exit 2), with file and line, for what is no line of a log.
 */
export function* readLogs(
  paths: readonly string[],
  counts: LogCounts,
  onProgress: OnProgress = () => {},
): Generator<PlacedLine, void> {
  for (const path of paths) {
    let number = 0;
    for (const lines of readParts(path, { mayBeCut: true })) {
      for (const text of lines) {
        number += 1;
        if (text === "") continue;
        const line = readLine(text, inputName(path), number, counts);
        if (!line) continue;
        counts.read += 1;
        yield { line, file: inputName(path), number };
      }
      onProgress({ step: `reading ${inputName(path)}`, unit: "rows", done: number });
    }
  }
}

/** The decision of a line; `undefined` where it has none: it counts what was dropped, or was cut. */
function readLine(text: string, file: string, number: number, counts: LogCounts): DecisionLine | undefined {
  const fail = (message: string) => invalidLine(file, number, message);
  const value = parsedLine(text, counts, fail);
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fail("this is no object");
  const line = value as { readonly [key: string]: unknown };
  if (line.v !== LINE_VERSION) throw fail(versionFault(line.v));
  if (line.dropped !== undefined) {
    if (!Number.isSafeInteger(line.dropped) || Number(line.dropped) < 0) throw fail("dropped must be a count");
    counts.dropped += Number(line.dropped);
    return undefined;
  }
  const fault = faultOf(line);
  if (fault) throw fail(fault);
  return line as unknown as DecisionLine;
}

const versionFault = (version: unknown): string =>
  Number(version) > LINE_VERSION
    ? `this line is of version ${String(version)}, which is newer than this program`
    : "this is no line of a decision log";
