/** Where the answer about one permission differs between two policies, as rows of scopes (rule 37). */
import type { Facts } from "../conditions/given.ts";
import { differingRegions, joinedWhereSame, regionsOf, type Terms } from "../evaluate/compare.ts";
import { haveConditions } from "../evaluate/conditional-extents.ts";
import { allowedRegion, type Own } from "../evaluate/effective-permissions.ts";
import type { Path } from "../evaluate/walk.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";

/**
 * Answers that change: on `scope` and below it, but not on or below the scopes in `except`. Where conditions play a
 * part, it is said under which the answer was yes and is yes; `null` is for no.
 */
export interface ChangedExtent {
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  readonly before?: Terms | null;
  readonly after?: Terms | null;
}

/** The open paths of somebody to one permission, as owner, and what is known to their conditions. */
export interface OneSide {
  readonly paths: readonly Path[];
  readonly facts: () => Facts;
}

/** Where paths allow: what an allow covers and no deny does. */
interface Region {
  readonly allows: ReadonlySet<Scope>;
  readonly denies: ReadonlySet<Scope>;
}

/**
 * What is gained from `before` to `after`, and what is lost: the targets of which the answer was no and becomes yes,
 * and the other way round. The owner and anybody else are two questions: what happens to both alike is one row `any`.
 * @param redeclared attributes, as paths, that are declared in another way after: conditions on them say something else
 */
export function differencesOf(
  before: OneSide,
  after: OneSide,
  redeclared?: readonly string[],
): { gains: ChangedExtent[]; losses: ChangedExtent[] } {
  if (!haveConditions(before.paths) && !haveConditions(after.paths))
    return { gains: gainedBy(before.paths, after.paths), losses: gainedBy(after.paths, before.paths) };
  const [old, now] = [before, after].map(({ paths, facts }) => [paths, facts] as const) as [Judgeable, Judgeable];
  const isSame = (terms: string) => !redeclared?.some((path) => terms.includes(path));
  return {
    gains: differingRegions(now, old, isSame).map(({ ours, theirs, ...row }) => changed(row, theirs, ours)),
    losses: differingRegions(old, now, isSame).map(({ ours, theirs, ...row }) => changed(row, ours, theirs)),
  };
}

type Judgeable = readonly [OneSide["paths"], OneSide["facts"]];

function changed({ own, scope, except }: ChangedExtent, before: Terms | null, after: Terms | null): ChangedExtent {
  const isPlain = [before, after].every((side) => side === null || (side.when === null && side.unless.length === 0));
  return isPlain ? { own, scope, except } : { own, scope, except, before, after };
}

/** The targets that `before` does not allow and `after` does. */
function gainedBy(before: readonly Path[], after: readonly Path[]): ChangedExtent[] {
  if (after.length === 0) return [];
  const gained = (asOwner: boolean) => rowsOf(regionOf(before, asOwner), regionOf(after, asOwner));
  return joinedWhereSame(gained(true), gained(false), extentKey).map(({ own, ...row }) => ({ own, ...row }));
}

type Row = Omit<ChangedExtent, "own">;

const extentKey = ({ scope, except }: Row): string => JSON.stringify([scope, except]);

function regionOf(paths: readonly Path[], asOwner: boolean): Region {
  const { allows, denies } = allowedRegion(paths, asOwner);
  return { allows: new Set(allows), denies: new Set(denies) };
}

const isAllowed = ({ allows, denies }: Region, target: Scope): boolean => {
  const above = ancestorsOf(target);
  return above.some((scope) => allows.has(scope)) && !above.some((scope) => denies.has(scope));
};

const rowsOf = (before: Region, after: Region): Row[] =>
  regionsOf([...before.allows, ...before.denies, ...after.allows, ...after.denies], (scope) =>
    isAllowed(after, scope) && !isAllowed(before, scope) ? "gained" : undefined,
  );
