/** The questions of one request, read as far as the library does not read them. */
import { RbacError } from "../../index.ts";
import type { RouteRequest } from "../http/route.ts";
import type { Serving } from "../http/serving.ts";

/** A question as it came. */
export type Unread = Readonly<Record<string, unknown>>;

/** @throws RbacError (exit 2) for a member that the body may not have. */
export function checkMembers(body: Unread, allowed: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  const known = `a body has ${allowed.join(", ")}`;
  throw new RbacError(2, "OPTION_UNKNOWN", `there is no member ${JSON.stringify(unknown)} here: ${known}`);
}

/** So many `rbac-admin/remote` puts into one request: they may be asked whatever limit is set. */
const SENT_AT_ONCE = 100;

/** @throws RbacError (exit 2) for what is no list of objects, and for too many. */
export function questionsOf({ maxEvaluations, policy }: Serving, { body, requestId }: RouteRequest): readonly Unread[] {
  const { questions } = body;
  if (!Array.isArray(questions)) throw invalid("the questions must be a list of objects");
  const most = Math.max(maxEvaluations, SENT_AT_ONCE);
  if (questions.length > most)
    throw invalid(`one request may ask ${most} questions, and this asks ${questions.length}`);
  for (const [at, one] of questions.entries()) {
    if (typeof one !== "object" || one === null)
      throw invalid(`question ${at + 1}: it must be an object with user and permission`);
    // What is logged is said by whoever runs the service, not by who asks.
    if (Object.hasOwn(one, "log"))
      throw new RbacError(
        2,
        "OPTION_UNKNOWN",
        `question ${at + 1}: there is no log here: the service says what it logs`,
      );
  }
  if (!policy.decisions) return questions;
  return questions.map((one: Unread) => (Object.hasOwn(one, "requestId") ? one : { ...one, requestId }));
}

const invalid = (message: string) => new RbacError(2, "VALUE_INVALID", message);

/** True for a question that the database answers: about another time, or with evidence. */
export const isApart = (one: Unread): boolean => "at" in one || "explain" in one;
