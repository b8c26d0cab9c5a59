/** One pass over the rows of all users, page by page, to count them or to write them. */
import { refused } from "../errors.ts";
import { leadingRoles } from "../policy/evaluate/leading-roles.ts";
import type { OnProgress } from "../progress.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { type Joinable, joinableIn, type OmittedRows } from "./joinable.ts";
import { indexFor } from "./patterns.ts";

/** How many rows there are, and how many are left out, by why. */
export interface Counted {
  readonly revision: number;
  readonly permissions: number;
  /** Users who have any row, or any that is left out. */
  readonly users: number;
  readonly rows: number;
  readonly omitted: Readonly<Record<OmittedRows["reason"], number>>;
}

/** Users with their rows. */
export type UsersWithRows = readonly (readonly [user: string, joinable: Joinable])[];

interface Pass {
  readonly patterns: readonly string[];
  readonly at: string;
  readonly maxRows: number;
  readonly step: string;
  readonly onProgress: OnProgress | undefined;
}

/** @throws RbacError `PERMISSION_NOT_FOUND` (exit 2), `TOO_MANY_ROWS` (exit 3) before the page with one too many. */
export async function passOver(
  reads: TransactionReads,
  { patterns, at, maxRows, step, onProgress }: Pass,
  visit: (page: UsersWithRows) => Promise<void>,
): Promise<Counted> {
  const index = await indexFor(reads, patterns);
  const { allowing, denying } = leadingRoles(index);
  const roles = new Set([...allowing, ...denying]);
  const everybody = [...allowing].some((role) => index.policy.everyone.has(role));
  const joinableOf = joinableIn(index, at, roles);
  const omitted = { when: 0, unless: 0, except: 0 };
  let [users, rows, lines] = [0, 0, 0];
  for await (const assignees of reads.assignees({ roles: [...roles], everybody })) {
    const page = assignees.map((assignee) => [assignee.user, joinableOf(assignee)] as const);
    for (const [, found] of page) {
      if (found.rows.length + found.omitted.length > 0) users++;
      rows += found.rows.length;
      lines += found.omitted.length;
      for (const { reason, count } of found.omitted) omitted[reason] += count;
    }
    if (rows + lines > maxRows)
      throw refused("TOO_MANY_ROWS", `there would be more than ${maxRows} rows: ask for less, or say --max-rows`);
    await visit(page);
    onProgress?.({ step, unit: "rows", done: rows + lines });
  }
  return { revision: reads.revision, permissions: index.policy.permission.size, users, rows, omitted };
}
