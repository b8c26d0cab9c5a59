/** Roles that come to the same, or nearly. */
import { byBytes } from "../../model/byte-order.ts";
import type { RoleGroup } from "../roles/role-groups.ts";
import type { RoleRights } from "../roles/role-rights.ts";
import { SimilarSets } from "../roles/similar-sets.ts";
import { MOST_NAMES, namesInWords, roleNames } from "./grant-findings.ts";
import type { LintTables } from "./lint-tables.ts";
import type { Found, Rule } from "./rule.ts";

export const DUPLICATE_ROLE: Rule = {
  id: "duplicate-role",
  severity: "warning",
  title: "a role whose grants and denies, inherited ones included, are those of another role",
  help:
    "Two names for one thing drift apart unseen. Give its holders the other role and delete it, or say in a skip " +
    "why there are two. It has no fix: who holds it, and what constraints say of it, is for a person to join.",
  *find({ tables }) {
    const { roles, groups } = tables;
    for (const group of groups)
      for (const role of group.roles.slice(1)) {
        const others = group.roles.slice(0, MOST_NAMES + 1).filter((other) => other !== role);
        const names = namesInWords(roleNames(roles, others), group.roles.length - 1);
        const all = group.rights.length === 1 ? "its one grant is that" : `its ${group.rights.length} grants are those`;
        yield { ...about(roles, role), message: `${all} of ${names}` };
      }
  },
};

/** At least nine of ten grants in common. Of a thousand roles that are all alike, each is compared with some only. */
const [TENTHS, LEAST_ALIKE, MOST_ALIKE] = [9, 5, 100];

export const NEAR_DUPLICATE_ROLE: Rule = {
  id: "near-duplicate-role",
  severity: "note",
  title: "a role that has nine of ten grants in common with another, which it does not inherit",
  help:
    "Roles that differ in little are often one role that was copied and then changed. If the difference is meant, " +
    "let one inherit the other so that it shows; if not, make them one.",
  *find({ tables }) {
    const { roles, groups } = tables;
    const large = groups.filter(({ rights }) => rights.length >= LEAST_ALIKE);
    const sets = new SimilarSets(rightsOf(large), roles.rights.count);
    const alike = new Map<number, string[]>();
    for (const { one, other } of sets.pairs(TENTHS, MOST_ALIKE)) {
      const [a, b] = [large[one]?.roles[0] as number, large[other]?.roles[0] as number];
      if (inherits(roles, a, b) || inherits(roles, b, a)) continue;
      const [first, second] = a < b ? [a, b] : [b, a];
      alike.set(second, [...(alike.get(second) ?? []), roles.nameOf(first)]);
    }
    for (const [role, others] of alike)
      yield {
        ...about(roles, role),
        message: `nine of ten of its grants are those of ${namesInWords(others.sort(byBytes))}`,
      };
  },
};

const LEAST_SAVED = 5;

export const COULD_INHERIT: Rule = {
  id: "could-inherit",
  severity: "note",
  isOff: true,
  title: "a role that repeats all grants of another, and could inherit it",
  help:
    "It would save at least five rows, and what is changed there would be changed here. Only the largest such " +
    "roles are named. It has no fix: whoever inherits a role also holds it, and constraints count that.",
  *find({ tables }) {
    const { roles, groups } = tables;
    const sets = new SimilarSets(rightsOf(groups), roles.rights.count);
    for (const { outer, inner } of sets.largestWithin(LEAST_SAVED + 1)) {
      const within = inner.map((at) => groups[at] as RoleGroup);
      for (const role of (groups[outer] as RoleGroup).roles) {
        const others = within.flatMap((group) => savingsBy(tables, role, group));
        const [first] = others;
        if (!first) continue;
        const names = others.map(({ name }) => name);
        const what = `${names.length === 1 ? "that" : "the first"} would save ${first.saved} rows`;
        yield { ...about(roles, role), message: `it could inherit ${namesInWords(names)}: ${what}` };
      }
    }
  },
};

/** One of some equal roles that a role could inherit, and how many rows fewer that would be. */
function savingsBy({ roles, needless }: LintTables, role: number, { roles: equal, rights }: RoleGroup) {
  const given = new Set(rights);
  const own = roles.own[role] as (typeof roles.own)[number];
  const saved = own.filter(({ right }, at) => given.has(right) && !needless.has(role, at)).length - 1;
  const other = equal.find((one) => !inherits(roles, role, one) && !inherits(roles, one, role));
  return saved < LEAST_SAVED || other === undefined ? [] : [{ name: roles.nameOf(other), saved }];
}

const rightsOf = (groups: readonly RoleGroup[]) => groups.map(({ rights }) => rights);

const inherits = (roles: RoleRights, heir: number, role: number): boolean =>
  roles.reach([heir]).placeOf(role) !== undefined;

const about = (roles: RoleRights, role: number): Pick<Found, "subject"> => ({
  subject: { kind: "role", key: { role: roles.nameOf(role) } },
});
