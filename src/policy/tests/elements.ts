/** The elements of a policy: the rows that answers rest on, each of which a test may touch and a mutant change. */
import type { Document } from "../document/facts.ts";
import { by } from "../model/byte-order.ts";
import { keyOf, moreInWords, type Policy, rowsOf } from "../model/policy.ts";
import type { AnyRow } from "../model/rows.ts";

/** The kinds of rows that answers rest on. */
const ELEMENT_KINDS = ["grant", "conditional", "inheritance", "everyone", "assignment", "constraint"] as const;
export type ElementKind = (typeof ELEMENT_KINDS)[number];

/** How elements are counted: plain and conditional grants together, by their effect. */
export const ELEMENT_GROUPS = ["grants", "denies", "inheritance", "everyone", "assignments", "constraints"] as const;
type Group = (typeof ELEMENT_GROUPS)[number];

export interface Element {
  readonly kind: ElementKind;
  readonly group: Group;
  readonly key: string;
  readonly row: AnyRow;
  /** The command that would make it, such as `grant editor posts:update`. */
  readonly words: string;
}

/** The file and the line that state an element; `null` where no document does, as it stands in the database alone. */
export interface ElementPlace {
  readonly file: string | null;
  readonly line: number | null;
}

/** All elements of a policy: by kind, then by key, whatever the order in which they were read. */
export const elementsOf = (policy: Policy): Element[] =>
  ELEMENT_KINDS.flatMap((kind) =>
    [...rowsOf(policy, kind)].sort(by(([key]) => key)).map(([key, row]) => elementOf(kind, row, key)),
  );

export const elementOf = (kind: ElementKind, row: AnyRow, key = keyOf(kind, row)): Element => ({
  kind,
  group: groupOf(kind, row),
  key,
  row,
  words: wordsOf(kind, row),
});

/** What tells an element from all others. */
export const idOf = ({ kind, key }: Pick<Element, "kind" | "key">): string => `${kind}\0${key}`;

export function placeOf({ facts }: Pick<Document, "facts">, { kind, key }: Element): ElementPlace {
  const place = facts[kind].get(key)?.place;
  if (!place) return { file: null, line: null };
  return { file: place.source.name, line: place.source.locate(place.path, place.at).line };
}

function groupOf(kind: ElementKind, { effect }: AnyRow): Group {
  if (kind === "grant" || kind === "conditional") return effect === "deny" ? "denies" : "grants";
  if (kind === "assignment" || kind === "constraint") return `${kind}s`;
  return kind;
}

function wordsOf(kind: ElementKind, row: AnyRow): string {
  const { role, user, scope, permission, effect, inherits, from, until, constraint } = row;
  const on = scope ? ` on ${scope}` : "";
  switch (kind) {
    case "grant":
    case "conditional":
      return `${effect === "deny" ? "deny" : "grant"} ${role} ${permission}${on}${moreInWords(row)}`;
    case "inheritance":
      return `inherit ${role} ${inherits}`;
    case "everyone":
      return `everyone ${role}`;
    case "assignment":
      return `assign ${user} ${role}${on}${from ? ` from ${from}` : ""}${until ? ` until ${until}` : ""}`;
    case "constraint":
      return `constraint ${constraint}`;
  }
}
