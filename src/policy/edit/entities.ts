/** Creating, setting, renaming and deleting users, roles, permissions and constraints: one way for all. */
import { type Named, refused, UnknownName, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { addedRow, apply, type Change, changeOf, removedRow } from "../model/change.ts";
import { quote } from "../model/names.ts";
import {
  type AnyRow,
  DEFAULTS,
  KINDS,
  type Kind,
  keyOf,
  type Policy,
  RECORDS,
  type Rows,
  rowsOf,
} from "../model/policy.ts";
import { danglingRows } from "../rules/dangling-rows.ts";

type Fields<K extends Named> = Partial<Omit<Rows[K], K>>;

/** Creates a record. What exists identically is nothing to do; what exists differently is refused (rule 25). */
export function create<K extends Named>(policy: Policy, kind: K, name: string, fields: Fields<K>): Change[] {
  const standing = rowsOf(policy, kind).get(name);
  const change = changeOf(kind, standing, { ...defaultsOf(kind), ...fields, [kind]: name });
  if (!change) return [];
  if (standing) {
    throw refused("EXISTS_DIFFERENTLY", `${kind} ${quote(name)} exists and says otherwise: change it with ${kind} set`);
  }
  return [change];
}

/** The fields of a record of which nothing is said. */
export const defaultsOf = (kind: Kind): AnyRow =>
  Object.fromEntries((RECORDS[kind].fields as readonly string[]).map((field) => [field, DEFAULTS[field] ?? null]));

/** Sets fields of a record that exists; what is not named stays, and so does its name, whatever a program's fields hold. */
export function set<K extends Named>(policy: Policy, kind: K, name: string, fields: Fields<K>): Change[] {
  const standing = existing(policy, kind, name);
  const change = changeOf(kind, standing, { ...standing, ...fields, [kind]: name });
  return change ? [change] : [];
}

/** What a constraint shall speak of besides, or no longer, and by which limit. */
export interface ConstraintEdit {
  readonly add?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly needs?: readonly string[] | undefined;
}

/** Gives a constraint that exists other roles or another limit. @throws RbacError (exit 2) for nothing said or a role that it lacks. */
export function editConstraint(
  policy: Policy,
  constraint: string,
  { add = [], drop = [], limit, needs }: ConstraintEdit,
): Change[] {
  const { roles = [] } = (policy.constraint.get(constraint) ?? {}) as Partial<Rows["constraint"]>;
  if (add.length + drop.length === 0 && limit === undefined && needs === undefined)
    throw wrong("USAGE", "say what to change: --add, --drop, --limit or --needs");
  const missing = drop.find((role) => !roles.includes(role));
  if (missing !== undefined && policy.constraint.has(constraint))
    throw wrong("ROLE_NOT_NAMED", `${quote(constraint)} does not name the role ${quote(missing)}`);
  const left = [...new Set([...roles, ...add])].filter((role) => !drop.includes(role)).sort(byBytes);
  const said = { ...(limit !== undefined && { limit }), ...(needs && { needs: [...new Set(needs)].sort(byBytes) }) };
  return set(policy, "constraint", constraint, { roles: left, ...said });
}

/** Deletes a record and, as one listed change each, whatever refers to it or is left covering nothing (rule 16). */
export function remove(policy: Policy, kind: Named, name: string): Change[] {
  const change = removedRow(kind, existing(policy, kind, name));
  return [...danglingRows(apply(policy, [change])), change];
}

/** The fields of other rows that name a record. */
const REFERENCES: { readonly [K in Named]: readonly (readonly [kind: Kind, field: string])[] } = {
  user: [["assignment", "user"]],
  role: [
    ["inheritance", "role"],
    ["inheritance", "inherits"],
    ["grant", "role"],
    ["everyone", "role"],
    ["assignment", "role"],
    ["constraint", "roles"],
    ["constraint", "needs"],
  ],
  permission: [["grant", "permission"]],
  constraint: [],
};

/** Moves every row to a new name in one revision: a name is the identity, so each row is removed and added (rule 16). */
export function rename(policy: Policy, kind: Named, from: string, to: string): Change[] {
  const standing = existing(policy, kind, from);
  if (from === to) return [];
  if (policy[kind].has(to)) throw refused("EXISTS", `there is a ${kind} ${quote(to)} already`);
  const gone: Change[] = [];
  const come: Change[] = [addedRow(kind, { ...standing, [kind]: to })];
  for (const of of KINDS) {
    const fields = REFERENCES[kind].flatMap(([referring, field]) => (referring === of ? [field] : []));
    const moving = [...(fields.length > 0 ? rowsOf(policy, of) : [])].flatMap(([key, row]) => {
      const moved = movedRow(row, fields, from, to);
      const same = keyOf(of, moved) === key;
      const change = changeOf(of, same ? row : undefined, moved);
      return change ? [{ key, row, same, change }] : [];
    });
    for (const { row, same, change } of moving.sort(by(({ key }) => key))) {
      come.push(change);
      if (!same) gone.unshift(removedRow(of, row));
    }
  }
  const changes = [...come, ...gone, removedRow(kind, standing)];
  const [left] = danglingRows(apply(policy, changes));
  if (left && "permission" in left) {
    throw refused(
      "PATTERN_COVERS_NOTHING",
      `the pattern ${quote(left.permission)} would cover nothing: ungrant it first`,
    );
  }
  return changes;
}

/** A row under the new name; a grant of `p:own` names `p` as well. */
function movedRow(row: AnyRow, fields: readonly string[], from: string, to: string): AnyRow {
  const moved: Record<string, AnyRow[string]> = { ...row };
  for (const field of fields) {
    const value = row[field];
    if (typeof value === "object" && value !== null) {
      moved[field] = value.map((name) => (name === from ? to : name)).sort(byBytes);
      continue;
    }
    const name = String(value);
    if (name === from) moved[field] = to;
    else if (field === "permission" && name === `${from}:own`) moved[field] = `${to}:own`;
  }
  return moved;
}

function existing(policy: Policy, kind: Named, name: string): AnyRow {
  const standing = rowsOf(policy, kind).get(name);
  if (!standing) throw new UnknownName(kind, name);
  return standing;
}
