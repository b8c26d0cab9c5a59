/**
 * Many processes at once, and processes that are killed: whatever was acknowledged is there, whole.
 * Needs `npm run build`.
 */
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../support/root.ts";
import {
  crowd,
  crowdOfCommands,
  doomed,
  faultsOf,
  killWriters,
  race,
  rbac,
  withReader,
} from "../../support/store/processes.ts";
import { chanceOf, contentOf, freshPath, SEED, sweep, verified } from "../../support/store/random-databases.ts";

vi.setConfig({ testTimeout: 300_000 }); // They count what is found, never how fast.
afterAll(sweep);

process.stderr.write(`test/store/write/processes: RBAC_SEED=${SEED}\n`);

it("100 kills at random moments, of four writers at once: nothing acknowledged is lost, nothing is half done", async () => {
  const path = await withReader();
  const acknowledged = await killWriters(path, 100, chanceOf(SEED));
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(await faultsOf(path, acknowledged)).toEqual([]);
});

it("16 processes, 100 assignments each: every one is recorded once", async () => {
  const path = await withReader();
  const acknowledged = await crowd(path, 100);
  expect(acknowledged.filter((line) => line.startsWith("exit"))).toEqual([]);
  expect(new Set(acknowledged).size).toBe(1600);
  expect(await faultsOf(path, acknowledged)).toEqual([]);
  expect(await verified(path)).toMatchObject({ revision: 1601, entries: 3201 });
});

it("16 shells, 2 commands each: every one is recorded once", async () => {
  const path = await withReader();
  const acknowledged = await crowdOfCommands(path, 2);
  expect(acknowledged.filter((line) => line.startsWith("exit"))).toEqual([]);
  expect(await faultsOf(path, acknowledged)).toEqual([]);
  expect(await verified(path)).toMatchObject({ revision: 33, entries: 65 });
});

it.each([1, 2])("16 processes that seed a new database at once all succeed, and one of them makes it", async () => {
  expect(await race()).toEqual({ codes: Array(16).fill(0), faults: [], revision: 1 });
});

describe("a seed that is killed at a statement", () => {
  const [blog, company] = ["blog", "company"].map((name) => join(ROOT, `seeds/${name}.yaml`)) as [string, string];
  const RUNS = 8;

  /** Statements to die at, spread over all that there are. */
  async function statements(...argv: string[]): Promise<number[]> {
    const { aside } = await doomed(0, ...argv);
    const count = Number(aside);
    expect(count).toBeGreaterThan(10);
    return [...new Set(Array.from({ length: RUNS }, (_, at) => 1 + Math.round((at * (count - 1)) / (RUNS - 1))))];
  }

  it("leaves no new database behind until it stands there whole", async () => {
    const left: string[] = [];
    for (const statement of await statements("seed", blog, "--db", freshPath())) {
      const path = freshPath();
      expect((await doomed(statement, "seed", blog, "--db", path)).signal).toBe("SIGKILL");
      left.push(existsSync(path) ? "whole" : "none");
      if (existsSync(path)) expect(await verified(path)).toMatchObject({ valid: true, revision: 1 });
      if (statement % 3 !== 0) continue;
      expect((await rbac(path, "seed", blog)).code).toBe(0);
      expect(readdirSync(dirname(path)).filter((name) => name.startsWith(".rbac-"))).toEqual([]);
    }
    // It is put in its place near the end, in one step.
    expect(left).toEqual([...left].sort());
    expect(left[0]).toBe("none");
    expect(left.at(-2)).toBe("none");
  });

  it("leaves a standing database as it was", async () => {
    const first = freshPath();
    expect((await rbac(first, "seed", blog)).code).toBe(0);
    const fresh = () => {
      const path = freshPath();
      copyFileSync(first, path);
      return path;
    };
    const before = await contentOf(first);
    const outcomes = new Set<string>();
    for (const statement of await statements("seed", company, "--db", fresh())) {
      const path = fresh();
      expect((await doomed(statement, "seed", company, "--db", path)).signal).toBe("SIGKILL");
      const { valid, revision } = await verified(path);
      expect(valid).toBe(true);
      if (revision === 1) expect((await contentOf(path)) === before).toBe(true);
      outcomes.add(`revision ${revision}`);
    }
    expect(outcomes).toContain("revision 1");
  });
});
