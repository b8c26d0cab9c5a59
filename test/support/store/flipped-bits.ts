/** Flipping bits of a file, one at a time: what changes the record or the policy must not pass. */
import { RbacError } from "../../../src/errors.ts";
import { type Chance, contentOf, copyOf, verified } from "./random-databases.ts";

export interface Flipped {
  /** Faults that the verification found. */
  found: number;
  /** Files that could not be opened or read: exit 4. */
  refused: number;
  /** Flips that changed nothing that the database holds. */
  harmless: number;
  /** What must not be. */
  readonly missed: string[];
}

/** One bit of a file: its byte, and which bit of that. */
type Bit = readonly [at: number, bit: number];

/** Bits anywhere in a file. */
export function* anyBits(bytes: Uint8Array, times: number, chance: Chance): Iterable<Bit> {
  for (let done = 0; done < times; done++) yield [chance.below(bytes.length), chance.below(8)];
}

/** Every bit of the first bytes of a file. */
export function* firstBits(count: number): Iterable<Bit> {
  for (let at = 0; at < count; at++) for (let bit = 0; bit < 8; bit++) yield [at, bit];
}

export async function flip(bytes: Uint8Array, bits: Iterable<Bit>): Promise<Flipped> {
  const flipped: Flipped = { found: 0, refused: 0, harmless: 0, missed: [] };
  const untouched = await contentOf(copyOf(bytes));
  for (const [at, bit] of bits) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    const path = copyOf(changed);
    try {
      if (!(await verified(path)).valid) flipped.found += 1;
      else if ((await contentOf(path)) === untouched) flipped.harmless += 1;
      else flipped.missed.push(`byte ${at}, bit ${bit}: unnoticed`);
    } catch (error) {
      if (error instanceof RbacError && error.exitCode === 4) flipped.refused += 1;
      else flipped.missed.push(`byte ${at}, bit ${bit}: ${String(error)}`);
    }
  }
  return flipped;
}
