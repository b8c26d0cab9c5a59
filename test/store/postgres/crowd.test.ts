/**
 * A crowd on PostgreSQL: everybody's change is recorded once, in one order, and a right that was revoked is never
 * allowed once more.
 */
import { expect, it } from "vitest";
import { freshDb } from "../../support/cli.ts";
import { crowd, crowdOfCommands, faultsOf, race, withReader } from "../../support/store/processes.ts";
import { verified } from "../../support/store/random-databases.ts";
import { watchRevocations } from "../../support/store/revocations.ts";

it("8 processes, 25 changes each: every one is recorded once", async () => {
  const url = await withReader(freshDb());
  const acknowledged = await crowd(url, 25, 8);
  expect(acknowledged.filter((line) => line.startsWith("exit"))).toEqual([]);
  expect(new Set(acknowledged).size).toBe(200);
  expect(await faultsOf(url, acknowledged)).toEqual([]);
  expect(await verified(url)).toMatchObject({ revision: 201, entries: 401 });
});

it("16 shells at once: every change is recorded once", async () => {
  const url = await withReader(freshDb());
  const acknowledged = await crowdOfCommands(url, 1);
  expect(acknowledged.filter((line) => line.startsWith("exit"))).toEqual([]);
  expect(await faultsOf(url, acknowledged)).toEqual([]);
  expect(await verified(url)).toMatchObject({ revision: 17, entries: 33 });
});

it("16 processes that seed a new database at once all succeed, and one of them makes it", async () => {
  expect(await race(freshDb())).toEqual({ codes: Array(16).fill(0), faults: [], revision: 1 });
});

it.each(["memory", "demand"] as const)(
  "200 revocations by another process, assignments in %s: none is allowed once more",
  async (assignments) => {
    const { faults, asked } = await watchRevocations(200, assignments, freshDb());
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(200);
  },
);
