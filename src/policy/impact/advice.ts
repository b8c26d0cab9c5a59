/**
 * Advice on a "no": the smallest changes that would allow, each with everybody whom it would touch. Those that give the
 * least to the fewest come first.
 */
import { asksAsOwner, type Decision, decide, grantsFor, type Question } from "../evaluate/decide.ts";
import { factsFor, residualOfPath } from "../evaluate/judged-paths.ts";
import { missesOf, type NearMiss } from "../evaluate/near-misses.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Asker, holdingsOf, isOpen, type Path, pathsThrough, reached } from "../evaluate/walk.ts";
import { isConditional, leavesOut } from "../model/any-grant.ts";
import { byBytes } from "../model/byte-order.ts";
import { added, apply, type Change, changeOf, kindOf, removed } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyGrant, keyOf, type RowRef } from "../model/policy.ts";
import type { FirstHand } from "../model/results.ts";
import { covers } from "../model/scopes.ts";
import { type GainsAndLosses, type Impact, impactOf } from "./impact.ts";

export interface Remedy {
  readonly changes: readonly Change[];
  /** The number of permissions that the user would gain, this one included; and lose, by a role that is revoked. */
  readonly adds: number;
  readonly loses: number;
  /** How many people would gain anything, the user included; how many would lose, and how many both. */
  readonly people: Impact["people"];
  /** The fewest and the most permissions that any of them would gain. */
  readonly each: { readonly least: number; readonly most: number };
  /** True where the change touches more people than were counted. */
  readonly more: boolean;
}

export interface NearMisses {
  readonly misses: readonly NearMiss[];
  /** Best first: those that add the fewest permissions to the fewest people. */
  readonly remedies: readonly Remedy[];
}

/** A decision with what `why` adds to it. */
export interface Explanation {
  readonly decision: Decision;
  /** Near misses and remedies of a "no"; empty for a "yes". */
  readonly near: NearMisses;
  /** The entry that last wrote a row, and not merely renamed what it names. */
  readonly entryOf: (ref: Pick<RowRef, "kind" | "key">) => FirstHand | undefined;
}

/** No near misses and no remedies: for a yes, which needs neither. */
export const NO_NEAR_MISSES: NearMisses = { misses: [], remedies: [] };

const MAX_REMEDIES = 3;
/** The most roles to try. Only roles with a fitting grant that inherit no other such role may exceed it. */
const ROLES_TO_TRY = 50;

/**
 * Explains a denial.
 * @param index must contain the grants for the permission with all roles that reach them, since each may be a remedy;
 * all grants of the asker and of the roles of `rolesForRemedies`, to count the permissions that each would add; and the
 * people who hold a role of `widelyHeld`, with all that they hold
 * @param more true where there are more people than the index has
 */
export function nearMissesOf(index: PolicyIndex, question: Question, decision: Decision, more = false): NearMisses {
  if (decision.allowed) return NO_NEAR_MISSES;
  return { misses: missesOf(index, question, decision), remedies: remediesFor(index, question, more) };
}

/** The roles that advice may change for all who hold them: those of the user, and those that deny. */
export function widelyHeld(index: PolicyIndex, question: Question): string[] {
  const denying = denyPaths(index, question).map(({ grant }) => grant.role);
  return [...new Set([...directRoles(index, question), ...denying])];
}

/** Changes that would turn the answer into a yes, each tried by a decision and measured by its impact. */
function remediesFor(index: PolicyIndex, asked: Question, more: boolean): Remedy[] {
  const { user } = asked;
  if (user === null) return [];
  const question = { ...asked, activate: [], stranger: false };
  const entering = asked.stranger ? [added("user", { user, email: null, name: null, disabled: false })] : [];
  const unblocking = [...entering, ...enablingChanges(index, user)];
  const candidates = liftsOf(index, question).flatMap((lift) =>
    candidatesAfter(index, question, [...unblocking, ...lift]),
  );
  const measured = candidates.map((changes) => ({ changes, ...measureOf(index, changes, question, more) }));
  const text = ({ changes }: Remedy) => JSON.stringify(changes);
  return measured
    .sort((a, b) => a.weight - b.weight || a.width - b.width || byBytes(text(a), text(b)))
    .slice(0, MAX_REMEDIES)
    .map(({ weight: _, width: __, ...remedy }) => remedy);
}

/** The ways to take away what denies, the roles of the user before the denies of all; one empty way if nothing does. */
function liftsOf(index: PolicyIndex, question: Question): Change[][] {
  const denies = denyPaths(index, question);
  if (denies.length === 0) return [[]];
  const ungrants = new Map<AnyGrant, Change>(denies.map(({ grant }) => [grant, removalOf(grant)]));
  const holdings = denies.map(({ reach }) => reach.holding);
  const byAll = [...ungrants.values()];
  if (holdings.some(({ held }) => held !== "assigned")) return [byAll];
  const { user } = question;
  const keys = holdings.map(({ role, scope }) => keyOf("assignment", { user, role, scope }));
  const revokes = [...new Set(keys)].flatMap((key) => index.policy.assignment.get(key) ?? []);
  return [revokes.map((row) => removed("assignment", row)), byAll];
}

const removalOf = (grant: AnyGrant): Change =>
  isConditional(grant) ? removed("conditional", grant) : removed("grant", grant);

/** The first changes with what must follow them: nothing where they allow, else an assignment or a grant. */
function candidatesAfter(index: PolicyIndex, question: Question, first: readonly Change[]): Change[][] {
  const unblocked = first.length > 0 ? indexPolicy(apply(index.policy, first)) : index;
  if (decide(unblocked, question).allowed) return first.length > 0 ? [[...first]] : [];
  const allowedNow = allowedAnywhere(unblocked, question);
  const adds = (role: string) => {
    const byRole = allowedAnywhere(unblocked, { ...question, user: null, assume: [role], alone: true });
    return [...byRole].filter((permission) => !allowedNow.has(permission)).length;
  };
  const narrowest = rolesAllowing(unblocked, question)
    .map((role) => ({ role, count: adds(role) }))
    .sort((a, b) => a.count - b.count || byBytes(a.role, b.role))
    .slice(0, MAX_REMEDIES);
  const further = [
    ...narrowest.map(({ role }) => assignmentOf(unblocked, question, role)),
    ...directRoles(unblocked, question)
      .sort(byBytes)
      .map((role) => grantOf(question, role)),
  ];
  return further.map((change) => [...first, change]);
}

/** What changes do to the user and to everybody else. `width` is 0 where only the user is changed. */
function measureOf(index: PolicyIndex, changes: readonly Change[], { user, at }: Question, more: boolean) {
  const { people, outcomes } = impactOf(index.policy, changes, at);
  const counts = outcomes.map((outcome) => ({ users: outcome.users, ...countsOf(outcome) }));
  const own = counts.find(({ users }) => users.includes(user ?? ""));
  const gained = counts.map(({ gains }) => gains).filter((count) => count > 0);
  const isWide = changes.some((change) => ["grant", "conditional"].includes(kindOf(change)));
  return {
    adds: own?.gains ?? 0,
    loses: own?.losses ?? 0,
    people,
    // Nobody gains where only an assumed role is in the way, which nobody holds.
    each: gained.length === 0 ? { least: 0, most: 0 } : { least: Math.min(...gained), most: Math.max(...gained) },
    more: more && isWide,
    weight: counts.reduce((sum, { users, gains }) => sum + users.length * gains, 0),
    width: Number(isWide),
  };
}

/** How many permissions are gained, and lost, anywhere. */
const countsOf = ({ gains, losses }: GainsAndLosses) => ({
  gains: new Set(gains.map(({ permission }) => permission)).size,
  losses: new Set(losses.map(({ permission }) => permission)).size,
});

function enablingChanges(index: PolicyIndex, user: string): Change[] {
  const row = index.policy.user.get(user);
  const change = row?.disabled ? changeOf("user", row, { ...row, disabled: false }) : undefined;
  return change ? [change] : [];
}

/** The open paths that deny the question, of whatever session: a condition denies unless it is false. */
function denyPaths(index: PolicyIndex, question: Question): Path[] {
  const grants = grantsFor(index, withoutOwn(question.permission), asksAsOwner(question));
  const paths = pathsThrough(reached(index, { ...question, activate: [] }), grants);
  const facts = factsFor(index, question, withoutOwn(question.permission));
  return [...paths].filter(
    (path) => path.effect === "deny" && covers(path.scope, question.scope) && residualOfPath(path, facts) !== false,
  );
}

const rolesAllowing = (index: PolicyIndex, question: Question): string[] =>
  rolesForRemedies(index, question).filter(
    (role) => decide(index, { ...question, assume: [...question.assume, role] }).allowed,
  );

/**
 * The roles to try as remedies: those with a fitting grant, then those that inherit them, nearest first.
 * An heir grants all that its parent grants and more, so heirs only fill up the list.
 */
export function rolesForRemedies(index: PolicyIndex, question: Question): string[] {
  const grants = grantsFor(index, withoutOwn(question.permission), asksAsOwner(question));
  const edges = grouped(index.policy.inheritance.values(), (edge) => edge.inherits);
  const heirsOf = (role: string) => (edges.get(role) ?? []).map((edge) => edge.role).sort(byBytes);
  const fits = (grant: AnyGrant) => grant.effect === "allow" && covers(grant.scope, question.scope);
  const grantingRoles = [...index.grants.keys()].filter((role) => [...grants(role)].some(fits)).sort(byBytes);
  const heirs = new Set(grantingRoles.flatMap(heirsOf));
  for (const role of heirs) for (const heir of heirsOf(role)) heirs.add(heir);
  const minimal = grantingRoles.filter((role) => !heirs.has(role));
  return [...minimal, ...heirs].slice(0, Math.max(minimal.length, ROLES_TO_TRY));
}

const directRoles = (index: PolicyIndex, question: Question): string[] => [
  ...new Set(
    holdingsOf(index, question)
      .filter(({ held, scope }) => held === "assigned" && covers(scope, question.scope))
      .filter((holding) => isOpen(holding, question.at))
      .map(({ role }) => role),
  ),
];

function assignmentOf(index: PolicyIndex, { user, scope }: Question, role: string): Change {
  const row = { user: user ?? "", role, scope, from: null, until: null };
  return changeOf("assignment", index.policy.assignment.get(keyOf("assignment", row)), row) ?? added("assignment", row);
}

/** The narrowest grant that would do: on the scope asked about, and for owners where the question is an owner's. */
function grantOf(question: Question, role: string): Change {
  const forOwner = asksAsOwner(question) && !isOwn(question.permission);
  const permission = forOwner ? `${question.permission}:own` : question.permission;
  return added("grant", { role, effect: "allow", permission, scope: question.scope });
}

/** All permissions that open paths allow on any scope, as owner or not: a measure of privilege, not a decision. */
function allowedAnywhere(index: PolicyIndex, asker: Asker): Set<string> {
  const permissions = new Set<string>();
  for (const { role } of reached(index, asker)) {
    for (const [pattern, grants] of index.grants.get(role) ?? []) {
      const own = isOwn(pattern) ? ":own" : "";
      const allows = grants.filter(({ effect }) => effect === "allow");
      for (const name of index.covered(pattern))
        if (allows.some((grant) => !leavesOut(grant, name))) permissions.add(`${name}${own}`);
    }
  }
  return permissions;
}
