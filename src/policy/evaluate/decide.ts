/** The rule of decision: from a question and a policy index to a decision with its evidence. */
import { UnknownName, wrong } from "../../errors.ts";
import { isOwn, patternsCovering, withoutOwn } from "../model/names.ts";
import type { Grant, RowRef } from "../model/policy.ts";
import { closure } from "../model/role-graph.ts";
import type { AnyRow, Effect } from "../model/rows.ts";
import { covers, type Scope, widest } from "../model/scopes.ts";
import type { PolicyIndex } from "./policy-index.ts";
import { type Asker, edgesOf, type HeldBy, type Path, pathsThrough, type Reach, reached } from "./walk.ts";

export interface Question extends Asker {
  /** A permission; with `:own` behind it, the question is asked as the owner. */
  readonly permission: string;
  /** The owner of the target, or `null`. It is compared with the user, and need not exist (rule 4). */
  readonly owner: string | null;
  readonly scope: Scope;
}

export type Reason = "allow" | "deny" | "none" | "disabled" | "session";

/**
 * A path as evidence: the holding, the roles along inheritance, the grant. Each row has the revision that wrote it.
 * The fields are printed as JSON.
 */
export interface Because {
  readonly effect: Effect;
  readonly held: HeldBy;
  readonly assignment: {
    readonly role: string;
    readonly scope: Scope;
    readonly from: string | null;
    readonly until: string | null;
    readonly revision: number | null;
  };
  readonly roles: readonly string[];
  readonly inheritance: readonly { readonly role: string; readonly inherits: string; readonly revision: number }[];
  /** `null` in the answer to `has`, which is about a role. */
  readonly grant: {
    readonly role: string;
    readonly permission: string;
    readonly scope: Scope;
    readonly revision: number;
  } | null;
  /** The scope on which the path holds. */
  readonly scope: Scope;
}

interface DecisionBody {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** For a yes: the denied scopes below the target. */
  readonly except: readonly Scope[];
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
  const {
    allowed,
    reason,
    except,
    because: evidence,
  } = denial ? denied(denial) : decideByPaths([...pathsTo(index, question, permission, own)], scope);
  // Lists the fields, since two spreads would cost three times as much as the decision; a batch has millions of them.
  const known = isKnown(index, question);
  return { allowed, reason, except, because: evidence, user, known, permission: question.permission, owner, scope, at };
}

/** The open paths of somebody to a permission (without `:own`), on any scope. */
export const pathsTo = (index: PolicyIndex, asker: Asker, permission: string, own: boolean): Iterable<Path> =>
  pathsThrough(reached(index, asker), grantsFor(index, permission, own));

/** Returns a function that lists the grants of a role that cover a permission. */
export function grantsFor(index: PolicyIndex, permission: string, own: boolean): (role: string) => Iterable<Grant> {
  const patterns = patternsCovering(permission, own);
  return (role) => {
    const grants = index.grants.get(role);
    return grants ? patterns.flatMap((pattern) => grants.get(pattern) ?? []) : [];
  };
}

/** The decision on a target: a deny that covers it wins, else an allow that covers it (rule 3). */
function decideByPaths(paths: readonly Path[], target: Scope): DecisionBody {
  const covering = paths.filter((path) => covers(path.scope, target));
  const evidenceFor = (effect: Effect) => covering.filter((path) => path.effect === effect).map(because);
  const denies = evidenceFor("deny");
  if (denies.length > 0) return { allowed: false, reason: "deny", except: [], because: denies };
  const allows = evidenceFor("allow");
  if (allows.length === 0) return denied("none");
  const deniesBelow = paths.filter((path) => path.effect === "deny" && covers(target, path.scope));
  return { allowed: true, reason: "allow", except: widest(deniesBelow.map((path) => path.scope)), because: allows };
}

const denied = (reason: Reason): DecisionBody => ({ allowed: false, reason, except: [], because: [] });

/**
 * Decides whether somebody holds a role, with inheritance, scope and time (rule 9).
 * @throws UnknownName (exit 2) for a user or role that the policy does not name.
 */
export function holds(
  index: PolicyIndex,
  question: Asker & { readonly role: string; readonly scope: Scope },
): HasDecision {
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

const evidenceOfRole = (reach: Reach): Because => ({
  ...evidenceOf(reach),
  effect: "allow",
  grant: null,
  scope: reach.holding.scope,
});

/** A path as evidence of a decision. */
export function because(path: Path): Because {
  const { role, permission, scope, revision } = path.grant;
  return {
    ...evidenceOf(path.reach),
    effect: path.effect,
    grant: { role, permission, scope, revision },
    scope: path.scope,
  };
}

function evidenceOf(reach: Reach) {
  const { held, role, scope, from, until, revision } = reach.holding;
  const edges = edgesOf(reach);
  return {
    held,
    assignment: { role, scope, from, until, revision },
    roles: [role, ...edges.map((edge) => edge.inherits)],
    inheritance: edges.map(({ role: heir, inherits, revision: edgeRevision }) => ({
      role: heir,
      inherits,
      revision: edgeRevision,
    })),
  };
}

/** The rows that a path consists of, from the assignment to the grant, to look up the entries that wrote them. */
export function refsOf(path: Because, user: string | null): RowRef[] {
  const { role, scope, revision } = path.assignment;
  const refs: RowRef[] = [];
  const kind = path.held === "everyone" ? "everyone" : "assignment";
  const key: AnyRow = kind === "everyone" ? { role } : { user, role, scope };
  if (revision !== null) refs.push({ kind, key, revision });
  for (const { revision: edgeRevision, ...edge } of path.inheritance)
    refs.push({ kind: "inheritance", key: edge, revision: edgeRevision });
  if (path.grant) {
    const { revision: grantRevision, ...grant } = path.grant;
    refs.push({ kind: "grant", key: { ...grant, effect: path.effect }, revision: grantRevision });
  }
  return refs;
}
