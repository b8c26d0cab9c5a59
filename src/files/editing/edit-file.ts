/** A file that people write, with some items of its lists taken out of its text. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { utf8Text, withFileErrors } from "../bytes.ts";
import { formatNamed } from "../file-input.ts";
import { withoutItems } from "./edit-document.ts";

export interface EditedFile {
  /** The file itself, where its name is a link. */
  readonly target: string;
  /** Who may read and write it. */
  readonly mode: number;
  readonly format: "yaml" | "json";
  /** Without the mark of byte order that it may begin with, as files are read. */
  readonly text: string;
  /** As it is to be written. */
  readonly whole: string;
}

const BYTE_ORDER_MARK = "\uFEFF";

/** @returns undefined where the file is written in a way that is not understood @throws RbacError (exit 2) */
export async function editedFile(
  path: string,
  paths: readonly (readonly (string | number)[])[],
): Promise<EditedFile | undefined> {
  const bytes = withFileErrors(path, () => readFileSync(path));
  const text = utf8Text(path, bytes);
  const named = formatNamed(path);
  const format = named === "json" || (named !== "yaml" && text.trimStart().startsWith("{")) ? "json" : "yaml";
  const edited = await withoutItems(text, format, paths);
  if (edited === undefined) return undefined;
  const [target, { mode }] = [realpathSync(path), statSync(path)];
  const mark = bytes.length > Buffer.byteLength(text) ? BYTE_ORDER_MARK : "";
  return { target, mode: mode & 0o777, format, text: edited, whole: mark + edited };
}
