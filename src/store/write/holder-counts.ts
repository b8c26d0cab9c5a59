/** Settles constraints on numbers of users by counting rows, where fetching all holders of a role would be slow. */
import type { Kysely, SelectQueryBuilder } from "kysely";
import type { Change } from "../../policy/model/change.ts";
import type { Constraint, Policy } from "../../policy/model/policy.ts";
import { closure, heirsIn } from "../../policy/model/role-graph.ts";
import { type AffectedConstraints, changedUsers } from "../../policy/rules/affected-constraints.ts";
import type { Tables } from "../engine/tables.ts";
import { columnIn, rawSql } from "../sql/fragments.ts";

/** With more users or roles than this, the full check costs less than the counting. */
const MAX_COUNTED = 500;

/**
 * Drops the constraints that changes to people certainly cannot break, because few enough users hold the roles at all,
 * or enough other users hold them everywhere and for ever.
 * @param structure all roles with their inheritance
 */
export async function constraintsInDoubt(
  db: Kysely<Tables>,
  structure: Policy,
  changes: readonly Change[],
  affected: AffectedConstraints,
  now: string,
): Promise<AffectedConstraints> {
  const users = changedUsers(changes);
  if (!affected.onlyPeopleChange || users.length > MAX_COUNTED) return affected;
  const heirs = heirsIn(structure);
  const settled = new Set<Constraint>();
  for (const constraint of affected.counted) {
    const roles = [...closure(constraint.roles, heirs)];
    const countable = roles.length <= MAX_COUNTED && !roles.some((role) => structure.everyone.has(role));
    if (countable && (await isSafe(db, constraint, roles, users, now))) settled.add(constraint);
  }
  const unsettled = (constraints: readonly Constraint[]) =>
    constraints.filter((constraint) => !settled.has(constraint));
  return { ...affected, constraints: unsettled(affected.constraints), counted: unsettled(affected.counted) };
}

/** True when the limit is met whatever roles the changed users hold; false when counting cannot tell. */
async function isSafe(
  db: Kysely<Tables>,
  { type, limit }: Constraint,
  roles: readonly string[],
  users: readonly string[],
  now: string,
): Promise<boolean> {
  const required = Number(limit);
  const ofRoles = db.selectFrom("assignments").where(rawSql(columnIn("role", roles)));
  if (type === "max_users") return !(await hasRows(ofRoles.select("role"), required - users.length + 1));
  const others = ofRoles
    .where("scope", "=", "")
    .where("until", "is", null)
    .where((eb) => eb.or([eb("from", "is", null), eb("from", "<=", now)]))
    .where((eb) => eb.not(rawSql(columnIn("user", users))))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("users")
          .select("disabled")
          .whereRef("users.user", "=", "assignments.user")
          .where("disabled", "=", 0),
      ),
    );
  return hasRows(others.select("user").distinct(), required);
}

/** True when there are at least `count` rows: an offset finds the last of them, and counts no further. */
async function hasRows<Row>(rows: SelectQueryBuilder<Tables, "assignments", Row>, count: number): Promise<boolean> {
  return (
    count < 1 ||
    (await rows
      .limit(1)
      .offset(count - 1)
      .executeTakeFirst()) !== undefined
  );
}
