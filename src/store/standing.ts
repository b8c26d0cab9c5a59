/** What the entries leave standing, as fingerprints outside the heap: a record may leave millions of rows. */
import { hash, randomBytes } from "node:crypto";
import { type Change, kindOf } from "../policy/change.ts";
import { type AnyRow, type Kind, keyOf, RECORDS } from "../policy/model.ts";

/** How a stored row stands to what the entries left. */
export type Fit = "fits" | "differs" | "unknown";

/** A slot is two fingerprints of the row's kind and key, one of what it says, and the revision that wrote it. */
const WIDTH = 4;
const SAID = 2;
const REVISION = 3;
/** In place of what a row says: there is no row. */
const NOTHING = 0;
/** What differs from row to row is not worth remembering; most rows say the same. */
const REMEMBERED = 1000;

/** Rows by key, in an open table of numbers: 96 bits name a row, 48 what it says. */
export class Standing {
  /** Whoever does not know this cannot look for two rows with one fingerprint. */
  readonly #secret = randomBytes(16).toString("hex");
  readonly #remembered = new Map<string, number>();
  #slots = new Float64Array(WIDTH << 10);
  #used = 0;

  /** Sets the row that a change says; true when the row before it was as the change says. */
  replay(change: Change, revision: number): boolean {
    const kind = kindOf(change);
    const slot = this.#slotOf(kind, change as unknown as AnyRow);
    const stood = this.#slots[slot + SAID];
    this.#slots[slot + SAID] = this.#said(kind, change.after);
    this.#slots[slot + REVISION] = revision;
    return stood === this.#said(kind, change.before);
  }

  /** Holds a stored row against what the entries left, and strikes it off. */
  strike(kind: Kind, row: AnyRow): Fit {
    const slot = this.#slotOf(kind, row);
    const stood = this.#slots[slot + SAID];
    this.#slots[slot + SAID] = NOTHING;
    if (stood === NOTHING) return "unknown";
    return stood === this.#said(kind, row) && this.#slots[slot + REVISION] === row.revision ? "fits" : "differs";
  }

  /** True where rows were not struck off. */
  get left(): boolean {
    for (let at = SAID; at < this.#slots.length; at += WIDTH) if (this.#slots[at] !== NOTHING) return true;
    return false;
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
    const [made] = this.#fingerprints(text);
    this.#remembered.set(text, made);
    return made;
  }

  /** Two numbers of 48 bits; the first is never 0. */
  #fingerprints(text: string): [number, number] {
    const digest = hash("sha256", this.#secret + text, "binary");
    return [numberAt(digest, 0) + 1, numberAt(digest, 6)];
  }

  /** Where a row's slot begins; it is taken where there was none. */
  #slotOf(kind: Kind, row: AnyRow): number {
    if (this.#used * WIDTH * 4 > this.#slots.length * 3) this.#grow();
    const [first, second] = this.#fingerprints(`${kind}\0${keyOf(kind, row)}`);
    const slot = this.#find(first, second);
    if (this.#slots[slot] === 0) {
      this.#slots[slot] = first;
      this.#slots[slot + 1] = second;
      this.#used += 1;
    }
    return slot;
  }

  #find(first: number, second: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1; // The length is a power of two, so that no division is needed.
    let at = (first * WIDTH) & mask;
    while (slots[at] !== 0 && (slots[at] !== first || slots[at + 1] !== second)) at = (at + WIDTH) & mask;
    return at;
  }

  /** Slots of rows that are gone are left behind. */
  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    this.#used = 0;
    for (let at = 0; at < old.length; at += WIDTH) {
      if (old[at + SAID] === NOTHING) continue;
      this.#slots.set(old.subarray(at, at + WIDTH), this.#find(old[at] ?? 0, old[at + 1] ?? 0));
      this.#used += 1;
    }
  }
}

/** Six bytes of a digest as a number. */
const numberAt = (digest: string, at: number): number =>
  ((digest.charCodeAt(at) << 16) | (digest.charCodeAt(at + 1) << 8) | digest.charCodeAt(at + 2)) * 2 ** 24 +
  ((digest.charCodeAt(at + 3) << 16) | (digest.charCodeAt(at + 4) << 8) | digest.charCodeAt(at + 5));
