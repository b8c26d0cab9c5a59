/** Advice of `why`: each makes the answer a yes, and says whom else it touches; the least comes first. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJsonDocument } from "../../../src/output/views/document.ts";
import { decide, type Question } from "../../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../../src/policy/evaluate/policy-index.ts";
import { nearMissesOf } from "../../../src/policy/impact/advice.ts";
import { apply } from "../../../src/policy/model/change.ts";
import type { Policy } from "../../../src/policy/model/policy.ts";
import { cli, json } from "../../support/cli.ts";
import { indexFrom, policyFrom, seeded } from "../../support/documents.ts";
import { often } from "../../support/often.ts";
import { oracleCan, type PlainDocument } from "../../support/oracle.ts";
import { ASKED_SCOPES, catalogueOf, documents, questions } from "../../support/random-policies.ts";

const documentOf = (policy: Policy): PlainDocument => JSON.parse(toJsonDocument(policy));

/** Whether somebody gains, and whether they lose, by the oracle. */
function touched(before: PlainDocument, after: PlainDocument, user: string, at: string) {
  let [gains, loses] = [false, false];
  for (const permission of catalogueOf(before))
    for (const own of [true, false])
      for (const scope of ASKED_SCOPES) {
        const asked = { user, permission, own, scope, at, activate: [], assume: [] };
        const [old, now] = [oracleCan(before, asked), oracleCan(after, asked)];
        gains ||= now && !old;
        loses ||= old && !now;
      }
  return { gains, loses };
}

it("random policies: every advice allows, and touches just as many people as it says, others included", () => {
  const asked = documents().chain((document) => fc.tuple(fc.constant(document), questions(document)));
  const holds = ([document, { own, ...plain }]: [PlainDocument, Parameters<typeof oracleCan>[1]]) => {
    const index = indexFrom(document);
    const question: Question = { ...plain, activate: [], assume: [], owner: own ? plain.user : null };
    const { remedies } = nearMissesOf(index, question, decide(index, question));
    const before = documentOf(policyFrom(document));
    for (const { changes, people } of remedies) {
      const cured = apply(index.policy, changes);
      expect(decide(indexPolicy(cured), question).allowed).toBe(true);
      const after = documentOf(cured);
      const all = Object.keys(document.users ?? {}).map((user) => touched(before, after, user, question.at));
      const count = (is: (one: { gains: boolean; loses: boolean }) => boolean) => all.filter(is).length;
      expect({ changes, people }).toEqual({
        changes,
        people: {
          gain: count(({ gains }) => gains),
          lose: count(({ loses }) => loses),
          both: count(({ gains, loses }) => gains && loses),
        },
      });
    }
    const weights = remedies.map(({ people, each }) => people.gain * each.most);
    if (remedies.every(({ each }) => each.least === each.most))
      expect(weights).toEqual([...weights].sort((a, b) => a - b));
  };
  fc.assert(fc.property(asked, holds), { numRuns: often(500) });
});

const CROWD = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:publish", "posts:drop"],
  roles: {
    author: { grants: ["posts:read"] },
    editor: { inherits: ["author"], grants: ["posts:publish", "posts:drop"] },
    chief: { inherits: ["author"], grants: ["*"] },
    fence: { denies: ["posts:publish"] },
  },
  users: {
    ...Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`u${at}`, { roles: ["author"] }])),
    alice: { roles: ["author"] },
    boss: { roles: ["chief"] },
    fay: { roles: ["editor", "fence"] },
    gil: { roles: ["editor", "fence"] },
  },
};

const adviceFor = async (line: string, document: PlainDocument = CROWD) => {
  const { stdout } = await cli(`why ${line}`, { db: await seeded(document) });
  return stdout.slice(stdout.indexOf("what would allow it\n")).trim().split("\n").slice(1);
};

describe("why", () => {
  it("puts a role for one before a grant for all, and says how many people each touches", async () => {
    expect(await adviceFor("alice posts:publish")).toEqual([
      "rbac assign alice chief  (alice gains 2 permissions)",
      "rbac assign alice editor  (alice gains 2 permissions)",
      "rbac grant author posts:publish  (41 people gain 1 permission each)",
      "for a time only: assign with --for, such as --for 8h, or with --until",
    ]);
  });

  it("offers the scope that is asked about, and a grant for owners where the owner asks", async () => {
    expect((await adviceFor("alice posts:publish --on acme"))[0]).toBe(
      "rbac assign alice chief --on acme  (alice gains 2 permissions)",
    );
    const own = await adviceFor("alice posts:publish --owner alice");
    expect(own[2]).toBe("rbac grant author posts:publish:own  (41 people gain 1 permission each)");
  });

  it("takes the deny from the one person before it takes it from all", async () => {
    expect(await adviceFor("fay posts:publish")).toEqual([
      "rbac revoke fay fence  (fay gains 1 permission)",
      "rbac ungrant fence posts:publish --deny  (2 people gain 1 permission each)",
    ]);
    const everyone = { ...CROWD, everyone: ["fence"] };
    expect(await adviceFor("fay posts:publish", everyone)).toEqual([
      "rbac ungrant fence posts:publish --deny  (3 people gain 1 permission each)",
    ]);
  });

  it("gives both steps where two are needed, and says what is lost by the first", async () => {
    const users = { hal: { roles: ["guard"] } };
    const roles = { ...CROWD.roles, guard: { grants: ["posts:read"], denies: ["posts:publish"] } };
    expect((await adviceFor("hal posts:publish", { ...CROWD, roles, users }))[0]).toBe(
      "rbac ungrant guard posts:publish --deny && rbac grant guard posts:publish  (hal gains 1 permission)",
    );
    const bare = {
      ...roles,
      guard: { grants: ["posts:drop"], denies: ["posts:publish"] },
      pub: { grants: ["posts:publish"] },
    };
    const advice = await adviceFor("hal posts:publish", { ...CROWD, roles: bare, users });
    expect(advice).toContain("rbac revoke hal guard && rbac assign hal pub  (hal gains 1 permission and loses 1)");
  });

  it("of a deny that is only assumed it says that nobody gains", async () => {
    const line = "boss posts:publish --assume fence";
    expect((await adviceFor(line, { ...CROWD, users: { boss: { roles: ["chief"] } } }))[0]).toBe(
      "rbac ungrant fence posts:publish --deny  (nobody gains a permission)",
    );
  });

  it("and a stranger is made a user first", async () => {
    const [first] = await adviceFor("neu posts:publish", { ...CROWD, strangers: true });
    expect(first).toMatch(/^rbac user create neu && rbac assign neu (chief|editor) {2}\(neu gains [23] permissions\)$/);
  });

  it("in JSON with people and permissions", async () => {
    const { decisions } = await json<{ decisions: { remedies: object[] }[] }>("why alice posts:publish", {
      db: await seeded(CROWD),
    });
    expect(decisions[0]?.remedies).toMatchObject([
      { adds: 2, loses: 0, people: { gain: 1, lose: 0, both: 0 }, each: { least: 2, most: 2 }, more: false },
      { adds: 2, people: { gain: 1 } },
      { adds: 1, people: { gain: 41 }, commands: ["rbac grant author posts:publish"] },
    ]);
  });
});

it("each advised command line, run, makes the answer a yes", async () => {
  for (const line of [
    "alice posts:publish",
    "fay posts:publish",
    "u1 posts:drop --on acme",
    "alice posts:drop --owner alice",
  ]) {
    const { decisions } = await json<{ decisions: { remedies: { commands: string[] }[] }[] }>(`why ${line}`, {
      db: await seeded(CROWD),
    });
    for (const { commands } of decisions[0]?.remedies ?? []) {
      const db = await seeded(CROWD);
      for (const command of commands) expect((await cli(command.replace(/^rbac /, ""), { db })).code).toBe(0);
      expect([commands, (await cli(`can ${line}`, { db })).code]).toEqual([commands, 0]);
    }
  }
});
