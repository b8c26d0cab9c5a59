/** Where fixed documents are written: in place, or all of them to another file or folder. */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { wrong } from "../../errors.ts";
import { withFileErrors } from "../../files/bytes.ts";
import type { FileInput } from "../../files/file-input.ts";
import { realPath, refuseOverwriting } from "../../files/overwriting.ts";
import type { Edit } from "./edits.ts";

interface Output {
  /** The document as it was named. */
  readonly file: string;
  /** What is said of where it goes. */
  readonly shown: string;
  readonly target: string;
  readonly mode: number;
  /** True where it is edited in place. */
  readonly isOwn: boolean;
  text(): string;
}

/**
 * Elsewhere go the documents that have nothing to fix, too: as they are. So do into a folder those that cannot be
 * edited, since without them the policy there would lack all that they state.
 * @param others files that are read beside the documents
 * @throws RbacError `USAGE` (exit 2) for two documents in one file, or for one in a file that is read
 */
export function outputsOf(
  inputs: readonly FileInput[],
  edits: readonly Edit[],
  out: string | undefined,
  others: readonly string[],
): Output[] {
  const editOf = new Map(edits.map((edit) => [edit.input.name, edit]));
  const names = [...new Set(inputs.map(({ name }) => name))].filter((name) => name !== "standard input");
  if (out === undefined) return names.flatMap((name) => inPlace(name, editOf.get(name)) ?? []);
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const going = names.filter((name) => isFolder || editOf.get(name)?.edited || !editOf.has(name));
  const targetOf = (name: string) => (isFolder ? join(out, basename(name)) : out);
  if (new Set(going.map(targetOf)).size < going.length)
    throw wrong("USAGE", `several documents would be written to one file: --out names a folder, or lint one of them`);
  return going.flatMap((name) => {
    const target = targetOf(name);
    if (realPath(target) === realPath(name)) return inPlace(name, editOf.get(name)) ?? [];
    refuseOverwriting([target], [...names, ...others]);
    const text = () => editOf.get(name)?.edited?.whole ?? withFileErrors(name, () => readFileSync(name, "utf8"));
    return { file: name, shown: target, target, mode: statSync(name).mode & 0o777, isOwn: false, text };
  });
}

function inPlace(file: string, edit: Edit | undefined): Output | undefined {
  const edited = edit?.edited;
  return (
    edited && { file, shown: file, target: edited.target, mode: edited.mode, isOwn: true, text: () => edited.whole }
  );
}
