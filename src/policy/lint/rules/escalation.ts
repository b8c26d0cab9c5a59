/** Roles that grant rights to change the policy, by which their holders could hand themselves more than they hold. */
import { allGrants, type PolicyIndex, withPeople } from "../../evaluate/policy-index.ts";
import { patternsCovering, quote } from "../../model/names.ts";
import { conditionOf, isConditional } from "../../model/policy.ts";
import { deeper, type Scope } from "../../model/scopes.ts";
import { DelegableRights, ESCALATE } from "../../rules/delegable-rights.ts";
import { isGuarded } from "../../rules/guard.ts";
import type { LintInput, Rule } from "./rule.ts";

/** The rights by which somebody can come to hold more, and whether each works on any scope or everywhere only. */
const POWERS = [
  { permission: "rbac:assignment", isScoped: true },
  { permission: "rbac:grant", isScoped: true },
  { permission: "rbac:inheritance", isScoped: false },
  { permission: "rbac:everyone", isScoped: false },
] as const;

export const UNGUARDED_ESCALATION: Rule = {
  id: "unguarded-escalation",
  severity: "error",
  title: "a role that may change the policy, and whose holder can so reach more than they hold, as there is no guard",
  help:
    "The policy is not guarded, so nothing compares what somebody hands out with what they hold: who may assign " +
    "roles can assign themselves any. Say guarded: true in the document; or give the role rbac:escalate, if it is " +
    "meant to reach everything.",
  *find(input) {
    if (isGuarded(input.index.policy)) return;
    for (const [role, byPattern] of input.index.grants) {
      const scopesOf = (permission: string) => {
        const rows = patternsCovering(permission, false).flatMap((pattern) => byPattern.get(pattern) ?? []);
        return new Set(
          rows.filter((row) => row.effect === "allow" && conditionOf(row) === null).map(({ scope }) => scope),
        );
      };
      const found = firstGain(input, role, scopesOf);
      if (found === undefined) continue;
      const way = found.by === null ? "" : ` by ${quote(found.by)}`;
      yield {
        subject: { kind: "role", key: { role } },
        message: `with ${quote(found.power)} its holder reaches ${quote(found.permission)}${way}, and does not hold it`,
        because: { roles: [role], grant: found.power },
      };
    }
  },
};

interface Gain {
  readonly power: string;
  readonly permission: string;
  /** The role that brings it; `null` where it is granted itself. */
  readonly by: string | null;
}

/**
 * The first right that a holder of the role alone does not hold and can reach. Each power reaches all it can in one
 * step: where the first step brings nothing, no further one does. What the role inherits, or everyone holds, is found
 * in the role that grants it.
 */
function firstGain(
  { index, at }: LintInput,
  role: string,
  scopesOf: (permission: string) => ReadonlySet<Scope>,
): Gain | undefined {
  let rights: DelegableRights | undefined;
  for (const { permission: power, isScoped } of POWERS)
    for (const scope of scopesOf(power)) {
      if (!isScoped && scope !== null) continue;
      rights ??= rightsOfHolder(index, role, at);
      if (!rights.cover({ permission: power, scope }) || rights.cover({ permission: ESCALATE, scope })) continue;
      const gain = power === "rbac:grant" ? ungranted(index, scope, rights) : unreached(index, scope, rights);
      if (gain) return { power, ...gain };
    }
  return undefined;
}

const PROBE = "\0holder";

/** What somebody may hand on who holds this role and no other. */
function rightsOfHolder(index: PolicyIndex, role: string, at: string): DelegableRights {
  const user = { user: PROBE, email: null, name: null, disabled: false, revision: 0 };
  const assignment = { user: PROBE, role, scope: null, from: null, until: null, revision: 0 };
  const people = { user: new Map([[PROBE, user]]), assignment: new Map([[PROBE, assignment]]) };
  return new DelegableRights(withPeople(index, people), PROBE, at);
}

/** What is in the catalogue can be granted, and what is to come: who held that already would hold `rbac:escalate`. */
function ungranted(index: PolicyIndex, scope: Scope, rights: DelegableRights): Omit<Gain, "power"> {
  for (const permission of index.policy.permission.keys())
    if (!rights.cover({ permission, scope })) return { permission, by: null };
  return { permission: "*", by: null };
}

/** What any role grants can be had by holding that role, or by inheriting it. */
function unreached(index: PolicyIndex, held: Scope, rights: DelegableRights): Omit<Gain, "power"> | undefined {
  for (const grant of allGrants(index.policy)) {
    const scope = deeper(held, grant.scope);
    if (grant.effect !== "allow" || scope === undefined) continue;
    const { permission } = grant;
    const more = isConditional(grant) ? { but: grant.but, when: grant.when } : {};
    if (!rights.cover({ permission, scope, ...more })) return { permission, by: grant.role };
  }
  return undefined;
}
