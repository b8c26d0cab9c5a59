/**
 * Sets that are nearly equal, and sets within others, without comparing each with each: only those are compared that
 * share one of their rarest members.
 */

interface SimilarPair {
  /** The larger of the two. */
  readonly one: number;
  readonly other: number;
  /** How many members they have in common. */
  readonly common: number;
}

/** Sets of numbers, each with its rarest members first. */
export class SimilarSets {
  readonly #sets: readonly Int32Array[];
  /** By number, the last set that it was marked for. */
  readonly #marks: Int32Array;
  #marked = 0;
  /** How many sets were compared so far: what the work grows with. */
  comparisons = 0;

  /** @param members how many numbers there are, from 0 on */
  constructor(sets: readonly Int32Array[], members: number) {
    const counts = new Int32Array(members);
    for (const set of sets) for (const member of set) counts[member] = (counts[member] as number) + 1;
    const byRarity = Int32Array.from(counts.keys()).sort((a, b) => (counts[a] as number) - (counts[b] as number));
    const ranks = new Int32Array(members);
    byRarity.forEach((member, rank) => {
      ranks[member] = rank;
    });
    this.#sets = sets.map((set) => set.map((member) => ranks[member] as number).sort());
    this.#marks = new Int32Array(members);
  }

  /**
   * The pairs of sets whose members in common are at least some tenths of the members of either, with the count of
   * these. Two such sets share one of their first members: of as many as may be missing, and one more.
   * @param most to how many sets no larger than itself a set is compared that turn out to be alike
   */
  *pairs(tenths: number, most = Number.POSITIVE_INFINITY): Iterable<SimilarPair> {
    const byMember = new Map<number, number[]>();
    const comparedWith = new Int32Array(this.#sets.length).fill(-1);
    for (const one of this.#bySize()) {
      const set = this.#mark(one);
      let left = most;
      const prefix = set.subarray(0, set.length - Math.ceil((tenths * set.length) / 10) + 1);
      for (const member of prefix) {
        const others = byMember.get(member) ?? [];
        byMember.set(member, others);
        // The largest come last, and those before them are too small sooner or later.
        for (let at = others.length - 1; at >= 0 && left > 0; at -= 1) {
          const other = others[at] as number;
          const size = this.#size(other);
          if (10 * size < tenths * set.length) break;
          if (comparedWith[other] === one) continue;
          comparedWith[other] = one;
          const common = this.#common(other, Math.ceil((tenths * (size + set.length)) / (10 + tenths)));
          if (10 * common < tenths * (set.length + size - common)) continue;
          left -= 1;
          yield { one, other, common };
        }
        others.push(one);
      }
    }
  }

  /** By set, the smaller sets within it, of at least a size, that are within no other of them; the largest first. */
  *largestWithin(least: number): Iterable<{ readonly outer: number; readonly inner: readonly number[] }> {
    const byRarest = new Map<number, number[]>();
    const order = this.#bySize();
    for (const at of order) {
      const [rarest] = this.#sets[at] as Int32Array;
      if (rarest === undefined || this.#size(at) < least) continue;
      const others = byRarest.get(rarest) ?? [];
      others.push(at);
      byRarest.set(rarest, others);
    }
    for (const outer of order) {
      const set = this.#mark(outer);
      const within = [...set]
        .flatMap((member) => byRarest.get(member) ?? [])
        .filter((at) => this.#size(at) < set.length && this.#isMarked(at));
      const inner = this.#outermost(within);
      if (inner.length > 0) yield { outer, inner };
    }
  }

  #outermost(sets: readonly number[]): number[] {
    let left = [...sets].sort((a, b) => this.#size(b) - this.#size(a) || a - b);
    const found: number[] = [];
    for (let [first] = left; first !== undefined; [first] = left) {
      found.push(first);
      this.#mark(first);
      left = left.slice(1).filter((at) => !this.#isMarked(at));
    }
    return found;
  }

  #size(at: number): number {
    return (this.#sets[at] as Int32Array).length;
  }

  /** The smallest first. */
  #bySize(): number[] {
    return [...this.#sets.keys()].sort((a, b) => this.#size(a) - this.#size(b) || a - b);
  }

  #mark(at: number): Int32Array {
    const set = this.#sets[at] as Int32Array;
    this.#marked += 1;
    for (const member of set) this.#marks[member] = this.#marked;
    return set;
  }

  /** True when all members of a set are marked. */
  #isMarked(at: number): boolean {
    this.comparisons += 1;
    for (const member of this.#sets[at] as Int32Array) if (this.#marks[member] !== this.#marked) return false;
    return true;
  }

  /** How many members of a set are marked, or 0 as soon as they cannot be so many. */
  #common(at: number, least: number): number {
    this.comparisons += 1;
    const set = this.#sets[at] as Int32Array;
    let missing = 0;
    for (const member of set)
      if (this.#marks[member] !== this.#marked) {
        missing += 1;
        if (set.length - missing < least) return 0;
      }
    return set.length - missing;
  }
}
