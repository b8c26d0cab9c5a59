/**
 * What roles have of the permissions that may change, as bits in words of 32. Only words that are not empty are kept,
 * those of all roles in one array: of a person the few of their roles are joined.
 */
import { withCapacity } from "./with-capacity.ts";

/** Of each role how many words it has, and its flags; of each word its place, then bits: before, after, and single. */
const [HEAD, FIELDS] = [2, 4];

export class RoleWords {
  #kept = new Int32Array(1 << 12);
  #end = HEAD; // At 0 is a role without any.

  /**
   * Keeps the words of a role.
   * @param flags bits whose meaning is not known here
   * @param single of what it has or has not, where one change touches nothing else
   * @returns its place, above 0
   */
  add(flags: number, before: readonly number[], after: readonly number[], single: readonly number[]): number {
    const words = new Map<number, [number, number, number]>();
    [before, after, single].forEach((numbers, field) => {
      for (const number of numbers) {
        const word = words.get(number >>> 5) ?? [0, 0, 0];
        words.set(number >>> 5, word);
        word[field] = (word[field] as number) | (1 << (number & 31));
      }
    });
    const begin = this.#end;
    this.#end += HEAD + words.size * FIELDS;
    this.#kept = withCapacity(this.#kept, this.#end);
    this.#kept.set([words.size, flags], begin);
    let at = begin + HEAD;
    for (const [place, bits] of words) {
      this.#kept.set([place, ...bits], at);
      at += FIELDS;
    }
    return begin;
  }

  /** The words of all roles. */
  get kept(): Int32Array {
    return this.#kept;
  }
}

/** The words of the roles of one person after another, joined. */
export class JoinedWords {
  readonly #roles: RoleWords;
  /** The places of words that differ: the first `count`, in order. */
  readonly places: Int32Array;
  count = 0;
  /** By place, what is gained and what is lost. */
  readonly gains: Int32Array;
  readonly losses: Int32Array;
  readonly #single: Int32Array;
  /** By place, the person by whose roles it was last written. */
  readonly #writtenBy: Int32Array;
  #person = 0;

  /** @param permissions how many may change */
  constructor(roles: RoleWords, permissions: number) {
    this.#roles = roles;
    const [places, gains, losses, single, writtenBy] = Array.from(
      { length: 5 },
      () => new Int32Array((permissions + 31) >>> 5),
    ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
    this.places = places;
    this.gains = gains;
    this.losses = losses;
    this.#single = single;
    this.#writtenBy = writtenBy;
  }

  /** The flags of some roles, joined. */
  flags(roles: readonly number[]): number {
    const kept = this.#roles.kept;
    let flags = 0;
    for (const begin of roles) flags |= kept[begin + 1] as number;
    return flags;
  }

  /**
   * Joins the words of some roles.
   * @param roles the place of each
   * @param leftOut bits by place that are no difference
   * @returns true where a change that touches nothing else makes no difference
   */
  join(roles: readonly number[], leftOut: Int32Array | undefined): boolean {
    const { places, gains, losses } = this;
    const count = this.#gathered(roles);
    let isIdle = 0;
    this.count = 0;
    for (let i = 0; i < count; i += 1) {
      const place = places[i] as number;
      const [before, after] = [losses[place] as number, gains[place] as number];
      const differing = (before ^ after) & ~(leftOut ? (leftOut[place] as number) : 0);
      isIdle |= (this.#single[place] as number) & ~differing;
      if (differing === 0) continue;
      gains[place] = after & differing;
      losses[place] = before & differing;
      this.#place(place);
    }
    return isIdle !== 0;
  }

  /** Adds one permission to what is gained or lost. */
  add(number: number, isLoss: boolean): void {
    const place = number >>> 5;
    if (!this.#differs(place)) {
      this.gains[place] = this.losses[place] = 0;
      this.#place(place);
    }
    const side = isLoss ? this.losses : this.gains;
    side[place] = (side[place] as number) | (1 << (number & 31));
  }

  /** The numbers of what is gained or lost, in order. */
  numbers(isLoss: boolean): number[] {
    const side = isLoss ? this.losses : this.gains;
    const found: number[] = [];
    for (const place of this.places.subarray(0, this.count))
      for (let bits = side[place] as number; bits !== 0; bits &= bits - 1)
        found.push((place << 5) + 31 - Math.clz32(bits & -bits));
    return found;
  }

  /** True where anything is gained, or lost. */
  hasAny(isLoss: boolean): boolean {
    const side = isLoss ? this.losses : this.gains;
    for (let i = 0; i < this.count; i += 1) if (side[this.places[i] as number] !== 0) return true;
    return false;
  }

  /** True where a permission is gained or lost. */
  has(number: number): boolean {
    const place = number >>> 5;
    if (!this.#differs(place)) return false;
    return (((this.gains[place] as number) | (this.losses[place] as number)) & (1 << (number & 31))) !== 0;
  }

  #differs(place: number): boolean {
    return this.places.subarray(0, this.count).includes(place);
  }

  /** Puts a place where it belongs among those that differ: they are few. */
  #place(place: number): void {
    const { places } = this;
    let at = this.count;
    for (; at > 0 && (places[at - 1] as number) > place; at -= 1) places[at] = places[at - 1] as number;
    places[at] = place;
    this.count += 1;
  }

  /** What they have before is left in `losses`, what they have after in `gains`. @returns how many places there are */
  #gathered(roles: readonly number[]): number {
    const { places, gains, losses } = this;
    const kept = this.#roles.kept;
    const single = this.#single;
    const writtenBy = this.#writtenBy;
    this.#person += 1;
    let count = 0;
    for (const begin of roles) {
      const end = begin + HEAD + (kept[begin] as number) * FIELDS;
      for (let at = begin + HEAD; at < end; at += FIELDS) {
        const place = kept[at] as number;
        if (writtenBy[place] !== this.#person) {
          writtenBy[place] = this.#person;
          places[count] = place;
          count += 1;
          losses[place] = gains[place] = single[place] = 0;
        }
        losses[place] = (losses[place] as number) | (kept[at + 1] as number);
        gains[place] = (gains[place] as number) | (kept[at + 2] as number);
        single[place] = (single[place] as number) | (kept[at + 3] as number);
      }
    }
    return count;
  }
}
