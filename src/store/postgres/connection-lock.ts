/** A FIFO lock over one connection: transactions are exclusive, single statements may run concurrently. */
export class ConnectionLock {
  /** Resolves when the last transaction that asked for the lock has released it. */
  #lastTransaction: Promise<void> = Promise.resolve();
  readonly #pendingStatements = new Set<Promise<unknown>>();

  /** Waits for all earlier transactions and statements; returns the function that releases the lock. */
  async acquire(): Promise<() => void> {
    const [earlierTransactions, earlierStatements] = [this.#lastTransaction, [...this.#pendingStatements]];
    let release = () => {};
    this.#lastTransaction = new Promise((resolve) => {
      release = resolve;
    });
    await earlierTransactions;
    await Promise.allSettled(earlierStatements);
    return release;
  }

  /** Runs `act` while no transaction is open: after all earlier transactions, and before any later one. */
  outsideTransactions<T>(act: () => Promise<T>): Promise<T> {
    const pending = this.#lastTransaction.then(act);
    this.#pendingStatements.add(pending);
    return pending.finally(() => this.#pendingStatements.delete(pending));
  }
}
