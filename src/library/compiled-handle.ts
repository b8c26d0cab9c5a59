/** The handle of a compiled policy, for programs that ask many questions. */
import { admitted } from "../database/strangers.ts";
import { joined, usersWhoCan } from "../database/who-can.ts";
import { RbacError, UnknownName, wrong } from "../errors.ts";
import type { Decision, Question } from "../policy/evaluate/decide.ts";
import { type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import { withPeople } from "../policy/evaluate/policy-index.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import type { UserRow } from "../policy/evaluate/who-can.ts";
import type { Filter } from "../policy/filter/filter.ts";
import { parseName } from "../policy/model/names.ts";
import { parsePermission } from "../policy/model/permissions.ts";
import type { LivePolicy } from "../store/read/live-policy.ts";
import { askingUserOf, nameOf, optionsOf, type ReadOptions, textOf } from "./arguments.ts";
import { FILTER, type FilterOptions, filteredRowsOf } from "./filter-options.ts";
import type { PermissionName } from "./names.ts";
import { clock, momentOf, type OpenDatabase } from "./open-database.ts";
import {
  CAN,
  type CanOptions,
  PERMISSIONS,
  type PermissionsOptions,
  WHO_CAN,
  type WhoCanOptions,
} from "./read-options.ts";

/** An answer without its evidence, but with what it depends on, and the revision that it comes from. */
export type CanAnswer = Pick<Decision, "allowed" | "reason" | "except" | "known" | "unless" | "when"> & {
  readonly revision: number;
};

/** The question of a call. @throws RbacError (exit 2). */
export function questionOf(user: unknown, permission: unknown, how: ReadOptions, at: string): Question {
  const { owner = null, on: scope = null } = how;
  const asker = askerOf(askingUserOf(user), at, how);
  return { ...asker, permission: parsePermission(textOf("the permission", permission)), owner, scope };
}

/** A policy compiled for many questions. It is closed with its `Rbac`, or before. */
export class Compiled {
  readonly #opened: OpenDatabase;
  readonly #live: LivePolicy;
  #isClosed = false;

  /** @internal */
  constructor(opened: OpenDatabase, live: LivePolicy) {
    this.#opened = opened;
    this.#live = live;
  }

  /**
   * May the user do it? Every change that was committed before the question counts. Questions about the past are
   * answered by the database.
   * @throws RbacError (exit 2) for an unknown name or option, (exit 4) if the database cannot answer.
   */
  async can<P extends PermissionName>(user: string | null, permission: P, options?: CanOptions<P>): Promise<CanAnswer> {
    if (this.#isClosed) throw closedCompiled();
    const now = clock();
    if (options === undefined) return this.#settled(this.#answer(user, permission, now));
    const how = optionsOf(options, CAN);
    const moment = momentOf(how.at, now);
    if ("at" in moment && moment.at >= now)
      return this.#settled(this.#live.answer(questionOf(user, permission, how, moment.at)));
    return this.#opened.useAt(how.at, async (database, at) => {
      const { decisions, revision } = await database.can([questionOf(user, permission, how, at)]);
      const { allowed, reason, except, known, unless, when } = decisions[0] as Decision;
      const answer = { allowed, reason, except, known, revision };
      return { ...answer, ...(unless && { unless }), ...(when !== undefined && { when }) };
    });
  }

  /**
   * What the user may do: the same rows as `Rbac.permissions`. The first such question loads the structure, which stays
   * in memory until a change of it is committed.
   * @throws RbacError (exit 2) for an unknown name or resource, (exit 4).
   */
  async permissions(user: string | null, options: PermissionsOptions = {}): Promise<PermissionRow[]> {
    if (this.#isClosed) throw closedCompiled();
    const how = optionsOf(options, PERMISSIONS);
    const name = askingUserOf(user);
    return this.#opened.useAt(how.at, async (database, at) => {
      const asker = askerOf(name, at, how);
      return database.read(async (reading) => {
        const people = await reading.load({ users: name === null ? [] : [name], roles: "none" });
        const asking = await admitted(reading, people, asker);
        return permissionsOf(withPeople(await reading.structure(), people), asking, how.on, how.resource);
      });
    });
  }

  /**
   * Which rows of a table the user may do it with, for one query of the application: a condition for its WHERE, over
   * columns that hold what conditions ask of the resource, and perhaps the owner and the scope of a row. It picks the
   * rows for which `can` says yes with all of that. What is not given is unknown, and NULL is absent; so is, for a
   * condition, a value of another type than the column says.
   * @throws RbacError (exit 2) for an unknown name, column or option, and for a condition that SQL cannot say.
   */
  async filter<P extends PermissionName>(
    user: string | null,
    permission: P,
    options: FilterOptions<P>,
  ): Promise<Filter> {
    if (this.#isClosed) throw closedCompiled();
    const how = optionsOf(options, FILTER);
    const rows = filteredRowsOf(how);
    const { filterOf } = await import("../policy/filter/filter.ts");
    return this.#opened.useAt(how.at, async (database, at) => {
      const question = questionOf(user, permission, how, at);
      return database.read(async (reading) => {
        const people = await reading.load({ users: question.user === null ? [] : [question.user], roles: "none" });
        const asking = await admitted(reading, people, question);
        return filterOf(withPeople(await reading.structure(), people), asking, rows);
      });
    });
  }

  /**
   * Who may do it somewhere, or `on` a scope: the same rows as `Rbac.whoCan`, read with the structure that
   * `permissions` keeps, too.
   * @throws RbacError (exit 2) for an unknown name, (exit 4).
   */
  async whoCan<P extends PermissionName>(permission: P, options: WhoCanOptions<P> = {}): Promise<UserRow[]> {
    if (this.#isClosed) throw closedCompiled();
    const { on, at: asked, given } = optionsOf(options, WHO_CAN);
    const parsed = parsePermission(textOf("the permission", permission));
    return this.#opened.useAt(asked, (database, at) =>
      database.read(async (reading) => {
        const structure = await reading.structure();
        return (await joined(usersWhoCan(reading, parsed, { at, on, structure, given }))).users;
      }),
    );
  }

  /**
   * Whether the user is disabled, who then may nothing. For what asks for no permission, such as ownership.
   * @throws RbacError (exit 2) for an unknown name, (exit 4).
   */
  async user(user: string): Promise<{ readonly disabled: boolean; readonly revision: number }> {
    if (this.#isClosed) throw closedCompiled();
    const name = nameOf("the user", user);
    return this.#opened.use((database) =>
      database.answer({ users: [name], roles: "none" }, (policy) => {
        const row = policy.user.get(name);
        if (!row) throw new UnknownName("user", name);
        return { disabled: row.disabled };
      }),
    );
  }

  async has(user: string | null, role: string, how: object = {}): Promise<CanAnswer> {
    throw new Error(`${user} ${role} ${how}`);
  }
  async all(questions: readonly ({ user: string | null; permission: string } & CanOptions)[]) {
    const answers = [];
    for (const { user, permission, ...how } of questions) answers.push(await this.can(user, permission, how));
    return { answers };
  }

  /** Lets go of what it keeps. Closing it again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#opened.letGoOf(this);
    await this.#live.close();
  }

  /** So that `await using` closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * A fast path that does not parse names: known names are in normal form. Only if a name is unknown the question is
   * parsed, and asked again if that changed a name.
   */
  #answer(user: string | null, permission: string, at: string): CanAnswer | Promise<CanAnswer> {
    const isText = (user === null || typeof user === "string") && typeof permission === "string";
    if (!isText) return this.#live.answer(questionOf(user, permission, {}, at));
    const question = { user, permission, owner: null, scope: null, at, activate: NO_ROLES, assume: NO_ROLES };
    const answer = this.#live.answer(question);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error) => {
      const [name, parsed] = [user === null ? null : parseName(user), parsePermission(permission)];
      if (name === user && parsed === permission) throw error;
      return this.#live.answer({ ...question, user: name, permission: parsed });
    });
  }

  /** An answer; an error of a handle that was closed meanwhile says so. */
  #settled(answer: CanAnswer | Promise<CanAnswer>): CanAnswer | Promise<CanAnswer> {
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      if (this.#isClosed && !(error instanceof RbacError)) throw closedCompiled(error);
      throw error;
    });
  }
}

const NO_ROLES: readonly string[] = [];

const closedCompiled = (cause?: unknown) =>
  wrong("CLOSED", "this compiled policy is closed: compile another", { cause });
