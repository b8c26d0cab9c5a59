/** `scopeOf`: any text as a segment of a scope, and never two lists of segments with one scope. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { scopeOf } from "../../src/index.ts";
import { parseScope } from "../../src/policy/model/scopes.ts";
import { errorOf } from "../support/documents.ts";

/** The segments that a reader of the escapes would find, from left to right. */
const read = (scope: string): string[] =>
  scope.split("/").map((segment) => segment.replace(/%2F|%25/g, (sign) => (sign === "%25" ? "%" : "/")));

const bits = [
  "a",
  "/",
  "%",
  "2",
  "F",
  "f",
  "5",
  "%2F",
  "%2f",
  "%25",
  ":",
  "-",
  "{",
  " ",
  ".",
  "é",
  "e\u0301",
  "\u0307",
];
const segment = fc.array(fc.constantFrom(...bits, "*", "\n"), { maxLength: 6 }).map((parts) => parts.join(""));

it("writes what can be read back, wherever it writes anything", () => {
  let written = 0;
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (segments) => {
      let scope: string;
      try {
        scope = scopeOf(...segments);
      } catch (error) {
        expect(error).toMatchObject({ code: "SCOPE_INVALID", exitCode: 2 });
        return;
      }
      written += 1;
      expect(parseScope(scope)).toBe(scope);
      expect(read(scope)).toEqual(segments.map((text) => text.normalize("NFC")));
    }),
    { numRuns: 20_000 },
  );
  expect(written).toBeGreaterThan(2000);
});

it("refuses nothing that only / and % make strange", () => {
  const odd = fc.array(fc.constantFrom("/", "%", "2", "F", "f", "5", ":", "é"), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(odd, { minLength: 1, maxLength: 5 }), (lists) => {
      const segments = lists.map((parts) => parts.join(""));
      expect(read(scopeOf(...segments))).toEqual(segments);
    }),
    { numRuns: 5_000 },
  );
});

it.each([
  [["repo", "https://github.com/argoproj/argo-cd"], "repo/https:%2F%2Fgithub.com%2Fargoproj%2Fargo-cd"],
  [["50%", "50% off", "a%b"], "50%/50% off/a%b"],
  [["%2F", "%2f", "%25"], "%252F/%252f/%2525"],
  [["datasources:uid:x"], "datasources:uid:x"],
])("%j is %s", (segments, scope) => {
  expect(scopeOf(...segments)).toBe(scope);
});

it.each([
  [[], "VALUE_EMPTY", "the root is null"],
  [[undefined], "VALUE_INVALID", "a segment must be text, and is undefined"],
  [["acme", 7], "VALUE_INVALID", "a segment must be text, and is 7"],
  [[""], "SCOPE_INVALID", "it is empty"],
  [["acme", ""], "SCOPE_INVALID", "an empty segment"],
  [["acme", ".."], "SCOPE_INVALID", "may not be .."],
  [["acme", "*"], "SCOPE_INVALID", "covers everything below it"],
  [["/\u0307"], "SCOPE_INVALID", "an accent stands on its /"],
])("%j is refused: %s", (segments, code, why) => {
  const error = errorOf(() => scopeOf(...(segments as string[])));
  expect(error).toMatchObject({ code, exitCode: 2 });
  expect(error.message).toContain(why);
});

it("is bounded as every scope is", () => {
  for (const segments of [["x".repeat(9000)], ["/".repeat(86)], Array.from({ length: 501 }, () => "x")])
    expect(errorOf(() => scopeOf(...segments)).code).toBe("SCOPE_INVALID");
  expect(scopeOf("/".repeat(85))).toHaveLength(255);
});
