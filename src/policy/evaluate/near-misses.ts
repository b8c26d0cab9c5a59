/** For a "no": the paths that almost allowed, with what stood in the way, and the smallest changes that would allow. */

import { byBytes } from "../model/byte-order.ts";
import { added, apply, type Change, changeOf, removed } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { partsOf, withoutOwn } from "../model/names.ts";
import type { Grant } from "../model/policy.ts";
import { covers } from "../model/scopes.ts";
import { asksAsOwner, type Because, because, type Decision, decide, grantsFor, type Question } from "./decide.ts";
import { indexPolicy, type PolicyIndex } from "./policy-index.ts";
import { type Asker, holdingsOf, isOpen, type Path, pathsThrough, reached, reachedFrom } from "./walk.ts";

/** What keeps a path from allowing. */
export type Obstacle = "disabled" | "session" | "ended" | "not begun" | "other scope" | "owner only" | "denied";

export type NearMiss = Because & { readonly obstacles: readonly Obstacle[] };

export interface Remedy {
  readonly changes: readonly Change[];
  /** How many more permissions somebody would then have, this one included. */
  readonly adds: number;
}

export interface NearMisses {
  readonly misses: readonly NearMiss[];
  /** Best first: fewest changes, then the least added. */
  readonly remedies: readonly Remedy[];
}

/** Nothing is near to a yes. */
export const NO_NEAR_MISSES: NearMisses = { misses: [], remedies: [] };

const MOST = 3;
/** Roles to try before the best are chosen, where no fewer will do. */
const ENOUGH = 50;

/**
 * Explains a denial. The slice must hold the grants in question and the roles that come to them, for any of these may be a
 * remedy; and all that the asker and the roles of `rolesNear` grant, for weighing what each would add.
 */
export function nearMissesOf(index: PolicyIndex, question: Question, decision: Decision): NearMisses {
  if (decision.allowed) return NO_NEAR_MISSES;
  return { misses: missesOf(index, question, decision), remedies: remediesFor(index, question) };
}

/** Every path that would allow if one or more obstacles were not there, the fewest obstacles first. */
function missesOf(index: PolicyIndex, question: Question, decision: Decision): NearMiss[] {
  const own = asksAsOwner(question);
  const session = new Set([...question.activate, ...question.assume]);
  /** A set that is not held bars every path; one that is held bars those that pass none of its roles. */
  const outside = (told: Because) =>
    decision.reason === "session" || (question.activate.length > 0 && !told.roles.some((role) => session.has(role)));
  const obstaclesOf = (path: Path, told: Because): Obstacle[] => {
    const { until, from } = path.reach.holding;
    const obstacles: [boolean, Obstacle][] = [
      [decision.reason === "disabled", "disabled"],
      [outside(told), "session"],
      [until !== null && until <= question.at, "ended"],
      [from !== null && from > question.at, "not begun"],
      [!covers(path.scope, question.scope), "other scope"],
      [!own && partsOf(path.grant.permission).own, "owner only"],
      [decision.reason === "deny", "denied"],
    ];
    return obstacles.flatMap(([stands, obstacle]) => (stands ? [obstacle] : []));
  };
  const wide = { ...question, activate: [] };
  const reaches = reachedFrom(index, holdingsOf(index, wide), wide);
  return [...pathsThrough(reaches, grantsFor(index, withoutOwn(question.permission), true))]
    .filter((path) => path.effect === "allow")
    .map((path) => ({ path, told: because(path) }))
    .map(({ path, told }) => ({ ...told, obstacles: obstaclesOf(path, told) }))
    .sort((a, b) => a.obstacles.length - b.obstacles.length);
}

/** Changes that would turn the answer, each tried by asking again. */
function remediesFor(index: PolicyIndex, question: Question): Remedy[] {
  const { user } = question;
  if (user === null) return [];
  const base = [...enabling(index, user), ...lifting(index, question)];
  const lifted = base.length > 0 ? indexPolicy(apply(index.policy, base)) : index;
  const asked = { ...question, activate: [] };
  if (decide(lifted, asked).allowed) return base.length > 0 ? [{ changes: base, adds: 1 }] : [];
  const now = reachable(lifted, asked);
  const assignments = rolesAllowing(lifted, asked).map((role): Remedy => {
    const gained = reachable(lifted, { ...asked, user: null, assume: [role], alone: true });
    return {
      changes: [...base, assignmentOf(index, asked, role)],
      adds: [...gained].filter((p) => !now.has(p)).length,
    };
  });
  const grants = directRoles(lifted, asked).map(
    (role): Remedy => ({ changes: [...base, grantOf(asked, role)], adds: 1 }),
  );
  const text = (remedy: Remedy) => JSON.stringify(remedy.changes);
  return [...assignments, ...grants].sort((a, b) => a.adds - b.adds || byBytes(text(a), text(b))).slice(0, MOST);
}

function enabling(index: PolicyIndex, user: string): Change[] {
  const row = index.policy.user.get(user);
  const change = row?.disabled ? changeOf("user", row, { ...row, disabled: false }) : undefined;
  return change ? [change] : [];
}

/** Taking away every grant that denies here. */
function lifting(index: PolicyIndex, question: Question): Change[] {
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
 * The roles to try whether they would allow if they were held: those with a fitting grant, then those that inherit them, nearest first.
 * An heir brings all that its parent does and more, so heirs only fill the list up.
 */
export function rolesForRemedies(index: PolicyIndex, question: Question): string[] {
  const grants = grantsFor(index, withoutOwn(question.permission), asksAsOwner(question));
  const edges = grouped(index.policy.inheritance.values(), (edge) => edge.inherits);
  const heirsOf = (role: string) => (edges.get(role) ?? []).map((edge) => edge.role).sort(byBytes);
  const fits = (grant: Grant) => grant.effect === "allow" && covers(grant.scope, question.scope);
  const granting = [...index.grants.keys()].filter((role) => [...grants(role)].some(fits)).sort(byBytes);
  const heirs = new Set(granting.flatMap(heirsOf));
  for (const role of heirs) for (const heir of heirsOf(role)) heirs.add(heir);
  const least = granting.filter((role) => !heirs.has(role));
  return [...least, ...heirs].slice(0, Math.max(least.length, ENOUGH));
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

/** What somebody's open paths allow anywhere, as owner or not: a measure of privilege, not a decision. */
function reachable(index: PolicyIndex, asker: Asker): Set<string> {
  const permissions = new Set<string>();
  for (const { role } of reached(index, asker)) {
    for (const [pattern, grants] of index.grants.get(role) ?? []) {
      if (!grants.some(({ effect }) => effect === "allow")) continue;
      const own = partsOf(pattern).own ? ":own" : "";
      for (const name of index.covered(pattern)) permissions.add(`${name}${own}`);
    }
  }
  return permissions;
}
