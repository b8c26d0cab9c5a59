/** Matrices of given cells, for tests of how they are shown. */
import type { Matrix } from "../../src/policy/evaluate/matrix.ts";

export const matrixWith = (
  permissions: readonly string[],
  rows: readonly { readonly name: string; readonly cells: readonly string[] }[],
): Matrix & { readonly revision: number } => ({
  revision: 7,
  permissions,
  names: rows.map(({ name }) => name),
  rows,
  columns: permissions.map((_, at) => rows.map(({ cells }) => cells[at] ?? "–")),
  words: new Set(rows.flatMap(({ cells }) => cells)),
});
