/** What every reader of files gives back, and what bounds and names it. */
import { extname } from "node:path";

/** What a file name says of its content, whatever its case: the one table for reading and writing. */
const EXTENSIONS = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
} as const;

type Named = (typeof EXTENSIONS)[keyof typeof EXTENSIONS];

/** The format that a file name speaks of, if any. */
export function formatNamed(path: string): Named | undefined {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension as keyof typeof EXTENSIONS] : undefined;
}

/** More is for JSON, which is read a hundred times faster. */
export const MOST_KEYS = 50_000;

/** Deeper nesting is refused before it is parsed. */
export const DEEPEST = 64;

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a file holds, before anybody knows what it means. */
export interface FileInput {
  readonly name: string;
  /**
   * One nested value, rows of NDJSON, or records of CSV: the last two as `[line, value]` pairs; or what reads rows part by part, as
   * often as it is called.
   */
  readonly form: "nested" | "rows" | "records" | "stream";
  readonly value: unknown;
  /** The place of a value, by its path; of a row, by its index. */
  locate(path: readonly (string | number)[]): Position;
  /** True when the end of the input shows that nothing was cut off. */
  readonly closed: boolean;
}
