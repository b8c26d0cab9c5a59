/** Settles constraints on numbers of users by counting rows, where fetching all holders of a role would be slow. */
import { type Kysely, type RawBuilder, sql } from "kysely";
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
  const required = limit ?? 0;
  const ofRoles = rawSql(columnIn("role", roles));
  if (type === "max_users") return !(await hasRows(db, sql`1`, ofRoles, required - users.length + 1));
  const permanent = sql<boolean>`${ofRoles} and scope = '' and ${sql.ref("until")} is null
    and (${sql.ref("from")} is null or ${sql.ref("from")} <= ${now}) and not ${rawSql(columnIn("user", users))}
    and exists (select 1 from users where users.${sql.ref("user")} = assignments.${sql.ref("user")} and disabled = 0)`;
  return hasRows(db, sql`distinct ${sql.ref("user")}`, permanent, required);
}

/** True when there are at least `count` rows: an offset finds the last of them, and counts no further. */
async function hasRows(
  db: Kysely<Tables>,
  selected: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  count: number,
): Promise<boolean> {
  if (count < 1) return true;
  const query = sql`select ${selected} from assignments where ${condition} limit 1 offset ${count - 1}`;
  const { rows } = await query.execute(db);
  return rows.length > 0;
}
