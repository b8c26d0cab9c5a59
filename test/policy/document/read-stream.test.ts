/** A document whose people come part by part makes what it makes when it is held, and can be decided again. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { documentOf, partedDocumentOf } from "../../../src/policy/document/read.ts";
import { seeding, seedingParts } from "../../../src/policy/document/seeding.ts";
import { sortedRows } from "../../../src/policy/document/snapshot.ts";
import { rowsOf } from "../../../src/policy/model/policy.ts";
import { policyFrom } from "../../support/documents.ts";
import { documents } from "../../support/random-policies.ts";
import { minute, rowsIn, stampAt, WHOLE } from "../../support/store/random-databases.ts";

type Numbered = readonly [line: number, value: unknown];

/** Rows of NDJSON as a file gives them: whole, or a few at a time, as often as they are asked for. */
const input = (form: "rows" | "rowStream", rows: readonly Numbered[], each = 1) => ({
  name: "policy.ndjson",
  form,
  value:
    form === "rows"
      ? rows
      : () => Array.from({ length: Math.ceil(rows.length / each) }, (_, at) => rows.slice(at * each, (at + 1) * each)),
  locate: ([line]: readonly (string | number)[]) => ({ line: Number(line), column: 1 }),
});

const numbered = (rows: readonly object[]): Numbered[] => [{ rbac: 1 }, ...rows].map((row, at) => [at + 1, row]);

/** The rows of a random policy in a random order, some of them with a reason. */
const lists = documents().chain((document) => {
  const rows = [...sortedRows(policyFrom(document))].map(([kind, { revision: _, ...row }], at) => ({
    kind,
    ...row,
    ...(at % 3 === 0 && { reason: `because ${at}` }),
  }));
  return fc.shuffledSubarray(rows, { minLength: rows.length }).map(numbered);
});

async function after(mutation: ReturnType<typeof seeding>): Promise<readonly [rows: string, entries: string[]]> {
  const database = await Database.scratch(minute(0));
  try {
    await database.change(stampAt(minute(1)), mutation, { allowConfusable: true });
    const { policy } = await database.policy(WHOLE);
    const entries = await database.record.entries({});
    return [rowsIn(policy), entries.map(({ change, reason }) => JSON.stringify([change, reason])).sort()];
  } finally {
    await database.close();
  }
}

it("the rows and the entries are the same", async () => {
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 5 }), async (rows, each) => {
      const held = await after(seeding(documentOf([input("rows", rows)]), false));
      const parts = seedingParts(partedDocumentOf([input("rowStream", rows, each)]), false);
      expect(await after(parts)).toEqual(held);
      expect(await after(parts)).toEqual(held); // Its structure was given up, and is read again.
      expect(await after(parts.further?.whole() ?? parts)).toEqual(held);
    }),
    { numRuns: 100 },
  );
});

it("structure is given up when it is decided", () => {
  const rows = numbered([
    { kind: "role", role: "reader" },
    { kind: "user", user: "alice" },
  ]);
  let reads = 0;
  const stream = input("rowStream", rows);
  const value = () => {
    reads += 1;
    return [rows];
  };
  const mutation = seedingParts(partedDocumentOf([{ ...stream, value }]), false);
  expect(reads).toBe(1);
  const empty = policyFrom({ rbac: 1 });
  const [once, again] = [mutation.decide(empty), mutation.decide(empty)];
  expect([once, reads]).toEqual([again, 2]);
  expect(rowsOf(empty, "role").size).toBe(0);
});
