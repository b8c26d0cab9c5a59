/** The guard: nobody hands out a right that they do not hold, and nobody takes one away from others (rule 24). */
import { type RbacError, refused } from "../../errors.ts";
import { indexPolicy } from "../evaluate/policy-index.ts";
import { byKind, type Change, type ChangeOf, rowInWords } from "../model/change.ts";
import type { NeededRows, Refuse } from "../model/mutation.ts";
import { quote } from "../model/names.ts";
import { moreInWords, type Policy } from "../model/policy.ts";
import type { Kind } from "../model/rows.ts";
import type { Scope } from "../model/scopes.ts";
import { DelegableRights, ESCALATE, type Right } from "./delegable-rights.ts";
import { judgedRights } from "./judged-rights.ts";
import { isOfKey } from "./keys-of-people.ts";
import { refuseAtOnce } from "./refusals.ts";
import { movedByRenames } from "./renames.ts";

export const isGuarded = (policy: Pick<Policy, "policy">): boolean => policy.policy.has("guarded");

/**
 * The rows that the guard needs: the actor with all roles that they reach, and the roles and users of the changes, with
 * what these hold and reach. The settings say whether strangers are admitted.
 */
export const rowsForGuard = (actor: string, changes: readonly Change[]): NeededRows => ({
  users: [...new Set([actor, ...changes.flatMap((change) => ("user" in change ? [change.user] : []))])],
  roles: [
    ...new Set(
      changes.flatMap((change) => [
        ...("role" in change ? [change.role] : []),
        ...("inherits" in change ? [change.inherits] : []),
      ]),
    ),
  ],
  constraints: true,
  // What is declared of an attribute decides with the conditions that ask for it.
  ...(changes.some((change) => "attribute" in change) && { conditionals: true }),
});

/**
 * Refuses each change that the actor may not make, by `GUARDED` (exit 3).
 * @param before, after at least the rows of `rowsForGuard`
 */
export function refuseBeyondRights(
  before: Policy,
  after: Policy,
  changes: readonly Change[],
  actor: string,
  now: string,
  refuse: Refuse = refuseAtOnce,
): void {
  const powerless = withoutRights(actor, before);
  if (powerless) {
    refuse(powerless); // Once, as it is about none of the changes.
    return;
  }
  const rights = new DelegableRights(indexPolicy(before), actor, now);
  const rightsOf = judgedRights(before, after, changes, { actor, now });
  const moved = movedByRenames(changes);
  for (const change of changes) {
    if (moved.has(change)) continue; // The row of kind `former` is judged in their place.
    const missing = missingRight(change, actor, rights, rightsOf);
    if (!missing) continue;
    const text = beyondRights(actor, missing);
    refuse(refused("GUARDED", text), () => [refused("GUARDED", `${rowInWords(change)}: ${text}`)]);
  }
}

/** The first right that an actor needs for a change and does not have. */
function missingRight(
  change: Change,
  actor: string,
  rights: DelegableRights,
  rightsOf: (change: Change) => Iterable<Right>,
): Right | undefined {
  const needed = neededRight(change);
  const { scope } = needed;
  const escalation = { permission: ESCALATE, scope };
  if (!rights.cover(needed)) return needed;
  if (rights.cover(escalation)) return undefined;
  if (byKind(NEEDS_ESCALATION, change) || isKeyOfAnother(change, actor)) return escalation;
  for (const right of rightsOf(change)) {
    if (!rights.cover(right) && !rights.cover({ permission: ESCALATE, scope: right.scope })) return right;
  }
  return undefined;
}

/**
 * Refuses to replace a guarded policy with its whole history, whatever changes by that.
 * @param policy at least the rows of `rowsForGuard` for the actor and no changes
 * @throws RbacError `GUARDED` (exit 3).
 */
export function refuseReplacing(policy: Policy, actor: string, now: string): void {
  if (!isGuarded(policy)) return;
  const escalation = { permission: ESCALATE, scope: null };
  if (new DelegableRights(indexPolicy(policy), actor, now).cover(escalation)) return;
  throw withoutRights(actor, policy) ?? refused("GUARDED", beyondRights(actor, escalation));
}

/** The right that a change of its kind needs (rule 24), on the scope that it affects. */
export const neededRight = (change: Change): Right & { readonly scope: Scope } => ({
  permission: byKind(NEEDED_RIGHT, change),
  scope: affectedScope(change),
});

/** The scope that a change affects; a change of a row without a scope affects the root, which is everything. */
const affectedScope = (change: Change): Scope => ("scope" in change ? change.scope : null);

const never = (): boolean => false;

/** True where somebody else is given a secret by which they are this user: whoever has it, also when they get more. */
const isKeyOfAnother = (change: Change, actor: string): boolean =>
  isOfKey(change) && change.after !== null && change.user !== actor;

/** True for a permission that the guard asks for: without its name nobody could be given it, or asked about it. */
const isOfGuard = (permission: string): boolean => permission.startsWith("rbac:");

/**
 * Whether a change needs `rbac:escalate` whatever its actor holds: adding a deny, a change of the guard, and taking
 * the name of what it asks for from the catalogue, or giving that name to another permission with all who hold it.
 */
const NEEDS_ESCALATION: { readonly [K in Kind]: (change: ChangeOf<K>) => boolean } = {
  permission: ({ permission, after }) => after === null && isOfGuard(permission),
  role: never,
  user: never,
  inheritance: never,
  grant: ({ effect, after }) => effect === "deny" && after !== null,
  everyone: never,
  assignment: never,
  constraint: never,
  policy: () => true,
  conditional: ({ effect, after }) => effect === "deny" && after !== null,
  attribute: never,
  former: ({ of, name, former }) => of === "permission" && (isOfGuard(name) || isOfGuard(former)),
  identity: never,
  approval: () => true,
  "api-key": never,
};

/** The right that a change of each kind needs on the scope that it affects. */
const NEEDED_RIGHT: { readonly [K in Kind]: (change: ChangeOf<K>) => string } = {
  permission: () => "rbac:permission",
  role: () => "rbac:role",
  user: () => "rbac:user",
  inheritance: () => "rbac:inheritance",
  grant: () => "rbac:grant",
  everyone: () => "rbac:everyone",
  assignment: () => "rbac:assignment",
  constraint: () => "rbac:constraint",
  policy: () => "rbac:policy",
  conditional: () => "rbac:grant",
  attribute: () => "rbac:permission",
  former: ({ of }) => `rbac:${of}`,
  identity: () => "rbac:user",
  approval: () => ESCALATE,
  "api-key": () => "rbac:api-key",
};

/** The refusal of an actor who has no rights at all. */
function withoutRights(actor: string, { user }: Policy): RbacError | undefined {
  const row = user.get(actor);
  if (row && !row.disabled) return undefined;
  return refused("GUARDED", `the policy is guarded, and ${quote(actor)} is ${row ? "disabled" : "none of its users"}`);
}

function beyondRights(actor: string, right: Right): string {
  const needed = `${right.permission}${right.scope === null ? "" : ` on ${right.scope}`}${moreInWords(right)}`;
  const alternative = right.permission === ESCALATE ? "" : `, or ${ESCALATE}`;
  return `the policy is guarded, and ${quote(actor)} does not hold ${needed}${alternative}`;
}
