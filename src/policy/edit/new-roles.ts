/** Decides roles that are made whole: with what they grant, or as a copy of another. */
import { refused, UnknownName } from "../../errors.ts";
import { byBytes } from "../model/byte-order.ts";
import { addedRow, apply, type Change } from "../model/change.ts";
import { quote } from "../model/names.ts";
import { type Policy, rowsOf } from "../model/policy.ts";
import type { Kind, Rows } from "../model/rows.ts";
import { rolesNamed } from "../rules/constraint-violations.ts";
import { createEntity } from "./entities.ts";
import { type GrantRequest, grant } from "./grants.ts";

export type RoleRequest = Rows["role"] & Pick<GrantRequest, "permissions" | "scope">;

/**
 * Creates a role with grants. A role that stands gets no grant by this: its holders would gain what nobody meant.
 * @throws RbacError `EXISTS_DIFFERENTLY` (exit 3) if it stands with another description, or without one of the grants.
 */
export function createRole(policy: Policy, { role, description, permissions, scope }: RoleRequest): Change[] {
  const created = createEntity(policy, "role", role, { description });
  const granted = grant(apply(policy, created), { role, permissions, effect: "allow", scope });
  const [missing] = granted;
  if (created.length === 0 && missing && "permission" in missing)
    throw refused("EXISTS_DIFFERENTLY", `role ${quote(role)} exists without ${missing.permission}: use grant`);
  return [...created, ...granted];
}

export interface CloneRequest {
  readonly role: string;
  /** The name of the copy. */
  readonly to: string;
  /** True to let the copy inherit what the role inherits. */
  readonly withParents: boolean;
}

/**
 * Copies a role: its description, its grants and denies with their scopes, and on request what it inherits. Who holds
 * it, and which constraints name it, is not copied. No changes if the copy is there already.
 * @throws RbacError `ROLE_NOT_FOUND` (exit 2), `EXISTS_DIFFERENTLY` (exit 3) where another role has the name.
 */
export function cloneRole(policy: Policy, { role, to, withParents }: CloneRequest): Change[] {
  if (!policy.role.has(role)) throw new UnknownName("role", role);
  const copy = wholeRole(policy, role, to, withParents ? [...GRANTING, "inheritance"] : GRANTING);
  if (!policy.role.has(to)) return copy;
  const standing = wholeRole(policy, to, to, [...GRANTING, "inheritance"]);
  if (JSON.stringify(standing) === JSON.stringify(copy)) return [];
  throw refused("EXISTS_DIFFERENTLY", `role ${quote(to)} exists, and is no copy of ${quote(role)}`);
}

/** The kinds of rows by which a role itself allows or denies. */
const GRANTING: readonly Kind[] = ["grant", "conditional"];

/** What creates a role like another one, in the order of its rows' keys. */
function wholeRole(policy: Policy, role: string, name: string, kinds: readonly Kind[]): Change[] {
  const rows = kinds.flatMap((kind) =>
    [...rowsOf(policy, kind)]
      .filter(([, row]) => row.role === role)
      .sort(([one], [other]) => byBytes(one, other))
      .map(([, row]) => addedRow(kind, { ...row, role: name })),
  );
  return [addedRow("role", { ...rowsOf(policy, "role").get(role), role: name }), ...rows];
}

/** A sentence for each constraint that names a role, and not its copy: who holds the copy may escape it. */
export const constraintsEscaped = (policy: Policy, { role, to }: CloneRequest): string[] =>
  [...policy.constraint.values()]
    .filter((row) => rolesNamed(row).includes(role) && !rolesNamed(row).includes(to))
    .map(({ constraint }) => `the constraint ${quote(constraint)} names ${quote(role)}, but not ${quote(to)}`)
    .sort(byBytes);
