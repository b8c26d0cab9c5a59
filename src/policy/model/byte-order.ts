/** Byte order: the one order of names. It does not depend on the database or on the machine's language. */

/** Compares like UTF-8 bytes, that is by code point. JavaScript's `<` would compare by UTF-16 unit. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

/** Surrogates encode code points above every other unit, so they sort last. */
const weight = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** Makes a comparison of values by one field, in byte order. */
export const by =
  <T>(field: (value: T) => string) =>
  (a: T, b: T): number =>
    byBytes(field(a), field(b));
