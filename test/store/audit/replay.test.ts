/** The record: whatever is wished for, replaying the entries rebuilds the policy, and anyone can check their chain. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { RbacError } from "../../../src/errors.ts";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";
import { undoing } from "../../../src/policy/edit/undo.ts";
import { replay } from "../../../src/policy/model/change.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { emptyDraft, type Policy, rowsOf } from "../../../src/policy/model/policy.ts";
import { DOCUMENTED_KINDS } from "../../../src/policy/model/records.ts";
import type { Entry } from "../../../src/policy/model/results.ts";
import { AT, policyFrom, read } from "../../support/documents.ts";
import { documents } from "../../support/random-policies.ts";
import { mutations } from "../../support/store/random-mutations.ts";

/** A seed first, so that there is something to change. */
const history = fc.tuple(documents(), fc.array(mutations, { minLength: 3, maxLength: 15 }));

const WHOLE = { users: "all", roles: "all", permissions: "all" } as const;

const sorted = (policy: Policy) => DOCUMENTED_KINDS.map((kind) => [...rowsOf(policy, kind)].sort());

const replayed = (entries: readonly Entry[]): Policy => {
  const draft = emptyDraft();
  for (const { change, revision } of entries) replay(draft, [change], revision);
  return draft;
};

/** RFC 8785 by hand, for what an entry holds. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

function expectChain(entries: readonly Entry[]): void {
  let prev = "";
  for (const [at, { hash, ...entry }] of entries.entries()) {
    expect(entry).toMatchObject({ seq: at + 1, prev });
    prev = createHash("sha256")
      .update(`rbac-entry-v1\n${canonical(entry)}`)
      .digest("hex");
    expect(hash).toBe(prev);
  }
}

async function scratch<T>(act: (database: Database) => Promise<T>): Promise<T> {
  const database = await Database.scratch(AT);
  return act(database).finally(() => database.close());
}

const stamp = (at: number) => ({ actor: "root", osUser: "ö", at: AT, reason: at % 2 === 0 ? null : `wish "${at}"` });

/** Carries a wish out; true when it was not refused. What previews alike is done alike. */
async function carriedOut(database: Database, mutation: Mutation, at: number): Promise<boolean> {
  const before = (await database.policy(WHOLE)).revision;
  const options = { allowConfusable: true };
  try {
    const preview = await database.preview(stamp(at), mutation, options);
    const outcome = await database.change(stamp(at), mutation, options);
    expect(outcome.changes).toEqual(preview.changes);
    expect(outcome.changed).toBe(outcome.changes.length > 0);
    expect(outcome.revision).toBe(before + Number(outcome.changed));
    return true;
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    expect([2, 3]).toContain(error.exitCode);
    expect((await database.policy(WHOLE)).revision).toBe(before);
    return false;
  }
}

it("replaying the entries rebuilds the policy with its revisions, and their chain holds", async () => {
  let done = 0;
  let refused = 0;
  const rebuilt = ([document, list]: [object, Mutation[]]) =>
    scratch(async (database) => {
      for (const [at, mutation] of [seeding(read(document), false), ...list].entries()) {
        if (await carriedOut(database, mutation, at)) done += 1;
        else refused += 1;
      }
      const entries = await database.record.entries({});
      const { policy, revision } = await database.policy(WHOLE);
      expect(sorted(replayed(entries))).toEqual(sorted(policy));
      expect(new Set(entries.map((entry) => entry.revision)).size).toBe(revision);
      expectChain(entries);
    });
  await fc.assert(fc.asyncProperty(history, rebuilt), { numRuns: 60 });
  expect(done).toBeGreaterThan(150);
  expect(refused).toBeGreaterThan(60);
});

it("rule 16: whatever was done, the policy is a legal document, which seeds the same policy", async () => {
  const legal = ([document, list]: [object, Mutation[]]) =>
    scratch(async (database) => {
      for (const [at, mutation] of [seeding(read(document), false), ...list].entries())
        await carriedOut(database, mutation, at);
      const text = toJsonDocument((await database.policy(WHOLE)).policy);
      expect(toJsonDocument(policyFrom(JSON.parse(text)))).toBe(text);
      expect(await database.preview(stamp(0), seeding(read(JSON.parse(text)), true))).toMatchObject({ changed: false });
    });
  await fc.assert(fc.asyncProperty(history, legal), { numRuns: 40 });
});

it("rule 23: the last revision can always be undone, and undoing it twice is no change", async () => {
  const undone = ([document, list]: [object, Mutation[]]) =>
    scratch(async (database) => {
      await carriedOut(database, seeding(read(document), false), 0);
      for (const [at, mutation] of list.entries()) {
        const before = await database.policy(WHOLE);
        if (!(await carriedOut(database, mutation, at))) continue;
        const { revision } = await database.policy(WHOLE);
        if (revision === before.revision) continue;
        const changesOf = async (of: number) =>
          (await database.record.entries({ fromRevision: of, toRevision: of })).map(({ change }) => change);
        await database.change(stamp(at), undoing(revision, await changesOf(revision)));
        expect(toJsonDocument((await database.policy(WHOLE)).policy)).toBe(toJsonDocument(before.policy));
        await database.change(stamp(at), undoing(revision + 1, await changesOf(revision + 1)));
      }
    });
  await fc.assert(fc.asyncProperty(history, undone), { numRuns: 40 });
});
