/** Reads what an application says of a person, and which assignments of theirs it speaks for. */
import { wrong } from "../errors.ts";
import { rowText } from "../policy/document/claims.ts";
import type { SyncRequest } from "../policy/edit/sync.ts";
import type { Scope } from "../policy/model/scopes.ts";
import { fits, liesIn, mayHold, namesSaid, type Part } from "../policy/part/part.ts";
import { partText } from "../policy/part/part-texts.ts";
import { nameOf, optionalTextOf, optionsOf } from "./options/arguments.ts";
import { objectOf } from "./values/plain-values.ts";

/** A role of a person, as it was said: times are read when it is known when they count from. */
interface SaidRole {
  readonly role: string;
  readonly scope: Scope;
  readonly from?: string;
  readonly until?: string;
}

function rolesOf(what: string, value: unknown): readonly SaidRole[] {
  if (!Array.isArray(value)) throw wrong("VALUE_INVALID", `${what} must be a list of { role, on, from, until }`);
  return Array.from(value, (item: unknown) => {
    const { role, on = null, ...window } = optionsOf(item, ["role", "on", "from", "until"], `each of ${what}`);
    if (role === undefined) throw wrong("ARGUMENT_MISSING", `each of ${what} must say a role`);
    return { role, scope: on, ...window };
  });
}

const PERSON = { user: nameOf, email: optionalTextOf, name: optionalTextOf, roles: rolesOf };

/** @throws RbacError (exit 2), as for options. */
export function personOf(value: unknown): {
  user: string;
  fields: SyncRequest["fields"];
  roles: readonly SaidRole[] | undefined;
} {
  const { user, roles, ...fields } = objectOf("the person", value, PERSON);
  if (user === undefined) throw wrong("ARGUMENT_MISSING", "say the user: the name of the person");
  return { user, fields, roles };
}

/**
 * The assignments of a user that lie in a part, in which all roles of the person must be.
 * @throws RbacError `ARGUMENT_MISSING`, `VALUE_INVALID`, `OUTSIDE_PART` (exit 2).
 */
export function ownedIn(
  part: Part,
  user: string,
  roles: readonly SaidRole[] | undefined,
): NonNullable<SyncRequest["owned"]> {
  if (!roles) throw wrong("ARGUMENT_MISSING", "with only, say the roles too: roles: [] revokes all in that part");
  if (!mayHold(part, "assignment"))
    throw wrong("VALUE_INVALID", `only names no roles, users or scopes, so no assignment lies in ${partText(part)}`);
  const has = (row: { user: string; role: string; scope: Scope }) =>
    liesIn(part, "assignment", { user: row.user, role: row.role, scope: row.scope });
  const outside = (row: string) => wrong("OUTSIDE_PART", `${row} is outside of the part ${partText(part)}`);
  if (!fits(part, "users", user)) throw outside(rowText("user", { user }));
  for (const { role, scope } of roles)
    if (!has({ user, role, scope })) throw outside(rowText("assignment", { user, role, scope }));
  return { roles: namesSaid(part).flatMap(([kind, name]) => (kind === "role" ? [name] : [])), has };
}
