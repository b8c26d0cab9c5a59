/** The scopes below a target on which a deny makes the yes of a compiled policy a no: the `except` of `decide`. */
import { isOpen } from "../evaluate/walk.ts";
import { covers, deeper, type Scope, widest } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { DENY, OWN_DENY, type RoleTables } from "./role-tables.ts";

/** A table with denies, and the scope of its grants. */
export type DenyTable = readonly [table: number, scope: Scope];

/** Collects the denied scopes of one question, from the denies that cover it and the holdings of its user. */
export class DeniedScopes implements HoldingListener {
  /** A deny below one that was found says nothing more, but any other holding may. */
  readonly isSettled = false;
  readonly #roles: RoleTables;
  readonly #tables: readonly DenyTable[];
  readonly #denyBits: number;
  readonly #target: Scope;
  readonly #at: string;
  /** The denied scopes, those below others too. */
  readonly found = new Set<Scope>();

  /** @param own true for a question as the owner */
  constructor(roles: RoleTables, tables: readonly DenyTable[], own: boolean, target: Scope, at: string) {
    this.#roles = roles;
    this.#tables = tables.filter(([table]) => roles.prepare(table));
    this.#denyBits = own ? DENY | OWN_DENY : DENY;
    this.#target = target;
    this.#at = at;
  }

  addHolding(role: number, scope: Scope, from: string | null, until: string | null): void {
    if ((from !== null || until !== null) && !isOpen({ from, until }, this.#at)) return;
    for (const [table, grantScope] of this.#tables) {
      const denied = deeper(scope, grantScope);
      if (denied === undefined || !covers(this.#target, denied)) continue;
      if ((this.#roles.bits(table, role) & this.#denyBits) !== 0) this.found.add(denied);
    }
  }

  /** The denied scopes without those below others, in byte order. */
  get widest(): readonly Scope[] {
    return widest(this.found);
  }
}
