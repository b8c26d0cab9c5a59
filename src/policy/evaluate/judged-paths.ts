/** Paths under conditions: what is left of the condition of a path once all that is known is put in (rule 35). */
import { conditionText, type Residual, residualOf, storedCondition } from "../conditions/condition.ts";
import { type Facts, NOTHING_GIVEN } from "../conditions/given.ts";
import { conditionOf } from "../model/any-grant.ts";
import { by } from "../model/byte-order.ts";
import { resourceOf } from "../model/patterns.ts";
import type { Scope } from "../model/scopes.ts";
import type { PolicyIndex } from "./policy-index.ts";
import type { Asker, Path } from "./walk.ts";

/** A deny that counts on a scope unless its condition is false. */
export interface Unless {
  readonly scope: Scope;
  readonly when: string;
}

/**
 * What is known for a question about one permission, without `:own`. Who asks is unknown of a role alone, for which
 * anybody may stand.
 */
export const factsFor = (index: PolicyIndex, asker: Asker, permission: string, isList = false): Facts => ({
  given: asker.given ?? NOTHING_GIVEN,
  user: asker.alone && asker.user === null ? undefined : asker.user,
  permission,
  at: asker.timeless ? undefined : asker.at,
  declared: index.declared(resourceOf(permission)),
  isList,
});

/** What is left of the condition of a path; `true` where it has none. */
export function residualOfPath(path: Path, facts: Facts): Residual {
  const condition = conditionOf(path.grant);
  return condition === null ? true : residualOf(storedCondition(condition), facts);
}

/** The undecided among denies, each scope with each condition once, sorted. */
export const unlessOf = (denies: readonly { readonly path: Path; readonly residual: Residual }[]): Unless[] =>
  eachOnce(
    denies.flatMap(({ path, residual }) =>
      typeof residual === "boolean" ? [] : [{ scope: path.scope, when: conditionText(residual) }],
    ),
  );

/** Each scope with each condition once, sorted. */
export function eachOnce(all: readonly Unless[]): Unless[] {
  const found = new Map(all.map((unless) => [`${unless.scope ?? ""}\0${unless.when}`, unless]));
  return [...found].sort(by(([key]) => key)).map(([, unless]) => unless);
}
