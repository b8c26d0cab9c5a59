/** Paths under conditions: what is left of the condition of a path once all that is known is put in (rule 35). */

import {
  allOf,
  anyOf,
  conditionText,
  notOf,
  type Residual,
  residualOf,
  storedCondition,
} from "../conditions/condition.ts";
import { type Facts, NOTHING_GIVEN } from "../conditions/given.ts";
import { by } from "../model/byte-order.ts";
import { resourceOf } from "../model/patterns.ts";
import { conditionOf } from "../model/policy.ts";
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
export const unlessOf = (
  denies: readonly { readonly path: Pick<Path, "scope">; readonly residual: Residual }[],
): Unless[] =>
  eachUnlessOnce(
    denies.flatMap(({ path, residual }) =>
      typeof residual === "boolean" ? [] : [{ scope: path.scope, when: conditionText(residual) }],
    ),
  );

/** Each scope with each condition once, sorted. */
export function eachUnlessOnce(all: readonly Unless[]): Unless[] {
  const found = new Map(all.map((unless) => [`${unless.scope ?? ""}\0${unless.when}`, unless]));
  return [...found].sort(by(([key]) => key)).map(([, unless]) => unless);
}

/**
 * What is left to know for a yes, as a condition: any of the allows, and none of the denies; `undefined` where that
 * does not depend on anything. Each stands once, in byte order, whatever the paths to it.
 */
export function whenLeft(allows: readonly Residual[], denies: readonly Residual[]): string | undefined {
  const left = allOf([anyOf(eachOnce(allows)), ...eachOnce(denies).map(notOf)]);
  return typeof left === "object" ? conditionText(left) : undefined;
}

function eachOnce(residuals: readonly Residual[]): Residual[] {
  const byText = new Map(
    residuals.map((residual) => [typeof residual === "object" ? conditionText(residual) : String(residual), residual]),
  );
  return [...byText].sort(by(([text]) => text)).map(([, residual]) => residual);
}
