/** Puts what is asked in one turn of the event loop into one request. */
import { RbacError } from "../index.ts";

/** The most questions of one request, and about how many characters they may have: services limit both. */
const MOST = 100;
const LONGEST = 200_000;

interface Waiting<A> {
  readonly text: string;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/** The answer to each question of a request, or what is wrong with it. */
type Send<A> = (questions: readonly string[]) => Promise<readonly (A | RbacError)[]>;

export class Batches<A extends object> {
  readonly #send: Send<A>;
  #waiting: Waiting<A>[] = [];

  constructor(send: Send<A>) {
    this.#send = send;
  }

  /**
   * Requests that come at once to a server are read one after the other before the loop goes on: it waits for all of
   * them, and no longer.
   * @param question JSON
   */
  ask(question: string): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: question, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let [batch, length]: [Waiting<A>[], number] = [[], 0];
    for (const one of waiting) {
      if (batch.length === MOST || (batch.length > 0 && length + one.text.length > LONGEST)) {
        this.#sendAll(batch);
        [batch, length] = [[], 0];
      }
      batch.push(one);
      length += one.text.length;
    }
    this.#sendAll(batch);
  }

  async #sendAll(batch: readonly Waiting<A>[]): Promise<void> {
    try {
      const answers = await this.#send(batch.map(({ text }) => text));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const answer = answers[at] as A | RbacError;
        if (answer instanceof RbacError) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
