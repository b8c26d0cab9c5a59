/** Conditions that decide nothing: always true, never true, undone by a deny, or about what nobody declared. */
import { storedCondition } from "../../conditions/condition.ts";
import type { Expression } from "../../conditions/expression.ts";
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import { grouped } from "../../model/group-by.ts";
import { isOwn, quote, withoutOwn } from "../../model/names.ts";
import { patternContains, resourceOf } from "../../model/patterns.ts";
import type { Conditional } from "../../model/policy.ts";
import { covers } from "../../model/scopes.ts";
import { usesIn } from "../../rules/declared-attributes.ts";
import { type AskedAbout, truthsOf } from "../judging/condition-values.ts";
import { aboutGrant } from "./grant-findings.ts";
import type { Found, LintInput, Rule } from "./rule.ts";

export const CONSTANT_CONDITION: Rule = {
  id: "constant-condition",
  severity: "warning",
  title: "a condition that is never true, never false, or asks for an attribute that is not declared",
  help:
    "It decides nothing: a grant whose condition is never true gives nothing, one whose condition is never false " +
    "gives always where it is known. So it is where a deny that covers a grant has the same condition. What is not " +
    "as the document declares it counts as absent. Where some attributes of a resource are declared, one that is " +
    "not is mostly a slip of the pen (a note).",
  *find(input) {
    const askedBy = askedOf(input.index);
    const known = new Map<string, string | undefined>();
    const denies = grouped(
      [...input.index.policy.conditional.values()].filter(({ effect, when }) => effect === "deny" && when !== null),
      ({ when }) => when,
    );
    for (const row of input.index.policy.conditional.values()) {
      if (row.when === null) continue;
      const key = `${row.when}\0${withoutOwn(row.permission)}`;
      if (!known.has(key)) known.set(key, constancy(storedCondition(row.when), askedBy(row.permission)));
      const constant = known.get(key) ?? undoneBy(input, row, denies.get(row.when) ?? []);
      if (constant !== undefined) yield aboutGrant(row, constant);
      else yield* undeclared(row, row.when, askedBy(row.permission));
    }
  },
};

/** Returns a function that lists what a pattern is about: its permissions, by what is declared of their resources. */
function askedOf(index: PolicyIndex): (pattern: string) => readonly AskedAbout[] {
  const known = new Map<string, readonly AskedAbout[]>();
  return (pattern) => {
    const plain = withoutOwn(pattern);
    const declaredOf = (permission: string) => index.declared(resourceOf(permission));
    const groups = known.get(plain) ?? [
      ...[...grouped(index.covered(plain), declaredOf)].map(([declared, permissions]) => ({ declared, permissions })),
    ];
    known.set(plain, groups);
    return groups;
  };
}

function constancy(condition: Expression, asked: readonly AskedAbout[]): string | undefined {
  if (asked.length === 0) return undefined;
  const truths = asked.map((one) => truthsOf(condition, one));
  if (!truths.some(({ canBeTrue }) => canBeTrue)) return "its condition is never true";
  return truths.some(({ canBeFalse }) => canBeFalse) ? undefined : "its condition is never false";
}

/** Says which deny of the role, or of one that it inherits, takes all of an allow under the same condition. */
function undoneBy({ tables }: LintInput, row: Conditional, denies: readonly Conditional[]): string | undefined {
  if (row.effect === "deny") return undefined;
  const undoes = (deny: Conditional) =>
    tables.reach(row.role).has(deny.role) &&
    covers(deny.scope, row.scope) &&
    (!isOwn(deny.permission) || isOwn(row.permission)) &&
    patternContains(withoutOwn(deny.permission), withoutOwn(row.permission));
  const deny = denies.find(undoes);
  return deny && `the deny of ${quote(deny.permission)} in ${quote(deny.role)} has the same condition`;
}

function* undeclared(row: Conditional, when: string, asked: readonly AskedAbout[]): Iterable<Found> {
  const declared = asked.filter((one) => one.declared.size > 0);
  if (declared.length === 0) return;
  const paths = [...usesIn(storedCondition(when))].flatMap(({ path }) =>
    path.root === "resource" ? [path.names] : [],
  );
  const names = new Set(paths.map((path) => path.join(".")));
  for (const name of names) {
    const without = declared.find((one) => !one.declared.has(name));
    const [permission = ""] = without?.permissions ?? [];
    if (!without) continue;
    const message = `resource.${name} is not declared of ${quote(resourceOf(permission))}, and others are`;
    yield { ...aboutGrant(row, message), severity: "note", apart: name };
  }
}
