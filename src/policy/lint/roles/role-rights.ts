/** What each role grants and denies, and what it inherits, with roles and rights as numbers. */
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import { byBytes } from "../../model/byte-order.ts";
import type { AnyGrant } from "../../model/policy.ts";
import { Rights } from "./rights.ts";

const NONE: readonly number[] = [];

interface OwnGrant {
  readonly grant: AnyGrant;
  readonly right: number;
}

/** A role and all that it inherits, the nearest first, and parents in byte order. Valid until the next is asked for. */
interface Reach {
  readonly roles: readonly number[];
  /** How many roles come before a role; `undefined` for one that is not inherited. */
  placeOf(role: number): number | undefined;
}

export class RoleRights {
  readonly rights = new Rights();
  /** By number, in byte order. */
  readonly names: readonly string[];
  /** By role, what it grants and denies itself. */
  readonly own: readonly (readonly OwnGrant[])[];
  /** By role, those that it inherits directly, in byte order. */
  readonly parents: readonly (readonly number[])[];
  readonly #numbers: ReadonlyMap<string, number>;
  /** By role, the numbers of its own rights. */
  readonly #has: readonly ReadonlySet<number>[];
  /** By right, the roles that have it themselves. */
  readonly #holders: (readonly number[])[];
  /** By role, the walk that reached it last, and how many it reached before. */
  readonly #walk: Int32Array;
  readonly #place: Int32Array;
  #walks = 0;

  constructor({ policy, grants, inherits }: PolicyIndex) {
    this.names = [...policy.role.keys()].sort(byBytes);
    const numbers = new Map(this.names.map((name, at) => [name, at]));
    this.#numbers = numbers;
    this.parents = this.names.map(
      (name) => inherits.get(name)?.map((edge) => numbers.get(edge.inherits) as number) ?? NONE,
    );
    this.own = this.names.map((name) =>
      [...(grants.get(name)?.values() ?? [])].flatMap((rows) =>
        rows.map((grant) => ({ grant, right: this.rights.numberOf(grant) })),
      ),
    );
    this.#has = this.own.map((rows) => new Set(rows.map(({ right }) => right)));
    const holders: number[][] = Array.from({ length: this.rights.count }, () => []);
    this.#has.forEach((rights, role) => {
      for (const right of rights) holders[right]?.push(role);
    });
    this.#holders = holders;
    this.#walk = new Int32Array(this.names.length);
    this.#place = new Int32Array(this.names.length);
  }

  numberOf(role: string): number {
    return this.#numbers.get(role) as number;
  }

  nameOf(role: number): string {
    return this.names[role] as string;
  }

  /** The roles that have a right themselves. */
  holders(right: number): readonly number[] {
    return this.#holders[right] ?? NONE;
  }

  /** What some roles reach together, themselves included. */
  reach(starts: readonly number[]): Reach {
    this.#walks += 1;
    const [walk, place, current] = [this.#walk, this.#place, this.#walks];
    const roles: number[] = [];
    const enter = (role: number) => {
      if (walk[role] === current) return;
      walk[role] = current;
      place[role] = roles.push(role) - 1;
    };
    starts.forEach(enter);
    for (const role of roles) this.parents[role]?.forEach(enter);
    return { roles, placeOf: (role) => (walk[role] === current ? place[role] : undefined) };
  }

  /**
   * The nearest of the roles reached that has one of some rights itself: the right that is listed first, if it has
   * several. It looks at the roles reached, or at those that have the right, whichever are fewer.
   * @param except a role that is not asked
   */
  nearest(
    reach: Reach,
    rights: readonly number[],
    except?: number,
  ): { readonly role: number; readonly right: number } | undefined {
    let best: { role: number; right: number; place: number } | undefined;
    for (const right of rights) {
      const holders = this.holders(right);
      const isFew = holders.length < reach.roles.length;
      for (const role of isFew ? holders : reach.roles) {
        const place = isFew ? reach.placeOf(role) : this.#has[role]?.has(right) ? reach.placeOf(role) : undefined;
        if (place === undefined || role === except || (best && best.place <= place)) continue;
        best = { role, right, place };
        if (!isFew) break; // They come in order.
      }
    }
    return best;
  }

  /** The shortest way from one role to another that it inherits, both included, as names. */
  way(from: number, to: number): readonly string[] {
    const cameFrom = new Map<number, number | null>([[from, null]]);
    for (const [role] of cameFrom) {
      if (role === to) break;
      for (const parent of this.parents[role] as readonly number[])
        if (!cameFrom.has(parent)) cameFrom.set(parent, role);
    }
    const way: string[] = [];
    for (let role: number | null = to; role !== null; role = cameFrom.get(role) ?? null) way.unshift(this.nameOf(role));
    return way;
  }
}
