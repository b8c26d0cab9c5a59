/** Byte order: the one order of names, whatever the database or the machine's language. */

/** Compares as UTF-8 bytes would: by code point, where JavaScript's `<` goes by UTF-16 unit. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit, so they weigh more. */
const weight = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** The comparison of one field of two values, in byte order. */
export const by =
  <T>(field: (value: T) => string) =>
  (a: T, b: T): number =>
    byBytes(field(a), field(b));
