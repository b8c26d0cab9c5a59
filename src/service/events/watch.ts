/** One look at the database for all who wait for its next revision. */
import type { Compiled } from "../../index.ts";
import type { Administering } from "../http/serving.ts";

type Watched = Pick<Administering, "look" | "isReplaced"> & { readonly policy: Pick<Compiled, "moves"> };

interface Waiting {
  readonly moves: number;
  wake(): void;
}

export class Watch {
  readonly #of: Watched;
  readonly #pause: number;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** @param pause milliseconds between looks, of which there are none while nobody waits */
  constructor(of: Watched, pause: number) {
    this.#of = of;
    this.#pause = pause;
  }

  /** Counts how often the policy moved: what is read after that is of this count, or of a later one. */
  get moves(): number {
    return this.#of.policy.moves;
  }

  /** Waits until the policy moves on, for so many milliseconds at most, or until `ended`. */
  next(moves: number, milliseconds: number, ended: AbortSignal): Promise<void> {
    if (this.#hasMovedFrom(moves) || ended.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(late);
        this.#waiting.delete(waiting);
        ended.removeEventListener("abort", wake);
        resolve();
      };
      const waiting: Waiting = { moves, wake };
      const late = setTimeout(wake, milliseconds);
      ended.addEventListener("abort", wake);
      this.#waiting.add(waiting);
      this.#timer ??= setTimeout(this.#look, this.#pause);
    });
  }

  readonly #look = async (): Promise<void> => {
    try {
      if (this.#waiting.size > 0) await this.#of.look();
    } catch {
      // It is away. Whoever asks anything else is told.
    }
    for (const { moves, wake } of [...this.#waiting]) if (this.#hasMovedFrom(moves)) wake();
    this.#timer = this.#waiting.size > 0 ? setTimeout(this.#look, this.#pause) : undefined;
  };

  #hasMovedFrom(moves: number): boolean {
    return this.moves !== moves || this.#of.isReplaced();
  }
}
