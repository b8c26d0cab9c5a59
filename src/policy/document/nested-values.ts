/** Nested values of a document, as far as any part of it reads them: mappings and lists, each fault with its place. */
import type { ErrorCode } from "../../errors.ts";
import { FactReader } from "./facts.ts";
import { type DocumentPath, type Problems, type Source, unknownKey } from "./problems.ts";

export type Fields = Readonly<Record<string, unknown>>;

export class NestedValues {
  readonly source: Source;
  readonly reader: FactReader;

  constructor(source: Source, problems: Problems) {
    this.source = source;
    this.reader = new FactReader(problems);
  }

  problem(path: DocumentPath, code: ErrorCode, message: string): void {
    this.reader.problems.add({ source: this.source, path }, code, message);
  }

  /** Reads a mapping; unknown keys are problems. Any other value is a problem, too, and reads as an empty mapping. */
  map(path: DocumentPath, value: unknown, keys?: readonly string[]): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.problem(
        path,
        "VALUE_INVALID",
        `${labelOf(path)} must be a mapping${value === null ? " ({} is an empty one)" : ""}`,
      );
      return {};
    }
    if (keys)
      for (const key of Object.keys(value))
        if (!keys.includes(key)) this.problem([...path, key], "KEY_UNKNOWN", unknownKey(key, keys));
    return value as Fields;
  }

  list(path: DocumentPath, value: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.problem(path, "VALUE_INVALID", `${labelOf(path)} must be a list`);
    return [];
  }
}

const labelOf = (path: DocumentPath): string => (path.length === 0 ? "a document" : path.join("."));
