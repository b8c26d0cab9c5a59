/** Violations of constraints on every scope, at every time from now on, and those that a change adds (rules 20–22). */
import { type RbacError, refused, type Violation } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { quote } from "../model/names.ts";
import type { Assignment, Constraint, Policy } from "../model/policy.ts";
import { closure, type Heirs, heirsIn } from "../model/role-graph.ts";
import { ancestorsOf, covers, type Scope } from "../model/scopes.ts";
import { type OpenHoldings, type SweepMoment, sweep, type TimedHolding } from "./validity-windows.ts";

/** A broken constraint, with a text for people. */
export type ConstraintViolation = Violation & { readonly text: string };

/**
 * Every violation from now on, with its text.
 * @param policy must contain all inheritance, `everyone`, and all holders of roles that constraints name
 */
export function violationsOf(policy: Policy, now: string): ConstraintViolation[] {
  const side = { policy, heirs: heirsIn(policy) };
  const constraints = [...policy.constraint.values()].sort(by((row) => row.constraint));
  return constraints.flatMap((constraint) =>
    [...new ConstraintComparison(constraint, now, side).violations()].map((violation) => ({
      ...violation,
      text: violationText(violation, constraint),
    })),
  );
}

/**
 * The violations that a change adds. What was as bad before is not refused, so that a broken policy can be repaired
 * step by step; and `min_users` refuses only the loss of a holder (rule 22).
 * @param before, after at least all inheritance, and the users of `peopleForConstraints`
 */
export function violationsAdded(
  before: Policy,
  after: Policy,
  constraints: readonly Constraint[],
  now: string,
): Violation[] {
  const sides = [after, before].map((policy) => ({ policy, heirs: heirsIn(policy) })) as [Side, Side];
  return constraints.flatMap((constraint) => [...new ConstraintComparison(constraint, now, ...sides).violations()]);
}

/** A policy with its role graph, which is built once for all constraints. */
interface Side {
  readonly policy: Policy;
  readonly heirs: Heirs;
}

/** The error `CONSTRAINT_VIOLATED` (exit 3): its message describes the first violation, `violations` has all. */
export function violationError(violations: readonly Violation[], constraints: readonly Constraint[]): RbacError {
  const [first] = violations as [Violation];
  const moreText = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  const broken = constraints.filter((row) => row.constraint === first.constraint);
  const text = broken.map((constraint) => violationText(first, constraint)).join();
  return refused("CONSTRAINT_VIOLATED", `this would break the constraint ${text}${moreText}`, { violations });
}

/** The text of a violation: the constraint, the users and roles that break it, the scope, and the first time. */
function violationText({ users, scope, at, roles }: Violation, constraint: Constraint): string {
  const { limit, type } = constraint;
  const whereText = `${scope === null ? "everywhere" : `on ${scope}`} from ${at} on`;
  const rolesText = `${roles.map(quote).join(" and ")} ${whereText}`;
  const holderText = `${users.slice(0, 1).map(quote).join()} holds ${rolesText}`;
  const enabledText = users.length === 0 ? "nobody enabled holds" : `${users.length} enabled hold`;
  const textByType = {
    ssd: `${holderText}, and fewer than ${limit} of its roles may be held`,
    dsd: "",
    prerequisite: `${holderText} without ${needsOf(constraint).map(quote).join(" and ")}`,
    max_users: `${users.length} hold ${rolesText}, and at most ${limit} may`,
    min_users: `${enabledText} ${rolesText}, and at least ${limit} must`,
  };
  return `${quote(constraint.constraint)} (${type}): ${textByType[type]}`;
}

/** True for constraints that are about each user separately. */
export const isPersonal = ({ type }: Constraint): boolean => type === "ssd" || type === "prerequisite";

const needsOf = ({ needs }: Constraint): readonly string[] => needs ?? [];

/** All roles that a constraint names, in `roles` or in `needs`. */
export const rolesNamed = (constraint: Constraint): readonly string[] => [...constraint.roles, ...needsOf(constraint)];

/** Checks one constraint against a policy and, for a change, compares with the policy before. */
class ConstraintComparison {
  readonly #constraint: Constraint;
  readonly #former: Constraint | undefined;
  readonly #now: string;
  readonly #after: RoleHolders;
  readonly #before: RoleHolders | undefined;

  constructor(constraint: Constraint, now: string, after: Side, before?: Side) {
    const former = before?.policy.constraint.get(constraint.constraint);
    const personal = isPersonal(constraint);
    const comparable = former?.type === constraint.type && (personal || former.roles[0] === constraint.roles[0]);
    this.#constraint = constraint;
    this.#former = comparable ? former : undefined;
    this.#now = now;
    this.#after = new RoleHolders(after, constraint);
    this.#before = before && new RoleHolders(before, (personal && this.#former) || constraint);
  }

  *violations(): Iterable<Violation> {
    const { type } = this.#constraint;
    if (type === "dsd") return; // A `dsd` limits activated roles, not held roles.
    if (!isPersonal(this.#constraint)) {
      yield* this.#violationsAmong(this.#after.holders(), this.#before?.holders() ?? [], null);
      return;
    }
    for (const [user, holdings] of this.#after.byUser()) {
      yield* this.#violationsAmong(holdings, this.#before?.of(user) ?? [], user);
    }
  }

  /** The first violation on each scope, if no wider one implies it. @param user `null` for constraints that count */
  *#violationsAmong(
    holdings: readonly TimedHolding[],
    before: readonly TimedHolding[],
    user: string | null,
  ): Iterable<Violation> {
    const [byScope, byScopeBefore] = [grouped(holdings, (row) => row.scope), grouped(before, (row) => row.scope)];
    const reported: Violation[] = [];
    for (const scope of this.#scopes(byScope, byScopeBefore)) {
      const above = ancestorsOf(scope);
      const holdingsAt = (groups: ReadonlyMap<Scope, readonly TimedHolding[]>) =>
        above.flatMap((covering) => groups.get(covering) ?? []);
      for (const moment of sweep(holdingsAt(byScope), holdingsAt(byScopeBefore), this.#now)) {
        if (!this.#isBroken(moment)) continue;
        const violation = this.#violationAt(moment, scope, user);
        const isReported = reported.some(
          (wider) => covers(wider.scope, scope) && wider.at <= violation.at && this.#implies(wider, violation),
        );
        if (!isReported) {
          reported.push(violation);
          yield violation;
        }
        break;
      }
    }
  }

  /**
   * The scopes to check. The most holders can be on any scope that a holding names. The fewest are at the root, where
   * scoped holdings do not count; but a holding that a change removes may be missing only on its own scope.
   */
  #scopes(byScope: ReadonlyMap<Scope, unknown>, byScopeBefore: ReadonlyMap<Scope, unknown>): Scope[] {
    const isMinimum = this.#constraint.type === "min_users";
    const scopes = new Set([null, ...(isMinimum ? [] : byScope.keys()), ...byScopeBefore.keys()]);
    return [...scopes].sort(by((scope) => scope ?? ""));
  }

  /** True when the constraint is broken; with a policy before, only by more than there on this scope at this time. */
  #isBroken({ present, withoutChange }: SweepMoment): boolean {
    const [constraint, former] = [this.#constraint, this.#former];
    if (isPersonal(constraint)) {
      const faultsBefore = new Set(former ? faultsIn(former, withoutChange) : []);
      return faultsIn(constraint, present).some((fault) => !faultsBefore.has(fault));
    }
    const excessNow = excess(constraint, present);
    if (excessNow <= 0 || !this.#before) return excessNow > 0;
    if (constraint.type === "min_users") return present.size < withoutChange.size;
    return excessNow > (former ? Math.max(0, excess(former, withoutChange)) : 0);
  }

  /** True when a wider violation makes another superfluous: always of `min_users`, else with equal roles and users. */
  #implies(wider: Violation, violation: Violation): boolean {
    const textOf = ({ roles, users }: Violation) => [...roles, "", ...users].join("\0");
    return this.#constraint.type === "min_users" || textOf(wider) === textOf(violation);
  }

  #violationAt({ at, present }: SweepMoment, scope: Scope, user: string | null): Violation {
    const { constraint, roles } = this.#constraint;
    if (user === null) return { constraint, users: [...present.ids()].sort(byBytes), scope, at, roles };
    return { constraint, users: [user], scope, at, roles: roles.filter((role) => present.has(role)) };
  }
}

/** The faults of one user: the held roles of an `ssd` at its limit, or pairs of a held role and a missing need. */
function faultsIn(constraint: Constraint, present: OpenHoldings): readonly string[] {
  const held = constraint.roles.filter((role) => present.has(role));
  if (constraint.type === "ssd") return held.length >= Number(constraint.limit) ? held : [];
  const missing = needsOf(constraint).filter((role) => !present.has(role));
  return held.flatMap((role) => missing.map((need) => `${role}\0${need}`));
}

/** The number of holders too many or too few; 0 or less if the constraint is satisfied. */
const excess = ({ type, limit }: Constraint, { size }: OpenHoldings): number =>
  type === "max_users" ? size - Number(limit) : Number(limit) - size;

/** Who holds which of the roles that a constraint names: by assignment, inheritance or `everyone` (rule 21). */
class RoleHolders {
  readonly #policy: Policy;
  /** By held role: the named roles that it is or inherits. */
  readonly #namedRoles = new Map<string, string[]>();
  readonly #enabledOnly: boolean;
  #byUser: ReadonlyMap<string, readonly Assignment[]> | undefined;

  constructor({ policy, heirs }: Side, constraint: Constraint) {
    this.#policy = policy;
    this.#enabledOnly = constraint.type === "min_users";
    for (const role of rolesNamed(constraint)) {
      for (const heir of closure([role], heirs)) {
        const namedRoles = this.#namedRoles.get(heir);
        if (namedRoles) namedRoles.push(role);
        else this.#namedRoles.set(heir, [role]);
      }
    }
  }

  /** All users who hold one of the roles, each with these holdings. */
  *byUser(): Iterable<[user: string, holdings: readonly TimedHolding[]]> {
    const users = this.#byEveryone().length > 0 ? this.#policy.user.keys() : this.#assigned().keys();
    for (const user of users) yield [user, this.of(user)];
  }

  /** The holdings of one user, of the named roles only; the ids are roles. */
  of(user: string): readonly TimedHolding[] {
    if (!this.#policy.user.has(user)) return [];
    return [...this.#byEveryone(), ...(this.#assigned().get(user) ?? []).flatMap((row) => this.#namedHoldings(row))];
  }

  /** The holdings of the one counted role; the ids are users. */
  holders(): readonly TimedHolding[] {
    const counted: TimedHolding[] = [];
    for (const [user, holdings] of this.byUser()) {
      if (this.#enabledOnly && this.#policy.user.get(user)?.disabled) continue;
      for (const holding of holdings) counted.push({ ...holding, id: user });
    }
    return counted;
  }

  #byEveryone(): TimedHolding[] {
    const endless = { scope: null, from: null, until: null };
    return [...this.#policy.everyone.values()].flatMap(({ role }) => this.#namedHoldings({ role, ...endless }));
  }

  #namedHoldings({ role, scope, from, until }: Omit<Assignment, "user" | "revision">): TimedHolding[] {
    return (this.#namedRoles.get(role) ?? []).map((id) => ({ id, scope, from, until }));
  }

  #assigned(): ReadonlyMap<string, readonly Assignment[]> {
    this.#byUser ??= grouped(this.#relevant(), (row) => row.user);
    return this.#byUser;
  }

  *#relevant(): Iterable<Assignment> {
    for (const row of this.#policy.assignment.values()) if (this.#namedRoles.has(row.role)) yield row;
  }
}
