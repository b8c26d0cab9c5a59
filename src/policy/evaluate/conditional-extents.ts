/** Where one permission holds under conditions: a row for each scope and each residual of an allow (rule 35). */
import { conditionText, type Residual } from "../conditions/condition.ts";
import type { Facts } from "../conditions/given.ts";
import { by } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { type AnyGrant, conditionOf } from "../model/policy.ts";
import { ancestorsOf, covers, deeper, type Scope, widest } from "../model/scopes.ts";
import { longest } from "./evidence.ts";
import { eachUnlessOnce, residualOfPath, type Unless } from "./judged-paths.ts";
import type { Path } from "./walk.ts";

/** Under which conditions something holds. Both are left out where there is none, which is nearly always. */
export interface Conditions {
  readonly when?: string;
  readonly unless?: readonly Unless[];
}

/** A row with the conditions of an extent. */
export function conditioned<T extends object>(row: T, { when, unless }: Conditions): T & Conditions {
  if (when === undefined && unless === undefined) return row;
  return { ...row, ...(when !== undefined && { when }), ...(unless && { unless }) };
}

export const haveConditions = (paths: readonly Path[]): boolean =>
  paths.some(({ grant }) => conditionOf(grant) !== null);

/** True where the condition of some grants speaks of the name of who asks. */
export const speakOfUser = (grants: Iterable<AnyGrant>): boolean => {
  for (const grant of grants) if (conditionOf(grant)?.includes("subject.user")) return true;
  return false;
};

/** True where the answer may depend on the name of who asks. */
export const dependOnUser = (paths: readonly Path[]): boolean => speakOfUser(paths.map(({ grant }) => grant));

/** A text that is equal where the conditions are. */
export const conditionsKey = ({ when, unless }: Conditions): string =>
  when === undefined && unless === undefined ? "" : JSON.stringify([when ?? null, unless ?? []]);

/** Paths that may count, by what is left of their conditions: text, or `undefined` for a path that counts always. */
export interface JudgedPaths {
  readonly allows: readonly JudgedPath[];
  readonly denies: readonly JudgedPath[];
}

interface JudgedPath {
  readonly path: Path;
  readonly residual: Exclude<Residual, false>;
  readonly when: string | undefined;
}

/** What is left of paths once all that is known is put in; those whose condition is false are left out. */
export function judge(paths: readonly Path[], facts: Facts): JudgedPaths {
  const judged = paths.flatMap((path): JudgedPath[] => {
    const residual = residualOfPath(path, facts);
    if (residual === false) return [];
    return [{ path, residual, when: residual === true ? undefined : conditionText(residual) }];
  });
  const having = (effect: Path["effect"]) => judged.filter(({ path }) => path.effect === effect);
  return { allows: having("allow"), denies: having("deny") };
}

/** A scope with its conditions and the denied scopes below it, and the path that is shown for it. */
type ConditionalScope = ReturnType<typeof longest> & Covering;

interface Covering extends Conditions {
  readonly scope: Scope;
  readonly except: readonly Scope[];
}

/** The scopes on which paths allow, each with each residual, but for those that an allow above says already. */
export function conditionalScopes(paths: readonly Path[], facts: Facts): ConditionalScope[] {
  const { allows, denies } = judge(paths, facts);
  const denied = widest(denies.filter(({ when }) => when === undefined).map(({ path }) => path.scope));
  const deniedSet = new Set(denied);
  const groups = [...grouped(allows, keyOf).values()];
  const keys = new Set(allows.map(keyOf));
  const rows = groups.flatMap((group) => {
    const [{ path, when }] = group as [JudgedPath];
    const above = ancestorsOf(path.scope);
    const isSaid = above.some(
      (scope) =>
        ((scope !== path.scope || when !== undefined) && keys.has(keyText(scope, undefined))) ||
        (scope !== path.scope && keys.has(keyText(scope, when))),
    );
    return isSaid || above.some((scope) => deniedSet.has(scope))
      ? []
      : [{ ...longest(group.map((judged) => judged.path)), scope: path.scope, when }];
  });
  const scopes = new Set(rows.map(({ scope }) => scope));
  const deniedBelow = belowEach(scopes, denied, (scope) => scope);
  const unlessOn = unlessOnEach(
    scopes,
    denies.filter(({ when }) => when !== undefined),
  );
  return rows.sort(by(({ scope, when = "" }) => `${scope ?? ""}\0${when}`)).map(({ when, ...row }) => {
    const unless = unlessOn(row.scope);
    const except = deniedBelow.get(row.scope) ?? [];
    return conditioned(
      { ...row, except },
      { ...(when !== undefined && { when }), ...(unless.length > 0 && { unless }) },
    );
  });
}

const keyText = (scope: Scope, when: string | undefined): string => `${scope ?? ""}\0${when ?? ""}`;
const keyOf = ({ path, when }: JudgedPath): string => keyText(path.scope, when);

/** Items by each of some scopes that covers them. */
function belowEach<T>(scopes: ReadonlySet<Scope>, items: readonly T[], scopeOf: (item: T) => Scope): Map<Scope, T[]> {
  const below = new Map<Scope, T[]>();
  for (const item of items)
    for (const scope of ancestorsOf(scopeOf(item))) {
      if (!scopes.has(scope)) continue;
      const found = below.get(scope);
      if (found) found.push(item);
      else below.set(scope, [item]);
    }
  return below;
}

/** Returns a function that lists what denies on or below a scope unless it is false; what covers it is said of it. */
function unlessOnEach(scopes: ReadonlySet<Scope>, denies: readonly JudgedPath[]): (scope: Scope) => Unless[] {
  if (denies.length === 0) return () => [];
  const below = belowEach(scopes, denies, ({ path }) => path.scope);
  const on = grouped(denies, ({ path }) => path.scope);
  return (scope) => {
    const above = ancestorsOf(scope).flatMap((covering) => on.get(covering) ?? []);
    return eachUnlessOnce([
      ...above.map(({ when = "" }) => ({ scope, when })),
      ...(below.get(scope) ?? []).map(({ path, when = "" }) => ({ scope: path.scope, when })),
    ]);
  };
}

/** True where a row holds only where another one, which covers its scope, holds too. */
export function isUnderConditionsOf(row: Covering, other: Covering): boolean {
  if (other.when !== undefined && other.when !== row.when) return false;
  return (other.unless ?? []).every(({ scope, when }) => {
    const here = deeper(scope, row.scope);
    return (
      here === undefined ||
      row.except.some((denied) => covers(denied, here)) ||
      row.unless?.some((said) => said.when === when && covers(said.scope, here))
    );
  });
}
