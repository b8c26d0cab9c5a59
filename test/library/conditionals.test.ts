/** Policies with conditional grants and attributes, there and back: alike on both kinds of database. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { copy } from "../../src/database/maintenance.ts";
import { create, open, type PolicyDocument, type Rbac } from "../../src/index.ts";
import { WHOLE_POLICY } from "../../src/policy/model/mutation.ts";
import { rowsOf } from "../../src/policy/model/policy.ts";
import { KINDS } from "../../src/policy/model/records.ts";
import { connect } from "../../src/store/connect.ts";
import { loadAt } from "../../src/store/read/policy-at.ts";
import { cli, freshDb, SERVER } from "../support/cli.ts";
import { errorOf, fileWith, policyFrom } from "../support/documents.ts";
import { conditionalDocuments } from "../support/random-conditionals.ts";
import { untilEnough } from "../support/until-enough.ts";

const RUNS = { numRuns: SERVER ? 8 : 40 };
const LENIENT = { allowConfusable: true };

/** A database with a document; in memory but on a server, unless a path is said. */
async function seeded(document: object, path = SERVER ? freshDb() : ":memory:"): Promise<Rbac> {
  const rbac = await create(path, { actor: "test" });
  await rbac.seed(document as PolicyDocument, LENIENT);
  return rbac;
}

it("an export says all that was seeded, in every format, and seeds the same anew", async () => {
  let conditionals = 0;
  const property = fc.asyncProperty(conditionalDocuments(), async (document) => {
    await using rbac = await seeded(document);
    const policy = policyFrom(document);
    conditionals += policy.conditional.size;
    const exported = await rbac.export();
    const again = policyFrom(exported as never);
    for (const kind of KINDS) expect([...rowsOf(again, kind)].sort()).toEqual([...rowsOf(policy, kind)].sort());
    expect((await rbac.seed(exported, { ...LENIENT, prune: true })).changes).toEqual([]);
    for (const format of ["yaml", "ndjson"] as const) {
      const text = await rbac.export({ format });
      const file = fileWith(text, `policy.${format}`);
      expect((await rbac.seed(file, { ...LENIENT, prune: true })).changes).toEqual([]);
      await using other = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
      await other.seed(file, LENIENT);
      expect(await other.export({ format })).toBe(text);
    }
  });
  const least = SERVER ? 2 : 40;
  await untilEnough(
    () => fc.assert(property, RUNS),
    () => conditionals > least,
  );
  expect(conditionals).toBeGreaterThan(least);
});

it("a prune takes what is not stated, the record rebuilds the policy of then, and an undo brings all back", async () => {
  const there = async (before: object, after: object) => {
    const db = freshDb();
    await using rbac = await seeded(before, db);
    const first = await rbac.export();
    const { changed, revision } = await rbac.seed(after as PolicyDocument, { ...LENIENT, prune: true });
    const second = await rbac.export();
    await using wished = await seeded(after);
    expect(second).toEqual(await wished.export());
    const connection = await connect(db, "read");
    const then = await loadAt(connection, WHOLE_POLICY, revision - Number(changed));
    await connection.close();
    const stated = policyFrom(first as never);
    for (const kind of KINDS) expect([kind, rowsOf(then, kind).size]).toEqual([kind, rowsOf(stated, kind).size]);
    expect([...then.conditional.keys()].sort()).toEqual([...stated.conditional.keys()].sort());
    if (changed) await rbac.undo(revision);
    expect(await rbac.export()).toEqual(first);
  };
  await fc.assert(fc.asyncProperty(conditionalDocuments(), conditionalDocuments(), there), {
    numRuns: RUNS.numRuns / 2,
  });
});

it("a copy has the same, and its record verifies", async () => {
  const [document] = fc.sample(conditionalDocuments(), { numRuns: 1, seed: 20 });
  const [from, to] = [freshDb(), freshDb()];
  const original = await seeded(document as object, from);
  const exported = await original.export();
  await original.close();
  await copy(from, to, undefined);
  await using copied = await open(to, { actor: "test", mode: "read" });
  expect(await copied.export()).toEqual(exported);
  expect((await cli("audit verify", { db: to })).code).toBe(0);
});

it("two documents may state the same, in words of their own; not two about one attribute", () => {
  const grants = (when: string) => ({
    rbac: 1 as const,
    permissions: ["posts:read"],
    attributes: { posts: { published: "bool", views: "number" } },
    roles: { reader: { grants: [{ permission: "posts:read", when }] } },
  });
  const { conditional } = policyFrom(grants("resource.published == true"), grants("(resource.published)"));
  expect([...conditional.values()].map(({ when, but }) => [when, but])).toEqual([["resource.published", []]]);
  const two = policyFrom(grants("resource.published"), grants("resource.views > 1"));
  expect(two.conditional.size).toBe(2);
  const other = { rbac: 1 as const, attributes: { posts: { views: "string" } } };
  expect(errorOf(() => policyFrom(grants("resource.published"), other))).toMatchObject({
    exitCode: 2,
    problems: [{ code: "SAID_TWICE" }],
  });
});
