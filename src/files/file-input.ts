/** The result type of every file reader, the limits they share, and the table of file name extensions. */
import { extname } from "node:path";

/** The format of a file by the extension of its name, in any case. Reading and writing use this one table. */
const EXTENSIONS = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".md": "markdown",
} as const;

type NamedFormat = (typeof EXTENSIONS)[keyof typeof EXTENSIONS];

/** The format that a file name stands for, if any. */
export function formatNamed(path: string): NamedFormat | undefined {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension as keyof typeof EXTENSIONS] : undefined;
}

/** The limit for YAML. Larger documents must be JSON, which is read a hundred times faster. */
export const MOST_KEYS = 50_000;

/** The deepest nesting of JSON and YAML. Deeper input is refused before it is parsed. */
export const DEEPEST = 64;

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The content of a file as plain values, not yet understood as a policy. */
export interface FileInput {
  readonly name: string;
  /**
   * The form of `value`. `nested`: one nested value. `rows` (NDJSON) and `records` (CSV): `[line, value]` pairs.
   * `rowStream`, `recordStream`: a function that reads them from the start, part by part, each time it is called.
   */
  readonly form: "nested" | "rows" | "records" | "rowStream" | "recordStream";
  readonly value: unknown;
  /**
   * The position of a value by its path, of a row or record by its index, of a streamed row by its line.
   * @param at a character of a text, in UTF-16 units from 0; without it, the position of the key
   */
  locate(path: readonly (string | number)[], at?: number): Position;
  /** True if the end of the input proves that nothing was cut off. */
  readonly closed: boolean;
}
