// Rule 34: what a condition means. Truth is true, false or unknown, which is `undefined` here.

import { describe, expect, it } from "vitest";
import { parseCondition, storedCondition, truthOf } from "../../../src/policy/conditions/condition.ts";
import { factsOf } from "../../support/conditions/facts.ts";
import type { PlainQuestion } from "../../support/conditions/plain.ts";

const UNKNOWN = undefined;

const ask = (text: string, question: Partial<PlainQuestion> = {}) => truthOf(parseCondition(text), factsOf(question));
const about = (text: string, resource: object, more: Partial<PlainQuestion> = {}) =>
  ask(text, { given: { resource }, ...more });

describe("absent attributes and other types are unknown", () => {
  it.each([
    ["resource.a", {}, UNKNOWN],
    ["resource.a", { a: true }, true],
    ["resource.a", { a: false }, false],
    ["resource.a", { a: null }, UNKNOWN],
    ["resource.a", { a: undefined }, UNKNOWN],
    ["resource.a", { a: "true" }, UNKNOWN],
    ["resource.a", { a: 1 }, UNKNOWN],
    ["resource.a == false", { a: false }, true],
    ["resource.a == false", {}, UNKNOWN],
    ["resource.a != true", { a: false }, true],
    ["resource.a == 1", { a: "1" }, UNKNOWN],
    ["resource.a != 1", { a: "1" }, UNKNOWN],
    ["resource.a == '1'", { a: 1 }, UNKNOWN],
    ["resource.a < resource.b", { a: true, b: true }, UNKNOWN],
    ["resource.a == resource.b", { a: [1], b: [1] }, UNKNOWN],
    ["resource.a == resource.b", { a: { x: 1 }, b: { x: 1 } }, UNKNOWN],
    ["resource.a == resource.b", { a: 1n, b: 1n }, UNKNOWN],
    ["resource.a == resource.a", {}, UNKNOWN],
  ])("%s of %o", (text, resource, expected) => expect(about(text, resource)).toBe(expected));

  it("by Kleene's tables", () => {
    const values = { t: true, f: false };
    const table = (mark: string) =>
      ["t", "f", "u"].map((left) =>
        ["t", "f", "u"].map((right) => about(`resource.${left} ${mark} resource.${right}`, values)),
      );
    expect(table("&&")).toEqual([
      [true, false, UNKNOWN],
      [false, false, false],
      [UNKNOWN, false, UNKNOWN],
    ]);
    expect(table("||")).toEqual([
      [true, true, true],
      [true, false, UNKNOWN],
      [true, UNKNOWN, UNKNOWN],
    ]);
    expect(["t", "f", "u"].map((name) => about(`!resource.${name}`, values))).toEqual([false, true, UNKNOWN]);
  });
});

describe("values", () => {
  it.each([
    ["resource.s < resource.t", { s: "\uFFFF", t: "\u{1F600}" }, true], // By UTF-16 it would be the other way.
    ["resource.s == 'e\u0301'", { s: "é" }, false],
    ["resource.s < 'b'", { s: "a" }, true],
    ["resource.s < 'a'", { s: "Z" }, true],
    ["resource.s > ''", { s: "a" }, true],
    ["resource.s == ''", { s: "" }, true],
    ["resource.n < 10", { n: 9 }, true],
    ["resource.s < '10'", { s: "9" }, false],
    ["resource.n >= 1.5", { n: 1.5 }, true],
    ["resource.n <= 1.5", { n: 1.6 }, false],
    ["resource.n == 0", { n: -0 }, true],
    ["resource.n > 0", { n: Number.MIN_VALUE }, true],
    ["resource.n < 1", { n: Number.NaN }, UNKNOWN],
    ["resource.n != 1", { n: Number.NaN }, UNKNOWN],
    ["resource.n > 1", { n: Number.POSITIVE_INFINITY }, UNKNOWN],
  ])("%s of %o", (text, resource, expected) => expect(about(text, resource)).toBe(expected));

  it.each([
    ["resource.n in [1, 2]", { n: 2 }, true],
    ["resource.n in [1, 2]", { n: 3 }, false],
    ["resource.n in ['a', 1]", { n: 1 }, true],
    ["resource.n in ['a', 1]", { n: 2 }, UNKNOWN], // n == "a" is unknown.
    ["resource.n in [1, 2]", {}, UNKNOWN],
    ["resource.n in []", {}, false],
    ["'a' in resource.l", { l: ["b", "a"] }, true],
    ["'a' in resource.l", { l: ["b"] }, false],
    ["'a' in resource.l", { l: [1] }, UNKNOWN],
    ["'a' in resource.l", { l: [null] }, UNKNOWN],
    ["'a' in resource.l", { l: [] }, false],
    ["resource.n in resource.l", { l: [] }, false],
    ["'a' in resource.l", {}, UNKNOWN],
    ["'a' in resource.l", { l: "a" }, UNKNOWN],
    ["'a' in resource.l", { l: { a: 1 } }, UNKNOWN],
    ["resource.n in resource.l", { n: 1, l: [Number.NaN] }, UNKNOWN],
    ["true in resource.l", { l: [true] }, true],
  ])("%s of %o", (text, resource, expected) => expect(about(text, resource)).toBe(expected));
});

describe("only own properties of plain objects are read", () => {
  class Post {
    published = true;
  }

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "__defineGetter__"])("%s", (name) => {
    expect(ask(`resource.${name} == 'x'`, { given: { resource: {} } })).toBe(UNKNOWN);
    expect(ask(`has(resource.${name})`, { given: { resource: {} } })).toBe(false);
    expect(ask(`has(resource.a.${name})`, { given: { resource: { a: {} } } })).toBe(false);
    const given = JSON.parse(`{"resource":{"${name}":"x"}}`);
    expect(ask(`resource.${name} == 'x'`, { given })).toBe(true);
    expect(ask(`has(resource.${name})`, { given })).toBe(true);
    expect(ask(`resource.a == true`, { given: {}, declared: { [name]: "bool" } })).toBe(UNKNOWN);
  });

  it.each([
    ["an object of a class", new Post()],
    ["a map", new Map([["published", true]])],
    ["an array", [true]],
    ["a date", new Date()],
    ["what an object inherits from another", Object.create({ published: true })],
  ])("%s", (_, resource) => {
    for (const given of [{ resource }, { resource: { inner: resource } }]) {
      const path = "published" in given.resource || !("inner" in given.resource) ? "resource" : "resource.inner";
      expect(ask(`${path}.published`, { given })).toBe(UNKNOWN);
      expect(ask(`has(${path}.published)`, { given })).toBe(UNKNOWN);
    }
  });

  it("an object without a prototype is plain", () => {
    const resource = Object.assign(Object.create(null), { published: true });
    expect(ask("resource.published", { given: { resource } })).toBe(true);
  });

  it("a text has no length, a list no items", () => {
    expect(about("resource.s.length == 1", { s: "x" })).toBe(UNKNOWN);
    expect(about("has(resource.s.length)", { s: "x" })).toBe(false);
    expect(about("resource.l.length == 1", { l: ["x"] })).toBe(UNKNOWN);
  });
});

describe("what is known without being given", () => {
  it("the name of who asks, and the permission", () => {
    expect(ask("subject.user == 'alice'", { user: "alice" })).toBe(true);
    expect(ask("subject.user == 'bob'", { user: "alice" })).toBe(false);
    expect(ask("subject.user == 'alice'", { user: null })).toBe(UNKNOWN);
    expect(ask("subject.user == 'alice'", { user: undefined })).toBe(UNKNOWN);
    expect(ask("resource.owner == subject.user", { user: "alice", given: { resource: { owner: "alice" } } })).toBe(
      true,
    );
    expect(ask("action.permission in ['posts:read']", { permission: "posts:read" })).toBe(true);
  });

  it("are never read from what is given", () => {
    const given = { subject: { user: "root" }, action: { permission: "x" } };
    expect(ask("subject.user == 'root'", { user: "alice", given })).toBe(false);
    expect(ask("subject.user == 'root'", { user: null, given })).toBe(UNKNOWN);
    expect(ask("action.permission == 'x'", { permission: "posts:read", given })).toBe(false);
    expect(ask("subject.user.name == 'x'", { user: "alice", given: { subject: { user: { name: "x" } } } })).toBe(
      UNKNOWN,
    );
  });

  it("has: there; absent where the root was given; else unknown, and in lists always", () => {
    expect(about("has(resource.a)", { a: false })).toBe(true);
    expect(about("has(resource.a)", { a: { b: 1 } })).toBe(true);
    expect(about("has(resource.a)", {})).toBe(false);
    expect(about("has(resource.a)", { a: null })).toBe(false);
    expect(about("has(resource.a.b)", {})).toBe(false);
    expect(about("has(resource.a)", {}, { isList: true })).toBe(UNKNOWN);
    expect(about("has(resource.a)", { a: 1 }, { isList: true })).toBe(true);
    expect(ask("has(resource.a)", { given: { subject: {} } })).toBe(UNKNOWN);
    expect(ask("has(resource.a)", { given: { resource: null } })).toBe(UNKNOWN);
    expect(ask("has(subject.user)", { user: "alice" })).toBe(true);
    expect(ask("has(subject.user)", { user: null })).toBe(false);
    expect(ask("has(subject.user)", { user: undefined })).toBe(UNKNOWN);
    expect(ask("has(action.permission)")).toBe(true);
    expect(ask("has(context.time)", { at: "2027-01-31T09:00:00.000Z" })).toBe(true);
    expect(ask("has(context.time)", { at: undefined })).toBe(UNKNOWN);
  });
});

describe("declared attributes", () => {
  const declared = { published: "bool", status: ["draft", "published"], n: "number", tags: "list", title: "string" };

  it.each([
    ["resource.published", { published: true }, true],
    ["resource.status == 'draft'", { status: "draft" }, true],
    ["resource.status != 'draft'", { status: "deleted" }, UNKNOWN],
    ["resource.status == 'x'", { status: "draft" }, false],
    ["resource.n == 1", { n: 1 }, true],
    ["resource.title == resource.n", { title: "a", n: "a" }, UNKNOWN],
    ["'a' in resource.tags", { tags: ["b", "a"] }, true],
    ["'a' in resource.tags", { tags: ["a", 1] }, UNKNOWN],
    ["'a' in resource.title", { title: ["a"] }, UNKNOWN],
    ["resource.other == 1", { other: 1 }, true],
    ["resource.title.x == 1", { title: { x: 1 } }, UNKNOWN],
    ["has(resource.status)", { status: "deleted" }, true],
  ])("%s of %o", (text, resource, expected) => expect(about(text, resource, { declared })).toBe(expected));

  it("say nothing of the other roots", () => {
    expect(ask("subject.n == 'x'", { given: { subject: { n: "x" } }, declared })).toBe(true);
  });
});

describe("context.time", () => {
  const at = "2027-01-31T09:00:00.000Z";

  it.each([
    ["context.time == '2027-01-31T09:00:00Z'", true],
    ["context.time == '2027-01-31T10:00:00.000+01:00'", true],
    ["context.time == '2027-01-31t09:00:00z'", true],
    ["context.time >= '2027-01-31T09:00:00.000000001Z'", false],
    ["context.time < '2027-01-31T09:00:00.0001Z'", true],
    ["context.time < '2027-01-31T08:30:00-01:00'", true],
    ["'2027-01-31T08:00:00Z' < context.time", true],
    ["context.time in ['2026-01-31T09:00:00Z', '2027-01-31T09:00:00Z']", true],
    ["context.time != '2027-01-31T09:00:01Z'", true],
  ])("is an instant: %s", (text, expected) => expect(ask(text, { at })).toBe(expected));

  it("is what was given, where it was", () => {
    const text = "context.time == '2026-01-01T00:00:00Z'";
    const asked = (time: unknown) => ask(text, { at, given: { context: { time } } });
    expect(asked("2026-01-01T01:00:00+01:00")).toBe(true);
    expect(asked(null)).toBe(false);
    for (const time of ["2026-01-01", "soon", 0, new Date(0), "2026-02-30T00:00:00Z", "2026-01-01T00:00:60Z"]) {
      expect(asked(time), String(time)).toBe(UNKNOWN);
    }
  });

  it("compares with other attributes as instants, too", () => {
    const given = { resource: { at: "2027-01-31T10:00:00+01:00", text: "x", all: ["2027-01-31T10:00:00+01:00", "x"] } };
    expect(ask("context.time == resource.at", { at, given })).toBe(true);
    expect(ask("resource.at <= context.time", { at, given })).toBe(true);
    expect(ask("resource.text < context.time", { at, given })).toBe(UNKNOWN);
    expect(ask("context.time in resource.all", { at, given })).toBe(true);
    expect(ask("resource.at == '2027-01-31T09:00:00Z'", { at, given })).toBe(false); // Text, as every other attribute.
  });

  it.each([
    ["context.time == '2027-01-31'", 17],
    ["context.time == '2027-02-30T00:00:00Z'", 17],
    ["context.time == '2027-01-31T09:00:00'", 17],
    ["context.time < 5", 16],
    ["'soon' > context.time", 1],
    ["context.time in ['2027-01-31T09:00:00Z', 'x']", 42],
  ])("is compared with nothing else: %s", (text, character) =>
    expect(() => parseCondition(text)).toThrow(
      `context.time is compared with a time such as 2027-01-31T09:00:00Z, with its zone at character ${character}`,
    ),
  );

  it("is neither true nor a list", () => {
    expect(() => parseCondition("context.time")).toThrow("compare it with one, or use within at character 1");
    expect(() => parseCondition("context.time == true")).toThrow("is compared with a time");
    expect(() => parseCondition("'x' in context.time")).toThrow("context.time is a time, and no list at character 8");
  });

  it("hours in a zone that is not known here are unknown", () => {
    expect(truthOf(storedCondition('within(context.time, "09:00-17:00 Mars/Olympus")'), factsOf({ at }))).toBe(UNKNOWN);
    expect(ask("within(context.time, '09:00-17:00 UTC')", { at })).toBe(true);
    expect(ask("within(context.time, '09:00-17:00 UTC')", {})).toBe(UNKNOWN);
    expect(ask("within(context.time, '09:00-17:00 UTC')", { at, given: { context: { time: "noon" } } })).toBe(UNKNOWN);
  });
});
