/** What the entries left standing, held against a plain map: as it grows, shrinks and is struck off. */
import { expect, it } from "vitest";
import { addedRow, changeOf, removedRow } from "../../../src/policy/model/change.ts";
import type { AnyRow } from "../../../src/policy/model/rows.ts";
import { RowFingerprints } from "../../../src/store/audit/row-fingerprints.ts";
import { chanceOf, SEED } from "../../support/store/random-databases.ts";

const user = (name: string, email: string | null): AnyRow => ({ user: name, email, name: null, disabled: false });

it(`tells what fits of 20,000 rows that come, change and go (seed ${SEED})`, () => {
  const chance = chanceOf(SEED);
  const standing = new RowFingerprints();
  const rows = new Map<string, AnyRow>();
  for (let revision = 1; revision <= 60_000; revision++) {
    const name = `user${chance.below(20_000)}`;
    const before = rows.get(name);
    const row = user(name, `${chance.below(1_000_000)}@example.org`);
    const after = before && chance.below(3) === 0 ? undefined : row;
    const change = changeOf("user", before, after);
    if (!change) continue; // It says the same as before.
    expect(standing.replay(change, revision)).toBe(true);
    if (after) rows.set(name, { ...after, revision });
    else rows.delete(name);
  }
  expect(standing.hasUnmatched).toBe(true);
  let at = 0;
  for (const row of rows.values()) {
    at += 1;
    const odd =
      at % 3 === 0
        ? { ...row, email: "other" }
        : at % 3 === 1
          ? { ...row, revision: Number(row.revision) + 2 ** 32 }
          : row;
    expect(standing.matchAndRemove("user", odd)).toBe(odd === row ? "fits" : "differs");
    expect(standing.matchAndRemove("user", row)).toBe("unknown");
  }
  expect(standing.matchAndRemove("user", user("nobody", null))).toBe("unknown");
  expect(standing.hasUnmatched).toBe(false);
});

it("tells a change that says another row before it", () => {
  const standing = new RowFingerprints();
  expect(standing.replay(addedRow("user", user("alice", null)), 1)).toBe(true);
  expect(standing.replay(addedRow("user", user("alice", "a@example.org")), 2)).toBe(false);
  expect(standing.replay(removedRow("user", user("bob", null)), 3)).toBe(false);
});

it("tells the same in turns as at once, and holds no more rows than it may", () => {
  const most = 2000;
  const names = Array.from({ length: 20_000 }, (_, at) => `user${at}`);
  const changes = names.flatMap((name, at) => {
    const added = addedRow("user", user(name, null));
    return at % 7 === 0 ? [added, added] : [added]; // The second says another row before it.
  });
  const told = (standing: RowFingerprints) => {
    const wrong: string[] = [];
    let turns = 0;
    do {
      turns += 1;
      for (const [at, change] of changes.entries()) if (!standing.replay(change, 1)) wrong.push(`change ${at}`);
      for (const [at, name] of names.entries()) {
        if (at % 5 === 0) continue; // Its row is missing.
        const fit = standing.matchAndRemove("user", { ...user(name, at % 3 === 0 ? "other" : null), revision: 1 });
        if (fit !== undefined && fit !== "fits") wrong.push(`${fit} ${name}`);
      }
      for (const name of names)
        if (standing.matchAndRemove("user", user(name, null)) === "differs") wrong.push(`missing ${name}`);
      expect(standing.hasUnmatched).toBe(false);
    } while (standing.nextPass());
    return { wrong: [...new Set(wrong)].sort(), turns };
  };
  const [atOnce, inTurns] = [told(new RowFingerprints()), told(new RowFingerprints(most))];
  expect(atOnce.turns).toBe(1);
  expect(inTurns.turns).toBeGreaterThan(names.length / most / 2);
  expect(inTurns.wrong).toEqual(atOnce.wrong);
});
