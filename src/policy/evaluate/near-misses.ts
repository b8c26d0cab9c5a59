/** Explains a "no": the paths that nearly allow, with their obstacles, and the smallest changes that would allow. */

import { byBytes } from "../model/byte-order.ts";
import { added, apply, type Change, changeOf, removed } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import type { Grant, RowRef } from "../model/policy.ts";
import type { FirstHand } from "../model/results.ts";
import { covers } from "../model/scopes.ts";
import { asksAsOwner, type Because, because, type Decision, decide, grantsFor, type Question } from "./decide.ts";
import { indexPolicy, type PolicyIndex } from "./policy-index.ts";
import { type Asker, holdingsOf, isOpen, type Path, pathsThrough, reached, reachedFrom } from "./walk.ts";

/** A reason for which a path does not allow. */
export type Obstacle = "disabled" | "session" | "ended" | "not begun" | "other scope" | "owner only" | "denied";

export type NearMiss = Because & { readonly obstacles: readonly Obstacle[] };

export interface Remedy {
  readonly changes: readonly Change[];
  /** The number of permissions that the user would gain, this one included. */
  readonly adds: number;
}

export interface NearMisses {
  readonly misses: readonly NearMiss[];
  /** Best first: those that add the fewest permissions. */
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
 * and all grants of the asker and of the roles of `rolesForRemedies`, to count the permissions that each would add
 */
export function nearMissesOf(index: PolicyIndex, question: Question, decision: Decision): NearMisses {
  if (decision.allowed) return NO_NEAR_MISSES;
  return { misses: missesOf(index, question, decision), remedies: remediesFor(index, question) };
}

/** Every path that would allow without its obstacles, the fewest obstacles first. */
function missesOf(index: PolicyIndex, question: Question, decision: Decision): NearMiss[] {
  const own = asksAsOwner(question);
  const session = new Set([...question.activate, ...question.assume]);
  /** A session that is refused blocks every path; a valid one blocks the paths through none of its roles. */
  const isOutsideSession = (evidence: Because) =>
    decision.reason === "session" ||
    (question.activate.length > 0 && !evidence.roles.some((role) => session.has(role)));
  const obstaclesOf = (path: Path, evidence: Because): Obstacle[] => {
    const { until, from } = path.reach.holding;
    const obstacles: [boolean, Obstacle][] = [
      [decision.reason === "disabled", "disabled"],
      [isOutsideSession(evidence), "session"],
      [until !== null && until <= question.at, "ended"],
      [from !== null && from > question.at, "not begun"],
      [!covers(path.scope, question.scope), "other scope"],
      [!own && isOwn(path.grant.permission), "owner only"],
      [decision.reason === "deny", "denied"],
    ];
    return obstacles.flatMap(([applies, obstacle]) => (applies ? [obstacle] : []));
  };
  const withoutSession = { ...question, activate: [] };
  const reaches = reachedFrom(index, holdingsOf(index, withoutSession), withoutSession);
  return [...pathsThrough(reaches, grantsFor(index, withoutOwn(question.permission), true))]
    .filter((path) => path.effect === "allow")
    .map((path) => ({ path, evidence: because(path) }))
    .map(({ path, evidence }) => ({ ...evidence, obstacles: obstaclesOf(path, evidence) }))
    .sort((a, b) => a.obstacles.length - b.obstacles.length);
}

/** Changes that would turn the answer into a yes; each role is tried by a new decision. */
function remediesFor(index: PolicyIndex, question: Question): Remedy[] {
  const { user } = question;
  if (user === null) return [];
  const unblocking = [...enablingChanges(index, user), ...denyRemovals(index, question)];
  const unblocked = unblocking.length > 0 ? indexPolicy(apply(index.policy, unblocking)) : index;
  const withoutSession = { ...question, activate: [] };
  if (decide(unblocked, withoutSession).allowed) return unblocking.length > 0 ? [{ changes: unblocking, adds: 1 }] : [];
  const allowedNow = allowedAnywhere(unblocked, withoutSession);
  const assignments = rolesAllowing(unblocked, withoutSession).map((role): Remedy => {
    const allowedByRole = allowedAnywhere(unblocked, { ...withoutSession, user: null, assume: [role], alone: true });
    return {
      changes: [...unblocking, assignmentOf(index, withoutSession, role)],
      adds: [...allowedByRole].filter((p) => !allowedNow.has(p)).length,
    };
  });
  const grants = directRoles(unblocked, withoutSession).map(
    (role): Remedy => ({ changes: [...unblocking, grantOf(withoutSession, role)], adds: 1 }),
  );
  const text = (remedy: Remedy) => JSON.stringify(remedy.changes);
  return [...assignments, ...grants]
    .sort((a, b) => a.adds - b.adds || byBytes(text(a), text(b)))
    .slice(0, MAX_REMEDIES);
}

function enablingChanges(index: PolicyIndex, user: string): Change[] {
  const row = index.policy.user.get(user);
  const change = row?.disabled ? changeOf("user", row, { ...row, disabled: false }) : undefined;
  return change ? [change] : [];
}

/** The removals of all grants that deny the question. */
function denyRemovals(index: PolicyIndex, question: Question): Change[] {
  const denies = new Map<Grant, Change>();
  const grants = grantsFor(index, withoutOwn(question.permission), asksAsOwner(question));
  for (const { effect, scope, grant } of pathsThrough(reached(index, { ...question, activate: [] }), grants)) {
    if (effect === "deny" && covers(scope, question.scope)) denies.set(grant, removed("grant", grant));
  }
  return [...denies.values()];
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
  const fits = (grant: Grant) => grant.effect === "allow" && covers(grant.scope, question.scope);
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
  const key = `${user}\0${role}\0${scope ?? ""}`;
  const row = { user: user ?? "", role, scope, from: null, until: null };
  return changeOf("assignment", index.policy.assignment.get(key), row) ?? added("assignment", row);
}

const grantOf = (question: Question, role: string): Change =>
  added("grant", { role, effect: "allow", permission: question.permission, scope: question.scope });

/** All permissions that open paths allow on any scope, as owner or not: a measure of privilege, not a decision. */
function allowedAnywhere(index: PolicyIndex, asker: Asker): Set<string> {
  const permissions = new Set<string>();
  for (const { role } of reached(index, asker)) {
    for (const [pattern, grants] of index.grants.get(role) ?? []) {
      if (!grants.some(({ effect }) => effect === "allow")) continue;
      const own = isOwn(pattern) ? ":own" : "";
      for (const name of index.covered(pattern)) permissions.add(`${name}${own}`);
    }
  }
  return permissions;
}
