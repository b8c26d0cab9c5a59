/** Whom an assignment is for: a user, or everyone. */
import { wrong } from "../errors.ts";

/**
 * Splits arguments into user and roles. With `everyone` there is no user, and the first argument is a role too.
 * @throws RbacError `ARGUMENT_MISSING` (exit 2).
 */
export function subjectOf(
  { user, roles = [] }: { readonly user?: string; readonly roles?: readonly string[] },
  everyone: boolean,
): { readonly who: string | null; readonly roles: readonly string[] } {
  if (user === undefined) throw wrong("ARGUMENT_MISSING", "missing argument ROLES (see --help)");
  return everyone ? { who: null, roles: [user, ...roles] } : { who: user, roles };
}
