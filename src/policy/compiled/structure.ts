/** What of a policy a compiled one is made of, beside people. */
import { KINDS, recordOf } from "../model/records.ts";

/**
 * The kinds of rows that affect verdicts, but users and assignments, with the fields that do. Referred kinds come
 * first, as in `KINDS`.
 */
export const STRUCTURE = KINDS.flatMap((kind) => {
  const { concerns, decisive } = recordOf(kind);
  return concerns === "structure" && decisive ? [{ kind, decisive }] : [];
});
