/** In which circumstances a question is asked, and how old a sign-in is, without a framework. */
import { describe, expect, it } from "vitest";
import { circumstancesOf, lateNames, saidBy, withAddress } from "../../src/web/circumstances.ts";
import { earlyCircumstances } from "../../src/web/early.ts";
import { isFresh, secondsOf } from "../../src/web/fresh.ts";
import { errorOf } from "../support/library.ts";

const c = { tenant: "acme" };
const onOf = (request: typeof c) => request.tenant;
const ownerOf = (_: typeof c, loaded: unknown) => (loaded as { author: string }).author;

describe("circumstances", () => {
  it("are values, functions of the request, and functions of what was loaded", async () => {
    const said = saidBy([
      { on: onOf, assume: ["a"] },
      { owner: ownerOf, activate: async () => ["b"] },
    ]);
    expect(lateNames(said)).toEqual(new Set(["owner"]));
    const { known, late } = await earlyCircumstances(said, c);
    expect([known, [...late]]).toEqual([{ on: "acme", assume: ["a"], activate: ["b"] }, ["owner"]]);
    expect(await circumstancesOf(said, c, { author: "ben" })).toMatchObject({ on: "acme", owner: "ben" });
  });

  it("of a need replace the guard's, and attributes are joined, a root from one source", async () => {
    const given = { context: { a: 1 } };
    expect(
      await circumstancesOf(
        saidBy([
          { on: "x", given },
          { on: null, given: { resource: { n: 1 } } },
        ]),
        c,
      ),
    ).toEqual({
      on: null,
      given: { context: { a: 1 }, resource: { n: 1 } },
    });
    const twice = await errorOf(async () =>
      circumstancesOf(saidBy([{ given }, { given: () => ({ context: {} }) }]), c),
    );
    expect([twice.code, twice.exitCode]).toEqual(["VALUE_INVALID", 2]);
  });

  it("keep undefined, which is a fault, and drop an owner of nobody", async () => {
    expect(await circumstancesOf(saidBy([{ on: () => undefined }]), c)).toEqual({ on: undefined });
    expect(await circumstancesOf(saidBy([{ owner: () => null }]), c)).toEqual({});
  });

  it("have the address where nobody gave one", () => {
    expect(withAddress({}, "10.0.0.1")).toEqual({ given: { context: { ip: "10.0.0.1" } } });
    expect(withAddress({ given: { context: { ip: "x", a: 1 } } }, "10.0.0.1").given).toEqual({
      context: { ip: "x", a: 1 },
    });
    expect(withAddress({ on: "x" }, undefined)).toEqual({ on: "x" });
  });
});

describe("a sign-in", () => {
  it.each([
    ["1s", 1],
    ["5m", 300],
    ["2h", 7200],
    ["1d", 86_400],
    ["1w", 604_800],
  ] as const)("of %s", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(["", "5", "m", "0m", "-5m", "5M", "1.5h", " 5m", "5m\n", "1000000000s"])(
    "of %j is no duration",
    async (text) => {
      expect((await errorOf(() => secondsOf(text))).code).toBe("VALUE_INVALID");
    },
  );

  it("is recent to the second, with a minute between two clocks", () => {
    const now = 1_000_000_000_000;
    const at = (age: number) => isFresh(now / 1000 - age, 300, now);
    expect([at(0), at(300), at(-60)]).toEqual([true, true, true]);
    expect([at(301), at(-61)]).toEqual([false, false]);
    for (const none of [undefined, null, "1000000000", Number.NaN, Number.POSITIVE_INFINITY])
      expect(isFresh(none, 300, now)).toBe(false);
  });
});
