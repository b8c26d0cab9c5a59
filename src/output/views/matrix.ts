/** The view of `matrix`: roles, or users, against permissions. */
import { type Matrix, NOT_GRANTED } from "../../policy/evaluate/matrix.ts";
import { type Line, wrappable } from "../paragraph.ts";
import type { View } from "../render.ts";
import { sanitize } from "../sanitize.ts";
import type { Style } from "../style.ts";
import type { Cell, LazyRows, TableRows } from "../table.ts";

/** Nothing, which is empty in CSV, where nothing is granted. */
const cellShown = (cell: string): Cell => (cell === NOT_GRANTED ? null : cell);

/** What the parts of cells mean, in the order of the legend, each with how a cell shows that it has it. */
const MEANINGS: readonly (readonly [meaning: string, isIn: (cell: string) => boolean])[] = [
  ["any: everywhere", (cell) => cell.startsWith("any")],
  ["own: everywhere, as the owner", (cell) => cell.includes("own")],
  ["scoped: only on some scopes", (cell) => cell.includes("scoped")],
  ["if: under a condition", (cell) => /\bif\b/.test(cell)],
  ["- behind: a deny takes part of it away", (cell) => cell.endsWith("-")],
  ["deny: nowhere, and there is a deny", (cell) => cell === "deny"],
  [`${NOT_GRANTED}: not granted`, (cell) => cell === NOT_GRANTED],
];

/** One line on the parts that occur. */
function legendOf(cells: ReadonlySet<string>): string[] {
  const found = MEANINGS.filter(([, isIn]) => [...cells].some(isIn)).map(([meaning]) => meaning);
  return found.length === 0 ? [] : [found.join("; ")];
}

/** A row for each permission, made when it is read: all at once would be as many cells as the matrix has. */
const tableRows = ({ permissions, columns }: Matrix): TableRows => ({
  length: permissions.length,
  *[Symbol.iterator]() {
    const names = permissions.values();
    for (const cells of columns) yield [names.next().value ?? "", ...cells.map(cellShown)];
  },
});

/** An object for each name, made when it is read. */
const listRows = ({ names, rows }: Matrix, word: string): LazyRows<object> => ({
  length: names.length,
  *[Symbol.iterator]() {
    for (const { name, cells } of rows) yield { [word]: name, cells };
  },
});

const UNMARKED = "any";

/** The matrix as a list: each name with its permissions, marked with their cells. */
function* linesOf({ permissions, rows, words }: Matrix, style: Style): Iterable<Line> {
  for (const { name, cells } of rows) {
    const held = permissions.flatMap((permission, at): string[] => {
      const cell = cells[at] ?? NOT_GRANTED;
      return cell === NOT_GRANTED ? [] : [sanitize(permission) + (cell === UNMARKED ? "" : ` (${cell})`)];
    });
    yield { lead: `${sanitize(name)}:`, items: held.length === 0 ? [NOT_GRANTED] : held, paint: style.strong };
  }
  const marks = new Set(words);
  marks.delete(NOT_GRANTED);
  yield* legendOf(marks)
    .map((legend) => legend.replace(/^any/, `no mark, or ${UNMARKED}`))
    .map(wrappable);
}

/** The view of a matrix: a line for each permission, a column for each name, because most policies have fewer roles. */
export function matrixView(
  of: "roles" | "users",
  matrix: Matrix & { readonly revision: number; readonly cut?: View["cut"] },
  hints: readonly string[] = [],
): View {
  const { revision, permissions, names, words, cut } = matrix;
  const word = of === "roles" ? "role" : "user";
  return {
    json: { revision, permissions },
    list: { name: of, rows: listRows(matrix, word) },
    table: { head: ["permission", ...names], rows: tableRows(matrix) },
    shapes: ["whole", "heads on end", (style) => linesOf(matrix, style)],
    legend: () => legendOf(words),
    notices: [
      ...hints,
      ...(permissions.length === 0 ? ["no permissions"] : []),
      ...(names.length === 0 ? [`no ${of}`] : []),
    ],
    cut,
  };
}
