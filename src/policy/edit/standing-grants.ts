/** Tells by which grant a role has a right, or is denied it, besides the grant that is taken away (rule 31). */
import { type Hint, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, patternsCovering, quote, withoutOwn } from "../model/names.ts";
import { isNoWider, type PatternLess, patternContains } from "../model/patterns.ts";
import { type AnyGrant, conditionOf, isConditional, leavesOut, moreInWords, type Policy } from "../model/policy.ts";
import { closure, parentsIn } from "../model/role-graph.ts";
import type { Rows } from "../model/rows.ts";
import { covers, deeper } from "../model/scopes.ts";

/** A grant as it is asked for, plain or conditional. */
export type GrantRow = Rows["grant"] | Rows["conditional"];

/**
 * The grants by which some of a right stands, the nearest first: of the role before those it inherits, the whole
 * right before a part, its own pattern before others, what counts always before what has a condition, then its own
 * scope. An allow that a deny takes away everywhere, and always, gives nothing.
 * Parents go by name: the order of rows is another one in each kind of database.
 */
function standingGrants(policy: Policy, right: GrantRow): AnyGrant[] {
  const parents = parentsIn(policy);
  const roles = [...closure([right.role], (role) => [...parents(role)].sort(byBytes))];
  const distance = new Map(roles.map((role, at) => [role, at]));
  const all: AnyGrant[] = [...policy.grant.values(), ...policy.conditional.values()];
  const ofRoles = all.filter(({ role }) => distance.has(role));
  const byPattern = grouped(ofRoles, (grant) => grant.permission);
  const grantsOn = (permission: string, own: boolean) =>
    patternsCovering(permission, own)
      .flatMap((pattern) => byPattern.get(pattern) ?? [])
      .filter((grant) => !leavesOut(grant, permission));
  const standing = new Set<AnyGrant>();
  for (const permission of permissionsIn(policy, right))
    for (const grant of grantsOn(permission, true)) {
      const scope = deeper(grant.scope, right.scope);
      if (grant.effect !== right.effect || scope === undefined) continue;
      const own = isOwn(grant.permission) || isOwn(right.permission);
      const isDenied = grantsOn(permission, own).some(
        (deny) => deny.effect === "deny" && conditionOf(deny) === null && covers(deny.scope, scope),
      );
      if (right.effect === "deny" || !isDenied) standing.add(grant);
    }
  const order = (grant: AnyGrant) => {
    const isElsewhere = grant.permission !== right.permission;
    const far = [!isWhole(grant, right), isElsewhere, conditionOf(grant) !== null, grant.scope !== right.scope];
    const digest = isConditional(grant) ? grant.digest : "";
    return [
      String(distance.get(grant.role)).padStart(6, "0"),
      ...far.map(Number),
      grant.permission,
      grant.scope,
      digest,
    ].join("\0");
  };
  return [...standing].sort(by(order));
}

/** The permissions that a pattern covers; a permission is itself, listed or not. */
function permissionsIn({ permission }: Policy, right: GrantRow): string[] {
  const plain = withoutOwn(right.permission);
  const names = plain.includes("*") ? [...permission.keys()].filter((name) => patternContains(plain, name)) : [plain];
  return names.filter((name) => !leavesOut(right, name));
}

const namesOf = ({ permission, ...more }: GrantRow): PatternLess => ({
  pattern: withoutOwn(permission),
  but: "but" in more ? more.but : [],
});

const hasWholePattern = (grant: AnyGrant, right: GrantRow): boolean =>
  (!isOwn(grant.permission) || isOwn(right.permission)) && isNoWider(namesOf(right), namesOf(grant));

const isWhole = (grant: AnyGrant, right: GrantRow): boolean =>
  covers(grant.scope, right.scope) && hasWholePattern(grant, right);

/** A sentence on how the right stands, or `undefined` where it does not. @param still " still" after a removal */
export function standingInWords(policy: Policy, right: GrantRow, still: " still" | "" = ""): string | undefined {
  const [grant] = standingGrants(policy, right);
  return grant && inWords(grant, right, still);
}

function inWords(grant: AnyGrant, right: GrantRow, still: string): string {
  const isDeny = right.effect === "deny";
  const what = `${hasWholePattern(grant, right) ? "" : "a part of "}${right.permission}`;
  const everywhere = right.scope === null ? "" : " everywhere";
  const on = grant.scope === null ? everywhere : ` on ${grant.scope}`;
  const how = `${on}${isConditional(grant) ? moreInWords(grant) : ""}`;
  const isSamePattern = grant.permission === right.permission;
  if (grant.role === right.role) {
    const has = isDeny ? `is${still} denied` : `${still} has`.trimStart();
    return `${quote(right.role)} ${has} ${what} by ${isSamePattern ? "its grant" : grant.permission}${how}`;
  }
  const inherits = `${still} inherits${isDeny ? " the deny of" : ""}`.trimStart();
  const by = isSamePattern ? "" : `, by ${grant.permission}`;
  return `${quote(right.role)} ${inherits} ${what} from ${quote(grant.role)}${by}${how}`;
}

/**
 * Refuses to say "unchanged" of a grant that is not there, while the right stands.
 * @throws RbacError `HELD_OTHERWISE` (exit 2); its hint is the scope, the condition and what is left out, where only
 * these differ.
 */
export function refuseIfStanding(policy: Policy, right: GrantRow): void {
  const [grant] = standingGrants(policy, right);
  if (!grant) return;
  const isElsewhere = grant.role === right.role && grant.permission === right.permission;
  const text = `there is no such grant: ${inWords(grant, right, "")}`;
  throw wrong("HELD_OTHERWISE", text, isElsewhere ? { hint: hintOf(grant, right) } : {});
}

/** The options that name a grant of the same role and pattern. */
function hintOf(grant: AnyGrant, right: GrantRow): Hint {
  const { scope } = grant;
  if (!isConditional(grant) && !("digest" in right)) return { option: "on", value: scope };
  const { but, when } = isConditional(grant) ? grant : { but: [], when: null };
  return { option: "grant", grant: { on: scope, but, when } };
}
