/**
 * The databases of the generated policies: made where they are missing, kept as bench-SIZE.db, with questions beside
 * them.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Database } from "../../src/database/database.ts";
import { addedRow, type Change } from "../../src/policy/model/change.ts";
import { minute, stampAt } from "../support/store/random-databases.ts";
import type { Brief } from "./measure.ts";
import { BenchPolicy, SIZES } from "./policy.ts";

export type SizeName = keyof typeof SIZES;

export const databaseAt = (folder: string, size: SizeName): string => join(folder, `bench-${size}.db`);

const QUESTIONS = 20_000;
const questionsAt = (folder: string, size: SizeName): string => join(folder, `questions-${size}.json`);

/**
 * Questions with their answers, for a process that is to hold no more than an engine: their generator takes more than
 * most engines do.
 */
export const questionsFor = (folder: string, size: SizeName): Brief[] =>
  JSON.parse(readFileSync(questionsAt(folder, size), "utf8"));

/** Changes are made by so many at once: all of L in one would hold all of its rows in memory. */
const AT_ONCE = 200_000;

export async function makeDatabase(folder: string, size: SizeName): Promise<void> {
  const path = databaseAt(folder, size);
  const questions = questionsAt(folder, size);
  if (!existsSync(questions)) {
    const asked = [...new BenchPolicy(SIZES[size]).questions(QUESTIONS)];
    const brief = asked.map(({ question, allowed }) => [question.user, question.permission, allowed]);
    writeFileSync(questions, JSON.stringify(brief));
  }
  if (existsSync(path)) return;
  const needs = { users: [], roles: "all", grants: "none", permissions: "all" } as const;
  await Database.create(path, minute(0), async (database) => {
    let changes: Change[] = [];
    const flush = async () => {
      const decided = changes;
      changes = [];
      await database.change(stampAt(minute(0)), { needs, decide: () => decided }, { allowConfusable: true });
    };
    for (const [kind, row] of new BenchPolicy(SIZES[size]).rows()) {
      if (changes.length >= AT_ONCE && kind !== "assignment") await flush();
      changes.push(addedRow(kind, row));
    }
    await flush();
  });
}
