/** Whether a constraint on numbers holds beyond doubt: by counting rows, where fetching all who hold a role would be slow. */
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Change } from "../../policy/model/change.ts";
import type { Constraint, Policy } from "../../policy/model/policy.ts";
import { closure, heirsIn } from "../../policy/model/role-graph.ts";
import { type AffectedConstraints, changedUsers } from "../../policy/rules/affected-constraints.ts";
import type { Tables } from "../engine/tables.ts";
import { columnIn, rawSql } from "../sql/fragments.ts";

/** Above so many names or roles, judging costs less than asking. */
const FEW = 500;

/**
 * Leaves out the constraints that changes to people cannot break, since so few hold a role at all, or so many others hold it
 * everywhere and for ever.
 * @param structure the whole hierarchy
 */
export async function constraintsInDoubt(
  db: Kysely<Tables>,
  structure: Policy,
  changes: readonly Change[],
  found: AffectedConstraints,
  now: string,
): Promise<AffectedConstraints> {
  const users = changedUsers(changes);
  if (!found.ofPeople || users.length > FEW) return found;
  const heirs = heirsIn(structure);
  const sure = new Set<Constraint>();
  for (const constraint of found.counted) {
    const roles = [...closure(constraint.roles, heirs)];
    const countable = roles.length <= FEW && !roles.some((role) => structure.everyone.has(role));
    if (countable && (await holds(db, constraint, roles, users, now))) sure.add(constraint);
  }
  const left = (constraints: readonly Constraint[]) => constraints.filter((constraint) => !sure.has(constraint));
  return { ...found, constraints: left(found.constraints), counted: left(found.counted) };
}

/** True where a number cannot be missed, whatever the changing users hold; false where that is not plain to see. */
async function holds(
  db: Kysely<Tables>,
  { type, limit }: Constraint,
  roles: readonly string[],
  users: readonly string[],
  now: string,
): Promise<boolean> {
  const number = limit ?? 0;
  const held = rawSql(columnIn("role", roles));
  if (type === "max_users") return !(await areThere(db, sql`1`, held, number - users.length + 1));
  const steady = sql<boolean>`${held} and scope = '' and ${sql.ref("until")} is null
    and (${sql.ref("from")} is null or ${sql.ref("from")} <= ${now}) and not ${rawSql(columnIn("user", users))}
    and exists (select 1 from users where users.${sql.ref("user")} = assignments.${sql.ref("user")} and disabled = 0)`;
  return areThere(db, sql`distinct ${sql.ref("user")}`, steady, number);
}

/** True where there are at least so many: the last of them is looked for, and nothing is counted beyond it. */
async function areThere(
  db: Kysely<Tables>,
  what: RawBuilder<unknown>,
  where: RawBuilder<unknown>,
  number: number,
): Promise<boolean> {
  if (number < 1) return true;
  const { rows } = await sql`select ${what} from assignments where ${where} limit 1 offset ${number - 1}`.execute(db);
  return rows.length > 0;
}
