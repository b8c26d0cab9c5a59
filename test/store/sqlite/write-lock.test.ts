/** The statement that takes the write lock moves the revision on, and no other statement of a change does. */
import Sqlite from "better-sqlite3";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { creating } from "../../../src/policy/mutations.ts";
import { STEPS } from "../../../src/store/engine/migrations.ts";
import { migrateDatabase } from "../../../src/store/maintenance/run-migrations.ts";
import { freshDb } from "../../support/cli.ts";

const NOW = "2026-03-01T00:00:00.000Z";
const STAMP = { actor: "ada", osUser: "ada", at: NOW, reason: null };

/** A database that notes each update of its row of `meta`, and a function that counts the notes. */
async function withNotes() {
  const path = freshDb();
  await Database.create(path, NOW, async () => {});
  const file = new Sqlite(path);
  file.exec(`create table notes (revision integer);
    create trigger noted after update on meta begin insert into notes values (new.revision); end`);
  const notes = () => file.prepare("select revision from notes order by rowid").pluck().all();
  const revision = () => file.prepare("select revision from meta").pluck().get();
  return { path, notes, revision };
}

it("a change updates meta once, and a change that has nothing to do not at all", async () => {
  const { path, notes, revision } = await withNotes();
  const database = await Database.open(path, "write");
  const create = (user: string) => database.change(STAMP, creating("user", user, {}));
  expect(await create("alice")).toMatchObject({ changed: true, revision: 1 });
  expect(await create("bob")).toMatchObject({ changed: true, revision: 2 });
  expect(notes()).toEqual([1, 2]);
  expect(await create("bob")).toMatchObject({ changed: false, revision: 2 });
  expect([notes(), revision()]).toEqual([[1, 2], 2]);
  await database.close();
});

it("a migration takes the lock and leaves the revision where it is", async () => {
  const { path, notes, revision } = await withNotes();
  const database = await Database.open(path, "write");
  await database.change(STAMP, creating("user", "alice", {}));
  await database.close();
  const step = async () => {};
  expect(await migrateDatabase(path, NOW, false, [...STEPS, step])).toMatchObject({ to: STEPS.length + 1 });
  expect(revision()).toBe(1);
  expect(notes().every((note) => note === 1)).toBe(true);
});
