/** Which names a pattern covers, and which patterns contain or meet another: held against expansion by brute force. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../src/policy/evaluate/policy-index.ts";
import { countCovering, patternsCovering } from "../../../src/policy/model/names.ts";
import {
  literalBeginning,
  patternContains,
  patternsIntersection,
  resourceOf,
} from "../../../src/policy/model/patterns.ts";
import { policyFrom } from "../../support/documents.ts";
import { coversByExpansion } from "../../support/pattern-oracle.ts";

/** Parts that collide, and for each wildcard one that no pattern names: `z` for `*`, `a.z` for `a.*`, and so on. */
const PARTS = ["a", "b", "z", "a.", "a.x", "a.z", "a.x.y", "a/x", "a/z"];
const FORMS = ["*", "a", "b", "a.", "a.x", "a.*", "a.x.*", "a/x", "a/*"];

/** All lists of one to `most` parts, joined. */
function joined(parts: readonly string[], most: number): string[] {
  if (most === 1) return [...parts];
  const shorter = joined(parts, most - 1);
  return [...new Set([...shorter, ...shorter.flatMap((name) => parts.map((part) => `${name}:${part}`))])];
}

describe("over every pattern of up to three parts, and every name of up to four", () => {
  const names = joined(PARTS, 4);
  const patterns = joined(FORMS, 3);
  const coveredBy = new Map(
    patterns.map((pattern) => {
      const covers = coversByExpansion(pattern);
      return [pattern, BigInt(`0b${names.map((name) => Number(covers(name))).join("")}`)];
    }),
  );
  /** The names that a pattern covers, a bit for each: sets of thousands are compared in one step. */
  const covered = (pattern: string) => coveredBy.get(pattern) as bigint;
  const covers = (pattern: string, at: number) => ((covered(pattern) >> BigInt(names.length - 1 - at)) & 1n) === 1n;

  it("there are 819 patterns and 7,380 names", () => {
    expect([patterns.length, names.length]).toEqual([819, 7380]);
  });

  it("the patterns that cover a name are all that do, each once, and are counted without listing them", () => {
    for (const [at, name] of names.entries()) {
      const listed = patternsCovering(name, false);
      expect(new Set(listed).size, name).toBe(listed.length);
      expect(countCovering(name), name).toBe(listed.length);
      const known = new Set(listed);
      for (const pattern of patterns) if (covers(pattern, at) !== known.has(pattern)) expect(pattern).toBe(name);
      for (const pattern of listed) if (!coversByExpansion(pattern)(name)) expect(pattern).toBe(name);
    }
  });

  it("one pattern contains another where it covers all that it covers", () => {
    let pairs = 0;
    for (const outer of patterns) {
      const wide = covered(outer);
      for (const inner of patterns) {
        const narrow = covered(inner);
        const expected = (narrow & wide) === narrow;
        if (patternContains(outer, inner) !== expected) expect({ outer, inner }).toBe(expected);
        pairs += Number(expected);
      }
    }
    expect(pairs).toBeGreaterThan(10_000);
  });

  it("the patterns that contain a pattern are listed as those that cover a name are", () => {
    for (const inner of patterns) {
      const listed = patternsCovering(inner, false);
      const known = new Set(listed);
      expect(known.size, inner).toBe(listed.length);
      for (const outer of patterns)
        if (patternContains(outer, inner) !== known.has(outer)) expect({ outer, inner }).toBe(known);
    }
  });

  it("what two patterns cover both is one pattern, or nothing", () => {
    for (const one of patterns) {
      const first = covered(one);
      for (const other of patterns) {
        const expected = first & covered(other);
        const common = patternsIntersection(one, other);
        const found = common === undefined ? 0n : coveredBy.get(common);
        if (found !== expected) expect({ one, other, common }).toBe(expected);
      }
    }
  });

  it("a union of patterns covers a pattern only if one of them does", () => {
    const some = fc.tuple(fc.array(fc.constantFrom(...patterns), { minLength: 2, maxLength: 6 }), fc.nat());
    const alone = ([union, seed]: [string[], number]) => {
      const inner = patterns[seed % patterns.length] as string;
      const all = union.reduce((sum, one) => sum | covered(one), 0n);
      const together = (covered(inner) & all) === covered(inner);
      expect(union.some((outer) => patternContains(outer, inner))).toBe(together);
    };
    fc.assert(fc.property(some, alone), { numRuns: 20_000 });
  });

  it("every covered name begins with the text before the first *", () => {
    for (const pattern of patterns)
      for (const [at, name] of names.entries())
        if (covers(pattern, at) && !name.startsWith(literalBeginning(pattern))) expect(pattern).toBe(name);
  });
});

describe("over 10,000 random catalogues", () => {
  const part = fc.constantFrom("a", "b", "a.b", "a.b.c", "a/b", "a b", "\u00fc.x", "a.");
  const name = fc
    .array(part, { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(":"))
    .filter((one) => countCovering(one) <= 256);
  const form = fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    part,
    fc.constantFrom("a.*", "a.b.*", "a/*", "\u00fc.*"),
  );
  const anyPattern = fc.array(form, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(":"));
  /** A pattern made from a name of the catalogue, which covers something; or any. */
  const patternFor = (catalogue: readonly string[]) =>
    fc.oneof(
      anyPattern,
      fc.tuple(fc.constantFrom(...catalogue), fc.nat()).map(([chosen, seed]) => {
        const covering = patternsCovering(chosen, false);
        return covering[seed % covering.length] as string;
      }),
    );
  const cases = fc
    .uniqueArray(name, { minLength: 1, maxLength: 12 })
    .chain((catalogue) =>
      fc.tuple(fc.constant(catalogue), fc.array(patternFor(catalogue), { minLength: 1, maxLength: 4 })),
    );

  it("a pattern is expanded to what it covers, its owner form alike", () => {
    const alike = ([catalogue, patterns]: [string[], string[]]) => {
      const covered = coverageOf(policyFrom({ rbac: 1, permissions: catalogue }));
      for (const pattern of [...patterns, ...patterns]) {
        const expected = catalogue.filter(coversByExpansion(pattern)).sort();
        expect([...covered(pattern)].sort()).toEqual(expected);
        expect([...covered(`${pattern}:own`)].sort()).toEqual(expected);
        const byName = catalogue.filter((listed) => patternsCovering(listed, false).includes(pattern)).sort();
        expect(byName).toEqual(expected);
        expect(catalogue.filter((listed) => patternContains(pattern, listed)).sort()).toEqual(expected);
      }
    };
    fc.assert(fc.property(cases, alike), { numRuns: 10_000 });
  });
});

it("four patterns of two parts and * cover a plain name; the owner forms come behind them", () => {
  const plain = ["posts:read", "posts:*", "*:read", "*:*", "*"];
  expect(patternsCovering("posts:read", false)).toEqual(plain);
  expect(patternsCovering("posts:read", true)).toEqual([...plain, ...plain.map((pattern) => `${pattern}:own`)]);
});

it.each([
  ["posts:read", "posts"],
  ["os_compute_api:servers:create", "os_compute_api"],
  ["Microsoft.Authorization/roleAssignments:write", "Microsoft.Authorization/roleAssignments"],
  ["sales.orders.view", "sales"],
  ["Job/Build", "Job"],
  [".hidden.view", ".hidden"],
  ["view_user", "view_user"],
  ["/", "/"],
])("%s is about %s", (permission, resource) => {
  expect(resourceOf(permission)).toBe(resource);
});
