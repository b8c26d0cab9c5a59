// Rule 35: what is left of a condition once all that is known is put in.

import { describe, expect, it } from "vitest";
import {
  allOf,
  anyOf,
  conditionText,
  notOf,
  parseCondition,
  type Residual,
  residualOf,
} from "../../../src/policy/conditions/condition.ts";
import { factsOf } from "../../support/conditions/facts.ts";
import type { PlainQuestion } from "../../support/conditions/plain.ts";

const text = (left: Residual) => (typeof left === "boolean" ? left : conditionText(left));

const left = (condition: string, resource: object, more: Partial<PlainQuestion> = {}) =>
  text(residualOf(parseCondition(condition), factsOf({ given: { resource }, ...more })));

describe("what is left", () => {
  it.each([
    ["resource.a && resource.b", { a: true }, "resource.b"],
    ["resource.a && resource.b", { a: false }, false],
    ["resource.a && resource.b", { a: true, b: true }, true],
    ["resource.a || resource.b", { a: true }, true],
    ["resource.a || resource.b", { a: false }, "resource.b"],
    ["resource.a || resource.b", { a: false, b: false }, false],
    ["!resource.a", {}, "!resource.a"],
    ["!resource.a", { a: true }, false],
    ["!(resource.a && resource.b)", { a: true }, "!resource.b"],
    ["!(resource.a || !resource.b)", { a: false }, "resource.b"],
    ["resource.a && (resource.b || resource.c)", { b: false }, "resource.a && resource.c"],
    ["resource.a && (resource.b || resource.c && resource.d)", { b: false }, "resource.a && resource.c && resource.d"],
    ["resource.a && resource.b || resource.c", { a: true }, "resource.b || resource.c"],
    ["resource.c && resource.a || resource.a", { c: true }, "resource.a"],
    ["!(resource.a && (resource.b || resource.c))", { a: true }, "!(resource.b || resource.c)"],
  ])("%s of %o", (condition, resource, expected) => expect(left(condition, resource)).toBe(expected));

  it.each([
    ["resource.owner == subject.user", { user: "alice" }],
    ["resource.n in ['a', 1]", { given: { resource: { n: 2 } } }],
    ["resource.a || resource.a", {}],
    ["!!resource.a", {}],
    ["resource.status == 'draft'", { given: { resource: { status: "x" } }, declared: { status: ["draft"] } }],
    ["has(resource.a)", { given: { resource: {} }, isList: true }],
  ])("unknown atoms stay as written, and so does the whole where all are: %s", (condition, question) => {
    const read = parseCondition(condition);
    expect(residualOf(read, factsOf(question))).toBe(read);
  });
});

describe("residuals joined", () => {
  const [a, b, c] = ["resource.a", "resource.b", "resource.c"].map(parseCondition) as [Residual, Residual, Residual];

  it("each once, flat, in order", () => {
    expect(text(anyOf([a, b, a]))).toBe("resource.a || resource.b");
    expect(text(allOf([anyOf([a, b]), c, anyOf([a, b])]))).toBe("(resource.a || resource.b) && resource.c");
    expect(text(anyOf([anyOf([a, b]), allOf([a, b]), b, c]))).toBe(
      "resource.a || resource.b || resource.a && resource.b || resource.c",
    );
    expect(text(allOf([allOf([a, b]), allOf([b, c])]))).toBe("resource.a && resource.b && resource.c");
    expect(anyOf([a])).toBe(a);
  });

  it("without what changes nothing", () => {
    expect([anyOf([]), allOf([])]).toEqual([false, true]);
    expect([text(anyOf([false, a])), text(allOf([true, a]))]).toEqual(["resource.a", "resource.a"]);
    expect([anyOf([a, true, b]), allOf([a, false])]).toEqual([true, false]);
  });

  it("the contrary", () => {
    expect([notOf(true), notOf(false)]).toEqual([false, true]);
    expect(text(notOf(a))).toBe("!resource.a");
    expect(notOf(notOf(a))).toBe(a);
    expect(text(notOf(allOf([a, b])))).toBe("!(resource.a && resource.b)");
  });
});
