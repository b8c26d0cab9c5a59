/** Denies and exceptions that take nothing away. */
import { withoutOwn } from "../../model/names.ts";
import { patternsIntersection } from "../../model/patterns.ts";
import type { Conditional } from "../../model/policy.ts";
import { aboutGrant, bySubject, namesInWords, removalOf } from "./grant-findings.ts";
import type { LintTables } from "./lint-tables.ts";
import type { Found, Rule } from "./rule.ts";

export const IDLE_DENY: Rule = {
  id: "idle-deny",
  severity: "note",
  title: "a deny that no grant of any role meets",
  help:
    "Whatever roles somebody holds, it takes nothing from them today: without it the answer is no as well. Keep " +
    "it if it guards against grants to come, and skip it with that reason; else take it away.",
  find: ({ tables }) => bySubject(idleDenies(tables)),
};

/** Without those that a wider deny of the role makes needless: they are named for that. */
function* idleDenies(tables: LintTables): Iterable<Found> {
  const { roles, needless } = tables;
  for (const [role, own] of roles.own.entries())
    for (const [at, { grant }] of own.entries()) {
      if (grant.effect === "allow" || needless.has(role, at) || tables.meetings.isMet(grant)) continue;
      yield { ...aboutGrant(grant, "no grant of any role meets it"), fix: [removalOf(grant)] };
    }
}

export const BUT_MEETS_NOTHING: Rule = {
  id: "but-meets-nothing",
  severity: "warning",
  title: "an exception of a grant that takes nothing away",
  help:
    "What stands under `but` is taken out of this grant alone, and here the grant does not cover it. Mostly the " +
    "pattern is misspelt, or was meant as a deny, which takes it from the person. Mend it, or take it away.",
  find: ({ index }) => bySubject([...index.policy.conditional.values()].flatMap(idleExceptionsOf)),
};

function idleExceptionsOf(grant: Conditional): Found[] {
  const pattern = withoutOwn(grant.permission);
  const idle = grant.but.filter((left) => patternsIntersection(left, pattern) === undefined);
  if (idle.length === 0) return [];
  return [aboutGrant(grant, `it does not cover ${namesInWords(idle)}, which it leaves out`)];
}
