/** Views of `permissions`, `who-can` and `access`: lists of permissions, of users, and of what each of them may do. */
import type { AccessRow } from "../../policy/evaluate/access.ts";
import type { Known } from "../../policy/evaluate/decide.ts";
import type { Extent, PermissionRow } from "../../policy/evaluate/effective-permissions.ts";
import type { UserRow } from "../../policy/evaluate/who-can.ts";
import type { RecordedStamp } from "../../policy/model/results.ts";
import type { ListPart, View } from "../render.ts";
import type { Style } from "../style.ts";
import { type Cell, timeCell } from "../table.ts";

export const EXTENT_HEAD = ["own", "scope", "except", "roles", "grant", "until"];
export const LEAST = ["grant", "roles"];

type Own = Extent["own"];

/** What is said of the owner: people read the words of a matrix, and nothing where it does not matter. */
const OWN_WORDS: Readonly<Record<Own, string>> = { any: "", only: "own", not: "not own" };
const OWN_MEANINGS: Readonly<Record<Own, string>> = {
  any: "",
  only: "own: only as the owner",
  not: "not own: only where somebody else is the owner",
};

export const extentCells = ({ own, scope, except, roles, grant, until }: Extent): Cell[] => [
  (style) => style.word(own, OWN_WORDS[own]),
  scope,
  except,
  roles.join(" → "),
  grant,
  timeCell(until),
];

/** What the words about the owner mean, which only a terminal shows. */
export const ownLegend =
  (extents: readonly Extent[]) =>
  (style: Style): string[] => {
    const found = new Set(extents.map(({ own }) => own));
    const meanings = (["only", "not"] as const).filter((own) => found.has(own)).map((own) => OWN_MEANINGS[own]);
    return meanings.length === 0 ? [] : [style.word("", meanings.join("; "))].filter(Boolean);
  };

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
  {
    revision,
    permissions,
    cut,
  }: { readonly revision: number; readonly permissions: readonly PermissionRow[]; readonly cut?: View["cut"] },
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
      least: LEAST,
    },
    legend: ownLegend(permissions),
    notices: [...notices, ...(permissions.length === 0 ? ["no permissions"] : [])],
    cut,
  };
}

interface Page<T extends UserRow> {
  readonly revision: number;
  /** Where strangers may, who hold what everyone holds; left out where it was not asked. */
  readonly everyone?: readonly Extent[];
  readonly users: readonly T[];
  readonly cut?: View["cut"];
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
  { revision, everyone, users, cut }: Page<UserRow & { readonly since?: string }>,
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
      rows: users.map((row) => [row.user, ...extentCells(row), ...last.map(() => timeCell(row.since ?? null))]),
      least: LEAST,
    },
    legend: ownLegend(users),
    notices: [...hints, ...strangersNotice(everyone), ...(users.length === 0 ? ["nobody"] : [])],
    cut,
  };
}

export const whoCanParts = (
  permission: string,
  pages: AsyncIterable<Page<UserRow>>,
  hints: readonly string[],
): AsyncIterable<ListPart> => partsOf(pages, (page) => whoCanView(permission, page, { hints }));

interface AccessPage {
  readonly revision: number;
  readonly access: readonly AccessRow<RecordedStamp | null>[];
  readonly cut?: View["cut"];
}

/** Who puts a row there, in the columns of a spreadsheet. */
const STAMP_HEAD = ["at", "by", "reason", "revision"];
const stampCells = (stamp: RecordedStamp | null): Cell[] =>
  stamp ? [timeCell(stamp.at), stamp.actor, stamp.reason, stamp.revision] : STAMP_HEAD.map(() => null);

const ASSIGNED = STAMP_HEAD.map((column) => `assigned ${column}`);
const GRANTED = STAMP_HEAD.map((column) => `granted ${column}`);

function accessView({ revision, access, cut }: AccessPage, hints: readonly string[]): ListPart {
  return {
    json: { revision },
    list: { name: "access", rows: access.map(accessJson) },
    table: {
      head: ["user", "permission", "role", "held", ...EXTENT_HEAD, "from", ...ASSIGNED, ...GRANTED],
      rows: access.map((row) => [
        row.user,
        row.permission,
        row.role,
        row.held,
        ...extentCells(row),
        timeCell(row.from),
        ...stampCells(row.by.assigned),
        ...stampCells(row.by.granted),
      ]),
      least: [...GRANTED.toReversed(), ...ASSIGNED.toReversed(), "from", "held", ...LEAST],
    },
    legend: ownLegend(access),
    notices: [...hints, ...(access.length === 0 ? ["no access"] : [])],
    cut,
  };
}

const accessJson = ({ user, permission, role, held, from, by, ...extent }: AccessPage["access"][number]) => {
  const { own, scope, except, roles, grant, until } = extent;
  return { user, permission, role, held, own, scope, except, roles, grant, from, until, by };
};

/** @param hints what a person should know of the question */
export const accessParts = (pages: AsyncIterable<AccessPage>, hints: readonly string[]): AsyncIterable<ListPart> =>
  partsOf(pages, (page) => accessView(page, hints));

/**
 * The views of a list that comes in pages: what the first one says is said of all. Empty pages are skipped; if all are
 * empty, the first one is yielded.
 */
async function* partsOf<P>(pages: AsyncIterable<P>, viewOf: (page: P) => ListPart): AsyncIterable<ListPart> {
  let empty: ListPart | undefined;
  let isEmpty = true;
  for await (const page of pages) {
    const view = viewOf(page);
    empty ??= view;
    if (view.list.rows.length === 0) continue;
    isEmpty = false;
    yield view;
  }
  if (isEmpty && empty) yield empty;
}
