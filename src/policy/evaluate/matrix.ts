/**
 * The permission matrix: one row for each role or user, one cell for each permission. It is decided as it is read,
 * since there may be more cells than memory has room for.
 */

import type { Facts } from "../conditions/given.ts";
import { byBytes } from "../model/byte-order.ts";
import type { Effect } from "../model/rows.ts";
import { ancestorsOf, covers, type Scope } from "../model/scopes.ts";
import { haveConditions, judge } from "./conditional-extents.ts";
import { type Extent, extents, pathsByPermission } from "./effective-permissions.ts";
import { factsFor } from "./judged-paths.ts";
import { type PolicyIndex, withPermissions } from "./policy-index.ts";
import type { Asker, Path } from "./walk.ts";

/** The cell of what is not granted. */
export const NOT_GRANTED = "–";

export interface Matrix {
  readonly permissions: readonly string[];
  readonly names: readonly string[];
  /**
   * Decided one by one. Each cell joins by `+` which of `any` (everywhere), `own` (everywhere, as the owner), `scoped`
   * (on some scopes) and `if` (under a condition) its rows are (rule 5), with `-` behind where a deny takes part of
   * that away; or it is `deny`, or `–`: not granted.
   */
  readonly rows: Iterable<{ readonly name: string; readonly cells: readonly string[] }>;
  /** The same cells the other way round: for each permission those of all names. */
  readonly columns: Iterable<readonly string[]>;
  /** The different cells of what was read. */
  readonly words: ReadonlySet<string>;
}

/** Columns are decided for so many cells at once; each of them takes a byte. */
const CELLS_AT_ONCE = 1 << 26;

/**
 * The matrix of askers, by the name to show. For a role, pass the asker of `roleAlone`.
 * @param on only what holds on this scope, and what denies take away on and below it
 */
export function matrixOf(
  index: PolicyIndex,
  askers: ReadonlyMap<string, Asker>,
  on?: Scope,
  cellsAtOnce = CELLS_AT_ONCE,
): Matrix {
  const permissions = [...index.policy.permission.keys()].sort(byBytes);
  const words = new Set<string>();
  const granted = (of: PolicyIndex, asker: Asker) => {
    const cells = cellsOf(of, asker, on);
    for (const cell of cells.values()) words.add(cell);
    if (cells.size < of.policy.permission.size) words.add(NOT_GRANTED);
    return cells;
  };
  return {
    permissions,
    names: [...askers.keys()],
    words,
    rows: {
      *[Symbol.iterator]() {
        for (const [name, asker] of askers) {
          const cells = granted(index, asker);
          yield { name, cells: permissions.map((permission) => cells.get(permission) ?? NOT_GRANTED) };
        }
      },
    },
    columns: columnsOf(permissions, Math.max(1, Math.floor(cellsAtOnce / Math.max(1, askers.size))), (band) => {
      const some = withPermissions(index, band);
      return decidedEach(askers.values(), (asker) => granted(some, asker));
    }),
  };
}

/** The granted cells of each name, by permission. */
type GrantedCells = Iterable<ReadonlyMap<string, string>>;

function* decidedEach(askers: Iterable<Asker>, decide: (asker: Asker) => ReadonlyMap<string, string>): GrantedCells {
  for (const asker of askers) yield decide(asker);
}

/** The cells of all names, a band of permissions at a time. The last band is kept: what has but one is decided once. */
function columnsOf(
  permissions: readonly string[],
  atOnce: number,
  decide: (band: readonly string[]) => GrantedCells,
): Matrix["columns"] {
  let kept: { readonly start: number; readonly columns: BandColumns } | undefined;
  return {
    *[Symbol.iterator]() {
      for (let start = 0; start < permissions.length; start += atOnce) {
        if (kept?.start !== start) {
          const band = permissions.slice(start, start + atOnce);
          kept = { start, columns: bandColumns(band, decide(band)) };
        }
        yield* kept.columns;
      }
    },
  };
}

type BandColumns = Iterable<readonly string[]>;

/** Keeps cells as the places of their words, of which there are fewer than bytes: the first is that of nothing. */
function bandColumns(band: readonly string[], askers: GrantedCells): BandColumns {
  const places = new Map(band.map((permission, place) => [permission, place]));
  const codes = new Map([[NOT_GRANTED, 0]]);
  const rows: Uint8Array[] = [];
  for (const cells of askers) {
    const row = new Uint8Array(band.length);
    for (const [permission, cell] of cells) {
      const code = codes.get(cell) ?? codes.size;
      codes.set(cell, code);
      row[places.get(permission) as number] = code;
    }
    rows.push(row);
  }
  const words = [...codes.keys()];
  return {
    *[Symbol.iterator]() {
      for (const place of band.keys()) yield rows.map((row) => words[row[place] as number] as string);
    },
  };
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
    const cell = cellOf(paths, () => factsFor(index, asker, permission, true));
    if (cell !== NOT_GRANTED) cells.set(permission, cell);
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

const WORDS = ["any", "own", "scoped", "if"] as const;

/** The cell of one permission, from all of its paths. */
function cellOf(all: readonly Path[], facts: () => Facts): string {
  const paths = haveConditions(all) ? mayCount(all, facts()) : all;
  if (paths.length === 0) return NOT_GRANTED;
  const found = new Set(extents(paths, facts).map(wordOf));
  if (found.size === 0) return "deny"; // Without an allow a path is a deny, too.
  return WORDS.filter((word) => found.has(word)).join("+") + (isCut(paths) ? "-" : "");
}

/** The paths whose condition is not false. */
function mayCount(paths: readonly Path[], facts: Facts): Path[] {
  const { allows, denies } = judge(paths, facts);
  return [...allows, ...denies].map(({ path }) => path);
}

/** A row that leaves out the owner is `any`, of which a deny takes part away. */
const wordOf = ({ own, scope, when }: Extent): (typeof WORDS)[number] => {
  if (when !== undefined) return "if";
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
