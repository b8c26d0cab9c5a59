/** What changes only because something was renamed: rows that are removed and added again under the new name. */
import { byBytes } from "../model/byte-order.ts";
import { type Change, keyFields, kindOf } from "../model/change.ts";
import { keyOf } from "../model/policy.ts";
import { recordOf } from "../model/records.ts";
import type { AnyRow, Kind } from "../model/rows.ts";

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
    for (const { of, name, former } of renames) {
      const before = keyUnderName(kind, keyFields(addition), of, name, former);
      const removal = before && removals.get(`${kind} ${keyOf(kind, before)}`);
      if (!removal || JSON.stringify(removal.before) !== JSON.stringify(addition.after)) continue;
      moved.add(addition).add(removal);
    }
  }
  for (const change of changes) if (changesNamesOnly(change, renames)) moved.add(change);
  return moved;
}

/** The former names of what changes rename, by the new ones. */
export const formerNamesOf = (changes: readonly Change[], kind: Kind): ReadonlyMap<string, string> =>
  new Map(
    changes.flatMap((change) =>
      change.kind === "former.add" && change.of === kind ? [[change.name, change.former] as const] : [],
    ),
  );

type Renaming = { readonly of: Kind; readonly name: string; readonly former: string };

/** True where lists of names have the new name for the former one, and nothing else of the row differs. */
function changesNamesOnly(change: Change, renames: readonly Renaming[]): boolean {
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

/** The key with the former name in place of the new one; `undefined` if it does not hold the name. */
function keyUnderName(kind: Kind, key: AnyRow, of: Kind, name: string, former: string): AnyRow | undefined {
  const { refersTo } = recordOf(kind);
  const fields = kind === of ? [kind] : Object.keys(refersTo).filter((field) => refersTo[field] === of);
  const renamed = Object.fromEntries(
    fields.flatMap((field) => {
      if (key[field] === name) return [[field, former] as const];
      return field === "permission" && key[field] === `${name}:own` ? [[field, `${former}:own`] as const] : [];
    }),
  );
  return Object.keys(renamed).length === 0 ? undefined : { ...key, ...renamed };
}
