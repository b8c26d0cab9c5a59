/** What `diff` compares: documents, moments of the database of the command, and other databases. */
import type { Database } from "../../database/database.ts";
import { isDatabaseFile } from "../../files/read-inputs.ts";
import { type Side, sideOf } from "../../policy/document/difference.ts";
import { renamedPeople } from "../../policy/history/renamed-people.ts";
import type { Change } from "../../policy/model/change.ts";
import { WHOLE_POLICY } from "../../policy/model/mutation.ts";
import { parseAsked } from "../../policy/model/times.ts";
import type { OnProgress } from "../../progress.ts";
import { readDocuments } from "./documents.ts";

export interface ComparedSide extends Side {
  /** Of a moment of the command's database. */
  readonly revision?: number;
}

/** Opens the database of the command, and tells how far that is. */
interface Reading {
  readonly now: string;
  readonly onProgress: OnProgress;
  open(): Promise<Database>;
}

/** @param text a file, a folder, `-`, a database, or `@MOMENT`. @throws RbacError (exit 2 or 4). */
export async function readSide(text: string, reading: Reading): Promise<ComparedSide> {
  if (text.startsWith("@")) return readMoment(text, reading);
  const isDatabase = text.includes("://") || (text !== "-" && isDatabaseFile(text));
  if (!isDatabase) return sideOf(await readDocuments([text], reading.onProgress));
  const { Database: Databases } = await import("../../database/database.ts"); // It loads the driver.
  const database = await Databases.open(text, "read");
  try {
    return { policy: await database.documented() };
  } finally {
    await database.close();
  }
}

async function readMoment(text: string, { now, onProgress, open }: Reading): Promise<ComparedSide> {
  onProgress({ step: `reading the policy ${text}` });
  const moment = text === "@now" ? undefined : parseAsked(/^@\d+$/.test(text) ? text : text.slice(1), now);
  const database = await open();
  return (moment ? (await database.asOf(moment, now)).database : database).policy(WHOLE_POLICY);
}

/** The renamings that lead from the people of one side to those of the other: two moments of one database. */
export async function renamedBetween(
  database: Database,
  { revision: from = 0 }: ComparedSide,
  { revision: to = 0 }: ComparedSide,
): Promise<Change[]> {
  if (from === to) return [];
  const between = { fromRevision: Math.min(from, to) + 1, toRevision: Math.max(from, to) };
  const renamings = await database.record.entries({ ...between, kind: "former.add" });
  if (renamings.length === 0) return [];
  const removals = await database.record.entries({ ...between, kind: "user.remove" });
  return renamedPeople([...renamings, ...removals], from > to);
}
