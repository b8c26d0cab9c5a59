/** Names that look alike: a reader cannot distinguish two names that have the same skeleton. */

/**
 * Letters of other scripts, and digits, that are drawn as Latin letters in common fonts.
 * A selection from the data of Unicode Technical Standard 39 (confusables): Cyrillic, Greek, Armenian and digits.
 */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  a: "аɑα",
  b: "ЬьƄ",
  c: "сϲ",
  d: "ԁ",
  e: "еҽ",
  g: "ɡց",
  h: "һհ",
  i: "іıιɩ",
  j: "јϳ",
  k: "кκ",
  l: "1|ӏǀ",
  m: "м",
  n: "ո",
  o: "0оοօ",
  p: "рρ",
  q: "ԛգ",
  r: "г",
  s: "ѕ",
  t: "тτ",
  u: "υս",
  v: "ѵν",
  w: "ѡԝ",
  x: "хχ",
  y: "уγү",
  z: "ᴢ",
  "-": "‐‑‒–−",
  "'": "’ʼ‘",
};

const LATIN = new Map(Object.entries(LOOKS_LIKE).flatMap(([to, from]) => [...from].map((char) => [char, to] as const)));

/**
 * The skeleton of a name: compatibility forms and case are folded, letters that look like Latin ones are
 * replaced. Two names with equal skeletons are confusable.
 */
export function skeleton(name: string): string {
  if (/^[a-z2-9:._/@-]*$/.test(name)) return name;
  const folded = name.normalize("NFKC").toLowerCase().normalize("NFKC");
  return [...folded].map((char) => LATIN.get(char) ?? char).join("");
}
