/** Who may use the one connection: transactions one after the other; what is asked outside of them, side by side. Who came first is first. */
export class ConnectionLock {
  /** Ends with the last transaction that asked to enter. */
  #turn: Promise<void> = Promise.resolve();
  readonly #beside = new Set<Promise<unknown>>();

  /** Waits until all who came before have gone; what comes back lets the next in. */
  async enter(): Promise<() => void> {
    const [before, beside] = [this.#turn, [...this.#beside]];
    let leave = () => {};
    this.#turn = new Promise((done) => {
      leave = done;
    });
    await before;
    await Promise.allSettled(beside);
    return leave;
  }

  /** Does something while no transaction is open: after those that came before, and never after one that comes later. */
  beside<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#turn.then(act);
    this.#beside.add(acting);
    return acting.finally(() => this.#beside.delete(acting));
  }
}
