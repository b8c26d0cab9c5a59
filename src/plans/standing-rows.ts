/** Whether the rows of a plan stand as it found them, or as it leaves them. */
import {
  apply,
  type Change,
  changeOf,
  inverse,
  keyFields,
  kindOf,
  rowAfter,
  rowInWords,
} from "../policy/model/change.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import { quote } from "../policy/model/names.ts";
import { keyOf, type Policy, rowsOf, sameValue } from "../policy/model/policy.ts";
import { recordOf } from "../policy/model/records.ts";
import type { AnyRow, Value } from "../policy/model/rows.ts";
import { danglingRows } from "../policy/rules/dangling-rows.ts";

const PEOPLE: ReadonlySet<string> = new Set(["user", "assignment", "api-key"]);

/** The rows that changes are compared with, and those that may refer to what they remove. */
export function rowsOfChanges(changes: readonly Change[]): NeededRows {
  const users = [...new Set(changes.flatMap((change) => ("user" in change ? [change.user] : [])))];
  if (changes.every((change) => PEOPLE.has(kindOf(change)))) {
    const roles = [...new Set(changes.flatMap((change) => ("role" in change ? [change.role] : [])))];
    return { users, keysOf: users, roles, grants: "none" };
  }
  const holders = changes.flatMap((change) => (change.kind === "role.remove" ? [change.role] : []));
  return { users, keysOf: users, holders, roles: "all", permissions: "all" };
}

/** A former name has the revision of its renaming in its key, and comes with rows that are compared. */
const isCompared = (change: Change): boolean => kindOf(change) !== "former";

/** True where every row stands as the changes leave it. */
export const allStand = (policy: Policy, changes: readonly Change[]): boolean =>
  changes.filter(isCompared).every((change) => {
    return changeOf(kindOf(change), currentOf(policy, change), rowAfter(change, 0)) === undefined;
  });

/** What keeps changes from being made of the rows that they were planned on, as a sentence; the first of it. */
export function staleness(policy: Policy, changes: readonly Change[]): string | undefined {
  for (const change of changes.filter(isCompared)) {
    const current = currentOf(policy, change);
    const before = change.before === null ? undefined : rowAfter(inverse(change), 0);
    if (changeOf(kindOf(change), current, before)) return `the ${rowInWords(change)} ${inWords(change, current)}`;
  }
  if (!changes.some((change) => change.after === null)) return undefined;
  const known = new Set(danglingRows(policy).map(rowInWords));
  const dangling = danglingRows(apply(policy, changes))
    .map(rowInWords)
    .find((row) => !known.has(row));
  return dangling && `the ${dangling} is there now, and refers to what the plan removes`;
}

const currentOf = (policy: Policy, change: Change): AnyRow | undefined =>
  rowsOf(policy, kindOf(change)).get(keyOf(kindOf(change), keyFields(change))) as AnyRow | undefined;

/** What a row is now that should be as before a change. */
function inWords(change: Change, current: AnyRow | undefined): string {
  if (current === undefined) return "is not there any more";
  if (change.before === null) return "is there already";
  const before = change.before as AnyRow;
  const differing = recordOf(kindOf(change)).fields.filter((field) => !sameValue(current[field], before[field]));
  return `is another now: ${differing.map((field) => `${field} ${valueInWords(current[field])}`).join(", ")}`;
}

const valueInWords = (value: Value | undefined): string =>
  typeof value === "string" ? quote(value) : value === null || value === undefined ? "none" : String(value);
