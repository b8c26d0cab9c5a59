/** Names that look alike: a reader cannot distinguish two names that share a key, or have the same skeleton. */
import table from "./confusables-table.json" with { type: "json" };

/**
 * The version of the published tables. Stored keys are those of one version: another, or another way to make the keys,
 * makes other ones.
 */
export const CONFUSABLES_VERSION = table.version;

/**
 * Two keys of a name, by which look-alikes are found: a name is confusable with another where either of its keys equals
 * either key of the other. The first keeps case, because I is drawn like l and i is not; the second ignores case.
 * A name is one without controls and marks that nobody sees, as `parseName` gives it.
 */
export function confusableKeys(name: string): readonly [string, string] {
  if (PLAIN.test(name)) return [name, name];
  const read = readerOf(name);
  const folded = read.skeleton(read.fold(read.capitals(read.fold(name.normalize("NFKC")))));
  return [read.skeleton(name), read.skeleton(read.fold(folded))];
}

/** The key that ignores case: for texts that may not look like a certain word. */
export const skeleton = (text: string): string => confusableKeys(text)[1];

/** How names are taken apart: the steps of the keys, over one of two tables. */
interface Reader {
  /** Full case folding. */
  readonly fold: (text: string) => string;
  /** Letters drawn as small capitals as the capitals they are. */
  readonly capitals: (text: string) => string;
  /** The skeleton of UTS 39: each character replaced by the one that stands for all that are drawn like it. */
  readonly skeleton: (text: string) => string;
}

/** Names that are their own keys: no character of them is in the tables. */
const PLAIN = /^[ !#$&-/2-9:-@[-_a-ln-z{}~]*$/;

/** ASCII without %, which is drawn like characters that are not. */
const ASCII = /^[ -$&-~]*$/;

/** What the published table says of ASCII, so that names of ASCII are not searched for in it. */
const ASCII_PROTOTYPES: Readonly<Record<string, string>> = {
  '"': "''",
  "0": "O",
  "1": "l",
  I: "l",
  "`": "'",
  m: "rn",
  "|": "l",
};

const asciiReader: Reader = {
  fold: (text) => text.toLowerCase(),
  capitals: (text) => text,
  skeleton: (text) => text.replace(/["01I`m|]/g, (char) => ASCII_PROTOTYPES[char] ?? char),
};

let tables: Reader | undefined;

function readerOf(text: string): Reader {
  if (ASCII.test(text)) return asciiReader;
  tables ??= tableReader();
  return tables;
}

/** The reader over the published tables. It finds a character by searching their texts, once for each character. */
function tableReader(): Reader {
  const fold = remembered((char) => found(table.caseFolding, char) ?? char);
  const capital = remembered((char) => found(table.smallCapitals, char) ?? char);
  const capitalOf = new Map<string, string>();
  // The table maps a small capital to its small letter, which the second key finds, or to a letter of no alphabet, as
  // it does others that are drawn like it: ᴍ and Cyrillic м to ʍ. These are drawn like the capital then.
  for (const [, point = ""] of table.smallCapitals.matchAll(/ (\w+):/g)) {
    const small = String.fromCodePoint(Number.parseInt(point, 36));
    const published = found(table.confusables, small) ?? small;
    if (published !== fold(capital(small))) capitalOf.set(published, capital(small));
    capitalOf.set(small, capital(small));
  }
  // What the table maps a character to may hold characters that it maps again, but never in a circle.
  const prototype = remembered((char) => {
    const target = capitalOf.get(char) ?? found(table.confusables, char);
    return target === undefined ? char : mapped(target.normalize("NFD"), prototype);
  });
  return {
    fold: (text) => mapped(text, fold),
    capitals: (text) => mapped(text, capital),
    skeleton: (text) => mapped(text.normalize("NFD"), prototype).normalize("NFD"),
  };
}

type CharacterMap = (char: string) => string;

function mapped(text: string, map: CharacterMap): string {
  let result = "";
  for (const char of text) result += map(char);
  return result;
}

function remembered(map: CharacterMap): CharacterMap {
  const known = new Map<string, string>();
  return (char) => {
    const before = known.get(char);
    if (before !== undefined) return before;
    const result = map(char);
    known.set(char, result);
    return result;
  };
}

/** What a text that bin/confusables.mjs packed maps a character to. */
function found(packed: string, char: string): string | undefined {
  const source = ` ${(char.codePointAt(0) ?? 0).toString(36)}:`;
  const at = packed.indexOf(source);
  if (at < 0) return undefined;
  const points = packed.slice(at + source.length, packed.indexOf(" ", at + source.length)).split(".");
  return String.fromCodePoint(...points.map((point) => Number.parseInt(point, 36)));
}

/**
 * How two names collide: `case` where they differ by case alone, `script` where all their letters are of one script,
 * `scripts` otherwise; `undefined` where they do not, or are one name.
 */
export function collisionOf(a: string, b: string): "case" | "script" | "scripts" | undefined {
  const others = confusableKeys(b);
  if (a === b || !confusableKeys(a).some((key) => others.includes(key))) return undefined;
  const { fold } = readerOf(a + b);
  if (fold(a).normalize("NFC") === fold(b).normalize("NFC")) return "case";
  return scriptsOf(a + b).length > 1 ? "scripts" : "script";
}

/**
 * The scripts of the letters of a name, by the names of Unicode (`Latin`, `Cyrillic`). Digits, punctuation and accents
 * are of none.
 */
export function scriptsOf(name: string): readonly string[] {
  if (ASCII.test(name)) return /[A-Za-z]/.test(name) ? ["Latin"] : [];
  let rest = name.replace(/[\p{Script=Common}\p{Script=Inherited}]/gu, "");
  const found: string[] = [];
  for (const script of table.scripts.split(" ")) {
    if (rest === "") break;
    const without = rest.replace(lettersOf(script), "");
    if (without !== rest) found.push(script);
    rest = without;
  }
  return rest === "" ? found : [...found, "Unknown"];
}

/** What is of a script; nothing is of one that this version of Node does not know yet. */
function lettersOf(script: string): RegExp {
  try {
    return new RegExp(`\\p{Script=${script}}`, "gu");
  } catch {
    return /$^/;
  }
}
