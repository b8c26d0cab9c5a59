/** Problems of input, each with its place; gathered, so that all of them are told at once. */
import { EXIT, type Problem, RbacError } from "../../errors.ts";

export type DocumentPath = readonly (string | number)[];

/** Where input came from, and how to find a place in it: by the path of a value, or by the line itself. */
export interface Source {
  readonly name: string;
  locate(path: DocumentPath): { line: number; column: number };
}

export interface DocumentPlace {
  readonly source: Source;
  readonly path: DocumentPath;
}

/** Gathers problems instead of stopping at the first. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #told = new Set<string>();

  /** One fault is told once, though a line may be read as two rows. */
  add(place: DocumentPlace, code: string, message: string): void {
    const problem = { file: place.source.name, ...place.source.locate(place.path), code, message };
    const text = JSON.stringify(problem);
    if (!this.#told.has(text)) this.#found.push(problem);
    this.#told.add(text);
  }

  /** Runs a reader; what it refuses becomes a problem at the place, and `undefined` comes back. */
  attempt<T>(place: DocumentPlace, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      this.add(place, error.code, error.message);
      return undefined;
    }
  }

  /** @throws RbacError (`DOCUMENT_INVALID`, exit 2, unless said) with every problem, when there is any. */
  throwIfAny(exitCode: number = EXIT.wrong, code = "DOCUMENT_INVALID"): void {
    const [first] = this.#found;
    if (!first) return;
    const more = this.#found.length > 1 ? ` (and ${this.#found.length - 1} more)` : "";
    const message = `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
    throw new RbacError(exitCode, code, message, { problems: this.#found });
  }
}
