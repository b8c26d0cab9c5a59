/** Another format of a schema: its steps are taken all or none, and no copy is made, for the server has its own. */
import { sql } from "kysely";
import { expect, it } from "vitest";
import { STEPS, type Step } from "../../../src/store/engine/migrations.ts";
import { migrateDatabase } from "../../../src/store/maintenance/run-migrations.ts";
import { blog } from "../../support/blog.ts";
import { cli } from "../../support/cli.ts";
import { besides, bytesOf } from "../../support/databases.ts";
import { put } from "../../support/postgres/sessions.ts";
import { minute } from "../../support/store/random-databases.ts";

/** The format of this version, and the one that a further step leads to. */
const [FROM, TO] = [STEPS.length, STEPS.length + 1];

/** A step that some version to come might take. */
const notes: Step = async (db) => {
  await sql`alter table roles add column note text default 'migrated'`.execute(db);
};
const failing: Step = async () => {
  throw new Error("the step failed");
};

it("takes the steps that are lacking, and leaves nothing beside the schema", async () => {
  const db = await blog();
  const before = await besides(db);
  const told = await migrateDatabase(db, minute(1), false, [...STEPS, notes]);
  expect(told).toEqual({ from: FROM, to: TO, backup: undefined, dryRun: false });
  expect(await put(db, "select version::integer as version, revision::integer as revision from meta")).toEqual([
    { version: TO, revision: 1 },
  ]);
  expect(await put(db, "select distinct note from roles")).toEqual([{ note: "migrated" }]);
  expect(await besides(db)).toEqual(before);
});

it("takes none of them where one fails", async () => {
  const db = await blog();
  const before = await bytesOf(db);
  await expect(migrateDatabase(db, minute(1), false, [...STEPS, notes, failing])).rejects.toThrow("the step failed");
  expect(await bytesOf(db)).toBe(before);
  expect(await cli("audit verify", { db })).toMatchObject({ code: 0 });
});
