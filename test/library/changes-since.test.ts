/**
 * What changed since a revision, for caches of others: whoever is not named, and reaches no role that is, is answered as
 * before. Over random changes in a database of either kind, and by an example of each kind of change.
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { RbacError } from "../../src/errors.ts";
import { create, mutation, open, type Rbac } from "../../src/index.ts";
import { decide, holds } from "../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import { WHOLE_POLICY } from "../../src/policy/model/mutation.ts";
import type { Policy } from "../../src/policy/model/policy.ts";
import { closure, parentsIn } from "../../src/policy/model/role-graph.ts";
import { freshDb, SERVER } from "../support/cli.ts";
import { errorOf, POSTS } from "../support/library.ts";
import { ASKED_SCOPES, INSTANTS } from "../support/random-policies.ts";
import { minute, stampAt } from "../support/store/random-databases.ts";
import { firstSeed, mutations } from "../support/store/random-mutations.ts";
import { untilEnough } from "../support/until-enough.ts";

const RUNS = SERVER ? 10 : 60;

/** All roles that a user reaches, by whatever assignment. */
function reachOf(policy: Policy, user: string): ReadonlySet<string> {
  const assigned = [...policy.assignment.values()].filter((row) => row.user === user);
  return closure(
    [...assigned, ...policy.everyone.values()].map(({ role }) => role),
    parentsIn(policy),
  );
}

const outcome = (answer: () => object): string => {
  try {
    const { because: _, ...rest } = answer() as { because?: unknown };
    return JSON.stringify(rest);
  } catch (error) {
    return (error as RbacError).code;
  }
};

/** Every answer to a user that there was; errors are no answers. */
function answersOf(policy: Policy, asked: Policy, user: string): string[] {
  const index = indexPolicy(policy);
  const answers: string[] = [];
  for (const at of INSTANTS.slice(1, 3))
    for (const scope of ASKED_SCOPES.slice(0, 5)) {
      const asker = { user, at, activate: [], assume: [] };
      for (const permission of asked.permission.keys())
        for (const own of ["", ":own"])
          answers.push(outcome(() => decide(index, { ...asker, permission: permission + own, owner: null, scope })));
      for (const role of asked.role.keys()) {
        answers.push(outcome(() => holds(index, { ...asker, role, scope })));
        answers.push(outcome(() => holds(index, { ...asker, activate: [role], role, scope })));
      }
    }
  return answers;
}

it(`${RUNS} random sequences of changes: whoever is not named is answered as before`, async () => {
  const counts = { same: 0, named: 0, all: 0 };
  const steps = fc.tuple(
    firstSeed,
    fc.array(fc.array(mutations, { minLength: 1, maxLength: 3 }), { minLength: 6, maxLength: 6 }),
  );
  const sequences = () =>
    fc.assert(
      fc.asyncProperty(steps, async ([first, rounds]) => {
        const db = freshDb();
        let time = 0;
        await Database.create(db, minute(0), (database) => database.change(stampAt(minute(0)), first));
        const database = await Database.open(db, "write");
        await using rbac = await open(db, { mode: "read" });
        let { policy: before, revision } = await database.policy(WHOLE_POLICY);
        for (const round of rounds) {
          for (const wished of round) {
            time += 1;
            await database.change(stampAt(minute(time)), wished, { allowConfusable: true }).catch((error) => {
              if (!(error instanceof RbacError)) throw error; // What is refused is no change.
            });
          }
          const { users, roles, all, revision: now } = await rbac.changes({ since: revision });
          const { policy: after, revision: moved } = await database.policy(WHOLE_POLICY);
          expect(now).toBe(moved);
          if (moved === revision) expect({ users, roles, all }).toEqual({ users: [], roles: [], all: false });
          for (const user of before.user.keys()) {
            const reach = [...reachOf(before, user), ...reachOf(after, user)];
            if (all || users.includes(user) || reach.some((role) => roles.includes(role)))
              counts[all ? "all" : "named"] += 1;
            else {
              expect(answersOf(after, before, user)).toEqual(answersOf(before, before, user));
              counts.same += 1;
            }
          }
          [before, revision] = [after, moved];
        }
        await database.close();
      }),
      { numRuns: RUNS },
    );
  await untilEnough(sequences, () => Math.min(...Object.values(counts)) > RUNS / 5);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 5);
});

describe("an example of each", () => {
  let rbac: Rbac;
  let since: number;
  beforeEach(async () => {
    rbac = await create(freshDb(), { actor: "web" });
    await rbac.seed(POSTS);
    since = (await rbac.create("role", "chief")).revision;
    since = (await rbac.inherit("chief", "editor")).revision;
  });
  afterEach(() => rbac.close());
  const changed = async () => {
    const { revision: _, ...changes } = await rbac.changes({ since });
    return changes;
  };
  const NOTHING = { users: [], roles: [], all: false };

  it("nothing, and what no answer depends on", async () => {
    expect(await rbac.changes({ since })).toEqual({ revision: since, ...NOTHING });
    await rbac.set("user", "alice", { email: "a@example.com" });
    await rbac.set("role", "reader", { description: "Reads all" });
    await rbac.create("constraint", "few", { kind: "max_users", roles: ["chief"], limit: 3 });
    await rbac.create("permission", "docs:write");
    expect(await changed()).toEqual(NOTHING);
  });

  it("users, by rows of their own; a renamed one by both names", async () => {
    await rbac.assign("bob", "clerk");
    await rbac.revoke("alice", "editor", { on: "acme" });
    await rbac.set("user", "carol", { disabled: true });
    expect(await changed()).toEqual({ ...NOTHING, users: ["alice", "bob", "carol"] });
    since = (await rbac.create("user", "dave")).revision;
    await rbac.rename("user", "dave", "dan");
    await rbac.delete("user", "carol");
    expect(await changed()).toEqual({ ...NOTHING, users: ["carol", "dan", "dave"] });
  });

  it("roles, with all that inherit them, before or now", async () => {
    await rbac.grant("clerk", "posts:read");
    expect(await changed()).toEqual({ ...NOTHING, roles: ["clerk"] });
    await rbac.grant("reader", "docs:read", { when: "resource.open" });
    await rbac.disinherit("chief", "editor");
    expect(await changed()).toEqual({ ...NOTHING, roles: ["chief", "clerk", "editor", "reader"] });
    since += 3;
    await rbac.grant("reader", "docs:read");
    expect(await changed()).toEqual({ ...NOTHING, roles: ["editor", "reader"] });
  });

  it.each<[string, (rbac: Rbac) => Promise<unknown>]>([
    ["everyone", (on) => on.assign({ everyone: true }, "clerk")],
    ["a setting", (on) => on.seed({ rbac: 1, strangers: true })],
    ["a dsd set", (on) => on.create("constraint", "apart", { kind: "dsd", roles: ["clerk", "chief"], limit: 2 })],
    ["a permission that is gone", (on) => on.delete("permission", "docs:read")],
    ["a role that is gone", (on) => on.delete("role", "clerk")],
    ["an attribute", (on) => on.seed({ rbac: 1, attributes: { posts: { open: "bool" } } })],
  ])("%s is for all", async (_, change) => {
    await change(rbac);
    expect((await changed()).all).toBe(true);
  });

  it("takes a revision, a time or a duration; one that is not reached tells nothing", async () => {
    await rbac.change([mutation.assign("bob", "clerk")]);
    const bob = { revision: since + 1, ...NOTHING, users: ["bob"] };
    expect(await rbac.changes({ since: `@${since}` })).toEqual(bob);
    expect((await rbac.changes({ since: 0 })).all).toBe(true); // The first seed has everyone.
    expect((await rbac.changes({ since: "1h" })).users).toContain("bob");
    expect(await rbac.changes({ since: new Date(Date.now() + 1000) })).toEqual({ revision: since + 1, ...NOTHING });
    expect(await rbac.changes({ since: since + 2 })).toEqual({ revision: since + 1, users: [], roles: [], all: true });
    for (const wrong of [{}, { since: -1 }, { since: 1.5 }, { since: "" }, { since: "soon" }])
      expect((await errorOf(rbac.changes(wrong as { since: number }))).exitCode).toBe(2);
  });
});
