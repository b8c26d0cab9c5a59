/** Rows and entries are written in batches, and what is restored from a record is the database that it is of. */
import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cli, freshDb } from "../../support/cli.ts";
import { beside, bytesOf } from "../../support/databases.ts";
import { seeded } from "../../support/documents.ts";

/** More entries than fit into a batch, and not a whole number of batches. */
const COUNT = 250;
const users = Object.fromEntries(Array.from({ length: COUNT }, (_, at) => [`user${at}`, { roles: ["reader"] }]));

async function recorded(): Promise<{ db: string; record: string }> {
  const db = await seeded({
    rbac: 1,
    permissions: ["posts:read"],
    roles: { reader: { grants: ["posts:read"] } },
    users,
  });
  return { db, record: (await cli("audit export", { db })).stdout };
}

it(`a record of more than ${2 * COUNT} entries is restored entry by entry`, async () => {
  const { db, record } = await recorded();
  const [path, to] = [beside(db, "ndjson"), freshDb()];
  writeFileSync(path, record);
  expect(await cli(`db restore "${path}" --yes`, { db: to })).toMatchObject({ code: 0 });
  expect((await cli("audit export", { db: to })).stdout).toBe(record);
  expect((await cli("export", { db: to })).stdout).toBe((await cli("export", { db })).stdout);
  expect(await cli("audit verify", { db: to })).toMatchObject({ code: 0 });
});

it("a record with a fault far behind is not restored at all", async () => {
  const { db, record } = await recorded();
  const [path, to] = [beside(db, "ndjson"), freshDb()];
  writeFileSync(path, record.replace('"user240"', '"user999"'));
  expect(await cli(`db restore "${path}" --yes`, { db: to })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("does not verify"),
  });
  expect(await bytesOf(to)).toBe("\n");
});
