/**
 * By which plain grant a question was decided, and how it is held: asked after the answer, and only by a log. Of
 * several that decide alike it is one.
 */
import { asksAsOwner, type Question, type RoleQuestion } from "../evaluate/decide.ts";
import { withoutOwn } from "../model/names.ts";
import type { Effect } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { type Deciding, DecidingSearch, type GrantFound, type SessionRoles } from "./deciding-search.ts";
import type { PermissionTable } from "./permission-table.ts";
import { ALLOW, DENY, OWN_ALLOW, OWN_DENY, type RoleTables } from "./role-tables.ts";

type VisitHoldings = (listener: HoldingListener) => void;

/** The most grants that are kept. */
const MAX_KEPT = 50_000;

export class DecidingGrants {
  readonly #roles: RoleTables;
  readonly #permissions: PermissionTable;
  /** By role, effect, permission and scope: the grant that the role reaches, `null` for none. */
  readonly #kept = new Map<string, GrantFound | null>();

  constructor(roles: RoleTables, permissions: PermissionTable) {
    this.#roles = roles;
    this.#permissions = permissions;
  }

  /** Forgets what it kept: to be called with every change of roles and grants. */
  forget(): void {
    this.#kept.clear();
  }

  /** @param effect that of the answer */
  of(question: Question, effect: Effect, session: SessionRoles, visit: VisitHoldings): Deciding | undefined {
    const [plain, own] = effect === "allow" ? [ALLOW, OWN_ALLOW] : [DENY, OWN_DENY];
    const bits = asksAsOwner(question) ? plain | own : plain;
    const rest = `${bits} ${question.permission}\0${question.scope ?? ""}`;
    const reachedBy = (role: number): GrantFound | null => {
      const key = `${role} ${rest}`;
      const known = this.#kept.get(key);
      if (known !== undefined) return known;
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      const found = this.#grantOf(role, withoutOwn(question.permission), question.scope, bits);
      this.#kept.set(key, found);
      return found;
    };
    // A session never narrows what denies.
    return this.#search(question, effect === "allow" ? session : undefined, reachedBy, visit);
  }

  ofRole(question: RoleQuestion, session: SessionRoles, visit: VisitHoldings): Deciding | undefined {
    const asked = this.#roles.existingId(question.role);
    return this.#search(question, session, (role) => this.#roles.reaches(role, asked), visit);
  }

  #search(
    question: Question | RoleQuestion,
    session: SessionRoles,
    reachedBy: (role: number) => GrantFound | boolean | null,
    visit: VisitHoldings,
  ): Deciding | undefined {
    const search = new DecidingSearch(this.#roles, question, session, reachedBy);
    visit(search);
    return search.found;
  }

  /** The grant that the fewest steps of inheritance lead to. */
  #grantOf(role: number, permission: string, scope: Scope, bits: number): GrantFound | null {
    const found = new Map<number, GrantFound>();
    for (const { table, pattern, scope: on } of this.#permissions.namedTables(permission, scope)) {
      if (!this.#roles.prepare(table) || (this.#roles.bits(table, role) & bits) === 0) continue;
      for (const [granting, bit] of this.#roles.grantsOf(table)) {
        if ((bit & bits) === 0 || found.has(granting)) continue;
        const isOwn = (bit & (OWN_ALLOW | OWN_DENY)) !== 0;
        const name = this.#roles.nameOf(granting);
        found.set(granting, { role: name, permission: isOwn ? `${pattern}:own` : pattern, scope: on });
      }
    }
    if (found.size === 0) return null;
    for (const reached of this.#roles.above(role)) {
      const grant = found.get(reached);
      if (grant) return grant;
    }
    return null;
  }
}
