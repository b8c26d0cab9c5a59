/** Many questions to a compiled policy by one call, all answered as of one revision. */

import { decidingOf } from "../decisions/deciding-of.ts";
import type { AskedPlace, Logged, Logging } from "../decisions/decisions.ts";
import { RbacError, wrong } from "../errors.ts";
import type { Question } from "../policy/evaluate/decide.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { Moment } from "../policy/model/times.ts";
import type { LiveVerdict } from "../store/read/followed-policy.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import { Unanswered } from "../store/read/waiting-questions.ts";
import {
  answerFrom,
  answerOf,
  areTexts,
  type CanAnswer,
  isNow,
  normalized,
  plainQuestion,
  questionOf,
  unreadQuestion,
} from "./compiled-questions.ts";
import { clock, momentOf, type OpenDatabase } from "./open-database.ts";
import { optionsOf } from "./options/arguments.ts";
import { COMPILED_CAN } from "./options/read-options.ts";

const NO_LOGGING: Logging = {};

type AllAnswers = AtRevision<{ answers: CanAnswer[] }>;

/** A question that was read, but for its names, since known names are in normal form. */
export interface ReadQuestion {
  readonly question: Question;
  readonly moment: Moment;
  readonly explain: boolean;
  readonly how: Logging;
}

/** @throws RbacError (exit 2) for the first question that is wrong, which its message names; (exit 4). */
export async function answerAll(
  opened: OpenDatabase,
  live: LivePolicy,
  questions: unknown,
  place: () => AskedPlace,
): Promise<AllAnswers> {
  if (!Array.isArray(questions)) throw wrong("VALUE_INVALID", "the questions must be a list of objects");
  const now = clock();
  const asked = questions.map((one: unknown, place) => placed(place, () => askedFrom(one, now)));
  const past = asked.find(({ moment }) => !isNow(moment, now));
  if (past) for (const [place, { moment }] of asked.entries()) requireSame(past, moment, place);
  if (past || asked.some(({ explain }) => explain)) return answerByDatabase(opened, asked, past, now);
  const log = opened.decisions;
  const logged = (at: number): Logged => ({ now, ...(asked[at] as ReadQuestion) });
  const onFault = (at: number, error: unknown) => log?.failed(logged(at), error, place());
  const answered = await answerByTables(
    live,
    asked.map(({ question }) => question),
    onFault,
  );
  if (!log) return answered;
  const answers = answered.answers.map((verdict, at) => log.logged(logged(at), verdict, answerOf(verdict)));
  return { revision: answered.revision, answers };
}

/** @throws RbacError (exit 2). */
export function askedFrom(one: unknown, now: string): ReadQuestion {
  if (typeof one !== "object" || one === null)
    throw wrong("VALUE_INVALID", "it must be an object with user and permission");
  const { user, permission } = one as { readonly [name: string]: unknown };
  const options: Record<string, unknown> = Object.create(null); // Or a `__proto__` of JSON would set its prototype.
  let isPlain = areTexts(user, permission);
  for (const name in one) {
    if (name === "user" || name === "permission") continue;
    options[name] = (one as { readonly [name: string]: unknown })[name];
    isPlain = false;
  }
  if (isPlain) {
    const question = plainQuestion(user as string | null, permission as string, now);
    return { question, moment: { at: now }, explain: false, how: NO_LOGGING };
  }
  const { explain = false, ...how } = optionsOf(options, COMPILED_CAN);
  const moment = momentOf(how.at, now);
  const at = "at" in moment ? moment.at : now;
  const question = areTexts(user, permission)
    ? unreadQuestion(user as string | null, permission as string, how, at)
    : questionOf(user, permission, how, at);
  return { question, moment, explain, how };
}

/** @throws RbacError `USAGE` (exit 2) for a question about another moment than one about the past. */
function requireSame(past: ReadQuestion, moment: Moment, place: number): void {
  if (JSON.stringify(moment) === JSON.stringify(past.moment)) return;
  placed(place, () => {
    throw wrong(
      "USAGE",
      "it is about another moment: where one question is about the past, all must be about its moment",
    );
  });
}

/** @param onFault told of each question that has no answer */
async function answerByTables(
  live: LivePolicy,
  questions: readonly Question[],
  onFault: (place: number, error: unknown) => void,
): Promise<AtRevision<{ answers: LiveVerdict[] }>> {
  const answered = await live.answerAll(questions).catch((error: unknown) => {
    for (const place of questions.keys()) onFault(place, error);
    throw error;
  });
  const wrongAt = answered.answers.findIndex((answer) => answer instanceof Unanswered);
  if (wrongAt < 0) return answered as AtRevision<{ answers: LiveVerdict[] }>;
  let isChanged = false;
  const normal = questions.map((question, place) => {
    const other = placed(place, () => normalized(question));
    if (other) isChanged = true;
    return other ?? question;
  });
  if (isChanged) return answerByTables(live, normal, onFault);
  const error = await live.leaving((answered.answers[wrongAt] as Unanswered).error);
  onFault(wrongAt, error);
  return placed(wrongAt, () => raise(error));
}

/** Answers with the evidence, and about the past, in one transaction. */
function answerByDatabase(
  opened: OpenDatabase,
  asked: readonly ReadQuestion[],
  past: ReadQuestion | undefined,
  now: string,
): Promise<AllAnswers> {
  const questions = asked.map(({ question }, place) => placed(place, () => normalized(question)) ?? question);
  return opened.use(async (database) => {
    const asking = past ? database.asOf(past.moment, now) : { database, at: now };
    const read = await Promise.resolve(asking).catch((error) =>
      placed(asked.indexOf(past as ReadQuestion), () => raise(error)),
    );
    const lines = questions.map((question) => ({ question: past ? { ...question, at: read.at } : question }));
    const { revision, answered } = await read.database.batch(lines, read.at);
    const log = past ? undefined : opened.decisions;
    const databaseId = log ? await database.read((reading) => reading.databaseId()) : null;
    const wrongOne = answered.findIndex(({ answer }) => answer instanceof RbacError);
    const answers = answered.map(({ answer }, place) => {
      const { explain, ...one } = asked[place] as ReadQuestion;
      if (answer instanceof RbacError) {
        log?.failed({ now, ...one }, answer, { databaseId, revision });
        return placed(place, () => raise(answer));
      }
      const given = answerFrom(answer, revision, explain);
      if (!log || wrongOne >= 0) return given;
      const trace = log.keeps(answer.allowed) ? { db: databaseId, deciding: decidingOf(answer) } : undefined;
      return log.logged({ now, ...one }, { ...answer, revision, trace }, given);
    });
    return { revision, answers };
  });
}

function raise(error: unknown): never {
  throw error;
}

/** What `act` gives; the error of a question says which it is, counted from 1. */
function placed<T>(place: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const { exitCode, code, message, hint, ...details } = error;
    throw new RbacError(exitCode, code, `question ${place + 1}: ${message}`, {
      ...details,
      ...(hint && { hint }),
      cause: error,
    });
  }
}
