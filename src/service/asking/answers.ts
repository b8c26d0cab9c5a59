/** Questions of one request, asked of the policy: as one list, or each for itself. */
import { type CanAnswer, type HasAnswer, RbacError } from "../../index.ts";
import type { Serving } from "../http/serving.ts";
import { each, isUnknownName } from "./each.ts";
import { isApart, type Unread } from "./questions.ts";

/** What is wrong with one question of many. */
interface ErrorBody {
  readonly error: Pick<RbacError, "code" | "message" | "exitCode"> & { readonly suggestions?: readonly string[] };
}

const errorBody = ({ code, message, exitCode, suggestions }: RbacError): ErrorBody => ({
  error: { code, message, exitCode, ...(suggestions.length > 0 && { suggestions }) },
});

/** As `Compiled.all`. @throws as that does */
export async function answerList(serving: Serving, questions: readonly Unread[]) {
  const all = await serving.policy.all(questions as never);
  if (questions.some(isApart)) await look(serving);
  for (const { allowed, reason } of all.answers) serving.counts.decided(allowed, reason);
  return all;
}

/** Whether each may do it; where all ask of the present without evidence, all as of one revision. */
export async function canEach(serving: Serving, questions: readonly Unread[]): Promise<(CanAnswer | ErrorBody)[]> {
  const { policy } = serving;
  const areTogether = questions.length > 1 && !questions.some(isApart);
  const answered = areTogether ? (await policy.each(questions as never)).answers : await each.can(policy, questions);
  if (questions.some(isApart)) await look(serving);
  return told(serving, answered);
}

/** Whether each holds a role. */
export async function hasEach(serving: Serving, questions: readonly Unread[]): Promise<(HasAnswer | ErrorBody)[]> {
  const answered = await each.has(serving.policy, questions);
  if (questions.some(isApart)) await look(serving);
  return told(serving, answered);
}

/** What the database answered may be of a later revision than the compiled policy stands at: it is brought there. */
const look = ({ policy }: Serving): Promise<unknown> => policy.all([]);

function told<A extends CanAnswer | HasAnswer>(
  { counts }: Serving,
  answered: readonly (A | RbacError)[],
): (A | ErrorBody)[] {
  return answered.map((answer) => {
    if (answer instanceof RbacError) {
      if (isUnknownName(answer)) counts.unknownName();
      return errorBody(answer);
    }
    counts.decided(answer.allowed, answer.reason);
    return answer;
  });
}
