/**
 * The statements of each released step, byte by byte: databases in use were built by them, and `audit verify` compares
 * their schema with that of a new one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/store/engine/dialect.ts";
import { STEPS } from "../../../src/store/engine/migrations.ts";
import type { Tables } from "../../../src/store/engine/tables.ts";
import { POSTGRES } from "../../../src/store/postgres/dialect.ts";
import { SQLITE } from "../../../src/store/sqlite/dialect.ts";
import { ROOT } from "../../support/root.ts";

/** Notes what it is asked to run, and runs nothing. */
function silent(said: string[]): Kysely<Tables> {
  const client = {
    query: async (text: string) => {
      said.push(text);
      return { command: "SELECT" as const, rowCount: 0, rows: [] };
    },
    release: () => {},
  };
  const pool = { connect: async () => client as never, end: async () => {} };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** The statements of a step, one below the other. */
async function statementsOf(dialect: Dialect, number: number): Promise<string> {
  const said: string[] = [];
  const db = silent(said);
  await db.transaction().execute(async (trx) => STEPS[number - 1]?.(trx, dialect));
  await db.destroy();
  return said
    .filter((text) => !/^(begin|commit)/.test(text))
    .map((text) => `${text};\n`)
    .join("");
}

const DIALECTS: readonly (readonly [name: string, dialect: Dialect])[] = [
  ["sqlite", SQLITE],
  ["postgres", POSTGRES],
];

describe.each(DIALECTS)("on %s", (name, dialect) => {
  it.each([1, 2, 3, 4])("the statements that lead to format %i are those that were released", async (number) => {
    const released = join(ROOT, `test/support/store/steps/${name}-${number}.sql`);
    expect(await statementsOf(dialect, number)).toBe(readFileSync(released, "utf8"));
  });
});
