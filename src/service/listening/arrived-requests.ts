/**
 * Requests that were read whole in one turn of the event loop. They are answered at its end, so that one look at the
 * database, which costs more than a decision, is enough for all of them: a look before a request was read could miss
 * what was committed in between, a look behind the last of them misses nothing.
 */
import type { Received, Sending } from "./received.ts";

interface Arrived {
  readonly received: Received;
  readonly sending: Sending;
}

export class ArrivedRequests {
  readonly #answerAll: (all: readonly Arrived[]) => void;
  #waiting: Arrived[] = [];

  constructor(answerAll: (all: readonly Arrived[]) => void) {
    this.#answerAll = answerAll;
  }

  add(arrived: Arrived): void {
    // What sockets have to be read is read before that; what comes later waits for the next turn.
    if (this.#waiting.push(arrived) === 1) setImmediate(this.#answer);
  }

  readonly #answer = (): void => {
    const all = this.#waiting;
    this.#waiting = [];
    this.#answerAll(all);
  };
}
