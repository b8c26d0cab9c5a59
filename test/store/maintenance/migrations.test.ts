/** Another format: the steps to it are taken all or none, after a copy, and a format to come is left alone. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { sql } from "kysely";
import { afterAll, beforeEach, expect, it } from "vitest";
import { STEPS, type Step } from "../../../src/store/engine/migrations.ts";
import { migrateDatabase } from "../../../src/store/maintenance/run-migrations.ts";
import { Store } from "../../../src/store/store.ts";
import { contentOf, copyOf, meddle, minute, settled, sweep, verified } from "../../support/store/random-databases.ts";
import { fixture } from "../../support/store/recorded-history.ts";

afterAll(sweep);

/** The format of this version, and the one that a further step leads to. */
const [FROM, TO] = [STEPS.length, STEPS.length + 1];
const NOW = minute(100);

/** A step that some version to come might take. */
const notes: Step = async (db) => {
  await sql`alter table roles add column note text`.execute(db);
  await sql`update roles set note = 'migrated'`.execute(db);
};
const failing: Step = async (db) => {
  await sql`alter table users add column note text`.execute(db);
  throw new Error("the step failed");
};

let path: string;
let head: string;

beforeEach(async () => {
  const made = await fixture();
  path = copyOf(made.bytes);
  head = made.head;
});

const beside = () => readdirSync(dirname(path)).filter((file) => file.startsWith(`${basename(path)}.before`));

function asked(text: string, of = path): unknown[] {
  const raw = new Sqlite(of, { readonly: true });
  const rows = raw.prepare(text).raw().all();
  raw.close();
  return rows;
}

it("takes the steps that are lacking, after a copy of what stood", async () => {
  const before = await contentOf(path);
  const told = await migrateDatabase(path, NOW, false, [...STEPS, notes]);
  expect(told).toMatchObject({
    from: FROM,
    to: TO,
    dryRun: false,
    backup: expect.stringContaining(`${path}.before-format-${TO}`),
  });
  expect(asked("select version, revision from meta")).toEqual([[TO, 11]]);
  expect(asked("select distinct note from roles")).toEqual([["migrated"]]);
  const backup = String(told.backup);
  expect(await contentOf(backup)).toBe(before);
  expect(await verified(backup, { expect: head })).toMatchObject({ valid: true });
  // The record is what it was: a migration changes the shape and never the content.
  const entries = "select seq, hash from entries order by seq";
  expect(asked(entries)).toEqual(asked(entries, backup));
});

it("takes no step twice", async () => {
  const steps = [...STEPS, notes];
  await migrateDatabase(path, NOW, false, steps);
  const bytes = settled(path);
  expect(await migrateDatabase(path, NOW, false, steps)).toEqual({
    from: TO,
    to: TO,
    backup: undefined,
    dryRun: false,
  });
  expect(settled(path).equals(bytes)).toBe(true);
  expect(beside()).toHaveLength(1);
});

it("takes no step twice where two take them at once: who waited for the lock finds them taken", async () => {
  const steps = [...STEPS, notes];
  const told = await Promise.all([NOW, minute(101)].map((now) => migrateDatabase(path, now, false, steps)));
  expect(told).toMatchObject([
    { from: FROM, to: TO },
    { from: FROM, to: TO },
  ]);
  expect(asked("select version from meta")).toEqual([[TO]]);
});

it("takes none of them where one fails", async () => {
  const before = await contentOf(path);
  await expect(migrateDatabase(path, NOW, false, [...STEPS, notes, failing])).rejects.toThrow("the step failed");
  expect(await contentOf(path)).toBe(before);
  expect(asked("select version from meta")).toEqual([[FROM]]);
  expect(await verified(path, { expect: head })).toMatchObject({ valid: true });
});

it("only tells, when dry", async () => {
  const before = readFileSync(path);
  const told = await migrateDatabase(path, NOW, true, [...STEPS, notes]);
  expect(told).toEqual({ from: FROM, to: TO, backup: undefined, dryRun: true });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(beside()).toEqual([]);
});

it("is asked for where the format is older", async () => {
  meddle(path, (raw) => raw.exec("update meta set version = 0"));
  const older = { exitCode: 4, code: "DATABASE_OLDER", message: expect.stringContaining("rbac db migrate") };
  await expect(Store.open(path, "write")).rejects.toMatchObject(older);
});

it("leaves a format to come untouched", async () => {
  await migrateDatabase(path, NOW, false, [...STEPS, notes]);
  const bytes = settled(path);
  const newer = { exitCode: 4, code: "DATABASE_NEWER" };
  await expect(migrateDatabase(path, minute(101), false)).rejects.toMatchObject(newer);
  await expect(Store.open(path, "read")).rejects.toMatchObject(newer);
  expect(settled(path).equals(bytes)).toBe(true);
  expect(beside()).toHaveLength(1);
});
