/** The view of `matrix`: roles, or users, against permissions. */
import { type Matrix, NOT_GRANTED } from "../../policy/evaluate/matrix.ts";
import { type Line, wrappable } from "../paragraph.ts";
import type { View } from "../render.ts";
import { sanitize } from "../sanitize.ts";
import type { Style } from "../style.ts";
import type { Cell, TableRows } from "../table.ts";

/** Nothing, which is empty in CSV, where nothing is granted. */
const cellShown = (cell = NOT_GRANTED): Cell => (cell === NOT_GRANTED ? null : cell);

/** What the parts of cells mean, in the order of the legend, each with how a cell shows that it has it. */
const MEANINGS: readonly (readonly [meaning: string, isIn: (cell: string) => boolean])[] = [
  ["any: everywhere", (cell) => cell.startsWith("any")],
  ["own: everywhere, as the owner", (cell) => cell.includes("own")],
  ["scoped: only on some scopes", (cell) => cell.includes("scoped")],
  ["- behind: a deny takes part of it away", (cell) => cell.endsWith("-")],
  ["deny: nowhere, and there is a deny", (cell) => cell === "deny"],
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

/** A row for each permission, made when it is read: all at once would be as many cells as the matrix has. */
const rowsOf = ({ permissions, rows }: Matrix): TableRows => ({
  length: permissions.length,
  *[Symbol.iterator]() {
    for (const [at, permission] of permissions.entries())
      yield [permission, ...rows.map(({ cells }) => cellShown(cells[at]))];
  },
});

const UNMARKED = "any";

/** The matrix as a list: each name with its permissions, marked with their cells. */
function* linesOf({ permissions, rows }: Matrix, style: Style): Iterable<Line> {
  for (const { name, cells } of rows) {
    const held = permissions.flatMap((permission, at): string[] => {
      const cell = cells[at] ?? NOT_GRANTED;
      return cell === NOT_GRANTED ? [] : [sanitize(permission) + (cell === UNMARKED ? "" : ` (${cell})`)];
    });
    yield { lead: `${sanitize(name)}:`, items: held.length === 0 ? [NOT_GRANTED] : held, paint: style.strong };
  }
  const marks = wordsIn(rows);
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
  const { revision, permissions, rows, cut } = matrix;
  const word = of === "roles" ? "role" : "user";
  return {
    json: { revision, permissions, [of]: rows.map(({ name, cells }) => ({ [word]: name, cells })) },
    table: { head: ["permission", ...rows.map(({ name }) => name)], rows: rowsOf(matrix) },
    shapes: ["whole", "heads on end", (style) => linesOf(matrix, style)],
    legend: () => legendOf(wordsIn(rows)),
    notices: [
      ...hints,
      ...(permissions.length === 0 ? ["no permissions"] : []),
      ...(rows.length === 0 ? [`no ${of}`] : []),
    ],
    cut,
  };
}
