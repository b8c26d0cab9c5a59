// Rule 33: what is a condition, its canonical text, and where a text is none.

import { describe, expect, it } from "vitest";
import {
  conditionText,
  parseCondition,
  readCondition,
  storedCondition,
} from "../../../src/policy/conditions/condition.ts";

const canonical = (text: string) => conditionText(parseCondition(text));

/** What is wrong with a text: as an error says it, without the text. */
function faultOf(text: string): string {
  try {
    parseCondition(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "CONDITION_INVALID", exitCode: 2 });
    return String((error as Error).message).replace(/^".*?" is no condition: /s, "");
  }
  return "none";
}

/** A text of so many comparisons, each with a path and a number: `3n + 1` parts. */
const comparisons = (count: number, name = "n") =>
  Array.from({ length: count }, () => `resource.${name} < 1`).join(" && ");

describe("canonical text", () => {
  it.each([
    ["resource.published", "resource.published"],
    ["resource.published==true", "resource.published"],
    ["true == resource.published", "resource.published"],
    ["resource.published == false", "resource.published == false"],
    ["resource.published != true", "resource.published != true"],
    ["!resource.published", "!resource.published"],
    ["!(resource.published == true)", "!resource.published"],
    ["! ! resource.published", "!!resource.published"],
    ["  resource . owner\n.\tteam  ", "resource.owner.team"],
    ["subject.a.b.c && action._x9 || context.Y", "subject.a.b.c && action._x9 || context.Y"],
  ])("a path: %s", (text, expected) => expect(canonical(text)).toBe(expected));

  it.each([
    ["5 < resource.n", "resource.n > 5"],
    ["5 <= resource.n", "resource.n >= 5"],
    ["5 > resource.n", "resource.n < 5"],
    ["5 >= resource.n", "resource.n <= 5"],
    ["5 == resource.n", "resource.n == 5"],
    ["5 != resource.n", "resource.n != 5"],
    ["resource.a<resource.b", "resource.a < resource.b"],
    ["resource.b == resource.a", "resource.b == resource.a"],
    ["resource.owner == subject.user", "resource.owner == subject.user"],
  ])("a comparison: %s", (text, expected) => expect(canonical(text)).toBe(expected));

  it.each([
    ["1.50", "1.5"],
    ["1.0", "1"],
    ["-0", "0"],
    ["-0.0", "0"],
    ["1e3", "1000"],
    ["1E+3", "1000"],
    ["0.001e3", "1"],
    ["1e21", "1e+21"],
    ["0.0000001", "1e-7"],
    ["0.1", "0.1"],
    ["100000000000000000000", "100000000000000000000"],
    ["9007199254740992", "9007199254740992"],
    ["-12.25", "-12.25"],
  ])("a number: %s", (text, expected) => expect(canonical(`resource.n == ${text}`)).toBe(`resource.n == ${expected}`));

  it.each([
    ["'a'", '"a"'],
    [`"it's"`, `"it's"`],
    [`'say "x"'`, '"say \\"x\\""'],
    ["'\\''", `"'"`],
    ["'\\\\ \\n\\t\\r\\b\\f'", '"\\\\ \\n\\t\\r\\b\\f"'],
    ["'\\u00e9é'", '"éé"'],
    ["'\\uD83D\\uDE00'", '"\u{1F600}"'],
    ["'\u{1F600}'", '"\u{1F600}"'],
    ["'a\u202eb\u200d'", '"a\\u202eb\\u200d"'],
    ["'\u{e0041}\u2028\u0085'", '"\\udb40\\udc41\\u2028\\u0085"'],
  ])("a text: %s", (text, expected) => expect(canonical(`resource.s == ${text}`)).toBe(`resource.s == ${expected}`));

  it.each([
    ["resource.s in ['a',\"b\"  ,1.0,true]", 'resource.s in ["a", "b", 1, true]'],
    ["resource.s in []", "resource.s in []"],
    ["'a' in subject.roles", '"a" in subject.roles'],
    ["resource.s in subject.roles", "resource.s in subject.roles"],
    ["resource.s in ['b', 'a', 'b']", 'resource.s in ["b", "a", "b"]'],
    ["has ( resource.a )", "has(resource.a)"],
    ["cidr(context.ip,'10.0.0.0/8')", 'cidr(context.ip, "10.0.0.0/8")'],
    ["within(context.time,'09:00-17:00 UTC')", 'within(context.time, "09:00-17:00 UTC")'],
  ])("lists and functions: %s", (text, expected) => expect(canonical(text)).toBe(expected));

  it.each([
    ["((resource.a))", "resource.a"],
    ["(resource.a && resource.b) && resource.c", "resource.a && resource.b && resource.c"],
    ["resource.a && (resource.b && resource.c)", "resource.a && resource.b && resource.c"],
    ["resource.a || (resource.b || resource.c)", "resource.a || resource.b || resource.c"],
    ["(resource.a && resource.b) || resource.c", "resource.a && resource.b || resource.c"],
    ["resource.a && (resource.b || resource.c)", "resource.a && (resource.b || resource.c)"],
    ["resource.a || resource.b && resource.c", "resource.a || resource.b && resource.c"],
    ["!(resource.a && resource.b)", "!(resource.a && resource.b)"],
    ["!(resource.n < 1)", "!(resource.n < 1)"],
    ["!(resource.n in [1])", "!(resource.n in [1])"],
    ["!(has(resource.a))", "!has(resource.a)"],
    ["!resource.a && resource.b", "!resource.a && resource.b"],
    ["resource.b && resource.a && resource.b", "resource.b && resource.a && resource.b"],
  ])("parentheses: %s", (text, expected) => expect(canonical(text)).toBe(expected));
});

describe("what is no condition, and where", () => {
  it.each([
    ["", "a path or a value is missing at the end at character 1"],
    ["resource.a &&", "a path or a value is missing at the end at character 14"],
    ["resource.a && )", "a path or a value is missing at character 15"],
    ["true", "a value alone is no condition: compare a path with it at character 1"],
    ["resource.a || 'x'", "a value alone is no condition: compare a path with it at character 15"],
    ["1 == 2", "a comparison has a path on one side at least at character 3"],
    ["1 in [1]", "a path stands before in, or behind it at character 1"],
    ["resource.a in 'x'", "a list or a path stands behind in at character 15"],
    ["resource.a in true", "a list or a path stands behind in at character 15"],
    ["resource.a == null", "there is no null: ask has(path), or !has(path) at character 15"],
    ["resource.a < 1 < 2", "comparisons cannot follow each other: join two of them by && at character 16"],
    ["resource.a == 1 in resource.b", "comparisons cannot follow each other: join two of them by && at character 17"],
    ["!resource.a == true", "! stands for less than the comparison: write !(…) at character 2"],
    ["!resource.n in [1]", "! stands for less than the comparison: write !(…) at character 2"],
    ["(resource.a) == 1", "a comparison has a path or a value on each side, without ( ) at character 14"],
    ["has(resource.a) in [1]", "a comparison has a path or a value on each side, without ( ) at character 17"],
    ["(resource.a", "this ( is never closed at character 1"],
    ["resource.a && ((resource.b)", "this ( is never closed at character 15"],
    ["resource.a)", "there is no ( for this ) at character 11"],
    ["resource.a resource.b", '&& or || is missing before "resource" at character 12'],
    ["resource.a and resource.b", 'write && for "and" at character 12'],
    ["resource.a OR resource.b", 'write || for "OR" at character 12'],
    ["not resource.a", 'write ! for "not" at character 1'],
    ["resource.a = 1", 'there is no "=" in conditions: write == at character 12'],
    ["resource.a & resource.b", 'there is no "&" in conditions: write && at character 12'],
    ["resource.a + 1 == 2", 'there is no "+" in conditions at character 12'],
    ["resource.a ? 1 : 2", 'there is no "?" in conditions at character 12'],
    ["resource.a\u00a0", 'there is no "\u00a0" in conditions at character 11'],
    ["'\u{1F600}' = 1", 'there is no "=" in conditions: write == at character 5'],
  ])("operators: %s", (text, expected) => expect(faultOf(text)).toBe(expected));

  it.each([
    ["user.name", 'there is no "user": a path begins with subject, resource, action or context at character 1'],
    [
      "constructor.x",
      'there is no "constructor": a path begins with subject, resource, action or context at character 1',
    ],
    ["resource", 'a name is missing behind "resource", as in resource.name at character 1'],
    ["resource.a.b.c.d", "a path has at most three names behind its root at character 16"],
    ["resource.1", "a name stands behind a dot: letters, digits and _ at character 10"],
    ["resource.é", 'there is no "é" in conditions at character 10'],
    ["resource.in", '"in" is a word of the language, and no name at character 10'],
    ["resource.true", '"true" is a word of the language, and no name at character 10'],
    ["resource.a[0]", 'there is no "[" behind a path at character 11'],
    ["resource.a.matches('x')", 'there is no "(" behind a path at character 19'],
    ["size(resource.a) > 1", 'there is no function "size": there are has, cidr and within at character 1'],
    ["has(1)", "a path is missing at character 5"],
    ["has(resource)", 'a name is missing behind "resource", as in resource.name at character 5'],
    ["has(resource.a, 1)", '")" is missing at character 15'],
    ["has(resource.a", '")" is missing at the end at character 15'],
    ["cidr(context.ip)", '"," is missing at character 16'],
    ["cidr(context.ip, resource.a)", "cidr has a path, and a text between quotes behind it at character 18"],
    ["within(resource.at, '09:00-17:00 UTC')", "within is about context.time at character 8"],
  ])("paths and functions: %s", (text, expected) => expect(faultOf(text)).toBe(expected));

  it.each([
    ["007", "a number is written as 12, -12, 1.5 or 1e6"],
    ["1.", "a number is written as 12, -12, 1.5 or 1e6"],
    ["5u", "a number is written as 12, -12, 1.5 or 1e6"],
    ["0x1F", "a number is written as 12, -12, 1.5 or 1e6"],
    ["1e999", "the number is too large to be held"],
    ["9007199254740993", "the number cannot be held exactly: the nearest is 9007199254740992"],
    ["1152921504606847000", "the number cannot be held exactly: the nearest is 1152921504606847000"],
    ["1e23", "the number cannot be held exactly: the nearest is 1e+23"],
    ["0.10000000000000001", "the number cannot be held exactly: the nearest is 0.1"],
    ["1e-999", "the number cannot be held exactly: the nearest is 0"],
    ["'abc", "the text that begins here has no ' at its end"],
    ['"\\uD800"', "half a character (a lone surrogate) is no text"],
    ["NaN", 'there is no "NaN": a path begins with subject, resource, action or context'],
  ])("values: %s", (text, expected) => expect(faultOf(`resource.a == ${text}`)).toBe(`${expected} at character 15`));

  it.each([
    [
      "resource.a == 'a\nb'",
      'there is a control character within a text: write it as "\\n", "\\t" or "\\u001b" at character 17',
    ],
    ["resource.a == '\\x41'", 'there is no escape "\\\\x": write \\\\ for a backslash, or \\uXXXX at character 16'],
    ["resource.a == '\\u41'", '"\\u" needs four hexadecimal digits at character 16'],
    ["resource.a == -resource.b", 'there is no "-" in conditions at character 15'],
    ["resource.a < true", "< compares numbers or texts at character 14"],
    ["resource.a in [1, resource.b]", "a path or a value is missing at character 19"],
    ["resource.a in [1,]", "a path or a value is missing at character 18"],
    ["resource.a in [1 2]", '"]" is missing at character 18'],
  ])("values: %s", (text, expected) => expect(faultOf(text)).toBe(expected));

  it("tells places as offsets to who asks for them, and paths with theirs", () => {
    expect(readCondition("'\u{1F600}' = 1")).toEqual({ fault: 'there is no "=" in conditions: write ==', at: 5 });
    expect(readCondition("x".repeat(4001))).toEqual({
      fault: "a condition has at most 4,000 characters",
      at: undefined,
    });
    const read = readCondition("resource.a || 'x' in subject.b.c || has(context.d)");
    expect(read).toMatchObject({
      paths: [
        { path: { root: "resource", names: ["a"] }, at: 0 },
        { path: { root: "subject", names: ["b", "c"] }, at: 21 },
        { path: { root: "context", names: ["d"] }, at: 40 },
      ],
    });
  });
});

describe("limits", () => {
  it("1,000 characters of the canonical text, counted as code points", () => {
    const withText = (length: number, letter: string) => `resource.s == "${letter.repeat(length - 16)}"`;
    for (const letter of ["x", "\u{1F600}"]) {
      expect([...canonical(withText(1000, letter))]).toHaveLength(1000);
      expect(faultOf(withText(1001, letter))).toBe("a condition has at most 1,000 characters in its canonical form");
    }
    expect(canonical(`${" ".repeat(3000)}resource.a${" ".repeat(990)}`)).toBe("resource.a");
  });

  it("4,000 characters of the given text", () => {
    expect(canonical(`${" ".repeat(3990)}resource.a`)).toBe("resource.a");
    expect(faultOf(`${" ".repeat(3991)}resource.a`)).toBe("a condition has at most 4,000 characters");
    expect(canonical(`${"(".repeat(1995)}resource.a${")".repeat(1995)}`)).toBe("resource.a");
  });

  it("64 parts: every path, value, comparison, function, !, && and || is one", () => {
    const tooMany = "a condition has at most 64 parts: paths, values and what joins them at character";
    expect(canonical(comparisons(21))).toBe(comparisons(21)); // 21 × 3 and one &&.
    expect(faultOf(`!has(resource.n) && ${comparisons(20)}`)).toBe("none"); // 3 + 60 + 1.
    expect(faultOf(`!!has(resource.n) && ${comparisons(20)}`)).toContain(tooMany);
    expect(faultOf(comparisons(22))).toContain(tooMany);
    const listOf = (count: number) => `resource.n in [${Array.from({ length: count }, () => 1).join(", ")}]`;
    expect(faultOf(listOf(62))).toBe("none");
    expect(faultOf(listOf(63))).toContain(tooMany);
    expect(faultOf(`(${comparisons(11)}) && (${comparisons(10)})`)).toBe("none");
  });

  it("16 levels", () => {
    const nested = (count: number, innermost: string) => `${"!(".repeat(count)}${innermost}${")".repeat(count)}`;
    expect(faultOf(nested(15, "resource.a"))).toBe("none");
    expect(faultOf(nested(16, "resource.a"))).toBe("a condition is at most 16 levels deep at character 1");
    expect(faultOf(nested(14, "resource.n < 1"))).toBe("none");
    expect(faultOf(nested(15, "resource.n < 1"))).toBe("a condition is at most 16 levels deep at character 1");
    expect(faultOf(Array.from({ length: 20 }, () => "!resource.a").join(" && "))).toBe("none"); // Beside, not below.
    expect(faultOf("!".repeat(3000))).toBe("a condition is at most 16 levels deep at character 17");
  });
});

describe("stored conditions", () => {
  it("are read once, and need no time zone that is known here", () => {
    expect(storedCondition("resource.a && resource.b")).toBe(storedCondition("resource.a && resource.b"));
    const text = 'within(context.time, "09:00-17:00 Mars/Olympus")';
    expect(conditionText(storedCondition(text))).toBe(text);
    expect(faultOf(text)).toBe(
      'there is no time zone "Mars/Olympus": write one such as Europe/Berlin or UTC at character 22',
    );
  });

  it.each(["", "resource.a == true", "resource.a  && resource.b", "1 < resource.n", "nonsense", "resource.s == 'x'"])(
    "are never what rbac does not write: %s",
    (text) =>
      expect(() => storedCondition(text)).toThrow(expect.objectContaining({ code: "DATABASE_INVALID", exitCode: 4 })),
  );
});
