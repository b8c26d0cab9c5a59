/** The permission matrix: one row for each role or user, one column for each permission. */

import { byBytes } from "../model/byte-order.ts";
import { deniedOutright } from "./decide.ts";
import { type Own, permissionsOf } from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, pathsThrough, reached } from "./walk.ts";

/** `any`: everywhere; `own`: only as the owner; `scoped`: only on some scopes; `deny`: denied; `–`: not granted. */
type MatrixCell = "any" | "own" | "scoped" | "deny" | "–";

export interface Matrix {
  readonly permissions: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly MatrixCell[] }[];
}

/** The matrix of askers, by the name to show. For a role, pass the asker of `roleAlone`. */
export function matrixOf(index: PolicyIndex, askers: ReadonlyMap<string, Asker>): Matrix {
  const permissions = [...index.policy.permission.keys()].sort(byBytes);
  const rows = [...askers].map(([name, asker]) => {
    const cells = cellsOf(index, asker);
    return { name, cells: permissions.map((permission) => cells.get(permission) ?? "–") };
  });
  return { permissions, rows };
}

/** An asker who holds one role only, without the roles of `everyone` (rule 5). */
export const roleAlone = (role: string, at: string): Asker => ({
  user: null,
  at,
  activate: [],
  assume: [role],
  alone: true,
});

function cellsOf(index: PolicyIndex, asker: Asker): Map<string, MatrixCell> {
  const cells = new Map<string, MatrixCell>();
  if (deniedOutright(index, asker)) return cells;
  for (const path of pathsThrough(reached(index, asker), (role) =>
    [...(index.grants.get(role)?.values() ?? [])].flat(),
  )) {
    if (path.effect === "deny")
      for (const permission of index.covered(path.grant.permission)) cells.set(permission, "deny");
  }
  const rank: readonly MatrixCell[] = ["any", "own", "scoped"];
  for (const row of permissionsOf(index, asker).reverse()) {
    const cell: MatrixCell = row.scope === null ? CELL[row.own] : "scoped";
    const existing = cells.get(row.permission);
    if (!existing || existing === "deny" || rank.indexOf(cell) < rank.indexOf(existing))
      cells.set(row.permission, cell);
  }
  return cells;
}

const CELL: Readonly<Record<Own, MatrixCell>> = { any: "any", only: "own", not: "any" };
