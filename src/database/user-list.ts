/** The list of users, part by part: no more are read than a page of it has. */
import type { ListedUser, ListedWindows } from "../policy/evaluate/entity-details.ts";
import { usersOf } from "../policy/evaluate/entity-details.ts";
import { matching, requireNames } from "../policy/evaluate/list-filters.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { type HeldThrough, holdersOf, withHoldings } from "../policy/evaluate/role-holders.ts";
import type { Policy } from "../policy/model/policy.ts";
import type { Cut } from "../policy/model/results.ts";
import { closure, heirsIn } from "../policy/model/role-graph.ts";
import { ancestorsOf, type Scope } from "../policy/model/scopes.ts";
import type { UserNamesFilter } from "../store/read/lists.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";

/** Which users are listed. */
export interface UserFilter {
  readonly users?: readonly string[] | undefined;
  /** Only those who are assigned one of these roles themselves. */
  readonly roles?: readonly string[] | undefined;
  /** Only those who hold this role, by inheritance and by everyone too; each then with its holdings. */
  readonly holding?: string | undefined;
  /** Only what is assigned, or held, on this scope. */
  readonly on?: Scope | undefined;
  readonly match?: string | undefined;
}

/** Which part of the list. */
interface Range {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  /** True to count them all where the list is cut. */
  readonly counted?: boolean;
}

type ListedHolder = ListedUser & { readonly holdings?: readonly HeldThrough[] };

/** @throws UnknownName (exit 2). */
export async function listUsers(
  reading: TransactionReads,
  filter: UserFilter & Range & ListedWindows,
): Promise<{ users: ListedHolder[]; isMore: boolean; cut?: readonly Cut[] }> {
  const { holding, limit, match, at, all } = filter;
  const roles = [...(filter.roles ?? []), ...(holding === undefined ? [] : [holding])];
  const structure = await reading.load({ users: filter.users ?? [], roles, grants: "none" });
  requireNames(structure, { users: filter.users, roles });
  const names = await namesFilter(reading, filter);
  const isFiltered = holding !== undefined || match !== undefined;
  const found: ListedHolder[] = [];
  const isMatch = matching(match);
  for await (const page of namePages(reading, names, isFiltered ? undefined : limit)) {
    const wanted = page === "all" ? page : page.filter(isMatch);
    const policy = await reading.load({ users: wanted, roles: holding === undefined ? "none" : "all", grants: "none" });
    for (const holder of holdersAmong(usersOf(policy, { at, all }), policy, filter)) found.push(holder);
    if (limit !== undefined && found.length > limit) break;
  }
  const isMore = limit !== undefined && found.length > limit;
  const users = found.slice(0, limit);
  if (!isMore || !filter.counted) return { users, isMore };
  const { after: _, ...whole } = names;
  const total = isFiltered ? {} : { total: await reading.countUsers(whole) };
  return { users, isMore, cut: [{ shown: users.length, ...total }] };
}

/** What of a filter the database finds by itself: for holders, those who are assigned the role or an heir of it. */
async function namesFilter(
  reading: TransactionReads,
  { users, roles, holding, on, at, all, after }: UserFilter & Range & ListedWindows,
): Promise<UserNamesFilter> {
  const window = { at, state: "open" as const };
  const scopes = on === undefined ? undefined : ancestorsOf(on);
  if (holding === undefined) return { users, roles, scopes, after, window: all ? undefined : window };
  const structure = await reading.load({ roles: "all", grants: "none" });
  const heirs = closure([holding], heirsIn(structure));
  const isEverybody = [...heirs].some((role) => structure.everyone.has(role));
  return isEverybody ? { users, after } : { users, roles: [...heirs], scopes, after, window };
}

/** Few enough that a short list reads little, for filters that the database does not know. */
const PAGE_SIZE = 1000;

/** Names in byte order: all in one page if nothing narrows them, `limit` and one more, or page by page. */
async function* namePages(
  reading: TransactionReads,
  filter: UserNamesFilter,
  limit: number | undefined,
): AsyncGenerator<readonly string[] | "all", void> {
  const isWhole = Object.values(filter).every((value) => value === undefined) && limit === undefined;
  if (isWhole) return yield "all";
  const size = limit === undefined ? PAGE_SIZE : limit + 1;
  for (let { after } = filter; ; ) {
    const names = await reading.userNames({ ...filter, after, limit: size });
    yield names;
    if (names.length < size) return;
    after = names.at(-1);
  }
}

function holdersAmong(users: ListedUser[], policy: Policy, { holding, on, at }: UserFilter & ListedWindows) {
  return holding === undefined ? users : withHoldings(users, holdersOf(indexPolicy(policy), holding, at, on));
}
