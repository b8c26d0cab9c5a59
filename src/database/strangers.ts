/** Admits strangers: users whom the policy does not know, where it says `strangers: true` (rule 30). */
import { type RbacError, UnknownName } from "../errors.ts";
import type { Asker } from "../policy/evaluate/walk.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** What askers are answered from: an open database, present or past. */
export interface Readable {
  read<T>(work: (reading: TransactionReads) => Promise<T>): Promise<T>;
  answer<T>(needed: NeededRows, answer: (policy: Policy) => T): Promise<AtRevision<T>>;
}

/**
 * What `answer` makes of needed rows, about askers. Only where one of them is unknown the database is asked again,
 * whether it admits strangers: a question about users is answered by one read.
 */
export async function answerAskers<A extends Asker, T>(
  database: Readable,
  askers: readonly A[],
  needed: NeededRows,
  answer: (policy: Policy, askers: readonly A[]) => T,
): Promise<AtRevision<T>> {
  const { revision, known } = await database.answer(needed, (policy) => ({
    known: askers.some((asker) => isUnknown(asker, policy)) ? undefined : answer(policy, askers),
  }));
  if (known !== undefined) return { revision, ...known };
  return database.read(async (reading) => {
    const policy = await reading.load(needed);
    const all: A[] = [];
    for (const asker of askers) all.push(await admitted(reading, policy, asker));
    return { revision: reading.revision, ...answer(policy, all) };
  });
}

/** True for an asker with a name that no user has. */
const isUnknown = ({ user }: Asker, policy: Policy): boolean => user !== null && !policy.user.has(user);

/**
 * The asker, marked as a stranger where no user has their name.
 * @param policy the rows of the users who ask
 * @throws UnknownName `USER_NOT_FOUND`, RbacError `USER_GONE` (exit 2) for a name that no stranger may have.
 */
export async function admitted<A extends Asker>(reading: TransactionReads, policy: Policy, asker: A): Promise<A> {
  const { user } = asker;
  if (user === null || policy.user.has(user)) return asker;
  const refusal = await refusalOf(reading, asker, user);
  if (refusal) throw refusal;
  return { ...asker, stranger: true };
}

/** The error for a name that no user has, at the revision that is read or at another; none for a stranger. */
export const refusalOf = async (
  reading: TransactionReads,
  { existing, strangers = false }: Asker,
  user: string,
  revision?: number,
): Promise<RbacError | undefined> =>
  existing ? new UnknownName("user", user) : reading.refusalOfStranger(user, revision, strangers);
