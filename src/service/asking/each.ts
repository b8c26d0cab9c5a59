/** Asks questions of which one's fault is no fault of the others. */
import { type CanAnswer, type Compiled, type HasAnswer, RbacError } from "../../index.ts";
import type { Unread } from "./questions.ts";

type Answered<A> = A | RbacError;

/** True for an error that is about a name which the policy has not. */
export const isUnknownName = ({ code }: RbacError): boolean => code.endsWith("_NOT_FOUND");

/** Each by itself, but many at once, so that a server of databases is asked once. @throws RbacError (exit 4) */
export const each = {
  can: (policy: Compiled, questions: readonly Unread[]): Promise<Answered<CanAnswer>[]> =>
    settled(questions, ({ user, permission, ...how }) =>
      policy.canSoon(user as never, permission as never, isEmpty(how) ? undefined : how),
    ),
  has: (policy: Compiled, questions: readonly Unread[]): Promise<Answered<HasAnswer>[]> =>
    settled(questions, ({ user, role, ...how }) => policy.hasSoon(user as never, role as never, how)),
};

const isEmpty = (how: object): boolean => Object.keys(how).length === 0;

/** How many are asked at once, and of how many unknown names a request is told: each costs a search for the nearest. */
const AT_ONCE = 25;
const MOST_UNKNOWN = 50;

async function settled<A>(questions: readonly Unread[], ask: (one: Unread) => A | Promise<A>): Promise<Answered<A>[]> {
  const answered: Answered<A>[] = [];
  let unknown = 0;
  while (answered.length < questions.length && unknown < MOST_UNKNOWN) {
    const part = questions.slice(answered.length, answered.length + AT_ONCE);
    const answers = await Promise.all(part.map((one) => (async () => ask(one))().catch(wrongOnly)));
    for (const answer of answers) answered.push(answer);
    unknown += answers.filter((answer) => answer instanceof RbacError && isUnknownName(answer)).length;
  }
  while (answered.length < questions.length) answered.push(tooMany());
  return answered;
}

const tooMany = () =>
  new RbacError(2, "VALUE_INVALID", `more than ${MOST_UNKNOWN} unknown names were asked about before: ask this again`);

function wrongOnly(error: unknown): RbacError {
  if (error instanceof RbacError && error.exitCode === 2 && error.code !== "CLOSED") return error;
  throw error;
}
