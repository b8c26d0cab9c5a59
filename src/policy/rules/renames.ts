/** What changes only because something was renamed: rows that are removed and added again under the new name. */
import { byBytes } from "../model/byte-order.ts";
import { type Change, keyFields, kindOf } from "../model/change.ts";
import { rowUnderFormerNames } from "../model/conditional-digest.ts";
import { keyOf, type NameChange, sameValue } from "../model/policy.ts";
import { recordOf } from "../model/records.ts";
import type { AnyRow, Value } from "../model/rows.ts";

/**
 * The removals and additions that are one row under two names: the guard judges them as neither (rule 24).
 * @param changes of one revision, with the former names that it records
 */
export function movedByRenames(changes: readonly Change[]): ReadonlySet<Change> {
  const moved = new Set<Change>();
  const renames = changes.flatMap((change) => (change.kind === "former.add" ? [change] : []));
  if (renames.length === 0) return moved;
  const removals = new Map(changes.filter(({ after }) => after === null).map((change) => [placeOf(change), change]));
  for (const addition of changes.filter(({ before }) => before === null)) {
    const kind = kindOf(addition);
    const before = rowUnderFormerNames(addition, renames);
    if (!before) continue;
    const place = `${kind} ${keyOf(kind, before)}`;
    const removal = removals.get(place);
    const isSame =
      removal && recordOf(kind).fields.every((field) => sameValue(removedField(removal, field), before[field]));
    if (!isSame) continue;
    moved.add(addition).add(removal);
    removals.delete(place); // One row moves once: a second one like it is new, and is judged.
  }
  for (const change of changes) if (changesNamesOnly(change, renames)) moved.add(change);
  return moved;
}

const removedField = (removal: Change, field: string): Value => (removal.before as AnyRow | null)?.[field] ?? null;

/** True where lists of names have the new name for the former one, and nothing else of the row differs. */
function changesNamesOnly(change: Change, renames: readonly NameChange[]): boolean {
  if (change.before === null || change.after === null) return false;
  const { refersTo } = recordOf(kindOf(change));
  const underNewNames = Object.entries(change.before).map(([field, value]) => {
    if (!Array.isArray(value)) return [field, value] as const;
    const ofField = renames.filter(({ of }) => of === refersTo[field]);
    return [
      field,
      value.map((old) => ofField.find(({ former }) => former === old)?.name ?? old).sort(byBytes),
    ] as const;
  });
  return JSON.stringify(Object.fromEntries(underNewNames)) === JSON.stringify(change.after);
}

const placeOf = (change: Change): string => `${kindOf(change)} ${keyOf(kindOf(change), keyFields(change))}`;
