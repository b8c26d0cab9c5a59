/** Compares two askers: the effective permissions that each has and the other has not. */
import { byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { ancestorsOf, covers, type Scope, widest } from "../model/scopes.ts";
import { checkAsker } from "./decide.ts";
import {
  type AllowedScope,
  allowedScopes,
  byOwner,
  type PermissionRow,
  pathsByPermission,
  rowOf,
} from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import type { Asker, Path } from "./walk.ts";

/** What only the left may do, and what only the right. The roles of a row are those by which its side may. */
export interface Comparison {
  readonly left: readonly PermissionRow[];
  readonly right: readonly PermissionRow[];
}

/**
 * The rows that one has and the other has not, cut to where they differ: a question has different answers exactly where
 * a row of the one who may covers it, and none of its `except`.
 * @throws RbacError (exit 2) for an unknown name.
 */
export function compare(index: PolicyIndex, left: Asker, right: Asker): Comparison {
  for (const asker of [left, right]) checkAsker(index, asker);
  const [ofLeft, ofRight] = [pathsByPermission(index, left), pathsByPermission(index, right)];
  return { left: rowsBeyond(ofLeft, ofRight), right: rowsBeyond(ofRight, ofLeft) };
}

type PathsByPermission = ReadonlyMap<string, readonly Path[]>;

function rowsBeyond(ours: PathsByPermission, theirs: PathsByPermission): PermissionRow[] {
  return [...ours.keys()].sort(byBytes).flatMap((permission) => {
    const [mine, other] = [ours.get(permission) ?? [], theirs.get(permission) ?? []];
    const differing = (asOwner: boolean) => beyond(allowedScopes(mine, asOwner), allowedScopes(other, asOwner));
    return byOwner(differing(true), differing(false)).map((extent) => rowOf(permission, extent));
  });
}

/**
 * The parts of rows that lie outside of others, which like them are no two on one path. A row loses what others cover,
 * and gets back, as rows of their own, the scopes that these except.
 */
function beyond(rows: readonly AllowedScope[], others: readonly AllowedScope[]): AllowedScope[] {
  const otherOn = new Map(others.map((other) => [other.scope, other]));
  const scopes = new Set(rows.map(({ scope }) => scope));
  const othersBelow = grouped(others, ({ scope }) => ancestorsOf(scope).find((above) => scopes.has(above)));
  return rows.flatMap((row) => {
    const above = ancestorsOf(row.scope).flatMap((scope) => otherOn.get(scope) ?? [])[0];
    if (above?.except.some((scope) => covers(scope, row.scope))) return [row];
    if (above) return islands(row, above.except);
    const below = othersBelow.get(row.scope) ?? [];
    const gaps = below.flatMap(({ except }) => except);
    return [{ ...row, except: widest([...row.except, ...below.map(({ scope }) => scope)]) }, ...islands(row, gaps)];
  });
}

/** The parts of a row on scopes below it. */
function islands(row: AllowedScope, scopes: readonly Scope[]): AllowedScope[] {
  const excepted = new Set(row.except);
  const inside = scopes.filter(
    (scope) => covers(row.scope, scope) && !ancestorsOf(scope).some((above) => excepted.has(above)),
  );
  const island = new Set(inside);
  const exceptOn = grouped(row.except, (scope) => ancestorsOf(scope).find((above) => island.has(above)));
  return inside.map((scope) => ({ ...row, scope, except: exceptOn.get(scope) ?? [] }));
}
