/** Many questions to a compiled policy by one call, as of one revision, each with its answer or its own error. */

import { decidingOf } from "../decisions/deciding-of.ts";
import type { AskedPlace } from "../decisions/decisions.ts";
import { RbacError, UnknownName } from "../errors.ts";
import type { AtRevision } from "../policy/model/results.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import { Unanswered } from "../store/read/waiting-questions.ts";
import { askedFrom, type ReadQuestion } from "./answer-all.ts";
import { answerFrom, answerOf, type CanAnswer, normalized } from "./compiled-questions.ts";
import { clock, type OpenDatabase } from "./open-database.ts";

/** Each search for suggestions costs as much as many questions: only so many unknown names of a call get them. */
const MOST_SUGGESTED = 10;

type Outcome = CanAnswer | RbacError;
type EachAnswered = AtRevision<{ answers: Outcome[] }>;

/** @param questions none about the past @throws RbacError (exit 4) */
export async function answerEach(
  opened: OpenDatabase,
  live: LivePolicy,
  questions: readonly unknown[],
  place: () => AskedPlace,
): Promise<EachAnswered> {
  const now = clock();
  const read = questions.map((one) => orError(() => askedFrom(one, now)));
  const asked = read.flatMap((one) => (one instanceof RbacError ? [] : [one]));
  const isEvident = asked.some(({ explain }) => explain);
  const { revision, answers } = await (isEvident
    ? byDatabase(opened, asked, now)
    : byTables(opened, live, asked, now, place));
  const open = answers.values();
  return { revision, answers: read.map((one) => (one instanceof RbacError ? one : (open.next().value as Outcome))) };
}

/** What `act` gives, or what is wrong with a question. */
function orError<T>(act: () => T): T | RbacError {
  try {
    return act();
  } catch (error) {
    return ofQuestion(error);
  }
}

/** @throws what is not the fault of a question */
function ofQuestion(error: unknown): RbacError {
  if (error instanceof RbacError && error.exitCode === 2 && error.code !== "CLOSED") return error;
  throw error;
}

/** A question that was read as far as it could be, and what is wrong with its names. */
type Named = ReadQuestion & { readonly fault?: RbacError };

async function byTables(
  { decisions: log }: OpenDatabase,
  live: LivePolicy,
  asked: readonly ReadQuestion[],
  now: string,
  place: () => AskedPlace,
): Promise<EachAnswered> {
  let { revision, answers: verdicts } = await live.answerAll(asked.map(({ question }) => question));
  // Names that are not known may be so in their normal form: then all are asked again, as of one revision.
  const normal = asked.map((one, at) => (verdicts[at] instanceof Unanswered ? inNormalForm(one) : one));
  if (normal.some(({ question }, at) => question !== asked[at]?.question))
    ({ revision, answers: verdicts } = await live.answerAll(normal.map(({ question }) => question)));
  const faults = new Faults(live);
  const logged = ({ fault: _, ...one }: Named) => ({ now, ...one });
  const answers: Outcome[] = [];
  for (const [at, verdict] of verdicts.entries()) {
    const one = normal[at] as Named;
    if (verdict instanceof Unanswered) {
      const error = one.fault ?? verdict.error;
      log?.failed(logged(one), error, place());
      answers.push(await faults.told(error));
    } else answers.push(log ? log.logged(logged(one), verdict, answerOf(verdict)) : answerOf(verdict));
  }
  return { revision, answers };
}

function inNormalForm(asked: ReadQuestion): Named {
  try {
    const question = normalized(asked.question);
    return question ? { ...asked, question } : asked;
  } catch (error) {
    return { ...asked, fault: ofQuestion(error) };
  }
}

/** Errors as they are told: the first few unknown names with the nearest that there are. */
class Faults {
  readonly #live: LivePolicy;
  readonly #named = new Map<string, RbacError>();

  constructor(live: LivePolicy) {
    this.#live = live;
  }

  /** @returns with the given one as its cause, if it is another @throws what is not the fault of a question */
  async told(error: unknown): Promise<RbacError> {
    if (!(error instanceof UnknownName)) return ofQuestion(await this.#live.leaving(error));
    const name = JSON.stringify([error.named, error.missing]);
    let named = this.#named.get(name);
    if (!named && this.#named.size < MOST_SUGGESTED) {
      named = ofQuestion(await this.#live.leaving(error));
      this.#named.set(name, named);
    }
    if (!named) return error;
    const { exitCode, code, message, suggestions } = named;
    return new RbacError(exitCode, code, message, { suggestions, cause: error });
  }
}

/** With the evidence, in one transaction. */
function byDatabase(opened: OpenDatabase, asked: readonly ReadQuestion[], now: string): Promise<EachAnswered> {
  const named = asked.map(inNormalForm);
  return opened.use(async (database) => {
    const { revision, answered } = await database.batch(named, now);
    const { decisions: log } = opened;
    const databaseId = log ? await database.read((reading) => reading.databaseId()) : null;
    const answers = answered.map(({ answer, fault, explain, ...one }): Outcome => {
      const logged = { now, ...one };
      if (answer instanceof RbacError) {
        log?.failed(logged, fault ?? answer, { databaseId, revision });
        return fault ?? answer;
      }
      const given = answerFrom(answer, revision, explain);
      const trace = log?.keeps(answer.allowed) ? { db: databaseId, deciding: decidingOf(answer) } : undefined;
      return log ? log.logged(logged, { ...answer, revision, trace }, given) : given;
    });
    return { revision, answers };
  });
}
