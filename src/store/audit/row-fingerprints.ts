/** What the entries leave standing, as fingerprints outside the heap: a record may leave millions of rows, and some wait for their turn. */
import { hash, randomBytes } from "node:crypto";
import { type Change, kindOf } from "../../policy/model/change.ts";
import { type AnyRow, type Kind, keyOf, RECORDS } from "../../policy/model/policy.ts";

/** How a stored row stands to what the entries left. */
export type FingerprintMatch = "fits" | "differs" | "unknown";

/** A slot is five words of fingerprints, three of the row's kind and key and two of what it says, and the revision that wrote it. */
const WIDTH = 6;
const SAID = 3;
const REVISION = 5;
/** In place of what a row says: there is no row. */
const NOTHING = 0;
/** What differs from row to row is not worth remembering; most rows say the same. */
const REMEMBERED = 1000;
/** The table is in so many parts, each of which grows by itself: a whole one would stand in memory twice while it grows. */
const PARTS = 64;
/** A part grows when more of it is taken than this, and then has this much left. */
const FULLEST = 0.8;
const AFTER_GROWTH = 0.64;
const FEWEST = 16;

/** So many slots at once: 192 MB. Beyond them parts are put off until the others are done. */
const MOST = 8_000_000;

/** A part of the table: slots, how many of them are taken, and when it is its turn. */
interface Part {
  slots: Uint32Array;
  taken: number;
  turn: "now" | "later" | "over";
}

/**
 * Rows by key, in an open table of numbers: 96 bits name a row, 48 what it says. Of those that are put off nothing is known until
 * `turn` comes to them.
 */
export class RowFingerprints {
  /** Whoever does not know this cannot look for two rows with one fingerprint. */
  readonly #secret = randomBytes(16).toString("hex");
  readonly #remembered = new Map<string, number>();
  readonly #parts = Array.from({ length: PARTS }, (): Part => ({ slots: fewest(), taken: 0, turn: "now" }));
  readonly #most: number;
  /** The slots of the part that was last looked into. */
  #slots: Uint32Array = new Uint32Array();

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Turns to the rows that were put off: all changes and all rows are then to be told again. False where there are none. */
  turn(): boolean {
    const put = this.#parts.filter(({ turn }) => turn === "later");
    for (const part of this.#parts) clear(part, put.includes(part) ? "now" : "over");
    return put.length > 0;
  }

  /**
   * Sets the row that a change says; false when the row before it was not as the change says: where the row is put off after
   * that, it is told again.
   */
  replay(change: Change, revision: number): boolean {
    const kind = kindOf(change);
    const slot = this.#slotOf(kind, change as unknown as AnyRow, true);
    if (slot === undefined) return true;
    const slots = this.#slots;
    const stood = saidAt(slots, slot);
    setSaid(slots, slot, this.#said(kind, change.after));
    slots[slot + REVISION] = revision; // What a word does not hold is no revision after the one before, and told as that.
    return stood === this.#said(kind, change.before);
  }

  /** Holds a stored row against what the entries left, and strikes it off; `undefined` where it is not its turn. */
  strike(kind: Kind, row: AnyRow): FingerprintMatch | undefined {
    const slot = this.#slotOf(kind, row, false);
    if (slot === undefined) return undefined;
    const slots = this.#slots;
    const stood = saidAt(slots, slot);
    if (stood === NOTHING) return "unknown";
    setSaid(slots, slot, NOTHING);
    return stood === this.#said(kind, row) && slots[slot + REVISION] === row.revision ? "fits" : "differs";
  }

  /** True where rows whose turn it is were not struck off. */
  get left(): boolean {
    return this.#parts.some(({ slots }) => standingIn(slots).next().done !== true);
  }

  #said(kind: Kind, row: object | null): number {
    if (row === null) return NOTHING;
    const { fields } = RECORDS[kind] as { readonly fields: readonly string[] };
    let text = "";
    for (const field of fields) {
      const value = (row as AnyRow)[field] ?? null;
      text += value === null ? "null," : `${JSON.stringify(value)},`;
    }
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    if (this.#remembered.size >= REMEMBERED) this.#remembered.clear();
    const digest = this.#digest(text);
    const made = wordAt(digest, 0) * 2 ** 16 + (wordAt(digest, 4) >>> 16) + 1; // Never what says that there is nothing.
    this.#remembered.set(text, made);
    return made;
  }

  #digest(text: string): string {
    return hash("sha256", this.#secret + text, "binary");
  }

  /** Where a row's slot begins in `#slots`, or the free one that it may take: `take` makes room, which only a change may. */
  #slotOf(kind: Kind, row: AnyRow, take: boolean): number | undefined {
    const digest = this.#digest(`${kind}\0${keyOf(kind, row)}`);
    const first = wordAt(digest, 0) || 1; // Where the first word is 0, a slot is free.
    const second = wordAt(digest, 4);
    const part = this.#parts[second % PARTS] as Part;
    if (part.turn !== "now") return undefined;
    if (take && part.taken * WIDTH >= part.slots.length * FULLEST) {
      grow(part);
      this.#putOff();
      if (part.turn !== "now") return undefined;
    }
    const { slots } = part;
    const slot = find(slots, first, second, wordAt(digest, 8));
    if (take && slots[slot] === 0) {
      slots[slot] = first;
      slots[slot + 1] = second;
      slots[slot + 2] = wordAt(digest, 8);
      part.taken += 1;
    }
    this.#slots = slots;
    return slot;
  }

  /** Half of the parts give way where there are too many slots; one at least stays. */
  #putOff(): void {
    const now = this.#parts.filter(({ turn }) => turn === "now");
    const slots = now.reduce((sum, part) => sum + part.slots.length, 0) / WIDTH;
    if (slots > this.#most) for (const part of now.slice(Math.ceil(now.length / 2))) clear(part, "later");
  }
}

const fewest = () => new Uint32Array(FEWEST * WIDTH);

function clear(part: Part, turn: Part["turn"]): void {
  part.slots = fewest();
  part.taken = 0;
  part.turn = turn;
}

/** Where the slot of a name begins, or the free one that it may take. */
function find(slots: Uint32Array, first: number, second: number, third: number): number {
  let at = (first % (slots.length / WIDTH)) * WIDTH;
  while (slots[at] !== 0 && (slots[at] !== first || slots[at + 1] !== second || slots[at + 2] !== third))
    at = at + WIDTH === slots.length ? 0 : at + WIDTH;
  return at;
}

/** Makes room for more rows; slots of rows that are gone are left behind. */
function grow(part: Part): void {
  const old = part.slots;
  part.taken = 0;
  for (const _ of standingIn(old)) part.taken += 1;
  part.slots = new Uint32Array(Math.max(FEWEST, Math.ceil(part.taken / AFTER_GROWTH)) * WIDTH);
  for (const at of standingIn(old)) {
    const slot = find(part.slots, old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0);
    for (let word = 0; word < WIDTH; word++) part.slots[slot + word] = old[at + word] ?? 0;
  }
}

/** The slots of rows that stand. */
function* standingIn(slots: Uint32Array): Iterator<number> & Iterable<number> {
  for (let at = 0; at < slots.length; at += WIDTH) if (saidAt(slots, at) !== NOTHING) yield at;
}

/** What a row says, in two words: 48 bits and one more. */
const saidAt = (slots: Uint32Array, slot: number): number =>
  (slots[slot + SAID] ?? 0) * 2 ** 32 + (slots[slot + SAID + 1] ?? 0);

function setSaid(slots: Uint32Array, slot: number, said: number): void {
  slots[slot + SAID] = said / 2 ** 32;
  slots[slot + SAID + 1] = said >>> 0;
}

/** Four bytes of a digest as a number. */
const wordAt = (digest: string, at: number): number =>
  ((digest.charCodeAt(at) << 24) |
    (digest.charCodeAt(at + 1) << 16) |
    (digest.charCodeAt(at + 2) << 8) |
    digest.charCodeAt(at + 3)) >>>
  0;
