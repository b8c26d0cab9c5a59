/** Inputs of every form, read and merged into one document. */
import { readDocument } from "./document.ts";
import { type Document, merge } from "./facts.ts";
import { Problems, type Source } from "./problems.ts";
import { readRecords, readRows } from "./rows.ts";

/** What was read from somewhere: a nested value, or `[line, value]` pairs. */
export interface DocumentInput extends Source {
  readonly form: "nested" | "rows" | "records";
  readonly value: unknown;
}

type Pairs = readonly (readonly [number, unknown])[];

/** Reads and merges documents. @throws RbacError `DOCUMENT_INVALID` (exit 2) with every problem of all of them. */
export function documentOf(inputs: readonly DocumentInput[]): Document {
  const problems = new Problems();
  const parsed = inputs.map((input) => {
    if (input.form === "nested") return readDocument(input, input.value, problems);
    return (input.form === "rows" ? readRows : readRecords)(input, input.value as Pairs, problems);
  });
  const document = merge(parsed, problems);
  problems.throwIfAny();
  return document;
}
