/** Compares two askers: the effective permissions that each has and the other has not. */

import { type Allowance, mayHoldAlone } from "../conditions/alone.ts";
import { anyOf, conditionText } from "../conditions/condition.ts";
import type { Facts } from "../conditions/given.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn } from "../model/names.ts";
import { ancestorsOf, covers, type Scope, widest } from "../model/scopes.ts";
import { haveConditions, type JudgedPaths, judge } from "./conditional-extents.ts";
import { checkAsker } from "./decide.ts";
import {
  type AllowedScope,
  allowedScopes,
  byOwner,
  type Own,
  type PermissionRow,
  pathsByPermission,
  rowOf,
} from "./effective-permissions.ts";
import { longest } from "./evidence.ts";
import { factsFor, type Unless } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import type { Asker, Path } from "./walk.ts";

/** Under which conditions somebody may: `when` is `null` for always. */
export interface Terms {
  readonly when: string | null;
  readonly unless: readonly Unless[];
}

/** A row that one has, and under which conditions the other one may the same; left out where they may not at all. */
export type ComparedRow = PermissionRow & { readonly other?: Terms };

/** What only the left may do, and what only the right. The roles of a row are those by which its side may. */
export interface Comparison {
  readonly left: readonly ComparedRow[];
  readonly right: readonly ComparedRow[];
}

/**
 * The rows that one has and the other has not, cut to where they differ: a question has different answers exactly where
 * a row of the one who may covers it, and none of its `except`. Under conditions, where it holds by its own and the
 * other one may not by theirs. A condition on `subject.user` is the same for both, as `:own` is: each asks as they are.
 * @throws RbacError (exit 2) for an unknown name.
 */
export function compare(index: PolicyIndex, left: Asker, right: Asker): Comparison {
  for (const asker of [left, right]) checkAsker(index, asker);
  const [ofLeft, ofRight] = [pathsByPermission(index, left), pathsByPermission(index, right)];
  return {
    left: rowsBeyond(index, [left, ofLeft], [right, ofRight]),
    right: rowsBeyond(index, [right, ofRight], [left, ofLeft]),
  };
}

type Compared = readonly [Asker, ReadonlyMap<string, readonly Path[]>];

function rowsBeyond(index: PolicyIndex, [we, ours]: Compared, [they, theirs]: Compared): ComparedRow[] {
  return [...ours.keys()].sort(byBytes).flatMap((permission): ComparedRow[] => {
    const [mine, other] = [ours.get(permission) as readonly Path[], theirs.get(permission) ?? []];
    const factsOf = (asker: Asker) => () => factsFor(index, asker, permission, true);
    if (haveConditions(mine) || haveConditions(other))
      return differingRegions([mine, factsOf(we)], [other, factsOf(they)]).map((region) =>
        rowOfRegion(permission, region, mine),
      );
    const differing = (asOwner: boolean) =>
      beyond(allowedScopes(mine, asOwner, factsOf(we)), allowedScopes(other, asOwner, factsOf(they)));
    return byOwner(differing(true), differing(false)).map((extent) => rowOf(permission, extent));
  });
}

function rowOfRegion(permission: string, region: DifferingRegion, paths: readonly Path[]): ComparedRow {
  const { own, scope, except, ours, theirs, allowing } = region;
  const { roles, grant, until } = longest(paths.filter((path) => allowing.has(path)));
  const { when, unless } = ours;
  const row = rowOf(permission, {
    ...{ own, scope, except, roles, grant, until },
    ...(when !== null && { when }),
    ...(unless.length > 0 && { unless }),
  });
  return theirs ? { ...row, other: theirs } : row;
}

/** Scopes on which one may, and another may not or only under other conditions. */
export interface DifferingRegion {
  readonly own: Own;
  readonly scope: Scope;
  readonly except: readonly Scope[];
  readonly ours: Terms;
  /** `null` where the other one may not at all. */
  readonly theirs: Terms | null;
  /** The paths of ours that allow there. */
  readonly allowing: ReadonlySet<Path>;
}

type PathsWithFacts = readonly [paths: readonly Path[], facts: () => Facts];

/**
 * Where ours allow what theirs do not: all scopes with one pair of answers are a row. The owner and anybody else are
 * two questions; what is the same of both is one row `any`.
 * @param isSame whether equal conditions mean the same on both sides
 */
export function differingRegions(
  [ours, ourFacts]: PathsWithFacts,
  [theirs, theirFacts]: PathsWithFacts,
  isSame: (terms: string) => boolean = () => true,
): DifferingRegion[] {
  const judged = [judge(ours, ourFacts()), judge(theirs, theirFacts())] as const;
  const regions = (asOwner: boolean): Omit<DifferingRegion, "own">[] => {
    const [one, other] = judged.map((paths) => answersOf(paths, asOwner)) as [Answers, Answers];
    const keyAt = (scope: Scope) => {
      const [may, mayToo] = [one.on(scope), other.on(scope)];
      if (!may || mayToo?.key === ALWAYS) return undefined;
      if (mayToo && [may, mayToo].every(({ key }) => isSame(key)) && !isBeyond(may, mayToo)) return undefined;
      return `${may.key}\n${mayToo?.key ?? ""}`;
    };
    return regionsOf([...one.named, ...other.named], keyAt).flatMap(({ scope, except }) => {
      const [may, mayToo] = [one.on(scope), other.on(scope)];
      return may
        ? [{ scope, except, ours: sideOn(scope, may), theirs: mayToo && sideOn(scope, mayToo), allowing: may.by }]
        : [];
    });
  };
  const keyOf = ({ allowing: _, ...region }: Omit<DifferingRegion, "own">) => JSON.stringify(region);
  return joinedWhereSame(regions(true), regions(false), keyOf);
}

/** True where the one may hold and the other not. */
function isBeyond(one: Answer, other: Answer): boolean {
  return one.key !== other.key && mayHoldAlone(one.allowance, other.allowance);
}

/** What some paths answer on a scope; `key` is equal where the conditions are. */
interface Answer {
  readonly when: string | null;
  readonly unless: readonly string[];
  readonly key: string;
  readonly allowance: Allowance;
  readonly by: ReadonlySet<Path>;
}

interface Answers {
  readonly named: readonly Scope[];
  /** `null` where nothing allows, or a deny takes it away. */
  on(scope: Scope): Answer | null;
}

const keyOfAnswer = (when: string | null, unless: readonly string[]) => JSON.stringify([when, unless]);
const ALWAYS = keyOfAnswer(null, []);

function answersOf(judged: JudgedPaths, asOwner: boolean): Answers {
  const [allows, denies] = [judged.allows, judged.denies].map((all) =>
    asOwner ? all : all.filter(({ path }) => !isOwn(path.grant.permission)),
  ) as [JudgedPaths["allows"], JudgedPaths["denies"]];
  const [allowsOn, deniesOn] = [allows, denies].map((all) => grouped(all, ({ path }) => path.scope));
  const on = (target: Scope): Answer | null => {
    const above = ancestorsOf(target);
    const mine = above.flatMap((scope) => allowsOn?.get(scope) ?? []);
    const against = above.flatMap((scope) => deniesOn?.get(scope) ?? []);
    if (mine.length === 0 || against.some(({ when }) => when === undefined)) return null;
    const residuals = new Map(mine.map(({ when, residual }) => [when ?? "", residual]));
    const any = anyOf([...residuals].sort(by(([text]) => text)).map(([, residual]) => residual));
    const when = typeof any === "boolean" ? null : conditionText(any);
    const denying = new Map(against.map(({ when: text = "", residual }) => [text, residual]));
    const unless = [...denying.keys()].sort(byBytes);
    const allowance = {
      when: typeof any === "boolean" ? null : any,
      unless: [...denying.values()].filter((residual) => typeof residual !== "boolean"),
    };
    return { when, unless, key: keyOfAnswer(when, unless), allowance, by: new Set(mine.map(({ path }) => path)) };
  };
  return { on, named: [...allows, ...denies].map(({ path }) => path.scope) };
}

const sideOn = (scope: Scope, { when, unless }: Answer): Terms => ({
  when,
  unless: unless.map((text) => ({ scope, when: text })),
});

/**
 * Rows of scopes with one key; none where it is `undefined`. What is asked of is the same on all targets between two
 * named scopes, so each named scope stands for those below it: a row begins where its key begins, and its exceptions
 * are where another begins. Both are in one order, whatever that of the scopes.
 */
export function regionsOf(
  scopes: Iterable<Scope>,
  keyAt: (scope: Scope) => string | undefined,
): { scope: Scope; except: Scope[] }[] {
  const named = new Set(scopes);
  const depth = (scope: Scope) => ancestorsOf(scope).length;
  const rows = new Map<Scope, { scope: Scope; except: Scope[]; key: string }>();
  for (const scope of [...named].sort((a, b) => depth(a) - depth(b) || byBytes(String(a), String(b)))) {
    const parent = ancestorsOf(scope).find((above) => above !== scope && named.has(above));
    const around = parent === undefined ? undefined : rows.get(parent);
    const key = keyAt(scope);
    if (key !== around?.key) around?.except.push(scope);
    if (key !== undefined) rows.set(scope, around?.key === key ? around : { scope, except: [], key });
  }
  return [...new Set(rows.values())].map(({ scope, except }) => ({ scope, except }));
}

/** Joins rows for the owner and for anybody else: those that have one key are one row `any`. */
export function joinedWhereSame<R extends object>(
  asOwner: readonly R[],
  asOther: readonly R[],
  keyOf: (row: R) => string,
): (R & { readonly own: Own })[] {
  const [ownerKeys, otherKeys] = [asOwner, asOther].map((rows) => new Set(rows.map(keyOf)));
  return [
    ...asOther.map((row) => ({ ...row, own: ownerKeys?.has(keyOf(row)) ? ("any" as const) : ("not" as const) })),
    ...asOwner.filter((row) => !otherKeys?.has(keyOf(row))).map((row) => ({ ...row, own: "only" as const })),
  ];
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
