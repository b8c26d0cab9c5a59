/** A verification goes on past what cannot be read, and says it once however often it comes back to it. */
import { expect, it } from "vitest";
import { inspect, schemaInMemory } from "../../../src/store/audit/inspect-database.ts";
import { connect } from "../../../src/store/connect.ts";
import { cli } from "../../support/cli.ts";
import { meddle } from "../../support/databases.ts";
import { seeded } from "../../support/documents.ts";

const users = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`user${at}`, {}]));

/** So few rows are kept at once that all of them take several passes. */
const MOST = 2000;

it("a table that is gone is one fault, whether it is looked for once or in every pass", async () => {
  const db = await seeded({ rbac: 1, users });
  await meddle(db, "drop table grants");
  const { close, ...open } = await connect(db, "read");
  const schema = await schemaInMemory();
  const faultsWith = async (most?: number) => {
    const { faults } = await inspect(open, { schema, most });
    return faults.map(({ code, message }) => `${code} ${message}`);
  };
  try {
    const atOnce = await faultsWith();
    expect(atOnce[0]).toBe(
      "damaged the table grants cannot be read: the database: the database lacks what rbac keeps in it",
    );
    expect(atOnce.filter((fault) => fault.startsWith("damaged"))).toHaveLength(1);
    expect(await faultsWith(MOST)).toEqual(atOnce);
  } finally {
    await close();
  }
  expect((await cli("audit verify", { db })).code).toBe(1);
});
