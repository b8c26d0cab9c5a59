/** Logs of decisions whose truth is known: lines of questions, as the oracle answers them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../src/database/database.ts";
import { diff } from "../../src/policy/model/change.ts";
import { type Mutation, WHOLE_POLICY } from "../../src/policy/model/mutation.ts";
import { freshDb } from "./cli.ts";
import { policyFrom } from "./documents.ts";
import { type OracleQuestion, oracleReason, type PlainDocument } from "./oracle.ts";

/** What a line says, beside what every line has. */
export type LineFields = Readonly<Record<string, unknown>>;

let lines = 0;

/** A line of a log. */
export const logLine = (fields: LineFields): string => {
  lines += 1;
  return JSON.stringify({ v: 1, id: `line-${lines}`, at: "2026-06-01T00:00:00.000Z", ...fields });
};

/** A file of lines, with an end behind each. */
export function logOf(written: readonly string[], name = "decisions.ndjson"): string {
  const path = join(mkdtempSync(join(tmpdir(), "rbac-test-")), name);
  writeFileSync(path, written.map((line) => `${line}\n`).join(""));
  return path;
}

/** A question of the oracle with its answer, as fields of a line. */
export function answeredLine(document: PlainDocument, question: OracleQuestion): LineFields & { decision: boolean } {
  const { user, permission, own, scope, at, activate, assume } = question;
  const reason = oracleReason(document, question);
  return {
    user,
    permission: own ? `${permission}:own` : permission,
    ...(scope !== null && { on: scope }),
    ...(activate.length > 0 && { activate }),
    ...(assume.length > 0 && { assume }),
    for: at,
    decision: reason === "allow",
    reason,
  };
}

/** What made a database what the documents say, one after the other. */
interface Made {
  readonly database: Database;
  readonly id: string;
  /** The revision of each document; that before it where it changed nothing. */
  readonly revisions: readonly number[];
}

/** A database in memory. */
export async function databaseOf(documents: readonly PlainDocument[], at: string): Promise<Made> {
  const database = await Database.scratch(at);
  const revisions: number[] = [];
  for (const document of documents) {
    const stamp = { actor: "setup", osUser: "", at, reason: null };
    revisions.push((await database.change(stamp, bringingTo(document))).revision);
  }
  return { database, id: String(await database.read((reading) => reading.databaseId())), revisions };
}

/** The path of a database that has been what a document says since a time, and its id. */
export async function standing(document: PlainDocument, since: string): Promise<{ db: string; id: string }> {
  const db = freshDb();
  const stamp = { actor: "setup", osUser: "", at: since, reason: null };
  const id = await Database.create(db, since, async (database) => {
    await database.change(stamp, bringingTo(document));
    return database.read((reading) => reading.databaseId());
  });
  return { db, id: String(id) };
}

/** The mutation that makes a policy what a document says. */
export const bringingTo = (document: PlainDocument): Mutation => ({
  needs: WHOLE_POLICY,
  decide: (policy) => diff(policy, policyFrom(document)),
});
