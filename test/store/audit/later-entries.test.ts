/** Rule 31: whether a revision can be undone is read from the record, by its indices, as if all of it were read. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Database } from "../../../src/database/database.ts";
import { undoRevisions } from "../../../src/database/undo.ts";
import { RbacError } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { type Change, keyFields, kindOf } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { assigning, granting, revoking, setting, ungranting } from "../../../src/policy/mutations.ts";
import { emptyDatabase } from "../../support/databases.ts";
import { read } from "../../support/documents.ts";
import { minute, stampAt } from "../../support/store/random-databases.ts";
import { firstSeed, mutations } from "../../support/store/random-mutations.ts";

async function withDatabase<T>(first: Mutation, act: (database: Database) => Promise<T>): Promise<T> {
  const database = await emptyDatabase(minute(0));
  try {
    await database.change(stampAt(minute(0)), first);
    return await act(database);
  } finally {
    await database.close();
  }
}

/** The message of a refusal, `done`, or what else it is refused for. */
async function undone(database: Database, from: number, to: number): Promise<string> {
  try {
    const options = { allowConfusable: true };
    await database.preview(stampAt(minute(900)), await undoRevisions(database, from, to), options);
    return "done";
  } catch (error) {
    if (error instanceof RbacError && error.code === "CHANGED_SINCE") return error.message;
    if (error instanceof RbacError && [2, 3].includes(error.exitCode)) return error.code;
    throw error;
  }
}

const rowOf = (change: Change) => `${kindOf(change)} ${JSON.stringify(keyFields(change))}`;

it("an undo is refused exactly where a later entry is for one of its rows, naming the first revision", async () => {
  const counts = { refused: 0, free: 0 };
  const alike = (first: Mutation, list: readonly Mutation[]) =>
    withDatabase(first, async (database) => {
      for (const [at, mutation] of list.entries())
        await database.change(stampAt(minute(at)), mutation, { allowConfusable: true }).catch(() => undefined);
      const entries = await database.record.entries({});
      const last = entries.at(-1)?.revision ?? 0;
      for (let from = 1; from <= last; from++) {
        const to = Math.min(last, from + (from % 3 === 0 ? 1 : 0));
        const rows = new Set(entries.filter(({ revision: of }) => of >= from && of <= to).map((e) => rowOf(e.change)));
        const later = entries.find(({ revision, change }) => revision > to && rows.has(rowOf(change)));
        const message = await undone(database, from, to);
        counts[later ? "refused" : "free"] += 1;
        if (later) expect(message).toContain(`cannot be undone: revision ${later.revision} changed `);
        else expect(message).not.toMatch(/cannot be undone: revision/);
      }
    });
  const histories = fc.array(mutations, { minLength: 15, maxLength: 15 });
  await fc.assert(fc.asyncProperty(firstSeed, histories, alike), { numRuns: 40 });
  expect(Math.min(counts.refused, counts.free)).toBeGreaterThan(40);
});

const grant = { role: "r", permissions: ["a:b"], effect: "allow", scope: null } as const;
const held = { who: "bob", roles: ["r"], scope: null, from: null, until: null, replace: true, existing: false };

it.each<[string, Mutation, Mutation]>([
  ["an assignment", assigning(held), revoking({ who: "bob", roles: ["r"], scope: null, everywhere: true })],
  ["a grant", granting(grant), ungranting(grant)],
])("among thousands of later entries, the one for %s is found", async (_, done, back) => {
  const people = Array.from({ length: 1500 }, (_, at) => `u${at}`);
  const policy = read({ rbac: 1, permissions: ["a:b"], roles: { r: {}, other: {} }, users: { bob: {} } });
  const crowd = (roles: string[]) =>
    read({ rbac: 1, users: Object.fromEntries(people.map((name) => [name, { roles }])) });
  await withDatabase(seeding(policy, false), async (database) => {
    const steps = [done, seeding(crowd([]), false), setting("role", "other", { description: "x" }), done, back];
    for (const [at, step] of steps.entries()) await database.change(stampAt(minute(at)), step);
    expect(await undone(database, 2, 2)).toContain("cannot be undone: revision 5 changed ");
    await database.change(stampAt(minute(9)), seeding(crowd(["other"]), false));
    expect(await undone(database, 5, 5)).toBe("done");
    expect(await undone(database, 3, 3)).toMatch(/later changes stand on it/);
  });
});

it("what is written between the reading of the entries and the undo is seen", async () => {
  const policy = read({ rbac: 1, roles: { r: {} }, users: { bob: {} } });
  await withDatabase(seeding(policy, false), async (database) => {
    await database.change(stampAt(minute(1)), assigning(held));
    const undo = await undoRevisions(database, 2, 2);
    for (const mutation of [revoking({ ...held, everywhere: true }), assigning(held)])
      await database.change(stampAt(minute(2)), mutation);
    await expect(database.change(stampAt(minute(3)), undo)).rejects.toMatchObject({ code: "CHANGED_SINCE" });
  });
});
