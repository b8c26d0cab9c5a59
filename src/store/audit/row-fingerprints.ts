/** Fingerprints of the rows that the entries leave, outside of the V8 heap, since there may be millions of rows. */
import { hash, randomBytes } from "node:crypto";
import { type Change, kindOf, valuesOf } from "../../policy/model/change.ts";
import { rowId } from "../../policy/model/policy.ts";
import { RECORDS } from "../../policy/model/records.ts";
import type { AnyRow, Kind } from "../../policy/model/rows.ts";

/** The result of comparing a stored row with the row that the entries left. */
export type FingerprintMatch = "fits" | "differs" | "unknown";

/**
 * Words of 32 bits per slot: three for the fingerprint of kind and key, two for that of the content, one for the
 * revision that wrote the row.
 */
const SLOT_WORDS = 6;
const CONTENT = 3;
const REVISION = 5;
/** A content fingerprint that means: there is no row. */
const NO_ROW = 0;
/** Most rows have the same content as others; content that is different in every row is not worth caching. */
const CACHE_SIZE = 1000;
/** The table has parts that grow one by one: a table in one part would be in memory twice while it grows. */
const PART_COUNT = 64;
/** A part grows when its load reaches `MAX_LOAD`; its load is then `LOAD_AFTER_GROWTH`. */
const MAX_LOAD = 0.8;
const LOAD_AFTER_GROWTH = 0.64;
const MIN_SLOTS = 16;

/** 192 MB; beyond this limit, parts are postponed to a later pass. */
const DEFAULT_MAX_SLOTS = 8_000_000;

/** A part of the table: its slots, how many of them are taken, and the pass in which its rows are checked. */
interface Part {
  slots: Uint32Array;
  taken: number;
  pass: "now" | "later" | "over";
}

/**
 * A hash table with open addressing: a row is identified by 96 bits, its content by 48. Rows of a postponed part are
 * not stored until `nextPass` starts their pass.
 */
export class RowFingerprints {
  /** Salt: without it, nobody can search for two rows with the same fingerprint. */
  readonly #salt = randomBytes(16).toString("hex");
  readonly #contentCache = new Map<string, number>();
  readonly #parts = Array.from({ length: PART_COUNT }, (): Part => ({ slots: newSlots(), taken: 0, pass: "now" }));
  readonly #maxSlots: number;
  /** The slots of the part that `#slotOf` used last. */
  #slots: Uint32Array = new Uint32Array();

  constructor(maxSlots = DEFAULT_MAX_SLOTS) {
    this.#maxSlots = maxSlots;
  }

  /** Starts the pass for the postponed parts: the caller passes all changes and rows again. False if there is none. */
  nextPass(): boolean {
    const postponed = this.#parts.filter(({ pass }) => pass === "later");
    for (const part of this.#parts) resetPart(part, postponed.includes(part) ? "now" : "over");
    return postponed.length > 0;
  }

  /**
   * Stores the row after a change. False if the stored row differs from the row before the change; a later pass may
   * report the same change again.
   */
  replay(change: Change, revision: number): boolean {
    const kind = kindOf(change);
    const slot = this.#slotOf(kind, valuesOf(change), true);
    if (slot === undefined) return true;
    const slots = this.#slots;
    const previous = contentAt(slots, slot);
    setContent(slots, slot, this.#contentFingerprint(kind, change.after));
    slots[slot + REVISION] = revision; // One beyond 32 bits is cut; `checkEntry` reports it, as it leaves a gap.
    return previous === this.#contentFingerprint(kind, change.before);
  }

  /** Compares a row with the one that the entries left, and removes the latter; `undefined` if not of this pass. */
  matchAndRemove(kind: Kind, row: AnyRow): FingerprintMatch | undefined {
    const slot = this.#slotOf(kind, row, false);
    if (slot === undefined) return undefined;
    const slots = this.#slots;
    const stored = contentAt(slots, slot);
    if (stored === NO_ROW) return "unknown";
    setContent(slots, slot, NO_ROW);
    return stored === this.#contentFingerprint(kind, row) && slots[slot + REVISION] === row.revision
      ? "fits"
      : "differs";
  }

  /** True if rows of the current pass were not removed by `matchAndRemove`. */
  get hasUnmatched(): boolean {
    return this.#parts.some(({ slots }) => occupiedSlots(slots).next().done !== true);
  }

  #contentFingerprint(kind: Kind, row: object | null): number {
    if (row === null) return NO_ROW;
    const { fields } = RECORDS[kind] as { readonly fields: readonly string[] };
    let text = "";
    for (const field of fields) {
      const value = (row as AnyRow)[field] ?? null;
      text += value === null ? "null," : `${JSON.stringify(value)},`;
    }
    const cached = this.#contentCache.get(text);
    if (cached !== undefined) return cached;
    if (this.#contentCache.size >= CACHE_SIZE) this.#contentCache.clear();
    const digest = this.#digest(text);
    const fingerprint = wordAt(digest, 0) * 2 ** 16 + (wordAt(digest, 4) >>> 16) + 1; // Never `NO_ROW`.
    this.#contentCache.set(text, fingerprint);
    return fingerprint;
  }

  #digest(text: string): string {
    return hash("sha256", this.#salt + text, "binary");
  }

  /** The index in `#slots` of the slot of a row, or of a free one, which `take` claims; `undefined` in another pass. */
  #slotOf(kind: Kind, row: AnyRow, take: boolean): number | undefined {
    const digest = this.#digest(rowId(kind, row));
    const first = Math.max(wordAt(digest, 0), 1); // A first word of 0 marks a free slot.
    const second = wordAt(digest, 4);
    const part = this.#parts[second % PART_COUNT] as Part;
    if (part.pass !== "now") return undefined;
    if (take && part.taken * SLOT_WORDS >= part.slots.length * MAX_LOAD) {
      growPart(part);
      this.#postponeParts();
      if (part.pass !== "now") return undefined;
    }
    const { slots } = part;
    const slot = findSlot(slots, first, second, wordAt(digest, 8));
    if (take && slots[slot] === 0) {
      slots[slot] = first;
      slots[slot + 1] = second;
      slots[slot + 2] = wordAt(digest, 8);
      part.taken += 1;
    }
    this.#slots = slots;
    return slot;
  }

  /** If there are too many slots, postpones half of the parts of this pass; at least one stays. */
  #postponeParts(): void {
    const current = this.#parts.filter(({ pass }) => pass === "now");
    const slots = current.reduce((sum, part) => sum + part.slots.length, 0) / SLOT_WORDS;
    if (slots > this.#maxSlots)
      for (const part of current.slice(Math.ceil(current.length / 2))) resetPart(part, "later");
  }
}

const newSlots = () => new Uint32Array(MIN_SLOTS * SLOT_WORDS);

function resetPart(part: Part, pass: Part["pass"]): void {
  part.slots = newSlots();
  part.taken = 0;
  part.pass = pass;
}

/** The index of the slot with these three words, or of the free slot for them. */
function findSlot(slots: Uint32Array, first: number, second: number, third: number): number {
  let slot = (first % (slots.length / SLOT_WORDS)) * SLOT_WORDS;
  while (slots[slot] !== 0 && (slots[slot] !== first || slots[slot + 1] !== second || slots[slot + 2] !== third))
    slot = slot + SLOT_WORDS === slots.length ? 0 : slot + SLOT_WORDS;
  return slot;
}

/** Makes room for more rows; slots of removed rows are dropped. */
function growPart(part: Part): void {
  const oldSlots = part.slots;
  part.taken = 0;
  for (const _ of occupiedSlots(oldSlots)) part.taken += 1;
  part.slots = new Uint32Array(Math.max(MIN_SLOTS, Math.ceil(part.taken / LOAD_AFTER_GROWTH)) * SLOT_WORDS);
  for (const from of occupiedSlots(oldSlots)) {
    const word = (at: number) => oldSlots[from + at] as number;
    const to = findSlot(part.slots, word(0), word(1), word(2));
    for (let at = 0; at < SLOT_WORDS; at++) part.slots[to + at] = word(at);
  }
}

/** The indices of slots that have a row. */
function* occupiedSlots(slots: Uint32Array): Iterator<number> & Iterable<number> {
  for (let slot = 0; slot < slots.length; slot += SLOT_WORDS) if (contentAt(slots, slot) !== NO_ROW) yield slot;
}

/** The content fingerprint, stored in two words: 48 bits plus 1. */
const contentAt = (slots: Uint32Array, slot: number): number =>
  (slots[slot + CONTENT] as number) * 2 ** 32 + (slots[slot + CONTENT + 1] as number);

function setContent(slots: Uint32Array, slot: number, fingerprint: number): void {
  slots[slot + CONTENT] = fingerprint / 2 ** 32;
  slots[slot + CONTENT + 1] = fingerprint >>> 0;
}

/** Four bytes of a digest as a number. */
const wordAt = (digest: string, offset: number): number =>
  ((digest.charCodeAt(offset) << 24) |
    (digest.charCodeAt(offset + 1) << 16) |
    (digest.charCodeAt(offset + 2) << 8) |
    digest.charCodeAt(offset + 3)) >>>
  0;
