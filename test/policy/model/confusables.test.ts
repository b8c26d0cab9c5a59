/** The two keys by which look-alikes are found, against what Unicode publishes, and how names collide. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONFUSABLES_VERSION, collisionOf, confusableKeys, scriptsOf } from "../../../src/policy/model/confusables.ts";
import table from "../../../src/policy/model/confusables-table.json" with { type: "json" };
import { FIRST_NAMES } from "../../support/first-names.ts";

/** The mappings of a packed text. Their own reader, as that of the source searches and never lists them. */
const mappingsOf = (packed: string): [source: string, target: string][] =>
  packed
    .trim()
    .split(" ")
    .map((mapping) => mapping.split(/[:.]/).map((point) => String.fromCodePoint(Number.parseInt(point, 36))))
    .map(([source = "", ...target]) => [source, target.join("")]);

const PUBLISHED = mappingsOf(table.confusables);
const FOLDED = mappingsOf(table.caseFolding);
const hex = (text: string): string =>
  Array.from(text, (char) => (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")).join(" ");
const share = (a: string, b: string): boolean => confusableKeys(a).some((key) => confusableKeys(b).includes(key));

/** Text of characters that the tables have something to say about, with some of ASCII between. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PUBLISHED.map(([source]) => source), ...FOLDED.map(([source]) => source)),
      fc.constantFrom(..."abcimnlo01I|-. "),
    ),
    { maxLength: 12 },
  )
  .map((chars) => chars.join(""));

describe("look-alikes", () => {
  it.each([
    ["Alice", "alice", "case"],
    ["BOB", "bob", "case"],
    ["straße", "STRASSE", "case"],
    ["ﬁle", "file", "case"],
    ["ΣΊΣΥΦΟΣ", "σίσυφος", "case"],
    ["Alice", "AIice", "script"],
    ["Ŀuc", "l·uc", "script"],
    ["Kam", "Karn", "script"],
    ["KAM", "karn", "script"],
    ["admin", "adrnin", "script"],
    ["admin", "ᴀdmin", "script"],
    ["ADMIN", "ᴀᴅᴍɪɴ", "script"],
    ["bill", "bi1l", "script"],
    ["root", "r00t", "script"],
    ["a-b", "a–b", "script"],
    ["editor", "ｅditor", "script"],
    ["Şule", "Șule", "script"],
    ["admin", "𝐚𝐝𝐦𝐢𝐧", "script"],
    ["100", "lOO", "script"],
    ["BOB", "ВОВ", "scripts"],
    ["bob", "вов", "scripts"],
    ["HELEN", "НELEN", "scripts"],
    ["helen", "нelen", "scripts"],
    ["Kate", "кате", "scripts"],
    ["tom", "том", "scripts"],
    ["paypal", "pаypal", "scripts"],
    ["pаypal", "paурal", "scripts"],
    ["山田カ", "山田力", "scripts"],
  ])("%s and %s collide: %s", (a, b, how) => {
    expect([collisionOf(a, b), collisionOf(b, a)]).toEqual([how, how]);
    expect(share(a, b)).toBe(true);
  });

  it.each([
    ["alice", "alicia"],
    // Rule 29 has no key that first reads I as l and then ignores case.
    ["alice", "AIice"],
    ["bob", "rob"],
    ["Renée", "Renee"],
    ["a.b", "a-b"],
    ["r2", "r3"],
    ["walter", "vvalter"],
    ["Anna", "Анна"],
    ["", "a"],
  ])("%s and %s do not", (a, b) => {
    expect(collisionOf(a, b)).toBeUndefined();
    expect(share(a, b)).toBe(false);
  });

  it("no name collides with itself", () => {
    expect(collisionOf("Kam", "Kam")).toBeUndefined();
  });

  it("of one name no other name can be taken: keys of plain names are the names", () => {
    expect(confusableKeys("alice.brown@example.org")).toEqual(["alice.brown@exarnple.org", "alice.brown@exarnple.org"]);
    expect(confusableKeys("bob-2_x")).toEqual(["bob-2_x", "bob-2_x"]);
    expect(confusableKeys("AIice")).toEqual(["Alice", "aiice"]);
  });

  it("few people's first names collide, none by case or across scripts", () => {
    const pairs = FIRST_NAMES.flatMap((a, at) =>
      FIRST_NAMES.slice(at + 1).flatMap((b) => (share(a, b) ? [`${a}/${b}: ${collisionOf(a, b)}`] : [])),
    );
    expect(FIRST_NAMES.length).toBe(782);
    expect(pairs).toEqual([
      "Ama/Arna: script",
      "Amie/Arnie: script",
      "Em/Ern: script",
      "Ema/Erna: script",
      "Ian/Lan: script",
      "Kam/Karn: script",
      "Loma/Lorna: script",
      "Mamie/Marnie: script",
    ]);
  });
});

describe("the tables", () => {
  it("are those that Unicode published", () => {
    const lines = PUBLISHED.map(([source, target]) => `${hex(source)} ${hex(target)}\n`).sort();
    expect(CONFUSABLES_VERSION).toBe("17.0.0");
    expect([PUBLISHED.length, FOLDED.length, mappingsOf(table.smallCapitals).length]).toEqual([6565, 1585, 25]);
    expect(createHash("sha256").update(lines.join("")).digest("hex")).toBe(
      "e2fd93f48f7a3ad2b27cec846e9ecca13e29de22e9311b2e2167b7fcdd53a91a",
    );
  });

  it("make both sides of every mapping collide, but where UTS 39 takes the source apart before", () => {
    const apart = PUBLISHED.filter(
      ([source, target]) => !share(source, target) || !share(`x${source}z`, `x${target}z`),
    );
    expect(apart.filter(([source]) => source === source.normalize("NFD"))).toEqual([]);
    expect(apart.map(([source]) => hex(source)).join(" ")).toBe(
      "00F6 0146 0150 0163 01A0 01A1 01F5 021B 0226 0227 0419 045D 0623 0624 0626 1E43 1F7D 1FF6 FB2F FB30 FB39 FB49",
    );
  });

  it("read letters drawn as small capitals as these capitals, and what is published to look like them", () => {
    for (const [small, capital] of mappingsOf(table.smallCapitals)) expect(share(small, capital)).toBe(true);
    expect(Array.from("вкмнтĸʍ", (char) => confusableKeys(char)[0]).join("")).toBe("BKMHTKM");
  });

  it("fold case as the flag i of regular expressions does, and further where one letter becomes several", () => {
    const known = FOLDED.filter(([source, target]) => !/\p{Cn}/u.test(source + target));
    expect(known.length).toBeGreaterThan(1500);
    const single = known.filter(([, target]) => [...target].length === 1);
    expect(single.filter(([source, target]) => !new RegExp(`^${source}$`, "iu").test(target))).toEqual([]);
    expect(known.length - single.length).toBe(104);
  });

  it("ignore case by the second key", () => {
    const second = (name: string): string => confusableKeys(name)[1];
    for (const [source, target] of FOLDED)
      for (const other of [target, source.toUpperCase(), source.toLowerCase(), target.toUpperCase()])
        expect(`${source} ${second(`x${other}z`)}`).toBe(`${source} ${second(`x${source}z`)}`);
  });
});

describe("keys of any text", () => {
  it("are the same in every form that NFC makes one", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "binary", maxLength: 12 })), (name) => {
        const keys = confusableKeys(name);
        for (const form of ["NFC", "NFD"]) expect(confusableKeys(name.normalize(form))).toEqual(keys);
      }),
      { numRuns: 3000 },
    );
  });

  it("are their own keys", () => {
    fc.assert(
      fc.property(text, (name) => {
        const [first] = confusableKeys(name);
        expect(confusableKeys(first)[0]).toBe(first);
      }),
      { numRuns: 3000 },
    );
  });

  it("are the same for ASCII with the tables as without", () => {
    const suffix = confusableKeys("ж");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 20 }), (name) => {
        const [first, second] = confusableKeys(name);
        expect(confusableKeys(`${name}ж`)).toEqual([first + suffix[0], second + suffix[1]]);
      }),
      { numRuns: 3000 },
    );
    for (let point = 0x20; point < 0x7f; point++) {
      const char = String.fromCharCode(point);
      const [first, second] = confusableKeys(char);
      expect(confusableKeys(`${char}ж`)).toEqual([first + suffix[0], second + suffix[1]]);
    }
  });

  it("collide where any characters are replaced by what they look like, both ways", () => {
    // Marks change their order with what they are, and small capitals collide by the second key.
    const small = new Set(mappingsOf(table.smallCapitals).map(([source]) => source));
    const swaps = PUBLISHED.filter(
      ([source, target]) => !/\p{M}/u.test((source + target).normalize("NFD")) && !small.has(source),
    );
    expect(swaps.length).toBeGreaterThan(5000);
    const pairs = fc.array(
      fc.oneof(
        fc.constantFrom(...swaps),
        fc.constantFrom(..."abc").map((char) => [char, char] as const),
      ),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(pairs, (chars) => {
        const [a, b] = [0, 1].map((side) => chars.map((swap) => swap[side]).join("")) as [string, string];
        expect(confusableKeys(a)[0]).toBe(confusableKeys(b)[0]);
        expect(collisionOf(a, b) === undefined).toBe(a === b);
        expect(collisionOf(b, a)).toBe(collisionOf(a, b));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("scripts", () => {
  it.each([
    ["alice", ["Latin"]],
    ["42-7", []],
    ["4\u20ac\u0301", []],
    ["Zoë", ["Latin"]],
    ["ｅ", ["Latin"]],
    ["Анна", ["Cyrillic"]],
    ["pаypal", ["Latin", "Cyrillic"]],
    ["Νίκος", ["Greek"]],
    ["山田 ハナコさん", ["Han", "Hiragana", "Katakana"]],
    ["محمد", ["Arabic"]],
    ["민준", ["Hangul"]],
    ["राहुल", ["Devanagari"]],
    ["\u{1f600}", []],
    ["a\u{e0100}", ["Latin"]],
    ["a\u{a0000}", ["Latin", "Unknown"]],
  ])("%s is of %j", (name, expected) => {
    expect(scriptsOf(name)).toEqual(expected);
  });

  it("are all that this version of Node knows, and no others break it", () => {
    const letters = FOLDED.map(([source]) => source).filter((char) => !/\p{Cn}/u.test(char));
    expect(new Set(letters.flatMap(scriptsOf)).has("Unknown")).toBe(false);
  });
});
