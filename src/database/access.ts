/** All access, page by page: who may do what, by which held role, since when and by whom. */
import { type Named, UnknownName, wrong } from "../errors.ts";
import { type AccessKey, type AccessRow, accessIn, isBehind } from "../policy/evaluate/access.ts";
import { holdsAt } from "../policy/evaluate/effective-permissions.ts";
import { leadingRoles, mayBeConditional, narrowedTo } from "../policy/evaluate/leading-roles.ts";
import { matching, permissionsKept } from "../policy/evaluate/list-filters.ts";
import { indexPolicy, type PolicyIndex } from "../policy/evaluate/policy-index.ts";
import type { RowRef } from "../policy/model/policy.ts";
import type { AtRevision, Cut, RecordedStamp } from "../policy/model/results.ts";
import type { Scope } from "../policy/model/scopes.ts";
import { fits, namesSaid, type Part } from "../policy/part/part.ts";
import type { AssigneeFilter } from "../store/read/assignees.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { cutPages } from "./cut-pages.ts";
import { requireKnown, sizesFor } from "./who-can.ts";

/** Which rows are listed; all where nothing is said. */
export interface AccessFilter {
  readonly at: string;
  readonly users?: readonly string[] | undefined;
  /** Only what is held by one of these roles: assigned, or by everyone. */
  readonly roles?: readonly string[] | undefined;
  /** Only permissions that one of these patterns covers. */
  readonly patterns?: readonly string[] | undefined;
  /** Only rows that hold on this scope. */
  readonly on?: Scope | undefined;
  /** Only users whose name has this in it. */
  readonly match?: string | undefined;
  /** Only by assigned roles, and not by those that everyone holds. */
  readonly assigned?: boolean | undefined;
  /** Only rows whose names fit a part, and whose scope, on which they hold, lies in it. */
  readonly part?: Part | undefined;
  /** The most rows. */
  readonly limit?: number | undefined;
  /** Only rows behind this one. */
  readonly after?: AccessKey | undefined;
}

/** A row with the stamps of who assigned the role, or gave it to everyone, and of who granted the permission. */
export type StampedAccess = AccessRow<RecordedStamp | null>;

/** `hasConditions` is true where rows may have conditions, on whatever page. */
export type AccessPage = AtRevision<{ access: StampedAccess[]; cut?: readonly Cut[]; hasConditions: boolean }>;

/** The rows in the order of user, permission, role and scope. @throws UnknownName (exit 2). */
export async function* accessPages(reading: TransactionReads, filter: AccessFilter): AsyncIterable<AccessPage> {
  await requireKnown(reading, filter);
  if (filter.part) await requireKnown(reading, namesOf(filter.part));
  const index = await indexFor(reading, filter);
  const hasConditions = mayBeConditional(index);
  const pages = cutPages(rowPages(reading, index, filter), filter.limit);
  for await (const { rows, cut } of pages) {
    const stampOf = await reading.firstHandStamps(rows.flatMap(({ by }) => [by.assigned, by.granted]));
    const access = rows.map((row) => ({
      ...row,
      by: { assigned: stampOf(row.by.assigned), granted: stampOf(row.by.granted) },
    }));
    yield { revision: reading.revision, access, hasConditions, ...(cut && { cut }) };
  }
}

/** The users and roles that a part names in full. */
function namesOf(part: Part): { users: string[]; roles: string[] } {
  const said = (kind: Named) => namesSaid(part).flatMap(([named, name]) => (named === kind ? [name] : []));
  return { users: said("user"), roles: said("role") };
}

/** The structure, with the catalogue that the filter keeps. Of few users only what their roles lead to is read. */
async function indexFor(reading: TransactionReads, { users, patterns, part = {} }: AccessFilter): Promise<PolicyIndex> {
  const index = users ? indexPolicy(await reading.load({ users, permissions: "all" })) : await reading.structure();
  for (const [kind, name] of namesSaid(part))
    if (kind === "permission" && !index.policy.permission.has(name)) throw new UnknownName(kind, name);
  const kept = [...permissionsKept(index.policy, { patterns })].filter(([name]) => fits(part, "permissions", name));
  return narrowedTo(index, new Map(kept));
}

/** A page has at least so many rows: it ends with a user. */
const PAGE_SIZE = 1000;

async function* rowPages(
  reading: TransactionReads,
  index: PolicyIndex,
  filter: AccessFilter,
): AsyncIterable<AccessRow<RowRef>[]> {
  const roles = heldRoles(index, filter);
  const accessOf = accessIn(index, filter.at, roles.keeps);
  const [isWanted, keepsRow] = [usersKept(filter), rowsKept(filter)];
  let page: AccessRow<RowRef>[] = [];
  for await (const assignees of reading.assignees(assigneesWith(roles, filter), sizesFor(filter))) {
    for (const assignee of assignees) {
      if (!isWanted(assignee.user)) continue;
      for (const row of accessOf(assignee)) if (keepsRow(row)) page.push(row);
      if (page.length < PAGE_SIZE) continue;
      yield page;
      page = [];
    }
  }
  yield page;
}

interface HeldRoles {
  readonly keeps: Parameters<typeof accessIn>[2];
  /** Those that may allow something, and are listed. */
  readonly listed: readonly string[];
  readonly denying: ReadonlySet<string>;
  /** True where some of those that are listed are everyone's. */
  readonly everybody: boolean;
}

function heldRoles(index: PolicyIndex, { roles, part = {}, assigned = false }: AccessFilter): HeldRoles {
  const { allowing, denying } = leadingRoles(index);
  const listed = [...allowing].filter((role) => (roles?.includes(role) ?? true) && fits(part, "roles", role));
  const names = new Set(listed);
  return {
    keeps: (role, held) => names.has(role) && !(assigned && held === "everyone"),
    listed,
    denying,
    everybody: !assigned && listed.some((role) => index.policy.everyone.has(role)),
  };
}

/** Who has a row is assigned a role that allows, or everyone is. */
function assigneesWith(
  { listed, denying, everybody }: HeldRoles,
  { at, users, roles, part, after }: AccessFilter,
): AssigneeFilter {
  const isNarrowed = !everybody && (roles !== undefined || part?.roles !== undefined || listed.length === 0);
  const among = { at, users, roles: isNarrowed ? listed : undefined, from: after?.user };
  return { roles: [...new Set([...listed, ...denying])], everybody, revisions: true, among };
}

function usersKept({ match, part = {} }: AccessFilter): (user: string) => boolean {
  const isMatch = matching(match);
  return (user) => isMatch(user) && fits(part, "users", user);
}

const rowsKept =
  ({ on, part = {}, after }: AccessFilter) =>
  (row: AccessRow<RowRef>): boolean =>
    (on === undefined || holdsAt(row, on)) &&
    fits(part, "scopes", row.scope) &&
    (row.user !== after?.user || isBehind(row, after));

/** What a part of all access has: `after` is the `next` of the part before. */
export type AccessListFilter = Omit<AccessFilter, "after"> & { readonly after?: string | undefined };

/** A part of all access in one answer: `next` is where the next part begins, `null` at the end. */
export async function accessList(
  reading: TransactionReads,
  { after, ...filter }: AccessListFilter,
): Promise<AtRevision<{ access: StampedAccess[]; next: string | null }>> {
  const access: StampedAccess[] = [];
  let isCut = false;
  for await (const page of accessPages(reading, { ...filter, after: keyFrom(after) })) {
    for (const row of page.access) access.push(row);
    isCut = page.cut !== undefined;
  }
  const last = access.at(-1);
  return { revision: reading.revision, access, next: isCut && last ? textOf(last) : null };
}

const textOf = ({ scope, user, permission, role, held, own, when }: AccessKey): string =>
  JSON.stringify([scope, user, permission, role, held, own, ...(when === undefined ? [] : [when])]);

/** The key in the `next` of a part. @throws RbacError `VALUE_INVALID` (exit 2) for another text. */
function keyFrom(text: string | undefined): AccessKey | undefined {
  if (text === undefined) return undefined;
  try {
    const [scope, ...names] = JSON.parse(text) as unknown[];
    const [user, permission, role, held, own, when] = names as string[];
    const isText = [scope ?? "", ...names].every((part) => typeof part === "string");
    const key = { user, permission, role, held, own, scope, ...(when !== undefined && { when }) };
    if (isText && (names.length === 5 || names.length === 6)) return key as AccessKey;
  } catch {
    // It is no text of ours, which the error below says.
  }
  throw wrong("VALUE_INVALID", "after is not the next of a page of access");
}
