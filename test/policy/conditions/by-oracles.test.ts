// Random conditions and questions: a naive second evaluator, CEL itself, and every way that the unknown may turn out.

import { describe, expect, it } from "vitest";
import {
  allOf,
  anyOf,
  conditionText,
  notOf,
  parseCondition,
  residualOf,
  storedCondition,
  truthOf,
} from "../../../src/policy/conditions/condition.ts";
import type { Expression } from "../../../src/policy/conditions/expression.ts";
import { celOf } from "../../support/conditions/cel.ts";
import { factsOf } from "../../support/conditions/facts.ts";
import { degree } from "../../support/conditions/oracle.ts";
import { conditionOf, questionOf, textOf } from "../../support/conditions/random.ts";
import { chanceOf, SEED } from "../../support/store/random-databases.ts";

process.stdout.write(`conditions: RBAC_SEED=${SEED}\n`);

const DEGREES = new Map<number, boolean | undefined>([
  [0, false],
  [0.5, undefined],
  [1, true],
]);

describe("random conditions", () => {
  it("5,000 times: the canonical text reads as the same tree, and prints as itself", () => {
    const chance = chanceOf(SEED);
    for (let asked = 0; asked < 5000; asked++) {
      const plain = conditionOf(chance, { isWide: true }, 1 + chance.below(6));
      const read = parseCondition(textOf(plain, chance));
      const text = conditionText(read);
      expect(storedCondition(text)).toEqual(read);
      expect(conditionText(parseCondition(textOf(plain, chance)))).toBe(text);
    }
  });

  it("20,000 times: truth is what a naive evaluator says, and so is the residual's", () => {
    const chance = chanceOf(SEED + 1);
    const met = new Map<unknown, number>();
    for (let asked = 0; asked < 20_000; asked++) {
      const plain = conditionOf(chance, { isWide: true }, 1 + chance.below(6));
      const text = textOf(plain, chance);
      const question = questionOf(chance, { isWide: true });
      const facts = factsOf(question);
      const expected = DEGREES.get(degree(plain, question));
      const condition = parseCondition(text);
      const about = `${text} of ${JSON.stringify(question)}`;
      expect(truthOf(condition, facts), about).toBe(expected);
      const left = residualOf(condition, facts);
      expect(typeof left === "boolean" ? left : undefined, about).toBe(expected);
      met.set(expected, (met.get(expected) ?? 0) + 1);
    }
    for (const truth of [true, false, undefined]) expect(met.get(truth), String(truth)).toBeGreaterThan(3000);
  });

  it("20,000 times: where CEL says true or false and so do we, it is the same", () => {
    const chance = chanceOf(SEED + 2);
    let both = 0;
    for (let asked = 0; asked < 20_000; asked++) {
      const text = textOf(conditionOf(chance, { isWide: false }, 1 + chance.below(6)), chance);
      const question = questionOf(chance, { isWide: false });
      const condition = parseCondition(text);
      const ours = truthOf(condition, factsOf(question));
      const theirs = celOf(conditionText(condition))(question);
      if (ours === undefined || theirs === undefined) continue;
      both++;
      expect(ours, `${text} of ${JSON.stringify(question)}`).toBe(theirs);
    }
    expect(both).toBeGreaterThan(5000);
  });
});

/** Six attributes that are true or false: conditions over them are truth tables. */
const NAMES = ["a", "b", "c", "d", "e", "f"];

describe("residuals", () => {
  it("3,000 times: whatever the unknown turns out to be, what is left is as true as the whole", () => {
    const chance = chanceOf(SEED + 3);
    for (let asked = 0; asked < 3000; asked++) {
      const condition = tableOf(chance, 1 + chance.below(6));
      const known = Object.fromEntries(
        NAMES.filter(() => chance.below(2) === 0).map((name) => [name, chance.below(2) === 1]),
      );
      const left = residualOf(condition, factsOf({ given: { resource: known }, isList: true }));
      expect(text(residualOf(condition, factsOf({ isList: true })))).toBe(conditionText(condition));
      for (const name of Object.keys(known)) expect(text(left)).not.toContain(`resource.${name}`);
      for (const values of completions(known)) {
        const facts = factsOf({ given: { resource: values } });
        expect(truth(left, facts), `${conditionText(condition)} with ${JSON.stringify(values)}`).toBe(
          truthOf(condition, facts),
        );
      }
    }
  });

  it("500 times: the joins of some are as true as their parts are together, under every completion", () => {
    const chance = chanceOf(SEED + 4);
    for (let asked = 0; asked < 500; asked++) {
      const parts = Array.from({ length: chance.below(4) }, () =>
        chance.below(5) === 0 ? chance.below(2) === 1 : tableOf(chance, 1 + chance.below(3)),
      );
      for (const values of completions(chance.below(2) === 0 ? { a: true } : {})) {
        const facts = factsOf({ given: { resource: values } });
        const truths = parts.map((part) => truth(part, facts));
        expect(truth(anyOf(parts), facts)).toBe(truths.includes(true));
        expect(truth(allOf(parts), facts)).toBe(!truths.includes(false));
        for (const part of parts) expect(truth(notOf(part), facts)).toBe(!truth(part, facts));
      }
    }
  });
});

const truth = (left: boolean | Expression, facts: ReturnType<typeof factsOf>) =>
  typeof left === "boolean" ? left : truthOf(left, facts);

const text = (left: boolean | Expression) => (typeof left === "boolean" ? String(left) : conditionText(left));

/** All ways in which the attributes that are not known may turn out. */
function completions(known: Readonly<Record<string, boolean>>): Record<string, boolean>[] {
  return NAMES.reduce<Record<string, boolean>[]>(
    (all, name) =>
      all.flatMap((one) =>
        name in known
          ? [{ ...one, [name]: known[name] === true }]
          : [true, false].map((value) => ({ ...one, [name]: value })),
      ),
    [{}],
  );
}

function tableOf(chance: ReturnType<typeof chanceOf>, atoms: number): Expression {
  const write = (count: number): string => {
    if (chance.below(4) === 0) return `!(${write(count)})`;
    if (count === 1) return `resource.${chance.pick(NAMES)}`;
    const left = 1 + chance.below(count - 1);
    return `(${write(left)} ${chance.pick(["&&", "||"])} ${write(count - left)})`;
  };
  for (;;) {
    const written = write(atoms);
    if (nesting(written) < 15) return parseCondition(written); // Each pair of parentheses is a level, and 16 are too many.
  }
}

/** How deep the parentheses of a text lie within each other. */
function nesting(written: string): number {
  let [deepest, open] = [0, 0];
  for (const sign of written) {
    if (sign === "(") open += 1;
    if (sign === ")") open -= 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}
