/** Numbers for what happens to people: equal where the same happens. A hash table whose keys are bits. */
import type { JoinedWords } from "./role-words.ts";
import { withCapacity } from "./with-capacity.ts";

/** Of each difference the row of the wide pattern, how many words it has, and for each its place, gains and losses. */
const [HEAD, FIELDS] = [2, 3];

export class KnownDifferences {
  /** The differences one after another. */
  #kept = new Int32Array(1 << 12);
  #end = 0;
  /** By number, where each begins. */
  readonly #begins: number[] = [];
  /** By hash, a number and 1; 0 where there is none. At most half of it is full. */
  #table = new Int32Array(1 << 10);

  /**
   * @param wide how many permissions the row of the wide pattern counts, below 0 for a loss; 0 for no row
   * @returns from 0, in the order in which they are first seen
   */
  numberOf(words: JoinedWords, wide: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hashOf(words, wide) & mask; ; slot = (slot + 1) & mask) {
      const known = (this.#table[slot] as number) - 1;
      if (known < 0) return this.#add(words, wide, slot);
      if (this.#isSame(known, words, wide)) return known;
    }
  }

  #isSame(number: number, { count, places, gains, losses }: JoinedWords, wide: number): boolean {
    const kept = this.#kept;
    let at = this.#begins[number] as number;
    if (kept[at] !== wide || kept[at + 1] !== count) return false;
    at += HEAD;
    for (let i = 0; i < count; i += 1, at += FIELDS) {
      const place = places[i] as number;
      if (kept[at] !== place || kept[at + 1] !== gains[place] || kept[at + 2] !== losses[place]) return false;
    }
    return true;
  }

  #add({ count, places, gains, losses }: JoinedWords, wide: number, slot: number): number {
    const number = this.#begins.length;
    let at = this.#end;
    this.#begins.push(at);
    this.#end += HEAD + count * FIELDS;
    this.#kept = withCapacity(this.#kept, this.#end);
    const kept = this.#kept;
    [kept[at], kept[at + 1]] = [wide, count];
    at += HEAD;
    for (let i = 0; i < count; i += 1, at += FIELDS) {
      const place = places[i] as number;
      [kept[at], kept[at + 1], kept[at + 2]] = [place, gains[place] as number, losses[place] as number];
    }
    this.#table[slot] = number + 1;
    if (2 * this.#begins.length > this.#table.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    this.#begins.forEach((begin, number) => {
      let slot = this.#hashAt(begin) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = number + 1;
    });
    this.#table = table;
  }

  #hashAt(begin: number): number {
    const kept = this.#kept;
    let hash = kept[begin] as number;
    const end = begin + HEAD + (kept[begin + 1] as number) * FIELDS;
    for (let at = begin + HEAD; at < end; at += 1) hash = mixed(hash, kept[at] as number);
    return spread(hash);
  }
}

function hashOf({ count, places, gains, losses }: JoinedWords, wide: number): number {
  let hash = wide;
  for (let i = 0; i < count; i += 1) {
    const place = places[i] as number;
    hash = mixed(mixed(mixed(hash, place), gains[place] as number), losses[place] as number);
  }
  return spread(hash);
}

/** The constants are those of MurmurHash3 (A. Appleby, public domain), of 32 bits. */
function mixed(hash: number, value: number): number {
  const turned = Math.imul(value, 0xcc9e2d51);
  const joined = hash ^ Math.imul((turned << 15) | (turned >>> 17), 0x1b873593);
  return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe6546b64) | 0;
}

function spread(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
