/**
 * Lists by name, held against a plain map while names come and go in such numbers that all of them are written anew.
 */
import { expect, it } from "vitest";
import { IntListsByName } from "../../../src/policy/arrays/int-lists-by-name.ts";

it("finds a name that came when most others had gone", () => {
  const lists = new IntListsByName();
  const known = new Map<string, number[]>();
  const add = (name: string, list: number[]) => {
    lists.add(name, list);
    known.set(name, list);
  };
  const check = () => {
    for (const [name, list] of known) {
      const place = lists.find(name);
      const start = lists.start(place);
      const found =
        place === 0 ? undefined : Array.from({ length: lists.size(place) }, (_, at) => lists.at(start + at));
      expect(found, name).toEqual(list);
    }
  };
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 30_000; at++) add(`name ${round} ${at}`, [at, round]);
    for (const name of [...known.keys()].filter((_, at) => at % 10 !== 0)) {
      lists.delete(name);
      known.delete(name);
    }
    for (let at = 0; at < 1000; at++) {
      add(
        `late ${round} ${at}`,
        Array.from({ length: at % 7 }, (_, value) => value),
      );
      expect(lists.find(`late ${round} ${at}`)).toBeGreaterThan(0);
    }
    check();
  }
});
