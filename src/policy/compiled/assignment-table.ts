/** Who holds what, for millions: the users of a compiled policy, with their assignments as integers. */
import { UnknownName } from "../../errors.ts";
import type { Scope } from "../model/scopes.ts";
import { IntListsByName } from "./int-lists-by-name.ts";

/** Is told what somebody holds, until it has heard enough. */
export interface HoldingListener {
  readonly isSettled: boolean;
  hold(role: number, scope: Scope, from: string | null, until: string | null): void;
}

/** An assignment with a scope or a window. Most have neither, and are then just the number of their role. */
interface Narrow {
  readonly role: number;
  readonly scope: Scope;
  readonly from: string | null;
  readonly until: string | null;
}

/** A user's list begins with 1 for one who is disabled, else 0; then the number of a role, or the complement of a narrow one's. */
export class AssignmentTable {
  readonly #users = new IntListsByName();
  readonly #narrow: (Narrow | undefined)[] = [];
  readonly #free: number[] = [];

  /** Where a user is, until the next change. @throws UnknownName (exit 2). */
  find(user: string): number {
    const place = this.#users.find(user);
    if (place === 0) throw new UnknownName("user", user);
    return place;
  }

  add(user: string, disabled: boolean): void {
    this.#users.add(user, [Number(disabled)]);
  }

  /** Assignments go before their user does, so the list is empty by then. */
  remove(user: string): void {
    this.#users.delete(user);
  }

  disable(user: string, disabled: boolean): void {
    this.#users.put(this.#users.start(this.find(user)), Number(disabled));
  }

  isDisabled(place: number): boolean {
    return this.#users.at(this.#users.start(place)) === 1;
  }

  assign(user: string, role: number, scope: Scope, from: string | null, until: string | null): void {
    const plain = scope === null && from === null && until === null;
    this.#users.push(user, plain ? role : ~this.#placed({ role, scope, from, until }));
  }

  revoke(user: string, role: number, scope: Scope): void {
    const place = this.find(user);
    const start = this.#users.start(place);
    const end = start + this.#users.size(place);
    for (let at = start + 1; at < end; at++) {
      const code = this.#users.at(at);
      const narrow = code < 0 ? this.#narrow[~code] : undefined;
      if ((narrow?.role ?? code) !== role || (narrow?.scope ?? null) !== scope) continue;
      if (narrow) {
        this.#narrow[~code] = undefined;
        this.#free.push(~code);
      }
      this.#users.cut(place, at);
      return;
    }
  }

  /** Tells the assignments of a user, open or not. */
  tell(place: number, listener: HoldingListener): void {
    const start = this.#users.start(place);
    const end = start + this.#users.size(place);
    for (let at = start + 1; at < end && !listener.isSettled; at++) {
      const code = this.#users.at(at);
      if (code >= 0) listener.hold(code, null, null, null);
      else {
        const { role, scope, from, until } = this.#narrow[~code] as Narrow;
        listener.hold(role, scope, from, until);
      }
    }
  }

  #placed(narrow: Narrow): number {
    const at = this.#free.pop();
    if (at === undefined) return this.#narrow.push(narrow) - 1;
    this.#narrow[at] = narrow;
    return at;
  }
}
