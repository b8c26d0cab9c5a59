/** The search for a holding that leads to what decides. */
import type { Question } from "../evaluate/decide.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import type { RoleTables } from "./role-tables.ts";

/** A grant that decides; `null` of a question about a role, where no grant does. */
export interface GrantFound {
  /** The role that has the grant, held itself or inherited. */
  readonly role: string;
  readonly permission: string;
  readonly scope: Scope;
}

/** By what somebody may, or may not: a holding, and the grant that it leads to. */
export interface Deciding {
  /** The role that is held, and the scope on which. */
  readonly held: string;
  readonly heldOn: Scope;
  readonly grant: GrantFound | null;
}

/** The roles through which paths may allow (rule 6); `undefined` without a session. */
export type SessionRoles = readonly number[] | undefined;

/** Finds the first open holding on the target that leads to what is asked for. */
export class DecidingSearch implements HoldingListener {
  found: Deciding | undefined;
  readonly #roles: RoleTables;
  readonly #question: Pick<Question, "scope" | "at">;
  readonly #session: SessionRoles;
  readonly #reachedBy: (role: number) => GrantFound | boolean | null;

  constructor(
    roles: RoleTables,
    question: Pick<Question, "scope" | "at">,
    session: SessionRoles,
    reachedBy: (role: number) => GrantFound | boolean | null,
  ) {
    this.#roles = roles;
    this.#question = question;
    this.#session = session;
    this.#reachedBy = reachedBy;
  }

  get isSettled(): boolean {
    return this.found !== undefined;
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    if (this.found) return;
    if ((from !== null || until !== null) && !isOpen({ from, until }, this.#question.at)) return;
    if (scope !== null && !covers(scope, this.#question.scope)) return;
    for (const through of this.#session ?? [role]) {
      if (through !== role && !this.#roles.reaches(role, through)) continue;
      const reached = this.#reachedBy(through);
      if (!reached) continue;
      this.found = { held: this.#roles.nameOf(role), heldOn: scope, grant: reached === true ? null : reached };
      return;
    }
  }
}
