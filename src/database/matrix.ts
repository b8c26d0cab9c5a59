/** The matrix of a database: only the columns and lines that are wanted are read and decided. */
import { type PermissionFilter, permissionsKept } from "../policy/evaluate/list-filters.ts";
import { type Matrix, matrixOf, roleAlone } from "../policy/evaluate/matrix.ts";
import { indexPolicy } from "../policy/evaluate/policy-index.ts";
import { askerOf } from "../policy/evaluate/walk.ts";
import { byBytes } from "../policy/model/byte-order.ts";
import type { AtRevision, Cut } from "../policy/model/results.ts";
import type { Scope } from "../policy/model/scopes.ts";
import type { TransactionReads } from "../store/read/transaction-reads.ts";
import { requireKnown } from "./who-can.ts";

/** Which columns and lines a matrix has. */
export interface MatrixFilter extends PermissionFilter {
  /** Of a matrix of users: only these. */
  readonly users?: readonly string[] | undefined;
  /** Only these; of a matrix of users, those who are assigned one of them. */
  readonly roles?: readonly string[] | undefined;
  /** Only what holds on this scope. */
  readonly on?: Scope | undefined;
  /** The most columns, and the most lines. */
  readonly limit?: number | undefined;
}

/** @throws UnknownName (exit 2). */
export async function readMatrix(
  reading: TransactionReads,
  of: "roles" | "users",
  at: string,
  filter: MatrixFilter,
): Promise<AtRevision<Matrix & { cut?: readonly Cut[] }>> {
  const { roles, users, on, limit = Number.POSITIVE_INFINITY } = filter;
  await requireKnown(reading, filter);
  const isWhole = users === undefined && roles === undefined && limit === Number.POSITIVE_INFINITY;
  const wanted = { users, roles, ...(roles && { window: { at, state: "open" as const } }) };
  const people = of === "roles" ? [] : isWhole ? "all" : await reading.userNames({ ...wanted, limit: filter.limit });
  const policy = await reading.load({
    users: people,
    permissions: "all",
    ...(of === "roles" && { roles: roles ?? "all" }),
    ...(people === "all" && { roles: "all" }),
  });
  const kept = permissionsKept(policy, filter);
  const all = of === "users" ? [...policy.user.keys()] : (roles ?? [...policy.role.keys()]);
  const names = [...new Set(all)].sort(byBytes).slice(0, limit);
  const lines = [...kept.keys()].sort(byBytes).slice(0, limit);
  const shown = new Set(lines);
  const permission = new Map([...kept].filter(([name]) => shown.has(name)));
  const askers = names.map((name) => [name, of === "users" ? askerOf(name, at, {}) : roleAlone(name, at)] as const);
  const matrix = matrixOf(indexPolicy({ ...policy, permission }), new Map(askers), on);
  const columns = of === "users" && names.length === limit ? await reading.countUsers(wanted) : all.length;
  const cut = [
    { of: "permissions", shown: lines.length, total: kept.size },
    { of, shown: names.length, total: columns },
  ];
  const isCut = cut.some((side) => side.shown < side.total);
  return { revision: reading.revision, ...matrix, ...(isCut && { cut }) };
}
