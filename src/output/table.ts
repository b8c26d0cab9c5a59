/** A table as a value: its columns, its cells, and what matters least in it. */
import { PLAIN, type Style } from "./style.ts";

/** Text that depends on who reads it: a time, a word. Empty for nothing. */
type Worded = (style: Style) => string;

export type Cell = string | number | boolean | null | readonly (string | null)[] | Worded;

/** A list, or something that makes its rows only when they are read. */
export type LazyRows<T> = Iterable<T> & { readonly length: number };
export type TableRows = LazyRows<readonly Cell[]>;

/** A row for each item, made when it is read. */
export const madeWhenRead = <Item, Row>(
  items: Iterable<Item> & { readonly length: number },
  make: (item: Item) => Row,
): LazyRows<Row> => ({
  length: items.length,
  *[Symbol.iterator]() {
    for (const item of items) yield make(item);
  },
});

export interface Table {
  readonly head: readonly string[];
  readonly rows: TableRows;
  /**
   * Columns that a terminal without room cuts, then leaves out, the least important first. The others follow, from the
   * last to the first.
   */
  readonly least?: readonly string[];
}

/** The cell of a time, which is nothing for null. */
export const timeCell = (at: string | null): Cell => (at === null ? null : (style) => style.time(at));

/**
 * A cell as text: lists are joined by commas, null in one is the root scope.
 * @param nothing the text for null and for an empty list.
 */
export function cellText(cell: Cell, nothing = "", style = PLAIN): string {
  if (cell === null) return nothing;
  if (typeof cell === "function") return cell(style) || nothing;
  if (typeof cell === "boolean") return style.word(String(cell), cell ? "yes" : nothing);
  if (Array.isArray(cell)) return cell.length === 0 ? nothing : cell.map((part) => part ?? "everywhere").join(", ");
  return String(cell);
}
