/**
 * A compiled policy in a long-lived process: it sees what this process and others commit, at the very next question.
 */
import { describe, expect, it } from "vitest";
import { type Assignments, type Compiled, open, type Rbac, type RbacError } from "../../../src/index.ts";
import { blog } from "../../support/blog.ts";
import { fairly, meddle, ON_SERVER } from "../../support/databases.ts";
import { watchRevocations } from "../../support/store/revocations.ts";

const MODES: readonly Assignments[] = ["memory", "demand"];

async function using(assignments: Assignments, act: (index: Compiled, rbac: Rbac) => Promise<void>): Promise<void> {
  const rbac = await open(await blog(), { actor: "web" });
  const index = await rbac.compile({ assignments });
  try {
    await act(index, rbac);
  } finally {
    await index.close();
    await rbac.close();
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "no error",
    (error: RbacError) => `${error.code} ${error.suggestions.join()}`,
  );

/** The rows, or the code of the error. */
const outcome = (rows: Promise<unknown>): Promise<unknown> => rows.catch((error: RbacError) => error.code);

describe.each(MODES)("with assignments in %s", (assignments) => {
  it(`${fairly(2000)} revocations by another process: none is allowed once more`, async () => {
    const { faults, asked, ahead } = await watchRevocations(fairly(2000), assignments);
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(fairly(2000));
    expect(ahead).toBeGreaterThan(0);
  });

  it("answers as the database does", () =>
    using(assignments, async (index, rbac) => {
      for (const user of ["alice", "bob", "carol", "root"])
        for (const permission of ["posts:read", "posts:publish", "posts:delete", "posts:publish:own"])
          for (const how of [
            {},
            { on: "acme/blog" },
            { owner: user, on: "acme" },
            { activate: ["reader"] },
            { at: "@1" },
          ]) {
            const asked = permission.endsWith(":own") ? { ...how, owner: undefined } : how;
            const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
            const { allowed, reason } = await rbac.can(user, permission, given);
            expect(await index.can(user, permission, given)).toMatchObject({ allowed, reason });
          }
    }));

  it("sees its own process's changes of every kind, and refuses names that are gone", () =>
    using(assignments, async (index, rbac) => {
      const may = async (user: string) => (await index.can(user, "posts:publish")).allowed;
      await rbac.assign("erin", "editor");
      expect(await may("erin")).toBe(true);
      await rbac.rename("user", "erin", "frank");
      expect([await may("frank"), await codeOf(may("erin"))]).toEqual([true, "USER_NOT_FOUND "]);
      await rbac.assign("frank", "reader", { on: "acme" });
      await rbac.grant("reader", "posts:publish", { on: "acme", deny: true });
      expect((await index.can("frank", "posts:publish", { on: "acme/x" })).reason).toBe("deny");
      await rbac.revoke("frank", "editor");
      expect(await may("frank")).toBe(false);
      await rbac.delete("user", "frank");
      expect(await codeOf(may("frank"))).toBe("USER_NOT_FOUND ");
      expect(await codeOf(may("alcie"))).toBe("USER_NOT_FOUND alice");
      expect(await codeOf(index.can("alice", "posts:raed"))).toBe("PERMISSION_NOT_FOUND posts:read");
    }));

  it("lists what the database lists, whatever was committed before", () =>
    using(assignments, async (index, rbac) => {
      const alike = async () => {
        for (const user of ["alice", "bob", "carol", "root"])
          for (const how of [{}, { on: "acme/blog" }, { resource: "posts" }, { activate: ["reader"] }, { at: "@1" }])
            expect(await outcome(index.permissions(user, how))).toEqual(await outcome(rbac.permissions(user, how)));
      };
      await alike();
      const until = "2998-01-01T00:00:00.000Z";
      await rbac.assign("alice", "editor", { on: "beta", until });
      await alike();
      await rbac.grant("reader", "posts:publish", { on: "acme", deny: true });
      expect(
        (await index.permissions("alice")).find(({ permission }) => permission === "posts:publish")?.except,
      ).toEqual(["acme"]);
      await alike();
      const after = { at: "2998-01-01" };
      expect(await index.permissions("alice", after)).toEqual(await rbac.permissions("alice", after));
      expect(await codeOf(index.permissions("alcie"))).toBe("USER_NOT_FOUND alice");
    }));

  it("judges windows at the moment asked about, and the past by the policy that stood", () =>
    using(assignments, async (index, rbac) => {
      await rbac.assign("erin", "editor", { until: "2998-01-01" });
      const allowed = async (at: string) => (await index.can("erin", "posts:publish", { at })).allowed;
      expect([await allowed("2997-12-31T23:59:59.999Z"), await allowed("2998-01-01")]).toEqual([true, false]);
      expect(await codeOf(allowed("@1"))).toBe("USER_NOT_FOUND ");
    }));

  it("many questions at once, while the policy changes under them", () =>
    using(assignments, async (index, rbac) => {
      for (let round = 0; round < 20; round++) {
        const change = round % 2 === 0 ? rbac.assign("erin", "editor") : rbac.revoke("erin", "editor");
        if (round === 0) await change;
        const answers = await Promise.all(Array.from({ length: 50 }, () => index.can("erin", "posts:publish")));
        for (const { allowed, revision } of answers) expect(allowed).toBe(revision % 2 === 0);
        await change;
        expect((await index.can("erin", "posts:publish")).allowed).toBe(round % 2 === 0);
      }
    }));
});

it("chooses by itself where assignments are, and refuses a database that is gone", async () => {
  const rbac = await open(await blog(), { actor: "web" });
  const index = await rbac.compile();
  expect((await index.can("root", "posts:publish")).allowed).toBe(true);
  await index.close();
  await rbac.close();
});

/** As many assignments as are no longer kept in memory, all of one user. */
const MILLION = `with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 1e6)
  insert into assignments select 'bob', 'reader', 'acme/' || number, null, null, 1 from numbers`;

it.skipIf(ON_SERVER)("reads assignments with each question, by itself, where there are a million", async () => {
  const db = await blog();
  await meddle(db, MILLION);
  const rbac = await open(db, { actor: "web", mode: "read" });
  const index = await rbac.compile();
  const asked = async () => (await index.can("alice", "posts:read")).allowed;
  const before = await asked();
  // Without an entry, what is kept in memory would not change.
  await meddle(db, "delete from assignments where \"user\" = 'alice'");
  expect([before, await asked()]).toEqual([true, false]);
  await index.close();
  await rbac.close();
});
