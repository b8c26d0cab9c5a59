/** Who made something, and who last changed it, is read by indices as if all of the record were read. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Named } from "../../../src/errors.ts";
import { seeding } from "../../../src/policy/document/seeding.ts";

import type { Change } from "../../../src/policy/model/change.ts";
import { WHOLE_POLICY } from "../../../src/policy/model/mutation.ts";
import type { Entry, RowStamps } from "../../../src/policy/model/results.ts";
import { assigning, creating, granting } from "../../../src/policy/mutations.ts";
import { emptyDatabase } from "../../support/databases.ts";
import { read } from "../../support/documents.ts";
import { minute, stampAt } from "../../support/store/random-databases.ts";
import { firstSeed, mutations } from "../../support/store/random-mutations.ts";

const fieldsOf = (change: Change) => change as unknown as Readonly<Record<string, unknown>>;

/** The same by reading every entry: the name is followed back while what came was a renaming. */
function naive(record: readonly Entry[], of: Named, asked: string): RowStamps {
  let name = asked;
  let created: Entry | undefined;
  for (let before = record.length; ; ) {
    const at = record.findLastIndex(
      ({ change }, i) => i < before && change.kind === `${of}.add` && fieldsOf(change)[of] === name,
    );
    created = record[at];
    const former = record.find(
      ({ revision, change }) =>
        revision === created?.revision && change.kind === "former.add" && change.of === of && change.name === name,
    );
    if (!created || former?.change.kind !== "former.add") break;
    name = former.change.former;
    before = record.findIndex(({ revision }) => revision === created?.revision);
  }
  const touches = ({ change }: Entry) => {
    if (of === "user") return fieldsOf(change).user === asked;
    if (of === "role") return fieldsOf(change).role === asked || fieldsOf(change).inherits === asked;
    return change.kind.startsWith(`${of}.`) && fieldsOf(change)[of] === asked;
  };
  const stamp = (entry: Entry | undefined) =>
    entry ? { revision: entry.revision, at: entry.at, actor: entry.actor, reason: entry.reason } : null;
  return { created: stamp(created), changed: stamp(record.findLast(touches)) };
}

it("of random histories with renamings, at their end and at each revision", async () => {
  let renamed = 0;
  const histories = fc.array(mutations, { minLength: 15, maxLength: 15 });
  const agree = fc.asyncProperty(firstSeed, histories, async (first, list) => {
    const database = await emptyDatabase(minute(0));
    try {
      await database.change(stampAt(minute(0)), first);
      for (const [at, mutation] of list.entries())
        await database
          .change({ ...stampAt(minute(at)), actor: `a${at}` }, mutation, { allowConfusable: true })
          .catch(() => undefined);
      const record = await database.record.entries({});
      const last = record.at(-1)?.revision ?? 0;
      for (const upTo of new Set([last, last >> 1, 1].filter((revision) => revision > 0 && revision <= last))) {
        const { database: then } = await database.asOf({ revision: upTo });
        const { policy } = await then.policy({ ...WHOLE_POLICY, constraints: true });
        const known = record.filter(({ revision }) => revision <= upTo);
        for (const of of ["user", "role", "permission", "constraint"] as const)
          for (const [name, { revision }] of policy[of]) {
            const stamps = await then.read((reading) => reading.stampsOf({ of, name, revision }));
            expect([of, name, stamps]).toEqual([of, name, naive(known, of, name)]);
            if (stamps.created && stamps.created.revision < revision) renamed += 1;
          }
      }
    } finally {
      await database.close();
    }
  });
  await fc.assert(agree, { numRuns: 15 });
  expect(renamed).toBeGreaterThan(5);
});

it("of a role in so many entries about people that those about structure are read", async () => {
  const database = await emptyDatabase(minute(0));
  await database.change(stampAt(minute(0)), creating("role", "crowd", {}));
  const assigned = { roles: ["crowd"], scope: null, from: null, until: null, replace: false, existing: false };
  const users = Array.from({ length: 10_001 }, (_, at) => [`u${at}`, { roles: ["crowd"] }] as const);
  const crowd = { rbac: 1, roles: { crowd: {} }, users: Object.fromEntries(users) };
  await database.change({ ...stampAt(minute(1)), actor: "seed" }, seeding(read(crowd), false));
  await database.change({ ...stampAt(minute(2)), actor: "ann" }, assigning({ ...assigned, who: "new" }));
  await database.change(
    { ...stampAt(minute(3)), actor: "bea" },
    granting({ role: "crowd", permissions: ["*:*"], scope: null, effect: "allow" }),
  );
  const stamps = await database.read((reading) => reading.stampsOf({ of: "role", name: "crowd", revision: 1 }));
  expect(stamps).toMatchObject({ created: { revision: 1, actor: "root" }, changed: { actor: "bea" } });
  await database.close();
});
