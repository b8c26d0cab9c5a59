/** The state of one question to a compiled policy whether a role is held, judged as its holdings come in (rule 9). */
import type { Reason, RoleQuestion } from "../evaluate/decide.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import type { RoleTables } from "./role-tables.ts";

export class HeldRoleState implements HoldingListener {
  readonly #roles: RoleTables;
  readonly #question: Pick<RoleQuestion, "scope" | "at">;
  readonly #role: number;
  readonly #activated: readonly number[];
  /** The roles through which a role counts as held (rule 6); `undefined` without a session. */
  readonly #session: readonly number[] | undefined;
  /** The roles with an open holding on any scope. Collected only with a session. */
  readonly #openRoles: number[] = [];
  #isHeld = false;

  /** @param role the one asked about */
  constructor(
    roles: RoleTables,
    question: Pick<RoleQuestion, "scope" | "at">,
    role: number,
    { activated, assumed }: { readonly activated: readonly number[]; readonly assumed: readonly number[] },
  ) {
    this.#roles = roles;
    this.#question = question;
    this.#role = role;
    this.#activated = activated;
    this.#session = activated.length > 0 ? [...activated, ...assumed] : undefined;
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    if ((from !== null || until !== null) && !isOpen({ from, until }, this.#question.at)) return;
    if (this.#session) this.#openRoles.push(role);
    if (this.#isHeld || (scope !== null && !covers(scope, this.#question.scope))) return;
    this.#isHeld = this.#session
      ? this.#session.some((one) => this.#roles.reaches(role, one) && this.#roles.reaches(one, this.#role))
      : this.#roles.reaches(role, this.#role);
  }

  /** True when no further holding can change the answer: a session must be held as a whole. */
  get isSettled(): boolean {
    return this.#isHeld && !this.#session;
  }

  /** The reason of the answer. */
  get reason(): Reason {
    const isHeld = (one: number) => this.#openRoles.some((role) => this.#roles.reaches(role, one));
    if (!this.#activated.every(isHeld)) return "session";
    return this.#isHeld ? "allow" : "none";
  }
}
