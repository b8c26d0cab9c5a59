/** What a policy cannot answer about a request: told with a decision that is false, and never as one. */
import { type ErrorCode, RbacError } from "../../index.ts";
import { HttpFault } from "../http/fault.ts";

const UNKNOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["USER_NOT_FOUND", "USER_GONE", "PERMISSION_NOT_FOUND"]);

/** Names that nothing can have. */
const IMPOSSIBLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["PERMISSION_INVALID", "NAME_INVALID", "SCOPE_INVALID"]);

/** Values that cannot be read. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["GIVEN_INVALID", "VALUE_INVALID", "VALUE_EMPTY"]);

/** True for a name that the policy does not know. */
export const isUnknown = (error: RbacError): boolean => UNKNOWN.has(error.code);

/** True for a name that nothing has, and so for one that nothing can have. */
export const isNobody = (error: unknown): error is RbacError =>
  error instanceof RbacError && (isUnknown(error) || IMPOSSIBLE.has(error.code));

/** True where the fault lies in what a request says, and not in who answers. */
export const isOfRequest = (error: unknown): error is RbacError | HttpFault =>
  error instanceof HttpFault
    ? error.status === 400
    : isNobody(error) || (error instanceof RbacError && UNREADABLE.has(error.code));

/** What is told of it. */
export interface ToldError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly suggestions?: readonly string[];
}

export function told(error: RbacError | HttpFault): ToldError {
  const { code, message } = error;
  if (error instanceof HttpFault) return { status: error.status, code, message };
  const { suggestions } = error;
  const status = isUnknown(error) ? 404 : 400;
  return { status, code, message, ...(suggestions.length > 0 && { suggestions }) };
}
