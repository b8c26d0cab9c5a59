/** People who join two permissions that a document says nobody may join. */
import type { ToxicPair } from "../../document/facts.ts";
import type { PolicyIndex } from "../../evaluate/policy-index.ts";
import { isOpen } from "../../evaluate/walk.ts";
import { byBytes } from "../../model/byte-order.ts";
import { isOwn, patternsCovering, quote, withoutOwn } from "../../model/names.ts";
import { patternContains } from "../../model/patterns.ts";
import { type AnyGrant, type Assignment, conditionOf, isConditional } from "../../model/policy.ts";
import { closure, heirsIn } from "../../model/role-graph.ts";
import { ancestorsOf, deeper, type Scope } from "../../model/scopes.ts";
import type { Found, LintInput, Rule } from "./rule.ts";

export const TOXIC: Rule = {
  id: "toxic",
  severity: "error",
  title: "a person who joins two permissions that nobody may join (lint: toxic in the document)",
  help:
    "Both are theirs now, on one scope: of what others own, or of what they own. To deny one of them to the owner " +
    "alone is no way out; if that is what you mean, write that one with :own in the pair. A condition counts as met, " +
    "since nobody can say that it never will be. Take one of the roles away, or split a role that has both: a " +
    "finding about a role says so.",
  *find(input): Iterable<Found> {
    const judged = new Set<string>();
    for (const pair of input.settings.toxic) {
      const apart = [...pair.permissions].sort(byBytes).join(" + ");
      if (judged.has(apart)) continue;
      judged.add(apart);
      const faults = [...faultsOf(input, pair)];
      for (const message of faults) yield { subject: null, message, apart, place: pair.place };
      if (faults.length === 0) for (const people of toxicPeople(input, pair)) yield* foundOf(people, pair, apart);
    }
  },
};

function* faultsOf({ index }: LintInput, { permissions }: ToxicPair): Iterable<string> {
  const [name = "", other] = permissions.map(withoutOwn);
  if (name === other) yield `a toxic pair is of ${quote(name)} twice`;
  for (const permission of new Set(permissions))
    if (!index.policy.permission.has(withoutOwn(permission)))
      yield `${quote(permission)} of a toxic pair is no permission`;
}

function* foundOf({ role, users, everyone }: ToxicPeople, { permissions }: ToxicPair, apart: string): Iterable<Found> {
  const both = permissions.map(quote).join(" and ");
  const [first = "", ...others] = users;
  const people = others.length === 0 ? quote(first) : `${users.length} people, such as ${quote(first)}`;
  if (role !== null) {
    const message = `it joins ${both}, for ${everyone === null ? people : "everyone"}`;
    yield { subject: { kind: "role", key: { role } }, message, apart };
  } else if (everyone !== null) {
    const message = `everyone joins ${both}, by several roles`;
    yield { subject: { kind: "everyone", key: { role: everyone } }, message, apart };
  } else
    for (const user of users)
      yield { subject: { kind: "user", key: { user } }, message: `they join ${both}, by several roles`, apart };
}

/** Those who join a pair by one role alone, by that role; and those who do so by several (`null`). */
interface ToxicPeople {
  readonly role: string | null;
  readonly users: readonly string[];
  /** One of the roles of everyone that allow any of it, where everyone joins the pair by these roles. */
  readonly everyone: string | null;
}

type Held = Pick<Assignment, "role" | "scope">;

/**
 * The people who join a pair, and everyone, whoever that is. Each set of roles is judged once, whoever holds it.
 * Those who join it by nothing but what everyone does are named with everyone.
 */
export function toxicPeople({ index, at }: LintInput, pair: ToxicPair): ToxicPeople[] {
  const { judge, plays, allows } = judgeOf(index, pair);
  const everyone: Held[] = [...index.policy.everyone.keys()]
    .filter(plays)
    .sort(byBytes)
    .map((role) => ({ role, scope: null }));
  const ofEveryone = judge(everyone);
  const judged = new Map<string, Verdict | null>();
  const found = new Map<string | null, string[]>();
  const common: string[] = [];
  for (const { user, disabled } of index.policy.user.values()) {
    if (disabled) continue;
    const open = (index.assignments.get(user) ?? []).filter((row) => plays(row.role) && isOpen(row, at));
    const key = open.map(({ role, scope }) => `${role}\0${scope ?? ""}`).join("\0\0");
    const known = judged.get(key);
    const verdict = known === undefined ? judge([...open, ...everyone]) : known;
    judged.set(key, verdict);
    if (verdict === null) continue;
    const { role } = verdict;
    const isTheirs = role !== null && role !== ofEveryone?.role && open.some((held) => held.role === role);
    const users = ofEveryone === null || isTheirs ? found.get(role) : common;
    if (users) users.push(user);
    else found.set(role, [user]);
  }
  const people = [...found].map(([role, users]) => ({ role, users, everyone: null }));
  if (ofEveryone === null) return people;
  const one = everyone.find(allows)?.role ?? null;
  return [{ role: ofEveryone.role, users: common, everyone: one }, ...people];
}

/** The role by which a pair is joined; `null` where it takes several. */
interface Verdict {
  readonly role: string | null;
}

/**
 * Judges what somebody holds, asked as an owner and asked as none: a deny of `:own` takes nothing from who owns
 * nothing. A pair that speaks of an owner is only asked as one.
 */
function judgeOf(index: PolicyIndex, { permissions }: ToxicPair) {
  const isOfOwners = permissions.some(isOwn);
  const ways = (isOfOwners ? [true] : [true, false]).map((asOwner) => {
    const [one, other] = permissions.map((name) => extentsOf(index, name, asOwner)) as [Extents, Extents];
    return { one, other, joins: (held: readonly Held[]) => isJoined(held.map(one), held.map(other)) };
  });
  return {
    judge: (held: readonly Held[]): Verdict | null => {
      const joining = ways.filter(({ joins }) => joins(held));
      const single = joining.flatMap(({ joins }) => held.find((row) => joins([row])) ?? []).at(0);
      return joining.length === 0 ? null : { role: single?.role ?? null };
    },
    plays: (role: string) => ways.some(({ one, other }) => one.roles.has(role) || other.roles.has(role)),
    allows: (held: Held) => ways.some(({ one, other }) => one(held).allowed.length + other(held).allowed.length > 0),
  };
}

/** Whether a row of a pattern that covers a permission counts: no deny under a condition, nothing that is left out. */
const concerns = (row: AnyGrant, permission: string): boolean =>
  (row.effect === "allow" || conditionOf(row) === null) &&
  !(isConditional(row) && row.but.some((left) => patternContains(left, permission)));

interface Extent {
  readonly allowed: readonly Scope[];
  readonly denied: readonly Scope[];
}

interface Extents {
  (held: Held): Extent;
  /** The roles that have to do with the permission. */
  readonly roles: ReadonlySet<string>;
}

/** True where both are allowed on one scope, the deeper of two that cover each other, and neither is denied there. */
function isJoined(one: readonly Extent[], other: readonly Extent[]): boolean {
  const scopesOf = (extents: readonly Extent[], side: keyof Extent) =>
    new Set(extents.flatMap((extent) => extent[side]));
  const denied = scopesOf([...one, ...other], "denied");
  const meets = (scopes: ReadonlySet<Scope>, others: ReadonlySet<Scope>) =>
    [...scopes].some((scope) => {
      const above = ancestorsOf(scope);
      return above.some((covering) => others.has(covering)) && !above.some((covering) => denied.has(covering));
    });
  const [ours, theirs] = [scopesOf(one, "allowed"), scopesOf(other, "allowed")];
  return meets(ours, theirs) || meets(theirs, ours);
}

/** Where each role allows a permission, and where it denies it whatever a condition says. */
function extentsOf(index: PolicyIndex, name: string, asOwner: boolean): Extents {
  const permission = withoutOwn(name);
  const patterns = patternsCovering(permission, asOwner);
  const own = new Map<string, readonly AnyGrant[]>();
  for (const [role, byPattern] of index.grants) {
    const rows = patterns.flatMap((pattern) => byPattern.get(pattern) ?? []);
    const counting = rows.filter((row) => concerns(row, permission));
    if (counting.length > 0) own.set(role, counting);
  }
  const roles = closure(own.keys(), heirsIn(index.policy));
  const parents = (role: string) => (index.inherits.get(role) ?? []).map(({ inherits }) => inherits);
  const reached = new Map<string, readonly AnyGrant[]>();
  const of = ({ role, scope }: Held): Extent => {
    const grants = reached.get(role) ?? [...closure([role], parents)].flatMap((name) => own.get(name) ?? []);
    reached.set(role, grants);
    const on = (effect: AnyGrant["effect"]) =>
      grants.flatMap((row) => {
        const deepest = deeper(scope, row.scope);
        return row.effect === effect && deepest !== undefined ? [deepest] : [];
      });
    return { allowed: on("allow"), denied: on("deny") };
  };
  return Object.assign(of, { roles });
}
