/** Bits of what roles have before and after, joined for one person after another, against sets of numbers. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { KnownDifferences } from "../../../src/policy/arrays/known-differences.ts";
import { JoinedWords, RoleWords } from "../../../src/policy/arrays/role-words.ts";

const PERMISSIONS = 200;
const numbers = fc.uniqueArray(fc.oneof(fc.nat(PERMISSIONS - 1), fc.constantFrom(0, 31, 32, 63, 199)), {
  maxLength: 12,
});
const role = fc.record({ flags: fc.nat(31), before: numbers, after: numbers, single: numbers });
const policy = fc.record({
  roles: fc.array(role, { minLength: 1, maxLength: 6 }),
  people: fc.array(fc.array(fc.nat(5), { maxLength: 4 }), { minLength: 1, maxLength: 60 }),
  leftOut: fc.option(numbers, { nil: undefined }),
});

/** Some numbers as bits by place. */
function bitsOf(list: readonly number[]): Int32Array {
  const bits = new Int32Array(Math.ceil(PERMISSIONS / 32));
  for (const number of list) bits[number >>> 5] = (bits[number >>> 5] ?? 0) | (1 << (number & 31));
  return bits;
}

const inOrder = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

it("what is gained and lost is what the roles together have on one side only, and equal has an equal number", () => {
  const holds = ({ roles, people, leftOut = [] }: typeof policy extends fc.Arbitrary<infer T> ? T : never) => {
    const kept = new RoleWords();
    const begins = roles.map(({ flags, before, after, single }) => kept.add(flags, before, after, single));
    const [words, known] = [new JoinedWords(kept, PERMISSIONS), new KnownDifferences()];
    const byText = new Map<string, number>();
    for (const held of people) {
      const holding = held.map((at) => at % roles.length);
      const ofSide = (side: "before" | "after" | "single") => new Set(holding.flatMap((at) => roles[at]?.[side] ?? []));
      const [before, after, single] = [ofSide("before"), ofSide("after"), ofSide("single")];
      const gains = inOrder(after).filter((number) => !before.has(number) && !leftOut.includes(number));
      const losses = inOrder(before).filter((number) => !after.has(number) && !leftOut.includes(number));
      const isIdle = words.join(
        holding.map((at) => begins[at] ?? 0),
        leftOut.length > 0 ? bitsOf(leftOut) : undefined,
      );
      expect(words.flags(holding.map((at) => begins[at] ?? 0))).toBe(
        holding.reduce((all, at) => all | (roles[at]?.flags ?? 0), 0),
      );
      expect([words.numbers(false), words.numbers(true)]).toEqual([gains, losses]);
      expect([words.hasAny(false), words.hasAny(true)]).toEqual([gains.length > 0, losses.length > 0]);
      expect(isIdle).toBe([...single].some((number) => !gains.includes(number) && !losses.includes(number)));
      for (const number of [0, 31, 32, 63, 64, 199])
        expect(words.has(number)).toBe(gains.includes(number) || losses.includes(number));
      const text = JSON.stringify([gains, losses]);
      const expected = byText.get(text) ?? byText.size;
      byText.set(text, expected);
      expect(known.numberOf(words, 0)).toBe(expected);
    }
  };
  fc.assert(fc.property(policy, holds), { numRuns: 300 });
});

it("many differences, each with its number, another with another count of the wide pattern", () => {
  const COUNT = 5000;
  const kept = new RoleWords();
  const [words, known] = [new JoinedWords(kept, PERMISSIONS), new KnownDifferences()];
  const roles = Array.from({ length: PERMISSIONS }, (_, at) => kept.add(0, [], [at], []));
  const numberOf = (at: number, wide: number) => {
    words.join(
      [roles[at % 199], roles[199], roles[Math.floor(at / 199) % 199]].flatMap((one) => one ?? []),
      undefined,
    );
    return known.numberOf(words, wide);
  };
  const seen = new Map<string, number>();
  for (let at = 0; at < COUNT; at += 1) {
    const pair = [at % 199, Math.floor(at / 199) % 199].sort((a, b) => a - b).join();
    const expected = seen.get(pair) ?? seen.size;
    seen.set(pair, expected);
    expect(numberOf(at, 0)).toBe(expected);
  }
  expect([numberOf(7, 3), numberOf(7, -3), numberOf(7, 3), numberOf(7, 0)]).toEqual([
    seen.size,
    seen.size + 1,
    seen.size,
    seen.get("0,7"),
  ]);
});

it("one that is added is gained or lost like the others", () => {
  const kept = new RoleWords();
  const words = new JoinedWords(kept, PERMISSIONS);
  words.join([kept.add(0, [3], [40], [])], undefined);
  words.add(5, false);
  words.add(199, true);
  words.add(70, false);
  expect([words.numbers(false), words.numbers(true)]).toEqual([
    [5, 40, 70],
    [3, 199],
  ]);
});
