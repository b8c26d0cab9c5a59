/** Reads documents of lines: a line of NDJSON states one fact, a line of CSV a user and perhaps an assignment. */
import { nearest } from "../model/name-suggestions.ts";
import { quote } from "../model/names.ts";
import { allFields, DOCUMENTED_KINDS, forEachKind, RECORDS } from "../model/records.ts";
import type { Kind } from "../model/rows.ts";
import type { Part } from "../part/part.ts";
import { type Fact, FactReader, NO_LINT, type ParsedDocument } from "./facts.ts";
import type { DocumentPlace, Problems, Source } from "./problems.ts";
import { readFact } from "./read-conditional.ts";
import { readPart } from "./read-part.ts";
import { SECTIONS, type Section, sectionOf } from "./sections.ts";

type NumberedLines = readonly (readonly [line: number, value: unknown])[];
type Fields = Readonly<Record<string, unknown>>;

/** Reads the lines of NDJSON. The first is the header `{"rbac":1,"sections":[…]}`. */
export function readRows(source: Source, rows: NumberedLines, problems: Problems): ParsedDocument {
  const [header, ...rest] = rows.map(([, value]) => value);
  const place = { source, path: [0] };
  const { sections, part } = readHeader(place, header, problems);
  const reader = new FactReader(problems);
  const facts = rest.flatMap((value, index) => readRow({ source, path: [index + 1] }, value, reader) ?? []);
  for (const fact of facts) requireListed(fact, sections, problems);
  return { part, place, sections: sections ?? sectionsOf(facts), facts, tests: [], lint: NO_LINT };
}

/** Adds a problem if the header lists sections, but not that of the fact. */
export function requireListed(
  { kind, row, place }: Fact,
  sections: ReadonlySet<Section> | undefined,
  problems: Problems,
): void {
  const section = sectionOf(kind, row);
  if (section !== null && sections && !sections.has(section))
    problems.add(place, "SECTION_MISSING", `the first line does not list the section ${section}`);
}

/** The sections of facts. */
const sectionsOf = (facts: readonly Fact[]): Set<Section> =>
  new Set(facts.flatMap(({ kind, row }) => sectionOf(kind, row) ?? []));

/** What the header of NDJSON says. */
interface Header {
  /** `undefined` if it lists none, so that the rows decide. */
  readonly sections?: ReadonlySet<Section>;
  readonly part?: Part | undefined;
}

export function readHeader(place: DocumentPlace, value: unknown, problems: Problems): Header {
  const { rbac, sections, part, ...others } = isMapping(value) ? value : {};
  if (rbac !== 1 || !(sections === undefined || Array.isArray(sections))) {
    problems.add(place, "HEADER_MISSING", 'the first line must be {"rbac":1,"sections":[…]}');
    return {};
  }
  for (const unknownName of Object.keys(others))
    problems.add(place, "KEY_UNKNOWN", `unknown key ${quote(unknownName)}`);
  for (const name of sections?.filter((section) => !isSection(section)) ?? [])
    problems.add(place, "KEY_UNKNOWN", `unknown section ${quote(String(name))}`);
  return {
    ...(sections && { sections: new Set(sections.filter(isSection)) }),
    ...(part !== undefined && { part: readPart(place, part, problems) }),
  };
}

const isSection = (name: unknown): name is Section => SECTIONS.has(name as Section);

export function readRow(place: DocumentPlace, value: unknown, reader: FactReader): Fact | undefined {
  const row = isMapping(value) ? value : {};
  const kind = DOCUMENTED_KINDS.find((known) => known === row.kind);
  if (!kind) {
    reader.problems.add(place, "KIND_UNKNOWN", `a row needs a kind: one of ${DOCUMENTED_KINDS.join(", ")}`);
    return undefined;
  }
  const fault = unknownKey(kind, row);
  if (fault) reader.problems.add(place, "KEY_UNKNOWN", fault);
  return fault ? undefined : readFact(reader, place, kind, row);
}

/** The keys that a row of each kind may have, without `kind`. */
const KEYS = forEachKind((kind): readonly string[] => [
  ...allFields(kind),
  ...(RECORDS[kind].isNamed ? ["was"] : []),
  "reason",
]);

/** The fault of the keys of a row as a message, or `undefined`. */
function unknownKey(kind: Kind, written: Fields): string | undefined {
  const known = KEYS[kind];
  const unknownName = Object.keys(written).find((name) => name !== "kind" && !known.includes(name));
  if (unknownName === undefined) return undefined;
  const suggestions = nearest(unknownName, known);
  const hint = suggestions.length > 0 ? `; did you mean ${suggestions.join(" or ")}?` : "";
  return `unknown key ${quote(unknownName)}${hint}`;
}

const COLUMNS = ["user", "role", "scope", "from", "until", "reason"];

/** Reads the records of CSV. The first one names the columns; a record without a role states only a user. */
export function readRecords(source: Source, records: NumberedLines, problems: Problems): ParsedDocument {
  const [columns = [], ...rest] = records.map(([, cells]) => cells as readonly string[]);
  const first = { source, path: [0] };
  const empty = { part: undefined, place: first, tests: [], lint: NO_LINT };
  if (!areColumns(first, columns, problems)) return { ...empty, sections: new Set(), facts: [] };
  if (rest.length === 0) problems.add(first, "RECORDS_MISSING", NO_RECORDS);
  const reader = new FactReader(problems, true);
  const facts = rest.flatMap((cells, index) => {
    const place = { source, path: [index + 1] };
    const fields = fieldsOf(place, columns, cells, problems);
    if (!fields) return [];
    // Each cell first, so that a fault has its column.
    const isFaulty = columns
      .map((column, i) => !cells[i] || reader.field({ source, path: [index + 1, i] }, null, column, cells[i]))
      .includes(undefined);
    if (isFaulty) return [];
    const user = reader.fact(place, "user", { user: fields.user });
    const assignment = fields.role === undefined ? undefined : reader.fact(place, "assignment", fields);
    return [user, assignment].filter((fact): fact is Fact => fact !== undefined);
  });
  return { ...empty, sections: new Set<Section>(["users"]), facts };
}

/**
 * The records of CSV as the rows of NDJSON that state the same, part by part: for a list too large for memory. The
 * place of a fault is its line.
 */
export function* rowsOfRecords(
  source: Source,
  parts: Iterable<NumberedLines>,
  problems: Problems,
): Generator<NumberedLines, void> {
  let columns: readonly string[] | undefined;
  let count = 0;
  for (const part of parts) {
    const rows: [line: number, row: unknown][] = [];
    for (const [line, value] of part) {
      const [place, cells] = [{ source, path: [line] }, value as readonly string[]];
      if (!columns) {
        if (!areColumns(place, cells, problems)) return;
        columns = cells;
        rows.push([line, { rbac: 1, sections: ["users"] }]);
        continue;
      }
      count += 1;
      const fields = fieldsOf(place, columns, cells, problems);
      if (fields) rows.push([line, { kind: "user", user: fields.user }]);
      if (fields?.role !== undefined) rows.push([line, { kind: "assignment", ...fields }]);
    }
    yield rows;
  }
  if (count === 0) problems.add({ source, path: [1] }, "RECORDS_MISSING", NO_RECORDS);
}

const NO_RECORDS = "a list without a line is no list of people";

/** Adds a problem for a first record that does not name the columns. */
function areColumns(place: DocumentPlace, columns: readonly string[], problems: Problems): boolean {
  const badColumn = columns.find((column, index) => !COLUMNS.includes(column) || columns.indexOf(column) !== index);
  if (badColumn === undefined && columns.includes("user")) return true;
  const asIn = `the first line must name the columns, as in ${COLUMNS.join(",")}, of which user is needed`;
  problems.add(place, "HEADER_MISSING", `${asIn}; it is ${quote(columns.join(","))}`);
  return false;
}

/** The cells of a record by their columns, without the empty ones. Adds a problem for too many or too few. */
function fieldsOf(place: DocumentPlace, columns: readonly string[], cells: readonly string[], problems: Problems) {
  if (cells.length === columns.length)
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] || undefined]));
  problems.add(place, "COLUMNS_WRONG", `${cells.length} cells where the header names ${columns.length}`);
  return undefined;
}

const isMapping = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
