/** The cache of prepared statements keeps those that were used last, and never more than 200. */
import { beforeEach, expect, it } from "vitest";
import { cachedByText } from "../../../src/store/sql/statement-cache.ts";

const MOST = 200;

let made: string[];
let cached: (text: string) => string;

beforeEach(() => {
  made = [];
  cached = cachedByText((text) => {
    made.push(text);
    return text.toUpperCase();
  });
});

const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `select ${from + at}`);

it("makes each value once, as long as there is room", () => {
  const all = texts(0, MOST);
  for (const text of [...all, ...all]) expect(cached(text)).toBe(text.toUpperCase());
  expect(made).toEqual(all);
});

it("drops the value that was not used for longest, and makes it again", () => {
  for (const text of texts(0, MOST)) cached(text);
  cached("select 0");
  for (const text of texts(MOST, MOST + 1)) cached(text);
  made = [];
  for (const text of ["select 0", ...texts(2, MOST + 1)]) cached(text);
  expect(made).toEqual([]);
  expect(cached("select 1")).toBe("SELECT 1");
  expect(made).toEqual(["select 1"]);
});
