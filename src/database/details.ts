/** What `show` tells of something that has a name: its row, what belongs to it, and who made and changed it. */
import type { Named } from "../errors.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { AtRevision, RowStamps } from "../policy/model/results.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

interface Readable {
  read<T>(work: (reading: TransactionReads) => Promise<T>): Promise<T>;
}

/** @param details made of the needed rows, which have its own. @throws UnknownName (exit 2), by `details`. */
export const detailsOf = <T>(
  database: Readable,
  [of, name]: readonly [Named, string],
  needed: NeededRows,
  details: (policy: Policy) => T,
): Promise<AtRevision<{ found: T; stamps: RowStamps }>> =>
  database.read(async (reading) => {
    const policy = await reading.load(needed);
    const found = details(policy);
    const { revision = 0 } = policy[of].get(name) ?? {};
    return { revision: reading.revision, found, stamps: await reading.stampsOf({ of, name, revision }) };
  });
