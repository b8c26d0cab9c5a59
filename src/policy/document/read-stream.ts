/**
 * Reads documents that are too large for memory. The structure is kept; people (users and assignments) are read
 * again, part by part, when they are written.
 */

import { PEOPLE_KINDS, RECORDS } from "../model/records.ts";
import type { Kind } from "../model/rows.ts";
import type { Part } from "../part/part.ts";
import { partsOf } from "./claims.ts";
import { type Document, type Fact, FactReader, merge, mergedFacts, NO_LINT, type ParsedDocument } from "./facts.ts";
import { requireWithin } from "./parts.ts";
import { type DocumentPath, type DocumentPlace, Problems, type Source } from "./problems.ts";
import { readHeader, readRow, requireListed, rowsOfRecords } from "./read-rows.ts";
import { type Section, sectionOf } from "./sections.ts";

/**
 * Lines of NDJSON, or records of CSV, that are read part by part, from the start on each call of `value`. The first of
 * all is the header.
 */
export interface RowStream extends Source {
  readonly form: "rowStream" | "recordStream";
  readonly value: () => Iterable<readonly (readonly [line: number, value: unknown])[]>;
}

/** The users and assignments of a stream. Each part is a document of its own: first all users, then all assignments. */
export interface StreamedPeople {
  /** The number of rows in all parts. */
  readonly count: number;
  parts(): Iterable<{ readonly document: Document; readonly rows: number }>;
}

/** A document with the users and assignments of streams kept apart from the rest. */
export interface PartedDocument {
  readonly rest: Document;
  /** Reads the rest again, so that it can be released while the people are written. */
  rereadRest(): Document;
  readonly people: readonly StreamedPeople[];
}

/** The place of a line, in two words: there may be a million of them in memory. */
class LinePlace implements DocumentPlace {
  readonly source: Source;
  readonly #line: number;

  constructor(source: Source, line: number) {
    this.source = source;
    this.#line = line;
  }

  get path(): DocumentPath {
    return [this.#line];
  }
}

/** The rows of a stream from the start. @param problems gets what is wrong with records as such */
const rowsOf = (stream: RowStream, problems: Problems) =>
  stream.form === "recordStream" ? rowsOfRecords(stream, stream.value(), problems) : stream.value();

/** The number of facts that are decided and written at a time. */
const PART_SIZE = 10_000;
/**
 * Checks all rows of a stream, and returns the structure. People are only counted.
 * @param only a part that the rows must lie in, beside that of the header
 */
export function readStream(
  stream: RowStream,
  problems: Problems,
  only?: Part,
): { parsed: ParsedDocument; people: StreamedPeople } {
  let header: ReturnType<typeof readHeader> = {};
  const sections = new Set<Section>();
  const facts: Fact[] = [];
  let count = 0;
  let isFirst = true;
  const reader = new FactReader(problems, stream.form === "recordStream");
  for (const part of rowsOf(stream, problems)) {
    for (const [line, value] of part) {
      const place = new LinePlace(stream, line);
      if (isFirst) header = readHeader(place, value, problems);
      const fact = isFirst ? undefined : readRow(place, value, reader);
      isFirst = false;
      if (!fact) continue;
      requireListed(fact, header.sections, problems);
      requireWithin(fact, partsOf(header.part, only), problems);
      const section = sectionOf(fact.kind, fact.row);
      const { concerns } = RECORDS[fact.kind];
      if (section !== null) sections.add(section);
      if (concerns === "people") count += 1;
      else facts.push(fact);
    }
  }
  const place = new LinePlace(stream, 1);
  const parsed = { part: header.part, place, sections: header.sections ?? sections, facts, tests: [], lint: NO_LINT };
  return { parsed, people: peopleOf(stream, parsed.sections, count) };
}

/** A function of its own, so that the closure cannot keep the structure in memory. */
const peopleOf = (stream: RowStream, sections: ReadonlySet<Section>, count: number): StreamedPeople => ({
  count,
  parts: () => readParts(stream, sections),
});

function* readParts(stream: RowStream, sections: ReadonlySet<Section>): ReturnType<StreamedPeople["parts"]> {
  const partOf = (facts: readonly Fact[]) => ({
    document: mergeOne({ part: undefined, place: new LinePlace(stream, 1), sections, facts, tests: [], lint: NO_LINT }),
    rows: facts.length,
  });
  for (const kind of PEOPLE_KINDS) {
    let facts: Fact[] = [];
    for (const fact of readFacts(stream, kind)) {
      facts.push(fact);
      if (facts.length < PART_SIZE) continue;
      yield partOf(facts);
      facts = [];
    }
    if (facts.length > 0) yield partOf(facts);
  }
}

/** Reads the facts of a kind again. They were checked before, so that problems are ignored here. */
function* readFacts(stream: RowStream, kind: Kind): Iterable<Fact> {
  const ignored = new Problems();
  const reader = new FactReader(ignored, stream.form === "recordStream");
  for (const part of rowsOf(stream, ignored)) {
    for (const [line, value] of part) {
      const isOfKind = typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
      const fact = isOfKind ? readRow(new LinePlace(stream, line), value, reader) : undefined;
      if (fact) yield fact;
    }
  }
}

/** @throws RbacError `DOCUMENT_INVALID` (exit 2) for a key with two different values within the part. */
function mergeOne(parsed: ParsedDocument): Document {
  const problems = new Problems();
  const document = merge([parsed], problems);
  problems.throwIfAny();
  return document;
}

/**
 * Joins a parted document with all its people, in memory.
 * @throws RbacError `DOCUMENT_INVALID` (exit 2) for a key with two different values.
 */
export function joinParts({ rest, people }: Pick<PartedDocument, "rest" | "people">): Document {
  if (people.length === 0) return rest;
  const problems = new Problems();
  const document = { ...rest, facts: mergedFacts(factsInParts(rest, people), problems) };
  problems.throwIfAny();
  return document;
}

/** The facts part by part: each part is released once it is merged. */
function* factsInParts(rest: Document, people: readonly StreamedPeople[]): Iterable<Fact> {
  yield* factsOf(rest);
  for (const stream of people) for (const { document } of stream.parts()) yield* factsOf(document);
}

function* factsOf({ facts }: Document): Iterable<Fact> {
  for (const byKey of Object.values(facts)) yield* byKey.values();
}
