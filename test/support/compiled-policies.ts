// A compiled policy beside the walk: random policies for both, and what an answer of either comes to.
import fc from "fast-check";
import { RbacError } from "../../src/errors.ts";
import { CompiledPolicy } from "../../src/policy/compiled/compiled-policy.ts";
import type { PolicyIndex } from "../../src/policy/evaluate/policy-index.ts";
import { diff } from "../../src/policy/model/change.ts";
import type { HeldAssignment, Policy } from "../../src/policy/model/policy.ts";
import { policyFrom } from "./documents.ts";
import type { PlainDocument } from "./oracle.ts";
import { documents, ROLES } from "./random-policies.ts";

/** A random document, now and then with roles that may not be activated together. */
export const separated: fc.Arbitrary<PlainDocument & { constraints?: object }> = fc
  .tuple(documents(), fc.option(fc.subarray<string>([...ROLES], { minLength: 2 }), { freq: 2 }))
  .map(([document, roles]) => {
    const known = (roles ?? []).filter((role) => Object.hasOwn(document.roles ?? {}, role));
    return known.length < 2
      ? document
      : { ...document, constraints: { apart: { kind: "dsd", roles: known, limit: 2 } } };
  });

/** What an answer comes to: allowed, why and where not, or the words of the refusal. */
export function outcomeOf(answer: () => { allowed: boolean; reason: string; except: readonly unknown[] }): string {
  try {
    const { allowed, reason, except } = answer();
    return `${allowed} ${reason} except ${JSON.stringify(except)}`;
  } catch (error) {
    if (error instanceof RbacError) return error.message;
    throw error;
  }
}

/** What somebody who is there is assigned, as a database would tell. */
export const heldBy = (
  { policy, assignments }: PolicyIndex,
  user: string | null,
): readonly HeldAssignment[] | undefined =>
  user !== null && policy.user.has(user) ? (assignments.get(user) ?? []) : undefined;

/** The same policy without the people. */
export function structureOf(policy: Policy): CompiledPolicy {
  const structure = new CompiledPolicy({ people: false });
  structure.apply(diff(policyFrom({ rbac: 1 }), policy));
  return structure;
}

/** Whether compiled policies answer questions as a policy does. */
export type Comparison<Q> = (
  compiled: CompiledPolicy,
  structure: CompiledPolicy,
  policy: Policy,
  asked: readonly Q[],
) => void;

/** Compares after each of the changes that lead from one document to the next, from an empty policy on. */
export function compareAlong<Q>(steps: readonly [PlainDocument, Q[]][], compare: Comparison<Q>): void {
  let policy = policyFrom({ rbac: 1 });
  const compiled = CompiledPolicy.of(policy);
  const structure = structureOf(policy);
  for (const [document, asked] of steps) {
    const next = policyFrom(document);
    const changes = diff(policy, next);
    compiled.apply(changes);
    structure.apply(changes);
    compare(compiled, structure, next, asked);
    policy = next;
  }
}
