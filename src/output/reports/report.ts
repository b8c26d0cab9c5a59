/** What was checked, as data that every kind of report is written from. */

/** One thing that was checked. */
export interface ReportCase {
  /** The file that asks for it, as it was named; `undefined` where a run failed as a whole. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
  /** What was checked: a line without control characters. */
  readonly name: string;
  /** Why it failed: a line without control characters; `undefined` where it passed. */
  readonly failure?: string;
  /** How grave it is, where that is not an error. */
  readonly level?: "error" | "warning" | "notice";
  /** True where nothing could be checked; the name is then the code of the error and its place. */
  readonly isError?: boolean;
}

/** What states something on a line of a file, and how many checks touched it. */
export interface CoveredLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly hits: number;
}

export interface Report {
  /** What checked it, such as `rbac test`. */
  readonly title: string;
  readonly cases: readonly ReportCase[];
  /** What of which files was touched; for `lcov`. */
  readonly covered?: readonly CoveredLine[];
  /** The JSON of the answer, which a report in JSON repeats. */
  readonly json: object;
}
