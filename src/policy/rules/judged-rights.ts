/** The rights that changes give and take: of each of them the actor of a guarded policy must hold as much (rule 24). */
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { askerOf, holdingsOf } from "../evaluate/walk.ts";
import { byKind, type Change, type ChangeOf, formerNamesOf } from "../model/change.ts";
import type { AnyGrant, Conditional, Policy } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import type { Effect, Kind, Rows } from "../model/rows.ts";
import { deeper, type Scope } from "../model/scopes.ts";
import { hasEnded } from "../model/times.ts";
import type { Right } from "./delegable-rights.ts";
import { asksFor } from "./named-in-conditions.ts";

/**
 * Returns a function that lists the rights that one of the changes gives or takes: every allow that it brings into
 * effect, every allow that it takes from somebody, and every deny that it lifts.
 * @param changes all of one revision, that lead from `before` to `after`
 * @param actor who makes them: an API key of their own they may end whatever they hold
 */
export function judgedRights(
  before: Policy,
  after: Policy,
  changes: readonly Change[],
  { actor, now }: { readonly actor: string; readonly now: string },
): (change: Change) => Iterable<Right> {
  const renamedFrom = formerNamesOf(changes, "user");
  const renamed = new Set(renamedFrom.values());
  const leaving = changes.flatMap((change) => (change.kind === "user.remove" ? [change.user] : []));
  const deleted = new Set(leaving.filter((user) => !renamed.has(user)));
  const admitsStrangers = after.policy.has("strangers");
  const rightsByKind = rightsByKindOf({
    before: sideOf(before, now),
    after: sideOf(after, now),
    now,
    formerOf: (user) => renamedFrom.get(user),
    isRenamed: (user) => renamed.has(user),
    gainsNothing: (user) => deleted.has(user) && !admitsStrangers,
    losesNothing: (user) => user === actor || deleted.has(user),
  });
  return (change) => byKind(rightsByKind, change);
}

/** The policy before the changes, or after them. */
interface Side {
  /** All grants that a role reaches. */
  readonly grants: (role: string) => readonly AnyGrant[];
  /** Every allow that somebody has or will have while they are enabled. */
  readonly allowsOf: (user: string) => Iterable<Right>;
  /** The conditional grants that ask for an attribute of resources. */
  readonly asking: (attribute: string) => readonly Conditional[];
  /** The fields of a user; `null` for nobody. */
  readonly fieldsOf: (user: string) => Pick<Rows["user"], "disabled"> | null;
}

function sideOf(policy: Policy, now: string): Side {
  const index = indexPolicy(policy);
  const grants = grantsReached(index);
  return {
    grants,
    allowsOf: (user) =>
      holdingsOf(index, askerOf(user, "", {}))
        .filter((holding) => remaining(holding, now))
        .flatMap(({ role, scope }) => [...rightsOn(grants(role), "allow", scope)]),
    asking: (attribute) => [...policy.conditional.values()].filter((row) => asksFor(row, attribute)),
    fieldsOf: (user) => policy.user.get(user) ?? null,
  };
}

interface Judged {
  readonly before: Side;
  readonly after: Side;
  readonly now: string;
  /** The name that a user has until these changes. */
  formerOf(user: string): string | undefined;
  /** True for a name that a user loses by a renaming. */
  isRenamed(user: string): boolean;
  /** True for a user who gains nothing where a deny of theirs goes, because they go with it. */
  gainsNothing(user: string): boolean;
  /** True for a user from whom a key is not taken: it is the actor's own, or goes with its user. */
  losesNothing(user: string): boolean;
}

type RightsByKind = { readonly [K in Kind]: (change: ChangeOf<K>) => Iterable<Right> };

const none = (): Iterable<Right> => [];

const rightsByKindOf = ({ before, after, now, ...judged }: Judged): RightsByKind => ({
  permission: none,
  role: none, // What it grants, inherits, and who holds it, goes in changes of their own.
  user: (change) => {
    const former = judged.formerOf(change.user) ?? change.user;
    if (change.after === null && judged.isRenamed(change.user)) return []; // The new name is judged in its place.
    const could = isEnabled(change.before ?? before.fieldsOf(former));
    const can = isEnabled(change.after);
    if (could === can) return [];
    return can ? after.allowsOf(change.user) : before.allowsOf(former);
  },
  inheritance: ({ inherits, after: stays }) =>
    stays ? rightsOn(after.grants(inherits), "allow", null) : allRightsOn(before.grants(inherits), null),
  grant: (grant) => [rightOf(grant)], // To add a deny needs `rbac:escalate` already.
  everyone: ({ role, after: stays }) =>
    stays ? rightsOn(after.grants(role), "allow", null) : allRightsOn(before.grants(role), null),
  assignment: ({ user, role, scope, ...windows }) => {
    const [was, is] = [remaining(windows.before, now), remaining(windows.after, now)];
    // A window that has ended gives nothing any more, but says for ever that somebody held the role.
    const isGiven = is ? !isWithin(is, was) : windows.after !== null && !isWithin(windows.after, windows.before);
    const given = isGiven ? rightsOn(after.grants(role), "allow", scope) : [];
    if (!was || isWithin(was, is)) return given;
    const granted = before.grants(role);
    return [...given, ...(judged.gainsNothing(user) ? rightsOn(granted, "allow", scope) : allRightsOn(granted, scope))];
  },
  constraint: none,
  policy: none,
  conditional: (change) => [rightOf({ ...change, ...(change.before ?? change.after) })],
  // Another type or other values may make true or false what was unknown: as if each grant came and went.
  attribute: ({ attribute }) => [...before.asking(attribute), ...after.asking(attribute)].map(rightOf),
  former: none,
  identity: none,
  approval: none,
  // A secret that goes takes as much as disabling its user does, and one that has ended nothing.
  "api-key": ({ user, before: key, after: stays }) =>
    stays || !key || hasEnded(key, now) || judged.losesNothing(user) ? [] : before.allowsOf(user),
});

const isEnabled = (fields: Pick<Rows["user"], "disabled"> | null): boolean => fields !== null && !fields.disabled;

type Window = Pick<Rows["assignment"], "from" | "until">;

/** The rest of a window from now on, `null` if it has passed: the past part affects nothing. */
function remaining(window: Window | null, now: string): Window | null {
  if (window === null || (window.until !== null && window.until <= now)) return null;
  return { from: window.from !== null && window.from > now ? window.from : null, until: window.until };
}

/** True when a window lies within another one. */
const isWithin = (inner: Window, outer: Window | null): boolean =>
  outer !== null &&
  (outer.from === null || (inner.from !== null && inner.from >= outer.from)) &&
  (outer.until === null || (inner.until !== null && inner.until <= outer.until));

/** What grants allow, or deny, on a scope. */
function* rightsOn(grants: readonly AnyGrant[], effect: Effect, scope: Scope): Iterable<Right> {
  for (const grant of grants) {
    const deeperScope = deeper(scope, grant.scope);
    if (grant.effect === effect && deeperScope !== undefined) yield { ...rightOf(grant), scope: deeperScope };
  }
}

/**
 * What a grant gives, or as a deny takes. A deny counts unless its condition is false, so that who is rid of it may
 * gain more than the condition says: it is judged as if it had none.
 */
const rightOf = ({ effect, permission, scope, but = [], when = null }: Right & { readonly effect: Effect }): Right =>
  effect === "deny" ? { permission, scope } : { permission, scope, but, when };

/** What grants allow on a scope, and then what they deny. */
const allRightsOn = (grants: readonly AnyGrant[], scope: Scope): Iterable<Right> => [
  ...rightsOn(grants, "allow", scope),
  ...rightsOn(grants, "deny", scope),
];

/** Returns a function that lists the grants of a role, its own and the inherited ones; cached by role. */
function grantsReached(index: PolicyIndex): Side["grants"] {
  const cache = new Map<string, readonly AnyGrant[]>();
  const parents = (role: string) => (index.inherits.get(role) ?? []).map((edge) => edge.inherits);
  const own = (role: string) => [...(index.grants.get(role)?.values() ?? [])].flat();
  return (role) => {
    const grants = cache.get(role) ?? [...closure([role], parents)].flatMap(own);
    cache.set(role, grants);
    return grants;
  };
}
