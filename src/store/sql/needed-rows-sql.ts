/**
 * Builds the parts of a UNION ALL that fetches rows of many kinds at once, and reads its result. All parts select the
 * same columns: the number of the part, then texts, then numbers.
 */
import { type Draft, emptyDraft, keyOf, mapOf } from "../../policy/model/policy.ts";
import { EDITED_KINDS, RECORDS, recordOf } from "../../policy/model/records.ts";
import type { AnyRow, Kind } from "../../policy/model/rows.ts";
import { type Column, columnsOf, convertInPlace, SKELETONS, TABLE } from "../engine/tables.ts";
import { type Fragment, fragment, joinFragments } from "./fragments.ts";

/** A fetched row; its first column is the number of its part. */
export type Tuple = readonly Column[];

/** Whether a column has numbers; the others have text. */
function isNumber(kind: Kind, column: string): boolean {
  const type = recordOf(kind).columns[column];
  return column === "revision" || type === "flag" || type === "number";
}

const countColumns = (kind: Kind, numbers: boolean): number =>
  columnsOf(kind).filter((column) => !SKELETONS.includes(column) && isNumber(kind, column) === numbers).length;

/** The largest number of text columns, and of number columns, that a kind has. */
const TEXT_SLOTS = Math.max(...EDITED_KINDS.map((kind) => countColumns(kind, false)));
const NUMBER_SLOTS = Math.max(...EDITED_KINDS.map((kind) => countColumns(kind, true)));

/** How the rows of a kind are laid out in tuples. */
interface TupleLayout {
  readonly columns: readonly string[];
  /** The index of each column in a tuple. */
  readonly slots: readonly number[];
  readonly select: string;
}

const LAYOUTS = Object.fromEntries(
  EDITED_KINDS.map((kind, number): [string, TupleLayout] => {
    const columns = columnsOf(kind).filter((column) => !SKELETONS.includes(column));
    const texts = columns.filter((column) => !isNumber(kind, column));
    const numbers = columns.filter((column) => isNumber(kind, column));
    const slots = columns.map((column) => 1 + [...padded(texts, TEXT_SLOTS), ...numbers].indexOf(column));
    const select = `${selectTuple(number, texts.map(quoted), numbers.map(quoted))} from ${TABLE[kind]}`;
    return [kind, { columns, slots, select }];
  }),
);

function quoted(column: string): string {
  return `"${column}"`;
}

function padded(columns: readonly string[], slots: number): (string | undefined)[] {
  return Array.from({ length: slots }, (_, at) => columns[at]);
}

function selectTuple(part: number, texts: readonly string[], numbers: readonly string[]): string {
  const slots = (terms: readonly string[], count: number, type: string) =>
    padded(terms, count).map((term) => term ?? `cast(null as ${type})`);
  return `select ${[part, ...slots(texts, TEXT_SLOTS, "text"), ...slots(numbers, NUMBER_SLOTS, "integer")].join(", ")}`;
}

/** Parts that are no kind, numbered after the kinds: the current revision, and names of permissions. */
const REVISION_PART = EDITED_KINDS.length;
const NAMES_PART = REVISION_PART + 1;

const layoutOf = (kind: Kind): TupleLayout => LAYOUTS[kind] as TupleLayout;

const where = (select: string, conditions: readonly Fragment[]): Fragment => {
  const { text, parameters } = joinFragments(" and ", conditions);
  return { text: `${select} where ${text}`, parameters };
};

/** The rows of a kind that meet all conditions; at least one condition is needed. */
export const rowsWhere = (kind: Kind, ...conditions: readonly Fragment[]): Fragment =>
  where(layoutOf(kind).select, conditions);

/** Grants that meet a condition. `LISTED_SLOT` repeats the permission if the catalogue lists exactly that name. */
export const listedGrants = (condition: Fragment): Fragment => {
  const texts = ["role", "effect", "grants.permission", "scope", "permissions.permission"];
  const select = selectTuple(EDITED_KINDS.indexOf("grant"), texts, ["grants.revision"]);
  return where(`${select} from grants left join permissions on permissions.permission = grants.permission`, [
    condition,
  ]);
};
const LISTED_SLOT = 5;

/**
 * The names of the permissions that meet a condition, joined to one text: a row for each would cost more than finding
 * it. A line break can separate them, since names hold no control characters.
 */
export const namesWhere = (condition: Fragment): Fragment =>
  where(`${selectTuple(NAMES_PART, ["string_agg(permission, '\n')"], [])} from permissions`, [condition]);

/** The names of all permissions. */
export const ALL_NAMES = namesWhere(fragment("1 = 1"));

/** Rows of a whole table that are fetched at a time, for there may be millions. */
export const ROWS_PER_PAGE = 10_000;

/** Primary keys of tables whose order differs from that in `RECORDS`. */
const KEY_ORDER: Partial<Record<Kind, readonly string[]>> = { grant: ["role", "permission", "effect", "scope"] };
const keyOrder = (kind: Kind): readonly string[] => KEY_ORDER[kind] ?? RECORDS[kind].key;

/**
 * The first page of a table, or the page after a given row. It is no page of `tablePages`, since it is a part of the
 * one statement that fetches all needed rows.
 */
export function pageOf(kind: Kind, after: Tuple | undefined): Fragment {
  const { columns, slots, select } = layoutOf(kind);
  const key = keyOrder(kind);
  const last = key.map((column) => (after ? (after[slots[columns.indexOf(column)] as number] as Column) : ""));
  const order = key.map(quoted).join(", ");
  const beyond = `where (${order}) > (${key.map(() => "?").join(", ")})`;
  return fragment(`select * from (${select} ${beyond} order by ${order} limit ${ROWS_PER_PAGE}) as page`, ...last);
}

/** The current revision: a part of every statement. A restore repeats its number, but not what else it is known by. */
const KNOWN_BY = ["created_at", "(select hash from entries where seq = (select max(seq) from entries))"];
/** A text if there are conditional grants, or attributes are declared. */
const CONDITIONS = "coalesce((select max(role) from conditionals), (select max(resource) from attributes))";
export const REVISION = fragment(`${selectTuple(REVISION_PART, [...KNOWN_BY, CONDITIONS], ['"revision"'])} from meta`);
const CONDITIONS_SLOT = 3;

/**
 * The beginning of a statement whose parts may use `NEARBY_ROLES`: the roles that `starts` select with all that these
 * inherit, and the roles that `ends` select with all their heirs. UNION makes the recursion end, even in a cycle.
 */
export function nearbyRoles(starts: readonly Fragment[], ends: readonly Fragment[]): Fragment {
  const queries =
    ends.length === 0
      ? [recursion("near", starts, "role", "inherits")]
      : [
          recursion("reached", starts, "role", "inherits"),
          recursion("heirs", ends, "inherits", "role"),
          NEARBY_BOTH_WAYS,
        ];
  const { text, parameters } = joinFragments(",\n", queries);
  return { text: `with recursive ${text}\n`, parameters };
}

/** The nearby roles, for use in a statement that begins with `nearbyRoles`. */
export const NEARBY_ROLES = "select role from near";

const NEARBY_BOTH_WAYS = fragment("near (role) as (select role from reached union select role from heirs)");

/** A named recursive query: the roles, and all that are reached from them along edges of inheritance. */
function recursion(name: string, roles: readonly Fragment[], from: string, to: string): Fragment {
  const { text, parameters } = joinFragments("\n  union ", roles);
  return {
    text: `${name} (role) as (${text}
  union select inheritance.${to} from ${name} join inheritance on inheritance.${from} = ${name}.role)`,
    parameters,
  };
}

/** The roles named by the rows of a table that meet a condition. */
export const rolesWhere = (
  table: "roles" | "assignments" | "grants" | "conditionals",
  { text, parameters }: Fragment,
): Fragment => ({ text: `select role from ${table} where ${text}`, parameters });

/** Collects what several statements fetch. */
export class FetchedRows {
  readonly draft: Draft = emptyDraft();
  /** The revisions that the statements saw, by what they are known by: several if a change was committed in between. */
  readonly revisions = new Map<string, number>();
  /** Whether a statement saw conditional grants, or declared attributes. */
  hasConditions = false;
  readonly #last: Tuple[] = [];
  readonly #counts: number[] = [];

  add(tuples: Iterable<Tuple>): void {
    for (const tuple of tuples) {
      const number = Number(tuple[0]);
      if (number === REVISION_PART) this.#addRevision(tuple);
      else if (number !== NAMES_PART) this.#addRow(number, tuple);
      else if (tuple[1] !== null)
        for (const permission of String(tuple[1]).split("\n")) this.#addPermission(permission);
    }
  }

  #addRevision(tuple: Tuple): void {
    this.revisions.set(JSON.stringify(tuple), Number(tuple[1 + TEXT_SLOTS]));
    if (tuple[CONDITIONS_SLOT] !== null) this.hasConditions = true;
  }

  #addRow(number: number, tuple: Tuple): void {
    const kind = EDITED_KINDS[number] as Kind;
    const row = rowFromTuple(kind, tuple);
    mapOf(this.draft, kind).set(keyOf(kind, row), row);
    this.#last[number] = tuple;
    this.#counts[number] = this.count(kind) + 1;
    if (kind === "grant" && tuple[LISTED_SLOT] !== null) this.#addPermission(String(tuple[LISTED_SLOT]));
  }

  /** Adds a permission of which only the name was fetched. */
  #addPermission(permission: string): void {
    this.draft.permission.set(permission, { permission, description: null, revision: 0 });
  }

  /** The number of rows of a kind so far. */
  count(kind: Kind): number {
    return this.#counts[EDITED_KINDS.indexOf(kind)] ?? 0;
  }

  /** The row of a kind that was fetched last. */
  last(kind: Kind): Tuple | undefined {
    return this.#last[EDITED_KINDS.indexOf(kind)];
  }
}

function rowFromTuple(kind: Kind, tuple: Tuple): AnyRow {
  const { columns, slots } = layoutOf(kind);
  const row: Record<string, Column> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] as string] = tuple[slots[at] as number] as Column;
  return convertInPlace(row);
}
