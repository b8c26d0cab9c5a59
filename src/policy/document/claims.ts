/** What documents speak for: the rows of their sections in their parts. Nothing else is pruned, or changed, by them. */
import { refused } from "../../errors.ts";
import { type Change, keyFields, kindOf } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { recordOf } from "../model/records.ts";
import type { AnyRow, Kind } from "../model/rows.ts";
import { liesIn, type Part } from "../part/part.ts";
import { type DocumentPlace, Problems, placeText } from "./problems.ts";
import { type Section, sectionOf } from "./sections.ts";

/** What a document speaks for: of its sections the rows that lie in each of some parts; without parts, all of them. */
export interface Claim {
  readonly sections: ReadonlySet<Section>;
  readonly within: readonly Part[];
  /** Where the document says its part; where it has none, its beginning. */
  readonly place: DocumentPlace;
}

/** The parts that a document keeps to: its own, and the one that its command was given. */
export const partsOf = (own: Part | undefined, only: Part | undefined): readonly Part[] =>
  [own, only].filter((part) => part !== undefined);

const isWithin = (within: readonly Part[], kind: Kind, row: AnyRow): boolean =>
  within.every((part) => liesIn(part, kind, row));

/** True if a document speaks for a row: it has the section, and the row lies in its part. */
export const isClaimed = (claims: readonly Claim[], kind: Kind, row: AnyRow): boolean => {
  const section = sectionOf(kind, row);
  return claims.some(
    ({ sections, within }) => section !== null && sections.has(section) && isWithin(within, kind, row),
  );
};

/** A row as messages name it: its kind and its key. */
export const rowText = (kind: Kind, row: AnyRow): string => {
  const named = recordOf(kind).key.flatMap((field) => (row[field] === null ? [] : [quote(String(row[field]))]));
  return `${kind} ${named.join(" ")}`;
};

/**
 * Refuses to prune by documents of which some keep to a part, and others speak for the whole policy.
 * @throws RbacError `DOCUMENT_INVALID` (exit 2) with the place of each that has no part.
 */
export function refuseWholeBesidePart(claims: readonly Claim[]): void {
  const parted = claims.find(({ within }) => within.length > 0);
  if (!parted) return;
  const problems = new Problems();
  for (const { within, place } of claims)
    if (within.length === 0)
      problems.add(
        place,
        "PARTS_MEET",
        `to prune, this document needs a part, as that at ${placeText(parted.place)} has`,
      );
  problems.throwIfAny();
}

/**
 * Refuses changes of rows that stand outside of what documents speak for: rows that refer to what they no longer
 * state, or a constraint of their name about other roles.
 * @throws RbacError `OUTSIDE_PART` (exit 3) that names them.
 */
export function refuseOutside(changes: readonly Change[], claims: readonly Claim[]): void {
  if (claims.length === 0 || claims.some(({ within }) => within.length === 0)) return;
  const left = changes.filter((change) => {
    const [kind, before] = [kindOf(change), change.before];
    return before !== null && !claims.some(({ within }) => isWithin(within, kind, { ...keyFields(change), ...before }));
  });
  if (left.length === 0) return;
  const named = left.slice(0, MOST_NAMED).map((change) => rowText(kindOf(change), keyFields(change)));
  const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : "";
  throw refused("OUTSIDE_PART", `this would take along what stands outside of the part: ${named.join(", ")}${more}`);
}

const MOST_NAMED = 5;

/** The changes of rows that documents with parts speak for; all where none has a part. */
export const changesWithin = (changes: readonly Change[], claims: readonly Claim[]): readonly Change[] => {
  const parted = claims.filter(({ within }) => within.length > 0);
  const isKept = (change: Change) =>
    [change.before, change.after].some(
      (fields) =>
        fields !== null &&
        parted.some(({ within }) => isWithin(within, kindOf(change), { ...keyFields(change), ...fields })),
    );
  return parted.length === 0 ? changes : changes.filter(isKept);
};
