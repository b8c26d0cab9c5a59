/** Who may use the one connection: transactions one after the other; what is asked outside of them, side by side. */
export class Gate {
  /** Ends with the last transaction that asked to enter. */
  #turn: Promise<void> = Promise.resolve();
  readonly #beside = new Set<Promise<unknown>>();

  /** Waits until nobody else is there; what comes back lets the next in. */
  async enter(): Promise<() => void> {
    const before = this.#turn;
    let leave = () => {};
    this.#turn = new Promise((done) => {
      leave = done;
    });
    await before;
    await Promise.allSettled(this.#beside);
    return leave;
  }

  /** Does something while no transaction is open. */
  async beside<T>(act: () => Promise<T>): Promise<T> {
    for (let turn: Promise<void> | undefined; turn !== this.#turn; ) {
      turn = this.#turn;
      await turn;
    }
    const acting = act();
    this.#beside.add(acting);
    return acting.finally(() => this.#beside.delete(acting));
  }
}
