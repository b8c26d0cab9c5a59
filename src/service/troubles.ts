/** What whoever runs the server is told of what goes wrong: each thing once in a while, however often it happens. */
import { RbacError } from "../errors.ts";

/** Milliseconds in which the same is told once. */
const ONCE_IN = 10_000;
/** The most different things that are remembered. */
const MOST = 100;

export class Troubles {
  readonly #say: (line: string) => void;
  readonly #told = new Map<string, number>();

  /** @param say writes a line for whoever runs the server */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Tells an error: of a bug where it happened, too. @param id of the request */
  tell(error: unknown, id?: string): void {
    const text = error instanceof RbacError ? `${error.code}: ${error.message}` : stackOf(error);
    const now = performance.now();
    const last = this.#told.get(text);
    if (last !== undefined && now - last < ONCE_IN) return;
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.set(text, now);
    this.#say(id === undefined ? text : `${text} (request ${id})`);
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
