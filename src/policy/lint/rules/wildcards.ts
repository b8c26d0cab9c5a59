/** Wildcards that cover more than a reader expects, or less. */
import { askerOf, edgesOf, pathsThrough, reached } from "../../evaluate/walk.ts";
import { grouped } from "../../model/group-by.ts";
import { isOwn, patternsCovering, quote, withoutOwn } from "../../model/names.ts";
import { patternMeets, patternsEscapedBy } from "../../model/patterns.ts";
import { type AnyGrant, conditionOf, leavesOut } from "../../model/policy.ts";
import { namesOfGrant } from "../roles/rights.ts";
import { aboutGrant } from "./grant-findings.ts";
import type { LintInput, Rule } from "./rule.ts";

const isWildcard = (permission: string): boolean => permission.includes("*");

/** True for a wildcard over resources: `*`, `*:*` and `*:read`, but not `posts:*`. */
const spansResources = (permission: string): boolean => !isOwn(permission) && /^\*(:|$)/.test(permission);

/** Names of roles that are expected to have everything. */
const ADMINISTRATOR = /admin|root|super|owner/i;

/** The allows of a policy, plain and conditional, that hold always. */
function* alwaysAllowed({ index }: LintInput): Iterable<AnyGrant> {
  for (const byPattern of index.grants.values())
    for (const [pattern, grants] of byPattern)
      if (isWildcard(pattern))
        for (const grant of grants) if (grant.effect === "allow" && conditionOf(grant) === null) yield grant;
}

export const WIDE_WILDCARD: Rule = {
  id: "wide-wildcard",
  severity: "warning",
  title:
    "a wildcard over all resources in a role that is not named like an administrator's, or over one permission only",
  help:
    "A wildcard covers what is added later, too. Over all resources (*, *:* or *:read) that is a right that nobody " +
    "will have thought of; name the resources, or call the role what it is: admin, root, super or owner. Where a " +
    "wildcard covers one permission today (a note), the permission itself says what is meant.",
  *find(input) {
    for (const grant of alwaysAllowed(input)) {
      const covered = input.index.covered(grant.permission).filter((name) => !leavesOut(grant, name));
      const [only] = covered;
      const pattern = quote(grant.permission);
      // Apart from the warning that it would be with one permission more: who lets the note stand, lets not that stand.
      if (only !== undefined && covered.length === 1)
        yield { ...aboutGrant(grant, `${pattern} covers ${quote(only)} alone`), severity: "note", apart: "alone" };
      else if (grant.scope === null && spansResources(grant.permission) && !ADMINISTRATOR.test(grant.role))
        yield aboutGrant(grant, `${pattern} covers ${covered.length} permissions, and all to come`);
    }
  },
};

export const EVERYONE_WIDE: Rule = {
  id: "everyone-wide",
  severity: "error",
  title: "everyone, who may be a stranger, holds a wildcard over all resources, or a right to change the policy",
  help:
    "What everyone holds, whoever signs up holds too. Give everyone exact permissions, or wildcards of one resource, " +
    "and rights that begin with rbac: to nobody but those who run the policy.",
  *find({ index, at }) {
    const grantsOf = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
    const found = new Set<string>();
    for (const { effect, grant, scope, reach } of pathsThrough(reached(index, askerOf(null, at, {})), grantsOf)) {
      const { role } = reach.holding;
      const { permission } = grant;
      // Each is apart: of two such rights, who lets the one stand may not have seen the other.
      const key = `${role}\0${permission}`;
      if (effect !== "allow" || found.has(key)) continue;
      const isWide = spansResources(permission) && scope === null && conditionOf(grant) === null;
      if (!isWide && !isOfGuard(grant)) continue;
      found.add(key);
      yield {
        subject: { kind: "everyone", key: { role } },
        message: `everyone holds ${quote(permission)}`,
        apart: permission,
        because: { roles: [role, ...edgesOf(reach).map(({ inherits }) => inherits)], grant: permission },
      };
    }
  },
};

/** True for what gives a right to change the policy, and nothing beside. */
const isOfGuard = (grant: AnyGrant): boolean =>
  withoutOwn(grant.permission).startsWith("rbac:") && patternMeets("rbac:*", namesOfGrant(grant));

export const LOOSE_LENGTH: Rule = {
  id: "loose-length",
  severity: "note",
  title: "a wildcard that misses names of another number of parts, such as *:* beside names of one part",
  help:
    "A * stands for one part, and at the end for one or more. *:* covers no name of one part (* does), and *:delete " +
    "does not cover posts:comments:delete. Of a deny it is a warning: what it misses is allowed.",
  *find({ index }) {
    const escaped = escapedBy(index.policy.permission.keys(), index.grants);
    for (const byPattern of index.grants.values())
      for (const [pattern, grants] of byPattern) {
        const missed = escaped.get(withoutOwn(pattern));
        if (!missed) continue;
        for (const grant of grants) {
          const isCovered = (name: string) =>
            patternsCovering(name, isOwn(pattern)).some((other) =>
              byPattern.get(other)?.some(({ effect, scope }) => effect === grant.effect && scope === grant.scope),
            );
          const name = missed.find((one) => !isCovered(one));
          if (name === undefined) continue;
          const message = `${quote(pattern)} does not cover ${quote(name)}, which has another number of parts`;
          const severity = grant.effect === "deny" ? "warning" : "note";
          yield { ...aboutGrant(grant, message), severity };
        }
      }
  },
};

/** The names that a reader may think a pattern covers, by the patterns that some role grants or denies. */
function escapedBy(
  names: Iterable<string>,
  grants: LintInput["index"]["grants"],
): ReadonlyMap<string, readonly string[]> {
  const patterns = new Set<string>();
  for (const byPattern of grants.values())
    for (const pattern of byPattern.keys()) if (isWildcard(pattern)) patterns.add(withoutOwn(pattern));
  if (patterns.size === 0) return new Map();
  const pairs = [...names].flatMap((name) =>
    patternsEscapedBy(name).flatMap((pattern) => (patterns.has(pattern) ? [[pattern, name] as const] : [])),
  );
  return new Map([...grouped(pairs, ([pattern]) => pattern)].map(([pattern, all]) => [pattern, all.map(([, n]) => n)]));
}
