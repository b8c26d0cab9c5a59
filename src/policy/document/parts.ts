/** What is refused of documents that keep to a part, before anything is decided by them. */

import { recordOf } from "../model/records.ts";
import { liesIn, meet, type Part } from "../part/part.ts";
import { partText } from "../part/part-texts.ts";
import { rowText } from "./claims.ts";
import type { Fact, ParsedDocument } from "./facts.ts";
import { type Problems, placeText } from "./problems.ts";

/**
 * Adds a problem for a fact that states a row outside of the parts, or renames one. A mere name states none: it is what
 * the part needs, whatever else is true of it.
 */
export function requireWithin(fact: Fact, within: readonly Part[], problems: Problems): void {
  if (within.length === 0) return;
  const { kind, row, was, place } = fact;
  const former = was === null ? [] : [{ ...row, [kind]: was }];
  const isBareName = isName(fact) && was === null; // A renaming puts all that refers to the old name under the new one.
  for (const said of isBareName ? [] : [row, ...former]) {
    const left = within.find((part) => !liesIn(part, kind, said));
    if (left) problems.add(place, "OUTSIDE_PART", `${rowText(kind, said)} is outside of the part ${partText(left)}`);
  }
}

/** True for a fact that only says that a user, a role or a permission is there. */
const isName = ({ kind, row }: Fact): boolean => {
  const { isNamed, fields } = recordOf(kind);
  return isNamed && fields.every((field) => row[field] === undefined);
};

/** Adds a problem for each document whose part meets that of one before it. */
export function refuseMeetingParts(documents: readonly ParsedDocument[], problems: Problems): void {
  const said = documents.flatMap(({ part, place }) => (part ? [{ part, place }] : []));
  said.forEach(({ part, place }, index) => {
    const other = said.slice(0, index).find((before) => meet(before.part, part));
    if (other)
      problems.add(
        place,
        "PARTS_MEET",
        `the part ${partText(part)} meets ${partText(other.part)} at ${placeText(other.place)}`,
      );
  });
}
