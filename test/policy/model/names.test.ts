/** Names, permissions, patterns and scopes: what is legal, what covers what; nearest names; byte order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byBytes } from "../../../src/policy/model/byte-order.ts";
import { nearest } from "../../../src/policy/model/name-suggestions.ts";
import { nameFault, parseName, parseText, quote } from "../../../src/policy/model/names.ts";
import { parsePermission } from "../../../src/policy/model/permissions.ts";
import { covers, deeper, parseScope, widest } from "../../../src/policy/model/scopes.ts";
import { errorOf } from "../../support/documents.ts";

describe("names", () => {
  it.each(["alice", "alice@example.com", "Ünïcode", "two words", "10", "posts:*", "\u{1f600}", "a".repeat(255)])(
    "%s is a name",
    (name) => {
      expect(parseName(name)).toBe(name);
    },
  );

  it.each([
    ["", "empty"],
    [" a", "begins or ends with a space"],
    ["a ", "begins or ends with a space"],
    ["-a", "begins with -"],
    ["a\u0000", "cannot be seen"],
    ["a\nb", "cannot be seen"],
    ["a\u202eb", "cannot be seen"],
    ["a\u200bb", "cannot be seen"],
    ["a\ufe0fb", "cannot be seen"],
    ["a\ud800b", "cannot be seen"],
    ["a\u00a0b", "not an ordinary one"],
    ["a\u3000b", "not an ordinary one"],
    ["a".repeat(256), "longer than 255"],
    ["\u{1f600}".repeat(256), "longer than 255"],
    ["\u{1f600}".repeat(511), "longer than 255"],
    ["e\u0301".repeat(10_000), "longer than 255"],
  ])("%j is none: %s", (name, why) => {
    expect(errorOf(() => parseName(name))).toMatchObject({ code: "NAME_INVALID", exitCode: 2 });
    expect(nameFault(name)).toContain(why);
  });

  it("255 characters are counted as people do, and written in one form", () => {
    expect(parseName("\u{1f600}".repeat(255))).toHaveLength(510);
    expect(parseName("e\u0301")).toBe("\u00e9");
    expect(parseText("e\u0301")).toBe("\u00e9");
    expect(parseScope("e\u0301")).toBe("\u00e9");
    expect(parsePermission("e\u0301:a")).toBe("\u00e9:a");
  });

  it("what cannot be printed is escaped in messages, what is long is cut", () => {
    expect(quote('a"\u202e\u{e0001}')).toBe('"a\\"\\u{202e}\\u{e0001}"');
    expect(quote("a".repeat(100))).toBe(`"${"a".repeat(80)}…"`);
  });

  it.each(["", "a\nb", "a".repeat(1001), "e\u0301".repeat(3000)])("%j is no text", (text) => {
    expect(errorOf(() => parseText(text))).toMatchObject({ code: "TEXT_INVALID", exitCode: 2 });
  });
});

describe("scopes", () => {
  it.each([
    ...["acme", "acme/posts/42", "mr-natural/albums/7", "\u00fc/\u00f6", "-a", "a/-b", "a b/c", "...", "a/..b", "'"],
    ...["datasources:uid:x", "tenants/{todoId}", "repo/https:%2F%2Fgithub.com%2Fargoproj%2Fargo-cd", "team a/Größe"],
    ...["100%", "%2", "%252f", "%2525", "a%b/%%2F", "\u{1f600}".repeat(255), `${"\u{1f600}/".repeat(499)}ab`],
  ])("%s is one, as it is written", (text) => {
    expect(parseScope(text)).toBe(text);
  });

  it.each([
    ["", "it is empty"],
    ["/acme", "an empty segment"],
    ["acme/", "an empty segment"],
    ["acme//x", "an empty segment"],
    ["acme/./x", "may not be ."],
    ["..", "may not be .."],
    [" a", "a segment begins or ends with a space"],
    ["a /b", "a segment begins or ends with a space"],
    ["a/ ", "a segment begins or ends with a space"],
    ["a\u00a0b", "a segment holds a space that is not an ordinary one"],
    ["a\u200b", "cannot be seen"],
    ["a\tb", "cannot be seen"],
    ["a*/b", "no * in a segment"],
    ["*", "a scope covers everything below it: leave it out to mean everywhere"],
    ["**", "a scope covers everything below it: leave it out to mean everywhere"],
    ["/*", "a scope covers everything below it: leave it out to mean everywhere"],
    ["acme/*", "a scope covers everything below it: write acme"],
    ["acme/x/**/*", "a scope covers everything below it: write acme/x"],
    ["repo/a%2fb%2fc", 'write %2F with a large F: "repo/a%2Fb%2Fc"'],
    ["%252f%2f", "write %2F with a large F"],
    ["x".repeat(256), "a segment is longer than 255 characters"],
    [`${"\u{1f600}/".repeat(500)}a`, "longer than 1000 characters"],
    ["x/".repeat(501), "longer than 1000 characters"],
    ["x".repeat(5000), "longer than 1000 characters"],
  ])("%j is none: %s", (text, why) => {
    const error = errorOf(() => parseScope(text));
    expect(error).toMatchObject({ code: "SCOPE_INVALID", exitCode: 2 });
    expect(error.message).toContain(why);
  });

  it.each([
    [null, null, true],
    [null, "acme", true],
    ["acme", null, false],
    ["acme", "acme", true],
    ["acme", "acme/x/y", true],
    ["acme/x", "acme", false],
    ["acme", "acmeX", false],
    ["acme", "acme-x/y", false],
  ])("%s covers %s: %s", (scope, target, expected) => {
    expect(covers(scope, target)).toBe(expected);
  });

  it("the deeper of two is where both hold; strangers have none", () => {
    expect(deeper("acme", null)).toBe("acme");
    expect(deeper("acme", "acme/x")).toBe("acme/x");
    expect(deeper(null, null)).toBeNull();
    expect(deeper("acme", "beta")).toBeUndefined();
  });

  it("the widest are those that no other covers, once each, in byte order", () => {
    expect(widest(["b/c", "a/x", "b", "a/x", "a/x/y"])).toEqual(["a/x", "b"]);
    expect(widest(["b", null, "a"])).toEqual([null]);
  });
});

describe("nearest names", () => {
  const names = ["reader", "writer", "editor", "Admin", "ab"];
  it.each<[string, string[]]>([
    ["raeder", ["reader"]],
    ["redaer", ["reader"]],
    ["READER", ["reader"]],
    ["writr", ["writer"]],
    ["admin", ["Admin"]],
    ["editors", ["editor"]],
    ["eitro", []],
    ["ediotr", ["editor"]],
    ["abc", ["ab"]],
    ["ba", ["ab"]],
    ["xyz", []],
    ["a", ["ab"]],
    ["reeeder", ["reader"]],
    ["readersxyz", []],
    ["rea", ["reader"]],
    ["adm", ["Admin"]],
    ["re", []],
    ["eader", ["reader"]],
    ["ader", []],
  ])("%s: %o", (typed, found) => {
    expect(nearest(typed, names)).toEqual(found);
  });

  /** The distance from one text to another by every way there is; texts are short. */
  const distance = (a: string, b: string): number => {
    if (a === "" || b === "") return a.length + b.length;
    const [x, y] = [a.slice(1), b.slice(1)];
    const swap = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
    return Math.min(
      distance(x, y) + (a[0] === b[0] ? 0 : 1),
      distance(x, b) + 1,
      distance(a, y) + 1,
      swap ? distance(a.slice(2), b.slice(2)) + 1 : Number.POSITIVE_INFINITY,
    );
  };

  it("those with few edits, whatever the names have in common", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(text, text, (typed, name) => {
        const most = Math.min(2, Math.max(1, Math.floor(typed.length / 3)));
        const isNear = distance(typed, name) <= most || (typed.length >= 3 && name.startsWith(typed));
        expect(nearest(typed, [name])).toEqual(isNear ? [name] : []);
      }),
    );
  });

  it("at most three, the nearest first, ties in byte order", () => {
    expect(nearest("role", ["rolex", "roles", "rol", "mole", "role1"])).toEqual(["mole", "rol", "role1"]);
    expect(nearest("roles", ["rules", "role"])).toEqual(["role", "rules"]);
    expect(nearest("role", ["role-of-the-night", "role/two", "rule", "role1"])).toEqual(["role1", "rule", "role/two"]);
  });
});

it("names are ordered as their UTF-8 bytes are", () => {
  const sign = (value: number) => Math.sign(value);
  const alike = (a: string, b: string) => sign(byBytes(a, b)) === sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "\u00e9", "\ud7ff", "\ue000", "\uffee", "\u{10000}", "\u{1f600}"),
  });
  fc.assert(fc.property(text, text, alike), { numRuns: 2000 });
});
