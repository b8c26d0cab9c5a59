/** Views of `permissions`, `who-can` and `access`: lists of permissions, of users, and of what each of them may do. */
import type { AccessRow } from "../../policy/evaluate/access.ts";
import { conditioned } from "../../policy/evaluate/conditional-extents.ts";
import type { Known } from "../../policy/evaluate/decide.ts";
import type { Extent, PermissionRow } from "../../policy/evaluate/effective-permissions.ts";
import type { UserRow } from "../../policy/evaluate/who-can.ts";
import type { RecordedStamp } from "../../policy/model/results.ts";
import type { ListPart, View } from "../render.ts";
import { safe } from "../sanitize.ts";
import type { Style } from "../style.ts";
import { type Cell, timeCell } from "../table.ts";
import { conditionTexts, unlessTexts } from "./decision-path.ts";

const EXTENT_HEAD = ["own", "scope", "except", "roles", "grant", "until"];
const CONDITION_HEAD = ["when", "unless"] as const;
export const LEAST = ["grant", "roles"];

/** The columns of extents. Those about conditions are there only where there are some. */
export interface ExtentColumns {
  readonly head: readonly string[];
  readonly cells: (extent: Extent) => Cell[];
}

export function extentColumns(extents: readonly Extent[], mayHaveMore = false): ExtentColumns {
  const shown = CONDITION_HEAD.filter((name) => mayHaveMore || extents.some((extent) => extent[name] !== undefined));
  const head = EXTENT_HEAD.flatMap((name) => (name === "roles" ? [...shown, name] : [name]));
  if (shown.length === 0) return { head, cells: plainCells };
  const cells = (extent: Extent) => {
    const [own = null, scope = null, except = null, ...rest] = plainCells(extent);
    const conditions = { when: extent.when ?? null, unless: unlessTexts(extent) };
    return [own, scope, except, ...shown.map((name) => conditions[name]), ...rest];
  };
  return { head, cells };
}

type Own = Extent["own"];

/** What is said of the owner: people read the words of a matrix, and nothing where it does not matter. */
const OWN_WORDS: Readonly<Record<Own, string>> = { any: "", only: "own", not: "not own" };
const OWN_MEANINGS: Readonly<Record<Own, string>> = {
  any: "",
  only: "own: only as the owner",
  not: "not own: only where somebody else is the owner",
};

export const ownCell =
  (own: Own): Cell =>
  (style) =>
    style.word(own, OWN_WORDS[own]);

const plainCells = ({ own, scope, except, roles, grant, until }: Extent): Cell[] => [
  ownCell(own),
  scope,
  except,
  roles.join(" → "),
  grant,
  timeCell(until),
];

/** What the words about the owner and about conditions mean, which only a terminal shows. */
export const extentLegend =
  (extents: readonly Extent[]) =>
  (style: Style): string[] => {
    const found = new Set(extents.map(({ own }) => own));
    const meanings = [
      ...(["only", "not"] as const).filter((own) => found.has(own)).map((own) => OWN_MEANINGS[own]),
      ...(extents.some(({ when }) => when !== undefined) ? ["when: only where this is true"] : []),
      ...(extents.some(({ unless }) => unless) ? ["unless: only where this is false"] : []),
    ];
    return meanings.length === 0 ? [] : [style.word("", meanings.join("; "))].filter(Boolean);
  };

/** The fields in the documented order, which need not be the order in which the core creates them. */
const extentJson = ({ own, scope, except, roles, grant, until, when, unless }: Extent) =>
  conditioned({ own, scope, except, roles, grant, until }, { when, unless });

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
  const columns = extentColumns(permissions);
  return {
    json: {
      ...of,
      revision,
      permissions: permissions.map(permissionJson),
    },
    table: {
      head: ["permission", ...columns.head],
      rows: permissions.map((row) => [row.permission, ...columns.cells(row)]),
      least: LEAST,
    },
    legend: extentLegend(permissions),
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
  const scopes = everyone.map((extent) =>
    [extent.scope === null ? "everywhere" : safe`on ${extent.scope}`, ...conditionTexts(extent)].join(" "),
  );
  return scopes.length === 0 ? [] : [`users whom the policy does not know may, too: ${scopes.join(", ")}`];
}

/**
 * @param interval given if the question was who could at any moment between two times; each row then has `since`.
 * @param hints what a person should know of the question
 * @param mayHaveMore true to have columns for conditions, whatever these rows have
 */
export function whoCanView(
  permission: string,
  { revision, everyone, users, cut }: Page<UserRow & { readonly since?: string }>,
  {
    interval,
    hints = [],
    mayHaveMore = false,
  }: {
    readonly interval?: { readonly since: string; readonly until: string };
    readonly hints?: readonly string[];
    readonly mayHaveMore?: boolean;
  } = {},
): ListPart {
  const sinceOf = ({ since }: { readonly since?: string }) => since !== undefined && { since };
  const last = interval ? ["since"] : [];
  const columns = extentColumns(users, mayHaveMore);
  return {
    json: { permission, revision, ...interval, ...(everyone && { everyone: everyone.map(extentJson) }) },
    list: { name: "users", rows: users.map((row) => ({ user: row.user, ...extentJson(row), ...sinceOf(row) })) },
    table: {
      head: ["user", ...columns.head, ...last],
      rows: users.map((row) => [row.user, ...columns.cells(row), ...last.map(() => timeCell(row.since ?? null))]),
      least: LEAST,
    },
    legend: extentLegend(users),
    notices: [...hints, ...strangersNotice(everyone), ...(users.length === 0 ? ["nobody"] : [])],
    cut,
  };
}

export const whoCanParts = (
  permission: string,
  pages: AsyncIterable<Page<UserRow> & Paged>,
  hints: readonly string[],
): AsyncIterable<ListPart> =>
  partsOf(pages, (page, mayHaveMore) => whoCanView(permission, page, { hints, mayHaveMore }));

interface AccessPage extends Paged {
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

function accessView({ revision, access, cut }: AccessPage, hints: readonly string[], mayHaveMore: boolean): ListPart {
  const columns = extentColumns(access, mayHaveMore);
  return {
    json: { revision },
    list: { name: "access", rows: access.map(accessJson) },
    table: {
      head: ["user", "permission", "role", "held", ...columns.head, "from", ...ASSIGNED, ...GRANTED],
      rows: access.map((row) => [
        row.user,
        row.permission,
        row.role,
        row.held,
        ...columns.cells(row),
        timeCell(row.from),
        ...stampCells(row.by.assigned),
        ...stampCells(row.by.granted),
      ]),
      least: [...GRANTED.toReversed(), ...ASSIGNED.toReversed(), "from", "held", ...LEAST],
    },
    legend: extentLegend(access),
    notices: [...hints, ...(access.length === 0 ? ["no access"] : [])],
    cut,
  };
}

const accessJson = ({ user, permission, role, held, from, by, ...extent }: AccessPage["access"][number]) => {
  const { own, scope, except, roles, grant, until, when, unless } = extent;
  const row = { user, permission, role, held, own, scope, except, roles, grant, from, until, by };
  return conditioned(row, { when, unless });
};

/** @param hints what a person should know of the question */
export const accessParts = (pages: AsyncIterable<AccessPage>, hints: readonly string[]): AsyncIterable<ListPart> =>
  partsOf(pages, (page, mayHaveMore) => accessView(page, hints, mayHaveMore));

interface Paged {
  readonly hasConditions: boolean;
}

/**
 * The views of a list that comes in pages: what the first one says is said of all. Empty pages are skipped; if all are
 * empty, the first one is yielded. A list of several pages has columns for conditions where any row may have some.
 */
async function* partsOf<P extends Paged>(
  pages: AsyncIterable<P>,
  viewOf: (page: P, mayHaveMore: boolean) => ListPart,
): AsyncIterable<ListPart> {
  let empty: ListPart | undefined;
  let held: P | undefined;
  let isSeveral = false;
  for await (const page of pages) {
    const view = viewOf(page, page.hasConditions);
    empty ??= view;
    if (view.list.rows.length === 0) continue;
    if (held) {
      isSeveral = true;
      yield viewOf(held, held.hasConditions);
    }
    held = page;
  }
  if (held) yield viewOf(held, isSeveral && held.hasConditions);
  else if (empty) yield empty;
}
