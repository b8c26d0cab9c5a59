/** Problems of input files, each with its place; collected, so that all are reported at once. */
import { type ErrorCode, EXIT, type Problem, RbacError } from "../../errors.ts";
import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";

/**
 * The keys and indices from the root to a value. In formats of lines: the index of the record, or the line in a
 * stream.
 */
export type DocumentPath = readonly (string | number)[];

/** An input: its name, and a function from a path to its line and column, both counted from 1. */
export interface Source {
  readonly name: string;
  /** @param at a character of the text at the path, in UTF-16 units from 0; without it, where its key stands */
  locate(path: DocumentPath, at?: number): { line: number; column: number };
}

export interface DocumentPlace {
  readonly source: Source;
  readonly path: DocumentPath;
  /** A character of the text there. */
  readonly at?: number;
}

/** What is said of a key that no reader takes: near ones, or all that are known there. */
export function unknownKey(key: string, known: readonly string[]): string {
  const suggestions = nearest(key, known);
  const hint = suggestions.length > 0 ? `did you mean ${suggestions.join(" or ")}?` : `known here: ${known.join(", ")}`;
  return `unknown key ${quote(key)}; ${hint}`;
}

/** A place as messages name it. */
export function placeText({ source, path, at }: DocumentPlace): string {
  const { line, column } = source.locate(path, at);
  return `${source.name}:${line}:${column}`;
}

/** Collects problems instead of stopping at the first. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #keys = new Set<string>();

  /** Adds a problem, unless the same one is there: a line may be read as two rows. */
  add(place: DocumentPlace, code: ErrorCode, message: string): void {
    const problem = { file: place.source.name, ...place.source.locate(place.path, place.at), code, message };
    const text = JSON.stringify(problem);
    if (!this.#keys.has(text)) this.#found.push(problem);
    this.#keys.add(text);
  }

  /** Runs a reader. An RbacError that it throws becomes a problem at the place, and `undefined` is returned. */
  attempt<T>(place: DocumentPlace, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      this.add(place, error.code, error.message);
      return undefined;
    }
  }

  /** @throws RbacError (by default `DOCUMENT_INVALID`, exit 2) with all problems, if there are any. */
  throwIfAny(exitCode: number = EXIT.wrong, code: ErrorCode = "DOCUMENT_INVALID"): void {
    const [first] = this.#found;
    if (!first) return;
    const suffix = this.#found.length > 1 ? ` (and ${this.#found.length - 1} more)` : "";
    const message = `${first.file}:${first.line}:${first.column}: ${first.message}${suffix}`;
    throw new RbacError(exitCode, code, message, { problems: this.#found });
  }
}
