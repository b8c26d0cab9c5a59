/**
 * Decides how users, roles, permissions and constraints are created, set, renamed and deleted; one code for all
 * kinds.
 */
import { type Named, refused, UnknownName, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { addedRow, apply, type Change, changeOf, kindOf, removedRow } from "../model/change.ts";
import { conditionalRow } from "../model/conditional-digest.ts";
import { quote } from "../model/names.ts";
import { keyOf, type Policy, rowsOf } from "../model/policy.ts";
import { EDITED_KINDS, recordOf } from "../model/records.ts";
import type { AnyRow, Kind, Rows } from "../model/rows.ts";
import { danglingRows } from "../rules/dangling-rows.ts";
import { refuseComma } from "./commas.ts";

type Fields<K extends Named> = Partial<Omit<Rows[K], K>>;

/**
 * Creates an entity. No changes if it exists with the same fields.
 * @throws RbacError `EXISTS_DIFFERENTLY` (exit 3) if it exists with other fields (rule 25); `NAME_HAS_COMMA` (exit 2).
 */
export function createEntity<K extends Named>(
  policy: Policy,
  kind: K,
  name: string,
  fields: Fields<K>,
  allowComma = false,
): Change[] {
  const current = rowsOf(policy, kind).get(name);
  const change = changeOf(kind, current, { ...defaultsOf(kind), ...fields, [kind]: name });
  if (!change) return [];
  if (current) {
    throw refused("EXISTS_DIFFERENTLY", `${kind} ${quote(name)} exists and says otherwise: change it with ${kind} set`);
  }
  if (kind === "user") refuseComma(name, allowComma);
  return [change];
}

/** The fields of a row of a kind, all with their default values. */
export const defaultsOf = (kind: Kind): AnyRow =>
  Object.fromEntries(recordOf(kind).fields.map((field) => [field, DEFAULTS[field] ?? null]));

/** The values of fields that a document or command leaves out, where they are not `null`. */
const DEFAULTS: AnyRow = { disabled: false, but: [] };

/**
 * Sets fields of an existing entity. Fields that are left out stay as they are. The name never changes, even if
 * a program passes one in `fields`.
 * @throws RbacError `USER_NOT_FOUND` and its like for the other kinds (exit 2).
 */
export function set<K extends Named>(policy: Policy, kind: K, name: string, fields: Fields<K>): Change[] {
  const current = needEntity(policy, kind, name);
  const change = changeOf(kind, current, { ...current, ...fields, [kind]: name });
  return change ? [change] : [];
}

/** The edit of a constraint: roles to add and to drop, a new limit, new prerequisites. */
export interface ConstraintEdit {
  readonly add?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly needs?: readonly string[] | undefined;
}

/**
 * Edits the roles, the limit or the prerequisites of an existing constraint.
 * @throws RbacError `USAGE` (exit 2) for an empty edit, `ROLE_NOT_NAMED` (exit 2) for a dropped role that it
 * does not name.
 */
export function editConstraint(
  policy: Policy,
  constraint: string,
  { add = [], drop = [], limit, needs }: ConstraintEdit,
): Change[] {
  const { roles = [] } = (policy.constraint.get(constraint) ?? {}) as Partial<Rows["constraint"]>;
  if (add.length + drop.length === 0 && limit === undefined && needs === undefined)
    throw wrong("USAGE", "say what to change", { hint: { option: "edit" } });
  const missing = drop.find((role) => !roles.includes(role));
  if (missing !== undefined && policy.constraint.has(constraint))
    throw wrong("ROLE_NOT_NAMED", `${quote(constraint)} does not name the role ${quote(missing)}`);
  const remaining = [...new Set([...roles, ...add])].filter((role) => !drop.includes(role)).sort(byBytes);
  const otherFields = {
    ...(limit !== undefined && { limit }),
    ...(needs && { needs: [...new Set(needs)].sort(byBytes) }),
  };
  return set(policy, "constraint", constraint, { roles: remaining, ...otherFields });
}

/**
 * Deletes an entity, all rows that refer to it, and grants that then cover no permission; one change for each
 * row (rule 16).
 */
export function remove(policy: Policy, kind: Named, name: string): Change[] {
  const change = removedRow(kind, needEntity(policy, kind, name));
  return [...danglingRows(apply(policy, [change])), change];
}

/**
 * Renames an entity and changes all rows that refer to it. A name is the identity of a row, so rows with the
 * name in their key are removed and added again (rule 16); a row of kind `former` keeps the trail (rule 39).
 * @throws RbacError `EXISTS` or `PATTERN_COVERS_NOTHING` (exit 3), `NAME_HAS_COMMA` (exit 2).
 */
export function rename(policy: Policy, kind: Named, from: string, to: string, allowComma = false): Change[] {
  const current = needEntity(policy, kind, from);
  if (from === to) return [];
  if (policy[kind].has(to)) throw refused("EXISTS", `there is a ${kind} ${quote(to)} already`);
  if (kind === "user") refuseComma(to, allowComma);
  const removals: Change[] = [];
  const additions: Change[] = [addedRow(kind, { ...current, [kind]: to })];
  for (const rowKind of EDITED_KINDS) {
    const references = Object.entries(recordOf(rowKind).refersTo);
    const fields = references.flatMap(([field, named]) => (named === kind ? [field] : []));
    const affected = [...(fields.length > 0 ? rowsOf(policy, rowKind) : [])].flatMap(([key, row]) => {
      const renamed = renamedRow(rowKind, row, fields, { from, to });
      const sameKey = keyOf(rowKind, renamed) === key;
      const change = changeOf(rowKind, sameKey ? row : undefined, renamed);
      return change ? [{ key, row, sameKey, change }] : [];
    });
    for (const { row, sameKey, change } of affected.sort(by(({ key }) => key))) {
      additions.push(change);
      if (!sameKey) removals.unshift(removedRow(rowKind, row));
    }
  }
  const trail = addedRow("former", { of: kind, name: to, former: from, revision: 0 });
  // The id of a key is there once: its row goes before it comes again.
  const isKey = (change: Change) => kindOf(change) === "api-key";
  const [rows, keys] = [additions.filter((change) => !isKey(change)), additions.filter(isKey)];
  const changes = [...rows, ...removals, removedRow(kind, current), ...keys, trail];
  const [dangling] = danglingRows(apply(policy, changes));
  if (dangling && "permission" in dangling) {
    throw refused(
      "PATTERN_COVERS_NOTHING",
      `the pattern ${quote(dangling.permission)} would cover nothing: ungrant it first`,
    );
  }
  return changes;
}

/** A row with the new name in place of the old one. A grant of `p:own` refers to `p`, too. */
function renamedRow(kind: Kind, row: AnyRow, fields: readonly string[], names: { from: string; to: string }): AnyRow {
  const { from, to } = names;
  const renamed: Record<string, AnyRow[string]> = { ...row };
  for (const field of fields) {
    const value = row[field];
    if (typeof value === "object" && value !== null) {
      renamed[field] = value.map((name) => (name === from ? to : name)).sort(byBytes);
      continue;
    }
    const name = String(value);
    if (name === from) renamed[field] = to;
    else if (field === "permission" && name === `${from}:own`) renamed[field] = `${to}:own`;
  }
  if (kind !== "conditional" || !fields.includes("permission")) return renamed;
  const conditional = renamed as Rows["conditional"];
  // What it leaves out is a part of its key.
  return conditionalRow(conditional, {
    ...conditional,
    but: conditional.but.map((name) => (name === from ? to : name)),
  });
}

function needEntity(policy: Policy, kind: Named, name: string): AnyRow {
  const current = rowsOf(policy, kind).get(name);
  if (!current) throw new UnknownName(kind, name);
  return current;
}
