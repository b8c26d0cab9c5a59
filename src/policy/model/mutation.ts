/** The contract between core and store: the rows that a question or mutation needs, and the function that decides. */
import type { RbacError } from "../../errors.ts";
import type { Change } from "./change.ts";
import type { Policy } from "./policy.ts";
import type { Scope } from "./scopes.ts";

/**
 * The rows to fetch. What is left out is not fetched, with two exceptions: without `roles`, the roles that the
 * other fetched rows reach; without `grants`, all grants of the fetched roles.
 */
export interface NeededRows {
  /** Users with their assignments. */
  readonly users?: readonly string[] | "all";
  /** Users that are assigned one of these roles, with those assignments only. */
  readonly holders?: readonly string[];
  /** The assignments that have ended by this time, of all users. */
  readonly endedBy?: string;
  /**
   * These roles, and all roles that they, the fetched assignments and `everyone` reach; `none` fetches no
   * structure.
   */
  readonly roles?: readonly string[] | "all" | "none";
  /** In addition, the roles that have one of these grants, and all roles that inherit them. */
  readonly granting?: NeededGrants;
  /** Which grants of the fetched roles. */
  readonly grants?: "all" | "none" | NeededGrants;
  /**
   * Permissions by name; or all, of which `names` needs no more than the name; or those that the fetched grants cover,
   * whose rows need not hold more than the name either.
   */
  readonly permissions?: readonly string[] | "all" | "names" | "granted";
  /** The constraints and settings of the policy. They are also fetched with `roles: "all"`. */
  readonly constraints?: boolean;
  /** All conditional grants. They are also fetched with all grants of all roles. */
  readonly conditionals?: boolean;
  /** The API keys of these users. No other word fetches any. */
  readonly keysOf?: readonly string[] | "all";
  /** The API keys with these ids, and whose they are. */
  readonly keys?: readonly string[];
}

/** The whole policy. */
export const WHOLE_POLICY: NeededRows = { users: "all", roles: "all", permissions: "all" };

/**
 * Grants by pattern. With targets, only the grants that matter for one of them: those on a scope that covers
 * it, and the denies below it. There may be millions of scoped grants, but a target has only a few ancestors.
 */
export interface NeededGrants {
  readonly patterns: readonly string[];
  readonly targets?: readonly Scope[];
  /** With targets: the allows below them too. */
  readonly below?: boolean;
}

/** At least the rows of both. */
export function joinNeeds(one: NeededRows, other: NeededRows): NeededRows {
  const roles = joinRoles(one.roles, other.roles);
  const users = joinNames(one.users, other.users);
  const keysOf = joinNames(one.keysOf, other.keysOf);
  const permissions = joinPermissions(one.permissions, other.permissions);
  const grants = joinGrants(one.grants, other.grants);
  const endedBy = [one.endedBy, other.endedBy]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  const granting =
    one.granting && other.granting ? joinNeededGrants(one.granting, other.granting) : (one.granting ?? other.granting);
  return {
    ...(users && { users }),
    ...(permissions && { permissions }),
    ...(roles && { roles }),
    ...(grants && { grants }),
    ...(endedBy !== undefined && { endedBy }),
    ...(granting && { granting }),
    holders: [...(one.holders ?? []), ...(other.holders ?? [])],
    constraints: (one.constraints ?? false) || (other.constraints ?? false),
    ...((one.conditionals || other.conditionals) && { conditionals: true }),
    ...(keysOf && { keysOf }),
    ...((one.keys || other.keys) && { keys: [...(one.keys ?? []), ...(other.keys ?? [])] }),
  };
}

type Names = readonly string[] | "all";

function joinNames(one: Names | undefined, other: Names | undefined): Names | undefined {
  if (one === "all" || other === "all") return "all";
  return one && other ? [...new Set([...one, ...other])] : (one ?? other);
}

/** What needs no more than names, beside something else, needs all. */
function joinPermissions(one: NeededRows["permissions"], other: NeededRows["permissions"]): NeededRows["permissions"] {
  if (one === undefined || other === undefined || one === other) return one ?? other;
  return typeof one === "string" || typeof other === "string" ? "all" : joinNames(one, other);
}

/** `none` adds nothing. Left out, roles are those that the other rows reach; naming roles does not lessen them. */
function joinRoles(one: NeededRows["roles"], other: NeededRows["roles"]): NeededRows["roles"] {
  if (one === "none") return other;
  return other === "none" ? one : joinNames(one, other);
}

/** Grants that are left out are all of the fetched roles. */
function joinGrants(one: NeededRows["grants"] = "all", other: NeededRows["grants"] = "all"): NeededRows["grants"] {
  if (one === "none") return other;
  if (other === "none") return one;
  return one === "all" || other === "all" ? "all" : joinNeededGrants(one, other);
}

function joinNeededGrants(one: NeededGrants, other: NeededGrants): NeededGrants {
  const patterns = [...new Set([...one.patterns, ...other.patterns])];
  if (!one.targets || !other.targets) return { patterns };
  const below = (one.below ?? false) || (other.below ?? false);
  return { patterns, targets: [...one.targets, ...other.targets], ...(below && { below }) };
}

/**
 * Is told what is refused, and throws it, or keeps it to tell it with all else that stands in the way.
 * @param each the same one by one, where there is more than one, or more to say where it stands in a list
 */
export type Refuse = (error: RbacError, each?: () => readonly RbacError[]) => void;

/**
 * A mutation before it is decided: the rows that it needs and the function that decides. The store calls it
 * inside its transaction.
 */
export interface Mutation {
  readonly needs: NeededRows;
  /** The same and more, with which it says more of what is wrong: read only where it is. */
  readonly needsToExplain?: NeededRows;
  /** @param refuse for what is refused, but does not keep from deciding the rest */
  decide(policy: Policy, refuse?: Refuse): readonly Change[];
  /** True where all that stands in the way is told at once, not only the first of it. */
  readonly tellsAll?: boolean;
  /**
   * Refuses a resulting policy with faults of integrity by an error that says more than the fault of one change. Called
   * only if there are faults; if it throws nothing, the first of them is thrown.
   */
  refuseFaults?(after: Policy): void;
  /** What holds already where it changes nothing, as a part of a sentence. */
  readonly already?: string;
  /** What a person should know of the policy that results, as sentences. Called only if something changes. */
  notices?(after: Policy): readonly string[];
  /** The rows on which it depends, as they were left. */
  readonly untouched?: UntouchedRows;
  /** The reason for one change; for `null` the reason of the stamp is used. */
  reasonOf?(change: Change): string | null;
  /** Further mutations of the same revision, if all together are too large for memory. */
  readonly further?: FurtherMutations;
}

/** Rows for which no later revision may have an entry. The record is asked inside the transaction of the mutation. */
export interface UntouchedRows {
  /** The rows of these changes. */
  readonly changes: readonly Change[];
  /** The last revision that may have written them. */
  readonly since: number;
  refusal(later: LaterEntry): Error;
}

export interface LaterEntry {
  readonly revision: number;
  readonly change: Change;
}

/** A part, with the number of its rows. */
type PartialMutation = Mutation & { readonly rows: number };

/** Further mutations, each decided after the ones before it are written. They contain only users and assignments. */
interface FurtherMutations {
  /** The number of rows in all parts. */
  readonly count: number;
  parts(): Iterable<PartialMutation>;
  /** The whole document as one mutation, for checks that must see everything at once. */
  whole(): Mutation;
}
