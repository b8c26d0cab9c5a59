/** A policy as the document that states it: every section, in canonical order, so that equal policies give equal bytes. */

import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { type AnyRow, type Grant, KINDS, type Kind, type Policy, rowsOf, type User } from "../model/policy.ts";

/** A value whose mappings keep their order, which JavaScript objects do not for keys that look like numbers. */
export type Tree = string | number | boolean | readonly Tree[] | ReadonlyMap<string, Tree>;

/** True for a list, where a mapping is a Map. */
export const isList = (tree: Exclude<Tree, string | number | boolean>): tree is readonly Tree[] => Array.isArray(tree);

/** The document of a policy. Defaults are left out; a section without rows is there and empty. */
export function snapshot(policy: Policy): ReadonlyMap<string, Tree> {
  return new Map<string, Tree>([
    ["rbac", 1],
    ["permissions", permissions(policy)],
    ["roles", roles(policy)],
    ["users", users(policy)],
    ["everyone", [...policy.everyone.keys()].sort(byBytes)],
    ["constraints", constraints(policy)],
    ["guarded", policy.policy.has("guarded")],
  ]);
}

const constraints = (policy: Policy): Tree =>
  mapping(
    [...policy.constraint.values()],
    (row) => row.constraint,
    ({ type, roles: among, limit, needs }) => [
      ["kind", type],
      ["roles", among],
      ["limit", limit],
      ["needs", needs],
    ],
  );

/** A plain list where nothing is described, for then a mapping would be noise. */
function permissions(policy: Policy): Tree {
  const rows = [...policy.permission.values()].sort(by((row) => row.permission));
  if (rows.length === 0) return new Map();
  if (rows.every((row) => row.description === null)) return rows.map((row) => row.permission);
  return new Map(rows.map((row) => [row.permission, row.description ?? new Map()]));
}

function roles(policy: Policy): Tree {
  const inherits = grouped([...policy.inheritance.values()].sort(by((row) => row.inherits)), (row) => row.role);
  const grants = grouped([...policy.grant.values()].sort(byPatternAndScope), (row) => `${row.effect} ${row.role}`);
  return mapping(
    [...policy.role.values()],
    (row) => row.role,
    ({ role, description }) => [
      ["description", description],
      ["inherits", inherits.get(role)?.map((edge) => edge.inherits)],
      ["grants", grants.get(`allow ${role}`)?.map(grantTree)],
      ["denies", grants.get(`deny ${role}`)?.map(grantTree)],
    ],
  );
}

const byPatternAndScope = (a: Grant, b: Grant) =>
  byBytes(a.permission, b.permission) || byBytes(a.scope ?? "", b.scope ?? "");

const grantTree = ({ permission, scope }: Grant): Tree =>
  scope === null
    ? permission
    : written([
        ["permission", permission],
        ["scope", scope],
      ]);

function users(policy: Policy): Tree {
  const held = grouped(
    [...policy.assignment.values()].sort(by((row) => `${row.role}\0${row.scope ?? ""}`)),
    (row) => row.user,
  );
  return mapping(
    [...policy.user.values()],
    (row) => row.user,
    ({ user, email, name, disabled }: User) => [
      ["email", email],
      ["name", name],
      ["disabled", disabled || null],
      [
        "roles",
        held.get(user)?.map(({ role, scope, from, until }) => {
          const plain = scope === null && from === null && until === null;
          return plain
            ? role
            : written([
                ["role", role],
                ["scope", scope],
                ["from", from],
                ["until", until],
              ]);
        }),
      ],
    ],
  );
}

type Entries = readonly (readonly [string, Tree | null | undefined])[];

function mapping<T>(rows: readonly T[], name: (row: T) => string, entries: (row: T) => Entries): Tree {
  return new Map([...rows].sort(by(name)).map((row) => [name(row), written(entries(row))]));
}

/** A mapping of what is said: what is null or missing is left unwritten. */
function written(entries: Entries): ReadonlyMap<string, Tree> {
  return new Map(entries.filter((entry): entry is [string, Tree] => entry[1] !== null && entry[1] !== undefined));
}

/** Every row of a policy: kinds in the order of `KINDS`, rows in the order of their keys. */
export function* sortedRows(policy: Policy): Iterable<readonly [Kind, AnyRow]> {
  for (const kind of KINDS) for (const [, row] of [...rowsOf(policy, kind)].sort(by(([key]) => key))) yield [kind, row];
}
