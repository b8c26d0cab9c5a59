/** Documents as rows: NDJSON states one fact a line, CSV one assignment. */

import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";
import { KINDS, type Kind, RECORDS, SECTIONS, type Section } from "../model/policy.ts";
import { type Fact, FactReader, type ParsedDocument } from "./facts.ts";
import type { DocumentPlace, Problems, Source } from "./problems.ts";

type Rows = readonly (readonly [line: number, value: unknown])[];
type Fields = Readonly<Record<string, unknown>>;

/** Reads the rows of NDJSON, of which the first says `{"rbac":1,"sections":[…]}`. */
export function readRows(source: Source, rows: Rows, problems: Problems): ParsedDocument {
  const [header, ...rest] = rows.map(([, value]) => value);
  const sections = readHeader({ source, path: [0] }, header, problems);
  const reader = new FactReader(problems);
  const facts = rest.flatMap((value, at) => readRow({ source, path: [at + 1] }, value, reader) ?? []);
  for (const fact of facts) requireListed(fact, sections, problems);
  return { sections: sections ?? new Set(facts.map(({ kind }) => sectionOf(kind))), facts, tests: [] };
}

/** A row belongs to a section that the header lists, where it lists any. */
export function requireListed(
  { kind, place }: Fact,
  sections: ReadonlySet<Section> | undefined,
  problems: Problems,
): void {
  const section = sectionOf(kind);
  if (sections && !sections.has(section))
    problems.add(place, "SECTION_MISSING", `the first line does not list the section ${section}`);
}

export const sectionOf = (kind: Kind): Section => SECTION_OF[kind];

const SECTION_OF = Object.fromEntries(
  (Object.keys(SECTIONS) as Section[]).flatMap((section) => SECTIONS[section].map((kind) => [kind, section])),
) as { readonly [K in Kind]: Section };

/** The sections that the header states; `undefined` where it leaves them to the rows. */
export function readHeader(place: DocumentPlace, value: unknown, problems: Problems): Set<Section> | undefined {
  const { rbac, sections = [], ...others } = isMapping(value) ? value : {};
  if (rbac !== 1 || !Array.isArray(sections)) {
    problems.add(place, "HEADER_MISSING", 'the first line must be {"rbac":1,"sections":[…]}');
    return undefined;
  }
  if (isMapping(value) && value.sections === undefined && Object.keys(others).length === 0) return undefined;
  for (const odd of Object.keys(others)) problems.add(place, "KEY_UNKNOWN", `unknown key ${quote(odd)}`);
  for (const name of sections.filter((section) => !isSection(section))) {
    problems.add(place, "KEY_UNKNOWN", `unknown section ${quote(String(name))}`);
  }
  return new Set(sections.filter(isSection));
}

/** Asked of the table's own keys: a header may name anything, what every object inherits included. */
const isSection = (name: unknown): name is Section => typeof name === "string" && Object.hasOwn(SECTIONS, name);

export function readRow(place: DocumentPlace, value: unknown, reader: FactReader): Fact | undefined {
  const row = isMapping(value) ? value : {};
  const kind = KINDS.find((known) => known === row.kind);
  if (!kind) {
    reader.problems.add(place, "KIND_UNKNOWN", `a row needs a kind: one of ${KINDS.join(", ")}`);
    return undefined;
  }
  const odd = unknownKey(kind, row);
  if (odd) reader.problems.add(place, "KEY_UNKNOWN", odd);
  return odd ? undefined : reader.fact(place, kind, row);
}

/** The keys that a row may have besides its kind. */
const KEYS = Object.fromEntries(
  KINDS.map((kind) => [kind, [...RECORDS[kind].key, ...RECORDS[kind].fields, "reason"]]),
) as unknown as { readonly [K in Kind]: readonly string[] };

/** What is wrong with the keys of a row, before its values are looked at. */
function unknownKey(kind: Kind, written: Fields): string | undefined {
  const known = KEYS[kind];
  const odd = Object.keys(written).find((name) => name !== "kind" && !known.includes(name));
  if (odd === undefined) return undefined;
  const near = nearest(odd, known);
  return `unknown key ${quote(odd)}${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`;
}

const COLUMNS = ["user", "role", "scope", "from", "until", "reason"];

/** Reads the records of CSV, of which the first names the columns. A line without a role states just the user. */
export function readRecords(source: Source, records: Rows, problems: Problems): ParsedDocument {
  const [header, ...rest] = records.map(([, cells]) => cells as readonly string[]);
  const columns = header ?? [];
  const wrong = columns.find((column, at) => !COLUMNS.includes(column) || columns.indexOf(column) !== at);
  if (wrong !== undefined || !columns.includes("user")) {
    problems.add(
      { source, path: [0] },
      "HEADER_MISSING",
      `the first line names the columns: ${COLUMNS.join(",")}, of which user is needed`,
    );
    return { sections: new Set(), facts: [], tests: [] };
  }
  if (rest.length === 0)
    problems.add({ source, path: [0] }, "RECORDS_MISSING", "a list without a line is no list of people");
  const reader = new FactReader(problems);
  const facts = rest.flatMap((cells, at) => {
    const place = { source, path: [at + 1] };
    if (cells.length !== columns.length) {
      problems.add(place, "COLUMNS_WRONG", `${cells.length} cells where the header names ${columns.length}`);
      return [];
    }
    const fields = Object.fromEntries(columns.map((column, i) => [column, cells[i] || undefined]));
    const user = reader.fact(place, "user", { user: fields.user });
    const held = fields.role === undefined ? undefined : reader.fact(place, "assignment", fields);
    return [user, held].filter((fact): fact is Fact => fact !== undefined);
  });
  return { sections: new Set<Section>(["users"]), facts, tests: [] };
}

const isMapping = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
