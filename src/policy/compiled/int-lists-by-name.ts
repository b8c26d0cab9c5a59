/** Lists of integers by name, in two arrays: for millions of names a map of strings costs a walk through all of memory. */

/** Below so many integers nothing is worth tidying. */
const SMALL = 1 << 16;
/** In place of a record that is gone: it has the length of no name, so whoever searches goes on past it. */
const GONE = 1;

/**
 * A record is the length of the name, that of the list, the name (two UTF-16 units an integer), the list. The table has for each
 * record its hash and its place, so that a name is found in two steps through memory. A list that grows moves to the end,
 * unless it is there already.
 */
export class IntListsByName {
  #slots = new Int32Array(1 << 7);
  #taken = 0;
  #pool = emptyPool(1 << 8);
  #end = GONE + 1;
  #waste = 0;

  /**
   * Where `find` may begin, until a name is added. Two names are best sought one after the other before either is found: the processor
   * then waits for both at once, and waiting for memory is most of what a question costs.
   */
  seek(name: string): number {
    const slots = this.#slots;
    const hash = hashOf(name);
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const place = slots[slot + 1] as number;
      if (place === 0 || (slots[slot] === hash && this.#pool[place] === name.length)) return slot;
    }
  }

  /** Where the record of a name is, until the next list grows; 0 where there is none. */
  find(name: string, sought: number = this.seek(name)): number {
    return this.#slots[this.#slot(name, sought) + 1] as number;
  }

  /** The first integer of a name's list; `undefined` where there is no record. */
  first(name: string): number | undefined {
    const place = this.find(name);
    return place === 0 ? undefined : this.at(this.start(place));
  }

  /** Where the list of a record begins. */
  start(place: number): number {
    return place + 2 + (((this.#pool[place] as number) + 1) >> 1);
  }

  /** How many integers the list of a record has. */
  size(place: number): number {
    return this.#pool[place + 1] as number;
  }

  at(index: number): number {
    return this.#pool[index] as number;
  }

  put(index: number, value: number): void {
    this.#pool[index] = value;
  }

  /** Takes in a name that is not there, with its list. */
  add(name: string, list: readonly number[]): void {
    if ((this.#taken + 1) * 4 > this.#slots.length) this.#spread();
    this.#room(2 + name.length + list.length); // It may write all records anew: before a place is taken.
    const slot = this.#slot(name);
    this.#taken += 1;
    this.#slots[slot] = hashOf(name);
    this.#slots[slot + 1] = this.#end;
    this.#pool[this.#end++] = name.length;
    this.#pool[this.#end++] = list.length;
    for (let at = 0; at < name.length; at += 2) this.#pool[this.#end++] = unitsAt(name, at);
    for (const value of list) this.#pool[this.#end++] = value;
  }

  /** Adds to the list of a name that is there. */
  push(name: string, value: number): void {
    const slot = this.#slot(name);
    let place = this.#slots[slot + 1] as number;
    const length = this.#length(place);
    this.#room(length + 1);
    place = this.#slots[slot + 1] as number;
    if (place + length !== this.#end) {
      this.#pool.copyWithin(this.#end, place, place + length);
      this.#slots[slot + 1] = this.#end;
      place = this.#end;
      this.#end += length;
      this.#waste += length;
    }
    this.#pool[this.#end++] = value;
    this.#pool[place + 1] = this.size(place) + 1;
  }

  /** Takes one integer out of a list; the last takes its place. */
  cut(place: number, index: number): void {
    const size = this.size(place);
    this.#pool[index] = this.at(this.start(place) + size - 1);
    this.#pool[place + 1] = size - 1;
    this.#waste += 1;
  }

  /** Takes out a name that is there. */
  delete(name: string): void {
    const slot = this.#slot(name);
    this.#waste += this.#length(this.#slots[slot + 1] as number);
    this.#slots[slot + 1] = GONE;
  }

  /** The slot of a name, or the free one where it would stand. */
  #slot(name: string, sought: number = this.seek(name)): number {
    let slot = sought;
    for (;;) {
      const place = this.#slots[slot + 1] as number;
      if (place === 0 || this.#isNamed(place, name)) return slot;
      slot = (slot + 2) & (this.#slots.length - 2);
    }
  }

  #isNamed(place: number, name: string): boolean {
    if (this.#pool[place] !== name.length) return false;
    for (let at = 0, unit = place + 2; at < name.length; at += 2, unit++)
      if (this.#pool[unit] !== unitsAt(name, at)) return false;
    return true;
  }

  #length(place: number): number {
    return this.start(place) - place + this.size(place);
  }

  /** Half of the slots are taken at most; those of what is gone are given back. */
  #spread(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#taken = 0;
    const mask = this.#slots.length - 2;
    for (let at = 0; at < old.length; at += 2) {
      const [hash, place] = [old[at] as number, old[at + 1] as number];
      if (place <= GONE) continue;
      let slot = (hash << 1) & mask;
      while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      this.#slots[slot] = hash;
      this.#slots[slot + 1] = place;
      this.#taken += 1;
    }
  }

  /** Makes room for so many more at the end, by writing the records close together again where that gives enough. */
  #room(more: number): void {
    if (this.#waste > SMALL && this.#waste * 2 > this.#end) this.#tidy();
    this.#pool = roomFor(this.#pool, this.#end + more);
  }

  #tidy(): void {
    const pool = emptyPool(this.#pool.length);
    let end = GONE + 1;
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const place = this.#slots[slot + 1] as number;
      if (place <= GONE) continue;
      const length = this.#length(place);
      pool.set(this.#pool.subarray(place, place + length), end);
      this.#slots[slot + 1] = end;
      end += length;
    }
    this.#pool = pool;
    this.#end = end;
    this.#waste = 0;
  }
}

function emptyPool(length: number): Int32Array<ArrayBuffer> {
  const pool = new Int32Array(length);
  pool[GONE] = -1;
  return pool;
}

/** Two units in one integer; the last of an odd number stands alone. */
const unitsAt = (name: string, at: number): number =>
  name.charCodeAt(at) | ((at + 1 < name.length ? name.charCodeAt(at + 1) : 0) << 16);

/** FNV-1a over units, mixed once more at the end, for names often differ in their last digits only. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** The same numbers in an array that has room for so many, and for half as many again where it had to grow. */
export function roomFor(numbers: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  if (size <= numbers.length) return numbers;
  const grown = new Int32Array(size + (size >> 1));
  grown.set(numbers);
  return grown;
}
