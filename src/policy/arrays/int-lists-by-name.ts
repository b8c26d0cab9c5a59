/** A hash table from names to lists of integers, in two arrays: a map of a million strings is slower and larger. */
import { withCapacity } from "./with-capacity.ts";

/** The least number of wasted integers for which compacting is worth its cost. */
const MIN_WASTE = 1 << 16;
/**
 * The position in the slot of a deleted record. The pool has -1 there, which is the length of no name, so a search
 * continues past the slot.
 */
const TOMBSTONE = 1;

/**
 * The pool contains the records: length of the name, length of the list, the name (two UTF-16 units an integer), the
 * list. The slots are an open-addressing table with the hash and the position of each record, 0 in a free slot; so a
 * name is found by two reads of memory. A record whose list grows moves to the end of the pool, unless it is there.
 */
export class IntListsByName {
  #slots = new Int32Array(1 << 7);
  #usedSlots = 0;
  #pool = emptyPool(1 << 8);
  #end = TOMBSTONE + 1;
  #waste = 0;

  /**
   * The slot where `find` may begin; valid until a name is added. Split from `find` so that two probes can overlap
   * their cache misses, which are most of the cost of a question.
   */
  seek(name: string): number {
    const slots = this.#slots;
    const hash = hashOf(name);
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const position = slots[slot + 1] as number;
      if (position === 0 || (slots[slot] === hash && this.#pool[position] === name.length)) return slot;
    }
  }

  /** The position of the record of a name, 0 if there is none. Valid until a name is added or a list grows. */
  find(name: string, firstSlot: number = this.seek(name)): number {
    return this.#slots[this.#slot(name, firstSlot) + 1] as number;
  }

  /** The first integer of the list of a name; `undefined` if there is no record. */
  first(name: string): number | undefined {
    const position = this.find(name);
    return position === 0 ? undefined : this.at(this.start(position));
  }

  /** The index of the first integer of the list of a record. */
  start(position: number): number {
    return position + 2 + (((this.#pool[position] as number) + 1) >> 1);
  }

  /** The length of the list of a record. */
  size(position: number): number {
    return this.#pool[position + 1] as number;
  }

  at(index: number): number {
    return this.#pool[index] as number;
  }

  set(index: number, value: number): void {
    this.#pool[index] = value;
  }

  /** Adds a name with its list. The name must be new. */
  add(name: string, list: readonly number[]): void {
    if ((this.#usedSlots + 1) * 4 > this.#slots.length) this.#grow();
    this.#reserve(2 + name.length + list.length); // May move all records, so it must come before a slot is read.
    const slot = this.#slot(name);
    this.#usedSlots += 1;
    this.#slots[slot] = hashOf(name);
    this.#slots[slot + 1] = this.#end;
    this.#pool[this.#end++] = name.length;
    this.#pool[this.#end++] = list.length;
    for (let at = 0; at < name.length; at += 2) this.#pool[this.#end++] = unitsAt(name, at);
    for (const value of list) this.#pool[this.#end++] = value;
  }

  /** Appends to the list of a name, which must exist. */
  push(name: string, value: number): void {
    const slot = this.#slot(name);
    let position = this.#slots[slot + 1] as number;
    const length = this.#recordLength(position);
    this.#reserve(length + 1);
    position = this.#slots[slot + 1] as number;
    if (position + length !== this.#end) {
      this.#pool.copyWithin(this.#end, position, position + length);
      this.#slots[slot + 1] = this.#end;
      position = this.#end;
      this.#end += length;
      this.#waste += length;
    }
    this.#pool[this.#end++] = value;
    this.#pool[position + 1] = this.size(position) + 1;
  }

  /** Removes the integer at an index from the list of a record; the last integer takes its index. */
  removeAt(position: number, index: number): void {
    const size = this.size(position);
    this.#pool[index] = this.at(this.start(position) + size - 1);
    this.#pool[position + 1] = size - 1;
    this.#waste += 1;
  }

  /** Deletes a name, which must exist, and its list. */
  delete(name: string): void {
    const slot = this.#slot(name);
    this.#waste += this.#recordLength(this.#slots[slot + 1] as number);
    this.#slots[slot + 1] = TOMBSTONE;
  }

  /** The slot of a name, or the free slot where it would be added. */
  #slot(name: string, firstSlot: number = this.seek(name)): number {
    let slot = firstSlot;
    for (;;) {
      const position = this.#slots[slot + 1] as number;
      if (position === 0 || this.#isNamed(position, name)) return slot;
      slot = (slot + 2) & (this.#slots.length - 2);
    }
  }

  #isNamed(position: number, name: string): boolean {
    if (this.#pool[position] !== name.length) return false;
    for (let at = 0, unit = position + 2; at < name.length; at += 2, unit++)
      if (this.#pool[unit] !== unitsAt(name, at)) return false;
    return true;
  }

  #recordLength(position: number): number {
    return this.start(position) - position + this.size(position);
  }

  /** Doubles the slots, of which at most half may be in use, and drops those of deleted records. */
  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#usedSlots = 0;
    const mask = this.#slots.length - 2;
    for (let at = 0; at < old.length; at += 2) {
      const [hash, position] = [old[at] as number, old[at + 1] as number];
      if (position <= TOMBSTONE) continue;
      let slot = (hash << 1) & mask;
      while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      this.#slots[slot] = hash;
      this.#slots[slot + 1] = position;
      this.#usedSlots += 1;
    }
  }

  /**
   * Reserves space for `extra` integers at the end. Compacts the records first if more than half of the pool, and more
   * than `MIN_WASTE`, is wasted.
   */
  #reserve(extra: number): void {
    if (this.#waste > MIN_WASTE && this.#waste * 2 > this.#end) this.#compact();
    this.#pool = withCapacity(this.#pool, this.#end + extra);
  }

  #compact(): void {
    const pool = emptyPool(this.#pool.length);
    let end = TOMBSTONE + 1;
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const position = this.#slots[slot + 1] as number;
      if (position <= TOMBSTONE) continue;
      const length = this.#recordLength(position);
      pool.set(this.#pool.subarray(position, position + length), end);
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
  pool[TOMBSTONE] = -1;
  return pool;
}

/** Two UTF-16 units in one integer; after the last unit of an odd length comes 0. */
const unitsAt = (name: string, at: number): number =>
  name.charCodeAt(at) | ((at + 1 < name.length ? name.charCodeAt(at + 1) : 0) << 16);

/** FNV-1a over UTF-16 units, with extra mixing at the end, since many names differ only in their last digits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
