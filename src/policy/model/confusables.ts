/** Names that look alike: two names with one skeleton are told apart by no reader. */

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

/** What a name looks like: compatibility forms and case folded, look-alikes replaced. Equal skeletons are confusable. */
export function skeleton(name: string): string {
  if (/^[a-z2-9:._/@-]*$/.test(name)) return name;
  const folded = name.normalize("NFKC").toLowerCase().normalize("NFKC");
  return [...folded].map((char) => LATIN.get(char) ?? char).join("");
}
