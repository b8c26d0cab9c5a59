/** The impact of changes on the people of a database: reads what they may touch, and nothing else. */
import { ImpactEngine } from "../policy/impact/engine.ts";
import {
  areAllGrantsNeeded,
  areGrantsOnly,
  DECLARATIONS,
  HIERARCHY,
  isRedeclared,
  patternsTouched,
  permissionsTouched,
  rolesInMotion,
  rowsBesideGrants,
  rowsForImpact,
  WHOLE_STRUCTURE,
  withPermissionNames,
} from "../policy/impact/needs.ts";
import type { Standing } from "../policy/impact/people.ts";
import type { Impact, ImpactOptions } from "../policy/impact/values.ts";
import type { Change } from "../policy/model/change.ts";
import { grouped } from "../policy/model/group-by.ts";
import { joinPolicies, type Policy } from "../policy/model/policy.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/**
 * Who gains and who loses what by changes of the policy that is read, and why unless `causes` is false.
 * @param at RFC 3339 UTC: the moment at which windows are judged
 */
export async function impactIn(
  before: TransactionReads,
  changes: readonly Change[],
  at: string,
  options: ImpactOptions = {},
): Promise<Impact> {
  const people = await peopleNamed(before, changes);
  const structure = await structureFor(before, people, changes);
  const engine = new ImpactEngine(structure, changes, at, { causes: true, ...options });
  const { affected, everybody } = engine.roles;
  if (everybody || affected.size > 0)
    for await (const page of before.holders(everybody ? null : [...affected])) engine.add(page);
  const held = grouped(people.assignment.values(), ({ user }) => user);
  const standing = [...people.user.values()].map(
    ({ user, disabled }): Standing => ({ user, disabled, held: held.get(user) ?? [] }),
  );
  return engine.impact(new Map(standing.map((one) => [one.user, one])));
}

/** Those of whom changes speak, as they stand before. */
function peopleNamed(before: TransactionReads, changes: readonly Change[]): Promise<Policy> {
  const users = new Set(
    changes.flatMap((change) =>
      change.kind.startsWith("user.") || change.kind.startsWith("assignment.")
        ? [String("user" in change && change.user)]
        : [],
    ),
  );
  return before.load({ users: [...users], roles: "none", grants: "none" });
}

async function structureFor(before: TransactionReads, people: Policy, changes: readonly Change[]): Promise<Policy> {
  if (before.isPast || isRedeclared(changes)) return before.load(WHOLE_STRUCTURE);
  const inMotion = areGrantsOnly(changes)
    ? undefined
    : await before.load({
        roles: rolesInMotion(await before.load(HIERARCHY), people, changes),
        permissions: [],
      });
  const patterns = patternsTouched(changes, inMotion);
  const names = (text: string) => before.namesBeginning("permission", text, ALL);
  const { exact, covered } = await permissionsTouched(patterns, names);
  const touched = [...new Set([...exact, ...covered])];
  const granted = areAllGrantsNeeded(touched, patterns)
    ? { ...(await before.load(rowsBesideGrants(exact))), grant: await before.grantsByRole() }
    : await before.load(rowsForImpact(touched, exact));
  const declared = granted.conditional.size > 0 ? await before.load(DECLARATIONS) : undefined;
  const structure = withPermissionNames(declared ? joinPolicies(granted, declared) : granted, covered);
  return inMotion ? joinPolicies(structure, inMotion) : structure;
}

/** A limit for as many names as there may be. */
const ALL = 2 ** 31 - 1;
