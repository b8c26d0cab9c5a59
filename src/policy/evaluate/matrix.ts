/** The permission matrix: one row for each role or user, one column for each permission. */

import { byBytes } from "../model/byte-order.ts";
import type { Effect } from "../model/rows.ts";
import { ancestorsOf, covers, type Scope } from "../model/scopes.ts";
import { type Extent, extents, pathsByPermission } from "./effective-permissions.ts";
import type { PolicyIndex } from "./policy-index.ts";
import type { Asker, Path } from "./walk.ts";

/** The cell of what is not granted. */
export const NOT_GRANTED = "–";

export interface Matrix {
  readonly permissions: readonly string[];
  /**
   * Each cell joins by `+` which of `any` (everywhere), `own` (everywhere, as the owner) and `scoped` (on some scopes)
   * its rows are (rule 5), with `-` behind where a deny takes part of that away; or it is `deny`, or `–`: not granted.
   */
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

/**
 * The matrix of askers, by the name to show. For a role, pass the asker of `roleAlone`.
 * @param on only what holds on this scope, and what denies take away on and below it
 */
export function matrixOf(index: PolicyIndex, askers: ReadonlyMap<string, Asker>, on?: Scope): Matrix {
  const permissions = [...index.policy.permission.keys()].sort(byBytes);
  const rows = [...askers].map(([name, asker]) => {
    const cells = cellsOf(index, asker, on);
    return { name, cells: permissions.map((permission) => cells.get(permission) ?? NOT_GRANTED) };
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

function cellsOf(index: PolicyIndex, asker: Asker, on: Scope | undefined): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [permission, all] of pathsByPermission(index, asker)) {
    const paths = on === undefined ? all : pathsOn(all, on);
    if (paths.length > 0) cells.set(permission, cellOf(paths));
  }
  return cells;
}

/** The paths as a scope has them: what covers it is everywhere there, and denies below it take a part away. */
function pathsOn(paths: readonly Path[], on: Scope): Path[] {
  const covering = paths.filter((path) => covers(path.scope, on)).map((path) => ({ ...path, scope: null }));
  if (covering.length === 0) return [];
  const isDenyBelow = ({ effect, scope }: Path) => effect === "deny" && scope !== on && covers(on, scope);
  return [...covering, ...paths.filter(isDenyBelow)];
}

const WORDS = ["any", "own", "scoped"] as const;

/** The cell of one permission, from all of its paths; there is at least one. */
function cellOf(paths: readonly Path[]): string {
  const found = new Set(extents(paths).map(wordOf));
  if (found.size === 0) return "deny"; // Without an allow a path is a deny, too.
  return WORDS.filter((word) => found.has(word)).join("+") + (isCut(paths) ? "-" : "");
}

/** A row that leaves out the owner is `any`, of which a deny takes part away. */
const wordOf = ({ own, scope }: Extent): (typeof WORDS)[number] => {
  if (scope !== null) return "scoped";
  return own === "only" ? "own" : "any";
};

/** True where a deny takes away a part of what paths allow: their scopes overlap, whatever they say of the owner. */
function isCut(paths: readonly Path[]): boolean {
  const scopesOf = (effect: Effect) =>
    new Set(paths.filter((path) => path.effect === effect).map(({ scope }) => scope));
  const [allowed, denied] = [scopesOf("allow"), scopesOf("deny")];
  const isWithin = (scope: Scope, others: ReadonlySet<Scope>) => ancestorsOf(scope).some((above) => others.has(above));
  return [...allowed].some((scope) => isWithin(scope, denied)) || [...denied].some((scope) => isWithin(scope, allowed));
}
