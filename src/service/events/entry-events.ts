/** Entries of the record as server-sent events: one for each revision, with a line of data for each of its entries. */
import type { Entry } from "../../index.ts";
import { toJson } from "../../output/sanitize.ts";
import type { Change } from "../../policy/model/change.ts";

/** The most names that are kept to be counted once. */
const MOST_NAMES = 10_000;

export const ALIVE = ": alive\n\n";

/** From where on to read after a reconnection: nothing is dispatched for it. */
export const idText = (revision: number): string => `id: ${revision}\n\n`;

export const resetText = (revision: number): string =>
  `id: ${revision}\nevent: reset\ndata: ${JSON.stringify({ revision })}\n\n`;

export class EntryEvents {
  readonly #fits: (change: Change) => boolean;
  readonly #names = new Set<string>();
  #counted = 0;
  /** The revision of the last entry, as long as more entries of it may come. */
  #revision: number | undefined;
  /** True where something of it was sent. */
  #isBegun = false;

  constructor(fits: (change: Change) => boolean) {
    this.#fits = fits;
  }

  /** How many people the events name. */
  get people(): number {
    return this.#counted + this.#names.size;
  }

  /** @param isWhole false where more entries of the last revision may follow */
  textOf(entries: readonly Entry[], isWhole: boolean): string {
    let text = "";
    for (const entry of entries) {
      if (entry.revision !== this.#revision) text += this.#ended();
      this.#revision = entry.revision;
      if (!this.#fits(entry.change)) continue;
      if (!this.#isBegun) text += `id: ${entry.revision}\nevent: entry\n`;
      this.#isBegun = true;
      text += `data: ${toJson(entry)}\n`;
      this.#count(entry.change);
    }
    if (!isWhole) return text;
    const last = this.#isBegun || this.#revision === undefined ? this.#ended() : idText(this.#revision);
    this.#revision = undefined;
    return text + last;
  }

  #ended(): string {
    const text = this.#isBegun ? "\n" : "";
    this.#isBegun = false;
    return text;
  }

  #count(change: Change): void {
    if (!("user" in change)) return;
    if (this.#names.size >= MOST_NAMES) {
      this.#counted += this.#names.size;
      this.#names.clear();
    }
    this.#names.add(change.user);
  }
}
