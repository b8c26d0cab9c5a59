/** Attributes that come with a question: every way to say them, and every way in which one must not be said. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGiven, readGivenTexts } from "../../../src/policy/conditions/read-given.ts";
import { errorOf } from "../../support/documents.ts";

const fromTexts = (...texts: string[]) => readGivenTexts(texts, []);

describe("texts", () => {
  it.each<[string, unknown]>([
    ["true", true],
    ["false", false],
    ["7", 7],
    ["-0.5", -0.5],
    ["1.10", 1.1],
    ["1e3", 1000],
    ['"1.10"', "1.10"],
    ['"true"', "true"],
    ['""', ""],
    ['["draft", 2, true]', ["draft", 2, true]],
    ["[]", []],
    ["draft", "draft"],
    ["a=b", "a=b"],
    ["01", "01"],
    ["+1", "+1"],
    ["0x10", "0x10"],
    [" true", " true"],
    ["True", "True"],
    ["undefined", "undefined"],
    ["1_000", "1_000"],
  ])("the value %s", (text, value) => {
    expect(fromTexts(`resource.v=${text}`)).toEqual({ resource: { v: value } });
  });

  it("null says that there is no such attribute, and that the root has all the others", () => {
    expect(fromTexts("resource.v=null")).toEqual({ resource: {} });
    expect(fromTexts("resource.a.b=null")).toEqual({ resource: { a: {} } });
  });

  it("up to three names, of all roots, side by side", () => {
    expect(
      fromTexts("resource.a.b.c=1", "resource.a.b.d=2", "subject.team=x", "context.ip=::1", "action.x=true"),
    ).toEqual({
      resource: { a: { b: { c: 1, d: 2 } } },
      subject: { team: "x" },
      context: { ip: "::1" },
      action: { x: true },
    });
  });

  it.each([
    ["resource.a.b.c.d=1", "more than 3 names"],
    [`resource${".a".repeat(100_000)}=1`, "more than 3 names"],
    ["resource.a", "gives no value"],
    ["resource=1", "names no attribute"],
    ["=1", "names no attribute"],
    ["resource.=1", "cannot be asked for"],
    ["resource..a=1", "cannot be asked for"],
    ["resource.1a=1", "cannot be asked for"],
    ["resource.owner-id=1", "cannot be asked for"],
    ["resource.é=1", "cannot be asked for"],
    ["resource.a=9007199254740993", "no exact number"],
    ["resource.a=0.1000000000000000000001", "no exact number"],
    ["resource.a=1e999", "no exact number"],
    ["resource.a=1e-999", "no exact number"],
    ["resource.a=NaN", "no exact number"],
    ["resource.a=-Infinity", "no exact number"],
    ["resource.a=[1, 1e999]", "no exact number"],
    ["resource.a=[9007199254740993]", "no exact number"],
    ["resource.a=[draft]", "begins like JSON and is none"],
    ['resource.a="draft', "begins like JSON and is none"],
    ["resource.a=[[1]]", "must be text, a number"],
    ["resource.a=[null]", "must be text, a number"],
    ['resource.a=[{"b":1}]', "must be text, a number"],
    ['resource.a={"b":1}', "give each of its attributes"],
    ["subject.user=bob", "the user who asks"],
    ["subject.user.name=bob", "the user who asks"],
    ["action.permission=posts:read", "the permission that is asked about"],
    ["context.time=2027-01-31", "must be a time"],
    ["context.time=2027-01-31T09:00:00", "is no time"],
    ["context.time=2027-02-31T09:00:00Z", "is no time"],
    ["context.time=7", "must be a time"],
  ])("refuses %s", (text, message) => {
    const error = errorOf(() => fromTexts(text));
    expect(error).toMatchObject({ code: "GIVEN_INVALID", exitCode: 2, message: expect.stringContaining(message) });
    expect(error.message.length).toBeLessThan(400);
  });

  it("refuses an empty value: a shell variable may be unset", () => {
    expect(errorOf(() => fromTexts("resource.a="))).toMatchObject({ code: "VALUE_EMPTY", exitCode: 2 });
  });

  it("suggests the nearest root", () => {
    const { message, suggestions } = errorOf(() => fromTexts("resourse.published=true"));
    expect(suggestions).toEqual(["resource"]);
    expect(message).toBe('"resourse.published" is of nothing that has attributes; did you mean "resource"?');
    expect(errorOf(() => fromTexts("principal.team=x")).message).toContain("subject, resource, action, context");
  });

  it.each([
    [["resource.a=1", "resource.a=1"]],
    [["resource.a=1", "resource.a=null"]],
    [["resource.a=null", "resource.a=1"]],
    [["resource.a=1", "resource.a.b=1"]],
    [["resource.a.b=1", "resource.a=1"]],
    [["resource.a.b=1", "resource.a=null"]],
    [["resource.a=null", "resource.a.b=1"]],
  ])("refuses %s: what would count could be read in two ways", (texts) => {
    expect(errorOf(() => fromTexts(...texts)).message).toBe(
      '"resource.a" is given twice, or once as a value and once with attributes of its own',
    );
  });

  it("puts them beside nested attributes, none of which may be said again", () => {
    const nested = { resource: { a: 1 } };
    expect(readGivenTexts(["resource.b=2"], [nested])).toEqual({ resource: { a: 1, b: 2 } });
    expect(errorOf(() => readGivenTexts(["resource.a=1"], [nested])).code).toBe("GIVEN_INVALID");
    expect(errorOf(() => readGivenTexts([], [nested, nested])).code).toBe("GIVEN_INVALID");
  });
});

describe("nested attributes", () => {
  it("undefined and null are absent; a root that is there is complete", () => {
    expect(readGiven({ resource: { a: undefined, b: null }, context: undefined, subject: null })).toEqual({
      resource: {},
    });
    expect(Object.keys(readGiven({ resource: undefined }))).toEqual([]);
    expect(readGiven({})).toEqual({});
  });

  it("keys with dots are paths", () => {
    expect(readGiven({ "resource.published": true, resource: { owner: "x" } })).toEqual({
      resource: { published: true, owner: "x" },
    });
    expect(errorOf(() => readGiven({ "resource.a": 1, resource: { a: 1 } })).code).toBe("GIVEN_INVALID");
    expect(errorOf(() => readGiven({ resource: { "a.b": 1 } })).code).toBe("GIVEN_INVALID");
  });

  it("a time is UTC with milliseconds", () => {
    for (const time of ["2027-01-31T10:00:00+01:00", "2027-01-31t09:00:00.0001z", "2027-01-31 09:00:00Z"])
      expect(readGiven({ context: { time } })).toEqual({ context: { time: "2027-01-31T09:00:00.000Z" } });
    expect(readGiven({ resource: { time: "soon" } })).toEqual({ resource: { time: "soon" } });
  });

  it.each<[string, unknown]>([
    ["no object", 7],
    ["no object", null],
    ["no object", undefined],
    ["no object", []],
    ["no object", "resource.published=true"],
    ["a root that is no object", { resource: true }],
    ["a root that is a list", { resource: [] }],
    ["an unknown root", { user: { a: 1 } }],
    ["a Date", { resource: { a: new Date() } }],
    ["a time that is a Date", { context: { time: new Date() } }],
    ["a function", { resource: { a: () => true } }],
    ["a symbol", { resource: { a: Symbol("a") } }],
    ["a bigint", { resource: { a: 1n } }],
    ["NaN", { resource: { a: Number.NaN } }],
    ["infinity", { resource: { a: Number.NEGATIVE_INFINITY } }],
    ["a number that was more exact", { resource: { a: 2 ** 53 } }],
    ["a map", { resource: new Map([["a", 1]]) }],
    ["an object of a class", { resource: { a: new (class Owner {})() } }],
    ["an object that inherits", { resource: Object.create({ published: true }) }],
    ["a boxed text", { resource: { a: Object("text") } }],
    ["a list in a list", { resource: { a: [[1]] } }],
    ["an object in a list", { resource: { a: [{}] } }],
    ["a hole in a list", { resource: { a: new Array(1) } }],
    ["bytes", { resource: { a: new Uint8Array(1) } }],
    ["four names", { resource: { a: { b: { c: { d: 1 } } } } }],
    ["four names without a value", { resource: { a: { b: { c: { d: null } } } } }],
    ["a name that no condition can have", { resource: { "owner id": 1 } }],
    ["the user", { subject: { user: "bob" } }],
    ["the permission", { action: { permission: "posts:read" } }],
  ])("refuses %s", (_, value) => {
    expect(errorOf(() => readGiven(value))).toMatchObject({ code: "GIVEN_INVALID", exitCode: 2 });
  });

  it("a cycle ends at the fourth name", () => {
    const cycle: { [name: string]: unknown } = {};
    cycle.a = cycle;
    expect(errorOf(() => readGiven({ resource: cycle })).code).toBe("GIVEN_INVALID");
  });

  it("names of prototypes are names like others, and touch no prototype", () => {
    const given = readGiven(JSON.parse('{"resource":{"__proto__":{"published":true},"constructor":1}}'));
    expect(Object.getPrototypeOf(given.resource)).toBe(null);
    expect(Object.keys(given.resource ?? {})).toEqual(["__proto__", "constructor"]);
    expect(({} as { published?: unknown }).published).toBe(undefined);
    expect(JSON.stringify(fromTexts("resource.__proto__.published=true"))).toBe(
      '{"resource":{"__proto__":{"published":true}}}',
    );
    expect(errorOf(() => readGiven(JSON.parse('{"__proto__":{"a":1}}'))).code).toBe("GIVEN_INVALID");
    for (const root of ["toString", "constructor", "hasOwnProperty"])
      expect(errorOf(() => fromTexts(`${root}.a=1`)).code).toBe("GIVEN_INVALID");
  });

  it("objects without a prototype are plain", () => {
    expect(readGiven(Object.assign(Object.create(null), { resource: { a: 1 } }))).toEqual({ resource: { a: 1 } });
  });

  it("what was read does not change with what was given", () => {
    const tags = ["a"];
    const given = readGiven({ resource: { tags } });
    tags.push("b");
    expect(given).toEqual({ resource: { tags: ["a"] } });
  });
});

const NAMES = ["a", "b", "__proto__", "constructor", "toString"];

/** Objects with some of the keys, now and then without a prototype. (`fc.dictionary` would make most keys in vain.) */
const objects = (keys: readonly string[], value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.tuple(fc.shuffledSubarray([...keys]), fc.boolean()).chain(([held, isBare]) =>
    fc.tuple(...held.map(() => value)).map((values): object => {
      const made = Object.fromEntries(held.map((key, at) => [key, values[at]]));
      return isBare ? Object.setPrototypeOf(made, null) : made;
    }),
  );

describe("by random cases", () => {
  it("a text in quotes comes back as it is, and a whole number as itself", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.maxSafeInteger(), fc.boolean()), (value) => {
        expect(fromTexts(`resource.v=${JSON.stringify(value)}`)).toEqual({ resource: { v: value } });
      }),
      { numRuns: 2000, seed: 20 },
    );
  });

  it("nested attributes come back as they are, less what is absent", () => {
    const leaf = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.array(fc.string()));
    const branch = objects(NAMES, fc.oneof(leaf, objects(NAMES, fc.oneof(leaf, objects(NAMES, leaf)))));
    fc.assert(
      fc.property(objects(["resource", "context"], branch), (given) => {
        expect(JSON.stringify(readGiven(given))).toBe(JSON.stringify(given));
      }),
      { numRuns: 2000, seed: 20 },
    );
  });
});
