/** The view of `compare`: what each of two may do, and the other may not. */
import { EXIT } from "../../errors.ts";
import type { Comparison } from "../../policy/evaluate/compare.ts";
import type { AtRevision } from "../../policy/model/results.ts";
import type { View } from "../render.ts";
import { EXTENT_HEAD, extentCells, LEAST, ownLegend, permissionJson } from "./access-lists.ts";

/** @param names of the two, the left first. Exit 1 where they differ. */
export function comparisonView(
  names: readonly [string, string],
  { left, right, revision }: AtRevision<Comparison>,
): View {
  const sides = [left, right].map((rows, side) => ({ rows, name: String(names[side]) }));
  const differ = left.length + right.length > 0;
  const counts = sides.map(({ rows, name }) => `only ${name}: ${rows.length}`).join(", ");
  return {
    json: { left: left.map(permissionJson), right: right.map(permissionJson), revision },
    table: {
      head: ["only", "permission", ...EXTENT_HEAD],
      rows: sides.flatMap(({ rows, name }) => rows.map((row) => [name, row.permission, ...extentCells(row)])),
      least: LEAST,
    },
    legend: ownLegend([...left, ...right]),
    closing: [differ ? counts : `equal: ${names.join(" and ")} may do the same`],
    exitCode: differ ? EXIT.no : EXIT.yes,
  };
}
