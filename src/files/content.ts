/** What every reader of files gives back. */

/** Deeper nesting is refused before it is parsed. */
export const DEEPEST = 64;

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a file holds, before anybody knows what it means. */
export interface Input {
  readonly name: string;
  /** One nested value, rows of NDJSON, or records of CSV: the last two as `[line, value]` pairs. */
  readonly form: "nested" | "rows" | "records";
  readonly value: unknown;
  /** The place of a value, by its path; of a row, by its index. */
  locate(path: readonly (string | number)[]): Position;
  /** True when the end of the input shows that nothing was cut off. */
  readonly closed: boolean;
}
