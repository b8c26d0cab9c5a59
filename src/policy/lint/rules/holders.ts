/** Roles on which much rests, and which one person holds. */
import { isOpen } from "../../evaluate/walk.ts";
import { patternsCovering, quote } from "../../model/names.ts";
import { type Assignment, conditionOf, type Policy } from "../../model/policy.ts";
import { closure, heirsIn } from "../../model/role-graph.ts";
import { hasEnded } from "../../model/times.ts";
import { DelegableRights, ESCALATE } from "../../rules/delegable-rights.ts";
import type { LintInput, Rule } from "./rule.ts";

export const SINGLE_HOLDER: Rule = {
  id: "single-holder",
  severity: "warning",
  title: "the only person who may hand out every right: enabled, everywhere and without an end",
  help:
    "If they leave, are ill, or lose their account, nobody can repair the policy by its own rules. Let a second " +
    "person hold a role that reaches rbac:escalate, or a wildcard over it such as *.",
  *find(input) {
    const { index, at } = input;
    const guarding = guardingRoles(input);
    const { everyone, user: users, assignment } = index.policy;
    if (guarding.size === 0 || [...everyone.keys()].some((role) => guarding.has(role))) return;
    const holders = new Map<string, string>();
    for (const { user, role, scope, from, until } of assignment.values()) {
      if (scope !== null || until !== null || !guarding.has(role) || !isOpen({ from, until }, at)) continue;
      if (users.get(user)?.disabled === false) holders.set(user, role);
    }
    const found: [user: string, role: string][] = [];
    for (const holder of holders) {
      if (mayEscalate(input, holder[0])) found.push(holder);
      if (found.length > 1) return;
    }
    const [only] = found;
    if (only === undefined) return;
    const [user, role] = only;
    yield { subject: { kind: "user", key: { user } }, message: `nobody else holds a role such as ${quote(role)}` };
  },
};

/** By the guard's own rule, so that a deny counts. */
const mayEscalate = ({ index, at }: LintInput, user: string): boolean =>
  new DelegableRights(index, user, at).cover({ permission: ESCALATE, scope: null });

/** The roles that reach `rbac:escalate`, or a pattern over it, everywhere and always. */
function guardingRoles({ index: { grants, policy } }: LintInput): ReadonlySet<string> {
  const patterns = patternsCovering(ESCALATE, false);
  const guards = [...grants].filter(([, rows]) =>
    patterns.some((pattern) =>
      rows.get(pattern)?.some((row) => row.effect === "allow" && row.scope === null && conditionOf(row) === null),
    ),
  );
  return closure(
    guards.map(([role]) => role),
    heirsIn(policy),
  );
}

/** Two weeks: long enough to find somebody else. */
const SOON = 14 * 864e5;

export const ENDS_SOON_ALONE: Rule = {
  id: "ends-soon-alone",
  severity: "warning",
  title: "the only holder of a role, whose window ends within 14 days",
  help: "From then on nobody holds the role. Extend the assignment, or assign the role to somebody else in time.",
  *find({ index, at }) {
    const heirsOf = heirsIn(index.policy);
    const soon = new Date(Date.parse(at) + SOON).toISOString();
    const holders = holdersOf(index.policy, at);
    for (const row of index.policy.assignment.values()) {
      const { user, role, scope, until } = row;
      if (until === null || until > soon || hasEnded(row, at) || holders.get(role)?.size !== 1) continue;
      if (index.policy.user.get(user)?.disabled || index.policy.everyone.has(role)) continue;
      const heirs = [...closure([role], heirsOf)].filter((heir) => heir !== role);
      if (heirs.some((heir) => holders.has(heir) || index.policy.everyone.has(heir))) continue;
      const others = (index.assignments.get(user) as readonly Assignment[]).filter(
        (other) => other !== row && other.role === role,
      );
      if (others.some((other) => other.until === null || other.until > until)) continue;
      yield {
        subject: { kind: "assignment", key: { user, role, scope } },
        message: `nobody else holds it, and it ends at ${until}`,
      };
    }
  },
};

/** The enabled people who hold each role now or later. */
function holdersOf({ assignment, user: users }: Policy, at: string): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>();
  for (const row of assignment.values()) {
    if (hasEnded(row, at) || users.get(row.user)?.disabled !== false) continue;
    const known = holders.get(row.role);
    if (known) known.add(row.user);
    else holders.set(row.role, new Set([row.user]));
  }
  return holders;
}
