/** Which constraints a policy breaks, for every target and every moment from one on; and which of it a change adds (rules 20–22). */
import { type RbacError, refused, type Violation } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { quote } from "../model/names.ts";
import type { Assignment, Constraint, Policy } from "../model/policy.ts";
import { closure, type Heirs, heirsIn } from "../model/role-graph.ts";
import { ancestorsOf, covers, type Scope } from "../model/scopes.ts";
import { type OpenHoldings, type SweepMoment, sweep, type TimedHolding } from "./validity-windows.ts";

/** Every violation that stands from now on, each in words, too. @param policy the roles' hierarchy, and everybody who holds what constraints name. */
export function violationsOf(policy: Policy, now: string): (Violation & { readonly text: string })[] {
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
 * The violations that a change adds: what was as bad before is not refused, so that a broken policy can be repaired; and
 * `min_users` refuses only taking somebody away (rule 22).
 * @param before, after at least the hierarchy and everybody whom the change can concern, as `touched` says
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

/** A policy with its hierarchy, arranged once for all constraints. */
interface Side {
  readonly policy: Policy;
  readonly heirs: Heirs;
}

/** The error that names violations: the first in words, all of them for programs. */
export function violationError(violations: readonly Violation[], constraints: readonly Constraint[]): RbacError {
  const [first] = violations as [Violation];
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  const broken = constraints.filter((row) => row.constraint === first.constraint);
  const text = broken.map((constraint) => violationText(first, constraint)).join();
  return refused("CONSTRAINT_VIOLATED", `this would break the constraint ${text}${more}`, { violations });
}

/** A violation in words: the constraint, who breaks it by which roles, where and from when on. */
export function violationText({ users, scope, at, roles }: Violation, constraint: Constraint): string {
  const { limit, type } = constraint;
  const where = `${scope === null ? "everywhere" : `on ${scope}`} from ${at} on`;
  const what = `${roles.map(quote).join(" and ")} ${where}`;
  const who = `${users.slice(0, 1).map(quote).join()} holds ${what}`;
  const broken = {
    ssd: `${who}, and fewer than ${limit} of its roles may be held`,
    dsd: "",
    prerequisite: `${who} without ${needsOf(constraint).map(quote).join(" and ")}`,
    max_users: `${users.length} hold ${what}, and at most ${limit} may`,
    min_users: `${users.length === 0 ? "nobody enabled holds" : `${users.length} enabled hold`} ${what}, and at least ${limit} must`,
  };
  return `${quote(constraint.constraint)} (${type}): ${broken[type]}`;
}

/** True for the constraints that speak of one user at a time. */
export const isPersonal = ({ type }: Constraint): boolean => type === "ssd" || type === "prerequisite";

const needsOf = ({ needs }: Constraint): readonly string[] => needs ?? [];

/** The roles that a constraint names, whatever for. */
export const rolesNamed = (constraint: Constraint): readonly string[] => [...constraint.roles, ...needsOf(constraint)];

/** One constraint, held against a policy and the one before it. */
class ConstraintComparison {
  readonly #constraint: Constraint;
  readonly #former: Constraint | undefined;
  readonly #now: string;
  readonly #standing: RoleHolders;
  readonly #before: RoleHolders | undefined;

  constructor(constraint: Constraint, now: string, after: Side, before?: Side) {
    const former = before?.policy.constraint.get(constraint.constraint);
    const personal = isPersonal(constraint);
    const comparable = former?.type === constraint.type && (personal || former.roles[0] === constraint.roles[0]);
    this.#constraint = constraint;
    this.#former = comparable ? former : undefined;
    this.#now = now;
    this.#standing = new RoleHolders(after, constraint);
    this.#before = before && new RoleHolders(before, (personal && this.#former) || constraint);
  }

  *violations(): Iterable<Violation> {
    const { type } = this.#constraint;
    if (type === "dsd") return; // It bounds what is activated, not what is held.
    if (!isPersonal(this.#constraint)) {
      yield* this.#among(this.#standing.holders(), this.#before?.holders() ?? [], null);
      return;
    }
    for (const [user, marks] of this.#standing.byUser()) {
      yield* this.#among(marks, this.#before?.of(user) ?? [], user);
    }
  }

  /** The first moment on each scope where marks break the constraint; what a wider scope told already is not told again. */
  *#among(
    marks: readonly TimedHolding[],
    otherwise: readonly TimedHolding[],
    user: string | null,
  ): Iterable<Violation> {
    const [here, formerly] = [grouped(marks, (mark) => mark.scope), grouped(otherwise, (mark) => mark.scope)];
    const told: Violation[] = [];
    for (const scope of this.#scopes(here, formerly)) {
      const above = ancestorsOf(scope);
      const at = (byScope: ReadonlyMap<Scope, readonly TimedHolding[]>) =>
        above.flatMap((covering) => byScope.get(covering) ?? []);
      for (const moment of sweep(at(here), at(formerly), this.#now)) {
        if (!this.#isBroken(moment)) continue;
        const violation = this.#told(moment, scope, user);
        const known = told.some(
          (wider) => covers(wider.scope, scope) && wider.at <= violation.at && this.#tells(wider, violation),
        );
        if (!known) {
          told.push(violation);
          yield violation;
        }
        break;
      }
    }
  }

  /**
   * Who holds most is found at each scope that something names. Who holds least is found at the root, where nothing scoped
   * counts; but what a change takes away may be missed only where it was.
   */
  #scopes(here: ReadonlyMap<Scope, unknown>, formerly: ReadonlyMap<Scope, unknown>): Scope[] {
    const least = this.#constraint.type === "min_users";
    const scopes = new Set([null, ...(least ? [] : here.keys()), ...formerly.keys()]);
    return [...scopes].sort(by((scope) => scope ?? ""));
  }

  /** Broken at all; or, beside a policy before, broken by more than it was there and then. */
  #isBroken({ present, otherwise }: SweepMoment): boolean {
    const [is, was] = [this.#constraint, this.#former];
    if (isPersonal(is)) {
      const known = new Set(was ? faultsIn(was, otherwise) : []);
      return faultsIn(is, present).some((fault) => !known.has(fault));
    }
    const now = excess(is, present);
    if (now <= 0 || !this.#before) return now > 0;
    if (is.type === "min_users") return present.size < otherwise.size;
    return now > (was ? Math.max(0, excess(was, otherwise)) : 0);
  }

  /** Where too few hold a role on a scope, too few need not be told of what lies below. */
  #tells(wider: Violation, violation: Violation): boolean {
    const words = ({ roles, users }: Violation) => [...roles, "", ...users].join("\0");
    return this.#constraint.type === "min_users" || words(wider) === words(violation);
  }

  #told({ at, present }: SweepMoment, scope: Scope, user: string | null): Violation {
    const { constraint, roles } = this.#constraint;
    if (user === null) return { constraint, users: [...present.ids()].sort(byBytes), scope, at, roles };
    return { constraint, users: [user], scope, at, roles: roles.filter((role) => present.has(role)) };
  }
}

/** What one user holds that breaks a constraint: roles of an `ssd`, or what is held with what it lacks; nothing where it holds. */
function faultsIn(constraint: Constraint, present: OpenHoldings): readonly string[] {
  const held = constraint.roles.filter((role) => present.has(role));
  if (constraint.type === "ssd") return held.length >= Number(constraint.limit) ? held : [];
  const missing = needsOf(constraint).filter((role) => !present.has(role));
  return held.flatMap((role) => missing.map((need) => `${role}\0${need}`));
}

/** By how many more or fewer than it allows a role is held; 0 or less where the constraint holds. */
const excess = ({ type, limit }: Constraint, { size }: OpenHoldings): number =>
  type === "max_users" ? size - Number(limit) : Number(limit) - size;

/** Who holds which of the roles that a constraint names: assigned, through inheritance, or through `everyone` (rule 21). */
class RoleHolders {
  readonly #policy: Policy;
  /** By held role: the named roles that come with it. */
  readonly #given = new Map<string, string[]>();
  readonly #enabledOnly: boolean;
  #byUser: ReadonlyMap<string, readonly Assignment[]> | undefined;

  constructor({ policy, heirs }: Side, constraint: Constraint) {
    this.#policy = policy;
    this.#enabledOnly = constraint.type === "min_users";
    for (const role of rolesNamed(constraint)) {
      for (const heir of closure([role], heirs)) {
        const given = this.#given.get(heir);
        if (given) given.push(role);
        else this.#given.set(heir, [role]);
      }
    }
  }

  /** Everybody who holds one of the roles, each with what they hold. */
  *byUser(): Iterable<[user: string, marks: readonly TimedHolding[]]> {
    const users = this.#everyone().length > 0 ? this.#policy.user.keys() : this.#assigned().keys();
    for (const user of users) yield [user, this.of(user)];
  }

  /** What one user holds of the roles. */
  of(user: string): readonly TimedHolding[] {
    if (!this.#policy.user.has(user)) return [];
    return [...this.#everyone(), ...(this.#assigned().get(user) ?? []).flatMap((row) => this.#marks(row))];
  }

  /** Who holds the one role that is counted. */
  holders(): readonly TimedHolding[] {
    const marks: TimedHolding[] = [];
    for (const [user, held] of this.byUser()) {
      if (this.#enabledOnly && this.#policy.user.get(user)?.disabled) continue;
      for (const mark of held) marks.push({ ...mark, id: user });
    }
    return marks;
  }

  #everyone(): TimedHolding[] {
    const endless = { scope: null, from: null, until: null };
    return [...this.#policy.everyone.values()].flatMap(({ role }) => this.#marks({ role, ...endless }));
  }

  #marks({ role, scope, from, until }: Omit<Assignment, "user" | "revision">): TimedHolding[] {
    return (this.#given.get(role) ?? []).map((id) => ({ id, scope, from, until }));
  }

  #assigned(): ReadonlyMap<string, readonly Assignment[]> {
    this.#byUser ??= grouped(this.#relevant(), (row) => row.user);
    return this.#byUser;
  }

  *#relevant(): Iterable<Assignment> {
    for (const row of this.#policy.assignment.values()) if (this.#given.has(row.role)) yield row;
  }
}
