/** Whether gates name anything: one that is misspelt would let everything pass. */
import { UnknownName } from "../errors.ts";
import { removalsIn } from "../policy/document/renamings.ts";
import { coverageOf } from "../policy/evaluate/policy-index.ts";
import { apply, type Change, kindOf } from "../policy/model/change.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import { withoutOwn } from "../policy/model/names.ts";
import { coversSomething } from "../policy/rules/dangling-rows.ts";
import { coversNothing } from "../policy/rules/integrity.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import type { GateRequest } from "./plan.ts";

/**
 * Requires that each pattern of the gates covers a permission, and that each role and user is there, before the changes
 * or after them. @throws RbacError (exit 2) for the first that names nothing.
 */
export async function requireGateNames(
  { protect = [], protectRole = [], allowGain = [] }: GateRequest,
  changes: readonly Change[],
  before: TransactionReads,
): Promise<void> {
  const patterns = [...protect, ...allowGain.map(({ pattern }) => pattern)].map(withoutOwn);
  const users = allowGain.map(({ user }) => user);
  if (patterns.length + protectRole.length + users.length === 0) return;
  const needed: NeededRows = {
    ...{ users, roles: protectRole, grants: "none" },
    permissions: patterns.some((pattern) => pattern.includes("*")) ? "all" : patterns,
  };
  const policy = await before.load(needed);
  // What is removed was there before, and is looked for as well.
  const standing = apply(
    policy,
    changes.filter((change) => change.before === null && NAMING.has(kindOf(change))),
  );
  const { user, role, permission } = standing;
  const covered = coverageOf(standing);
  for (const name of protectRole) if (!role.has(name)) throw new UnknownName("role", name);
  for (const name of users) if (!user.has(name)) throw new UnknownName("user", name);
  for (const pattern of patterns) {
    if (coversSomething(covered, pattern)) continue;
    throw pattern.includes("*") ? coversNothing(pattern, permission.keys()) : new UnknownName("permission", pattern);
  }
}

const NAMING: ReadonlySet<string> = new Set(["user", "role", "permission"]);

/** How many rows there are of the kinds that lose rows, where a gate asks for a share of them. */
export async function rowsAtStake(
  { maxRemovals }: GateRequest,
  changes: readonly Change[],
  before: TransactionReads,
): Promise<number> {
  if (!maxRemovals || !("percent" in maxRemovals)) return 0;
  let rows = 0;
  for (const kind of new Set(removalsIn(changes).map(kindOf))) rows += await before.countRows(kind);
  return rows;
}
