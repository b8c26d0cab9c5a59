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
  /** True where nothing could be checked; the name is then the code of the error and its place. */
  readonly isError?: boolean;
}

export interface Report {
  /** What checked it, such as `rbac test`. */
  readonly title: string;
  readonly cases: readonly ReportCase[];
  /** The JSON of the answer, which a report in JSON repeats. */
  readonly json: object;
}
