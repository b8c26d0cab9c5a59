/** The state of one question to a compiled policy: it collects the tables and holdings that bear on it, as bits. */
import type { Reason } from "../evaluate/decide.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { ALLOW, DENY, OWN_ALLOW, OWN_DENY, type RoleTables } from "./role-tables.ts";

/** One instance is reused for all questions in sequence, so that a question allocates no object. */
export class QuestionState implements HoldingListener {
  readonly #roles: RoleTables;
  #allowBits = ALLOW;
  #denyBits = DENY;
  #target: Scope = null;
  #at = "";
  /**
   * The tables of grants that may cover the question. Only the first `#tableCount` entries are valid: truncating an
   * array would cost as much as a lookup.
   */
  readonly #tables: number[] = [];
  #tableCount = 0;
  #bits = 0;
  /** The roles through which paths may allow (rule 6); `undefined` without a session. */
  #session: readonly number[] | undefined;
  /** The roles with an open holding on any scope. Collected only with a session. */
  #openRoles: number[] = [];

  constructor(roles: RoleTables) {
    this.#roles = roles;
  }

  /**
   * Starts a question.
   * @param own true for a question as the owner, for which grants that end in `:own` count too (rule 4)
   */
  begin(own: boolean, target: Scope, at: string): this {
    this.#allowBits = own ? ALLOW | OWN_ALLOW : ALLOW;
    this.#denyBits = own ? DENY | OWN_DENY : DENY;
    this.#target = target;
    this.#at = at;
    this.#tableCount = 0;
    this.#bits = 0;
    this.#session = undefined;
    return this;
  }

  /** Adds a table whose grants cover the question. */
  addTable(table: number): void {
    if (this.#roles.prepare(table)) this.#tables[this.#tableCount++] = table;
  }

  /** Sets a session: only paths through these roles allow (rule 6). To be called before the first holding is added. */
  narrowTo(roles: readonly number[]): void {
    this.#session = roles;
    this.#openRoles = [];
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    if ((from !== null || until !== null) && !isOpen({ from, until }, this.#at)) return;
    if (this.#session) this.#openRoles.push(role);
    // A path covers the target if assignment and grant both cover it: the deeper of the two scopes decides (rule 2).
    if (scope !== null && !covers(scope, this.#target)) return;
    if (!this.#session) this.#bits |= this.#bitsOf(role);
    else {
      this.#bits |= this.#bitsOf(role) & this.#denyBits;
      for (const sessionRole of this.#session)
        if (this.#roles.reaches(role, sessionRole)) this.#bits |= this.#bitsOf(sessionRole) & this.#allowBits;
    }
  }

  /** True when no further holding can change the answer. */
  get isSettled(): boolean {
    return this.#roles.onlyAllows && !this.#session && (this.#bits & this.#allowBits) !== 0;
  }

  /** The reason of the answer. @param activated the roles of the session, each of which must be held (rule 6) */
  reason(activated: readonly number[]): Reason {
    if (activated.length > 0 && !this.#holdsAll(activated)) return "session";
    if ((this.#bits & this.#denyBits) !== 0) return "deny";
    return (this.#bits & this.#allowBits) !== 0 ? "allow" : "none";
  }

  #holdsAll(roles: readonly number[]): boolean {
    return roles.every((role) => this.#openRoles.some((openRole) => this.#roles.reaches(openRole, role)));
  }

  #bitsOf(role: number): number {
    let bits = 0;
    for (let index = 0; index < this.#tableCount; index++)
      bits |= this.#roles.bits(this.#tables[index] as number, role);
    return bits;
  }
}
