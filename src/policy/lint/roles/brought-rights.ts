/** What each of the roles that a role inherits brings to it. */
import type { NeedlessGrants } from "./needless-grants.ts";
import type { RoleRights } from "./role-rights.ts";

export class BroughtRights {
  readonly #roles: RoleRights;
  /** What each parent brings, by its number. */
  readonly #brought: ReadonlyMap<number, ReadonlySet<number>>;
  /** By right, in how many ways the heir has it: itself, and by how many parents. */
  readonly #ways = new Map<number, number>();

  /** Grants that can go play no part: whoever takes them away must not lose what is named idle here. */
  constructor(roles: RoleRights, needless: NeedlessGrants, heir: number, parents: readonly number[]) {
    this.#roles = roles;
    const needed = (role: number) =>
      (roles.own[role] as (typeof roles.own)[number]).flatMap(({ right }, at) =>
        needless.has(role, at) ? [] : [right],
      );
    this.#brought = new Map(
      parents.map((parent) => [parent, new Set([...roles.reach([parent]).roles].flatMap(needed))]),
    );
    for (const rights of [needed(heir), ...this.#brought.values()])
      for (const right of rights) this.#ways.set(right, (this.#ways.get(right) ?? 0) + 1);
  }

  /** The parents that bring something, but only what the heir has another way: all of them can go together. */
  *idle(): Iterable<number> {
    for (const [parent, rights] of this.#brought) {
      const isElsewhere = (right: number) => (this.#ways.get(right) ?? 0) > (rights.has(right) ? 1 : 0);
      const isNeedless = (right: number) => isElsewhere(right) || this.#roles.rights.wider(right).some(isElsewhere);
      if (rights.size === 0 || ![...rights].every(isNeedless)) continue;
      for (const right of rights) this.#ways.set(right, (this.#ways.get(right) as number) - 1);
      yield parent;
    }
  }
}
