/** A policy readied for a program that asks for long, and how a program asks. */
import type { Database } from "../database/database.ts";
import type { Decision, Question } from "../policy/evaluate/decide.ts";
import { type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import { withPeople } from "../policy/evaluate/policy-index.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import { parseName, parsePermission } from "../policy/model/names.ts";
import { parseScope } from "../policy/model/scopes.ts";
import { type Moment, parseAsked } from "../policy/model/times.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";

/** How to ask: where, whose target, for which moment, in which session. */
export interface CanOptions {
  readonly on?: string;
  readonly owner?: string;
  /** An RFC 3339 time, `-7d`, `+7d`, or a revision `@12`: what is past is answered by the policy that stood then. */
  readonly at?: string;
  readonly activate?: readonly string[];
  readonly assume?: readonly string[];
}

/** Which permissions to list: those that hold somewhere, or `on` a scope; all, or those of one resource. */
export interface PermissionsOptions extends Omit<CanOptions, "owner"> {
  /** The part before the colon: `posts`. */
  readonly resource?: string;
}

/** An answer without its evidence, and the revision that it was given by. */
export type CanAnswer = Pick<Decision, "allowed" | "reason"> & { readonly revision: number };

/** A policy readied for many questions. Close it before its `Rbac`. */
export class Compiled {
  readonly #database: Database;
  readonly #live: LivePolicy;

  constructor(database: Database, live: LivePolicy) {
    this.#database = database;
    this.#live = live;
  }

  /**
   * May the user do it? Every change that anybody committed before the question is seen; what is asked of the past is answered by the
   * database. @throws RbacError (exit 2) for a name that the policy does not know, (exit 4) when the database cannot serve.
   */
  async can(user: string, permission: string, how: CanOptions = {}): Promise<CanAnswer> {
    const now = clock();
    const moment = momentOf(how, now);
    if ("at" in moment && moment.at >= now) return this.#answer(user, permission, how, moment.at);
    const { database, at } = await this.#database.asOf(moment, now);
    const { decisions, revision } = await database.can([questionOf(user, permission, how, at)]);
    const { allowed, reason } = decisions[0] as Decision;
    return { allowed, reason, revision };
  }

  /**
   * What the user may do: the rows of `Rbac.permissions`, by structure that is kept in memory from the first such question on, until
   * a change of it is committed. @throws RbacError (exit 2) for a name or a resource that there is not, (exit 4).
   */
  async permissions(user: string, how: PermissionsOptions = {}): Promise<PermissionRow[]> {
    const now = clock();
    const moment = momentOf(how, now);
    const { database, at } =
      "at" in moment && moment.at >= now
        ? { database: this.#database, at: moment.at }
        : await this.#database.asOf(moment, now);
    const asker = askerOf(parseName(user), at, how);
    const on = how.on === undefined ? undefined : parseScope(how.on);
    return database.read(async (reading) => {
      const people = await reading.load({ users: [asker.user ?? ""], roles: "none" });
      return permissionsOf(withPeople(await reading.structure(), people), asker, on, how.resource);
    });
  }

  close(): Promise<void> {
    return this.#live.close();
  }

  /** A name that the policy knows is in its normal form: only what it does not know is read as others are, and asked again. */
  #answer(user: string, permission: string, how: CanOptions, at: string): CanAnswer | Promise<CanAnswer> {
    const { activate = NOBODY, assume = NOBODY, owner, on } = how;
    if (owner !== undefined || on !== undefined) return this.#live.answer(questionOf(user, permission, how, at));
    const answer = this.#live.answer({ user, permission, owner: null, scope: null, at, activate, assume });
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error) => {
      const question = questionOf(user, permission, how, at);
      if (question.user === user && question.permission === permission) throw error;
      return this.#live.answer(question);
    });
  }
}

const NOBODY: readonly string[] = [];

const momentOf = ({ at }: CanOptions, now: string): Moment => (at === undefined ? { at: now } : parseAsked(at, now));

let told = { millisecond: 0, text: "" };

/** The moment, as RFC 3339 UTC with milliseconds. Many questions share one, and writing it takes as long as answering. */
export function clock(): string {
  const millisecond = Date.now();
  if (told.millisecond !== millisecond) told = { millisecond, text: new Date(millisecond).toISOString() };
  return told.text;
}

export const scopeOf = ({ on }: CanOptions): string | null => (on === undefined ? null : parseScope(on));

export const questionOf = (user: string, permission: string, how: CanOptions, at: string): Question => ({
  ...askerOf(parseName(user), at, how),
  permission: parsePermission(permission),
  owner: how.owner === undefined ? null : parseName(how.owner),
  scope: scopeOf(how),
});
