/** Whether a condition can hold without another: against all values of what they speak of. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { mayHoldAlone } from "../../../src/policy/conditions/alone.ts";
import { parseCondition } from "../../../src/policy/conditions/condition.ts";

const allowance = (when: string | null, ...unless: string[]) => ({
  when: when === null ? null : parseCondition(when),
  unless: unless.map(parseCondition),
});

it.each([
  ["resource.a", "resource.a || resource.b", false],
  ["resource.a || resource.b", "resource.a", true],
  ["resource.a && resource.b", "resource.b", false],
  ["resource.a", "!!resource.a || resource.b", false],
  ["resource.a", "!resource.a", true],
  ["resource.a || !resource.a", "resource.b || !resource.b", true],
  ["resource.a && resource.n > 3", "resource.n > 3 && resource.a", false],
])("%s without %s: %s", (one, other, expected) => {
  expect(mayHoldAlone(allowance(one), allowance(other))).toBe(expected);
});

it("what is denied more is held by no more", () => {
  expect(mayHoldAlone(allowance(null, "resource.a", "resource.b"), allowance(null, "resource.a"))).toBe(false);
  expect(mayHoldAlone(allowance(null, "resource.a"), allowance(null, "resource.a", "resource.b"))).toBe(true);
  // An unknown lets neither: a deny counts unless it is false, an allow only when true.
  expect(mayHoldAlone(allowance("!resource.a"), allowance(null, "resource.a"))).toBe(false);
});

it("of too many atoms it says that it may", () => {
  const many = ["a", "b", "c", "d", "e", "f", "g"].map((name) => `resource.${name}`).join(" && ");
  expect(mayHoldAlone(allowance(many), allowance(many))).toBe(true);
});

type Tree = string | { readonly not: Tree } | { readonly op: "&&" | "||"; readonly left: Tree; readonly right: Tree };

const textOf = (tree: Tree): string => {
  if (typeof tree === "string") return `resource.${tree}`;
  return "not" in tree ? `!(${textOf(tree.not)})` : `(${textOf(tree.left)} ${tree.op} ${textOf(tree.right)})`;
};

/** Kleene's tables by numbers: false 0, unknown 1, true 2. */
const rankOf = (tree: Tree, of: Readonly<Record<string, number>>): number => {
  if (typeof tree === "string") return of[tree] ?? 1;
  if ("not" in tree) return 2 - rankOf(tree.not, of);
  const [left, right] = [rankOf(tree.left, of), rankOf(tree.right, of)];
  return tree.op === "&&" ? Math.min(left, right) : Math.max(left, right);
};

it("says no just where it is so, of conditions of three atoms", () => {
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "b", "c"),
      fc.record({ not: tie("tree") }),
      fc.record({ op: fc.constantFrom("&&" as const, "||" as const), left: tie("tree"), right: tie("tree") }),
    ),
  }));
  const values = [0, 1, 2];
  const all = values.flatMap((a) => values.flatMap((b) => values.map((c) => ({ a, b, c }))));
  const found = { yes: 0, no: 0 };
  fc.assert(
    fc.property(tree, tree, tree, tree, (one, against, other, theirs) => {
      const isSo = all.some(
        (of) =>
          rankOf(one, of) === 2 && rankOf(against, of) === 0 && !(rankOf(other, of) === 2 && rankOf(theirs, of) === 0),
      );
      found[isSo ? "yes" : "no"] += 1;
      const ours = allowance(textOf(one), textOf(against));
      expect(mayHoldAlone(ours, allowance(textOf(other), textOf(theirs)))).toBe(isSo);
    }),
    { numRuns: 500 },
  );
  expect(Math.min(found.yes, found.no)).toBeGreaterThan(50);
});
