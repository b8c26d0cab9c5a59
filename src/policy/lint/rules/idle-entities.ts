/** Roles and permissions that play no part. */
import { removed } from "../../model/change.ts";
import { grouped } from "../../model/group-by.ts";
import { patternsCovering, withoutOwn } from "../../model/names.ts";
import { patternContains } from "../../model/patterns.ts";
import type { Policy } from "../../model/policy.ts";
import type { Rule } from "./rule.ts";

export const UNHELD_ROLE: Rule = {
  id: "unheld-role",
  severity: "note",
  title: "a role that nobody holds, and that no held role inherits",
  help:
    "Nobody gains anything by it. A role that waits for somebody, such as one for emergencies, or that an " +
    "application assumes, should say so: skip it in the document, with a reason. A policy without any assignment is " +
    "not judged: its people are kept elsewhere.",
  *find({ index, tables }) {
    if (index.policy.assignment.size === 0) return;
    for (const role of index.policy.role.values())
      if (!tables.held.has(role.role))
        yield { subject: { kind: "role", key: { role: role.role } }, message: "nobody holds it" };
  },
};

export const EMPTY_ROLE: Rule = {
  id: "empty-role",
  severity: "note",
  title: "a role that neither grants, denies nor inherits anything",
  help:
    "It allows nobody anything; only a question whether somebody has the role finds it. Give it what it was made " +
    "for, or delete it. A fix is offered where nothing in the policy names it.",
  *find({ index }) {
    const named = namedRoles(index.policy);
    for (const row of index.policy.role.values()) {
      const { role } = row;
      if (index.grants.has(role) || index.inherits.has(role)) continue;
      yield {
        subject: { kind: "role", key: { role } },
        message: "it grants, denies and inherits nothing",
        ...(!named.has(role) && { fix: [removed("role", row)] }),
      };
    }
  },
};

/** The roles that somebody holds, that another inherits, or that a constraint names. */
const namedRoles = ({ assignment, everyone, inheritance, constraint }: Policy): ReadonlySet<string> =>
  new Set([
    ...[...assignment.values(), ...everyone.values()].map(({ role }) => role),
    ...[...inheritance.values()].map(({ inherits }) => inherits),
    ...[...constraint.values()].flatMap(({ roles, needs }) => [...roles, ...(needs ?? [])]),
  ]);

export const UNUSED_PERMISSION: Rule = {
  id: "unused-permission",
  severity: "note",
  title: "a permission that no grant covers and no deny names",
  help:
    "Whoever asks for it is always told no. Either a grant is missing, or nothing asks for it any more and it can " +
    "go. What a grant leaves out by its name, or a deny covers, was meant so and is no finding.",
  *find({ index: { policy } }) {
    if (policy.role.size === 0) return;
    const isUsed = usedIn(policy);
    for (const { permission } of policy.permission.values())
      if (!isUsed(permission))
        yield { subject: { kind: "permission", key: { permission } }, message: "nothing grants it" };
  },
};

function usedIn(policy: Policy): (permission: string) => boolean {
  const plain = new Set<string>();
  for (const { permission } of policy.grant.values()) plain.add(withoutOwn(permission));
  const rows = grouped(policy.conditional.values(), ({ permission }) => withoutOwn(permission));
  const leftOut = new Set([...policy.conditional.values()].flatMap(({ but }) => but));
  const isGranted = (permission: string) => (pattern: string) =>
    plain.has(pattern) ||
    (rows.get(pattern) ?? []).some(({ but }) => !but.some((left) => patternContains(left, permission)));
  return (permission) => leftOut.has(permission) || patternsCovering(permission, false).some(isGranted(permission));
}

export const EMPTY_POLICY: Rule = {
  id: "empty-policy",
  severity: "warning",
  title: "a policy without roles, or without permissions",
  help: "An empty policy allows nothing, and passes all other rules. Mostly a path or database was not the one meant.",
  *find({ index: { policy } }) {
    if (policy.role.size === 0) yield { subject: null, message: "it has no role", apart: "role" };
    if (policy.permission.size === 0) yield { subject: null, message: "it has no permission", apart: "permission" };
  },
};
