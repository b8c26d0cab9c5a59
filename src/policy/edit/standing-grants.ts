/** Tells by which grant a role has a right, or is denied it, besides the grant that is taken away (rule 31). */
import { type Hint, wrong } from "../../errors.ts";
import { by, byBytes } from "../model/byte-order.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, patternsCovering, quote, withoutOwn } from "../model/names.ts";
import { patternContains } from "../model/patterns.ts";
import type { Grant, Policy } from "../model/policy.ts";
import { closure, parentsIn } from "../model/role-graph.ts";
import type { Rows } from "../model/rows.ts";
import { covers, deeper } from "../model/scopes.ts";

type Right = Rows["grant"];

/**
 * The grants by which some of a right stands, the nearest first: of the role before those it inherits, the whole
 * right before a part, its own pattern before others. An allow that a deny takes away everywhere gives nothing.
 * Parents go by name: the order of rows is another one in each kind of database.
 */
function standingGrants(policy: Policy, right: Right): Grant[] {
  const parents = parentsIn(policy);
  const roles = [...closure([right.role], (role) => [...parents(role)].sort(byBytes))];
  const distance = new Map(roles.map((role, at) => [role, at]));
  const ofRoles = [...policy.grant.values()].filter(({ role }) => distance.has(role));
  const byPattern = grouped(ofRoles, (grant) => grant.permission);
  const grantsOn = (permission: string, own: boolean) =>
    patternsCovering(permission, own).flatMap((pattern) => byPattern.get(pattern) ?? []);
  const standing = new Set<Grant>();
  for (const permission of permissionsIn(policy, right.permission))
    for (const grant of grantsOn(permission, true)) {
      const scope = deeper(grant.scope, right.scope);
      if (grant.effect !== right.effect || scope === undefined) continue;
      const own = isOwn(grant.permission) || isOwn(right.permission);
      const isDenied = grantsOn(permission, own).some((deny) => deny.effect === "deny" && covers(deny.scope, scope));
      if (right.effect === "deny" || !isDenied) standing.add(grant);
    }
  const order = (grant: Grant) => {
    const differs = [!isWhole(grant, right), grant.permission !== right.permission].map(Number);
    return [String(distance.get(grant.role)).padStart(6, "0"), ...differs, grant.permission, grant.scope].join("\0");
  };
  return [...standing].sort(by(order));
}

/** The permissions that a pattern covers; a permission is itself, listed or not. */
function permissionsIn({ permission }: Policy, pattern: string): string[] {
  if (!pattern.includes("*")) return [withoutOwn(pattern)];
  const plain = withoutOwn(pattern);
  return [...permission.keys()].filter((name) => patternContains(plain, name));
}

const hasWholePattern = (grant: Grant, { permission }: Right): boolean =>
  (!isOwn(grant.permission) || isOwn(permission)) &&
  patternContains(withoutOwn(grant.permission), withoutOwn(permission));

const isWhole = (grant: Grant, right: Right): boolean =>
  covers(grant.scope, right.scope) && hasWholePattern(grant, right);

/** A sentence on how the right stands, or `undefined` where it does not. @param still " still" after a removal */
export function standingInWords(policy: Policy, right: Right, still: " still" | "" = ""): string | undefined {
  const [grant] = standingGrants(policy, right);
  return grant && inWords(grant, right, still);
}

function inWords(grant: Grant, right: Right, still: string): string {
  const isDeny = right.effect === "deny";
  const what = `${hasWholePattern(grant, right) ? "" : "a part of "}${right.permission}`;
  const everywhere = right.scope === null ? "" : " everywhere";
  const on = grant.scope === null ? everywhere : ` on ${grant.scope}`;
  const isSamePattern = grant.permission === right.permission;
  if (grant.role === right.role) {
    const has = isDeny ? `is${still} denied` : `${still} has`.trimStart();
    return `${quote(right.role)} ${has} ${what} by ${isSamePattern ? "its grant" : grant.permission}${on}`;
  }
  const inherits = `${still} inherits${isDeny ? " the deny of" : ""}`.trimStart();
  const how = isSamePattern ? on : `, by ${grant.permission}${on}`;
  return `${quote(right.role)} ${inherits} ${what} from ${quote(grant.role)}${how}`;
}

/**
 * Refuses to say "unchanged" of a grant that is not there, while the right stands.
 * @throws RbacError `HELD_OTHERWISE` (exit 2); its hint is the scope, where only that differs.
 */
export function refuseIfStanding(policy: Policy, right: Right): void {
  const [grant] = standingGrants(policy, right);
  if (!grant) return;
  const isElsewhere = grant.role === right.role && grant.permission === right.permission;
  const hint: Hint | undefined = isElsewhere ? { option: "on", value: grant.scope } : undefined;
  throw wrong("HELD_OTHERWISE", `there is no such grant: ${inWords(grant, right, "")}`, hint && { hint });
}
