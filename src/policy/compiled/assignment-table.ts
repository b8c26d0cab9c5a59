/** The users of a compiled policy with their assignments as integers: compact for millions of them. */
import { UnknownName } from "../../errors.ts";
import { IntListsByName } from "../arrays/int-lists-by-name.ts";
import type { HeldAssignment } from "../model/policy.ts";
import type { Scope } from "../model/scopes.ts";

/** Receives holdings one by one, until it is settled. */
export interface HoldingListener {
  readonly isSettled: boolean;
  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void;
}

/** Who asks, by what is held. */
export interface Holdings {
  readonly userPosition: number;
  readonly held: Iterable<HeldAssignment> | undefined;
  readonly activated: readonly number[];
  readonly assumed: readonly number[];
}

/** An assignment with a scope or a window. Most have neither, and are stored as the number of their role alone. */
interface LimitedAssignment {
  readonly role: number;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
}

/**
 * The list of a user begins with 1 if the user is disabled, else 0. Each assignment follows as the number of its role,
 * or, if it is limited, as the bitwise complement (`~`) of its index in `#limited`.
 */
export class AssignmentTable {
  readonly #users = new IntListsByName();
  readonly #limited: (LimitedAssignment | undefined)[] = [];
  readonly #freeIndexes: number[] = [];

  /** The position of a user; valid until the next change. @throws UnknownName (exit 2). */
  find(user: string): number {
    const position = this.#users.find(user);
    if (position === 0) throw new UnknownName("user", user);
    return position;
  }

  add(user: string, disabled: boolean): void {
    this.#users.add(user, [Number(disabled)]);
  }

  /** Removes a user. The assignments are removed before, so no limited assignment is left behind. */
  remove(user: string): void {
    this.#users.delete(user);
  }

  disable(user: string, disabled: boolean): void {
    this.#users.set(this.#users.start(this.find(user)), Number(disabled));
  }

  isDisabled(position: number): boolean {
    return this.#users.at(this.#users.start(position)) === 1;
  }

  assign(user: string, role: number, scope: Scope, from: string | null, until: string | null): void {
    const plain = scope === null && from === null && until === null;
    this.#users.push(user, plain ? role : ~this.#store({ role, scope, from, until }));
  }

  revoke(user: string, role: number, scope: Scope): void {
    const position = this.find(user);
    const start = this.#users.start(position);
    const end = start + this.#users.size(position);
    for (let at = start + 1; at < end; at++) {
      const code = this.#users.at(at);
      const limited = code < 0 ? this.#limited[~code] : undefined;
      if ((limited?.role ?? code) !== role || (limited?.scope ?? null) !== scope) continue;
      if (limited) {
        this.#limited[~code] = undefined;
        this.#freeIndexes.push(~code);
      }
      this.#users.removeAt(position, at);
      return;
    }
  }

  /** Passes on the assignments of a user, open or not, until the listener is settled. */
  visitHoldings(position: number, listener: HoldingListener): void {
    const start = this.#users.start(position);
    const end = start + this.#users.size(position);
    for (let at = start + 1; at < end && !listener.isSettled; at++) {
      const code = this.#users.at(at);
      if (code >= 0) listener.addHolding(code, null, null, null);
      else {
        const { role, scope, from, until } = this.#limited[~code] as LimitedAssignment;
        listener.addHolding(role, scope, from, until);
      }
    }
  }

  #store(limited: LimitedAssignment): number {
    const index = this.#freeIndexes.pop();
    if (index === undefined) return this.#limited.push(limited) - 1;
    this.#limited[index] = limited;
    return index;
  }
}
