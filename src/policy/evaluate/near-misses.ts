/** For a "no": the paths that almost allowed, with what stood in the way, and the smallest changes that would allow. */

import { byBytes } from "../model/byte-order.ts";
import { added, apply, type Change, changeOf, removed } from "../model/change.ts";
import { grouped } from "../model/group-by.ts";
import { partsOf, withoutOwn } from "../model/names.ts";
import type { Grant } from "../model/policy.ts";
import { covers } from "../model/scopes.ts";
import { asksAsOwner, type Because, because, type Decision, decide, grantsFor, type Question } from "./decide.ts";
import { type Lookup, lookupOf } from "./policy-index.ts";
import { type Asker, holdingsOf, isOpen, type Path, pathsThrough, reached, reachedFrom } from "./walk.ts";

/** What keeps a path from allowing. */
export type Obstacle = "disabled" | "session" | "ended" | "not begun" | "other scope" | "owner only" | "denied";

export type NearMiss = Because & { readonly obstacles: readonly Obstacle[] };

export interface Remedy {
  readonly changes: readonly Change[];
  /** How many more permissions somebody would then have, this one included. */
  readonly adds: number;
}

export interface Near {
  readonly misses: readonly NearMiss[];
  /** Best first: fewest changes, then the least added. */
  readonly remedies: readonly Remedy[];
}

/** Nothing is near to a yes. */
export const NOT_NEAR: Near = { misses: [], remedies: [] };

const MOST = 3;
/** Roles to try before the best are chosen, where no fewer will do. */
const ENOUGH = 50;

/**
 * Explains a denial. The slice must hold the grants in question and the roles that come to them, for any of these may be a
 * remedy; and all that the asker and the roles of `rolesNear` grant, for weighing what each would add.
 */
export function nearOf(lookup: Lookup, question: Question, decision: Decision): Near {
  if (decision.allowed) return NOT_NEAR;
  return { misses: missesOf(lookup, question, decision), remedies: remediesFor(lookup, question) };
}

/** Every path that would allow if one or more obstacles were not there, the fewest obstacles first. */
function missesOf(lookup: Lookup, question: Question, decision: Decision): NearMiss[] {
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
  const reaches = reachedFrom(lookup, holdingsOf(lookup, wide), wide);
  return [...pathsThrough(reaches, grantsFor(lookup, withoutOwn(question.permission), true))]
    .filter((path) => path.effect === "allow")
    .map((path) => ({ path, told: because(path) }))
    .map(({ path, told }) => ({ ...told, obstacles: obstaclesOf(path, told) }))
    .sort((a, b) => a.obstacles.length - b.obstacles.length);
}

/** Changes that would turn the answer, each tried by asking again. */
function remediesFor(lookup: Lookup, question: Question): Remedy[] {
  const { user } = question;
  if (user === null) return [];
  const base = [...enabling(lookup, user), ...lifting(lookup, question)];
  const lifted = base.length > 0 ? lookupOf(apply(lookup.policy, base)) : lookup;
  const asked = { ...question, activate: [] };
  if (decide(lifted, asked).allowed) return base.length > 0 ? [{ changes: base, adds: 1 }] : [];
  const now = reachable(lifted, asked);
  const assignments = rolesAllowing(lifted, asked).map((role): Remedy => {
    const gained = reachable(lifted, { ...asked, user: null, assume: [role], alone: true });
    return {
      changes: [...base, assignmentOf(lookup, asked, role)],
      adds: [...gained].filter((p) => !now.has(p)).length,
    };
  });
  const grants = directRoles(lifted, asked).map(
    (role): Remedy => ({ changes: [...base, grantOf(asked, role)], adds: 1 }),
  );
  const text = (remedy: Remedy) => JSON.stringify(remedy.changes);
  return [...assignments, ...grants].sort((a, b) => a.adds - b.adds || byBytes(text(a), text(b))).slice(0, MOST);
}

function enabling(lookup: Lookup, user: string): Change[] {
  const row = lookup.policy.user.get(user);
  const change = row?.disabled ? changeOf("user", row, { ...row, disabled: false }) : undefined;
  return change ? [change] : [];
}

/** Taking away every grant that denies here. */
function lifting(lookup: Lookup, question: Question): Change[] {
  const denies = new Map<Grant, Change>();
  const grants = grantsFor(lookup, withoutOwn(question.permission), asksAsOwner(question));
  for (const { effect, scope, grant } of pathsThrough(reached(lookup, { ...question, activate: [] }), grants)) {
    if (effect === "deny" && covers(scope, question.scope)) denies.set(grant, removed("grant", grant));
  }
  return [...denies.values()];
}

const rolesAllowing = (lookup: Lookup, question: Question): string[] =>
  rolesNear(lookup, question).filter(
    (role) => decide(lookup, { ...question, assume: [...question.assume, role] }).allowed,
  );

/**
 * The roles to try whether they would allow if they were held: those with a fitting grant, then those that inherit them, nearest first.
 * An heir brings all that its parent does and more, so heirs only fill the list up.
 */
export function rolesNear(lookup: Lookup, question: Question): string[] {
  const grants = grantsFor(lookup, withoutOwn(question.permission), asksAsOwner(question));
  const edges = grouped(lookup.policy.inheritance.values(), (edge) => edge.inherits);
  const heirsOf = (role: string) => (edges.get(role) ?? []).map((edge) => edge.role).sort(byBytes);
  const fits = (grant: Grant) => grant.effect === "allow" && covers(grant.scope, question.scope);
  const granting = [...lookup.grants.keys()].filter((role) => [...grants(role)].some(fits)).sort(byBytes);
  const heirs = new Set(granting.flatMap(heirsOf));
  for (const role of heirs) for (const heir of heirsOf(role)) heirs.add(heir);
  const least = granting.filter((role) => !heirs.has(role));
  return [...least, ...heirs].slice(0, Math.max(least.length, ENOUGH));
}

const directRoles = (lookup: Lookup, question: Question): string[] => [
  ...new Set(
    holdingsOf(lookup, question)
      .filter(({ held, scope }) => held === "assigned" && covers(scope, question.scope))
      .filter((holding) => isOpen(holding, question.at))
      .map(({ role }) => role),
  ),
];

function assignmentOf(lookup: Lookup, { user, scope }: Question, role: string): Change {
  const key = `${user}\0${role}\0${scope ?? ""}`;
  const row = { user: user ?? "", role, scope, from: null, until: null };
  return changeOf("assignment", lookup.policy.assignment.get(key), row) ?? added("assignment", row);
}

const grantOf = (question: Question, role: string): Change =>
  added("grant", { role, effect: "allow", permission: question.permission, scope: question.scope });

/** What somebody's open paths allow anywhere, as owner or not: a measure of privilege, not a decision. */
function reachable(lookup: Lookup, asker: Asker): Set<string> {
  const permissions = new Set<string>();
  for (const { role } of reached(lookup, asker)) {
    for (const [pattern, grants] of lookup.grants.get(role) ?? []) {
      if (!grants.some(({ effect }) => effect === "allow")) continue;
      const own = partsOf(pattern).own ? ":own" : "";
      for (const name of lookup.covered(pattern)) permissions.add(`${name}${own}`);
    }
  }
  return permissions;
}
