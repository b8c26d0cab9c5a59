/** Creating, setting, renaming and deleting users, roles and permissions: one way for all three. */
import { type Named, refused, UnknownName } from "../errors.ts";
import { addedRow, apply, type Change, changeOf, removedRow } from "./change.ts";
import { dangling } from "./dangling.ts";
import { type AnyRow, DEFAULTS, KINDS, type Kind, keyOf, type Policy, RECORDS, type Rows, rowsOf } from "./model.ts";
import { quote } from "./names.ts";

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

/** Sets fields of a record that exists; what is not named stays. */
export function set<K extends Named>(policy: Policy, kind: K, name: string, fields: Fields<K>): Change[] {
  const standing = existing(policy, kind, name);
  const change = changeOf(kind, standing, { ...standing, ...fields });
  return change ? [change] : [];
}

/** Deletes a record and, as one listed change each, whatever refers to it or is left covering nothing (rule 16). */
export function remove(policy: Policy, kind: Named, name: string): Change[] {
  const change = removedRow(kind, existing(policy, kind, name));
  return [...dangling(apply(policy, [change])), change];
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
  ],
  permission: [["grant", "permission"]],
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
    for (const row of fields.length > 0 ? rowsOf(policy, of).values() : []) {
      const moved = movedRow(row, fields, from, to);
      if (keyOf(of, moved) === keyOf(of, row)) continue;
      come.push(addedRow(of, moved));
      gone.unshift(removedRow(of, row));
    }
  }
  const changes = [...come, ...gone, removedRow(kind, standing)];
  const [left] = dangling(apply(policy, changes));
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
    const name = String(row[field]);
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
