/** The documented JSON of an error. */
import type { RbacError } from "../errors.ts";

/** What of an error is shown. */
export type ErrorFields = Pick<
  RbacError,
  "code" | "message" | "suggestions" | "problems" | "violations" | "refusals" | "exitCode" | "retry"
>;

/** @returns the document; `problems`, `violations`, `refusals` and `retry` only where they apply */
export function errorJson(fields: ErrorFields): object {
  const { code, message, suggestions, exitCode, problems, violations, refusals, retry } = fields;
  const optional = {
    ...(problems.length > 0 && { problems }),
    ...(violations.length > 0 && { violations }),
    ...(refusals.length > 0 && { refusals }),
    ...(retry && { retry }),
  };
  return { error: { code, message, suggestions, exitCode, ...optional } };
}
