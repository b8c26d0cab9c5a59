/** The impact on a database, of which only what the changes may touch is read, is that on the whole policy in memory. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Database } from "../../src/database/database.ts";
import { impactIn } from "../../src/database/impact.ts";
import { seeding } from "../../src/policy/document/seeding.ts";
import { impactOf } from "../../src/policy/impact/impact.ts";
import { type Change, diff } from "../../src/policy/model/change.ts";
import { WHOLE_POLICY } from "../../src/policy/model/mutation.ts";
import type { Policy } from "../../src/policy/model/policy.ts";
import { freshDb } from "../support/cli.ts";
import { discarded } from "../support/databases.ts";
import { AT, policyFrom, read } from "../support/documents.ts";
import type { PlainDocument } from "../support/oracle.ts";
import { conditionalDocuments } from "../support/random-conditional-questions.ts";
import { ASKED_INSTANTS, documents, ROLES } from "../support/random-policies.ts";
import { untilEnough } from "../support/until-enough.ts";

const STAMP = { actor: "ann", osUser: "ann", at: AT, reason: null };

/** Compares both for some changes of each kind and for all of them; returns how many people gained. */
async function compareFor(document: PlainDocument, others: readonly PlainDocument[], at: string): Promise<number> {
  const path = freshDb();
  let gained = 0;
  await Database.create(path, AT, async (database) => {
    await database.change(STAMP, seeding(read(document), false));
    await database.read(async (reading) => {
      const policy = await reading.load(WHOLE_POLICY);
      const holdersOf = ROLES.filter((role) => policy.role.has(role));
      for (const changes of others.flatMap((other) => partsOf(policy, other))) {
        const expected = impactOf(policy, changes, at, { causes: true, holdersOf });
        expect({ changes, found: await impactIn(reading, changes, at, { holdersOf }) }).toEqual({
          changes,
          found: expected,
        });
        gained += expected.people.gain;
      }
    });
  });
  await discarded(path);
  return gained;
}

const PARTS = [/./, /^(grant|conditional)\./, /^inheritance\./, /^(user|assignment)\./, /^everyone\./, /^attribute\./];

const partsOf = (policy: Policy, other: PlainDocument): Change[][] => {
  const all = diff(policy, policyFrom(other));
  return PARTS.map((part) => all.filter(({ kind }) => part.test(kind))).filter((some) => some.length > 0);
};

/** With so many people that holders are looked up by name, and not all read. */
const crowded = (document: PlainDocument): PlainDocument => ({
  ...document,
  users: { ...document.users, ...Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`idle${at}`, {}])) },
});

it("random policies of every kind and random changes", async () => {
  const policies = fc.oneof(documents(), conditionalDocuments(), documents().map(crowded));
  const others = fc.array(conditionalDocuments(), { minLength: 2, maxLength: 2 });
  let gained = 0;
  const trial = fc.asyncProperty(policies, others, fc.constantFrom(...ASKED_INSTANTS), async (document, some, at) => {
    gained += await compareFor(document, some, at);
  });
  await untilEnough(
    () => fc.assert(trial, { numRuns: 12 }),
    () => gained > 10,
  );
  expect(gained).toBeGreaterThan(10);
});

it("more people than are read at once, and a wildcard over many permissions", async () => {
  const roles = {
    reader: { grants: ["*:read", "res1:write"] },
    writer: { inherits: ["reader"], grants: ["res2:write"] },
    idle: {},
  };
  const heldBy = (at: number) => (at % 7 === 0 ? "writer" : at % 5 === 0 ? "idle" : "reader");
  const users = Object.fromEntries(
    Array.from({ length: 2500 }, (_, at) => [`user${at}`, { disabled: at % 50 === 1, roles: [heldBy(at)] }]),
  );
  const permissions = Array.from({ length: 60 }, (_, at) => [`res${at}:read`, `res${at}:write`]).flat();
  const before = { rbac: 1, permissions, roles, users } as const;
  const wider = { ...roles, reader: { grants: ["*", "res1:write"] }, idle: { grants: ["res5:read"] } };
  const fewer = { ...roles, writer: { grants: ["res2:write"] } };
  const gained = await compareFor(
    before,
    [
      { ...before, roles: wider },
      { ...before, roles: fewer },
    ],
    AT,
  );
  expect(gained).toBeGreaterThan(2000);
});
