/**
 * Large policies from a seed: the same rows and questions at every run, made one by one so that millions need no room.
 */
import type { Question } from "../../src/policy/evaluate/decide.ts";
import type { AnyRow, Kind } from "../../src/policy/model/rows.ts";
import { chanceOf } from "../support/store/random-databases.ts";

/** The moment of every question. */
export const AT = "2026-06-01T00:00:00.000Z";

export interface Size {
  readonly users: number;
  readonly roles: number;
  readonly permissions: number;
  readonly assignments: number;
}

export const SIZES = {
  S: { users: 1_000, roles: 100, permissions: 500, assignments: 3_000 },
  M: { users: 100_000, roles: 1_000, permissions: 10_000, assignments: 300_000 },
  L: { users: 1_000_000, roles: 10_000, permissions: 100_000, assignments: 3_000_000 },
} as const satisfies Record<string, Size>;

const ACTIONS = [
  "read",
  "list",
  "create",
  "update",
  "delete",
  "publish",
  "approve",
  "share",
  "export",
  "audit",
] as const;
const GRANTS = 20;
const LEVELS = 8;

const permissionAt = (at: number): string => `res${Math.floor(at / ACTIONS.length)}:${ACTIONS[at % ACTIONS.length]}`;
const roleAt = (at: number): string => `role${at}`;
export const userAt = (at: number): string => `user${at}`;

/**
 * A policy of a size: roles on eight levels that inherit up to three of lower ones, twenty grants each, one in two
 * hundred of them `resource:*`; three plain assignments a user.
 */
export class BenchPolicy {
  readonly size: Size;
  readonly #seed: number;
  readonly #parents: readonly (readonly number[])[];
  readonly #grants: readonly ReadonlySet<string>[];

  constructor(size: Size, seed = 1) {
    this.size = size;
    this.#seed = seed;
    const chance = chanceOf(seed);
    const level = Math.ceil(size.roles / LEVELS);
    this.#parents = Array.from({ length: size.roles }, (_, at) => {
      const below = Math.floor(at / level) * level;
      return below === 0 ? [] : [...new Set(Array.from({ length: chance.below(4) }, () => chance.below(below)))];
    });
    this.#grants = this.#parents.map(() => {
      const pattern = () => {
        const permission = permissionAt(chance.below(size.permissions));
        return chance.below(200) === 0 ? permission.replace(/:.*/, ":*") : permission;
      };
      return new Set(Array.from({ length: GRANTS }, pattern));
    });
  }

  /** Every row but those of people, what is referred to first. */
  *structure(): Iterable<readonly [Kind, AnyRow]> {
    for (let at = 0; at < this.size.permissions; at++)
      yield ["permission", { permission: permissionAt(at), description: null }];
    for (let at = 0; at < this.size.roles; at++) yield ["role", { role: roleAt(at), description: null }];
    for (const [at, parents] of this.#parents.entries())
      for (const parent of parents) yield ["inheritance", { role: roleAt(at), inherits: roleAt(parent) }];
    for (const [at, grants] of this.#grants.entries())
      for (const permission of grants) yield ["grant", { role: roleAt(at), effect: "allow", permission, scope: null }];
  }

  /** The users, each before their assignments. */
  *people(): Iterable<readonly [Kind, AnyRow]> {
    for (let at = 0; at < this.size.users; at++) {
      yield ["user", { user: userAt(at), email: null, name: null, disabled: false }];
      for (const role of this.#rolesOf(at))
        yield ["assignment", { user: userAt(at), role: roleAt(role), scope: null, from: null, until: null }];
    }
  }

  *rows(): Iterable<readonly [Kind, AnyRow]> {
    yield* this.structure();
    yield* this.people();
  }

  /** Questions of which about half are allowed, each with its answer. */
  *questions(count: number): Iterable<{ readonly question: Question; readonly allowed: boolean }> {
    const chance = chanceOf(this.#seed + 1);
    const plain = { owner: null, scope: null, at: AT, activate: [], assume: [] };
    for (let made = 0; made < count; made++) {
      const user = chance.below(this.size.users);
      const reached = this.#reached(this.#rolesOf(user));
      const granting = [...(this.#grants[reached[chance.below(reached.length)] ?? 0] ?? [])];
      const granted = granting[chance.below(granting.length)] ?? "";
      const permission =
        chance.below(2) === 0
          ? permissionAt(chance.below(this.size.permissions))
          : granted.replace(":*", `:${ACTIONS[0]}`);
      const patterns = [permission, permission.replace(/:.*/, ":*")];
      const allowed = reached.some((role) => patterns.some((pattern) => this.#grants[role]?.has(pattern)));
      yield { question: { user: userAt(user), permission, ...plain }, allowed };
    }
  }

  /** How many users may do something, by the generator's own account. */
  holders(permission: string): number {
    const patterns = [permission, permission.replace(/:.*/, ":*")];
    const may = this.#parents.map((_, role) =>
      this.#reached([role]).some((reached) => patterns.some((pattern) => this.#grants[reached]?.has(pattern))),
    );
    let count = 0;
    for (let at = 0; at < this.size.users; at++) if (this.#rolesOf(at).some((role) => may[role])) count += 1;
    return count;
  }

  /** As many assignments for each user as come to the size, of different roles. */
  #rolesOf(user: number): number[] {
    const chance = chanceOf(Math.imul(user + 1, 0x85ebca6b) ^ this.#seed);
    const { users, roles, assignments } = this.size;
    const found = new Set<number>();
    while (found.size < Math.round(assignments / users)) found.add(chance.below(roles));
    return [...found];
  }

  #reached(roles: readonly number[]): number[] {
    const reached = new Set(roles);
    for (const role of reached) for (const parent of this.#parents[role] ?? []) reached.add(parent);
    return [...reached];
  }
}
