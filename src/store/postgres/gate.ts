/** Who may use the one connection: one after the other, in the order in which they came. */
export class Gate {
  /** Ends with the last of those who asked to enter. */
  #turn: Promise<void> = Promise.resolve();

  /** Waits until nobody else is there; what comes back lets the next in. */
  async enter(): Promise<() => void> {
    const before = this.#turn;
    let leave = () => {};
    this.#turn = new Promise((done) => {
      leave = done;
    });
    await before;
    return leave;
  }
}
