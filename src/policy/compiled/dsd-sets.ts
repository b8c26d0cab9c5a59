/** The `dsd` sets of a compiled policy: roles of which a session may not activate as many as the limit (rule 6). */
import type { Rows } from "../model/rows.ts";
import type { RoleTables } from "./role-tables.ts";

export class DsdSets {
  readonly #roles: RoleTables;
  readonly #sets = new Map<string, { readonly roles: readonly number[]; readonly limit: number }>();

  constructor(roles: RoleTables) {
    this.#roles = roles;
  }

  /** Takes a constraint of any type in the place of the one of its name, or away. */
  set({ constraint, type, roles, limit }: Rows["constraint"], exists: boolean): void {
    this.#sets.delete(constraint);
    if (exists && type === "dsd")
      this.#sets.set(constraint, { roles: roles.map((role) => this.#roles.id(role)), limit: limit as number });
  }

  /** As in `decide`: true when activated roles, with inherited ones, reach a limit; assumed ones are ignored. */
  areBrokenBy(activated: readonly number[], assumed: readonly number[]): boolean {
    const notAssumed = activated.filter((role) => !assumed.includes(role));
    const active = (role: number) => notAssumed.some((from) => this.#roles.reaches(from, role));
    for (const { roles, limit } of this.#sets.values()) if (roles.filter(active).length >= limit) return true;
    return false;
  }
}
