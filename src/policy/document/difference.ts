/** Documents and moments compared; a document that keeps to a part says nothing about the rest. */
import { type Change, diff } from "../model/change.ts";
import type { Policy } from "../model/policy.ts";
import { policyOf } from "./changes-to-document.ts";
import { type Claim, changesWithin } from "./claims.ts";
import type { Document } from "./facts.ts";

/** What is compared: a policy, and of a document what it speaks for. */
export interface Side {
  readonly policy: Policy;
  readonly claims?: readonly Claim[];
}

/** @throws RbacError as `policyOf` does. */
export const sideOf = (document: Document): Side => ({ policy: policyOf(document), claims: document.claims });

/** The changes that turn one side into the other, in the parts of both. */
export const differenceOf = (from: Side, to: Side): readonly Change[] =>
  changesWithin(diff(from.policy, to.policy), [...(from.claims ?? []), ...(to.claims ?? [])]);
