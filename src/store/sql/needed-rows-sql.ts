/** The parts of a statement that fetches rows of many kinds at once, all of one form: what it is part of, texts, numbers. */
import {
  type AnyRow,
  type Draft,
  emptyDraft,
  KINDS,
  type Kind,
  keyOf,
  mapOf,
  RECORDS,
} from "../../policy/model/policy.ts";
import { type Column, columnsOf, convertInPlace, TABLE } from "../engine/tables.ts";
import { type Fragment, fragment, joinFragments } from "./fragments.ts";

/** A row as it is fetched: the number of its part first. */
export type Tuple = readonly Column[];

const NUMBERS = ["disabled", "limit", "revision"];
/** As many as any kind has. */
const TEXT_SLOTS = 5;
const NUMBER_SLOTS = 2;

/** How the rows of a kind lie in tuples. */
interface Form {
  readonly columns: readonly string[];
  /** Where each of the columns is. */
  readonly slots: readonly number[];
  readonly select: string;
}

const FORMS = Object.fromEntries(
  KINDS.map((kind, number): [string, Form] => {
    const columns = columnsOf(kind).filter((column) => column !== "skeleton");
    const texts = columns.filter((column) => !NUMBERS.includes(column));
    const numbers = columns.filter((column) => NUMBERS.includes(column));
    const slots = columns.map((column) => 1 + [...filled(texts, TEXT_SLOTS), ...numbers].indexOf(column));
    const select = `${selecting(number, texts.map(quoted), numbers.map(quoted))} from ${TABLE[kind]}`;
    return [kind, { columns, slots, select }];
  }),
);

function quoted(column: string): string {
  return `"${column}"`;
}

function filled(columns: readonly string[], slots: number): (string | undefined)[] {
  return Array.from({ length: slots }, (_, at) => columns[at]);
}

function selecting(part: number, texts: readonly string[], numbers: readonly string[]): string {
  const slots = (options: readonly string[], count: number, type: string) =>
    filled(options, count).map((term) => term ?? `cast(null as ${type})`);
  return `select ${[part, ...slots(texts, TEXT_SLOTS, "text"), ...slots(numbers, NUMBER_SLOTS, "integer")].join(", ")}`;
}

/** What else a part may be, numbered as if these were kinds: the revision that stands, names of permissions. */
const STANDING = KINDS.length;
const NAMES = STANDING + 1;

const formOf = (kind: Kind): Form => FORMS[kind] as Form;

const where = (select: string, conditions: readonly Fragment[]): Fragment => {
  const { text, parameters } = joinFragments(" and ", conditions);
  return { text: `${select} where ${text}`, parameters };
};

/** The rows of a kind that fit all of some conditions: at least one. */
export const rowsWhere = (kind: Kind, ...conditions: readonly Fragment[]): Fragment =>
  where(formOf(kind).select, conditions);

/** Grants that fit, each with its permission where the catalogue lists that word for word. */
export const listedGrants = (condition: Fragment): Fragment => {
  const texts = ["role", "effect", "grants.permission", "scope", "permissions.permission"];
  const select = selecting(KINDS.indexOf("grant"), texts, ["grants.revision"]);
  return where(`${select} from grants left join permissions on permissions.permission = grants.permission`, [
    condition,
  ]);
};
/** Where it then is. */
const LISTED = 5;

/** The names of the permissions that fit, in one text, for rows and columns cost more than to find them. Names hold no control characters. */
export const namesWhere = (condition: Fragment): Fragment =>
  where(`${selecting(NAMES, ["string_agg(permission, '\n')"], [])} from permissions`, [condition]);

/** So many rows of a table at a time, for there may be millions. */
export const PAGE = 10_000;

/** The order of a table's primary key, where that of its fields is another. */
const ORDER: Partial<Record<Kind, readonly string[]>> = { grant: ["role", "permission", "effect", "scope"] };
const keyOrder = (kind: Kind): readonly string[] => ORDER[kind] ?? RECORDS[kind].key;

/** The first rows of a table, or those that come after one. */
export function pageOf(kind: Kind, after: Tuple | undefined): Fragment {
  const { columns, slots, select } = formOf(kind);
  const key = keyOrder(kind);
  const last = key.map((column) => after?.[slots[columns.indexOf(column)] ?? 0] ?? "");
  const order = key.map(quoted).join(", ");
  const beyond = `where (${order}) > (${key.map(() => "?").join(", ")})`;
  return fragment(`select * from (${select} ${beyond} order by ${order} limit ${PAGE}) as page`, ...last);
}

/** The part that every statement has. */
export const REVISION = fragment(`${selecting(STANDING, [], ['"revision"'])} from meta`);

/**
 * The beginning of a statement whose parts may ask for those `NEAR`: what the roles of some queries reach, themselves included, and the
 * roles of others with whatever inherits them. UNION ends on any graph, a cycle included.
 */
export function nearbyRoles(starts: readonly Fragment[], ends: readonly Fragment[]): Fragment {
  const named =
    ends.length === 0
      ? [along("near", starts, "role", "inherits")]
      : [along("reached", starts, "role", "inherits"), along("heirs", ends, "inherits", "role"), BOTH];
  const { text, parameters } = joinFragments(",\n", named);
  return { text: `with recursive ${text}\n`, parameters };
}

/** The roles that are near, in a statement that begins so. */
export const NEAR = "select role from near";

const BOTH = fragment("near (role) as (select role from reached union select role from heirs)");

function along(name: string, roles: readonly Fragment[], from: string, to: string): Fragment {
  const { text, parameters } = joinFragments("\n  union ", roles);
  return {
    text: `${name} (role) as (${text}
  union select inheritance.${to} from ${name} join inheritance on inheritance.${from} = ${name}.role)`,
    parameters,
  };
}

/** The roles that the rows of a table name. */
export const rolesWhere = (table: "roles" | "assignments" | "grants", { text, parameters }: Fragment): Fragment => ({
  text: `select role from ${table} where ${text}`,
  parameters,
});

/** What was fetched so far. */
export class FetchedRows {
  readonly draft: Draft = emptyDraft();
  /** What the statements said: more than one where a change came in between. */
  readonly revisions = new Set<number>();
  readonly #last: Tuple[] = [];
  readonly #counts: number[] = [];

  take(tuples: Iterable<Tuple>): void {
    for (const tuple of tuples) {
      const number = Number(tuple[0]);
      if (number === STANDING) this.revisions.add(Number(tuple[1 + TEXT_SLOTS]));
      else if (number !== NAMES) this.#row(number, tuple);
      else if (tuple[1] !== null) for (const permission of String(tuple[1]).split("\n")) this.#list(permission);
    }
  }

  #row(number: number, tuple: Tuple): void {
    const kind = KINDS[number] as Kind;
    const row = rowIn(kind, tuple);
    mapOf(this.draft, kind).set(keyOf(kind, row), row);
    this.#last[number] = tuple;
    this.#counts[number] = this.count(kind) + 1;
    if (kind === "grant" && tuple[LISTED] !== null) this.#list(String(tuple[LISTED]));
  }

  #list(permission: string): void {
    this.draft.permission.set(permission, { permission, description: null, revision: 0 });
  }

  /** How many rows of a kind have come. */
  count(kind: Kind): number {
    return this.#counts[KINDS.indexOf(kind)] ?? 0;
  }

  /** The last row of a kind, as it came. */
  last(kind: Kind): Tuple | undefined {
    return this.#last[KINDS.indexOf(kind)];
  }
}

function rowIn(kind: Kind, tuple: Tuple): AnyRow {
  const { columns, slots } = formOf(kind);
  const row: Record<string, Column> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] ?? ""] = tuple[slots[at] ?? 0] ?? null;
  return convertInPlace(row);
}
