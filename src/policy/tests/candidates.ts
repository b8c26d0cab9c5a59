/**
 * The questions that may tell a mutant from its policy, the smallest first. Since a test may assume any role, a fault
 * of a role is asked of somebody with just that role: whoever reaches it holds all of that, and more that may hide it.
 * Two things may still hide it: what everyone holds, so the role is activated alone; and where a deny is at fault, that
 * nothing is allowed, so each role with an allow is assumed beside it.
 */

import type { PolicyIndex } from "../evaluate/policy-index.ts";
import { isOpen } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { isOwn, patternsCovering } from "../model/names.ts";
import { resourceOf } from "../model/patterns.ts";
import { type AnyGrant, type Assignment, conditionOf } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { type Candidate, NOBODY } from "./killing-test.ts";
import type { Mutant } from "./mutants.ts";
import { samplesFor } from "./sample-givens.ts";

/** Up to so many users are asked for conditions that depend on who asks. */
const MOST_USERS = 5;

/** In which ways a permission is asked about. */
interface Ways {
  /** The role at fault. */
  readonly role: string;
  readonly askers: readonly Omit<Candidate, "about">[];
  /** The grants themselves, as they are and as they would be. */
  readonly rows: readonly AnyGrant[];
  readonly owns: readonly string[];
  /** The roles to activate, where something allowed may be at fault. */
  readonly activate: readonly string[] | null;
  /** True where something denied may be at fault: then a role that allows it is assumed. */
  readonly denies: boolean;
  /** Scopes beside those of grants. */
  readonly scopes: readonly Scope[];
  isWithin(scope: Scope): boolean;
}

export class Candidates {
  readonly #index: PolicyIndex;
  readonly #now: string;
  readonly #byPattern = new Map<string, AnyGrant[]>();
  /** True once something was left out that might tell more. */
  isPartial = false;

  constructor(index: PolicyIndex, now: string) {
    this.#index = index;
    this.#now = now;
    for (const byPattern of index.grants.values())
      for (const [pattern, grants] of byPattern)
        this.#byPattern.set(pattern, [...(this.#byPattern.get(pattern) ?? []), ...grants]);
  }

  of(mutant: Mutant): Iterable<Candidate> {
    const { kind, row } = mutant.from;
    if (kind === "assignment" && this.#index.policy.user.get(String(row.user))?.disabled) return [];
    if (kind === "assignment") return this.#ofAssignment(mutant, row as unknown as Assignment);
    if (kind === "everyone") return this.#ofRole(String(row.role), {});
    if (kind === "inheritance") return this.#ofRole(String(row.inherits), { assume: [String(row.role)] });
    return kind === "constraint" ? [] : this.#ofGrant(mutant, String(row.role));
  }

  /** A role is lost: what it allows, then whether it is held at all. */
  *#ofRole(role: string, who: Partial<Candidate>): Iterable<Candidate> {
    const asked = { ...NOBODY, ...who };
    for (const permission of this.#namesOf(this.#allowsOf(role)))
      for (const own of ["", ":own"]) yield { ...asked, about: { permission: `${permission}${own}` } };
    yield { ...asked, about: { role } };
    yield { ...asked, activate: asked.assume, about: { role } };
  }

  *#ofGrant({ from, to }: Mutant, role: string): Iterable<Candidate> {
    const [before, after] = [from, to].map((element) => (element ? [element.row as unknown as AnyGrant] : []));
    const old = new Set(this.#namesOf(before as readonly AnyGrant[]));
    const fresh = this.#namesOf(after as readonly AnyGrant[]).filter((name) => !old.has(name));
    const names = [...fresh, ...old];
    const plain = { ...NOBODY, assume: [role] };
    for (const permission of names) yield { ...plain, about: { permission } };
    for (const permission of names) yield { ...plain, about: { permission: `${permission}:own` } };
    const rows = [...(before as readonly AnyGrant[]), ...(after as readonly AnyGrant[])];
    const denies = rows.some(({ effect }) => effect === "deny");
    const ways: Ways = {
      role,
      askers: [plain],
      rows,
      owns: rows.every((row) => isOwn(row.permission))
        ? [":own"]
        : denies || rows.some((row) => isOwn(row.permission))
          ? ["", ":own"]
          : [""],
      activate: rows.some(({ effect }) => effect === "allow") ? [role] : null,
      denies,
      scopes: [],
      isWithin: (scope) => rows.some((row) => covers(row.scope, scope)),
    };
    for (const permission of names) yield* this.#everyWay(permission, ways);
  }

  *#ofAssignment({ to }: Mutant, row: Assignment): Iterable<Candidate> {
    const { user, role } = row;
    const held = this.#index.assignments.get(user) ?? [];
    const moments = [null, ...this.#momentsOf(held)];
    const asked = { ...NOBODY, user };
    if (!to) {
      // Now where it can be asked now.
      for (const at of moments)
        if (isOpen(row, at ?? this.#now)) yield { ...asked, scope: row.scope, at, about: { role } };
      return;
    }
    const isWindow = to.row.scope === row.scope;
    const grants = this.#grantsOf(role);
    const ways: Ways = {
      role,
      askers: moments.filter((at) => isOpen(row, at ?? this.#now) !== isWindow).map((at) => ({ ...asked, at })),
      rows: [],
      owns: ["", ":own"],
      activate: [role],
      denies: grants.some(({ effect }) => effect === "deny"),
      scopes: held.map(({ scope }) => scope),
      isWithin: (scope) => covers(row.scope, scope) === isWindow,
    };
    for (const permission of this.#namesOf(grants)) yield* this.#everyWay(permission, ways);
  }

  /** A question about a permission on each scope that matters to it, of each who may tell, and with each attribute. */
  *#everyWay(permission: string, ways: Ways): Iterable<Candidate> {
    const covering = this.#coveringOf(permission);
    const allowing = new Set(covering.filter(({ effect }) => effect === "allow").map((grant) => grant.role));
    const sessions = [[], ...(ways.activate ? [ways.activate] : [])].map((activate) => ({ activate, beside: [] }));
    const besides = ways.denies ? [...allowing].map((other) => ({ activate: [], beside: [other] })) : [];
    const isOfUser = [...covering, ...ways.rows].some((grant) => conditionOf(grant)?.includes("subject.user"));
    for (const asker of ways.askers)
      for (const user of asker.user === null && isOfUser ? this.#someUsers() : [asker.user])
        for (const { activate, beside } of [...sessions, ...besides]) {
          const assume = [...new Set([...asker.assume, ...beside])];
          const reached = this.#rolesOf(user, [ways.role, ...assume]);
          const there = [...covering.filter(({ role }) => reached.has(role)), ...ways.rows];
          const scopes = [...new Set([null, ...there.map(({ scope }) => scope), ...ways.scopes])].filter(ways.isWithin);
          for (const given of this.#givensFor(there, user, permission))
            for (const own of ways.owns)
              for (const scope of scopes)
                yield { ...asker, user, assume, activate, scope, given, about: { permission: `${permission}${own}` } };
        }
  }

  /** The roles that somebody may reach, at whatever time. */
  #rolesOf(user: string | null, roles: readonly string[]): ReadonlySet<string> {
    const { policy, inherits, assignments } = this.#index;
    const assigned = user === null ? [] : (assignments.get(user) ?? []).map(({ role }) => role);
    const parents = (name: string) => (inherits.get(name) ?? []).map((edge) => edge.inherits);
    return closure([...roles, ...policy.everyone.keys(), ...assigned], parents);
  }

  #givensFor(grants: readonly AnyGrant[], user: string | null, permission: string) {
    const conditions = new Set(grants.flatMap((grant) => conditionOf(grant) ?? []));
    if (conditions.size === 0) return [{}];
    const declared = this.#index.declared(resourceOf(permission));
    const { givens, isPartial } = samplesFor([...conditions], { user, permission, declared, now: this.#now });
    this.isPartial ||= isPartial;
    return givens;
  }

  /** Nobody in particular, and where conditions ask who asks, some users, those with least roles first. */
  #someUsers(): (string | null)[] {
    const { assignments, policy } = this.#index;
    const enabled = [...policy.user.values()].filter(({ disabled }) => !disabled).map(({ user }) => user);
    const rolesOf = (user: string) => assignments.get(user)?.length ?? 0;
    if (enabled.length > MOST_USERS) this.isPartial = true;
    const some = enabled.sort((a, b) => rolesOf(a) - rolesOf(b) || byBytes(a, b)).slice(0, MOST_USERS);
    return [null, ...some];
  }

  #coveringOf = (permission: string): AnyGrant[] =>
    patternsCovering(permission, true).flatMap((pattern) => this.#byPattern.get(pattern) ?? []);

  #grantsOf = (role: string): AnyGrant[] =>
    [...closure([role], (name) => (this.#index.inherits.get(name) ?? []).map(({ inherits }) => inherits))].flatMap(
      (name) => [...(this.#index.grants.get(name)?.values() ?? [])].flat(),
    );

  #allowsOf = (role: string): AnyGrant[] => this.#grantsOf(role).filter(({ effect }) => effect === "allow");

  /** The permissions that grants cover; those that are named come before those of wildcards. */
  #namesOf(grants: readonly AnyGrant[]): string[] {
    const order = ({ permission }: AnyGrant) => Number(permission.includes("*")) * 2 + Number(isOwn(permission));
    const sorted = [...grants].sort((a, b) => order(a) - order(b));
    return [...new Set(sorted.flatMap(({ permission }) => this.#index.covered(permission)))];
  }

  /** Each moment at which a window opens or closes, and one before all of them. */
  #momentsOf(held: readonly Assignment[]): string[] {
    const bounds = held.flatMap(({ from, until }) => [from, until].filter((moment) => moment !== null)).sort(byBytes);
    const [first] = bounds;
    if (first === undefined) return [];
    return [...new Set([...bounds, new Date(Date.parse(first) - 1).toISOString()])];
  }
}
