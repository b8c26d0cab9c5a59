/** What stands in the way of changes: thrown at once, or kept, to be told all at once. */
import { type RbacError, refused } from "../../errors.ts";
import type { Refuse } from "../model/mutation.ts";

/** Throws what is refused first. */
export const refuseAtOnce: Refuse = (error) => {
  throw error;
};

/** Keeps all that is refused. */
export class Refusals {
  readonly #kept: RbacError[] = [];

  readonly refuse: Refuse = (error, each = () => [error]) => {
    for (const one of each()) this.#kept.push(one);
  };

  /** @throws RbacError `REFUSED` (exit 3) with all as `refusals`, if anything was refused. */
  throwAny(): void {
    const [first, ...more] = this.#kept;
    if (!first) return;
    throw refused("REFUSED", more.length > 0 ? `${first.message} (and ${more.length} more)` : first.message, {
      refusals: this.#kept.map(({ code, message }) => ({ code, message })),
      violations: this.#kept.flatMap(({ violations }) => violations),
    });
  }
}
