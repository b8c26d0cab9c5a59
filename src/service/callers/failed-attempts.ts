/**
 * Failed attempts to say who calls, by the address that they come from. Their refusals wait, longer with each; whoever
 * has a good key is never slowed, though others at the same address guess.
 */
import { setTimeout } from "node:timers/promises";
import { HttpFault } from "../http/fault.ts";

/** Attempts of an address that are answered at once. */
const FREE = 5;
/** Milliseconds of the first wait; it doubles with each attempt. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 2000;
/** Milliseconds without an attempt after which an address begins anew. */
const FORGOTTEN_AFTER = 60_000;
/** The most refusals that wait at once: each holds a connection. */
const MOST_WAITING = 200;
/** The most addresses that are remembered. */
const MOST_ADDRESSES = 10_000;

interface Attempts {
  readonly count: number;
  readonly last: number;
}

export class FailedAttempts {
  /** The one that is silent longest comes first. */
  readonly #byAddress = new Map<string, Attempts>();
  readonly #clock: () => number;
  readonly #wait: (time: number) => Promise<unknown>;
  #waiting = 0;

  /** @param clock milliseconds @param wait for so many of them */
  constructor(clock: () => number, wait: (time: number) => Promise<unknown> = setTimeout) {
    this.#clock = clock;
    this.#wait = wait;
  }

  /** Counts one, and waits as long as its refusal shall. @throws HttpFault 429 where too many wait already. */
  async slow(address: string): Promise<void> {
    const time = this.#waitOf(address);
    if (time === 0) return;
    if (this.#waiting >= MOST_WAITING)
      throw new HttpFault(429, "TOO_MANY_ATTEMPTS", "too many failed attempts: try again later", {
        "retry-after": "2",
      });
    this.#waiting += 1;
    await this.#wait(time);
    this.#waiting -= 1;
  }

  /** How many milliseconds the refusal of one more attempt waits. */
  #waitOf(address: string): number {
    const now = this.#clock();
    const known = this.#byAddress.get(address);
    const count = known && now - known.last < FORGOTTEN_AFTER ? known.count + 1 : 1;
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { count, last: now });
    const [silent = address] = this.#byAddress.keys();
    if (this.#byAddress.size > MOST_ADDRESSES) this.#byAddress.delete(silent);
    return count <= FREE ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (count - FREE - 1));
  }
}
