/** Reads inputs of all forms and merges them into one document. */
import type { OnProgress } from "../../progress.ts";
import type { Part } from "../part/part.ts";
import { partsOf } from "./claims.ts";
import { type Document, merge } from "./facts.ts";
import { refuseMeetingParts, requireWithin } from "./parts.ts";
import { Problems, type Source } from "./problems.ts";
import { readDocument } from "./read-nested.ts";
import { readRecords, readRows } from "./read-rows.ts";
import { joinParts, type PartedDocument, type RowStream, readStream, type StreamedPeople } from "./read-stream.ts";

/**
 * The value of an input by its form: a nested value, `[line, value]` pairs, or for a stream a function that reads such
 * pairs.
 */
export interface DocumentInput extends Source {
  readonly form: "nested" | "rows" | "records" | "rowStream" | "recordStream";
  readonly value: unknown;
}

type NumberedValues = readonly (readonly [number, unknown])[];

/** What documents are read with. */
interface Reading {
  /** A part that all of them keep to, beside their own. */
  readonly only?: Part | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Reads and merges documents. @throws RbacError `DOCUMENT_INVALID` (exit 2) with every problem of all of them. */
export const documentOf = (inputs: readonly DocumentInput[], how: Reading = {}): Document =>
  joinParts(partedDocumentOf(inputs, how));

/** The same, but users and assignments of streams are kept apart, because they may be too large for memory. */
export function partedDocumentOf(inputs: readonly DocumentInput[], how: Reading = {}): PartedDocument {
  const { only, onProgress } = how;
  const problems = new Problems();
  const people: StreamedPeople[] = [];
  const parsed = inputs.map((input) => {
    onProgress?.({ step: `checking ${input.name}` });
    if (input.form === "rowStream" || input.form === "recordStream") {
      const stream = readStream(input as RowStream, problems, only);
      people.push(stream.people);
      return stream.parsed;
    }
    const document = READERS[input.form](input, input.value as NumberedValues, problems);
    for (const fact of document.facts) requireWithin(fact, partsOf(document.part, only), problems);
    return document;
  });
  refuseMeetingParts(parsed, problems);
  const rest = merge(parsed, problems, only);
  problems.throwIfAny();
  return { rest, people, rereadRest: () => partedDocumentOf(inputs, { only }).rest };
}

/** What reads the inputs that are values, by their form. */
const READERS = { nested: readDocument, rows: readRows, records: readRecords };
