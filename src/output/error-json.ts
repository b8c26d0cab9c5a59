/** The documented JSON of an error. */
import type { RbacError } from "../errors.ts";

/** What of an error is shown. */
export type ErrorFields = Pick<
  RbacError,
  "code" | "message" | "suggestions" | "problems" | "violations" | "exitCode" | "retry"
>;

/** @returns the document; `problems`, `violations` and `retry` only where they apply */
export function errorJson({ code, message, suggestions, exitCode, problems, violations, retry }: ErrorFields): object {
  const optional = {
    ...(problems.length > 0 && { problems }),
    ...(violations.length > 0 && { violations }),
    ...(retry && { retry }),
  };
  return { error: { code, message, suggestions, exitCode, ...optional } };
}
