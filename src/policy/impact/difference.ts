/** Where the answer about one permission differs between two policies, as rows of scopes (rule 37). */
import { allowedRegion, type Own } from "../evaluate/effective-permissions.ts";
import type { Path } from "../evaluate/walk.ts";
import { ancestorsOf, type Scope } from "../model/scopes.ts";

/** Answers that change: on `scope` and below it, but not on or below the scopes in `except`. */
export interface ChangedExtent {
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
}

/** Where paths allow: what an allow covers and no deny does. */
interface Region {
  readonly allows: ReadonlySet<Scope>;
  readonly denies: ReadonlySet<Scope>;
}

/**
 * The targets that `before` does not allow and `after` does. The owner and anybody else are two questions: what is
 * gained by both alike is one row `any`.
 * @param before, after all open paths of somebody to one permission, as owner
 */
export function gainedBy(before: readonly Path[], after: readonly Path[]): ChangedExtent[] {
  if (after.length === 0) return [];
  const gained = (asOwner: boolean) => rowsOf(regionOf(before, asOwner), regionOf(after, asOwner));
  const [asOwner, asOther] = [gained(true), gained(false)];
  const ownerKeys = new Set(asOwner.map(extentKey));
  const otherKeys = new Set(asOther.map(extentKey));
  return [
    ...asOther.map((row): ChangedExtent => ({ own: ownerKeys.has(extentKey(row)) ? "any" : "not", ...row })),
    ...asOwner.filter((row) => !otherKeys.has(extentKey(row))).map((row): ChangedExtent => ({ own: "only", ...row })),
  ];
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

/**
 * The answer is the same on all targets between two scopes that a path names, so each named scope stands for those
 * below it: a row begins where the answer begins to change, and its exceptions are where it no longer does.
 */
function rowsOf(before: Region, after: Region): Row[] {
  const named = new Set([...before.allows, ...before.denies, ...after.allows, ...after.denies]);
  const depth = (scope: Scope) => ancestorsOf(scope).length;
  const rows = new Map<Scope, { scope: Scope; except: Scope[] }>();
  for (const scope of [...named].sort((a, b) => depth(a) - depth(b))) {
    const parent = ancestorsOf(scope).find((above) => above !== scope && named.has(above));
    const around = parent === undefined ? undefined : rows.get(parent);
    if (isAllowed(after, scope) && !isAllowed(before, scope)) rows.set(scope, around ?? { scope, except: [] });
    else around?.except.push(scope);
  }
  return [...new Set(rows.values())];
}
