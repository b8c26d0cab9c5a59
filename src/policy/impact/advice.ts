/**
 * Advice on a "no": the smallest changes that would allow, each with everybody whom it would touch. Those that give the
 * least to the fewest come first.
 */
import type { JudgedAtom } from "../conditions/explain.ts";
import { NOTHING_GIVEN } from "../conditions/given.ts";
import { asksAsOwner, type Decision, decide, grantsFor, type Question } from "../evaluate/decide.ts";
import type { Because } from "../evaluate/evidence.ts";
import { factsFor, residualOfPath } from "../evaluate/judged-paths.ts";
import { missesOf, type NearMiss } from "../evaluate/near-misses.ts";
import { indexPolicy, type PolicyIndex } from "../evaluate/policy-index.ts";
import { type Path, pathsThrough, reached } from "../evaluate/walk.ts";
import { byBytes } from "../model/byte-order.ts";
import { added, apply, type Change, changeOf, kindOf, removed } from "../model/change.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { type AnyGrant, isConditional, keyOf, type RowRef } from "../model/policy.ts";
import type { FirstHand } from "../model/results.ts";
import { covers } from "../model/scopes.ts";
import { impactOf } from "./impact.ts";
import { directRoles, rolesToGive } from "./remedy-roles.ts";
import type { GainsAndLosses, Impact, ImpactRow } from "./values.ts";

export interface Remedy {
  readonly changes: readonly Change[];
  /** What attributes must be for the yes; left out where they do not matter. */
  readonly when?: string;
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
  /** What the condition of a path asks, with what is known of it; empty where the path has none. */
  readonly atomsOf: (path: Because) => readonly JudgedAtom[];
  /** The entry that last wrote a row, and not merely renamed what it names. */
  readonly entryOf: (ref: Pick<RowRef, "kind" | "key">) => FirstHand | undefined;
}

/** No near misses and no remedies: for a yes, which needs neither. */
export const NO_NEAR_MISSES: NearMisses = { misses: [], remedies: [] };

const MAX_REMEDIES = 3;
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
  const isWaiting = decide(index, { ...question, stranger: asked.stranger === true }).reason === "condition";
  const measured = candidates.flatMap((changes) => {
    const promise = promiseOf(indexPolicy(apply(index.policy, changes)), question);
    // Where the answer waits for attributes already, to wait for others is no remedy.
    return isWaiting && promise.doubt > 0
      ? []
      : [{ changes, ...promise, ...measureOf(index, changes, question, more) }];
  });
  const text = ({ changes }: Remedy) => JSON.stringify(changes);
  return measured
    .sort((a, b) => a.doubt - b.doubt || a.weight - b.weight || a.width - b.width || byBytes(text(a), text(b)))
    .slice(0, MAX_REMEDIES)
    .map(({ doubt: _, weight: __, width: ___, ...remedy }) => remedy);
}

/** What a yes depends on once changes are made: `doubt` is 1 where this question may still be a no. */
function promiseOf(index: PolicyIndex, question: Question): { readonly doubt: number; readonly when?: string } {
  const { allowed, when } = decide(index, question);
  // The same without what is given says what may refuse it for another target.
  const depends = allowed ? decide(index, { ...question, given: NOTHING_GIVEN }).when : when;
  return { doubt: Number(!allowed), ...(depends !== undefined && { when: depends }) };
}

/**
 * The ways to take away what denies, the roles of the user before the denies of all; one empty way if nothing does, or
 * may do so only by a condition.
 */
function liftsOf(index: PolicyIndex, question: Question): Change[][] {
  const facts = factsFor(index, question, withoutOwn(question.permission));
  const denies = denyPaths(index, question);
  const none = denies.some((path) => residualOfPath(path, facts) === true) ? [] : [[]];
  if (denies.length === 0) return none;
  const ungrants = new Map<AnyGrant, Change>(denies.map(({ grant }) => [grant, ungrantOf(grant)]));
  const holdings = denies.map(({ reach }) => reach.holding);
  const byAll = [...ungrants.values()];
  if (holdings.some(({ held }) => held !== "assigned")) return [...none, byAll];
  const { user } = question;
  const keys = holdings.map(({ role, scope }) => keyOf("assignment", { user, role, scope }));
  const revokes = [...new Set(keys)].flatMap((key) => index.policy.assignment.get(key) ?? []);
  return [...none, revokes.map((row) => removed("assignment", row)), byAll];
}

const ungrantOf = (grant: AnyGrant): Change =>
  isConditional(grant) ? removed("conditional", grant) : removed("grant", grant);

/** The first changes with what must follow them: nothing where they allow, else an assignment or a grant. */
function candidatesAfter(index: PolicyIndex, question: Question, first: readonly Change[]): Change[][] {
  const unblocked = first.length > 0 ? indexPolicy(apply(index.policy, first)) : index;
  const { allowed, reason } = decide(unblocked, question);
  const byItself = first.length > 0 && (allowed || reason === "condition") ? [[...first]] : [];
  if (allowed) return byItself;
  const further = [
    ...rolesToGive(unblocked, question, MAX_REMEDIES).map((role) => assignmentOf(unblocked, question, role)),
    ...directRoles(unblocked, question)
      .sort(byBytes)
      .map((role) => grantOf(question, role)),
  ];
  return [...byItself, ...further.map((change) => [...first, change])];
}

/** What changes do to the user and to everybody else. `width` is 0 where only the user is changed. */
function measureOf(index: PolicyIndex, changes: readonly Change[], { user, at }: Question, more: boolean) {
  const { people, outcomes } = impactOf(index.policy, changes, at);
  const counts = outcomes.map((outcome) => ({ users: outcome.users, ...countsOf(outcome) }));
  const own = counts.find(({ users }) => users.includes(user as string));
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

/** How many permissions are gained, and lost, anywhere; a row may be a pattern that stands for several. */
const countsOf = ({ gains, losses }: GainsAndLosses) => ({
  gains: permissionsIn(gains),
  losses: permissionsIn(losses),
});

const permissionsIn = (rows: readonly ImpactRow[]): number =>
  [...new Map(rows.map(({ permission, count = 1 }) => [permission, count])).values()].reduce((sum, n) => sum + n, 0);

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

function assignmentOf(index: PolicyIndex, { user, scope }: Question, role: string): Change {
  const row = { user: user as string, role, scope, from: null, until: null };
  return changeOf("assignment", index.policy.assignment.get(keyOf("assignment", row)), row) ?? added("assignment", row);
}

/** The narrowest grant that would do: on the scope asked about, and for owners where the question is an owner's. */
function grantOf(question: Question, role: string): Change {
  const forOwner = asksAsOwner(question) && !isOwn(question.permission);
  const permission = forOwner ? `${question.permission}:own` : question.permission;
  return added("grant", { role, effect: "allow", permission, scope: question.scope });
}
