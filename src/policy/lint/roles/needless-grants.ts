/** The grants that a role could do without: what it inherits is as wide, or denies all of them. */
import type { AnyGrant, Policy } from "../../model/policy.ts";
import { leavesNothing } from "./rights.ts";
import type { RoleRights } from "./role-rights.ts";

/** What makes a grant needless: a right, and the way to the role that has it. */
interface Reason {
  /** Whom the way begins with. */
  readonly by: "role" | "everyone";
  readonly right: number;
  /** From the role of the grant, or from one that everyone holds, to the one that has the right. */
  readonly from: number;
  readonly role: number;
}

/** A grant of a role. Where several are needless by each other, one is not: all that are named can go together. */
export interface Needless {
  readonly role: number;
  /** Its place among the grants of the role. */
  readonly at: number;
  readonly grant: AnyGrant;
  readonly kind: "redundant" | "dead";
  /** `null` for a grant of nothing, which leaves out all of itself. */
  readonly reason: Reason | null;
}

export class NeedlessGrants {
  readonly all: readonly Needless[];
  /** By role, the places of those that can go. Of those that only everyone makes needless sessions may need some. */
  readonly #places = new Map<number, Set<number>>();

  constructor(roles: RoleRights, policy: Policy) {
    this.all = [...withinRoles(roles)];
    for (const { role, at } of this.all) {
      const places = this.#places.get(role) ?? new Set();
      this.#places.set(role, places.add(at));
    }
    if (policy.everyone.size > 0) this.all = [...this.all, ...this.#besideEveryone(roles, policy)];
  }

  /** True for a grant that a role could do without, whatever else is taken away of such. */
  has(role: number, at: number): boolean {
    return this.#places.get(role)?.has(at) === true;
  }

  /** What everyone has or is denied anyway. Who acts in some of their roles only may need these. */
  *#besideEveryone(roles: RoleRights, { everyone }: Policy): Iterable<Needless> {
    const { rights } = roles;
    const starts = [...everyone.keys()].map((name) => roles.numberOf(name)).sort((a, b) => a - b);
    /** By right, the nearest role by which everyone has it. */
    const had = new Map<number, number>();
    const reach = roles.reach(starts);
    for (const role of reach.roles)
      for (const { right } of roles.own[role] as (typeof roles.own)[number]) if (!had.has(right)) had.set(right, role);
    const held = new Set(reach.roles);
    /** By role that everyone holds, the first of those that everyone is given which leads to it. */
    const startOf = new Map<number, number>();
    for (const start of [...starts].reverse()) for (const role of roles.reach([start]).roles) startOf.set(role, start);
    for (const [role, own] of roles.own.entries()) {
      if (held.has(role)) continue;
      for (const [at, { grant, right }] of own.entries()) {
        if (this.has(role, at)) continue;
        const denying = rights.denying(right).find((deny) => had.has(deny));
        const found = denying ?? [right, ...rights.wider(right)].find((one) => had.has(one));
        if (found === undefined) continue;
        const source = had.get(found) as number;
        const kind = denying === undefined ? "redundant" : "dead";
        yield {
          role,
          at,
          grant,
          kind,
          reason: { by: "everyone", right: found, from: startOf.get(source) as number, role: source },
        };
      }
    }
  }
}

function* withinRoles(roles: RoleRights): Iterable<Needless> {
  const { rights } = roles;
  for (const [role, own] of roles.own.entries()) {
    const reach = roles.reach([role]);
    const isAlone = reach.roles.length === 1;
    for (const [at, { grant, right }] of own.entries()) {
      if (leavesNothing(grant)) {
        yield { role, at, grant, kind: "dead", reason: null };
        continue;
      }
      if (isAlone && rights.wider(right).length + rights.denying(right).length === 0) continue;
      const denying = roles.nearest(reach, rights.denying(right));
      const wider = denying ?? roles.nearest(reach, rights.wider(right));
      const isOwn = wider?.role === role;
      const found = isOwn || isAlone ? wider : (denying ?? roles.nearest(reach, [right], role) ?? wider);
      if (!found) continue;
      yield { role, at, grant, kind: denying ? "dead" : "redundant", reason: { by: "role", from: role, ...found } };
    }
  }
}
