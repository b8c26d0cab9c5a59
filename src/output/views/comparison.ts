/** The view of `compare`: what each of two may do, and the other may not. */
import { EXIT } from "../../errors.ts";
import type { ComparedRow, Comparison } from "../../policy/evaluate/compare.ts";
import type { AtRevision } from "../../policy/model/results.ts";
import type { View } from "../render.ts";
import { extentColumns, extentLegend, LEAST, permissionJson } from "./access-lists.ts";
import { conditionTexts } from "./decision-path.ts";

/** @param names of the two, the left first. Exit 1 where they differ. */
export function comparisonView(
  names: readonly [string, string],
  { left, right, revision }: AtRevision<Comparison>,
): View {
  const sides = [left, right].map((rows, side) => ({ rows, name: String(names[side]) }));
  const columns = extentColumns([...left, ...right]);
  const others = [...left, ...right].some(({ other }) => other) ? ["the other"] : [];
  const differ = left.length + right.length > 0;
  const counts = sides.map(({ rows, name }) => `only ${name}: ${rows.length}`).join(", ");
  return {
    json: { left: left.map(rowJson), right: right.map(rowJson), revision },
    table: {
      head: ["only", "permission", ...columns.head, ...others],
      rows: sides.flatMap(({ rows, name }) =>
        rows.map((row) => [name, row.permission, ...columns.cells(row), ...others.map(() => otherText(row))]),
      ),
      least: LEAST,
    },
    legend: extentLegend([...left, ...right]),
    closing: [differ ? counts : `equal: ${names.join(" and ")} may do the same`],
    exitCode: differ ? EXIT.no : EXIT.yes,
  };
}

const rowJson = (row: ComparedRow) => ({ ...permissionJson(row), ...(row.other && { other: row.other }) });

/** Under which conditions the other one may the same. */
function otherText({ other, scope }: ComparedRow): string | null {
  if (!other) return null;
  const { when, unless } = other;
  return conditionTexts({ ...(when !== null && { when }), unless, scope }).join(", ");
}
