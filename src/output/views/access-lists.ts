/** Views of `permissions`, `who-can` and `matrix`: lists of permissions, of users, and the table of both. */
import type { Known } from "../../policy/evaluate/decide.ts";
import type { Extent, PermissionRow } from "../../policy/evaluate/effective-permissions.ts";
import { type Matrix, NOT_GRANTED } from "../../policy/evaluate/matrix.ts";
import type { UserRow } from "../../policy/evaluate/who-can.ts";
import type { ListPart, View } from "../render.ts";
import type { Cell } from "../table.ts";

export const EXTENT_HEAD = ["own", "scope", "except", "roles", "grant", "until"];

export const extentCells = ({ own, scope, except, roles, grant, until }: Extent): Cell[] => [
  own,
  scope,
  except,
  roles.join(" → "),
  grant,
  until,
];

/** The fields in the documented order, which need not be the order in which the core creates them. */
const extentJson = ({ own, scope, except, roles, grant, until }: Extent) => ({
  own,
  scope,
  except,
  roles,
  grant,
  until,
});

export const permissionJson = (row: PermissionRow) => ({ permission: row.permission, ...extentJson(row) });

/** @param of the user or role of the question. */
export function permissionsView(
  of: { readonly user?: string | null; readonly known?: Known; readonly role?: string },
  { revision, permissions }: { readonly revision: number; readonly permissions: readonly PermissionRow[] },
  notices: readonly string[],
): View {
  return {
    json: {
      ...of,
      revision,
      permissions: permissions.map(permissionJson),
    },
    table: {
      head: ["permission", ...EXTENT_HEAD],
      rows: permissions.map((row) => [row.permission, ...extentCells(row)]),
    },
    notices: [...notices, ...(permissions.length === 0 ? ["no permissions"] : [])],
  };
}

interface Page<T extends UserRow> {
  readonly revision: number;
  /** Where strangers may, who hold what everyone holds; left out where it was not asked. */
  readonly everyone?: readonly Extent[];
  readonly users: readonly T[];
}

function strangersNotice(everyone: readonly Extent[] = []): string[] {
  const scopes = everyone.map(({ scope }) => (scope === null ? "everywhere" : `on ${scope}`));
  return scopes.length === 0 ? [] : [`users whom the policy does not know may, too: ${scopes.join(", ")}`];
}

/**
 * @param interval given if the question was who could at any moment between two times; each row then has `since`.
 * @param hints what a person should know of the question
 */
export function whoCanView(
  permission: string,
  { revision, everyone, users }: Page<UserRow & { readonly since?: string }>,
  {
    interval,
    hints = [],
  }: {
    readonly interval?: { readonly since: string; readonly until: string };
    readonly hints?: readonly string[];
  } = {},
): ListPart {
  const sinceOf = ({ since }: { readonly since?: string }) => since !== undefined && { since };
  const last = interval ? ["since"] : [];
  return {
    json: { permission, revision, ...interval, ...(everyone && { everyone: everyone.map(extentJson) }) },
    list: { name: "users", rows: users.map((row) => ({ user: row.user, ...extentJson(row), ...sinceOf(row) })) },
    table: {
      head: ["user", ...EXTENT_HEAD, ...last],
      rows: users.map((row) => [row.user, ...extentCells(row), ...last.map(() => row.since ?? null)]),
    },
    notices: [...hints, ...strangersNotice(everyone), ...(users.length === 0 ? ["nobody"] : [])],
  };
}

/** The views of a list that comes in pages. Empty pages are skipped; if all are empty, the first one is yielded. */
export async function* whoCanParts(
  permission: string,
  pages: AsyncIterable<Page<UserRow>>,
  hints: readonly string[],
): AsyncIterable<ListPart> {
  let empty: ListPart | undefined;
  let isEmpty = true;
  for await (const page of pages) {
    const view = whoCanView(permission, page, { hints: isEmpty ? hints : [] });
    empty ??= view;
    if (page.users.length === 0) continue;
    isEmpty = false;
    yield view;
  }
  if (isEmpty && empty) yield empty;
}

/** Nothing, which is empty in CSV, where nothing is granted. */
const cellShown = (cell = NOT_GRANTED): Cell => (cell === NOT_GRANTED ? null : cell);

/** What the parts of cells mean, in the order of the legend, each with how a cell shows that it has it. */
const MEANINGS: readonly (readonly [meaning: string, isIn: (cell: string) => boolean])[] = [
  ["any: everywhere", (cell) => cell.startsWith("any")],
  ["own: everywhere, as the owner", (cell) => cell.includes("own")],
  ["scoped: only on some scopes", (cell) => cell.includes("scoped")],
  ["- behind: a deny takes part of it away", (cell) => cell.endsWith("-")],
  ["deny: nowhere, because denied", (cell) => cell === "deny"],
  [`${NOT_GRANTED}: not granted`, (cell) => cell === NOT_GRANTED],
];

/** One line on the parts that occur. */
function legendOf(cells: ReadonlySet<string>): string[] {
  const found = MEANINGS.filter(([, isIn]) => [...cells].some(isIn)).map(([meaning]) => meaning);
  return found.length === 0 ? [] : [found.join("; ")];
}

/** The different cells; there may be more cells than fit into one list. */
function wordsIn(rows: Matrix["rows"]): Set<string> {
  const words = new Set<string>();
  for (const { cells } of rows) for (const cell of cells) words.add(cell);
  return words;
}

/** The view of a matrix: a line for each permission, a column for each name, because most policies have fewer roles. */
export function matrixView(
  of: "roles" | "users",
  { revision, permissions, rows }: Matrix & { readonly revision: number },
): View {
  const word = of === "roles" ? "role" : "user";
  return {
    json: { revision, permissions, [of]: rows.map(({ name, cells }) => ({ [word]: name, cells })) },
    table: {
      head: ["permission", ...rows.map(({ name }) => name)],
      rows: permissions.map((permission, at) => [permission, ...rows.map(({ cells }) => cellShown(cells[at]))]),
    },
    legend: legendOf(wordsIn(rows)),
    notices: permissions.length === 0 ? ["no permissions"] : [],
  };
}
