/** Questions that wait for the next look at a database, which answers as many of them as it can. */
import type { HeldAssignment } from "../../policy/model/policy.ts";

/** What users are assigned; unknown users are left out. */
export type Held = ReadonlyMap<string, readonly HeldAssignment[]>;

/** One question, or some that only one look may answer. */
export interface Waiting {
  /** Who asks, without duplicates. */
  readonly users: readonly string[];
  settle(held: Held): void;
  reject(error: unknown): void;
}

/** What is wrong with a question among others, without suggestions: those come with `leaving`. */
export class Unanswered {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

export class WaitingQuestions {
  #waiting: Waiting[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  putBack(batch: readonly Waiting[]): void {
    this.#waiting = [...batch, ...this.#waiting];
  }

  /** Removes those that wait longest, up to a number of users that are read together, but at least one. */
  next(maxUsers: number): { batch: readonly Waiting[]; users: readonly string[] } {
    const users = new Set<string>();
    let count = 0;
    for (const waiting of this.#waiting) {
      const more = waiting.users.filter((user) => !users.has(user));
      if (count > 0 && more.length > 0 && users.size + more.length > maxUsers) break;
      for (const user of more) users.add(user);
      count += 1;
    }
    return { batch: this.#waiting.splice(0, count), users: [...users] };
  }
}
