/** The permissions that a table is of, as patterns. */
import { didYouMean, wrong } from "../errors.ts";
import { narrowedTo } from "../policy/evaluate/leading-roles.ts";
import { coveredBy, permissionsKept } from "../policy/evaluate/list-filters.ts";
import type { PolicyIndex } from "../policy/evaluate/policy-index.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import { nearest } from "../policy/model/name-suggestions.ts";
import { quote, withoutOwn } from "../policy/model/names.ts";
import { resourceOf } from "../policy/model/patterns.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** The structure that the patterns need. @throws RbacError `PERMISSION_NOT_FOUND` (exit 2) where one covers nothing. */
export async function indexFor(reads: TransactionReads, patterns: readonly string[]): Promise<PolicyIndex> {
  const index = await reads.structure();
  const { permission } = index.policy;
  const kept = permissionsKept(index.policy, { patterns });
  for (const pattern of patterns)
    if (![...kept.keys()].some(coveredBy([pattern]))) throw coversNothing(pattern, permission);
  return narrowedTo(index, kept);
}

function coversNothing(pattern: string, catalogue: PolicyIndex["policy"]["permission"]) {
  const suggestions = nearest(
    withoutOwn(pattern),
    new Set([...catalogue.keys()].map((name) => `${resourceOf(name)}:*`)),
  );
  const message = `${quote(pattern)} covers no permission${didYouMean(suggestions)}`;
  return wrong("PERMISSION_NOT_FOUND", message, { suggestions });
}

/** Each pattern once, without `:own`, in byte order. */
export const plainPatterns = (patterns: readonly string[]): string[] =>
  [...new Set(patterns.map(withoutOwn))].sort(byBytes);
export const patternsText = (patterns: readonly string[]): string => JSON.stringify(plainPatterns(patterns));
