/** Judges the MACs of entries in sequence: a record has one on every entry, or on none. */
import { isMac, macOf, sameMac } from "./entry-hash.ts";

type CheckedFields = { readonly seq: number; readonly hash: string; readonly mac?: string | undefined };

export class MacCheck {
  readonly #key: Uint8Array | undefined;
  /** Whether the record has MACs; `undefined` until an entry shows it. */
  #isKeyed: boolean | undefined;
  #lastHadMac = false;
  /** Number of entries whose MAC could not be checked, as no key was given. */
  unchecked = 0;

  constructor(key: Uint8Array | undefined) {
    this.#key = key;
  }

  /** The fault of the next entry's MAC, as a message. Each is told once, and not again of the entry behind it. */
  faultOf({ seq, hash, mac }: CheckedFields): string | undefined {
    if (mac === undefined) {
      const isMissing = this.#key !== undefined || this.#lastHadMac;
      this.#isKeyed ??= false;
      this.#lastHadMac = false;
      return isMissing ? `entry ${seq} was written without the audit key` : undefined;
    }
    if (!isMac(mac)) return `the code of entry ${seq} is none that an audit key gives`;
    const isFirst = this.#isKeyed === false && this.#key === undefined;
    this.#isKeyed = true;
    this.#lastHadMac = !isFirst;
    if (isFirst) return `entry ${seq} has a code, and the entries before it have none`;
    if (this.#key && !sameMac(mac, macOf(this.#key, hash))) return `entry ${seq} was not written with this audit key`;
    if (!this.#key) this.unchecked += 1;
    return undefined;
  }
}
