/** Whom an assignment is for: a user, or everyone. */
import { wrong } from "../errors.ts";

interface UserAndRoles {
  readonly user?: string;
  readonly roles?: readonly string[];
}

/** A user, or `null` for everyone, and the roles. */
interface Subject {
  readonly who: string | null;
  readonly roles: readonly string[];
}

/**
 * Splits arguments into user and roles. With `everyone` there is no user, and the first argument is a role too.
 * @throws RbacError `ARGUMENT_MISSING` (exit 2).
 */
export function subjectOf({ user, roles = [] }: UserAndRoles, everyone: boolean): Subject {
  if (user === undefined) throw wrong("ARGUMENT_MISSING", "missing argument ROLES (see --help)");
  return everyone ? { who: null, roles: [user, ...roles] } : { who: user, roles };
}

/** The same where a flag may name several users in place of the argument: one subject for each. */
export function subjectsOf(
  args: UserAndRoles,
  { everyone, user: users }: { readonly everyone: boolean; readonly user?: readonly string[] | undefined },
): Subject[] {
  const { who, roles } = subjectOf(args, everyone || users !== undefined);
  return (users ?? [who]).map((user) => ({ who: user, roles }));
}
