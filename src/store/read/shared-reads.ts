/** The reads of a connection that others use too. */
import type { Connection } from "../engine/connection.ts";

/** Each waits until no transaction is open. */
export function sharedReads({ db, prepare, outsideTransactions }: Connection): Pick<Connection, "db" | "prepare"> {
  const prepareWaiting: Connection["prepare"] = (query) => {
    const run = prepare(query);
    return (...parameters) => outsideTransactions(async () => run(...parameters));
  };
  return { db, prepare: prepareWaiting };
}
