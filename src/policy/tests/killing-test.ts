/** A test as a document writes it: one question, and the answer of the policy. */
import { readGiven } from "../conditions/read-given.ts";
import type { Question } from "../evaluate/decide.ts";
import type { Scope } from "../model/scopes.ts";
import type { SampleGiven } from "./sample-givens.ts";

/** A test in the keys of a document; what is left out has its usual value. */
export interface WrittenTest {
  readonly user?: string;
  readonly stranger?: true;
  readonly assume?: readonly string[];
  readonly activate?: readonly string[];
  readonly scope?: string;
  readonly at?: string;
  readonly given?: SampleGiven;
  readonly can?: readonly string[];
  readonly cannot?: readonly string[];
  readonly has?: readonly string[];
}

/** A question that may tell a mutant from its policy. */
export interface Candidate {
  readonly user: string | null;
  readonly assume: readonly string[];
  readonly activate: readonly string[];
  readonly scope: Scope;
  /** `null` for now. */
  readonly at: string | null;
  readonly given: SampleGiven;
  /** A role that is held, or a permission, maybe with `:own`. */
  readonly about: { readonly role: string } | { readonly permission: string };
}

export const NOBODY = { user: null, assume: [], activate: [], scope: null, at: null, given: {} } as const;

export const askerOfCandidate = (
  { user, assume, activate, scope, at, given }: Candidate,
  now: string,
): Omit<Question, "permission"> => ({
  user,
  assume,
  activate,
  scope,
  owner: null,
  at: at ?? now,
  ...(Object.keys(given).length > 0 && { given: readGiven(given) }),
});

/** The candidate as a test that passes where the answer is the one given; `undefined` where none can say it. */
export function testOf(candidate: Candidate, isYes: boolean): WrittenTest | undefined {
  const { user, assume, activate, scope, at, given, about } = candidate;
  if ("role" in about && !isYes) return undefined;
  return {
    ...(user !== null && { user }),
    ...(user === null && assume.length === 0 && { stranger: true as const }),
    ...(assume.length > 0 && { assume }),
    ...(activate.length > 0 && { activate }),
    ...(scope !== null && { scope }),
    ...(at !== null && { at }),
    ...(Object.keys(given).length > 0 && { given }),
    ...("role" in about ? { has: [about.role] } : { [isYes ? "can" : "cannot"]: [about.permission] }),
  };
}
