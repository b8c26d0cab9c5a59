/**
 * The rows that a filter picks are those that `can` allows, with the attributes of the row, its owner and its scope: on
 * a real database, with values of wrong types and NULLs. `RBAC_SEED=n` repeats a run.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Attributes, Given } from "../../src/policy/conditions/given.ts";
import { decide, type Question } from "../../src/policy/evaluate/decide.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import { type Filter, type FilteredRows, filterOf } from "../../src/policy/filter/filter.ts";
import type { Policy } from "../../src/policy/model/policy.ts";
import { ON_SERVER } from "../support/databases.ts";
import { policyFrom } from "../support/documents.ts";
import { COLUMNS, type HeldRow, tableOnPostgres, tableOnSqlite } from "../support/filtered-rows.ts";
import { randomPermission, withConditionals } from "../support/random-conditions.ts";
import { ASKED_INSTANTS, ASKED_SCOPES, documents, NOW } from "../support/random-policies.ts";
import { type Chance, chanceOf, SEED } from "../support/store/random-databases.ts";

const POLICIES = 500;
const ROWS = 200;
const QUESTIONS = 3;

/** What SQL can say, about rows and what is known beside them. */
const ATOMS = [
  ...[
    "resource.published",
    "resource.published == false",
    "resource.published != subject.flag",
    "has(resource.published)",
  ],
  ...['resource.status == "draft"', 'resource.status != "draft"', 'resource.status < "e"', 'resource.status >= "5"'],
  ...['resource.status in ["draft", "é", ""]', 'resource.status in ["draft", 7]', "has(resource.status)"],
  ...[
    "resource.level < 3",
    "resource.level >= subject.level",
    "subject.level != resource.level",
    "resource.level > 9007199254740992",
  ],
  ...[
    'resource.level in [1, 2.5, "3"]',
    "resource.level in [1, 3]",
    "resource.level == resource.weight",
    "resource.weight < resource.level",
  ],
  ...[
    "resource.team == subject.team",
    "resource.team != subject.team",
    "resource.team < subject.team",
    "resource.team in subject.teams",
  ],
  ...[
    "resource.team == resource.status",
    "resource.team > resource.status",
    "resource.team == resource.level",
    "has(resource.owner.team)",
  ],
  ...[
    'resource.owner.team == "red"',
    "subject.user == resource.team",
    "resource.published in [true]",
    "resource.level == 5",
  ],
  ...['cidr(context.ip, "10.0.0.0/8")', "context.mfa", 'subject.user == "alice"', `context.time < "${NOW}"`],
];

/** What is given beside the rows. A root that is given has all that `has` asks: what is not given is unknown here. */
function randomGiven(chance: Chance): Given {
  const subject = {
    team: chance.pick(["red", "blue", "5", "-x", "", 5]),
    teams: chance.pick([["red"], ["red", "blue", ""], [], ["red", 1], "red"]),
    level: chance.pick([1, 3, 5, 2 ** 53, "x"]),
    flag: chance.pick([true, false, "x"]),
  };
  const context = { ip: chance.pick(["10.1.2.3", "::1", "none"]), mfa: chance.pick([true, false]) };
  return { ...(chance.below(4) !== 0 && { subject }), ...(chance.below(4) !== 0 && { context }) };
}

interface Asked {
  readonly question: Question;
  readonly rows: FilteredRows;
  /** The question about one row. */
  about(row: HeldRow, resource?: Attributes): Question;
}

function randomAsked(policy: Policy, chance: Chance, dialect: FilteredRows["dialect"]): Asked {
  const roles = [...policy.role.keys()];
  const user = chance.below(8) === 0 ? null : chance.pick([...policy.user.keys()]);
  const [byOwner, byScope] = [chance.below(3) !== 0, chance.below(3) !== 0];
  const permission = byOwner ? chance.pick([...policy.permission.keys()]) : randomPermission(policy, chance);
  const given = randomGiven(chance);
  const question: Question = {
    user,
    permission,
    owner: byOwner || permission.endsWith(":own") || chance.below(2) === 0 ? null : user,
    scope: byScope ? null : chance.pick(ASKED_SCOPES),
    at: chance.pick(ASKED_INSTANTS),
    activate: chance.below(8) === 0 ? [chance.pick(roles)] : [],
    assume: chance.below(2) === 0 ? [chance.pick(roles)] : [],
    given,
  };
  const rows: FilteredRows = {
    dialect,
    attributes: COLUMNS,
    owner: byOwner ? "p.owner" : undefined,
    scope: byScope ? "p.scope" : undefined,
    firstParameter: 1,
  };
  const about = ({ owner, scope, ...row }: HeldRow, resource = row.resource): Question => ({
    ...question,
    ...(byOwner && { owner }),
    ...(byScope && { scope }),
    given: { ...given, resource },
  });
  return { question, rows, about };
}

it(`${POLICIES} policies × ${QUESTIONS} questions × ${ROWS} rows, on a real database (seed ${SEED})`, async () => {
  const table = ON_SERVER ? await tableOnPostgres() : tableOnSqlite();
  const seen: Record<Filter["kind"] | "picked" | "left", number> = { always: 0, never: 0, when: 0, picked: 0, left: 0 };
  const alike = async (document: Parameters<typeof policyFrom>[0], seed: number) => {
    const chance = chanceOf(seed);
    const policy = withConditionals(policyFrom(document), chance, ATOMS);
    const index = indexPolicy(policy);
    const held = await table.fill(chance, ROWS);
    for (let asked = 0; asked < QUESTIONS; asked++) {
      const { question, rows, about } = randomAsked(policy, chance, table.dialect);
      const filter = filterOf(index, question, rows);
      const picked = await table.pick(filter.sql);
      const wrong = held.filter((row) => decide(index, about(row)).allowed !== picked.has(row.id));
      const found = wrong.slice(0, 2).map((row) => ({ row, decision: decide(index, about(row)) }));
      expect(found, JSON.stringify({ found, filter, question })).toEqual([]);
      // A value of another type that happens to be compared with its like is known to can, and not to SQL: never more.
      const tooMany = held.filter((row) => picked.has(row.id) && !decide(index, about(row, row.asRead)).allowed);
      expect(tooMany, JSON.stringify({ filter, question })).toEqual([]);
      if (filter.kind === "always") expect(picked.size).toBe(ROWS);
      if (filter.kind === "never") expect(picked.size).toBe(0);
      seen[filter.kind] += 1;
      if (filter.kind === "when") {
        seen.picked += picked.size;
        seen.left += ROWS - picked.size;
      }
    }
  };
  await fc.assert(fc.asyncProperty(documents(), fc.integer(), alike), { numRuns: POLICIES, seed: SEED });
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(50);
  expect(Math.min(seen.picked, seen.left), JSON.stringify(seen)).toBeGreaterThan(10_000);
});
