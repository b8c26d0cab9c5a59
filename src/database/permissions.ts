/** What an asker may do, and what one may do that another may not. */
import { type Comparison, compare } from "../policy/evaluate/compare.ts";
import { isKnown, type Known } from "../policy/evaluate/decide.ts";
import { type PermissionRow, permissionsOf } from "../policy/evaluate/effective-permissions.ts";
import { cutTo, type PermissionFilter, permissionsKept } from "../policy/evaluate/list-filters.ts";
import { rowsForPermissions } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import type { Asker } from "../policy/evaluate/walk.ts";
import type { AtRevision, Cut } from "../policy/model/results.ts";
import type { Scope } from "../policy/model/scopes.ts";
import { answerAskers, type Readable } from "./strangers.ts";

export interface HeldPermissions {
  readonly permissions: PermissionRow[];
  readonly known: Known;
  readonly cut?: readonly Cut[];
}

interface Wanted {
  readonly asker: Asker;
  /** Only what holds on this scope. */
  readonly on: Scope | undefined;
  /** Only permissions on this resource. */
  readonly resource: string | undefined;
}

export function permissionsHeld(
  database: Readable,
  { asker, on, resource }: Wanted,
  { limit, ...filter }: PermissionFilter & { readonly limit?: number | undefined } = {},
): Promise<AtRevision<HeldPermissions>> {
  const rows = rowsForPermissions([asker], resource);
  const needed = { ...rows, ...(filter.patterns && { permissions: "all" as const }) };
  return answerAskers(database, [asker], needed, (policy, [admitted = asker]) => {
    const [index, kept] = [indexPolicy(policy), permissionsKept(policy, filter)];
    const held = permissionsOf(index, admitted, on, resource).filter(({ permission }) => kept.has(permission));
    const { rows: permissions, cut } = cutTo(held, limit);
    return { permissions, known: isKnown(index, asker), ...(cut && { cut }) };
  });
}

export function compareAskers(database: Readable, left: Asker, right: Asker): Promise<AtRevision<Comparison>> {
  const askers = [left, right];
  return answerAskers(database, askers, rowsForPermissions(askers), (policy, [one = left, other = right]) =>
    compare(indexPolicy(policy), one, other),
  );
}
