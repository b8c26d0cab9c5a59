/** Adds the nearest names in a database to errors about unknown names. Nothing else does, and the store always does. */
import type { Kysely } from "kysely";
import { type Named, RbacError, UnknownName } from "../../errors.ts";
import { nearest } from "../../policy/model/name-suggestions.ts";
import { type Column, TABLE, type Tables } from "../engine/tables.ts";
import { columnBetween, type Fragment, rawSql } from "../sql/fragments.ts";
import { inTurn, type RunQuery, type Steps } from "../sql/steps.ts";

/** The error that leaves the store: for an unknown name without suggestions a copy that has them. */
export const withSuggestions = (db: Kysely<Tables>, error: unknown): Promise<unknown> =>
  inTurn(suggestingFor({ db, run: runningOn(db) }, error));

/** What names are looked for in. */
interface Names {
  readonly db: Kysely<Tables>;
  readonly run: RunQuery;
}

/** Runs queries by kysely, where there is no more of a connection than that. */
const runningOn =
  (db: Kysely<Tables>): RunQuery =>
  async (query) =>
    (await db.executeQuery<Record<string, Column>>(query)).rows.map((row) => Object.values(row));

/** The same as steps. */
export function* suggestingFor(names: Names, error: unknown): Steps<unknown> {
  if (!(error instanceof UnknownName) || error.suggestions.length > 0 || error.isPast) return error;
  const { named, missing } = error;
  const suggestions = yield* nearestAmong(names, named, missing);
  return new UnknownName(named, missing, suggestions, { otherwise: yield* otherwiseNamed(names, error) });
}

/** Reads that know the names of a past revision. */
interface PastReads {
  withNames(error: unknown): Promise<unknown>;
}

/** Answers from reads; the error of an unknown name gets the nearest names of the past revision that is read. */
export async function suggesting<R extends PastReads, T>(reads: R, ask: (reads: R) => Promise<T>): Promise<T> {
  try {
    return await ask(reads);
  } catch (error) {
    throw await reads.withNames(error);
  }
}

/** Like `suggesting`, for an answer in parts. */
export async function* suggestingParts<R extends PastReads, T>(
  reads: R,
  ask: (reads: R) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  try {
    yield* ask(reads);
  } catch (error) {
    throw await reads.withNames(error);
  }
}

/** Users and roles stand side by side on command lines, and are swapped. */
export const SWAPPED: Readonly<Partial<Record<Named, "user" | "role">>> = { user: "role", role: "user" };

/** What else has the name that is missing, where it may stand in the wrong place. */
function* otherwiseNamed({ db, run }: Names, { named, missing }: UnknownName): Steps<Named | undefined> {
  const other = SWAPPED[named];
  if (!other) return undefined;
  const found = yield run(db.selectFrom(TABLE[other]).select(other).where(other, "=", missing).compile());
  return found.length > 0 ? other : undefined;
}

/**
 * Answers, or gives the error that prevents it; only the error of an unknown name has to be waited for.
 * @param revision the one that the answer is read of, if it is not the present one
 */
export type Attempt = <T>(answer: () => T, revision?: number) => T | RbacError | Promise<RbacError>;

/** Unknown names beyond this number get no suggestions, as one search for them costs as much as many questions. */
const MAX_SUGGESTIONS = 100;

/**
 * Attempts of one transaction, for errors that are answers and so do not leave the store by themselves.
 * @param withNames adds the nearest names of a revision to the error of an unknown name
 */
export function attempts(withNames: (error: unknown, revision: number | undefined) => Promise<unknown>): Attempt {
  let unknown = 0;
  return (answer, revision) => {
    try {
      return answer();
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      if (!(error instanceof UnknownName) || unknown >= MAX_SUGGESTIONS) return error;
      unknown += 1;
      return withNames(error, revision) as Promise<RbacError>;
    }
  };
}

/** Up to this many names are all compared. */
const MAX_COMPARED = 10_000;
/** If there are more, this many are compared for each prefix. */
const MAX_PER_PREFIX = 1000;

/**
 * The names nearest to a name. Among very many, only names that share a prefix with it are compared: the longest shared
 * prefix first, down to a third of its letters.
 */
export const nearestNames = (db: Kysely<Tables>, named: Named, name: string): Promise<string[]> =>
  inTurn(nearestAmong({ db, run: runningOn(db) }, named, name));

function* nearestAmong({ db, run }: Names, named: Named, name: string): Steps<string[]> {
  const names = function* (limit: number, ...conditions: Fragment[]): Steps<string[]> {
    let query = db.selectFrom(TABLE[named]).select(named).limit(limit);
    for (const condition of conditions) query = query.where(rawSql(condition));
    const rows = yield run(query.compile());
    return rows.map(([other]) => String(other)).filter((other) => other !== name);
  };
  const all = yield* names(MAX_COMPARED);
  if (all.length < MAX_COMPARED - 1) return nearest(name, all);
  const letters = [...name];
  let found: string[] = [];
  for (let length = letters.length; length > 0 && length * 3 >= letters.length && found.length === 0; length--) {
    const prefix = letters.slice(0, length).join("");
    found = nearest(name, yield* names(MAX_PER_PREFIX, columnBetween(named, prefix, `${prefix}\u{10ffff}`)));
  }
  return found;
}
