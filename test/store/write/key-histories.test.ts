/**
 * Random histories of keys, of people who come, go and are renamed, and of undoing: a model that knows only who has which
 * secret says what must stand. No secret counts again once it ended; the record, replayed, gives the tables.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../../src/database/database.ts";
import { undoRevisions, undoTo } from "../../../src/database/undo.ts";
import { RbacError } from "../../../src/errors.ts";
import { creatingKey, revokingKeys, rotatingKey } from "../../../src/policy/edit/api-keys.ts";
import type { Mutation } from "../../../src/policy/model/mutation.ts";
import { creating, inSequence, offboarding, removing, renaming, setting } from "../../../src/policy/mutations.ts";
import { digestOf } from "../../support/store/keys.ts";

const RUNS = 60;
const STEPS = 25;
const NOW = "2026-11-30T12:00:00.000Z";
const LATER = "2999-01-01T00:00:00.000Z";
const USERS = ["ann", "bob", "cleo", "dan"];
const IDS = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"];

/** A user who stands, or a key that stands: which of them is drawn. */
const one = fc.nat(20);
const ACTS = {
  create: fc.tuple(fc.constantFrom(...IDS), one),
  rotate: fc.tuple(one, fc.boolean()),
  revoke: fc.tuple(one),
  rename: fc.tuple(one, fc.constantFrom("ann", "eve", "fay", "gus")),
  swap: fc.tuple(one, one),
  delete: fc.tuple(one),
  back: fc.tuple(fc.constantFrom(...USERS)),
  offboard: fc.tuple(one, fc.constantFrom("keep" as const, "delete" as const)),
  disable: fc.tuple(one, fc.boolean()),
  undo: fc.tuple(fc.constantFrom(0, 0, 0, 1, 3), fc.nat(2)),
  return: fc.tuple(fc.nat(8)),
};
type Acts = typeof ACTS;
type Act = { [K in keyof Acts]: readonly [K, Acts[K] extends fc.Arbitrary<infer T> ? T : never] }[keyof Acts];
/** Keys and undoing come more often than the rest. */
const OFTEN: readonly string[] = ["create", "rename", "swap", "back", "undo"];
const act = fc.oneof(
  ...Object.entries(ACTS).map(([name, given]) => ({
    weight: OFTEN.includes(name) ? 3 : 1,
    arbitrary: given.map((of) => [name, of] as unknown as Act),
  })),
);

/** Of each id its user and the secrets that count. */
type Model = ReadonlyMap<string, { readonly user: string; readonly secrets: readonly string[] }>;

const made = new Map<string, number>();
const tell = (what: string) => made.set(what, (made.get(what) ?? 0) + 1);

it(`${RUNS * STEPS} steps: no secret that ended counts again, and every key is of whom the model says`, async () => {
  const lived = fc.asyncProperty(fc.array(act, { minLength: STEPS, maxLength: STEPS }), async (acts) => {
    const database = await Database.scratch(NOW);
    try {
      await live(database, acts);
    } finally {
      await database.close();
    }
  });
  await fc.assert(lived, { numRuns: RUNS, endOnFailure: true });
  for (const name of Object.keys(ACTS)) expect([name, (made.get(name) ?? 0) > 0]).toEqual([name, true]);
  for (const what of ["key ended by undo", "key renamed by undo", "refused"])
    expect([what, (made.get(what) ?? 0) > 0]).toEqual([what, true]);
});

async function live(database: Database, acts: readonly Act[]): Promise<void> {
  const stamp = { actor: "root", osUser: "root", at: NOW, reason: null };
  const change = (mutation: Mutation) => database.change(stamp, mutation);
  await change(inSequence(USERS.map((name) => creating("user", name, {}))));
  let revision = 1;
  let model: Model = new Map();
  const ended = new Set<string>();
  let secrets = 0;
  for (const drawn of acts) {
    const one = await named(database, drawn, model);
    const fresh = digestOf(`secret ${++secrets}`);
    const mutation = await mutationOf(database, one, fresh, revision).catch(orRefused);
    const outcome = mutation && (await change(mutation).catch(orRefused));
    if (!mutation || !outcome) {
      tell("refused");
    } else if (outcome.changed) {
      tell(one[0]);
      revision = outcome.revision;
    }
    const before = model;
    model = await modelOf(database);
    if (outcome?.changed) expectNext(one, fresh, before, model);
    else expect(model).toEqual(before);
    for (const { secrets: counting } of model.values())
      for (const secret of counting) expect(ended).not.toContain(secret);
    const counting = new Set([...model.values()].flatMap((key) => key.secrets));
    for (const key of before.values()) for (const secret of key.secrets) if (!counting.has(secret)) ended.add(secret);
  }
  const report = await database.record.verify({});
  expect(report).toMatchObject({ valid: true });
}

/** The errors of the tool are answers; any other is a fault. */
const orRefused = (error: unknown): undefined => {
  if (!(error instanceof RbacError)) throw error;
};

async function modelOf(database: Database): Promise<Model> {
  const keys = await database.read((reading) => reading.apiKeys());
  return new Map(
    keys.map((key) => [key.id, { user: key.user, secrets: [key.digest, ...(key.previous ? [key.previous] : [])] }]),
  );
}

type Named = readonly [keyof Acts, readonly (string | number | boolean)[]];

/** The act with the names of what stands in place of the numbers that were drawn. */
async function named(database: Database, [name, of]: Act, model: Model): Promise<Named> {
  if (name === "undo" || name === "return") return [name, of];
  const users = await database.read((reading) => reading.userNames({}));
  const from = name === "rotate" || name === "revoke" ? [...model.keys()] : users;
  return [name, of.map((said) => (typeof said === "number" ? (from[said % from.length] ?? "none") : said))];
}

async function mutationOf(database: Database, [name, of]: Named, digest: string, revision: number): Promise<Mutation> {
  const [first, second] = of.map(String) as [string, string];
  const [back, count] = of.map(Number) as [number, number];
  switch (name) {
    case "create":
      return creatingKey({ id: first, user: second, digest, rights: null, until: null }, NOW);
    case "rotate":
      return rotatingKey({ id: first, digest, overlap: of[1] ? LATER : null }, NOW);
    case "revoke":
      return revokingKeys([first]);
    case "rename":
      return renaming("user", first, second);
    case "swap":
      return inSequence([renaming("user", first, "x"), renaming("user", second, first), renaming("user", "x", second)]);
    case "delete":
      return removing("user", first, false);
    case "back":
      return creating("user", first, {});
    case "offboard":
      return offboarding({
        user: first,
        successor: null,
        afterwards: second === "delete" ? "delete" : "keep",
        at: NOW,
      });
    case "disable":
      return setting("user", first, { disabled: of[1] === true });
    case "undo":
      return undoRevisions(database, Math.max(1, revision - back), Math.min(revision, revision - back + count));
    case "return":
      return (await undoTo(database, { revision: Math.max(1, revision - back) }, NOW)).mutation;
  }
}

/** What must be so after an act that changed something. */
function expectNext([name, of]: Named, fresh: string, before: Model, after: Model): void {
  const next = new Map(before);
  const [first, second] = [String(of[0]), of[1]];
  const standing = before.get(first);
  if (name === "create") next.set(first, { user: String(second), secrets: [fresh] });
  else if (name === "rotate" && standing)
    next.set(first, { ...standing, secrets: [fresh, ...(second ? standing.secrets.slice(0, 1) : [])] });
  else if (name === "revoke") next.delete(first);
  else if (name === "rename" || name === "swap")
    for (const [key, row] of before) {
      const renamed = row.user === first ? String(second) : name === "swap" && row.user === second ? first : row.user;
      next.set(key, { ...row, user: renamed });
    }
  else if (name === "delete" || name === "offboard") {
    for (const [key, row] of before) if (row.user === first) next.delete(key);
  } else if (name === "undo" || name === "return") {
    expectNoMore(before, after);
    return;
  }
  expect(after).toEqual(next);
}

/** Undoing ends keys and renames them with their users, and does nothing else to them. */
function expectNoMore(before: Model, after: Model): void {
  for (const [key, { user: name, secrets }] of after) {
    expect(before.get(key)?.secrets).toEqual(secrets);
    if (before.get(key)?.user !== name) tell("key renamed by undo");
  }
  if (after.size < before.size) tell("key ended by undo");
}
