/** The parts of a statement that fetches rows of many kinds at once, all of one form: what it is part of, texts, numbers. */
import { type AnyRow, type Draft, emptyDraft, KINDS, type Kind, keyOf, mapOf, RECORDS } from "../policy/model.ts";
import { joinedBy, type Piece, piece } from "./pieces.ts";
import { type Column, columnsOf, settled, TABLE } from "./tables.ts";

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
  /** The same without what a row says: its key alone. */
  readonly selectKeys: string;
}

const FORMS = Object.fromEntries(
  KINDS.map((kind, number): [string, Form] => {
    const columns = columnsOf(kind).filter((column) => column !== "skeleton");
    const texts = columns.filter((column) => !NUMBERS.includes(column));
    const numbers = columns.filter((column) => NUMBERS.includes(column));
    const slots = columns.map((column) => 1 + [...filled(texts, TEXT_SLOTS), ...numbers].indexOf(column));
    const select = `${selecting(number, texts.map(quoted), numbers.map(quoted))} from ${TABLE[kind]}`;
    const unsaid = numbers.map(() => "0");
    const selectKeys = `${selecting(number, RECORDS[kind].key.map(quoted), unsaid)} from ${TABLE[kind]}`;
    return [kind, { columns, slots, select, selectKeys }];
  }),
);

function quoted(column: string): string {
  return `"${column}"`;
}

function filled(columns: readonly string[], slots: number): (string | undefined)[] {
  return Array.from({ length: slots }, (_, at) => columns[at]);
}

function selecting(part: number, texts: readonly string[], numbers: readonly string[]): string {
  const slots = (terms: readonly string[], count: number, type: string) =>
    filled(terms, count).map((term) => term ?? `cast(null as ${type})`);
  return `select ${[part, ...slots(texts, TEXT_SLOTS, "text"), ...slots(numbers, NUMBER_SLOTS, "integer")].join(", ")}`;
}

const formOf = (kind: Kind): Form => FORMS[kind] as Form;

const where = (select: string, conditions: readonly Piece[]): Piece => {
  const { text, parameters } = joinedBy(" and ", conditions);
  return { text: `${select} where ${text}`, parameters };
};

/** The rows of a kind that fit all of some conditions: at least one. */
export const rowsWhere = (kind: Kind, ...conditions: readonly Piece[]): Piece => where(formOf(kind).select, conditions);

/** The same with nothing but their keys, which an index tells without the row. */
export const keysWhere = (kind: Kind, ...conditions: readonly Piece[]): Piece =>
  where(formOf(kind).selectKeys, conditions);

/** So many rows of a table at a time, for there may be millions. */
export const PAGE = 10_000;

/** The order of a table's primary key, where that of its fields is another. */
const ORDER: Partial<Record<Kind, readonly string[]>> = { grant: ["role", "permission", "effect", "scope"] };
const keyOrder = (kind: Kind): readonly string[] => ORDER[kind] ?? RECORDS[kind].key;

/** The first rows of a table, or those that come after one. */
export function pageOf(kind: Kind, after: Tuple | undefined): Piece {
  const { columns, slots, select } = formOf(kind);
  const key = keyOrder(kind);
  const last = key.map((column) => after?.[slots[columns.indexOf(column)] ?? 0] ?? "");
  const order = key.map(quoted).join(", ");
  const beyond = `where (${order}) > (${key.map(() => "?").join(", ")})`;
  return piece(`select * from (${select} ${beyond} order by ${order} limit ${PAGE}) as page`, ...last);
}

/** What a part says besides rows: the name of a role, or the revision that stands. */
const ROLE = "name of a role";
const REVISION = "revision";
const PARTS = [...KINDS, ROLE, REVISION] as const;

/** The part that every statement has. */
export const REVISION_PART = piece(`${selecting(PARTS.indexOf(REVISION), [], ['"revision"'])} from meta`);

/** What the roles of some queries reach, themselves included; UNION ends on any graph, a cycle included. */
export const reached = (roles: readonly Piece[]): Piece => rolesFrom(roles, "role", "inherits");

/** The roles of some queries, and whatever inherits them. */
export const heirsOf = (roles: readonly Piece[]): Piece => rolesFrom(roles, "inherits", "role");

function rolesFrom(roles: readonly Piece[], from: string, to: string): Piece {
  const { text, parameters } = joinedBy("\n    union ", roles);
  const near = `${text}
    union select inheritance.${to} from near join inheritance on inheritance.${from} = near.role`;
  return {
    text: `${selecting(PARTS.indexOf(ROLE), ['"role"'], [])} from (with recursive near (role) as (${near}) select role from near) as near`,
    parameters,
  };
}

/** The roles that the rows of a table name. */
export const rolesIn = (table: "roles" | "assignments" | "grants", { text, parameters }: Piece): Piece => ({
  text: `select role from ${table} where ${text}`,
  parameters,
});

/** What was fetched so far. */
export class Found {
  readonly draft: Draft = emptyDraft();
  /** Names of roles, without their rows. */
  readonly roles = new Set<string>();
  /** What the statements said: more than one where a change came in between. */
  readonly revisions = new Set<number>();
  readonly #last: Tuple[] = [];

  take(tuples: Iterable<Tuple>): void {
    for (const tuple of tuples) {
      const number = Number(tuple[0]);
      const part = PARTS[number] ?? REVISION;
      if (part === REVISION) this.revisions.add(Number(tuple[1 + TEXT_SLOTS]));
      else if (part === ROLE) this.roles.add(String(tuple[1]));
      else {
        const row = rowIn(part, tuple);
        mapOf(this.draft, part).set(keyOf(part, row), row);
        this.#last[number] = tuple;
      }
    }
  }

  /** The last row of a kind, as it came. */
  last(kind: Kind): Tuple | undefined {
    return this.#last[PARTS.indexOf(kind)];
  }
}

function rowIn(kind: Kind, tuple: Tuple): AnyRow {
  const { columns, slots } = formOf(kind);
  const row: Record<string, Column> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at] ?? ""] = tuple[slots[at] ?? 0] ?? null;
  return settled(row);
}
