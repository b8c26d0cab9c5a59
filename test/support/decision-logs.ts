/** Databases whose decisions are logged, and what their logs say. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../src/database/database.ts";
import type { DecidingGrant, DecisionLine } from "../../src/decisions/line.ts";
import { create, type DecisionLogOptions, type PolicyDocument } from "../../src/index.ts";
import { freshDb } from "./cli.ts";

/** A line with all that any line may have. */
export type AnyLine = DecisionLine & Partial<DecidingGrant> & { readonly reason?: string; readonly dropped?: number };

export const freshLog = (): string => join(mkdtempSync(join(tmpdir(), "rbac-log-")), "decisions.ndjson");

export const linesOf = (file: string): AnyLine[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AnyLine);

/** A database with a policy, and its log. */
export async function loggedWith(document: PolicyDocument, decisions: Omit<DecisionLogOptions, "file"> = {}) {
  const [db, file] = [freshDb(), freshLog()];
  const rbac = await create(db, { actor: "test", decisions: { file, ...decisions } });
  await rbac.seed(document);
  const lines = () => {
    rbac.decisions?.flush();
    return linesOf(file);
  };
  return { db, rbac, compiled: await rbac.compile(), file, lines };
}

/** The id of a database. */
export async function idOf(db: string): Promise<string | null> {
  const database = await Database.open(db, "read");
  return database.read((reading) => reading.databaseId()).finally(() => database.close());
}
