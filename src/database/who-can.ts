/** Who may do something, page by page: first the roles that lead to the permission, then the users who hold them. */
import type { Given } from "../policy/conditions/given.ts";
import type { Extent } from "../policy/evaluate/effective-permissions.ts";
import { focusedOn, leadingRoles, mayBeConditional } from "../policy/evaluate/leading-roles.ts";
import { matching, requireNames } from "../policy/evaluate/list-filters.ts";
import { rowsForWhoCan, rowsForWhoCanAbove } from "../policy/evaluate/needed-rows.ts";
import { indexPolicy, type PolicyIndex } from "../policy/evaluate/policy-index.ts";
import { type UserRow, whereStrangersCan, whoCan } from "../policy/evaluate/who-can.ts";
import type { NeededRows } from "../policy/model/mutation.ts";
import type { AtRevision, Cut } from "../policy/model/results.ts";
import { ancestorsOf, type Scope } from "../policy/model/scopes.ts";
import type { AssigneeFilter, PageSizes } from "../store/read/assignees.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { cutPages } from "./cut-pages.ts";

/** A page of users; on each page is where strangers may, who hold what everyone holds. */
export type UserPage = AtRevision<{
  everyone: readonly Extent[];
  users: UserRow[];
  cut?: readonly Cut[];
  /** True where rows may have conditions, on whatever page. */
  hasConditions: boolean;
}>;

/** Which of those who may do something are listed, and how. */
export interface WhoCanFilter {
  readonly users?: readonly string[] | undefined;
  /** Only from this user on, in byte order. */
  readonly from?: string | undefined;
  /** Only those who are assigned one of these roles. */
  readonly roles?: readonly string[] | undefined;
  readonly match?: string | undefined;
  /** What is known of attributes. */
  readonly given?: Given | undefined;
  /** The most rows. */
  readonly limit?: number | undefined;
  readonly sizes?: PageSizes | undefined;
}

interface Asked extends WhoCanFilter {
  readonly at: string;
  readonly on?: Scope | undefined;
  /** All structure, where it is there already. */
  readonly structure?: PolicyIndex;
}

/** @throws UnknownName (exit 2). */
export async function* usersWhoCan(
  reading: TransactionReads,
  permission: string,
  { at, on, structure, given, ...filter }: Asked,
): AsyncIterable<UserPage> {
  await requireKnown(reading, filter);
  const session = { at, activate: [], assume: [], ...(given && { given }) };
  const { revision } = reading;
  const index = structure ? focusedOn(structure, permission, on) : await indexFor(reading, permission, on);
  const everyone = whereStrangersCan(index, permission, session, on);
  const isMatch = matching(filter.match);
  const pages = reading.assignees({ ...filterFor(index, on), among: { ...filter, at } }, sizesFor(filter));
  const found = pagesOf(pages, (page) => {
    const assignees = page.filter(({ user }) => isMatch(user));
    return whoCan(index, permission, session, on, assignees);
  });
  const hasConditions = mayBeConditional(index);
  for await (const { rows, cut } of cutPages(found, filter.limit))
    yield { revision, everyone, users: rows, hasConditions, ...(cut && { cut }) };
}

async function* pagesOf<A, B>(pages: AsyncIterable<A>, make: (page: A) => B): AsyncIterable<B> {
  for await (const page of pages) yield make(page);
}

/** No more is read at once than a short list may need. */
export function sizesFor({
  limit = Number.POSITIVE_INFINITY,
  sizes,
}: Pick<WhoCanFilter, "limit" | "sizes">): PageSizes | undefined {
  const size = Math.max(limit + 1, FEW.pageSize);
  return sizes ?? (size < LARGE ? { maxSinglePage: size, pageSize: size } : undefined);
}
const LARGE = 1000;

/** @throws UnknownName (exit 2) for a user or role of a filter that is not there. */
export async function requireKnown(
  reading: TransactionReads,
  { users, roles }: Pick<WhoCanFilter, "users" | "roles">,
): Promise<void> {
  if (!users && !roles) return;
  requireNames(await reading.load({ users: users ?? [], roles: roles ?? "none", grants: "none" }), { users, roles });
}

/**
 * The structure that the rows need. For a scope, these are the allows that cover it, and the denies that cover it or
 * lie below it. A row of a wider scope has more exceptions: of the few who may hold such a row, the denies of all
 * roles that they reach are read as well; of many, every deny.
 */
async function indexFor(reading: TransactionReads, permission: string, on?: Scope): Promise<PolicyIndex> {
  const load = async (needed: NeededRows) => focusedOn(indexPolicy(await reading.load(needed)), permission, on);
  if (on === undefined || on === null) return load(rowsForWhoCan(permission, on === null ? [null] : undefined));
  const near = await load(rowsForWhoCan(permission, [on]));
  if (reading.isPast) return near; // The past is loaded with all its structure.
  const above = await usersAbove(reading, near, permission, ancestorsOf(on)[1] ?? null);
  if (above === "many") return load(rowsForWhoCan(permission, [on, null]));
  return above.length === 0 ? near : load(rowsForWhoCanAbove(permission, on, above));
}

/** More assignments than these are many. */
const FEW: PageSizes = { maxSinglePage: 100, pageSize: 100 };

/** The users who may hold the permission on a scope, which is above the one that is asked about. */
async function usersAbove(
  reading: TransactionReads,
  near: PolicyIndex,
  permission: string,
  scope: Scope,
): Promise<readonly string[] | "many"> {
  const { also: _, ...filter } = filterFor(focusedOn(near, permission, scope), scope);
  if (filter.everybody) return "many";
  let users: readonly string[] | undefined;
  for await (const page of reading.assignees(filter, FEW)) {
    if (users) return "many";
    users = page.map(({ user }) => user);
  }
  return users ?? [];
}

/** Who has a row is assigned a role that allows, for a scope on it or above; or everyone is. */
function filterFor(index: PolicyIndex, on: Scope | undefined): AssigneeFilter {
  const { allowing, denying } = leadingRoles(index);
  const everybody = [...index.policy.everyone.keys()].some((role) => allowing.has(role));
  if (on === undefined) return { roles: [...new Set([...allowing, ...denying])], everybody };
  return { roles: [...allowing], everybody, scopes: ancestorsOf(on), also: [...denying] };
}

/** All pages as one. */
export async function joined(pages: AsyncIterable<UserPage>): Promise<UserPage> {
  const all: UserPage[] = [];
  for await (const page of pages) all.push(page);
  const [{ revision, everyone, hasConditions } = { revision: 0, everyone: [], hasConditions: false }] = all;
  return { revision, everyone, users: all.flatMap(({ users }) => users), hasConditions };
}
