/** What was fixed, shown before what is left. */
import type { Change } from "../../policy/model/change.ts";
import type { View } from "../render.ts";
import { countedByKind, countedByVerb, MADE, WOULD } from "../views/change-lines.ts";
import { changesView } from "../views/changes.ts";

/** What became of a document that states rows to be removed. */
export interface FixedFile {
  readonly file: string;
  /** The file that has the text without them; `null` where it was left. */
  readonly written: string | null;
  readonly removals: readonly Change[];
  /** The file that has all of its text, as it is. */
  readonly copied?: string;
}

/** @param changes those of all documents together, whether or not their files could be edited */
export function fixedFilesView(changes: readonly Change[], files: readonly FixedFile[], dryRun: boolean): View {
  const edited = files.filter(({ written }) => written !== null);
  const kept = new Set(files.flatMap(({ written, removals }) => (written === null ? removals : [])));
  const made = changes.filter((change) => !kept.has(change));
  const changed = edited.length > 0;
  const closing = files.map((file) => toldOf(file, dryRun));
  const view = changesView({ changed, dryRun, revision: 0, changes: made, count: made.length }, { listedBy: "--json" });
  const json = { changed, dryRun, revision: null, changes: made, files: files.map(fileJson) };
  return { ...view, json, closing: changes.length === 0 ? ["nothing to fix", ...closing] : closing };
}

const fileJson = ({ removals, ...file }: FixedFile) => ({ ...file, changes: removals });

/** `policy.yaml: removed 2 grants` */
function toldOf({ file, written, removals, copied }: FixedFile, dryRun: boolean): string {
  const copy = copied && `${dryRun ? "would be copied" : "copied"} to ${copied}`;
  if (copy && removals.length === 0) return `${file}: ${copy}, as it is`;
  if (written === null) {
    const left = `left as it is, since it cannot be edited in place: ${countedByKind(removals)} could go`;
    return [`${file}: ${left}`, copy ?? []].flat().join("; ");
  }
  const place = written === file ? "" : ` in ${written}`;
  return `${file}: ${countedByVerb(removals, dryRun ? WOULD : MADE)}${place}`;
}

/** What is left, with what was fixed as `fixed` of the JSON. */
export function withFixed(view: View, fixed: View): View {
  return {
    ...view,
    json: { ...view.json, fixed: fixed.json },
    text: (style) => [...(fixed.text?.(style) ?? []), ...(view.text?.(style) ?? [])],
    notices: [...(fixed.notices ?? []), ...(view.notices ?? [])],
    closing: [...(fixed.closing ?? []), ...(view.closing ?? [])],
  };
}
