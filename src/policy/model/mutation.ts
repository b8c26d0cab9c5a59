/** What the core asks of the store: the slice to fetch, and the change to decide on it. */
import type { Change } from "./change.ts";
import type { Policy } from "./policy.ts";
import type { Scope } from "./scopes.ts";

/** Which rows to fetch. What is left out is not fetched; roles left out are those that what is fetched reaches. */
export interface NeededRows {
  /** Users with their assignments. */
  readonly users?: readonly string[] | "all";
  /** Whoever is assigned one of these roles: the users, and these assignments of theirs. */
  readonly holders?: readonly string[];
  /** Roles, and all that they and the fetched assignments and `everyone` reach; or no structure at all. */
  readonly roles?: readonly string[] | "all" | "none";
  /** Besides, the roles that have a grant with one of these patterns, and whatever inherits them. */
  readonly granting?: readonly string[];
  /** The grants of the fetched roles: all of them unless it is said which. */
  readonly grants?: "all" | "none" | NeededGrants;
  /** Permissions by name, or what the fetched grants cover: of these no more than the names is promised. */
  readonly permissions?: readonly string[] | "all" | "granted";
  /** The constraints and settings of the policy, which also come with all roles. */
  readonly constraints?: boolean;
}

/** The whole policy. */
export const WHOLE_POLICY: NeededRows = { users: "all", roles: "all", permissions: "all" };

/**
 * Grants by pattern. With targets, only those that bear on one of them: what covers it, and the denies below it. There may be
 * millions of scoped grants, and a target has but a few ancestors.
 */
export interface NeededGrants {
  readonly patterns: readonly string[];
  readonly targets?: readonly Scope[];
}

/** A mutation before it is decided: the slice to judge, and the judge. The store decides it inside its transaction. */
export interface Mutation {
  readonly needs: NeededRows;
  decide(policy: Policy): readonly Change[];
  /** A reason of its own for a change; the stamp's is used where there is none. */
  reasonOf?(change: Change): string | null;
  /** What belongs to the same revision and is more than memory should hold. */
  readonly more?: FurtherMutations;
}

/** Further wishes, each decided when those before it are carried out; they bring people only. */
export interface FurtherMutations {
  /** How many rows they speak of. */
  readonly count: number;
  parts(): Iterable<Mutation>;
  /** All of it as one wish, for who must see all of it to judge. */
  whole(): Mutation;
}
