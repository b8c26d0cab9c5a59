/** Lists of what somebody may do, and what every list is made of: the walk's paths, folded to the widest scopes (rule 5). */
import { didYouMean, wrong } from "../../errors.ts";
import { byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { nearest } from "../model/name-suggestions.ts";
import { isOwn, partsOf, quote } from "../model/names.ts";
import type { Grant } from "../model/policy.ts";
import { closure, heirsIn } from "../model/role-graph.ts";
import { ancestorsOf, covers, type Scope, widest } from "../model/scopes.ts";
import { checkAsker, deniedOutright } from "./decide.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, edgesOf, type Path, pathsThrough, reached } from "./walk.ts";

/** `any`: whoever owns the target; `only`: as its owner; `not`: only where somebody else owns it. */
export type Own = "any" | "only" | "not";

/** Where a permission holds: on `scope` and below, not on any of `except`. */
export interface Extent {
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  /** The roles of the path that lasts longest, the shortest of these; its grant's pattern; when it ends. */
  readonly roles: readonly string[];
  readonly grant: string;
  readonly until: string | null;
}

export type PermissionRow = { readonly permission: string } & Extent;

/**
 * The effective permissions of somebody, sorted by permission and scope. `on` keeps the rows that hold there.
 * @param resource keeps the permissions of one resource. @throws RbacError (exit 2) for a name or a resource that there is not.
 */
export function permissionsOf(index: PolicyIndex, asker: Asker, on?: Scope, resource?: string): PermissionRow[] {
  checkAsker(index, asker);
  if (resource !== undefined) checkResource(index, resource);
  const paths = pathsByPermission(index, asker);
  return [...paths.keys()]
    .sort(byBytes)
    .flatMap((permission) => extents(paths.get(permission) ?? []).map((extent) => rowOf(permission, extent)))
    .filter((row) => on === undefined || holdsAt(row, on))
    .filter((row) => resource === undefined || partsOf(row.permission).resource === resource);
}

const rowOf = (permission: string, { own, scope, except, roles, grant, until }: Extent): PermissionRow => ({
  permission,
  own,
  scope,
  except,
  roles,
  grant,
  until,
});

/** A list of nothing must not stand for a resource that is misspelt. */
function checkResource(index: PolicyIndex, resource: string): void {
  const known = new Set([...index.policy.permission.keys()].map((permission) => partsOf(permission).resource));
  if (known.has(resource)) return;
  const suggestions = nearest(resource, known);
  const message = `no permission speaks of the resource ${quote(resource)}${didYouMean(suggestions)}`;
  throw wrong("RESOURCE_NOT_FOUND", message, { suggestions });
}

/** The open paths of somebody to each catalogued permission, wildcards expanded. */
export function pathsByPermission(index: PolicyIndex, asker: Asker): ReadonlyMap<string, readonly Path[]> {
  const paths = new Map<string, Path[]>();
  if (deniedOutright(index, asker)) return paths;
  const every = (role: string) => grantsOf(index, role);
  for (const path of pathsThrough(reached(index, asker), every)) {
    for (const permission of index.covered(path.grant.permission)) {
      const known = paths.get(permission);
      if (known) known.push(path);
      else paths.set(permission, [path]);
    }
  }
  return paths;
}

function* grantsOf(index: PolicyIndex, role: string): Iterable<Grant> {
  for (const grants of index.grants.get(role)?.values() ?? []) yield* grants;
}

/** True when a row says yes for a target. */
export const holdsAt = (extent: Pick<Extent, "scope" | "except">, target: Scope): boolean =>
  covers(extent.scope, target) && !extent.except.some((scope) => covers(scope, target));

/**
 * Where one permission holds, from all of its paths. Owner and non-owner are two questions; a row that both answer alike,
 * or that lies within what the owner may anyway, is one row `any`.
 */
export function extents(paths: readonly Path[]): Extent[] {
  const [sole] = paths;
  // Nearly every list consists of these, and there may be thousands.
  if (sole && paths.length === 1 && sole.effect === "allow" && !isOwn(sole.grant.permission)) return [soleExtent(sole)];
  const asOwner = allowedScopes(paths, true);
  const asOther = allowedScopes(paths, false);
  const shared = asOther.map((row): Grounded => ({ ...row, own: within(row, asOwner) ? "any" : "not" }));
  const owners = asOwner.filter((row) => !shared.some((other) => other.own === "any" && same(row, other)));
  return [...shared, ...owners.map((row): Grounded => ({ ...row, own: "only" }))]
    .sort((a, b) => byBytes(a.scope ?? "", b.scope ?? "") || byBytes(a.own, b.own))
    .map(({ path: _, ...extent }) => extent);
}

/** Field by field: what spreads copy costs more than the rest of a list. */
function soleExtent(path: Path): Extent {
  const { roles, grant, until } = toldOf(path);
  return { own: "any", scope: path.scope, except: NOWHERE, roles, grant, until };
}

const NOWHERE: readonly Scope[] = [];

/** A place where paths allow, with the widest scopes below it that they deny, and the path that stands for it. */
export type AllowedScope = Omit<Grounded, "own">;

type Grounded = Extent & { readonly path: Path };

export function allowedScopes(all: readonly Path[], asOwner: boolean): AllowedScope[] {
  const paths = asOwner ? all : all.filter((path) => !isOwn(path.grant.permission));
  const [allows, denies] = [
    paths.filter(({ effect }) => effect === "allow"),
    paths.filter(({ effect }) => effect === "deny"),
  ];
  const denied = widest(denies.map((path) => path.scope));
  const given = new Set(denied);
  const byScope = grouped(allows, (path) => path.scope);
  const wide = widest(byScope.keys()).filter((scope) => !ancestorsOf(scope).some((above) => given.has(above)));
  // What covers a widest scope lies on it; and each denied scope lies below one of them at most.
  const places = new Set(wide);
  const taken = grouped(denied, (scope) => ancestorsOf(scope).find((above) => places.has(above)));
  return wide.map((scope) => ({ ...longest(byScope.get(scope) ?? []), scope, except: taken.get(scope) ?? [] }));
}

/** The path that lasts longest stands for a row: it says until when somebody may. */
function longest(paths: readonly Path[]): Told {
  const lasts = (path: Path) => path.reach.holding.until ?? "~";
  const end = paths.map(lasts).sort().at(-1);
  const shorter = (a: Told, b: Told) =>
    a.roles.length - b.roles.length || byBytes(a.roles.join("\0"), b.roles.join("\0")) || byBytes(a.grant, b.grant);
  return paths
    .filter((path) => lasts(path) === end)
    .map((path) => ({ path, ...toldOf(path) }))
    .reduce((best, other) => (shorter(other, best) < 0 ? other : best));
}

const toldOf = (path: Path): Pick<Extent, "roles" | "grant" | "until"> => ({
  roles: path.reach.via
    ? [path.reach.holding.role, ...edgesOf(path.reach).map((edge) => edge.inherits)]
    : [path.reach.holding.role],
  grant: path.grant.permission,
  until: path.reach.holding.until,
});

type Told = Pick<Grounded, "roles" | "grant" | "until" | "path">;

const within = (row: AllowedScope, owner: readonly AllowedScope[]): boolean =>
  owner.some(
    (other) =>
      covers(other.scope, row.scope) &&
      other.except.every((deny) => !overlaps(deny, row.scope) || row.except.some((own) => covers(own, deny))),
  );

const overlaps = (a: Scope, b: Scope): boolean => covers(a, b) || covers(b, a);

const same = (a: AllowedScope, b: AllowedScope): boolean =>
  a.scope === b.scope && a.except.join("\n") === b.except.join("\n");

/** The roles that come to one of the slice's grants: whoever holds none of them has no path to what the grants cover. */
export const rolesReachingGrants = (index: PolicyIndex): Set<string> =>
  closure(index.grants.keys(), heirsIn(index.policy));
