/** Reports on a database itself: its format, size, settings and damage. */

import { KINDS } from "../../policy/model/records.ts";
import type { DatabaseStatus } from "../../policy/model/results.ts";
import { head } from "../audit/entries.ts";
import type { Connection } from "../engine/connection.ts";
import type { DatabaseLocation } from "../engine/location.ts";
import { TABLE } from "../engine/tables.ts";

export async function statusOf({ db, dialect, name }: Connection, location: DatabaseLocation): Promise<DatabaseStatus> {
  const { version, revision } = await db.selectFrom("meta").select(["version", "revision"]).executeTakeFirstOrThrow();
  const counts: Record<string, number> = {};
  for (const table of [...KINDS.map((kind) => TABLE[kind]), "entries"] as const) {
    const { count } = await db.selectFrom(table).select(db.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
    counts[table] = Number(count);
  }
  const { seq, hash } = await head(db);
  const { files, warnings } = await location.describe();
  const damaged = (await dialect.integrity(db)).map((line) => `damaged: ${line}`);
  return {
    path: name,
    format: version,
    version,
    revision,
    head: `${seq}:${hash}`,
    counts,
    files,
    settings: await dialect.settings(db),
    warnings: [...damaged, ...(await dialect.warnings(db)), ...warnings],
  };
}
