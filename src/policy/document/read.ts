/** Reads inputs of all forms and merges them into one document. */
import type { OnProgress } from "../../progress.ts";
import { type Document, merge } from "./facts.ts";
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

/** Reads and merges documents. @throws RbacError `DOCUMENT_INVALID` (exit 2) with every problem of all of them. */
export const documentOf = (inputs: readonly DocumentInput[], onProgress?: OnProgress): Document =>
  joinParts(partedDocumentOf(inputs, onProgress));

/** The same, but users and assignments of streams are kept apart, because they may be too large for memory. */
export function partedDocumentOf(inputs: readonly DocumentInput[], onProgress?: OnProgress): PartedDocument {
  const problems = new Problems();
  const people: StreamedPeople[] = [];
  const parsed = inputs.map((input) => {
    onProgress?.({ step: `checking ${input.name}` });
    if (input.form === "nested") return readDocument(input, input.value, problems);
    if (input.form === "rows") return readRows(input, input.value as NumberedValues, problems);
    if (input.form === "records") return readRecords(input, input.value as NumberedValues, problems);
    const stream = readStream(input as RowStream, problems);
    people.push(stream.people);
    return stream.parsed;
  });
  const rest = merge(parsed, problems);
  problems.throwIfAny();
  return { rest, people, rereadRest: () => partedDocumentOf(inputs).rest };
}
