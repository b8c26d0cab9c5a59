/** Laws of parts over random policies, alike on both kinds of database; and what programs are refused. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { create, open, type PolicyDocument, type Rbac } from "../../src/index.ts";
import { policyOf } from "../../src/policy/document/changes-to-document.ts";
import { documentOf } from "../../src/policy/document/read.ts";
import { rowsOf } from "../../src/policy/model/policy.ts";
import { KINDS } from "../../src/policy/model/records.ts";
import { liesIn, meet, type Part } from "../../src/policy/part/part.ts";
import { parsePartValue, partOf } from "../../src/policy/part/part-texts.ts";
import { freshDb, SERVER } from "../support/cli.ts";
import { errorOf, inMemory } from "../support/library.ts";
import { documents, ROLES, USERS } from "../support/random-policies.ts";

const NAMES = {
  roles: ["*", "a*", ...ROLES],
  users: ["*", "a*", ...USERS],
  permissions: ["*", "posts:*", "post*", "posts:read"],
  scopes: ["acme", "acme/posts", "beta", "acmeX"],
} as const;
type Said = { readonly [K in keyof typeof NAMES]?: string[] };

const some = (names: readonly string[]) => fc.subarray([...names], { minLength: 1, maxLength: 2 });
const parts: fc.Arbitrary<Said> = fc
  .record(
    {
      roles: some(NAMES.roles),
      users: some(NAMES.users),
      permissions: some(NAMES.permissions),
      scopes: some(NAMES.scopes),
    },
    { requiredKeys: [] },
  )
  .filter((said) => Object.keys(said).length > 0);

const partFrom = (said: Said): Part =>
  partOf(
    Object.entries(said).flatMap(([key, texts]) =>
      texts.map((text) => [key as keyof Said, parsePartValue(key as keyof Said, text)] as const),
    ),
  );

/** The rows of a database, as texts: those in a part, or those outside. */
async function rowsIn(rbac: Rbac, said: Said, isWithin: boolean): Promise<string[]> {
  const value = await rbac.export();
  const policy = policyOf(documentOf([{ name: "p", form: "nested", value, locate: () => ({ line: 1, column: 1 }) }]));
  return KINDS.flatMap((kind) =>
    [...rowsOf(policy, kind).values()]
      .filter((row) => liesIn(partFrom(said), kind, row) === isWithin)
      .map((row) => JSON.stringify([kind, { ...row, revision: 0 }])),
  ).sort();
}

/** A database of its own, where the contract is asked of a server; else in memory. */
async function seeded(document: object): Promise<Rbac> {
  const rbac = await create(SERVER ? freshDb() : ":memory:", { actor: "test" });
  await rbac.seed(document as PolicyDocument, { allowConfusable: true });
  return rbac;
}

/** The part of a policy as a document that names what is there; names of the part that nothing has are left out. */
async function exportedPart(rbac: Rbac, said: Said): Promise<PolicyDocument> {
  const whole = await rbac.export();
  const known = { roles: Object.keys(whole.roles ?? {}), users: Object.keys(whole.users ?? {}) };
  const only = Object.fromEntries(
    Object.entries(said).flatMap(([key, texts]) => {
      const left = texts.filter(
        (text) => text.endsWith("*") || (known[key as "roles" | "users"]?.includes(text) ?? key === "scopes"),
      );
      return left.length > 0 ? [[key, left]] : [];
    }),
  );
  return Object.keys(only).length > 0 ? rbac.export({ only }) : { rbac: 1 };
}

const RUNS = { numRuns: SERVER ? 15 : 60 };
/** The refusal of a change: what stands outside may be in its way. Any other error is none. */
async function refusalOf(change: Promise<unknown>): Promise<boolean> {
  const error = await change.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined) expect(error).toMatchObject({ exitCode: 3 });
  return error !== undefined;
}

const PRUNED = { prune: true, allowConfusable: true } as const;

it("a prune leaves every row outside of the part as it is, and makes the part what the document says", async () => {
  await fc.assert(
    fc.asyncProperty(documents(), documents(), parts, async (before, other, said) => {
      await using wished = await seeded(other);
      const document = await exportedPart(wished, said);
      const part = document.part as Said | undefined;
      if (!part) return;
      await using rbac = await seeded(before);
      const outside = await rowsIn(rbac, part, false);
      const refused = await refusalOf(rbac.seed(document, PRUNED));
      const left = await rowsIn(rbac, part, false);
      expect(left).toEqual(expect.arrayContaining(outside));
      // What the part needs comes as a name where it was missing, without anything else.
      const come = left.filter((row) => !outside.includes(row));
      for (const row of come)
        expect(row).toMatch(/^\["(role|user|permission)",\{"\w+":"[^"]*",("\w+":(null|false|0),?)*\}\]$/);
      if (refused) expect(come).toEqual([]);
      else expect(await rowsIn(rbac, part, true)).toEqual(await rowsIn(wished, part, true));
    }),
    RUNS,
  );
});

it("an export of a part changes nothing where it was made, and elsewhere is exported again byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(documents(), parts, async (whole, said) => {
      await using rbac = await seeded(whole);
      const document = await exportedPart(rbac, said);
      if (!document.part) return;
      const only = document.part;
      expect((await rbac.seed(document, { ...PRUNED })).changes).toEqual([]);
      await using other = await seeded(document);
      for (const format of ["yaml", "ndjson", "csv"] as const)
        expect(await other.export({ only, format })).toBe(await rbac.export({ only, format }));
    }),
    RUNS,
  );
});

it("two teams whose parts do not meet come to the same policy, in either order", async () => {
  await fc.assert(
    fc.asyncProperty(documents(), documents(), parts, parts, async (before, after, one, other) => {
      fc.pre(!meet(partFrom(one), partFrom(other)));
      await using wished = await seeded(after);
      const [first, second] = [await exportedPart(wished, one), await exportedPart(wished, other)];
      const ends: string[] = [];
      for (const order of [
        [first, second],
        [second, first],
      ]) {
        await using rbac = await seeded(before);
        let refusals = 0;
        for (const document of order) refusals += Number(await refusalOf(rbac.seed(document, PRUNED)));
        if (refusals === 0) ends.push(await rbac.export({ format: "yaml" }));
      }
      expect(new Set(ends).size).toBeLessThanOrEqual(1);
    }),
    RUNS,
  );
});

it("programs say a part as they say other options, and are refused what is none", async () => {
  await using rbac = await inMemory();
  const only = { roles: ["reader", "ed*"], scopes: "acme" };
  expect((await rbac.export({ only })).part).toEqual({ roles: ["ed*", "reader"], scopes: ["acme"] });
  const { changes } = await rbac.seed({ rbac: 1, users: { alice: {} } }, { only: { users: "bob" }, prune: true });
  expect(changes.map(({ kind }) => kind)).toEqual(["user.remove"]);
  const refusals: [only: unknown, code: string][] = [
    [{}, "VALUE_EMPTY"],
    [{ role: "x" }, "KEY_UNKNOWN"],
    [{ roles: [] }, "VALUE_EMPTY"],
    [{ roles: undefined }, "VALUE_INVALID"],
    [{ roles: [""] }, "VALUE_EMPTY"],
    [{ scopes: [null] }, "VALUE_INVALID"],
    [{ users: "nobody" }, "USER_NOT_FOUND"],
  ];
  for (const [wrong, code] of refusals)
    expect([wrong, (await errorOf(rbac.export({ only: wrong as never }))).code]).toEqual([wrong, code]);
});

it("a document with a part is compared in it", async () => {
  const path = freshDb();
  await using rbac = await create(path, { actor: "test" });
  await rbac.seed({ rbac: 1, roles: { a: {}, b: {} }, users: { ann: { roles: ["a", "b"] } } });
  const document = await rbac.export({ only: { roles: "a" } });
  await rbac.revoke("ann", "b");
  await using reader = await open(path, { mode: "read" });
  expect((await reader.diff(document)).changed).toBe(false);
  await rbac.revoke("ann", "a");
  expect((await reader.diff(document)).changes.map(({ kind }) => kind)).toEqual(["assignment.remove"]);
});
