/** The handle of a compiled policy for programs, and the options of a question in the library. */
import type { Database } from "../database/database.ts";
import type { Decision, Question } from "../policy/evaluate/decide.ts";
import { type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import { withPeople } from "../policy/evaluate/policy-index.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import { parseName, parsePermission } from "../policy/model/names.ts";
import { parseScope } from "../policy/model/scopes.ts";
import { type Moment, parseAsked } from "../policy/model/times.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";

/** The circumstances of a question: scope, owner of the target, time, session. */
export interface CanOptions {
  readonly on?: string;
  readonly owner?: string;
  /** An RFC 3339 time, `-7d`, `+7d`, or a revision `@12`. A past time is answered by the policy of that time. */
  readonly at?: string;
  readonly activate?: readonly string[];
  readonly assume?: readonly string[];
}

/** Which permissions to list: those that hold somewhere or `on` a scope, of all resources or of one. */
export interface PermissionsOptions extends Omit<CanOptions, "owner"> {
  /** The part before the colon: `posts`. */
  readonly resource?: string;
}

/** An answer without its evidence, and the revision that it comes from. */
export type CanAnswer = Pick<Decision, "allowed" | "reason"> & { readonly revision: number };

/** A policy compiled for many questions. Close it before its `Rbac`. */
export class Compiled {
  readonly #database: Database;
  readonly #live: LivePolicy;

  constructor(database: Database, live: LivePolicy) {
    this.#database = database;
    this.#live = live;
  }

  /**
   * May the user do it? Every change that was committed before the question counts. Questions about the past are
   * answered by the database.
   * @throws RbacError (exit 2) for an unknown name, (exit 4) if the database cannot answer.
   */
  async can(user: string, permission: string, options: CanOptions = {}): Promise<CanAnswer> {
    const now = clock();
    const moment = momentOf(options, now);
    if ("at" in moment && moment.at >= now) return this.#answer(user, permission, options, moment.at);
    const { database, at } = await this.#database.asOf(moment, now);
    const { decisions, revision } = await database.can([questionOf(user, permission, options, at)]);
    const { allowed, reason } = decisions[0] as Decision;
    return { allowed, reason, revision };
  }

  /**
   * What the user may do: the same rows as `Rbac.permissions`. The first such question loads the structure, which stays
   * in memory until a change of it is committed.
   * @throws RbacError (exit 2) for an unknown name or resource, (exit 4).
   */
  async permissions(user: string, options: PermissionsOptions = {}): Promise<PermissionRow[]> {
    const now = clock();
    const moment = momentOf(options, now);
    const { database, at } =
      "at" in moment && moment.at >= now
        ? { database: this.#database, at: moment.at }
        : await this.#database.asOf(moment, now);
    const asker = askerOf(parseName(user), at, options);
    const on = options.on === undefined ? undefined : parseScope(options.on);
    return database.read(async (reading) => {
      const people = await reading.load({ users: [asker.user ?? ""], roles: "none" });
      return permissionsOf(withPeople(await reading.structure(), people), asker, on, options.resource);
    });
  }

  close(): Promise<void> {
    return this.#live.close();
  }

  /**
   * A fast path that does not parse names: known names are in normal form. Only if a name is unknown the question is
   * parsed, and asked again if that changed a name.
   */
  #answer(user: string, permission: string, options: CanOptions, at: string): CanAnswer | Promise<CanAnswer> {
    const { activate = NO_ROLES, assume = NO_ROLES, owner, on } = options;
    if (owner !== undefined || on !== undefined) return this.#live.answer(questionOf(user, permission, options, at));
    const answer = this.#live.answer({ user, permission, owner: null, scope: null, at, activate, assume });
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error) => {
      const question = questionOf(user, permission, options, at);
      if (question.user === user && question.permission === permission) throw error;
      return this.#live.answer(question);
    });
  }
}

const NO_ROLES: readonly string[] = [];

const momentOf = ({ at }: CanOptions, now: string): Moment => (at === undefined ? { at: now } : parseAsked(at, now));

/** The last reading of the clock and its text. */
let lastReading = { millisecond: 0, text: "" };

/**
 * The current time, RFC 3339 UTC with milliseconds. The text is cached for its millisecond: many questions share one,
 * and formatting takes as long as an answer.
 */
export function clock(): string {
  const millisecond = Date.now();
  if (lastReading.millisecond !== millisecond) lastReading = { millisecond, text: new Date(millisecond).toISOString() };
  return lastReading.text;
}

export const scopeOf = ({ on }: CanOptions): string | null => (on === undefined ? null : parseScope(on));

export const questionOf = (user: string, permission: string, options: CanOptions, at: string): Question => ({
  ...askerOf(parseName(user), at, options),
  permission: parsePermission(permission),
  owner: options.owner === undefined ? null : parseName(options.owner),
  scope: scopeOf(options),
});
