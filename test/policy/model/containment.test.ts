/** Rule 35: which patterns less others are no wider than which, held against sets of names. */
import { expect, it } from "vitest";
import { isNoWider, type PatternLess, patternMeets } from "../../../src/policy/model/patterns.ts";
import { coversByExpansion } from "../../support/pattern-oracle.ts";
import { type Chance, chanceOf, SEED } from "../../support/store/random-databases.ts";

const CASES = 500_000;
process.stdout.write(`containment: RBAC_SEED=${SEED}\n`);

/** Forms of parts, and parts of names: for each form with a wildcard there is one that no form names. */
const FORMS = ["*", "*", "a", "a.*", "b", "a.x.*"];
const PARTS = ["a", "b", "z", "a.x", "a.z", "a.x.z"];

/** All names of one to so many parts: one part more than patterns have, for those that end in a `*`. */
const names = (most: number): string[] =>
  most === 0 ? [] : [...PARTS, ...names(most - 1).flatMap((name) => PARTS.map((part) => `${part}:${name}`))];
const UNIVERSE = [...new Set(names(5))];

/** The names that a pattern covers, a bit for each. */
const known = new Map<string, bigint>();
function namesOf(pattern: string): bigint {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const covers = coversByExpansion(pattern);
  const bits = BigInt(`0b${UNIVERSE.map((name) => Number(covers(name))).join("")}`);
  known.set(pattern, bits);
  return bits;
}

const without = (some: bigint, taken: bigint): bigint => some ^ (some & taken);
const namesLess = ({ pattern, but }: PatternLess): bigint =>
  without(
    namesOf(pattern),
    but.reduce((sum, left) => sum | namesOf(left), 0n),
  );

/** A pattern near another one: a part of it is another form, or it is longer or shorter. */
function near(pattern: string, chance: Chance): string {
  const parts = pattern.split(":");
  const turn = chance.below(6);
  if (turn === 0 && parts.length > 1) parts.pop();
  else if (turn === 1 && parts.length < 4) parts.push(chance.pick(FORMS));
  else if (turn < 5) parts[chance.below(parts.length)] = chance.pick(FORMS);
  return parts.join(":");
}

const anyPattern = (chance: Chance): string =>
  Array.from({ length: 1 + chance.below(4) }, () => chance.pick(FORMS)).join(":");
const several = (pattern: string, chance: Chance): string[] =>
  Array.from({ length: chance.below(4) }, () => near(near(pattern, chance), chance));

it(`over ${CASES} cases of up to four parts, each less up to three others`, () => {
  const chance = chanceOf(SEED);
  const found = { wider: 0, "no wider": 0, "no wider by what is left out": 0, nothing: 0 };
  for (let at = 0; at < CASES; at += 1) {
    const pattern = anyPattern(chance);
    const outer = { pattern: near(pattern, chance), but: several(pattern, chance) };
    const inner = { pattern, but: [...several(pattern, chance), ...outer.but.filter(() => chance.below(3) > 0)] };
    const [narrow, wide] = [namesLess(inner), namesLess(outer)];
    const expected = without(narrow, wide) === 0n;
    if (isNoWider(inner, outer) !== expected) expect({ inner, outer }).toBe(expected);
    const isMet = (namesOf(outer.pattern) & narrow) !== 0n;
    if (patternMeets(outer.pattern, inner) !== isMet) expect({ met: outer.pattern, inner }).toBe(isMet);
    if (narrow === 0n) found.nothing += 1;
    else if (!expected) found.wider += 1;
    else if (without(namesOf(inner.pattern), wide) === 0n) found["no wider"] += 1;
    else found["no wider by what is left out"] += 1;
  }
  for (const count of Object.values(found)) expect(count, JSON.stringify(found)).toBeGreaterThan(CASES / 100);
}, 120_000);
