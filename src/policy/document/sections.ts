/** The sections of a document, and the kinds of rows that each states. */
import { grouped } from "../model/group-by.ts";
import { DOCUMENTED_KINDS, RECORDS, recordOf } from "../model/records.ts";
import { type AnyRow, type Kind, SETTINGS, type Setting } from "../model/rows.ts";
import { mayHold, type Part } from "../part/part.ts";

/** A setting of the policy is a section of its own, named like the setting. */
export type Section = NonNullable<(typeof RECORDS)[Kind]["section"]> | Setting;

/** The section that states a row; `null` where none does. */
export const sectionOf = (kind: Kind, row: AnyRow): Section | null =>
  kind === "policy" ? (row.setting as Setting) : RECORDS[kind].section;

/** What resources have is read best beside the permissions that are about them. */
const FIRST: readonly Kind[] = ["permission", "attribute"];

/** The sections of a document in their order, with the kinds of rows in each. */
export const SECTIONS: ReadonlyMap<Section, readonly Kind[]> = new Map([
  ...grouped([...new Set([...FIRST, ...DOCUMENTED_KINDS])], (kind) => RECORDS[kind].section as Section),
  ...SETTINGS.map((setting): [Section, readonly Kind[]] => [setting, ["policy"]]),
]);

/** The sections of the document of a part: those of its rows, and of what these may refer to. */
export function sectionsOfPart(part: Part): Section[] {
  const own = DOCUMENTED_KINDS.filter((kind) => mayHold(part, kind));
  const all: readonly Kind[] = own.flatMap((kind) => [kind, ...Object.values(recordOf(kind).refersTo)]);
  return [...SECTIONS].flatMap(([section, kinds]) => (kinds.some((kind) => all.includes(kind)) ? [section] : []));
}
