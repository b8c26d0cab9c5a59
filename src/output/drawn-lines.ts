/** Sets cells out in columns: a row is a line, two blanks stand between columns, none at the end. */
import { GAP } from "./columns.ts";
import { isNarrow, type Measure } from "./width.ts";

export type Texts = readonly (readonly string[])[];

/** The rows that cli-table3 draws, half a millisecond each; more are set out the same by us. */
const DRAWN_ROWS = 1000;

/** The lines of cells that fit into their columns, for a terminal. */
export function drawnLines(rows: Texts, widths: readonly number[], widthOf: Measure): Promise<string[]> | string[] {
  if (rows.length <= DRAWN_ROWS) return linesByCliTable(rows, widths, widthOf);
  return paddedLines(rows, widths, widthOf);
}

/** The same lines for a pipe, and for tables of any length. */
export function paddedLines(rows: Texts, widths: readonly number[], widthOf: Measure): string[] {
  const padded = (cell: string, at: number) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)));
  return rows.map((row) => row.map(padded).join(GAP).trimEnd());
}

const BORDERS = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const RULES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
const BORDERLESS = { ...Object.fromEntries([...BORDERS, ...RULES].map((part) => [part, ""])), middle: GAP };
const UNPADDED = { "padding-left": 0, "padding-right": 0, head: [], border: [] };
/** A letter of one column that no text draws with, since it means nothing. */
const STAND_IN = "\ue000";

/** cli-table3 takes marks of many scripts for letters, so it draws stand-ins as wide as what is not plain. */
async function linesByCliTable(rows: Texts, widths: readonly number[], widthOf: Measure): Promise<string[]> {
  const { default: CliTable } = await import("cli-table3");
  const stoodFor: string[] = [];
  const plain = (cell: string) => {
    if (isNarrow(cell)) return cell;
    stoodFor.push(cell);
    return STAND_IN.repeat(Math.max(1, widthOf(cell)));
  };
  const table = new CliTable({ colWidths: [...widths], chars: BORDERLESS, style: UNPADDED });
  table.push(...rows.map((row) => row.map(plain)));
  const texts = stoodFor.values();
  const drawn = table.toString().replaceAll(new RegExp(`${STAND_IN}+`, "g"), () => texts.next().value ?? "");
  return drawn.split("\n").map((line) => line.trimEnd());
}
