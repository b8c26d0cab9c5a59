/** The view of `diff --impact`: who gains and who loses from one side to the other. */
import { EXIT } from "../../errors.ts";
import type { Impact } from "../../policy/impact/values.ts";
import type { Change } from "../../policy/model/change.ts";
import { counted } from "../count-text.ts";
import type { View } from "../render.ts";
import { quoted } from "../shell-words.ts";
import { impactJson } from "./impact-json.ts";
import { impactLines, impactTable, isHarmless } from "./impact-lines.ts";

/**
 * Exit 1 where somebody gains or loses, now or later; policies that differ and give everybody the same are exit 0.
 * @param sides what the policies are called
 * @param people the most names of each row
 */
export function impactDiffView(
  impact: Impact,
  changes: readonly Change[],
  sides: readonly [from: string, to: string],
  people: number,
): View {
  const shown = { changes, people };
  const count = changes.length;
  const differences = counted(count, "difference");
  return {
    json: { changed: count > 0, changes, impact: impactJson(impact, people) },
    table: impactTable(impact, shown),
    text: () => impactLines(impact, shown),
    closing: [count === 0 ? "equal" : `${differences}; to see them: rbac diff ${sides.map(quoted).join(" ")}`],
    exitCode: isHarmless(impact) ? EXIT.yes : EXIT.no,
  };
}
