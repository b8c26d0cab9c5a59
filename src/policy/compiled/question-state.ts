/** One question put to a compiled policy: told what covers it and what somebody holds, it adds up what that allows and denies. */
import type { Reason } from "../evaluate/decide.ts";
import { isOpen } from "../evaluate/walk.ts";
import { covers, type Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { ALLOW, DENY, OWN_ALLOW, OWN_DENY, type RoleTables } from "./role-tables.ts";

/** Used for one question after the other, so that none costs an object. */
export class QuestionState implements HoldingListener {
  readonly #roles: RoleTables;
  #allows = ALLOW;
  #denies = DENY;
  #target: Scope = null;
  #at = "";
  /** The tables in which something may cover the question: the first so many, for shortening an array costs as much as a look. */
  readonly #tables: number[] = [];
  #covering = 0;
  #bits = 0;
  /** The roles that may allow; `undefined` without a session. */
  #session: readonly number[] | undefined;
  /** What is held and open, wherever: only a session asks. */
  #held: number[] = [];

  constructor(roles: RoleTables) {
    this.#roles = roles;
  }

  /** @param own true for a question with the own bit, for which grants that end in `:own` count too (rule 4). */
  begin(own: boolean, target: Scope, at: string): this {
    this.#allows = own ? ALLOW | OWN_ALLOW : ALLOW;
    this.#denies = own ? DENY | OWN_DENY : DENY;
    this.#target = target;
    this.#at = at;
    this.#covering = 0;
    this.#bits = 0;
    this.#session = undefined;
    return this;
  }

  /** Lets grants of a table count. */
  cover(table: number): void {
    if (this.#roles.isGranted(table)) this.#tables[this.#covering++] = table;
  }

  /** Lets only paths through these roles allow (rule 6). */
  narrowTo(roles: readonly number[]): void {
    this.#session = roles;
    this.#held = [];
  }

  hold(role: number, scope: Scope, from: string | null, until: string | null): void {
    if ((from !== null || until !== null) && !isOpen({ from, until }, this.#at)) return;
    if (this.#session) this.#held.push(role);
    // A path covers the target where the assignment and the grant both do: the deeper of the two decides (rule 2).
    if (scope !== null && !covers(scope, this.#target)) return;
    if (!this.#session) this.#bits |= this.#bitsOf(role);
    else {
      this.#bits |= this.#bitsOf(role) & this.#denies;
      for (const through of this.#session)
        if (this.#roles.reaches(role, through)) this.#bits |= this.#bitsOf(through) & this.#allows;
    }
  }

  /** True when nothing more that is held can turn the answer. */
  get isSettled(): boolean {
    return this.#roles.onlyAllows && !this.#session && (this.#bits & this.#allows) !== 0;
  }

  /** @param activated the roles that must be held for there to be a session at all. */
  reason(activated: readonly number[]): Reason {
    if (activated.length > 0 && !this.#holdsAll(activated)) return "session";
    if ((this.#bits & this.#denies) !== 0) return "deny";
    return (this.#bits & this.#allows) !== 0 ? "allow" : "none";
  }

  #holdsAll(roles: readonly number[]): boolean {
    return roles.every((role) => this.#held.some((held) => this.#roles.reaches(held, role)));
  }

  #bitsOf(role: number): number {
    let bits = 0;
    for (let at = 0; at < this.#covering; at++) bits |= this.#roles.bits(this.#tables[at] as number, role);
    return bits;
  }
}
