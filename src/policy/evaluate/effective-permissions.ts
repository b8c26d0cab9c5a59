/** Effective permissions: the paths of the walk, folded to the widest scopes where each permission holds (rule 5). */
import { didYouMean, wrong } from "../../errors.ts";
import type { Facts } from "../conditions/given.ts";
import { byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { nearest } from "../model/name-suggestions.ts";
import { isOwn, quote } from "../model/names.ts";
import { resourceOf } from "../model/patterns.ts";
import { type AnyGrant, isConditional, leavesOut } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import { ancestorsOf, covers, type Scope, widest } from "../model/scopes.ts";
import {
  type Conditions,
  conditionalScopes,
  conditioned,
  conditionsKey,
  haveConditions,
  isUnderConditionsOf,
} from "./conditional-extents.ts";
import { checkAsker, deniedOutright } from "./decide.ts";
import { longest, summaryOf } from "./evidence.ts";
import { factsFor } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, type Path, pathsThrough, reached } from "./walk.ts";

/** `any`: the owner of the target does not matter; `only`: as its owner; `not`: only if somebody else owns it. */
export type Own = "any" | "only" | "not";

/**
 * Where a permission holds: on `scope` and below it, but not on or below the scopes in `except`; where `when` is true,
 * and on and below each scope of `unless` only where its condition is false.
 */
export interface Extent extends Conditions {
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  /**
   * The roles of the path that lasts longest; of several, the shortest. `grant` is the pattern of its grant, `until`
   * its end.
   */
  readonly roles: readonly string[];
  readonly grant: string;
  readonly until: string | null;
}

export type PermissionRow = { readonly permission: string } & Extent;

/**
 * The effective permissions of somebody, sorted by permission and scope.
 * @param on only rows that hold on this scope
 * @param resource only permissions of this resource
 * @throws RbacError (exit 2) for an unknown name, `RESOURCE_NOT_FOUND` (exit 2) for an unknown resource.
 */
export function permissionsOf(index: PolicyIndex, asker: Asker, on?: Scope, resource?: string): PermissionRow[] {
  checkAsker(index, asker);
  if (resource !== undefined) checkResource(index, resource);
  const paths = pathsByPermission(index, asker);
  return [...paths.keys()]
    .sort(byBytes)
    .flatMap((permission) => {
      const facts = () => factsFor(index, asker, permission, true);
      return extents(paths.get(permission) as readonly Path[], facts).map((extent) => rowOf(permission, extent));
    })
    .filter((row) => on === undefined || holdsAt(row, on))
    .filter((row) => resource === undefined || resourceOf(row.permission) === resource);
}

export function rowOf(permission: string, extent: Extent): PermissionRow {
  const { own, scope, except, roles, grant, until } = extent;
  return conditioned({ permission, own, scope, except, roles, grant, until }, extent);
}

/** A misspelt resource must be an error, not an empty list. */
function checkResource(index: PolicyIndex, resource: string): void {
  const knownResources = new Set([...index.policy.permission.keys()].map(resourceOf));
  if (knownResources.has(resource)) return;
  const suggestions = nearest(resource, knownResources);
  const message = `no permission speaks of the resource ${quote(resource)}${didYouMean(suggestions)}`;
  throw wrong("RESOURCE_NOT_FOUND", message, { suggestions });
}

/** The open paths of somebody, by permission of the catalogue; wildcards are expanded. */
export function pathsByPermission(index: PolicyIndex, asker: Asker): ReadonlyMap<string, readonly Path[]> {
  const paths = new Map<string, Path[]>();
  if (deniedOutright(index, asker)) return paths;
  const allGrants = (role: string) => grantsOf(index, role);
  for (const path of pathsThrough(reached(index, asker), allGrants)) {
    const mayLeaveOut = isConditional(path.grant) && path.grant.but.length > 0;
    for (const permission of index.covered(path.grant.permission)) {
      if (mayLeaveOut && leavesOut(path.grant, permission)) continue;
      const existing = paths.get(permission);
      if (existing) existing.push(path);
      else paths.set(permission, [path]);
    }
  }
  return paths;
}

function* grantsOf(index: PolicyIndex, role: string): Iterable<AnyGrant> {
  for (const grants of index.grants.get(role)?.values() ?? []) yield* grants;
}

/** True when a permission with this extent holds on a target. */
export const holdsAt = (extent: Pick<Extent, "scope" | "except">, target: Scope): boolean =>
  covers(extent.scope, target) && !extent.except.some((scope) => covers(scope, target));

/**
 * Where one permission holds, from all of its paths. The owner and anybody else are two questions. An extent that is
 * the same for both, or lies within an extent of the owner, becomes one row `any`.
 * @param facts what is known to the conditions of the paths; asked for only where they have any
 */
export function extents(paths: readonly Path[], facts: () => Facts): Extent[] {
  const sole = plainAllow(paths);
  return sole ? [soleExtent(sole)] : byOwner(allowedScopes(paths, true, facts), allowedScopes(paths, false, facts));
}

/** Like `extents`, each with the path that is shown for it. */
export function extentsWithPaths(paths: readonly Path[], facts: () => Facts): ExtentWithPath[] {
  const path = plainAllow(paths);
  return path
    ? [{ ...soleExtent(path), path }]
    : joinedByOwner(allowedScopes(paths, true, facts), allowedScopes(paths, false, facts));
}

/** Fast path: nearly all permissions of a list have one plain allow, and a list may have thousands. */
function plainAllow(paths: readonly Path[]): Path | undefined {
  const [sole] = paths;
  if (!sole || paths.length > 1 || sole.effect === "deny" || isOwn(sole.grant.permission)) return undefined;
  return haveConditions(paths) ? undefined : sole;
}

/** Joins where something holds as the owner, and where as anybody else, to extents in the order of their scopes. */
export const byOwner = (asOwner: readonly AllowedScope[], asOther: readonly AllowedScope[]): Extent[] =>
  joinedByOwner(asOwner, asOther).map(({ path: _, ...extent }) => extent);

function joinedByOwner(asOwner: readonly AllowedScope[], asOther: readonly AllowedScope[]): ExtentWithPath[] {
  const shared = asOther.map((row): ExtentWithPath => ({ ...row, own: isWithin(row, asOwner) ? "any" : "not" }));
  const ownerOnly = asOwner.filter((row) => !shared.some((other) => other.own === "any" && sameExtent(row, other)));
  return [...shared, ...ownerOnly.map((row): ExtentWithPath => ({ ...row, own: "only" }))].sort(
    (a, b) => byBytes(a.scope ?? "", b.scope ?? "") || byBytes(a.own, b.own) || byBytes(a.when ?? "", b.when ?? ""),
  );
}

/** Lists the fields, since spreads would cost more than all other work for a list. */
function soleExtent(path: Path): Extent {
  const { roles, grant, until } = summaryOf(path);
  return { own: "any", scope: path.scope, except: NOWHERE, roles, grant, until };
}

const NOWHERE: readonly Scope[] = [];

/** A scope on which paths allow, the widest denied scopes below it, and the path that is shown for it. */
export type AllowedScope = Omit<ExtentWithPath, "own">;

export type ExtentWithPath = Extent & { readonly path: Path };

/** The widest scopes on which paths allow, and on which they deny: as the owner, or as anybody else. */
export function allowedRegion(allPaths: readonly Path[], asOwner: boolean): { allows: Scope[]; denies: Scope[] } {
  const paths = asOwner ? allPaths : allPaths.filter((path) => !isOwn(path.grant.permission));
  const scopesOf = (effect: Path["effect"]) =>
    widest(paths.filter((path) => path.effect === effect).map((path) => path.scope));
  return { allows: scopesOf("allow"), denies: scopesOf("deny") };
}

export function allowedScopes(allPaths: readonly Path[], asOwner: boolean, facts: () => Facts): AllowedScope[] {
  const paths = asOwner ? allPaths : allPaths.filter((path) => !isOwn(path.grant.permission));
  if (haveConditions(paths)) return conditionalScopes(paths, facts());
  const [allows, denies] = [
    paths.filter(({ effect }) => effect === "allow"),
    paths.filter(({ effect }) => effect === "deny"),
  ];
  const denied = widest(denies.map((path) => path.scope));
  const deniedSet = new Set(denied);
  const byScope = grouped(allows, (path) => path.scope);
  const widestAllowed = widest(byScope.keys()).filter(
    (scope) => !ancestorsOf(scope).some((above) => deniedSet.has(above)),
  );
  // No widest scope covers another: so all allows that cover it are on it, and each denied scope is below one at most.
  const widestSet = new Set(widestAllowed);
  const deniedBelow = grouped(denied, (scope) => ancestorsOf(scope).find((above) => widestSet.has(above)));
  return widestAllowed.map((scope) => ({
    ...longest(byScope.get(scope) as Path[]),
    scope,
    except: deniedBelow.get(scope) ?? [],
  }));
}

const isWithin = (row: AllowedScope, owner: readonly AllowedScope[]): boolean =>
  owner.some(
    (other) =>
      covers(other.scope, row.scope) &&
      other.except.every(
        (deny) => !overlaps(deny, row.scope) || row.except.some((exception) => covers(exception, deny)),
      ) &&
      isUnderConditionsOf(row, other),
  );

const overlaps = (a: Scope, b: Scope): boolean => covers(a, b) || covers(b, a);

const sameExtent = (a: AllowedScope, b: AllowedScope): boolean =>
  a.scope === b.scope && a.except.join("\n") === b.except.join("\n") && conditionsKey(a) === conditionsKey(b);

/**
 * The roles that have one of the fetched grants, themselves or by inheritance. A user who holds none of them has no
 * path to the permissions of these grants.
 */
export const rolesReachingGrants = (index: PolicyIndex): Set<string> =>
  closure(index.grants.keys(), heirsIn(index.policy));
