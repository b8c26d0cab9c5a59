/** The rule of decision: from a question and a policy index to a decision with its evidence. */
import { UnknownName, wrong } from "../../errors.ts";
import type { Facts } from "../conditions/given.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import { type AnyGrant, conditionOf, leavesOut } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import { covers, type Scope, widest } from "../model/scopes.ts";
import { conditioned } from "./conditional-extents.ts";
import { type Because, because, evidenceOfRole } from "./evidence.ts";
import { factsFor, residualOfPath, type Unless, unlessOf, whenLeft } from "./judged-paths.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, type Path, pathsThrough, reached } from "./walk.ts";

export interface Question extends Asker {
  /** A permission; with `:own` behind it, the question is asked as the owner. */
  readonly permission: string;
  /** The owner of the target, or `null`. It is compared with the user, and need not exist (rule 4). */
  readonly owner: string | null;
  readonly scope: Scope;
}

/** Does somebody hold a role there? */
export interface RoleQuestion extends Asker {
  readonly role: string;
  readonly scope: Scope;
}

/** In this order where several apply, `allow` aside; `condition`: a yes but for what is not known (rule 35). */
export type Reason = "allow" | "disabled" | "session" | "deny" | "none" | "condition";

interface DecisionBody {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** For a yes: the denied scopes below the target. */
  readonly except: readonly Scope[];
  /** For a yes: what denies below the target unless its condition is false; left out where nothing does. */
  readonly unless?: readonly Unless[];
  /** For the reason `condition`: what is left to know for a yes. */
  readonly when?: string;
  readonly because: readonly Because[];
}

/** Whether the policy knows who asks; `null` where they have no name. */
export type Known = boolean | null;

export interface Decision extends DecisionBody {
  readonly user: string | null;
  readonly known: Known;
  readonly permission: string;
  readonly owner: string | null;
  readonly scope: Scope;
  readonly at: string;
}

/** The answer to `has`: a decision about a role. */
export interface HasDecision extends DecisionBody {
  readonly user: string | null;
  readonly known: Known;
  readonly role: string;
  readonly scope: Scope;
  readonly at: string;
}

/**
 * True when the asker asks as the owner of the target: by `:own`, or as the given owner.
 * @throws RbacError `OWN_TWICE` (exit 2) when a question has both (rule 4).
 */
export function asksAsOwner(question: Pick<Question, "permission" | "owner" | "user">): boolean {
  const own = isOwn(question.permission);
  if (own && question.owner !== null) {
    throw wrong("OWN_TWICE", "ask with an owner or with :own, not both: either says that the target is theirs");
  }
  return own || (question.owner !== null && question.owner === question.user);
}

/**
 * Checks the names of an asker: a wrong spelling must never read as a "no".
 * @throws UnknownName (exit 2) for a user or role that the policy does not name.
 */
export function checkAsker(index: PolicyIndex, asker: Asker): void {
  const { user, role } = index.policy;
  if (asker.user !== null && !asker.stranger && !user.has(asker.user)) throw new UnknownName("user", asker.user);
  for (const name of [...asker.activate, ...asker.assume]) if (!role.has(name)) throw new UnknownName("role", name);
}

export const isKnown = ({ policy }: PolicyIndex, { user }: Asker): Known =>
  user === null ? null : policy.user.has(user);

/**
 * The reason for which an asker is denied everything: the user is disabled, or the session activates roles that the
 * asker does not hold or that a `dsd` forbids together (rules 6, 7).
 */
export function deniedOutright(index: PolicyIndex, asker: Asker): "disabled" | "session" | undefined {
  if (asker.user !== null && index.policy.user.get(asker.user)?.disabled) return "disabled";
  if (asker.activate.length === 0) return undefined;
  const reachedRoles = new Set<string>();
  for (const reach of reached(index, asker)) reachedRoles.add(reach.role);
  return asker.activate.every((role) => reachedRoles.has(role)) && !breaksDsd(index, asker) ? undefined : "session";
}

/** True when a session activates at least `limit` roles of a `dsd` set, inherited roles included. */
function breaksDsd(index: PolicyIndex, { activate, assume }: Asker): boolean {
  const sets = [...index.policy.constraint.values()].filter(({ type }) => type === "dsd");
  if (sets.length === 0) return false;
  const activated = activate.filter((role) => !assume.includes(role)); // Constraints ignore assumed roles (rule 7).
  const active = closure(activated, (role) => (index.inherits.get(role) ?? []).map((edge) => edge.inherits));
  return sets.some(({ roles, limit }) => roles.filter((role) => active.has(role)).length >= Number(limit));
}

/** Decides one question. @throws UnknownName (exit 2) for a user, role or permission that the policy does not name. */
export function decide(index: PolicyIndex, question: Question): Decision {
  checkAsker(index, question);
  const permission = withoutOwn(question.permission);
  if (!index.policy.permission.has(permission)) throw new UnknownName("permission", permission);
  const own = asksAsOwner(question);
  const { user, owner, scope, at } = question;
  const denial = deniedOutright(index, question);
  const body = denial
    ? denied(denial)
    : decideByPaths([...pathsTo(index, question, permission, own)], scope, () => factsFor(index, question, permission));
  // Lists the fields, since two spreads would cost three times as much as the decision; a batch has millions of them.
  const { allowed, reason, except, because: evidence } = body;
  const known = isKnown(index, question);
  const asked = question.permission;
  return conditioned(
    { allowed, reason, except, because: evidence, user, known, permission: asked, owner, scope, at },
    body,
  );
}

/** The open paths of somebody to a permission (without `:own`), on any scope. */
export const pathsTo = (index: PolicyIndex, asker: Asker, permission: string, own: boolean): Iterable<Path> =>
  pathsThrough(reached(index, asker), grantsFor(index, permission, own));

/** Returns a function that lists the grants of a role that cover a permission. */
export function grantsFor(index: PolicyIndex, permission: string, own: boolean): (role: string) => Iterable<AnyGrant> {
  const patterns = patternsCovering(permission, own);
  const mayLeaveOut = index.policy.conditional.size > 0;
  return (role) => {
    const grants = index.grants.get(role);
    if (!grants) return [];
    const covering = patterns.flatMap((pattern) => grants.get(pattern) ?? []);
    return mayLeaveOut ? covering.filter((grant) => !leavesOut(grant, permission)) : covering;
  };
}

/** The decision on a target: a deny that covers it wins, else an allow that covers it (rules 3, 35). */
function decideByPaths(paths: readonly Path[], target: Scope, facts: () => Facts): DecisionBody {
  if (paths.some((path) => conditionOf(path.grant) !== null)) return decideByConditions(paths, target, facts());
  const covering = paths.filter((path) => covers(path.scope, target));
  const denies = covering.filter((path) => path.effect === "deny");
  if (denies.length > 0) return deniedBy(denies);
  if (covering.length === 0) return denied("none");
  const deniesBelow = paths.filter((path) => path.effect === "deny" && covers(target, path.scope));
  return allowedBy(covering, deniesBelow);
}

/** The same where some of the paths have a condition: an allow counts only if it is true, a deny unless it is false. */
function decideByConditions(paths: readonly Path[], target: Scope, facts: Facts): DecisionBody {
  const judged = paths.map((path) => ({ path, residual: residualOfPath(path, facts) }));
  const [denies, allows] = (["deny", "allow"] as const).map((effect) =>
    judged.filter(({ path, residual }) => path.effect === effect && residual !== false),
  ) as [typeof judged, typeof judged];
  const isTrue = ({ residual }: (typeof judged)[number]) => residual === true;
  const isHere = ({ path }: (typeof judged)[number]) => covers(path.scope, target);
  const [deniesHere, allowsHere] = [denies.filter(isHere), allows.filter(isHere)];
  const pathsOf = (some: typeof judged) => some.map(({ path }) => path);
  if (deniesHere.some(isTrue)) return deniedBy(pathsOf(deniesHere.filter(isTrue)));
  if (allowsHere.length === 0) return denied("none");
  if (deniesHere.length > 0 || !allowsHere.some(isTrue)) {
    const residualsOf = (some: typeof judged) => some.map(({ residual }) => residual);
    const when = whenLeft(residualsOf(allowsHere), residualsOf(deniesHere));
    const evidence = pathsOf([...allowsHere, ...deniesHere]).map(because);
    return conditioned({ ...denied("condition"), because: evidence }, { ...(when !== undefined && { when }) });
  }
  const below = denies.filter(({ path }) => covers(target, path.scope));
  const unless = unlessOf(below);
  const body = allowedBy(pathsOf(allowsHere.filter(isTrue)), pathsOf(below.filter(isTrue)));
  return unless.length > 0 ? { ...body, unless } : body;
}

const deniedBy = (denies: readonly Path[]): DecisionBody => ({ ...denied("deny"), because: denies.map(because) });

const allowedBy = (allows: readonly Path[], deniesBelow: readonly Path[]): DecisionBody => ({
  allowed: true,
  reason: "allow",
  except: widest(deniesBelow.map((path) => path.scope)),
  because: allows.map(because),
});

const denied = (reason: Reason): DecisionBody => ({ allowed: false, reason, except: [], because: [] });

/**
 * Decides whether somebody holds a role, with inheritance, scope and time (rule 9).
 * @throws UnknownName (exit 2) for a user or role that the policy does not name.
 */
export function holds(index: PolicyIndex, question: RoleQuestion): HasDecision {
  checkAsker(index, question);
  const { user, role, scope, at } = question;
  if (!index.policy.role.has(role)) throw new UnknownName("role", role);
  const questionFields = { user, known: isKnown(index, question), role, scope, at };
  const denial = deniedOutright(index, question);
  if (denial) return { ...denied(denial), ...questionFields };
  const paths: Because[] = [];
  for (const reach of reached(index, question)) {
    if (reach.role === role && reach.allows && covers(reach.holding.scope, scope)) paths.push(evidenceOfRole(reach));
  }
  const allowed: DecisionBody = { allowed: true, reason: "allow", except: [], because: paths };
  return { ...(paths.length > 0 ? allowed : denied("none")), ...questionFields };
}
