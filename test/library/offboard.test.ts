/** `rbac.offboard` on real databases: what it leaves, beside others who write, and among other mutations. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { mutation, open } from "../../src/index.ts";
import { cli } from "../support/cli.ts";
import { fairly } from "../support/databases.ts";
import { seeded } from "../support/documents.ts";
import { cases, expected, gaps, userIn } from "../support/offboarding.ts";
import { oracleReason, type PlainDocument } from "../support/oracle.ts";
import { questions } from "../support/random-policies.ts";

const exported = async (db: string) => (await cli("export", { db })).stdout;
const usersIn = async (db: string) => JSON.parse((await cli("export --format json", { db })).stdout).users;

const RUNS = fairly(30);

it(`${RUNS} random databases: the successor may what both might, and undo leaves nothing of it`, async () => {
  const one = cases.chain((some) => fc.tuple(fc.constant(some), fc.array(questions(some.document), { minLength: 20 })));
  await fc.assert(
    fc.asyncProperty(one, async ([{ document, request }, asked]) => {
      const some = { document, request: { ...request, at: new Date().toISOString() } };
      const { user, successor, afterwards } = some.request;
      const db = await seeded(document);
      const before = await exported(db);
      await using rbac = await open(db, { actor: "root" });
      const how = {
        ...(successor !== null && { handOver: successor }),
        ...(afterwards === "disable" && { disable: true }),
        ...(afterwards === "delete" && { delete: true }),
      };
      if (gaps(some) > 0 || (successor !== null && userIn(document, successor).disabled)) {
        await expect(rbac.offboard(user, how)).rejects.toMatchObject({ code: "REFUSED", exitCode: 3 });
        expect(await exported(db)).toBe(before);
        return;
      }
      const { revision } = await rbac.offboard(user, how);
      const after = expected(some);
      for (const { permission, own, scope, ...session } of asked) {
        if (session.user !== null && !after.users?.[session.user]) continue;
        const { user: asker, ...more } = session;
        const { reason } = await rbac.can(asker, permission + (own ? ":own" : ""), { on: scope, ...optional(more) });
        const question = { permission, own, scope, ...session };
        expect({ question, reason }).toEqual({ question, reason: oracleReason(after, question) });
      }
      await rbac.undo(revision);
      expect(await exported(db)).toBe(before);
    }),
    { numRuns: RUNS },
  );
});

/** A session without empty lists, which the library refuses. */
const optional = ({
  at,
  activate,
  assume,
}: {
  at: string;
  activate: readonly string[];
  assume: readonly string[];
}) => ({
  at,
  ...(activate.length > 0 && { activate }),
  ...(assume.length > 0 && { assume }),
});

const SHOP: PlainDocument = {
  rbac: 1,
  permissions: ["posts:publish"],
  roles: { editor: { grants: ["posts:publish"] } },
  users: { alice: { roles: ["editor"] }, bob: {}, idle: {} },
};

it("sees what is assigned while it waits: afterwards nothing is left of an earlier revision", async () => {
  const db = await seeded(SHOP);
  await using rbac = await open(db, { actor: "root" });
  await using other = await open(db, { actor: "root" });
  for (let round = 0; round < 5; round++) {
    const [left, came] = await Promise.all([
      rbac.offboard("alice", { handOver: "bob" }),
      other.assign("alice", "editor", { on: `round/${round}` }),
    ]);
    const { assignments } = await rbac.assignments({ on: `round/${round}` });
    expect(assignments.map(({ user }) => user)).toEqual([left.revision > came.revision ? "bob" : "alice"]);
  }
});

it("programs are told all that stands in the way, too, and may offboard among other mutations", async () => {
  const db = await seeded({ ...SHOP, constraints: { last: { kind: "min_users", roles: ["editor"], limit: 1 } } });
  await using rbac = await open(db, { actor: "root" });
  await expect(rbac.offboard("alice")).rejects.toMatchObject({
    code: "REFUSED",
    refusals: [{ code: "CONSTRAINT_VIOLATED" }],
    violations: [{ constraint: "last" }],
  });
  const wished = [mutation.assign("idle", "editor"), mutation.offboard("alice", { handOver: "bob", delete: true })];
  expect(await rbac.change(wished)).toMatchObject({ changed: true, revision: 2 });
  expect(Object.keys(await usersIn(db))).toEqual(["bob", "idle"]);
});
