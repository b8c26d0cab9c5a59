/** Whom an assignment is for, a user or everyone; and who asks, a user or a stranger. */
import { parsePermission } from "../../policy/model/permissions.ts";
import { argumentMissing } from "./flag-errors.ts";

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
function subjectOf({ user, roles = [] }: UserAndRoles, everyone: boolean): Subject {
  if (user === undefined) throw argumentMissing("roles");
  return everyone ? { who: null, roles: [user, ...roles] } : { who: user, roles };
}

/** What has ended by a time: of the user that is named, or of all; of the roles that are named, or of all. */
export const endedOf = ({ user, roles = [] }: UserAndRoles, alsoRoles: readonly string[] = [], at: string) => ({
  who: user ?? null,
  roles: [...roles, ...alsoRoles],
  at,
});

/** The same where a flag may name several users in place of the argument: one subject for each. */
export function subjectsOf(
  args: UserAndRoles,
  { everyone, user: users }: { readonly everyone: boolean; readonly user?: readonly string[] | undefined },
): Subject[] {
  const { who, roles } = subjectOf(args, everyone || users !== undefined);
  return (users ?? [who]).map((user) => ({ who: user, roles }));
}

/**
 * Splits arguments into who asks and what is asked. A stranger has no name, so the first argument is asked about too.
 * @throws RbacError `ARGUMENT_MISSING`, `PERMISSION_INVALID` (exit 2).
 */
export function askedOf(
  what: "permission" | "role",
  user: string | undefined,
  names: readonly string[] = [],
  stranger: boolean,
): { readonly who: string | null; readonly asked: readonly string[] } {
  if (user === undefined) throw argumentMissing(`${what}s`);
  if (!stranger) return { who: user, asked: names };
  const asked = [user, ...names];
  return { who: null, asked: what === "role" ? asked : asked.map(parsePermission) };
}
