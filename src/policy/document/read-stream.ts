/** Documents too long to hold: their structure is, their people are read again, part by part, when they are written. */

import type { Section } from "../model/policy.ts";
import { type Document, type Fact, FactReader, merge, type ParsedDocument } from "./facts.ts";
import { type DocumentPath, type DocumentPlace, Problems, type Source } from "./problems.ts";
import { readHeader, readRow, requireListed, sectionOf } from "./read-rows.ts";

/** Rows that come part by part, each time that they are asked for; the first of all is the header. */
export interface RowStream extends Source {
  readonly value: () => Iterable<readonly (readonly [line: number, value: unknown])[]>;
}

/** The people of a document, each part of them a document by itself: first all users, then all assignments. */
export interface StreamedPeople {
  readonly count: number;
  parts(): Iterable<Document>;
}

/** A document in which the people of streams are set apart. */
export interface PartedDocument {
  readonly rest: Document;
  /** Reads the rest again, so that it need not be held while the people are written. */
  again(): Document;
  readonly people: readonly StreamedPeople[];
}

/** The place of a row: a million of them are held as two words each. */
class Row implements DocumentPlace {
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

/** So many facts are decided and written at a time. */
const PART = 10_000;
const KINDS = ["user", "assignment"] as const;

const isOfPeople = ({ kind }: Fact): boolean => kind === "user" || kind === "assignment";

/** Judges all rows of a stream, and keeps those of structure. */
export function readStream(stream: RowStream, problems: Problems): { parsed: ParsedDocument; people: StreamedPeople } {
  let listed: ReadonlySet<Section> | undefined;
  const sections = new Set<Section>();
  const facts: Fact[] = [];
  let count = 0;
  let isFirst = true;
  const reader = new FactReader(problems);
  for (const part of stream.value()) {
    for (const [line, value] of part) {
      const place = new Row(stream, line);
      if (isFirst) listed = readHeader(place, value, problems);
      const fact = isFirst ? undefined : readRow(place, value, reader);
      isFirst = false;
      if (!fact) continue;
      requireListed(fact, listed, problems);
      sections.add(sectionOf(fact.kind));
      if (isOfPeople(fact)) count += 1;
      else facts.push(fact);
    }
  }
  const parsed = { sections: listed ?? sections, facts, tests: [] };
  return { parsed, people: peopleOf(stream, parsed.sections, count) };
}

/** Made where no structure is in sight, which would be held with it. */
const peopleOf = (stream: RowStream, sections: ReadonlySet<Section>, count: number): StreamedPeople => ({
  count,
  parts: () => partsOf(stream, sections),
});

function* partsOf(stream: RowStream, sections: ReadonlySet<Section>): Iterable<Document> {
  for (const kind of KINDS) {
    let facts: Fact[] = [];
    for (const fact of factsIn(stream, kind)) {
      facts.push(fact);
      if (facts.length < PART) continue;
      yield merged({ sections, facts, tests: [] });
      facts = [];
    }
    if (facts.length > 0) yield merged({ sections, facts, tests: [] });
  }
}

/** What was sound when it was judged is read again as it was. */
function* factsIn(stream: RowStream, kind: (typeof KINDS)[number]): Iterable<Fact> {
  const reader = new FactReader(new Problems());
  for (const part of stream.value()) {
    for (const [line, value] of part) {
      const isOfKind = typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
      const fact = isOfKind ? readRow(new Row(stream, line), value, reader) : undefined;
      if (fact) yield fact;
    }
  }
}

/** @throws RbacError `DOCUMENT_INVALID` (exit 2) for what is said in two ways within the part. */
function merged(parsed: ParsedDocument): Document {
  const problems = new Problems();
  const document = merge([parsed], problems);
  problems.throwIfAny();
  return document;
}

/** A document with all of its people, held. @throws RbacError `DOCUMENT_INVALID` (exit 2) for what is said in two ways. */
export function joinParts({ rest, people }: Pick<PartedDocument, "rest" | "people">): Document {
  if (people.length === 0) return rest;
  const held = [rest, ...people.flatMap((some) => [...some.parts()])];
  const problems = new Problems();
  const facts = held.flatMap((document) => Object.values(document.facts).flatMap((of) => [...of.values()]));
  const document = merge([{ sections: rest.sections, facts, tests: rest.tests }], problems);
  problems.throwIfAny();
  return document;
}
